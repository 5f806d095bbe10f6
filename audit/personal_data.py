"""What the record keeps: who did what, by identifier. No name, address or content."""

from django.utils.translation import gettext_lazy as _

from privacy.declarations import JSONKeys, NotPersonal, Personal, Rule, Subject, declare

_SHORTER = "Events of the access log go after 90 days (settings.RETENTION_ACCESS_LOG_DAYS); evidence stays."
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
    rule=Rule("audit", anchor="occurred_at", after="settings.RETENTION_EVIDENCE_DAYS", shorter=_SHORTER),
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
    rule=Rule(
        "platform_audit", anchor="occurred_at", after="settings.RETENTION_EVIDENCE_DAYS", shorter=_SHORTER
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
