"""A world of organisations whose days pass, on a database whose clock nobody can move.

The policies of Postgres compare with its own ``now()``, and that is what makes them safe. So the clock
stands still and the world moves under it: a simulated day later, every moment in every row lies a day
further back. Each event then happens "now", by the product's own verbs where there are any, and the sweep of
that day runs as it always does.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, cast
from unittest.mock import patch
from uuid import UUID, uuid4

import psycopg
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone
from psycopg import sql

from accounts import lost_factor, throttle, tickets
from accounts.models import EmailChange, LostFactor, PasswordReset, PendingSignUp, ThrottleLane
from audit import chain, events, recipients
from audit.models import Disclosure, Link, PersonalValue
from billing import house
from billing.models import BillingAccount, BillingContact, InvoiceFile, IssuedInvoice
from organisations import leaving
from organisations.administering import change_settings
from organisations.founding import found_organisation
from organisations.invitations import invite
from organisations.models import Membership, Organisation, OwnershipOffer
from organisations.permissions import Role
from privacy import dating, holds, pacing, registry, retention
from privacy.door import links
from privacy.models import LegalHold
from privacy.models.door import DoorLink
from privacy.registry import Swept
from tenancy.context import tenant
from tests.architecture.rows import Seeded, insert, values_for
from tests.factories import make_user
from tests.privacy.oracle import DAYS, Row, State, end_of, goes

#: Where a row is neither deleted nor cascaded but blanked.
BLANKED = {
    "asked": "person", "asked_platform": "person", "organisation": "controller_name",
    "billing_account": "company_name", "stripe_event": "nullif(payload, ''::bytea)",
}  # fmt: skip


#: One row of the database with two dates is two of the oracle's.
CUT_FROM = {"request": "asked", "account_request": "asked_platform"}
EVERYWHERE = sql.SQL("")


@dataclass(frozen=True)
class Kind:
    """How rows of one kind are made: by a verb of the product, or put into their table without a date."""

    table: str
    anchor: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    verb: Callable[[World, int], object] | None = None
    platform: bool = False
    key: str = "id"
    date: str = "purge_after"


def _ticket(model: Any, **values: Any) -> Callable[[World, int], object]:
    def make(world: World, owner: int) -> object:
        known = {"user": world.owners[0].user} if "user" in {f.name for f in model._meta.fields} else {}
        return model.objects.create(**known, **values, **tickets.period(model)).pk

    return make


def _sign_up(world: World, owner: int) -> object:
    return _ticket(
        PendingSignUp, email=f"{uuid4().hex}@example.org", name="N", password="!", language="en",
        terms_version="1", terms_sha256="0" * 64,
    )(world, owner)  # fmt: skip


def _lost_factor(world: World, owner: int) -> object:
    """One a person, so with a person of its own."""
    return LostFactor.objects.create(
        user_id=cast(UUID, world.bear("account").key), **tickets.period(LostFactor)
    ).pk


def _lost_wait(world: World, owner: int) -> object:
    """The same after its link was followed: the wait ends in three days."""
    wish = LostFactor.objects.get(pk=cast(UUID, _lost_factor(world, owner)))
    wish.due_at = wish.expires_at = timezone.now() + timedelta(days=3)
    wish.purge_after = wish.due_at + lost_factor.SWEPT_AFTER
    wish.save()
    return wish.pk


def _event(*, evidence: bool) -> Callable[[World, int], object]:
    return lambda world, owner: events.record("lead.viewed", actor_id=None, evidence=evidence).pk


def _platform_event(*, evidence: bool) -> Callable[[World, int], object]:
    return lambda world, owner: events.record_platform("account.seen", evidence=evidence).pk


def _link(world: World, owner: int) -> object:
    """The last of the organisation's chain, once what just happened is linked."""
    _event(evidence=True)(world, owner)
    chain.seal(world.owners[owner].organisation_id)
    return Link.objects.latest("seq").pk


def _head(world: World, owner: int) -> object:
    _link(world, owner)
    head = chain.sign_head(world.owners[owner].organisation_id)
    assert head
    return head.pk


