"""What must stay done when a backup comes back, and the functions that record it.

What destroys calls ``intend``, then ``mark_done`` in the transaction that destroys, then ``close``; what
only restricts calls ``note`` in its transaction. ``privacy.replay`` does each action again.
"""

from enum import StrEnum

from tenancy.ledger.entries import (
    Entry,
    EntryGone,
    IntentWithinTransaction,
    Ref,
    abandon,
    close,
    intend,
    mark_done,
    note,
    settle,
)

__all__ = [
    "Action",
    "Entry",
    "EntryGone",
    "IntentWithinTransaction",
    "Ref",
    "abandon",
    "close",
    "intend",
    "mark_done",
    "note",
    "settle",
]


class Action(StrEnum):
    """The actions that a replay knows."""

    #: refs: the rows of one lead. tag: its address as a keyed hash.
    ERASE_LEAD = "erase_lead"
    #: refs: the rows of one account.
    ERASE_ACCOUNT = "erase_account"
    #: Every row of the organisation, and its key.
    PURGE_ORGANISATION = "purge_organisation"
    #: Everything that has expired; more: the rule.
    RETENTION = "retention"
    #: tag: the address; more: topic and reason.
    SUPPRESS = "suppress"
    #: refs: the consents.
    WITHDRAW_CONSENT = "withdraw_consent"
    #: refs: the hold. more: what it covers, on which ground, by whom, and when to look again; no reason.
    PLACE_HOLD = "place_hold"
    #: refs: the hold. more: by whom.
    RELEASE_HOLD = "release_hold"
    #: more: when, and until when it can come back.
    DEACTIVATE_ORGANISATION = "deactivate_organisation"
    REACTIVATE_ORGANISATION = "reactivate_organisation"
    #: more: days.
    SHORTEN_RETENTION = "shorten_retention"
