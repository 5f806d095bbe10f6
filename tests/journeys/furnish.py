"""``python -m tests.journeys.furnish``: fill a house with what its pages show, and tell about it as JSON.

People come in threes, one for each language, since a page speaks the language of who is signed in.
"""

import json
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import django

from tests.journeys.bills import paying
from tests.journeys.making import LANGUAGES, People, Told, fill_in, send
from tests.journeys.situations import situations

if TYPE_CHECKING:
    from accounts.models import User
    from configurators.models import Configurator
    from organisations.models import Membership, Organisation

#: Who asked something at the desk; the visitors of a test at the door are others.
ASKERS = ("Mila Smits", "Daan Kuipers", "Anouk Jansen")


def furnish() -> Told:
    """Two organisations: Acme with everything, Globex with nothing yet."""
    from organisations.founding import found_organisation
    from organisations.models import Membership
    from organisations.permissions import Role

    people = People()
    owners, founders = people.three("owner", app="on"), people.three("founder", app="on")
    sellers, guests = people.three("seller", app="on"), people.three("guest")
    people.three("newcomer")
    people.three("beginner", app="begun")
    acme = found_organisation(name="Acme Veranda’s", country="NL", language="nl", by=owners["nl"])
    globex = found_organisation(name="Globex", country="BE", language="fr", by=founders["fr"])
    for organisation, group, role in (
        (acme, owners, Role.OWNER),
        (acme, sellers, Role.SALES),
        (globex, founders, Role.OWNER),
    ):
        for user in group.values():
            Membership.objects.get_or_create(organisation=organisation, user=user, defaults={"role": role})
    left = _one_that_left(founders)
    late = paying(acme, owners)
    _support(people.three("support", app="on"), acme)
    suspended, suspension = _suspended(owners)
    membership = Membership.objects.get(organisation=acme, user=owners["nl"])
    fill_in(acme)
    configurators = _configurators(acme, owners["nl"])
    leads = _leads(acme, owners["nl"], configurators["live"]["key"])
    consents = _consents(acme)
    _exports(acme, owners, leads["new"])
    _offer_ownership(acme, owners["nl"], sellers["en"], late)
    run = _officers(people.three("officer", app="on"))
    return {
        "journeys": situations(people),
        "people": people.told,
        "organisations": {
            "acme": acme.slug,
            "globex": globex.slug,
            "left": left,
            "late": late,
            "suspended": suspended,
        },
        "suspension": suspension,
        "member": str(Membership.objects.get(organisation=acme, user=sellers["en"]).pk),
        "api_key": _integrations(acme, owners["nl"]),
        "hold": _hold(acme, owners["nl"]),
        "run": run,
        "invitation": _invite(acme, membership, guests),
        "configurators": configurators,
        "books": _price_books(acme, owners["nl"], configurators["closed"]["pk"]),
        "leads": leads,
        "requests": _requests(acme, membership),
        "breach": _breach(acme),
        "register": _registers(),
        "tickets": _tickets(owners["en"]) | _lost_factors(owners["en"], owners["nl"]) | _door() | consents,
    }


def _support(people: dict[str, "User"], organisation: "Organisation") -> None:
    """Three people of support: one of them asks to look in."""
    from accounts.models import PlatformRole
    from organisations import support

    for user in people.values():
        PlatformRole.objects.create(user=user, role=PlatformRole.Role.SUPPORT)
        support.ask(organisation=organisation, by=user, reason="The price of a roof", may_change=True)


def _suspended(owners: dict[str, "User"]) -> tuple[str, str]:
    """An organisation that support suspended and whose owner has appealed; its slug, and the suspension."""
    from accounts.models import User
    from organisations import suspensions
    from organisations.founding import found_organisation
    from organisations.models import Membership
    from organisations.permissions import Role
    from tenancy.context import tenant

    organisation = found_organisation(name="Dicht Glas", country="NL", language="nl", by=owners["nl"])
    for user in owners.values():
        Membership.objects.get_or_create(organisation=organisation, user=user, defaults={"role": Role.OWNER})
    found = suspensions.suspend(
        organisation=organisation,
        reason="deceived",
        explanation="De pagina noemt een ander bedrijf als verantwoordelijke. Dat bedrijf kent u niet.",
        by=User.objects.get(email="support.nl@example.org"),
    )
    by = Membership.objects.get(organisation=organisation, user=owners["nl"])
    with tenant(organisation.pk):
        suspensions.appeal(suspension=found, text="Het was onze oude naam; die is gewijzigd.", by=by)
    return organisation.slug, str(found.pk)


