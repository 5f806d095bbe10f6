"""What must be so when all is quiet, by the provider's own state and the book, and by nothing billing says.

Each violation begins with the number of its rule. Nothing here imports billing.
"""

from __future__ import annotations

import calendar
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg

from tests.billing.years.book import Book, Buyer

if TYPE_CHECKING:
    from tests.billing.years.world import World

Obj = dict[str, Any]
Objects = dict[str, dict[str, Obj]]
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DAYS_TO_SET_OFF = 7
#: How far apart the days of a world lie: so much later than due may something be noticed.
SLACK = timedelta(days=17)
#: What each plan has room for in a month in these worlds, by what it is called at the provider.
ROOM = {"plan_start": 1, "plan_studio": 3, "plan_works": 8}
LADDER = ((15, "warned"), (31, "limited"), (61, "intake_only"))
RUNS = ("trialing", "active", "past_due")


class Oracle:
    def __init__(self, sql: psycopg.Connection[Any], objects: Objects, book: Book, now: datetime) -> None:
        self.sql, self.objects, self.book, self.now = sql, objects, book, now
        self.owner = {
            name: UUID(one["metadata"]["organisation"])
            for name, one in objects.get("customer", {}).items()
            if one["metadata"].get("organisation")
        }

    @classmethod
    def of_world(cls, world: World) -> Oracle:
        return cls(world.superuser, world.objects, world.book, world.now)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        return self.sql.execute(statement).fetchall()  # type: ignore[arg-type]

    def all(self, kind: str) -> Iterable[Obj]:
        return self.objects.get(kind, {}).values()

    def of(self, kind: str, buyer: Buyer) -> list[Obj]:
        return [one for one in self.all(kind) if self.owner.get(one["customer"]) == buyer.organisation]

    # --- 1. What was acknowledged is a lead -------------------------------------------------------

    def leads(self) -> Iterator[str]:
        stored = {row[0] for row in self.rows("SELECT id FROM leads_lead")}
        for buyer in self.book.buyers:
            for lead in buyer.leads.keys() - stored:
                yield f"1: lead {lead} was acknowledged and is not stored"

    # --- 2. Each lead counts in one month, and each month is billed once --------------------------

    def months(self) -> Iterator[str]:
        counted = Counter(row[0] for row in self.rows("SELECT lead_ref FROM billing_usagerecord"))
        for buyer in self.book.buyers:
            for lead in buyer.leads:
                if counted[lead] != 1:
                    yield f"2: lead {lead} is counted {counted[lead]} times"
            for place, (start, end, *_) in enumerate(self._closed(buyer)):
                if (start, end) != (midnight(buyer.anchor, place), midnight(buyer.anchor, place + 1)):
                    yield f"2: {buyer.organisation}'s month {place} is {start} to {end}"
        for key, many in Counter(key for key, _ in self._overages()).items():
            if many > 1:
                yield f"2: {key} was billed {many} times"

    def _closed(self, buyer: Buyer) -> list[tuple[Any, ...]]:
        return self.sql.execute(
            "SELECT starts_at, ends_at, counted, set_off, billable, invoice_item FROM billing_usageperiod"
            " WHERE organisation_id = %s ORDER BY starts_at",
            [buyer.organisation],
        ).fetchall()

    def _overages(self) -> Iterator[tuple[str, Obj]]:
        for item in self.all("invoiceitem"):
            if key := (item.get("metadata") or {}).get("overage"):
                yield key, item

    # --- 3. Nobody is charged twice for a time ----------------------------------------------------

    def charges(self) -> Iterator[str]:
        for invoice in self.all("invoice"):
            taken = sum(one["amount"] - one["amount_refunded"] for one in self._charges_of(invoice))
            if taken > max(0, invoice["total"]):
                yield f"3: {taken} was taken for {invoice['id']}, which is {invoice['total']}"
        for buyer in self.book.buyers:
            paid = [one for one in self.of("invoice", buyer) if one["status"] == "paid"]
            for moment in _twice(_edges(paid)):
                yield f"3: {buyer.organisation} paid twice for {moment}"

    def _charges_of(self, invoice: Obj) -> Iterator[Obj]:
        for one in self.all("payment_intent"):
            if one.get("_invoice") == invoice["id"]:
                for charge in self.all("charge"):
                    if charge["payment_intent"] == one["id"] and charge["status"] == "succeeded":
                        yield charge

    # --- 4. Access follows from what is true ------------------------------------------------------

    def access(self, given: dict[UUID, str]) -> Iterator[str]:
        """``given``: what the product answers for each organisation."""
        for buyer in self.book.buyers:
            if (right := self.right_access(buyer)) != given[buyer.organisation]:
                yield f"4: {buyer.organisation} has {given[buyer.organisation]} and should have {right}"

    def right_access(self, buyer: Buyer) -> str:
        if any(self.now < until for _since, until, _plan in buyer.given):
            return "full"
        began = [one for one in self.of("subscription", buyer) if not one["status"].startswith("incomplete")]
        counts = max(began, key=lambda one: (not one["ended_at"], one["created"], one["id"]), default=None)
        if owed := [since for one in self.of("invoice", buyer) if (since := self._in_vain(buyer, one))]:
            return self._rung(min(owed))
        if counts is None:
            return self._after_trial(buyer)
        if counts["status"] in RUNS:
            return "full"
        if not counts["ended_at"]:
            return "limited"
        rung = self._rung(_moment(counts["ended_at"]))
        return "limited" if rung == "warned" else rung

    def _after_trial(self, buyer: Buyer) -> str:
        (ends,) = self.sql.execute(
            "SELECT trial_ends_at FROM billing_billingaccount WHERE organisation_id = %s",
            [buyer.organisation],
        ).fetchone() or (None,)
        if self.now < ends:
            return "full"
        rung = self._rung(ends)
        return "limited" if rung == "warned" else rung

    def _rung(self, since: datetime) -> str:
        days = (self.now - since).days
        return next((rung for until, rung in LADDER if days < until), "closed")

    def _in_vain(self, buyer: Buyer, invoice: Obj) -> datetime | None:
        """Since when an invoice is owed although it was asked for."""
        if invoice["id"] in buyer.settled:
            return None
        if invoice["status"] == "paid":
            return self._taken_back(invoice)
        if invoice["status"] not in ("open", "uncollectible") or self._is_under_way(invoice):
            return None
        failures = [
            one["created"]
            for one in self.all("event")
            if one["type"] in ("invoice.payment_failed", "invoice.payment_action_required")
            and one["data"]["object"]["id"] == invoice["id"]
        ]
        return _moment(min(failures)) if failures else None

    def _is_under_way(self, invoice: Obj) -> bool:
        return any(
            one.get("_invoice") == invoice["id"] and one["status"] == "processing"
            for one in self.all("payment_intent")
        )

    def _taken_back(self, invoice: Obj) -> datetime | None:
        charges = {one["id"] for one in self._charges_of(invoice)}
        lost = [one for one in self.all("dispute") if one["charge"] in charges and one["status"] != "won"]
        return _moment(min(one["created"] for one in lost)) if lost else None

    # --- 5. What is billed is what was used -------------------------------------------------------

    def usage(self) -> Iterator[str]:
        items = dict(self._overages())
        for buyer in self.book.buyers:
            for start, end, counted, set_off, billable, noted in self._closed(buyer):
                came = {lead for lead, when in buyer.leads.items() if start <= when < end}
                about = f"{buyer.organisation} {start.date()}"
                if (counted, set_off) != (len(came), len(came & buyer.spam)):
                    yield f"5: {about}: {counted} - {set_off}, but {len(came)} - {len(came & buyer.spam)} came"
                expected = self._beyond(buyer, start, end)
                if billable != expected:
                    yield f"5: {about}: {billable} are billed and not {expected}"
                item = items.get(f"{buyer.organisation}:{start.astimezone(AMSTERDAM).date()}")
                if (item["quantity"] if item else 0, item["id"] if item else "") != (
                    (billable, noted) if noted else (0, "")
                ):
                    yield f"5: {about}: {billable} by {noted or 'nothing'}, and there {item}"
                if billable and not noted and self.now > end + timedelta(days=DAYS_TO_SET_OFF) + SLACK:
                    yield f"5: {about}: {billable} were never billed"

    def _beyond(self, buyer: Buyer, start: datetime, end: datetime) -> int:
        """How many are to be billed: beyond the largest of the plans that the month had."""
        plans = self._plans(buyer, start, end)
        if buyer.agreed_at is None or buyer.agreed_at >= end or not plans:
            return 0
        if buyer.agreed_months is not None and start >= midnight(buyer.anchor, buyer.agreed_months):
            return 0
        net = [buyer.leads[lead] for lead in buyer.leads.keys() - buyer.spam]
        used = sum(start <= when < end for when in net)
        until = self._ran_until(buyer, end)
        since = sum(max(start, buyer.agreed_at) <= when < until for when in net)
        room = _agreed(buyer, end)
        room = max(ROOM[plan] for plan in plans) if room is None else room
        return max(0, min(used - room, since))

    def _ran_until(self, buyer: Buyer, end: datetime) -> datetime:
        """Nobody pays for what came when nothing was subscribed to any more."""
        began = {one["data"]["object"]["id"] for one in self._told_of(buyer)}
        bought = [one for one in self.of("subscription", buyer) if one["id"] in began]
        ends = [one["ended_at"] or end.timestamp() for one in bought if one["created"] < end.timestamp()]
        return min(end, datetime.fromtimestamp(max(ends), UTC)) if ends else end

    def _plans(self, buyer: Buyer, start: datetime, end: datetime) -> set[str]:
        """The products that held at any moment of a month, as the provider told of them."""
        first, last, told = start.timestamp(), end.timestamp(), self._told_of(buyer)
        moments = {first, *(one["created"] for one in told if first < one["created"] < last)}
        return {plan for moment in moments if (plan := _plan_at(told, moment))}

    def _told_of(self, buyer: Buyer) -> list[Obj]:
        """What was told of subscriptions that have begun; of those, also what was told before they had."""
        mine = [one for one in self._told if self._is_of(buyer, one["data"]["object"])]
        began = {
            one["data"]["object"]["id"]
            for one in mine
            if not one["data"]["object"]["status"].startswith("incomplete")
        }
        return [one for one in mine if one["data"]["object"]["id"] in began]

    @cached_property
    def _told(self) -> list[Obj]:
        return [one for one in self.all("event") if one["data"]["object"]["object"] == "subscription"]

    def _is_of(self, buyer: Buyer, subscription: Obj) -> bool:
        return self.owner.get(subscription["customer"]) == buyer.organisation

    # --- 6. Numbers -------------------------------------------------------------------------------

    def numbers(self) -> Iterator[str]:
        ours: dict[str, list[tuple[int, date]]] = defaultdict(list)
        theirs = Counter[str]()
        for issuer, kind, number, day in self.rows(
            "SELECT issuer, kind, number, issued_on FROM billing_issuedinvoice"
        ):
            if issuer == "ours":
                series, _, place = number.rpartition("-")
                ours[series].append((int(place), day))
            elif kind == "invoice":
                theirs[number] += 1
        for series, taken in ours.items():
            taken.sort()
            if [place for place, _ in taken] != list(range(1, len(taken) + 1)):
                yield f"6: {series} has gaps: {[place for place, _ in taken]}"
            if [day for _, day in taken] != sorted(day for _, day in taken):
                yield f"6: {series} goes back in time"
        numbered = Counter(one["number"] for one in self.all("invoice") if one["number"])
        for number in (numbered - theirs) + (theirs - numbered):
            yield f"6: {number}: {theirs[number]} documents of {numbered[number]} invoices"

    # --- 7. The mirror is the provider ------------------------------------------------------------

    def mirror(self) -> Iterator[str]:
        yield from _unlike("7: subscription", self._subscriptions_here(), self._subscriptions_there())
        yield from _unlike("7: invoice", self._invoices_here(), self._invoices_there())

    def _subscriptions_here(self) -> dict[str, Any]:
        return {
            name: rest
            for name, *rest in self.rows(
                "SELECT stripe_id, s.status, CASE s.interval WHEN 'year' THEN stripe_yearly ELSE stripe_monthly END,"
                " period_start, period_end, ended_at, tax_rate"
                " FROM billing_subscription s LEFT JOIN billing_planversion v ON v.id = s.plan_version_id"
            )
        }

    def _subscriptions_there(self) -> dict[str, Any]:
        return {
            one["id"]: [
                one["status"], item["price"]["id"], _moment(item["current_period_start"]),
                _moment(item["current_period_end"]), _moment(one["ended_at"]),
                _name((one["default_tax_rates"] or [""])[0]),
            ]
            for one in self.all("subscription")
            for item in one["items"]["data"]
        }  # fmt: skip

    def _invoices_here(self) -> dict[str, Any]:
        return {
            name: rest
            for name, *rest in self.rows(
                "SELECT stripe_id, status, number, total_cents, paid_cents, paid_at, credited_cents"
                " FROM billing_billinginvoice WHERE status <> 'deleted'"
            )
        }

    def _invoices_there(self) -> dict[str, Any]:
        return {
            one["id"]: [
                one["status"], one["number"] or "", one["total"], one["amount_paid"],
                _moment(one["status_transitions"]["paid_at"]),
                one["pre_payment_credit_notes_amount"] + one["post_payment_credit_notes_amount"],
            ]
            for one in self.all("invoice")
        }  # fmt: skip

    # --- VAT --------------------------------------------------------------------------------------

    def vat(self) -> Iterator[str]:
        """No zero rate without a fresh proof, and none at home."""
        for buyer in self.book.buyers:
            for invoice in self.of("invoice", buyer):
                taxed = bool(invoice["total_taxes"]) and any(one["amount"] for one in invoice["total_taxes"])
                if taxed or not invoice["total"] or not invoice["number"]:
                    continue
                made = _moment(invoice["created"])
                assert made is not None
                if not any(
                    made - timedelta(days=30) - SLACK <= one <= made + timedelta(hours=2)
                    for one in buyer.proofs
                ):
                    yield f"VAT: {invoice['id']} is without VAT and without a proof"


