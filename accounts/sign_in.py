"""Signing in: the password, then the second factor, then a session."""

import hmac
import time
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth import login, logout
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django_otp import login as otp_login

from accounts import step_up, throttle
from accounts.links import own_path
from accounts.models import Authenticator, User
from accounts.sessions import begin_session
from audit.events import record_platform

_PENDING = "two_step"
_PENDING_SECONDS = 10 * 60


@dataclass(frozen=True, slots=True)
class HalfWay:
    """Someone whose password was right and whose second factor is still to come. Not signed in."""

    user: User
    next_path: str


def try_password(*, email: str, password: str, address: str, device: str | None) -> User | None:
    """The person with this address and password, or None. Raises throttle.TooSoon before looking.

    One hashing, and the same statements, whoever is asked for.
    """
    attempt = throttle.begin(purpose="sign-in", account=email, address=address, device=device)
    user = User.objects.filter(email=email).first()
    if not _is_right(user, password):
        record_platform("account.sign_in_failed", user_id=user.pk if user else None)
        return None
    throttle.succeeded(attempt)
    return user


def confirm_password(*, user: User, password: str, address: str) -> bool:
    """Whether someone who is signed in knows the password. Raises throttle.TooSoon before looking."""
    attempt = throttle.begin(purpose="step-up", account=str(user.pk), address=address)
    if not user.check_password(password):
        record_platform("account.confirmation_failed", user_id=user.pk)
        return False
    throttle.succeeded(attempt)
    return True


def stop_half_way(request: HttpRequest, *, user: User, next_path: str) -> None:
    """Remember that the password was right, under a new session key and without signing in."""
    request.session.flush()
    request.session[_PENDING] = {
        "user": str(user.pk),
        "hash": user.get_session_auth_hash(),
        "since": int(time.time()),
        "next": next_path,
    }


def half_way(request: HttpRequest) -> HalfWay | None:
    """Who stands before the second step in this session, for ten minutes and under that password.

    Someone who signed in before their second factor was asked for may also still give it.
    """
    pending = request.session.get(_PENDING)
    if pending is None:
        return _signed_in_with_one_factor(request)
    if time.time() - pending["since"] > _PENDING_SECONDS:
        return None
    user = User.objects.filter(pk=UUID(pending["user"]), is_active=True).first()
    if user is None or not hmac.compare_digest(user.get_session_auth_hash(), pending["hash"]):
        return None
    return HalfWay(user=user, next_path=own_path(pending["next"]))


def sign_in(request: HttpRequest, *, user: User, device: Authenticator | None = None) -> None:
    """Begin a session under a new key, with the second factor if there was one."""
    request.session.flush()
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    if device is not None:
        otp_login(request, device)
    begin_session(request)
    step_up.confirm(request)
    record_platform("account.signed_in", user_id=user.pk, detail={"two_step": device is not None})


def sign_out(request: HttpRequest) -> None:
    """End this session on the server."""
    record_platform("account.signed_out", user_id=request.user.pk)
    logout(request)


def _signed_in_with_one_factor(request: HttpRequest) -> HalfWay | None:
    user = request.user
    if not user.is_authenticated or has_given_second_factor(request) or user.authenticator is None:
        return None
    return HalfWay(user=user, next_path="")


def has_given_second_factor(request: HttpRequest) -> bool:
    """Whether this session was begun, or completed, with a second factor."""
    return getattr(request.user, "otp_device", None) is not None


def _is_right(user: User | None, password: str) -> bool:
    if user is None:
        make_password(password)
        return False
    return user.check_password(password) and user.is_active