def _offer_ownership(acme: "Organisation", owner: "User", seller: "User", late: str) -> None:
    """Acme's is offered to a seller; of the one that is late there is somebody to whom it could be."""
    from organisations.handing_over import offer_ownership
    from organisations.models import Membership, Organisation
    from organisations.permissions import Role
    from tenancy.context import tenant

    by, to = (Membership.objects.get(organisation=acme, user=user) for user in (owner, seller))
    with tenant(acme.pk):
        offer_ownership(to=to, afterwards="billing", by=by)
    other = Organisation.objects.get(slug=late)
    Membership.objects.create(organisation=other, user=seller, role=Role.EDITOR)


def _officers(people: dict[str, "User"]) -> str:
    """Three privacy officers of the platform, and a sweep that waits for one of them.

    The clock's own sweep would put another in its place: it is told that it had its run, also for tomorrow.
    """
    from django.utils import timezone

    from accounts.models import PlatformRole
    from delivery.models import ScheduledRun
    from privacy.models import RetentionRun

    for user in people.values():
        PlatformRole.objects.create(user=user, role=PlatformRole.Role.PRIVACY_OFFICER)
    now = timezone.now()
    ScheduledRun.objects.create(
        job="retention.sweep", due_day=now.date() + timedelta(days=1), claimed_until=now, finished_at=now
    )
    waits, done = RetentionRun.Outcome.HELD, RetentionRun.Outcome.DONE
    for rule, outcome in (("account_mail:delivery_accountmail", done), ("lead:leads_lead", waits)):
        run = RetentionRun.objects.create(
            rule=rule, table=rule.partition(":")[2], registry="0" * 64, due_day=now.date(), started_at=now,
            cutoff=now, rows_planned=1000, rows_allowed=200, outcome=outcome, overdue_seconds=100_000,
        )  # fmt: skip
    return str(run.pk)


def _hold(organisation: "Organisation", owner: "User") -> str:
    """One kind of data that is held, with a review that is due, and a hold that was released."""
    from django.utils import timezone

    from privacy import holds
    from privacy.models import LegalHold
    from tenancy.context import tenant

    with tenant(organisation.pk):
        for scope, label in (("organisation", ""), ("category", "leads.LeadNote")):
            hold = holds.place(
                scope=scope, label=label, ground="claim", reason="File 2026-114", by=owner.pk,
                review_on=timezone.localdate() + timedelta(days=30),
            )  # fmt: skip
            if not label:
                holds.release(hold, by=owner.pk)
        LegalHold.objects.filter(pk=hold.pk).update(review_on=timezone.localdate())
    return str(hold.pk)


def _one_that_left(founders: dict[str, "User"]) -> str:
    """A deactivated organisation that its owners can still put back."""
    from organisations.founding import found_organisation
    from organisations.leaving import deactivate
    from organisations.models import Membership
    from organisations.permissions import Role

    left = found_organisation(name="Initech", country="FR", language="fr", by=founders["fr"])
    for user in founders.values():
        Membership.objects.get_or_create(organisation=left, user=user, defaults={"role": Role.OWNER})
    deactivate(left, by=founders["fr"].pk)
    return left.slug


def _registers() -> dict[str, str]:
    """A company without a contract yet, a demand that waits, and a duty that is late."""
    from datetime import date

    from privacy import duties
    from privacy.models import AuthorityDemand, Company

    company = Company.objects.create(name="Brief BV", task="mail", country="NL", hosts=["api.brief.example"])
    demand = AuthorityDemand.objects.create(
        authority="Openbaar Ministerie",
        country="NL",
        legal_basis="Art. 126nd Sv",
        reference="OM-2026-1",
        scope="Aanvragen van mei",
        received_on=date(2026, 11, 1),
    )
    duty = duties.plan(
        kind="training", subject="Een datalek", due_on=date(2026, 11, 1), every_months=12, by=None
    )
    return {"company": str(company.pk), "demand": str(demand.pk), "duty": str(duty.pk)}


