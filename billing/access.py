"""What an organisation may do, by its payments and a suspension: a table and a function without a clock.

Leads belong to the organisation as controller. None is withheld or refused because of money: before a form
stops, it is no longer shown; and reading, exporting and erasing work always (Art. 28(3)(e) GDPR).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Access(StrEnum):
    """From all to least. Each step keeps what stands below it."""

    FULL = "full"
    WARNED = "warned"
    LIMITED = "limited"
    INTAKE_ONLY = "intake_only"
    CLOSED = "closed"
    SUSPENDED = "suspended"


class Act(StrEnum):
    """What a step may take away."""

    SHOW_FORM = "show_form"
    STORE_LEAD = "store_lead"
    NOTIFY = "notify"
    ADD = "add"
    EDIT = "edit"
    INTEGRATE = "integrate"
    BUY = "buy"
    READ = "read"
    EXPORT = "export"
    ERASE = "erase"


#: Never taken away. A lead that arrives is stored whatever the state: its form was shown before.
ALWAYS = frozenset({Act.STORE_LEAD, Act.READ, Act.EXPORT, Act.ERASE})
ALLOWED: dict[Access, frozenset[Act]] = {
    Access.FULL: ALWAYS | {Act.BUY, Act.SHOW_FORM, Act.NOTIFY, Act.ADD, Act.EDIT, Act.INTEGRATE},
    Access.WARNED: ALWAYS | {Act.BUY, Act.SHOW_FORM, Act.NOTIFY, Act.ADD, Act.EDIT, Act.INTEGRATE},
    Access.LIMITED: ALWAYS | {Act.BUY, Act.SHOW_FORM, Act.NOTIFY, Act.EDIT, Act.INTEGRATE},
    Access.INTAKE_ONLY: ALWAYS | {Act.BUY, Act.SHOW_FORM, Act.NOTIFY},
    Access.CLOSED: ALWAYS | {Act.BUY, Act.NOTIFY},
    Access.SUSPENDED: ALWAYS | {Act.NOTIFY},
}
#: Whole days since the receivable became overdue, up to and including; beyond the last: closed.
STEPS: tuple[tuple[int, Access], ...] = (
    (14, Access.WARNED),
    (30, Access.LIMITED),
    (60, Access.INTAKE_ONLY),
)


class Billing(StrEnum):
    """Stripe's word for a subscription, and two of ours: nothing was ever sold, or nothing is known."""

    NONE = "none"
    UNKNOWN = "unknown"
    INCOMPLETE = "incomplete"
    INCOMPLETE_EXPIRED = "incomplete_expired"
    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    UNPAID = "unpaid"
    PAUSED = "paused"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True)
class Standing:
    """All that access depends on.

    ``overdue_since``: when the oldest receivable that failed did so; None while nothing has failed, which is
    also so while a SEPA debit is on its way. ``ended_at``: when a trial or a subscription ended unpaid.
    ``trial_until``: while nothing was ever bought, until when everything may be tried. ``least``: what a
    person of the platform decided it may not fall below, until when. ``suspended_since``: a fact of its
    lifecycle and not of its payments, so that no payment and no such decision lifts it.
    """

    billing: Billing
    overdue_since: datetime | None = None
    ended_at: datetime | None = None
    trial_until: datetime | None = None
    least: Access | None = None
    least_until: datetime | None = None
    suspended_since: datetime | None = None


def access(standing: Standing, now: datetime) -> Access:
    """The access at that moment. Knows no clock, no database and no provider."""
    if standing.suspended_since is not None:
        return Access.SUSPENDED
    policy = _policy(standing, now)
    if standing.least and (standing.least_until is None or now < standing.least_until):
        return min(policy, standing.least, key=list(Access).index)
    return policy


def _policy(standing: Standing, now: datetime) -> Access:
    if standing.overdue_since is not None:
        return _step((now - standing.overdue_since).days)
    if standing.billing in (Billing.TRIALING, Billing.ACTIVE, Billing.UNKNOWN, Billing.PAST_DUE):
        # What is not known is not held against anybody; past due without a failure is a debit on its way.
        return Access.FULL
    ended_at = standing.ended_at
    if standing.billing is Billing.NONE and standing.trial_until is not None:
        if now < standing.trial_until:
            return Access.FULL
        ended_at = standing.trial_until
    if ended_at is not None:
        return max(Access.LIMITED, _step((now - ended_at).days), key=list(Access).index)
    return Access.LIMITED


def _step(days: int) -> Access:
    return next((step for until, step in STEPS if days <= until), Access.CLOSED)


def may(act: Act, step: Access) -> bool:
    return act in ALLOWED[step]
