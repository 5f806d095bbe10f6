"""An organisation's months without a wire: billing's pure functions against a life that is drawn by lot.

A month is a renewal that is paid, fails, is recovered, reversed or left; a plan that changes, ends and begins
anew; requests at any moment; a VAT number that VIES confirms, denies or is silent about. Each change is said
in messages that come in any order and twice. ``careless`` believes the last that came, as the control.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from billing.access import Standing, access
from billing.entitlements import Feature, Grant, Kind, effective
from billing.periods import Period, period_of
from billing.standings import facts
from billing.vat.deciding import Buyer, IdStatus, Seller, decide

ZONE = ZoneInfo("Europe/Amsterdam")
TRIAL = timedelta(days=14)
#: What a renewal comes to: paid, a debit on its way, failed and paid some day, failed for good, reversed.
ENDS = ("paid",) * 6 + ("processing", "recovered", "recovered", "lost", "reversed")
RUNGS = ("full", "warned", "limited", "intake_only", "closed")


@dataclass(slots=True)
class Invoice:
    """As the mirror has one."""

    failed_at: datetime | None = None
    processing: bool = False
    reversed_at: datetime | None = None
    settled_at: datetime | None = None


@dataclass(slots=True)
class Subscription:
    """As the mirror has one."""

    stripe_id: str
    status: str
    created: datetime
    ended_at: datetime | None = None
    plan_version_id: UUID | None = None


@dataclass
class Life:
    """One organisation: what is true of it, and what a receiver knows by the messages that came."""

    chance: Random
    began: datetime
    careless: bool = False
    anchor: date = field(init=False)
    now: datetime = field(init=False)
    subscriptions: list[Subscription] = field(default_factory=list)
    #: The truth about each invoice that may still matter, and what the receiver holds to be true.
    invoices: dict[int, Invoice] = field(default_factory=dict)
    known: dict[int, Invoice] = field(default_factory=dict)
    months: int = 0
    found: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.now, self.anchor = self.began, self.began.astimezone(ZONE).date()

    def live(self, months: int) -> list[str]:
        for _ in range(months):
            self._month()
        return self.found

    def _month(self) -> None:
        start = _midnight(self.anchor, self.months)
        end = _midnight(self.anchor, self.months + 1)
        self._change_plan(max(start, self.began))
        self._renew(start)
        self._judge_access(start, end)
        self._judge_usage(start, end)
        self._judge_vat(start.date())
        self.months += 1

    # --- What happens -----------------------------------------------------------------------------

    def _change_plan(self, at: datetime) -> None:
        luck, runs = self.chance.random(), self._running()
        if runs and luck < 0.06:
            runs.status, runs.ended_at = "canceled", at
        elif runs and luck < 0.08:
            runs.status = self.chance.choice(("unpaid", "paused", "trialing", "a_new_word"))
        elif runs:
            runs.status = "active"
        elif luck < 0.4:
            self.subscriptions.append(Subscription(f"sub_{self.months:04}", "active", at))

    def _running(self) -> Subscription | None:
        return next((one for one in self.subscriptions if not one.ended_at), None)

    def _renew(self, start: datetime) -> None:
        """The month's invoice, from its first message to its last."""
        if self._running() is None:
            return
        end, name = self.chance.choice(ENDS), self.months
        failed = start + timedelta(hours=self.chance.randrange(1, 400))
        said = [Invoice()]
        if end == "processing":
            said += [Invoice(failed_at=failed), Invoice(failed_at=failed, processing=True)]  # tried once more
        elif end in ("recovered", "lost"):
            said += [Invoice(processing=True), Invoice(failed_at=failed)]
        elif end == "reversed":
            said += [Invoice(reversed_at=failed), Invoice(reversed_at=failed)]
        if end == "recovered" or (end == "reversed" and self.chance.random() < 0.5):
            said += [Invoice(settled_at=failed) if end == "reversed" else Invoice()]
        self._tell(name, said)
        self._make_good()

    def _make_good(self) -> None:
        """Some day most people pay what they owe."""
        for name, one in list(self.invoices.items()):
            if self.chance.random() < 0.35:
                self._tell(name, [one, Invoice()])

    def _tell(self, name: int, said: list[Invoice]) -> None:
        """Each message leads to a look at what is so now; who is careless believes what it says."""
        self.invoices[name] = said[-1]
        heard = [*said, *self.chance.sample(said, self.chance.randint(0, 1))]
        self.chance.shuffle(heard)
        for one in heard:
            self.known[name] = one if self.careless else self.invoices[name]
        if self.known[name] == self.invoices[name] == Invoice():
            del self.known[name], self.invoices[name]

    # --- Rule 4: access is the policy of what is true ---------------------------------------------

    def _judge_access(self, start: datetime, end: datetime) -> None:
        rows: Any = self.subscriptions, self.known.values()
        told = facts(*rows)
        standing = Standing(told.billing, told.overdue_since, told.ended_at, self.began + TRIAL)
        for _ in range(2):
            moment = end + (end - start) * self.chance.random()  # when all of the month has happened
            given, right = access(standing, moment).value, self._right(moment)
            if given != right:
                self.found.append(f"4: {given} and should be {right} at {moment}")

    def _right(self, moment: datetime) -> str:
        owed = [
            one.reversed_at or one.failed_at
            for one in self.invoices.values()
            if not one.settled_at and not one.processing and (one.reversed_at or one.failed_at)
        ]
        if owed:
            return _rung(moment, min(filter(None, owed)))
        if not self.subscriptions:
            trial = self.began + TRIAL
            return "full" if moment < trial else _at_most_limited(moment, trial)
        last = self._running() or self.subscriptions[-1]
        if last.ended_at:
            return _at_most_limited(moment, last.ended_at)
        return "limited" if last.status in ("unpaid", "paused") else "full"

    # --- Rules 2 and 5: each request in one month, and what is beyond the plan --------------------

    def _judge_usage(self, start: datetime, end: datetime) -> None:
        came = [start + (end - start) * self.chance.random() for _ in range(self.chance.randrange(5))]
        for moment in (*came, start, end - timedelta(microseconds=1)):
            if period_of(self.anchor, moment, ZONE) != Period(start, end):
                self.found.append(f"2: {moment} is not in {start} to {end}")
        spam = sum(self.chance.random() < 0.2 for _ in came)
        room = self.chance.choice((None, 0, 1, 2, 50))
        over = effective(Feature.LEADS_PER_MONTH, self._grants(room), end).over(len(came) - spam)
        if over != (0 if room is None else max(0, len(came) - spam - room)):
            self.found.append(f"5: {over} beyond {room} of {len(came)} - {spam}")

    def _grants(self, room: int | None) -> Iterator[Grant]:
        """The plan, or what the platform put in its place; and others that do not hold or are about others."""
        kind = self.chance.choice((Kind.PLAN, Kind.OVERRIDE))
        before = self.began - timedelta(days=9)
        yield Grant(Kind.PLAN, Feature.LEADS_PER_MONTH, 7, "old", before - timedelta(days=1))
        yield Grant(kind, Feature.LEADS_PER_MONTH, room, "now", before)
        yield Grant(Kind.OVERRIDE, Feature.LEADS_PER_MONTH, 9, "over", before, self.began)
        yield Grant(Kind.OVERRIDE, Feature.SEATS, 3, "seats", before)

    # --- VAT: no zero without a proof -------------------------------------------------------------

    def _judge_vat(self, on: date) -> None:
        country, number = (
            self.chance.choice(("NL", "BE", "FR", "US")),
            self.chance.choice(("", "BE", "FR", "XI")),
        )
        status = self.chance.choice(list(IdStatus)) if number else IdStatus.NONE
        made = decide(Seller(), Buyer(country, "1000", number, status), on)
        # Who says America and gives a number of the Union is taken for where the number is from.
        believed = number if country == "US" and number in ("BE", "FR") else country
        abroad = believed in ("BE", "FR")
        proved = abroad and number in ("BE", "FR") and status == "valid"
        right = ("O", 0) if believed == "US" else ("AE", 0) if proved else ("S", 21)
        if (made.category.value, made.rate) != right:
            self.found.append(f"VAT: {made} of {country} {number} {status}")


def years(seed: int, *, months: int, careless: bool = False) -> Iterator[list[str]]:
    """Two years each of so many organisations that it comes to so many months; what is wrong with each."""
    chance = Random(seed)
    for _ in range(0, months, 24):
        day = date(2026, 1, 1) + timedelta(days=chance.randrange(1_500))
        began = datetime.combine(day, time(chance.randrange(24), chance.randrange(60)), UTC)
        yield Life(chance, began, careless).live(24)


# --- Pieces -----------------------------------------------------------------------------------------


def _midnight(anchor: date, months: int) -> datetime:
    year, month = anchor.year + (anchor.month - 1 + months) // 12, (anchor.month - 1 + months) % 12 + 1
    day = min(anchor.day, calendar.monthrange(year, month)[1])
    return datetime(year, month, day, tzinfo=ZONE)


def _rung(moment: datetime, since: datetime) -> str:
    days = (moment - since).days
    return RUNGS[1 if days <= 14 else 2 if days <= 30 else 3 if days <= 60 else 4]


def _at_most_limited(moment: datetime, since: datetime) -> str:
    return RUNGS[max(2, RUNGS.index(_rung(moment, since)))]
