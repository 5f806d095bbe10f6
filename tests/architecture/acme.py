"""Acme, filled to the brim with canaries: whatever a business keeps here, under names that occur once."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.test import override_settings
from django.utils import timezone

from accounts import tickets
from accounts.models import EmailChange, LostFactor, PasswordReset, PendingSignUp, PlatformRole, User
from audit.events import record
from audit.models import RecipientNotice
from audit.recipients import tell_recipients
from billing.models import BillingAccount, BillingContact
from configurators.images.keeping import keep_image
from configurators.models import Configurator
from configurators.planning import plan
from configurators.price_books.books import Line, add_entry, create_book
from configurators.published import forget_everything as forget_publications
from configurators.publishing import publish, withdraw
from configurators.scenarios import keep_scenario
from delivery import mailbox, webhooks
from delivery.drain import drain
from delivery.models import DeliveryState, Job, MailboxMessage, WebhookDelivery
from leads import rates
from leads.exports.asking import ask_for_export
from leads.models import Lead
from leads.work import add_note
from organisations import support
from organisations.api_keys import make_key
from organisations.founding import found_organisation
from organisations.invitations import invite
from organisations.members import remove_member
from organisations.models import ApiScope, Invitation, Membership, Organisation
from organisations.permissions import Role
from privacy import holds
from privacy.leaving.parcel import ask_for_parcel
from privacy.models import Channel, LegalHold, RetentionRun, Right
from privacy.requests import cases
from privacy.requests.carrying_out import Carried
from privacy.requests.decisions import Decision
from tenancy.context import tenant
from tenancy.ids import uuid7
from tests.architecture.canaries import Canaries
from tests.configurators.photos import png
from tests.factories import make_file, make_user
from tests.leads.conftest import Visitor
from tests.leads.definitions import veranda

#: What everybody may read at a configurator's public page: its own texts and who is responsible.
PUBLISHED = ("published", "controller")


@dataclass
class Acme:
    """The filled organisation, the people around it, and the ids under which its things are found."""

    canaries: Canaries = field(default_factory=Canaries)
    people: dict[str, User] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    slug: str = ""
    organisation_id: UUID = field(default_factory=lambda: UUID(int=0))
    other_slug: str = ""
    published_key: str = ""
    hidden_key: str = ""


def fill() -> Acme:
    """Build the world in committed transactions."""
    forget_publications()
    rates.forget_everything()
    acme = Acme()
    owner = _people(acme)
    organisation = Organisation.objects.get(pk=acme.organisation_id)
    by = Membership.objects.get(organisation=organisation, user=owner)
    _settings(acme, organisation)
    _team(acme, organisation, by)
    _billing(acme, organisation)
    configurator = _configurators(acme, owner)
    _leads(acme, configurator, owner)
    _held_run(acme)
    _mails(acme)
    _requests(acme, by)
    _support(acme, owner)
    _tickets(acme)
    _recipients(acme, owner)
    return acme


def _person(acme: Acme, who: str) -> User:
    word = acme.canaries.word(f"person.{who}")
    acme.people[who] = make_user(name=f"{who.title()} {word}", email=f"{word}@example.org")
    return acme.people[who]


def _people(acme: Acme) -> User:
    owner = _person(acme, "alice")
    organisation = found_organisation(name="Acme", country="NL", language="en", by=owner)
    acme.organisation_id, acme.slug = organisation.pk, organisation.slug
    acme.people["charlie"] = make_user(name="Charlie")
    other = found_organisation(name="Globex", country="NL", language="en", by=acme.people["charlie"])
    acme.other_slug = other.slug
    return owner


def _settings(acme: Acme, organisation: Organisation) -> None:
    word = acme.canaries.word
    Organisation.objects.filter(pk=organisation.pk).update(
        name=f"Acme {word('controller.name')}",  # the slug stays: it stands in every address
        controller_name=f"Acme {word('controller.legal')} BV",
        controller_address=f"{word('controller.street')} 1, 1234 AB Ons Dorp",
        controller_email=f"{word('controller.email')}@acme.example",
        privacy_policy_url=f"https://acme.example/{word('controller.policy')}",
        embed_domains=[f"{word('controller.site')}.example"],
        notification_email=f"{word('settings.notification')}@acme.example",
        lead_retention_days=365,
    )


def _team(acme: Acme, organisation: Organisation, by: Membership) -> None:
    for who, role in {
        "bob": Role.SALES, "erin": Role.EDITOR, "fay": Role.BILLING, "gus": Role.PRIVACY_OFFICER,
        "mallory": Role.ADMIN,
    }.items():  # fmt: skip
        Membership.objects.create(organisation=organisation, user=_person(acme, who), role=role)
    acme.ids["membership"] = str(Membership.objects.get(user=acme.people["bob"]).pk)
    with tenant(organisation.pk):
        asked = invite(
            organisation=organisation,
            by=by,
            email=f"{acme.canaries.word('invitation.email')}@example.org",
            role=Role.EDITOR,
        )
        record("lead.viewed", actor_id=by.user_id, detail={"object": acme.canaries.word("audit.detail")})
        remove_member(membership=Membership.objects.get(user=acme.people["mallory"]), by=by)
    long_ago = timezone.now() - timedelta(hours=1)
    Invitation.objects.filter(pk=asked.pk).update(sent_at=long_ago)
    acme.ids["invitation"] = str(asked.pk)


def _billing(acme: Acme, organisation: Organisation) -> None:
    word = acme.canaries.word
    BillingAccount.objects.filter(organisation=organisation).update(
        company_name=f"Acme {word('billing.company')}", street=f"{word('billing.street')} 1"
    )
    contact = BillingContact.objects.create(
        organisation=organisation, email=f"{word('billing.contact')}@acme.example", language="en"
    )
    acme.ids["billing_contact"] = str(contact.pk)


def _definition(acme: Acme, kind: str) -> dict[str, Any]:
    """The veranda with a canary in every kind of text that a definition has."""
    word, definition = acme.canaries.word, veranda()
    definition["title"] = {code: f"Veranda {word(f'{kind}.title_{code}')}" for code in ("nl", "en", "fr")}
    definition["intro"] = {code: word(f"{kind}.intro_{code}") for code in ("nl", "en", "fr")}
    for step in definition["steps"]:
        step["title"]["nl"] += " " + word(f"{kind}.step_{step['key']}")
        for group in step["groups"]:
            group["label"]["nl"] += " " + word(f"{kind}.group_{group['key']}")
            for option in group.get("options", ()):
                option["label"]["nl"] += " " + word(f"{kind}.option_{option['key']}")
    for part in ("lines", "constraints"):
        for line in definition[part]:
            text = line.get("label") or line["reason"]
            text["nl"] += " " + word(f"{kind}.{part}_{line['key']}")
    return definition


def _images(acme: Acme, owner: User) -> dict[str, Any]:
    """One that visitors see, as a definition names it, and one that nothing shows."""
    image, unused = (keep_image(png(width, 100), by=owner.pk) for width in (300, 310))
    acme.ids |= {"image": image.sha256, "image_width": "300", "image_unused": unused.sha256}
    return {"file": image.sha256, "width": image.width, "height": image.height}


def _configurators(acme: Acme, owner: User) -> Configurator:
    word = acme.canaries.word
    with tenant(acme.organisation_id):
        image = _images(acme, owner)
        published = _definition(acme, "published")
        published["theme"] = {"accent": "#0f4d43", "text": "#1b211f", "background": "#f6f4ee", "logo": image}
        image["alt"] = {"nl": word("published.logo")}
        shown = Configurator.objects.create(name=f"Veranda {word('internal.name')}", draft=published)
        publish(shown, by=owner.pk, notes=word("internal.notes"))
        publish(shown, by=owner.pk)
        shown.draft = _definition(acme, "draft")
        shown.save()
        known = f"Known {word('internal.scenario')}"
        scenario = keep_scenario(shown, name=known, inputs={"breedte": "2"}, expects="refused", amount=None)
        planned = plan(
            shown, at=timezone.now() + timedelta(days=30), by=owner.pk, notes=word("internal.plan")
        )
        book = create_book(
            key="tariffs", name=f"Tariffs {word('internal.book')}", currency="EUR", by=owner.pk
        )
        article = Line("glass", f"Glass {word('internal.article')}", Decimal("149.50"), date(2026, 1, 1))
        price = add_entry(book, article, by=owner.pk)
        hidden = Configurator.objects.create(
            name=f"Secret {word('internal.hidden')}", draft=_definition(acme, "hidden")
        )
        publish(hidden, by=owner.pk)
        withdraw(hidden, by=owner.pk)
        never = Configurator.objects.create(
            name=f"Never {word('internal.never')}", draft=_definition(acme, "never")
        )
    acme.ids |= {"configurator": str(shown.pk), "number": "1"}
    acme.ids |= {"scenario": str(scenario.pk), "plan": str(planned.pk)}
    acme.ids |= {"book": str(book.pk), "entry": str(price.pk)}
    acme.ids |= {"form_of_file": "json", "right": "restriction"}  # words, the same for everybody
    acme.published_key, acme.hidden_key = shown.public_key, never.public_key
    return shown


def _leads(acme: Acme, configurator: Configurator, owner: User) -> None:
    visitor = Visitor(configurator.public_key)
    for which, honeypot in {"lead": "", "quarantined": "https://spam.example"}.items():
        fields = visitor.fields(
            contact__name=f"Zoë {acme.canaries.word(f'{which}.name')}",
            contact__email=f"{acme.canaries.word(f'{which}.email')}@visitors.example",
            contact__phone=_phone(acme, f"{which}.phone"),
            remark=f"Graag {acme.canaries.word(f'{which}.remark')}",
            form__website=honeypot,
        )
        assert visitor.post(fields).status_code == 303
    with tenant(acme.organisation_id):
        lead = Lead.objects.get(status="new")
        add_note(lead, text=f"Bel {acme.canaries.word('lead.note')}", by=owner.pk)
        acme.ids["lead"] = str(lead.pk)
        told, name = (acme.canaries.word(f"lead.file_{part}") for part in ("content", "name"))
        acme.ids["file"] = str(make_file(lead, name=f"{name}.jpg", content=told.encode()).pk)
        acme.ids["quarantined"] = str(Lead.objects.get(status="quarantined").pk)
        acme.ids["parcel"] = str(ask_for_parcel(by=owner.pk).pk)
        acme.ids["hold"] = str(_hold(acme, owner, "audit.hold").pk)
        acme.ids["hold_reviewed"] = str(_hold(acme, owner, "audit.hold_reviewed").pk)


def _support(acme: Acme, owner: User) -> None:
    """Somebody of support who asks to look in, and another who was let in."""
    organisation = Organisation.objects.get(pk=acme.organisation_id)
    by = Membership.objects.get(organisation=organisation, user=owner)
    for name in ("support_wish", "support_visit"):
        sam = make_user(name=name)
        PlatformRole.objects.create(user=sam, role=PlatformRole.Role.SUPPORT)
        wish = support.ask(organisation=organisation, by=sam, reason="a question", may_change=False)
        acme.ids[name] = str(wish.pk)
    with tenant(acme.organisation_id):
        support.grant(wish, by=by, hours=1, may_change=False, unmasked=False)
    Job.objects.all().delete()


def _recipients(acme: Acme, owner: User) -> None:
    """A file of leads that can be downloaded, another to throw away, and a notice about a copy."""
    for name in ("export", "other_export"):
        with tenant(acme.organisation_id):
            acme.ids[name] = str(ask_for_export(by=owner.pk, language="en").pk)
        drain()
    with tenant(acme.organisation_id):
        [notice] = tell_recipients("lead.erased", case_id=uuid7(), objects=[UUID(acme.ids["lead"])])
        RecipientNotice.objects.filter(pk=notice.pk).update(state="sent")
        acme.ids["export_notice"] = str(notice.pk)
        endpoint, _secret = webhooks.set_endpoint(
            url=f"https://hooks.acme.example/{acme.canaries.word('integration.address')}",
            erases_by_itself=False,
        )
        webhooks.publish(webhooks.TEST)
        WebhookDelivery.objects.update(state=DeliveryState.FAILED)
        acme.ids["delivery"] = str(WebhookDelivery.objects.get(endpoint=endpoint).pk)
        key, _text = make_key(
            organisation=Organisation.objects.get(pk=acme.organisation_id),
            name=acme.canaries.word("integration.key"),
            scopes=list(ApiScope),
            days=30,
            by=owner,
        )
        acme.ids["api_key"] = str(key.pk)
    Job.objects.all().delete()


def _phone(acme: Acme, label: str) -> str:
    """A Dutch number; the canary is the part that every way of writing it has."""
    digits = f"{secrets.randbelow(10**7):07d}"
    acme.canaries.keep(label, digits)
    return f"020{digits}"


def _hold(acme: Acme, owner: User, word: str) -> LegalHold:
    return holds.place(
        scope="category",
        label="leads.LeadNote",
        ground="claim",
        reason=acme.canaries.word(word),
        review_on=timezone.localdate() + timedelta(days=30),
        by=owner.pk,
    )


def _held_run(acme: Acme) -> None:
    now = timezone.now()
    run = RetentionRun.objects.create(
        rule="lead:leads_lead",
        table="leads_lead",
        registry="0" * 64,
        due_day=now.date(),
        started_at=now,
        cutoff=now,
        rows_planned=1000,
        rows_allowed=200,
        outcome=RetentionRun.Outcome.HELD,
    )
    acme.ids["run"] = str(run.pk)


#: One privacy request for each step that an officer can take, standing where that step is possible.
REQUESTS = (
    "request", "request-decide", "request-extend", "request-ask-identity", "request-prove-identity",
    "request-reclassify", "request-withdraw", "request-duplicate", "request-carried-out", "request-close",
)  # fmt: skip


def _requests(acme: Acme, by: Membership) -> None:
    """Somebody of whom nothing is held asks for erasure, again and again."""
    word = acme.canaries.word
    person = {"name": f"Ria {word('request.name')}", "email": f"{word('request.email')}@askers.example"}
    with tenant(acme.organisation_id):
        for name in REQUESTS:
            proven = "" if name == "request-prove-identity" else "link"
            asked = cases.receive(
                right=Right.ERASURE,
                channel=Channel.DESK,
                language="nl",
                wish=word(f"request.wish_{REQUESTS.index(name)}"),
                proven=proven,
                **person,
            )
            acme.ids[name] = str(asked.pk)
            if name in ("request-carried-out", "request-close"):
                cases.decide(asked, decisions=[Decision("*", "erased")], by=by)
            if name == "request-close":
                cases.carried_out(asked, Carried(pending=True))
    account = cases.receive_for_account(
        right=Right.ERASURE, channel=Channel.ACCOUNT, language="nl", country="NL", proven="link", **person
    )
    acme.ids["account_request"] = str(account.pk)


def _mails(acme: Acme) -> None:
    """Announce the leads and hand every mail over, to the mailbox instead of pytest-django's memory."""
    with override_settings(EMAIL_BACKEND="delivery.mailbox.MailboxBackend"):
        while drain():
            pass
    acme.ids["message"] = str(MailboxMessage.objects.latest("id").pk)