def _personal_value(world: World, owner: int) -> object:
    event = events.record("lead.viewed", actor_id=None, personal={"reason": "R"}, evidence=True)
    return PersonalValue.objects.get(event_id=event.pk).pk


def _disclosure(world: World, owner: int) -> UUID:
    lead = uuid4()
    recipients.record_disclosure("export", recipient_id=uuid4(), objects=[lead])
    return Disclosure.objects.get(object_id=lead).pk


def _notice(world: World, owner: int) -> object:
    lead = Disclosure.objects.get(pk=_disclosure(world, owner)).object_id
    [notice] = recipients.tell_recipients("lead.erased", case_id=uuid4(), objects=[lead])
    return notice.pk


def _invitation(world: World, owner: int) -> object:
    by = world.owners[owner]
    organisation = Organisation.objects.get(pk=by.organisation_id)
    address = f"{uuid4().hex}@example.org"
    return invite(organisation=organisation, email=address, role=Role.SALES, by=by).pk


def _ownership_offer(world: World, owner: int) -> object:
    """One an organisation, so with one of its own."""
    now = timezone.now()
    return OwnershipOffer.objects.create(
        organisation_id=cast(UUID, world.bear("organisation").key),
        offered_by=world.owners[0].user,
        to_id=cast(UUID, world.bear("account").key),
        afterwards="owner",
        offered_at=now,
        purge_after=now + OwnershipOffer.VALID_FOR,
    ).pk


def _door_link(world: World, owner: int) -> object:
    links.ask_for_link(email=f"{uuid4().hex}@example.org", language="nl", organisation=None)
    link = DoorLink.objects.latest("id")
    DoorLink.objects.filter(pk=link.pk).update(opened_at=link.created_at + timedelta(minutes=30))
    return link.pk


def _failed_try(world: World, owner: int) -> UUID:
    throttle.may_mail(f"{uuid4().hex}@example.org")
    return ThrottleLane.objects.latest("id").pk


def _proved_try(world: World, owner: int) -> object:
    lane = ThrottleLane.objects.get(pk=_failed_try(world, owner))
    throttle.succeeded(throttle.Try(counted=(), pair=bytes(lane.key)))
    return lane.pk


def _session(world: World, owner: int) -> object:
    ends = timezone.now() + timedelta(hours=12)
    return Session.objects.create(session_key=secrets.token_hex(16), session_data="", expire_date=ends).pk


def _issued(world: World, *, oss: bool) -> IssuedInvoice:
    """A document as it is stored on its day of issue."""
    day, number = house.day_of(timezone.now()), uuid4().hex
    return IssuedInvoice.objects.create(
        organisation_id=world.owners[0].organisation_id, entity="opmaat", issuer="ours", kind="invoice",
        number=number, issued_on=day, treatment="S", oss=oss, net_cents=1, tax_cents=0, gross_cents=1,
        content={}, content_sha256="0" * 64, books_closed_at=house.year_closes_at(day),
        purge_after=house.erasable_at(day, oss=oss),
    )  # fmt: skip


def _invoice(*, oss: bool) -> Callable[[World, int], object]:
    return lambda world, owner: _issued(world, oss=oss).pk


def _invoice_file(*, oss: bool) -> Callable[[World, int], object]:
    def make(world: World, owner: int) -> object:
        invoice = _issued(world, oss=oss)
        return InvoiceFile.objects.create(
            invoice=invoice, form="pdf", content=b"%PDF", sha256="0" * 64, purge_after=invoice.purge_after
        ).pk

    return make


def _of_one_that_left(model: Any, **values: Any) -> Callable[[World, int], object]:
    """Its date counts from the end of the agreement of its organisation, which is another one each time.

    Its own moments lie elsewhere, so that none passes for that.
    """

    def make(world: World, owner: int) -> object:
        organisation, long_ago = world.bear("organisation"), timezone.now() - timedelta(days=3000)
        row = model.objects.create(organisation_id=cast(UUID, organisation.key), **values)
        moments = {each.name for each in model._meta.fields} & {"created_at", "changed_at"}
        model.objects.filter(pk=row.pk).update(**dict.fromkeys(moments, long_ago))
        return row.pk

    return make


