"""What the record keeps: who did what, by identifier. No name, address or content."""

from django.utils.translation import gettext_lazy as _

from privacy.declarations import (
    Erasure,
    Field,
    JSONKeys,
    NotPersonal,
    Personal,
    Rule,
    Subject,
    Whose,
    declare,
)

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
_DATE = NotPersonal("when the row may go")

_LEFT = "An organisation's log goes four weeks after it has left, if that comes first."
_WITHIN_ORGANISATION: dict[str, Field] = {
    "id": NotPersonal("identifier of the row, made of the moment"),
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
    "occurred_at": _WHEN,
    "purge_after": _DATE,
}
_ON_THE_PLATFORM: dict[str, Field] = {
    "id": NotPersonal("identifier of the row, made of the moment"),
    "action": _WHAT,
    "user_id": _BY_WHOM,
    "organisation_id": NotPersonal("the organisation it was about"),
    "detail": _DETAIL,
    "occurred_at": _WHEN,
    "purge_after": _DATE,
}
_WITH_EVENT = "It goes with its event: what belongs to the access log after its ninety days."
_EVIDENCE = "settings.RETENTION_EVIDENCE_DAYS"
_LOG = "settings.RETENTION_ACCESS_LOG_DAYS"

declare(
    "audit.Event",
    called=_("Events in the record"),
    role="processor",
    subject=Subject.ACCOUNT,
    whose=Whose("accounts.User", "actor_id"),
    erasure=_KEPT,
    rule=Rule("audit", anchor="occurred_at", after=_EVIDENCE),
    fields=_WITHIN_ORGANISATION,
)
declare(
    "audit.AccessEvent",
    called=_("Access log"),
    role="processor",
    subject=Subject.ACCOUNT,
    whose=Whose("accounts.User", "actor_id"),
    erasure=_KEPT,
    rule=Rule("access_log", anchor="occurred_at", after=_LOG, shorter=_LEFT),
    fields=_WITHIN_ORGANISATION,
)
declare(
    "audit.PlatformEvent",
    called=_("Events in the platform's record"),
    role="controller",
    subject=Subject.ACCOUNT,
    whose=Whose("accounts.User", "user_id"),
    erasure=_KEPT,
    rule=Rule("platform_audit", anchor="occurred_at", after=_EVIDENCE),
    fields=_ON_THE_PLATFORM,
)
declare(
    "audit.PlatformAccessEvent",
    called=_("Access log of the platform"),
    role="controller",
    subject=Subject.ACCOUNT,
    whose=Whose("accounts.User", "user_id"),
    erasure=_KEPT,
    rule=Rule("platform_access_log", anchor="occurred_at", after=_LOG, shorter=_LEFT),
    fields=_ON_THE_PLATFORM,
)
_CHAIN = NotPersonal("a link of the chain: numbers, hashes and times over an event")
declare(
    "audit.Link",
    role="processor",
    rule=Rule(
        "chain",
        anchor="kept_until",
        after="P2D",
    ),
    fields={
        "id": _CHAIN,
        "organisation_id": NotPersonal("the organisation it belongs to"),
        "seq": _CHAIN,
        "event_id": _CHAIN,
        "event_hash": _CHAIN,
        "prev": _CHAIN,
        "hash": _CHAIN,
        "kept_until": _CHAIN,
        "sealed_at": _CHAIN,
        "purge_after": _DATE,
    },
)
declare(
    "audit.Head",
    role="processor",
    rule=Rule("chain_head", anchor="kept_until", after="P62D"),
    fields={
        "id": _CHAIN,
        "organisation_id": NotPersonal("the organisation it belongs to"),
        "seq": _CHAIN,
        "hash": _CHAIN,
        "kept_until": _CHAIN,
        "signed_at": _CHAIN,
        "signature": _CHAIN,
        "purge_after": _DATE,
    },
)
declare(
    "audit.Verification",
    role="controller",
    fields={
        "id": NotPersonal("identifier of the row"),
        "chain_id": NotPersonal("whose chain: an organisation's or the platform's"),
        "checked_at": NotPersonal("when the chain was checked"),
        "links": NotPersonal("a count"),
        "problem": NotPersonal("name of what is wrong with the chain"),
        "seq": NotPersonal("number of a link"),
    },
)
declare(
    "audit.PersonalValue",
    called=_("Reasons and remarks in the record"),
    role="processor",
    subject=Subject.LEAD,
    whose=Whose("leads.Lead", "object_id"),
    rule=Rule("audit_value", anchor="occurred_at", after=_EVIDENCE, shorter=_WITH_EVENT),
    fields={
        "id": NotPersonal("random identifier of the row"),
        "organisation_id": NotPersonal("the organisation it belongs to"),
        "event_id": NotPersonal("which event it belongs to"),
        "field": NotPersonal("what the value is called"),
        "actor_id": _BY_WHOM,
        "object_id": Personal(
            "lead.identifier", purpose="accountability", basis="6(1)(f)", label=_("Lead that it is about")
        ),
        "salt": NotPersonal("random bytes; they go with the value"),
        "value": Personal(
            "activity.reason",
            purpose="accountability",
            basis="6(1)(f)",
            label=_("Reason or remark in the record"),
            sealed=True,
        ),
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
    called=_("Notes of who got which data"),
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
    called=_("Notices to recipients"),
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
