"""What goes on which day, reckoned a second time: in days, by hand, knowing nothing of the product."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

DAYS = {
    "access": 90, "account_erasure": 1826, "account_mail": 730, "account_notice": 1826, "account_request": 730,
    "asked": 84, "asked_platform": 84, "breach": 1826, "consent_link": 30, "disclosure": 1826, "door_link": 1 / 12, "email_change": 1, "evidence": 1826,
    "failed_try": 1, "file": 1, "head": 1888, "invitation": 37, "lead_erasure": 1826, "lead_export": 7, "legal_hold": 1826, "link": 1828,
    "lost_factor": 1, "lost_wait": 33, "mail": 730, "mailbox": 14, "origin": 90, "ownership_offer": 7, "parcel": 7, "password_reset": 1 / 24, "personal_value": 1826,
    "platform_access": 90, "platform_evidence": 1826, "proved_try": 90, "notice": 1826,
    "request": 730, "saved": 90, "session": 0.5, "sign_up": 1, "stripe_event": 30, "support_grant": 730, "suspect": 30, "suspension": 730, "webhook": 90,
}  # fmt: skip
#: Counted by the calendar: from the row's own day, or from the end of the organisation's agreement.
YEARS = {"billing_account": 2, "billing_contact": 2, "organisation": 2, "vat_evidence": 7}
#: Counted from the end of the calendar year in which it was issued, over there.
BOOKS = {"invoice": 7, "invoice_file": 7, "invoice_oss": 10, "invoice_file_oss": 10}
OWN = {"lead", "suspect", "mail", "origin", "consent_link", "claimed"}
HELD = {
    "lead",
    "suspect",
    "mail",
    "file",
    "claimed",
    "webhook",
    "lead_erasure",
    "request",
    "asked",
    "legal_hold",
    "notice",
}


@dataclass(frozen=True)
class Row:
    """One row: what it is, when it was written, from when it counts, whose it is, of which lead."""

    kind: str
    key: object
    born: int
    since: int
    owner: int = -1
    lead: object = None


@dataclass
class State:
    """What holds for one organisation on a day: its period, its end, and what it holds back."""

    period: int | None = None
    end: int | None = None
    held: frozenset[object] = frozenset()


def end_of(row: Row, state: State, today: date) -> float | None:
    """The day on which a row goes; None while nobody can say. OWN ends with the organisation."""
    of = "lead" if row.kind == "claimed" else row.kind
    if row.kind in HELD and state.held & {"all", of, row.key, row.lead}:
        return None
    if row.kind == "account":  # reckoned anew each day
        return row.since + (today - _years(today, -2)).days
    if row.kind in BOOKS:
        goes = datetime(today.year + 1 + BOOKS[row.kind], 1, 1, tzinfo=ZoneInfo("Europe/Amsterdam"))
        return row.since + (goes - datetime.now(UTC)) / timedelta(days=1)
    if row.kind in YEARS:
        return row.born + (_years(today - timedelta(row.born - row.since), YEARS[row.kind]) - today).days
    days = state.period if of == "lead" else DAYS[row.kind]
    ends: list[float] = [] if days is None else [row.since + days]
    return min([*ends, state.end] if row.kind in OWN and state.end is not None else ends, default=None)


def _years(day: date, years: int) -> date:
    return day.replace(year=day.year + years, day=28 if (day.month, day.day) == (2, 29) else day.day)


def goes(rows: list[Row], day: int, states: dict[int, State], today: date) -> set[object]:
    """The rows that go on a day, with the parts that go with their lead."""
    ends = {row.key: end_of(row, states.get(row.owner, State()), today) for row in rows}
    over = {key for key, end in ends.items() if end is not None and end <= day}
    return over | {row.key for row in rows if row.lead in over}