def _breach(organisation: "Organisation") -> str:
    """A case that concerns Acme, of which we have become aware."""
    from django.utils import timezone

    from privacy import breaches
    from privacy.models import EntryKind

    now = timezone.now()
    case = breaches.open_breach(
        title="Lost laptop", suspected_at=now, what_happened="A laptop was left in a train.", by=None
    )
    breaches.concern(case, organisation.pk)
    breaches.add_entry(case, kind=EntryKind.AWARE, moment=now, text="Confirmed by a colleague.", by=None)
    return str(case.pk)


def _invite(organisation: "Organisation", by: "Membership", guests: dict[str, "User"]) -> str:
    """Everybody who is to be a guest, and one whose address has no account."""
    from organisations.invitations import invite
    from organisations.permissions import Role
    from tenancy.context import tenant

    with tenant(organisation.pk):
        for user in guests.values():
            found = invite(organisation=organisation, email=user.email, role=Role.EDITOR, by=by)
        invite(organisation=organisation, email="stranger@example.org", role=Role.SALES, by=by)
    return str(found.pk)


def _configurators(organisation: "Organisation", by: "User") -> dict[str, Told]:
    from configurators.drafts import create_configurator, save_draft
    from configurators.models import Configurator
    from configurators.publishing import publish, withdraw
    from tenancy.context import tenant

    def make(name: str, starter: str) -> Configurator:
        return create_configurator(name=name, starting_from=starter, language="nl", by=by.pk)

    with tenant(organisation.pk):
        live, closed = make("Veranda Modern", "veranda"), make("Oude veranda", "contact")
        draft, broken = make("Tuinkamer", "window"), make("Half af", "blank")
        publish(live, by=by.pk, notes="Eerste versie")
        publish(live, by=by.pk, notes="Prijzen van dit jaar")
        publish(closed, by=by.pk)
        withdraw(closed, by=by.pk)
        wrong = broken.draft | {"lines": [_wrong_line()]}
        save_draft(broken, definition=wrong, revision=broken.draft_revision)
        scenario = _before_the_next_version(live, by)
    named = {"live": live, "closed": closed, "draft": draft, "broken": broken}
    told = {name: {"pk": str(one.pk), "key": one.public_key} for name, one in named.items()}
    told["live"]["scenario"] = scenario
    return told


def _price_books(organisation: "Organisation", by: "User", user_of_it: str) -> dict[str, str]:
    """One with a price that is over, some that hold and one to come, used by what is live; one without any."""
    from datetime import date
    from decimal import Decimal

    from configurators.drafts import save_draft
    from configurators.models import Configurator
    from configurators.price_books.books import Line, add_entries, add_entry, create_book
    from configurators.price_books.days import today
    from configurators.publishing import publish
    from tenancy.context import tenant

    now = today()
    old, new_year = date(now.year, 1, 1), date(now.year + 1, 1, 1)
    glass = [
        Line("glas-44.2", "Gelaagd glas 44.2", Decimal("142.50"), date(now.year - 1, 1, 1)),
        Line("glas-44.2", "Gelaagd glas 44.2", Decimal("149.50"), old),
        Line("glas-44.2", "Gelaagd glas 44.2", Decimal("156"), new_year),
    ]
    others = [
        Line(f"rail-{size}", f"Loopschoen en rail, {size} cm", Decimal(size) / 8, old) for size in (200, 300)
    ]
    with tenant(organisation.pk):
        book = create_book(key="tarieven", name="Tarieven glas en beslag", currency="EUR", by=by.pk)
        empty = create_book(key="montage", name="Montage", currency="EUR", by=by.pk)
        add_entries(book, [*glass, *others], ends_former=True, by=by.pk)
        entry = book.entries.get(sku="glas-44.2", valid_from=old)
        taker = Configurator.objects.get(pk=user_of_it)
        price = {"kind": "fixed", "from_book": {"book": "tarieven", "sku": "glas-44.2"}}
        line = {"key": "glas", "label": {"nl": "Glas", "en": "Glass", "fr": "Vitrage"}, "price": price}
        save_draft(taker, definition=taker.draft | {"lines": [line]}, revision=taker.draft_revision)
        taker.refresh_from_db()
        publish(taker, by=by.pk)
        add_entry(book, Line("kit", "Beglazingskit", Decimal("0.015"), old), by=by.pk)
    return {"book": str(book.pk), "empty": str(empty.pk), "entry": str(entry.pk)}