# --- Pieces -----------------------------------------------------------------------------------------


def midnight(anchor: date, months: int) -> datetime:
    """The anchor's day so many months later, or the last of a month that has no such day."""
    year, month = anchor.year + (anchor.month - 1 + months) // 12, (anchor.month - 1 + months) % 12 + 1
    day = min(anchor.day, calendar.monthrange(year, month)[1])
    return datetime.combine(date(year, month, day), time(), AMSTERDAM)


def _agreed(buyer: Buyer, end: datetime) -> int | None:
    """What the platform decided for the end of a month: the last to begin counts."""
    held = [(since, ROOM[plan]) for since, until, plan in buyer.given if since < end <= until]
    return max(held)[1] if held else buyer.included


def _plan_at(told: Iterable[Obj], moment: float) -> str:
    """The product of the subscription that counted then; one that ended goes on until there is another."""
    then: dict[str, Obj] = {}
    for event in told:
        if event["created"] <= moment:
            then[event["data"]["object"]["id"]] = event["data"]["object"]
    counts = max(then.values(), key=lambda one: (not one["ended_at"], one["created"]), default=None)
    return str(counts["items"]["data"][0]["price"]["product"]) if counts else ""


def _moment(seconds: int | None) -> Any:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def _name(found: Any) -> str:
    return found["id"] if isinstance(found, dict) else found


def _edges(invoices: Iterable[Obj]) -> Iterator[tuple[int, int]]:
    """Of each time that a plan was paid for, or given back: where it begins and ends, and how often."""
    for invoice in invoices:
        for line in invoice["lines"]["data"]:
            if line["parent"]["type"] == "subscription_item_details" and line["amount"]:
                sign = 1 if line["amount"] > 0 else -1
                yield line["period"]["start"], sign
                yield line["period"]["end"], -sign


def _twice(edges: Iterable[tuple[int, int]]) -> Iterator[datetime]:
    """Where more than one time is paid for, not counting what was given back of it."""
    steps: Counter[int] = Counter()
    for moment, sign in edges:
        steps[moment] += sign
    held = 0
    for moment in sorted(steps):
        held += steps[moment]
        if held > 1:
            yield _moment(moment)


def _unlike(what: str, here: dict[str, Any], there: dict[str, Any]) -> Iterator[str]:
    for name in sorted(here.keys() | there.keys()):
        if here.get(name) != there.get(name):
            yield f"{what} {name} is {here.get(name)} and there {there.get(name)}"
