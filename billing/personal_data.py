"""What billing holds: counts, and nobody's data."""

from privacy.declarations import NotPersonal, declare

declare(
    "billing.UsageRecord",
    role="controller",
    fields={
        "id": NotPersonal("random, and the lead's own: as opaque as lead_ref once the lead is gone"),
        "organisation_id": NotPersonal("the organisation that received the lead"),
        "lead_ref": NotPersonal(
            "opaque: once the lead is gone it leads nowhere, so counts survive an erasure"
        ),
        "occurred_at": NotPersonal("when a lead was received, for counting per period"),
    },
)

declare(
    "billing.Series",
    role="controller",
    fields={
        "id": NotPersonal("random identifier of the series"),
        "entity": NotPersonal("which of our own entities issues"),
        "financial_year": NotPersonal("the year of the numbers"),
        "kind": NotPersonal("invoice or credit note"),
        "last": NotPersonal("the last number that was taken"),
        "last_issued_on": NotPersonal("the date of the last document"),
    },
)
