"""Parameters of the API's addresses: text becomes meaning, or a BadParameter that names it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.utils.translation import gettext as _

from leads.api.problems import BadParameter
from leads.models import Status

LARGEST_PAGE = 100
USUAL_PAGE = 50


def only_known(given: Mapping[str, str], known: set[str]) -> None:
    """Refuse a parameter that nobody reads: a filter that is misspelt would give everything."""
    for name in given:
        if name not in known:
            raise BadParameter(name[:40], _("There is no such parameter."))


def limit(given: Mapping[str, str]) -> int:
    """How many at most, from 1 to LARGEST_PAGE."""
    text = given.get("limit", str(USUAL_PAGE))
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
    if not 1 <= number <= LARGEST_PAGE:
        raise BadParameter("limit", _("Give a number from 1 to %(most)d.") % {"most": LARGEST_PAGE})
    return number


def cursor(given: Mapping[str, str]) -> UUID | None:
    """Where the page before ended."""
    if "cursor" not in given:
        return None
    try:
        return UUID(given["cursor"])
    except ValueError:
        raise BadParameter("cursor", _("Take the cursor from “next” of the page before.")) from None


def status(given: Mapping[str, str]) -> str:
    """A status of the work."""
    worked = [each.value for each in Status if each is not Status.QUARANTINED]
    if given.get("status", worked[0]) not in worked:
        raise BadParameter("status", _("Give one of: %(known)s.") % {"known": ", ".join(worked)})
    return given.get("status", "")


def since(given: Mapping[str, str]) -> datetime | None:
    """A moment with its time zone."""
    if "since" not in given:
        return None
    try:
        moment = parse_datetime(given["since"])
        if moment is not None and is_aware(moment):
            moment.astimezone()  # what lies outside the calendar is found here
            return moment
    except (ValueError, OverflowError):
        pass
    raise BadParameter("since", _("Give a moment with its time zone, such as 2026-11-29T12:00:00Z."))
