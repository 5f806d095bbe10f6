"""What the record keeps: who did what, by identifier. No name, address or content."""

from django.utils.translation import gettext_lazy as _

from privacy.declarations import (
    Case,
    Erasure,
    JSONKeys,
    NotPersonal,
    Personal,
    Rule,
    Subject,
    Whose,
    declare,
)

_ACCESS_LOG = (Case("evidence", value=False, after="settings.RETENTION_ACCESS_LOG_DAYS"),)
_KEPT = Erasure(
    "keep",
    ground="17(3)(e)",
    why=_("Identifiers alone, which lead to nobody once the account is gone; they show who did what."),
)
_BY_WHOM = Personal(
    "activity.actor",
    purpose="accountability",
    basis="6(1)(f)",
    label=_("Account that acted, as an identifier"),
)
_WHAT = Personal("activity.action", purpose="accountability", basis="6(1)(f)", label=_("What was done"))
_WHEN = Personal("activity.time", purpose="accountability", basis="6(1)(f)", label=_("When it was done"))
_DETAIL = JSONKeys(
    {"*": NotPersonal("identifiers, counts and names of fields or states; addresses are refused on writing")}
)
_CLASS = NotPersonal("which of the two periods applies")
_DATE = NotPersonal("when the row may go")

declare(
    "audit.Event",
    role="processor",
    subject=Subject.ACCOUNT,
    whose=Whose("accounts.User", "actor_id"),
    erasure=_KEPT,
    rule=Rule("audit", anchor="occurred_at", after="settings.RETENTION_EVIDENCE_DAYS", cases=_ACCESS_LOG),
    fields={
        "id": NotPersonal("random identifier of the row"),
        "organisation_id": NotPersonal("the organisation it belongs to"),
        "action": _WHAT,
        "actor_id": _BY_WHOM,
        "kind": NotPersonal("what sort of thing was acted on"),
        "object_id": Personal(
            "activity.object",
            purpose="accountability",
            basis="6(1)(f)",
            label=_("What it was done to, as an identifier"),
        ),
        "detail": _DETAIL,
        "evidence": _CLASS,
        "occurred_at": _WHEN,
        "purge_after": _DATE,
    },
)
declare(
    "audit.PlatformEvent",
    role="controller",
    subject=Subject.ACCOUNT,
    whose=Whose("accounts.User", "user_id"),
    erasure=_KEPT,
    rule=Rule(
        "platform_audit", anchor="occurred_at", after="settings.RETENTION_EVIDENCE_DAYS", cases=_ACCESS_LOG
    ),
    fields={
        "id": NotPersonal("random identifier of the row"),
        "action": _WHAT,
        "user_id": _BY_WHOM,
        "organisation_id": NotPersonal("the organisation it was about"),
        "detail": _DETAIL,
        "evidence": _CLASS,
        "occurred_at": _WHEN,
        "purge_after": _DATE,
    },
)
_RECIPIENT = NotPersonal("which export, webhook, API key or processor")
_OF_LEAD = Personal(
    "lead.identifier", purpose="accountability", basis="6(1)(c)", label=_("Lead whose data was handed over")
)
_TOLD = NotPersonal("how far the notice to a recipient is")
_KEPT_FOR_RECIPIENTS = Erasure(
    "keep",
    ground="17(3)(b)",
    why=_("Identifiers alone, without which the recipients could not be told of the erasure (Art. 19)."),
)
declare(
    "audit.Disclosure",
    role="processor",
    subject=Subject.LEAD,
    title=_("To whom your data went"),
    whose=Whose("leads.Lead", "object_id"),
    erasure=_KEPT_FOR_RECIPIENTS,
    rule=Rule("disclosure", anchor="disclosed_at", after="settings.RETENTION_EVIDENCE_DAYS"),
    fields={
        "id": NotPersonal("random identifier of the row"),
        "organisation_id": NotPersonal("the organisation it belongs to"),
        "recipient_kind": _RECIPIENT,
        "recipient_id": _RECIPIENT,
        "object_kind": NotPersonal("what sort of thing was handed over"),
        "object_id": _OF_LEAD,
        "batch_id": NotPersonal("which handing over"),
        "disclosed_at": Personal(
            "activity.disclosure",
            purpose="accountability",
            basis="6(1)(c)",
            label=_("When data was handed over"),
        ),
        "purge_after": _DATE,
    },
)
declare(
    "audit.RecipientNotice",
    role="processor",
    subject=Subject.LEAD,
    apart="A list of identifiers that lead to nobody once the erasure is done.",
    erasure=_KEPT_FOR_RECIPIENTS,
    rule=Rule("recipient_notice", anchor="created_at", after="settings.RETENTION_EVIDENCE_DAYS"),
    fields={
        "id": NotPersonal("random identifier of the row"),
        "organisation_id": NotPersonal("the organisation it belongs to"),
        "case_id": NotPersonal("which request"),
        "event": _TOLD,
        "recipient_kind": _RECIPIENT,
        "recipient_id": _RECIPIENT,
        "object_kind": NotPersonal("what sort of thing was handed over"),
        "object_ids": JSONKeys({"[]": _OF_LEAD}),
        "state": _TOLD,
        "attempts": _TOLD,
        "receipt": NotPersonal("identifier of the recipient's answer"),
        "last_error": NotPersonal("class of an error, without its text"),
        "deadline_at": _TOLD,
        "created_at": _TOLD,
        "sent_at": _TOLD,
        "settled_at": _TOLD,
        "purge_after": _DATE,
    },
)