def _before_the_next_version(configurator: "Configurator", by: "User") -> str:
    """One version that is planned, a draft that changes a price, and scenarios: one fails, one is refused."""
    from decimal import Decimal

    from django.utils import timezone

    from configurators.answers import initial_answers
    from configurators.compiling import compile_definition
    from configurators.drafts import save_draft
    from configurators.planning import plan
    from configurators.scenarios import keep_scenario

    plan(configurator, at=timezone.now() + timedelta(days=30), by=by.pk, notes="Prijzen van volgend jaar")
    narrow = {"breedte": "100", "diepte": "300"}
    keep_scenario(configurator, name="Te smal", inputs=narrow, expects="refused", amount=None)
    usual = initial_answers(compile_definition(configurator.draft)).to_json()
    known = keep_scenario(
        configurator, name="Meest gekozen", inputs=usual, expects="gross", amount=Decimal(100)
    )
    draft = configurator.draft | {"vat": {"rate": "9", "prices": "excluding"}}
    save_draft(configurator, definition=draft, revision=configurator.draft_revision)
    return str(known.pk)


def _wrong_line() -> Told:
    price = {"kind": "formula", "formula": "breedte * ("}
    return {"key": "fout", "label": {"nl": "Fout", "en": "Wrong", "fr": "Faux"}, "price": price}


def _leads(organisation: "Organisation", by: "User", key: str) -> dict[str, str]:
    """Requests as visitors send them, one of them put aside, and some work on them."""
    from leads import work
    from leads.models import Lead, Status
    from tenancy.context import tenant

    names = ("Sanne de Vries", "Jan Peeters", "Noor Bakker", "Camille Lefebvre", "Robin Visser", *ASKERS)
    for number, name in enumerate(names):
        send(key, name, LANGUAGES[number % 3], website="")
    send(key, "Cheap Offers", "en", website="https://spam.example")
    with tenant(organisation.pk):
        sent = list(Lead.objects.select_related("contact").order_by("id"))
        won, new, suspect = sent[0], sent[1], sent[-1]
        assert suspect.status == Status.QUARANTINED
        work.mark_read(won, by=by.pk)
        work.add_note(won, text="Belt liever na zes uur.", by=by.pk)
        work.change_status(won, to=Status.WON, by=by.pk)
    return {"won": str(won.pk), "new": str(new.pk), "suspect": str(suspect.pk)}


def _consents(organisation: "Organisation") -> dict[str, str]:
    """Links of people who ticked the box: to confirm, confirmed, late and withdrawn; and of their mail."""
    from urllib.parse import urlsplit

    from django.utils import timezone

    from configurators.notices import confirmation_wording, marketing_wording, remember
    from delivery.mail_choices import addressee, choices_url
    from leads import double_opt_in
    from leads.announcing import record_marketing_consent
    from leads.models import ConsentLink, Lead, LeadContact
    from privacy.door import choices
    from tenancy.context import tenant

    def token_of(url: str) -> str:
        return urlsplit(url).path.split("/")[-2]

    tokens, ticked = {}, marketing_wording(organisation, "nl")
    with tenant(organisation.pk):
        remember([ticked])
        leads = dict(
            zip(("waiting", "confirmed", "late", "withdrawn"), Lead.objects.order_by("id"), strict=False)
        )
        for name, lead in leads.items():
            Lead.objects.filter(pk=lead.pk).update(marketing_sha256=ticked.sha256)
            lead = Lead.objects.select_related("version").get(pk=lead.pk)
            record_marketing_consent(lead)
            index = bytes(LeadContact.objects.get(lead=lead).email_index)
            tokens[f"consent-{name}"] = token_of(double_opt_in.ask(lead))
            tokens[f"mail-{name}"] = token_of(choices_url(index, lead_id=lead.pk, language="nl"))
        wording = confirmation_wording(organisation, "nl")
        double_opt_in.confirm(tokens["consent-confirmed"], wording=wording)
        ConsentLink.objects.filter(lead=leads["late"]).update(expires_at=timezone.now())
        choices.refuse(addressee(tokens["mail-withdrawn"]), "marketing")
        tokens["mail-unknown"] = token_of(choices_url(b"0" * 32, lead_id=None, language="nl"))
    return tokens