_ACCOUNT = {"company_name": "Acme B.V.", "anchor": date(2026, 1, 1), "billing": "canceled"}
_CONTACT = {"email": "bills@example.org", "language": "nl"}
_ENDED = {"stage": "fulfilled", "stage_before": "in_progress"}
_PURGED = {"lifecycle": "purged", "changed_at": "2020-01-01T00:00:00Z"}
_HOLD = {"scope": "organisation", "label": "", "object_id": None, "ground": "claim"}

KINDS: dict[str, Kind] = {
    "access": Kind("audit_accessevent", verb=_event(evidence=False)),
    "account": Kind("accounts_user", "created_at", {"last_left_at": None}, platform=True),
    "account_erasure": Kind("privacy_accounterasure", "ordered_at", platform=True),
    "account_mail": Kind("delivery_accountmail", "created_at", platform=True),
    "account_notice": Kind("privacy_accountnotice", "created_at", platform=True),
    "account_request": Kind("privacy_accountrequest", "closed_at", _ENDED, platform=True),
    "asked": Kind("privacy_privacyrequest", "closed_at", _ENDED, date="identifiers_until"),
    "asked_platform": Kind(
        "privacy_accountrequest", "closed_at", _ENDED, platform=True, date="identifiers_until"
    ),
    "billing_account": Kind(
        "billing_billingaccount",
        verb=_of_one_that_left(BillingAccount, **_ACCOUNT),
        platform=True,
        date="blank_after",
    ),
    "billing_contact": Kind(
        "billing_billingcontact", verb=_of_one_that_left(BillingContact, **_CONTACT), platform=True
    ),
    "breach": Kind("privacy_breach", "closed_at", platform=True),
    "consent_link": Kind("leads_consentlink", "created_at"),
    "disclosure": Kind("audit_disclosure", verb=_disclosure),
    "claimed": Kind("leads_leadfile"),
    "door_link": Kind("privacy_doorlink", verb=_door_link, platform=True),
    "email_change": Kind(
        "accounts_emailchange", verb=_ticket(EmailChange, new_email="n@example.org"), platform=True
    ),
    "evidence": Kind("audit_event", verb=_event(evidence=True)),
    "failed_try": Kind("accounts_throttlelane", verb=_failed_try, platform=True),
    "file": Kind("leads_leadfile", "created_at", {"lead_id": None}),
    "head": Kind("audit_head", verb=_head),
    "invitation": Kind("organisations_invitation", verb=_invitation),
    "ownership_offer": Kind("organisations_ownershipoffer", verb=_ownership_offer, platform=True),
    "invoice": Kind("billing_issuedinvoice", verb=_invoice(oss=False), platform=True),
    "invoice_file": Kind("billing_invoicefile", verb=_invoice_file(oss=False), platform=True),
    "invoice_file_oss": Kind("billing_invoicefile", verb=_invoice_file(oss=True), platform=True),
    "invoice_oss": Kind("billing_issuedinvoice", verb=_invoice(oss=True), platform=True),
    "lead": Kind("leads_lead", "submitted_at", {"status": "new"}),
    "lead_erasure": Kind("privacy_leaderasure", "ordered_at"),
    "lead_export": Kind("leads_leadexport", "requested_at"),
    "legal_hold": Kind("privacy_legalhold", "released_at", _HOLD),
    "link": Kind("audit_link", verb=_link),
    "lost_factor": Kind("accounts_lostfactor", verb=_lost_factor, platform=True),
    "lost_wait": Kind("accounts_lostfactor", verb=_lost_wait, platform=True),
    "mail": Kind("delivery_sentmail", "created_at", {"lead_id": None}),
    "mailbox": Kind("delivery_mailboxmessage", "created_at", platform=True),
    "organisation": Kind(
        "organisations_organisation",
        "terminated_at",
        _PURGED,
        platform=True,
        date="blank_after",
    ),
    "origin": Kind("leads_leadorigin"),
    "parcel": Kind("privacy_parcel", "requested_at"),
    "password_reset": Kind("accounts_passwordreset", verb=_ticket(PasswordReset, email=""), platform=True),
    "platform_access": Kind("audit_platformaccessevent", verb=_platform_event(evidence=False), platform=True),
    "platform_evidence": Kind("audit_platformevent", verb=_platform_event(evidence=True), platform=True),
    "personal_value": Kind("audit_personalvalue", verb=_personal_value),
    "proved_try": Kind("accounts_throttlelane", verb=_proved_try, platform=True),
    "notice": Kind("audit_recipientnotice", verb=_notice),
    "request": Kind("privacy_privacyrequest", "closed_at", _ENDED),
    "saved": Kind("leads_savedconfiguration", "created_at"),
    "session": Kind("django_session", verb=_session, platform=True, key="session_key", date="expire_date"),
    "sign_up": Kind("accounts_pendingsignup", verb=_sign_up, platform=True),
    "stripe_event": Kind("billing_stripeevent", "received_at", platform=True, date="blank_after"),
    "suspension": Kind("organisations_suspension", "ended_at", platform=True),
    "support_grant": Kind("organisations_supportgrant", "asked_at", {"starts_at": None}, platform=True),
    "suspect": Kind("leads_lead", "submitted_at", {"status": "quarantined"}),
    "vat_evidence": Kind("billing_vatevidence", "books_closed_at"),
    "webhook": Kind("delivery_webhookdelivery", "created_at"),
}