def _tickets(acme: Acme) -> None:
    """Tokens of every kind. At each address the walk presents one of another kind."""
    alice = acme.people["alice"]
    reset = PasswordReset.objects.create(email=alice.email, user=alice, **tickets.period(PasswordReset))
    change = EmailChange.objects.create(
        user=alice,
        new_email=f"{acme.canaries.word('person.new')}@example.org",
        **tickets.period(EmailChange),
    )
    pending = PendingSignUp.objects.create(
        email=f"{acme.canaries.word('person.pending')}@example.org",
        name=acme.canaries.word("person.pending_name"),
        password="!",
        language="en",
        terms_version="1",
        terms_sha256="0" * 64,
        **tickets.period(PendingSignUp),
    )
    lost = LostFactor.objects.create(user=acme.people["bob"], **tickets.period(LostFactor))
    acme.ids |= {
        "lost": tickets.issue(lost),
        "reset": tickets.issue(reset), "change": tickets.issue(change), "pending": tickets.issue(pending),
    }  # fmt: skip
    acme.ids["invited"] = _token_in_mail(acme)


def _token_in_mail(acme: Acme) -> str:
    address = f"{acme.canaries.planted['invitation.email']}@example.org"
    [message] = mailbox.newest(to=address)
    found = re.search(r"/invitations/(\w+)/", message.text)
    assert found is not None
    return found[1]