def _exports(organisation: "Organisation", owners: dict[str, "User"], lead: str) -> None:
    """Files in each state, of each owner, and a copy in which somebody has to be erased."""
    from uuid import UUID

    from django.utils import timezone

    from audit.recipients import record_disclosure, tell_recipients
    from leads.models import ExportState, LeadExport
    from privacy.leaving.parcel import ask_for_parcel
    from tenancy.context import tenant
    from tenancy.ids import uuid7

    now = timezone.now()
    with tenant(organisation.pk):
        ask_for_parcel(by=owners["nl"].pk)
        for user in owners.values():
            for state in (ExportState.READY, ExportState.RUNNING, ExportState.WITHDRAWN, ExportState.FAILED):
                export = LeadExport.objects.create(
                    requested_by=user.pk, requested_at=now, language=user.language, state=state, rows=1200,
                    total=3400, since=now.date(), purge_after=now + timedelta(days=7),
                )  # fmt: skip
            record_disclosure("export", recipient_id=user.pk, objects=[UUID(lead)], batch_id=export.pk)
        tell_recipients("lead.erased", case_id=uuid7(), objects=[UUID(lead)], deadline_at=now)
        tell_recipients("lead.rectified", case_id=uuid7(), objects=[UUID(lead)])


def _integrations(organisation: "Organisation", by: "User") -> str:
    """A webhook with messages in each state, and two keys."""
    from django.utils import timezone

    from delivery import webhooks
    from delivery.models import DeliveryState, WebhookDelivery
    from organisations.api_keys import make_key
    from organisations.models import ApiScope
    from tenancy.context import tenant

    now = timezone.now()
    with tenant(organisation.pk):
        endpoint, _secret = webhooks.set_endpoint(
            url="https://hooks.acme.example/opmaat", erases_by_itself=False
        )
        for state, code in zip(DeliveryState, (503, 200, None, None), strict=True):
            WebhookDelivery.objects.create(
                endpoint=endpoint, event="lead.created", state=state, status_code=code, attempts=2,
                error="" if code else "ConnectTimeout", next_try_at=now + timedelta(hours=2), created_at=now,
                purge_after=now + timedelta(days=90),
            )  # fmt: skip
        for name in ("CRM", "Planning"):
            key, _text = make_key(
                organisation=organisation, name=name, scopes=list(ApiScope), days=365, by=by
            )
    return str(key.pk)


