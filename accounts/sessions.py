"""How long a session lasts, and how all of a person's sessions end."""

import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY, update_session_auth_hash
from django.contrib.sessions.models import Session
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import User

IDLE_SECONDS = 30 * 60
ABSOLUTE_SECONDS = 12 * 60 * 60
_NOTE_EVERY = 60

SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"


class SessionLimitsMiddleware:
    """End a signed-in session after 30 idle minutes, or after 12 hours whatever happens.

    Looks only at the session's own row, and only when the browser sent one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in request.session:
            if _is_over(request.session):
                request.session.flush()
            else:
                _note(request.session)
        return self.get_response(request)


def begin_session(request: HttpRequest) -> None:
    """Start both clocks; called where a person has just signed in."""
    now = int(time.time())
    request.session[SIGNED_IN_AT] = now
    request.session[SEEN_AT] = now


def end_all_sessions(*, user: User) -> None:
    """Make every session of the person worthless at its next request."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])


def keep_this_session(request: HttpRequest, user: User) -> None:
    """Carry this session over the end of all the others, under a new key."""
    user.refresh_from_db(fields=["password", "session_epoch"])
    update_session_auth_hash(request, user)


def _is_over(session: Any) -> bool:
    now = time.time()
    began, seen = session.get(SIGNED_IN_AT, now), session.get(SEEN_AT, now)
    return now - began > ABSOLUTE_SECONDS or now - seen > IDLE_SECONDS


def _note(session: Any) -> None:
    """Remember the visit, at most once a minute, so that reading a page rarely writes."""
    now = int(time.time())
    session.setdefault(SIGNED_IN_AT, now)
    if now - session.get(SEEN_AT, 0) >= _NOTE_EVERY:
        session[SEEN_AT] = now


def sessions_of(user_id: UUID) -> list[str]:
    """The keys of a person's living sessions. Each is opened to see whose it is, so ask seldom."""
    living = Session.objects.filter(expire_date__gt=timezone.now())
    return [each.session_key for each in living.iterator() if _is_of(each, user_id)]


def _is_of(session: Session, user_id: UUID) -> bool:
    return session.get_decoded().get(SESSION_KEY) == str(user_id)
