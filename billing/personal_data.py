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