@dataclass
class World:
    """Organisations, the rows that were put into the world, and the day it is."""

    superuser: psycopg.Connection[Any]
    owners: list[Membership] = field(default_factory=list)
    rows: dict[object, Row] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    states: dict[int, State] = field(default_factory=dict)
    day: int = 0
    today: date = field(default_factory=timezone.localdate)
    pattern: Seeded = field(default_factory=Seeded)

    def found(self, periods: Iterable[int | None]) -> None:
        """The organisations, each with its period; the addresses are loaded before any transaction needs them."""
        reverse("organisations:home")
        for number, period in enumerate(periods):
            user = make_user(name=f"Owner{number}")
            organisation = found_organisation(name=f"World {number}", country="NL", language="en", by=user)
            Organisation.objects.filter(pk=organisation.pk).update(lead_retention_days=period)
            self.owners.append(Membership.objects.get(organisation=organisation))
            self.states[number] = State(period)

    # --- What happens -------------------------------------------------------------------------

    def bear(self, kind: str, owner: int = -1, *, back: int = 0, lead: object = None) -> Row:
        """Put a row of a kind into the world, that counts from today or from some days ago."""
        how = KINDS[kind]
        owner = -1 if how.platform else owner
        row = Row(kind, self._made(how, owner, back, lead), self.day, self.day - back, owner, lead)
        self._know(row)
        if part := CUT_FROM.get(kind):
            self._know(replace(row, kind=part, key=(part, row.key)))
        return row

    def _know(self, row: Row) -> None:
        self.rows[row.key] = row
        self.seen.add(row.kind)

    def lead(self, owner: int, *, back: int = 0) -> Row:
        """A lead with its network address, a mail about it, a link to confirm a consent and a file."""
        lead = self.bear("lead", owner, back=back)
        self.bear("mail", owner, back=back, lead=lead.key)
        self.bear("claimed", owner, back=back, lead=lead.key)
        if not back:
            self.bear("file", owner)
        for part in ("origin", "consent_link"):
            if back < DAYS[part]:
                self.bear(part, owner, back=back, lead=lead.key)
        return lead

    def _made(self, how: Kind, owner: int, back: int, lead: object) -> object:
        if how.verb is None:
            return self._inserted(how, owner, back, lead)
        if owner < 0:
            key = how.verb(self, owner)
        else:
            with tenant(self.owners[owner].organisation_id):
                key = how.verb(self, owner)
        if back:
            self._shift(how.table, back, sql.SQL("WHERE {} = %s").format(sql.Identifier(how.key)), [key])
        return key

    def _inserted(self, how: Kind, owner: int, back: int, lead: object) -> object:
        """Without a date: the product dates it. Its other moments lie elsewhere, so that none passes for another."""
        organisation = self.owners[owner].organisation_id if owner >= 0 else uuid4()
        self.pattern.ids[how.table] = uuid4()
        row = values_for(self.superuser, how.table, organisation, self.pattern) | dict(how.values)
        now = timezone.now()
        for number, (column, type_, _modifier) in enumerate(
            self.pattern.columns_of(self.superuser, how.table)
        ):
            if type_ == "timestamp with time zone" and column not in how.values:
                row[column] = now - timedelta(days=3000 + number)
            if column in {
                "purge_after",
                "identifiers_until",
                "blank_after",
                "agreement_ended_at",
                "restorable_until",
            }:
                row[column] = None
        if how.anchor:
            row[how.anchor] = now - timedelta(days=back)
        if how.table == "leads_leadorigin":
            row["id"] = lead
        elif "lead_id" in row:
            row["lead_id"] = lead
        insert(self.superuser, how.table, row)
        return (how.table, lead) if how.table == "leads_leadorigin" else row["id"]

    def change_period(self, owner: int, days: int) -> None:
        by, self.states[owner].period = self.owners[owner], days
        with tenant(by.organisation_id):
            organisation = Organisation.objects.get(pk=by.organisation_id)
            change_settings(organisation=organisation, changes={"lead_retention_days": days}, by=by)

    def hold(
        self, owner: int, scope: str, *, label: str = "", covers: set[object], key: object = None
    ) -> None:
        self.states[owner].held = frozenset(covers)
        with tenant(self.owners[owner].organisation_id):
            holds.place(
                scope=scope, label=label, object_id=cast(UUID, key), ground="claim", reason="a claim",
                review_on=timezone.localdate() + timedelta(days=30), by=self.owners[owner].user_id,
            )  # fmt: skip

    def release(self, owner: int) -> None:
        self.states[owner].held = frozenset()
        with tenant(self.owners[owner].organisation_id):
            for hold in LegalHold.objects.active():
                holds.release(hold, by=self.owners[owner].user_id)

    def deactivate(self, owner: int) -> None:
        self.states[owner].end = self.day + 30
        leaving.deactivate(self._organisation(owner), by=self.owners[owner].user_id)

    def restore(self, owner: int) -> None:
        self.states[owner].end = None
        leaving.restore(self._organisation(owner), by=self.owners[owner].user_id)

    def _organisation(self, owner: int) -> Organisation:
        return Organisation.objects.get(pk=self.owners[owner].organisation_id)

    # --- Days ---------------------------------------------------------------------------------

    def move_to(self, day: int) -> None:
        """Let days pass on which nothing happens, having made sure that nothing would have gone on them."""
        if (quiet := day - self.day - 1) > 0:
            early = self._coming_to_their_date(quiet)
            assert early == set(), f"{early} would go between day {self.day} and day {day}"
        for table in self.tables():
            self._shift(table, day - self.day)
        self.day = day

    def tables(self) -> list[str]:
        return sorted({kind.table for kind in KINDS.values()})

    def _shift(
        self, table: str, days: int, where: sql.Composable = EVERYWHERE, values: Iterable[Any] = ()
    ) -> None:
        moments = [
            column for column, type_, _m in self.pattern.columns_of(self.superuser, table)
            if type_ in ("timestamp with time zone", "date")
        ]  # fmt: skip
        if moments:
            back = sql.SQL(", ").join(
                sql.SQL("{0} = {0} - make_interval(days => {1})").format(
                    sql.Identifier(each), sql.Literal(days)
                )
                for each in moments
            )
            statement = sql.SQL("UPDATE {} SET {} {}").format(sql.Identifier(table), back, where)
            self.superuser.execute(statement, list(values))

    def _expiring_within(self, days: int) -> dict[str, int]:
        """How many rows of each rule come to their date within so many days."""
        questions = [
            sql.SQL("SELECT {}, count(*) FROM {} WHERE {} <= now() + make_interval(days => {})").format(
                sql.Literal(each.name),
                sql.Identifier(each.table),
                sql.Identifier(each.rule.column),
                sql.Literal(days),
            )
            for each in registry.dated()
        ]
        found = self.superuser.execute(sql.SQL(" UNION ALL ").join(questions)).fetchall()
        return {name: count for name, count in found if count}

    def _coming_to_their_date(self, days: int) -> set[object]:
        """The rows of the world that would go within so many days; what its verbs left beside them is not asked."""
        return {
            row.key
            for name in {row.kind for row in self.rows.values()}
            if (keys := self._keys_within(KINDS[name], days))
            for row in self.rows.values()
            if row.kind == name and (row.key[1] if isinstance(row.key, tuple) else row.key) in keys
        }

    def _keys_within(self, kind: Kind, days: int) -> set[object]:
        question = sql.SQL("SELECT {} FROM {} WHERE {} <= now() + make_interval(days => {})").format(
            *map(sql.Identifier, (kind.key, kind.table, kind.date)), sql.Literal(days)
        )
        return {key for (key,) in self.superuser.execute(question)}

    def sweep(self) -> Iterator[str]:
        """The day's sweep of every rule that has anything to do; says where preview and run differ."""
        dating.catch_up()
        due = self._expiring_within(0)
        for swept in registry.dated():
            if swept.name in due:
                yield from self._sweep(swept)

    def _sweep(self, swept: Swept) -> Iterator[str]:
        planned = retention.plan(swept)
        with patch.object(pacing, "LONGEST_PAUSE", 0):
            run = retention.sweep(swept, due_day=self.today)
        if run is None or run.outcome != "done" or run.rows_deleted != planned.rows:
            yield f"{swept.name}: preview {planned.rows}, run {run and (run.outcome, run.rows_deleted)}"

    def expected(self) -> set[object]:
        """What the oracle says goes today."""
        return goes(list(self.rows.values()), self.day, self.states, self.today)

    def left(self) -> set[object]:
        """The rows of the world that are still there, or not yet blanked."""
        there = {table: self._there(table) for table in self.tables()}
        return {row.key for row in self.rows.values() if self._is_left(row, there)}

    def _there(self, table: str) -> dict[object, bool]:
        """The keys of a table, each with whether it still says who it was."""
        kinds = [name for name, kind in KINDS.items() if kind.table == table]
        says = next((BLANKED[name] for name in kinds if name in BLANKED), "NULL")
        found = self.superuser.execute(
            f"SELECT {KINDS[kinds[0]].key}, coalesce({says}::text, '') <> '' FROM {table}"  # type: ignore[arg-type]
        )
        return dict(found.fetchall())

    def _is_left(self, row: Row, there: dict[str, dict[object, bool]]) -> bool:
        table = KINDS[row.kind].table
        key = row.key[1] if isinstance(row.key, tuple) else row.key
        return key in there[table] and (row.kind not in BLANKED or there[table][key])

    def forget(self, keys: set[object]) -> None:
        self.rows = {key: row for key, row in self.rows.items() if key not in keys}

    def state_of(self, row: Row) -> State:
        return self.states.get(row.owner, State())

    def lifetimes(self) -> Iterator[tuple[float, float]]:
        """Of each row born today: how many days from now its date lies, found and by the oracle."""
        for row in self.rows.values():
            how, key = KINDS[row.kind], row.key[1] if isinstance(row.key, tuple) else row.key
            found = self.superuser.execute(
                f"SELECT extract(epoch FROM {how.date} - now()) / 86400 FROM {how.table} WHERE {how.key} = %s",  # type: ignore[arg-type]
                [key],
            ).fetchone()
            asked = replace(row, kind="organisation") if row.kind == "account" else row
            end = end_of(asked, self.state_of(row), self.today)
            assert found
            yield float(found[0] if found[0] is not None else -1), float(end if end is not None else -1)
