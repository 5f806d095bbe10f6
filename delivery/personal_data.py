"""What is kept of mails and of waiting work. Addresses and contents are sealed; jobs hold identifiers."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from privacy.declarations import (
    Also,
    Erasure,
    Field,
    JSONKeys,
    NotPersonal,
    Personal,
    Rule,
    Subject,
    Text,
    Until,
    Whose,
    declare,
)

_ROW = NotPersonal("random identifier of the row")
_WHOSE = NotPersonal("the organisation it belongs to")
_TIME = NotPersonal("when a piece of work was or will be done")
_COUNT = NotPersonal("how often it was tried")
_NAME = NotPersonal("name of a piece of work")
_LETTERS = "A letter about a privacy request goes when the name in the request is cut."
_DATE = NotPersonal("when the row may go")
_POINTERS = JSONKeys({"*": NotPersonal("identifiers of rows, which point nowhere once those have gone")})

declare(
    "delivery.Job",
    role="processor",
    fields={
        "id": _ROW,
        "task": _NAME,
        "organisation_id": _WHOSE,
        "ids": _POINTERS,
        "due_at": _TIME,
        "attempts": _COUNT,
        "dedupe_key": NotPersonal("names an effect by identifiers, so that it waits once"),
        "created_at": _TIME,
    },
)
declare(
    "delivery.DeadLetter",
    role="processor",
    fields={
        "id": _ROW,
        "task": _NAME,
        "organisation_id": _WHOSE,
        "ids": _POINTERS,
        "error": NotPersonal("class of an error, without its text"),
        "attempts": _COUNT,
        "created_at": _TIME,
        "died_at": _TIME,
    },
)
declare(
    "delivery.ScheduledRun",
    role="controller",
    fields={
        "id": _ROW,
        "job": _NAME,
        "due_day": _TIME,
        "claimed_until": _TIME,
        "attempts": _COUNT,
        "started_at": _TIME,
        "finished_at": _TIME,
    },
)


def _mail(category: str, label: Text, **more: Any) -> Personal:
    return Personal(category, purpose="mail", basis="6(1)(b)", label=label, **more)


_MAIL: dict[str, Field] = {
    "id": _ROW,
    "template": NotPersonal("which of our texts"),
    "language": NotPersonal("language of a mail"),
    "recipient": _mail("contact.email", _("Address of a mail"), sealed=True),
    "recipient_index": _mail(
        "contact.email",
        _("Address of a mail as a keyed hash, to find it again"),
        hashed=True,
        org_visible=False,
    ),
    "content": _mail("communication.mail", _("Subject and text of a mail"), sealed=True),
    "state": _mail("communication.delivery", _("Whether a mail was delivered")),
    "asked_at": NotPersonal("when the provider was asked to deliver"),
    "sent_at": _mail("communication.delivery", _("When a mail was sent")),
    "provider_message_id": _mail(
        "communication.delivery", _("Identifier of a mail at the provider"), org_visible=False
    ),
    "created_at": _mail("communication.delivery", _("When a mail was written")),
    "purge_after": _DATE,
}


declare(
    "delivery.SentMail",
    called=_("Mails about requests"),
    role="processor",
    subject=Subject.LEAD,
    title=_("Mails about your request"),
    whose=Whose("leads.Lead", "lead_id"),
    rule=Rule(
        "sent_mail",
        anchor="created_at",
        after="settings.RETENTION_MAIL_DAYS",
        until=Until("organisation.restorable_until"),
        how="a mail about a lead goes with the lead",
        shorter=_LETTERS,
    ),
    fields={
        **_MAIL,
        "organisation_id": _WHOSE,
        "purpose": NotPersonal("what the mail is for"),
        "topic": NotPersonal("which stream of mails it belongs to"),
        "consent_id": Personal(
            "consent.reference", purpose="consent", basis="6(1)(a)", label=_("Consent on which a mail rests")
        ),
        "lead_id": Personal("lead.identifier", purpose="lead_handling", basis="6(1)(b)", label=_("Lead")),
    },
)
declare(
    "delivery.AccountMail",
    called=_("Mails to accounts"),
    role="controller",
    subject=Subject.ACCOUNT,
    title=_("Mails about your account"),
    whose=Whose("accounts.User", "user_id"),
    also=(Also("accounts.User", "recipient_index", by="address", alone=True),),
    rule=Rule(
        "account_mail",
        anchor="created_at",
        after="settings.RETENTION_MAIL_DAYS",
        shorter=f"A link to the page for privacy requests goes after a day. {_LETTERS}",
    ),
    fields={
        **_MAIL,
        "user_id": _mail("identity.account", _("Account")),
    },
)
declare(
    "delivery.Suppression",
    role="processor",
    subject=Subject.LEAD,
    title=_("Mail you do not get any more"),
    whose=Whose("leads.Lead", "recipient_index", by="address"),
    erasure=Erasure(
        "keep",
        ground="17(3)(b)",
        why=_("A keyed hash of the address, without which an objection to mail could not be honoured."),
    ),
    rule=Rule(
        "suppression",
        anchor="created_at",
        after="P0D",
        column="",
        how="Stays as long as the organisation does, so that an objection is honoured; goes with its purge.",
    ),
    fields={
        "id": _ROW,
        "organisation_id": _WHOSE,
        "recipient_index": Personal(
            "contact.email",
            purpose="consent",
            basis="6(1)(c)",
            label=_("Address that gets no more mail, as a keyed hash"),
            hashed=True,
            org_visible=False,
        ),
        "topic": NotPersonal("which stream of mails"),
        "reason": Personal(
            "consent.objection", purpose="consent", basis="6(1)(c)", label=_("Why no more mail is sent")
        ),
        "created_at": Personal(
            "consent.objection",
            purpose="consent",
            basis="6(1)(c)",
            label=_("Since when no more mail is sent"),
        ),
    },
)
declare(
    "delivery.MailboxMessage",
    called=_("Mails in the mailbox page"),
    role="controller",
    subject=Subject.ACCOUNT,
    whose=Whose("accounts.User", "recipient_index", by="address"),
    also=(
        Also("delivery.SentMail", "reference", by="prefix"),
        Also("delivery.AccountMail", "reference", by="prefix"),
    ),
    rule=Rule("mailbox", anchor="created_at", after="P14D"),
    fields={
        "id": _ROW,
        "reference": NotPersonal("identifier of a mail, so that it arrives once"),
        "recipient": _mail(
            "contact.email",
            _("Address of a mail in the mailbox page of a demonstration"),
            sealed=True,
            org_visible=False,
        ),
        "recipient_index": _mail(
            "contact.email", _("The same address as a keyed hash"), hashed=True, org_visible=False
        ),
        "content": _mail(
            "communication.mail",
            _("Subject and text of a mail in the mailbox page of a demonstration"),
            sealed=True,
            org_visible=False,
        ),
        "created_at": NotPersonal("when it arrived"),
        "purge_after": _DATE,
    },
)
_SETTING = NotPersonal("a setting of the organisation's webhook")
_SECRET = NotPersonal("a random secret of a program, sealed")

declare(
    "delivery.WebhookEndpoint",
    role="processor",
    fields={
        "id": _ROW,
        "organisation_id": _WHOSE,
        "url": NotPersonal("address of the organisation's own server"),
        "secret": _SECRET,
        "previous_secret": _SECRET,
        "previous_until": _SETTING,
        "erases_by_itself": _SETTING,
        "state": _SETTING,
        "stop_reason": _SETTING,
        "failures": _COUNT,
        "failing_since": _TIME,
        "not_before": _TIME,
        "created_at": _TIME,
        "retired_at": _TIME,
    },
)
declare(
    "delivery.WebhookDelivery",
    called=_("Messages to your software"),
    role="processor",
    subject=Subject.LEAD,
    whose=Whose("leads.Lead", "object_id"),
    erasure=Erasure(
        "keep",
        ground="17(3)(b)",
        why=_("Identifiers alone, without which nobody could show that a recipient was told (Art. 19)."),
    ),
    rule=Rule("webhook_delivery", anchor="created_at", after="P90D"),
    fields={
        "id": _ROW,
        "organisation_id": _WHOSE,
        "endpoint": NotPersonal("to which server"),
        "event": NotPersonal("name of what happened"),
        "object_id": Personal(
            "lead.identifier",
            purpose="lead_handling",
            basis="6(1)(b)",
            label=_("Lead that a message is about"),
        ),
        "notice_id": NotPersonal("which notice to a recipient"),
        "state": NotPersonal("how far a message is"),
        "attempts": _COUNT,
        "next_try_at": _TIME,
        "status_code": NotPersonal("what the other side answered, as a number"),
        "error": NotPersonal("class of an error, without its text"),
        "created_at": _TIME,
        "finished_at": _TIME,
        "purge_after": _DATE,
    },
)
