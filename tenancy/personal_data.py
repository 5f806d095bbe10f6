"""What the ledger's side in the database holds: identifiers of rows that go, and keyed hashes."""

from django.utils.translation import gettext_lazy as _

from privacy.declarations import Erasure, JSONKeys, NotPersonal, Personal, Rule, Subject, Whose, declare

_WHERE = NotPersonal("how far this database accounts for the ledger of erasures")

declare(
    "tenancy.LedgerEntry",
    role="processor",
    subject=Subject.LEAD,
    whose=Whose("leads.Lead", "tag", by="address"),
    erasure=Erasure(
        "keep",
        ground="17(3)(b)",
        why=_("A keyed hash of the address, without which an erasure could not survive a restored backup."),
    ),
    rule=Rule(
        "ledger_entry",
        anchor="recorded_at",
        after="P0D",
        column="",
        how="Goes within a minute, once the ledger has been told; the ledger keeps it for 98 days.",
    ),
    fields={
        "id": NotPersonal("random identifier of the row"),
        "action": NotPersonal("name of an action that must survive a restore"),
        "organisation_id": NotPersonal("the organisation it belongs to"),
        "refs": JSONKeys({"[]": NotPersonal("identifiers of rows that are gone, or about to go")}),
        "tag": Personal(
            "contact.email",
            purpose="accountability",
            basis="6(1)(c)",
            label=_("Address whose erasure or objection must survive a restore, as a keyed hash"),
            hashed=True,
            org_visible=False,
        ),
        "more": JSONKeys({"*": NotPersonal("identifiers and numbers that the action needs again")}),
        "state": NotPersonal("whether the action is announced, done or given up"),
        "noted": NotPersonal("how the ledger is told of it"),
        "recorded_at": NotPersonal("when it was recorded"),
    },
)
declare(
    "tenancy.LedgerPosition",
    role="controller",
    fields={
        "id": NotPersonal("there is one row"),
        "applied_seq": _WHERE,
        "applied_hash": _WHERE,
        "restore_epoch": NotPersonal("how often a restored database was brought up to date"),
        "must_replay": NotPersonal("whether that is still to be done"),
        "replayed_at": NotPersonal("when it was done last"),
    },
)