def _requests(organisation: "Organisation", by: "Membership") -> dict[str, str]:
    """Privacy requests in every state of the desk: one that is late first."""
    from django.utils import timezone

    from privacy.models import Channel, PrivacyRequest, Right
    from privacy.requests import cases
    from privacy.requests.carrying_out import Carried
    from privacy.requests.decisions import Decision
    from tenancy.context import tenant

    told: dict[str, str] = {}

    def receive(name: str, who: str, right: Right, days: int, **more: Any) -> PrivacyRequest:
        request = cases.receive(
            right=right,
            channel=Channel.DESK,
            language="nl",
            name=who,
            email=who.lower().replace(" ", ".") + "@example.com",
            received_at=timezone.now() - timedelta(days=days),
            **{"proven": "link"} | more,
        )
        told[name] = str(request.pk)
        return request

    with tenant(organisation.pk):
        receive("late", "Ria Hoekstra", Right.RESTRICTION, 31)
        receive("open", ASKERS[0], Right.ERASURE, 25, wish="Graag alles weg wat jullie van mij hebben.")
        receive("objection", ASKERS[1], Right.OBJECTION, 19)
        receive(
            "correction",
            ASKERS[2],
            Right.RECTIFICATION,
            4,
            wish={"values": {"Telefoon": "06 12 34 56 78"}},
        )
        receive("unproven", "Els Vandamme", Right.ERASURE, 1, proven="")
        asked = receive("asked", "Luc Fontaine", Right.RESTRICTION, 0)
        cases.ask_for_identity(asked, by=by)
        done = receive("refused", "Camille Lefebvre", Right.RESTRICTION, 9)
        cases.decide(done, decisions=[Decision("*", "refused", ground="18(1)")], by=by)
        waits = receive("waiting", "Robin Visser", Right.RESTRICTION, 6)
        cases.decide(waits, decisions=[Decision("*", "restricted")], by=by)
        cases.carried_out(waits, Carried(recipients=("Teamleader",), pending=True))
    account = cases.receive_for_account(
        right=Right.ERASURE,
        channel=Channel.ACCOUNT,
        language="nl",
        country="NL",
        name=by.user.name,
        email=by.user.email,
        user=by.user,
        proven="session",
    )
    return told | {"account": str(account.pk)}


def _tickets(user: "User") -> dict[str, str]:
    """The tokens of links as mails carry them."""
    from accounts import tickets
    from accounts.models import EmailChange, PasswordReset, PendingSignUp

    pending = PendingSignUp.objects.create(
        email="nora@example.org",
        name="Nora",
        password=user.password,
        language="en",
        terms_version="1",
        terms_sha256="0" * 64,
        **tickets.period(PendingSignUp),
    )
    reset = PasswordReset.objects.create(email="", user=user, **tickets.period(PasswordReset))
    change = EmailChange.objects.create(
        user=user, new_email="owner.new@example.org", **tickets.period(EmailChange)
    )
    named = {"verify": pending, "password-reset-confirm": reset, "confirm-email": change}
    return {name: tickets.issue(ticket) for name, ticket in named.items()}


def _lost_factors(asks: "User", waits: "User") -> dict[str, str]:
    """The link that begins the wait for one person, and the one that stops it for another."""
    from django.utils import timezone

    from accounts import tickets
    from accounts.lost_factor import STOP
    from accounts.models import LostFactor

    asked = LostFactor.objects.create(user=asks, **tickets.period(LostFactor))
    stop_hash = tickets.hash_of(LostFactor, "stop", purpose=STOP)
    due_at = timezone.now() + timedelta(hours=1)
    LostFactor.objects.create(user=waits, stop_hash=stop_hash, due_at=due_at, **tickets.period(LostFactor))
    return {"lost-factor-confirm": tickets.issue(asked), "lost-factor-stop": "stop"}


def _door() -> dict[str, str]:
    """A link that waits to be opened, and two visits: of somebody who sent a request, and of nobody.

    Under the address of the first a mail came in, of which they have not said whether it is theirs.
    """
    from delivery.jobs import JobCall
    from privacy.door import links
    from privacy.models import Channel, Concerns, DoorLink, Right
    from privacy.requests import cases

    def asked(email: str) -> DoorLink:
        links.ask_for_link(email=email, language="nl", organisation=None)
        link = DoorLink.objects.latest("id")
        links.mail_link(JobCall(None, {"link": str(link.pk)}))
        return DoorLink.objects.get(pk=link.pk)

    cases.receive_for_account(
        right=Right.ERASURE,
        channel=Channel.MAIL,
        language="nl",
        country="NL",
        email="robin.visser@example.com",
        concerns=Concerns.LEADS,
    )
    waiting = asked("robin.visser@example.com")
    DoorLink.objects.filter(pk=waiting.pk).update(token_hash=links.hash_of("waiting"))
    visits = (asked("robin.visser@example.com"), asked("nobody@example.com"))
    known, nobody = (links.open_visit(link) or "" for link in visits)
    return {"door-waiting": "waiting", "door-visit": known, "door-nobody": nobody}


if __name__ == "__main__":
    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS.append("testserver")
    sys.stdout.write(json.dumps(furnish()) + "\n")
