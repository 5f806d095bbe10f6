"""Letting Postmark forget a person: by its Data Removal API where that was granted, else by its own period.

Without the account's token nothing can be asked, and nothing need be: Postmark drops contents and events by
itself after the days that we agreed on.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from django.conf import settings

from audit.models import NoticeState
from audit.processors import Answer, Forget
from config.postmark import account_call

_MAILS = ("delivery_sentmail", "delivery_accountmail")
_NUMBERS = "removals "


class PostmarkRemoval:
    """One removal for each address, known by its number from then on."""

    def got_any(self, counts: Mapping[str, int]) -> bool:
        return "postmark" in settings.EMAIL_BACKEND and any(counts.get(table) for table in _MAILS)

    def forget(self, wish: Forget) -> Answer:
        if not settings.POSTMARK_ACCOUNT_TOKEN:
            return _by_itself(wish.erased_at)
        if wish.receipt.startswith(_NUMBERS):
            numbers = wish.receipt.removeprefix(_NUMBERS).split(",")
        else:
            numbers = [str(self._ask(address)) for address in wish.addresses]
        if not numbers:
            return Answer(NoticeState.CONFIRMED, "nothing was sent")
        done = all(self._is_done(number) for number in numbers)
        state = NoticeState.CONFIRMED if done else NoticeState.SENT
        return Answer(state, f"{_NUMBERS}{','.join(numbers)}")

    def _ask(self, address: str) -> int:
        asked = {
            "RequestedBy": settings.SECURITY_CONTACT,
            "RequestedFor": address,
            "NotifyWhenCompleted": False,
        }
        return int(account_call("POST", "/data-removals", json=asked)["ID"])

    def _is_done(self, number: str) -> bool:
        return account_call("GET", f"/data-removals/{int(number)}")["Status"] == "Done"


def _by_itself(erased_at: datetime) -> Answer:
    """What was sent last before the erasure is gone there after the agreed days; the date is the receipt."""
    gone_at = erased_at + timedelta(days=settings.POSTMARK_RETENTION_DAYS)
    left = gone_at - datetime.now(UTC)
    if left > timedelta(0):
        return Answer(NoticeState.SENT, f"expires {gone_at:%Y-%m-%d}", again_in=left)
    return Answer(NoticeState.CONFIRMED, f"expired {gone_at:%Y-%m-%d}")
