"""What the privacy engine itself keeps: requests of people, and evidence that names nobody."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from privacy.declarations import (
    Erasure,
    Field,
    JSONKeys,
    NotPersonal,
    Personal,
    Rule,
    Subject,
    Text,
    Whose,
    declare,
)

_COUNT = NotPersonal("a count over all organisations")
_TIME = NotPersonal("when a sweep ran")

declare(
    "privacy.RetentionRun",
    role="controller",
    fields={
        "id": NotPersonal("identifier of a sweep"),
        "rule": NotPersonal("name of a retention rule"),
        "table": NotPersonal("name of a table"),
        "registry": NotPersonal("fingerprint of the declarations"),
        "due_day": _TIME,
        "started_at": _TIME,
        "finished_at": _TIME,
        "cutoff": _TIME,
        "rows_planned": _COUNT,
        "rows_allowed": _COUNT,
        "rows_deleted": _COUNT,
        "rows_held": _COUNT,
        "slices": _COUNT,
        "longest_slice_ms": NotPersonal("a duration"),
        "overdue_seconds": NotPersonal("a duration"),
        "outcome": NotPersonal("how the sweep ended"),
        "approves": NotPersonal("the held sweep that this one carried out"),
    },
)


# --- Breaches: the cases name accounts and organisations by identifier; what officers write is sealed -----

_BREACH = Rule("breach", anchor="closed_at", after="settings.RETENTION_EVIDENCE_DAYS")
_WITH_BREACH = Rule(
    "breach",
    anchor="breach.closed_at",
    after="settings.RETENTION_EVIDENCE_DAYS",
    column="",
    how="Goes with its case by cascade.",
)
_KEPT_CASE = Erasure(
    "keep",
    ground="17(3)(b)",
    why=_("What was decided must be shown (Art. 5(2) and 33(5) GDPR); an account is named by identifier."),
)
_MOMENT = NotPersonal("a moment of a clock")


def _case(category: str, label: Text, **more: Any) -> Personal:
    return Personal(category, purpose="accountability", basis="6(1)(c)", label=label, **more)


_WHO_WROTE = _case("activity.actor", _("Who wrote it, as an identifier"), org_visible=False)
declare(
    "privacy.Breach",
    called=_("Breach cases"),
    role="controller",
    subject=Subject.ACCOUNT,
    whose=Whose("accounts.User", "actor_id"),
    erasure=_KEPT_CASE,
    rule=_BREACH,
    fields={
        "id": NotPersonal("random identifier of the row"),
        "reference": NotPersonal("random reference of a case"),
        "title": NotPersonal("name of a case; the form says to name no person"),
        "suspected_at": _MOMENT,
        "opened_at": _MOMENT,
        "opened_by": _WHO_WROTE,
        "actor_id": _case(
            "activity.actor", _("Whose doings were looked for, as an identifier"), org_visible=False
        ),
        "since": _MOMENT,
        "until": _MOMENT,
        "closed_at": _MOMENT,
        "purge_after": NotPersonal("when the row goes"),
    },
)
declare(
    "privacy.BreachEntry",
    called=_("Notes about breaches"),
    role="controller",
    subject=Subject.ACCOUNT,
    whose=Whose("accounts.User", "recorded_by"),
    erasure=_KEPT_CASE,
    rule=_WITH_BREACH,
    fields={
        "id": NotPersonal("random identifier of the row"),
        "breach": NotPersonal("which case"),
        "kind": NotPersonal("what sort of entry"),
        "moment": _MOMENT,
        "text": _case("content.case", _("What an officer wrote about a breach"), sealed=True),
        "recorded_at": _MOMENT,
        "recorded_by": _WHO_WROTE,
    },
)
declare(
    "privacy.BreachOrganisation",
    role="controller",
    fields={
        "id": NotPersonal("random identifier of the row"),
        "breach": NotPersonal("which case"),
        "organisation_id": NotPersonal("which business"),
        "people": NotPersonal("a count"),
        "rows": NotPersonal("a count"),
        "categories": JSONKeys({"[]": NotPersonal("a kind of data")}),
        "measured_at": _MOMENT,
        "due_at": _MOMENT,
        "told_at": _MOMENT,
        "mails": NotPersonal("a count"),
    },
)


# --- The registers: companies, demands and duties; the only people in them are officers, by identifier ----

_COMPANY = NotPersonal("what is known of a company that works for us")
declare(
    "privacy.Company",
    role="controller",
    fields={
        "id": NotPersonal("random identifier of the row"),
        "name": _COMPANY,
        "task": _COMPANY,
        "country": _COMPANY,
        "hosts": JSONKeys({"[]": _COMPANY}),
        "contract_signed_on": _COMPANY,
        "contract_sha256": _COMPANY,
        "transfer": _COMPANY,
        "assessed_on": _COMPANY,
        "assessment_sha256": _COMPANY,
        "announced_at": _COMPANY,
        "active_from": _COMPANY,
        "ended_on": _COMPANY,
        "created_at": _COMPANY,
    },
)
_REGISTER = Rule(
    "register",
    anchor="received_on",
    after="P10Y",
    column="",
    how="Kept as long as the register; the officer's identifier leads nowhere once the account is gone.",
)
_DEMAND = NotPersonal("what an authority demanded; the form says to name no person")
declare(
    "privacy.AuthorityDemand",
    role="controller",
    subject=Subject.ACCOUNT,
    whose=Whose("accounts.User", "decided_by"),
    erasure=_KEPT_CASE,
    rule=_REGISTER,
    fields={
        "id": NotPersonal("random identifier of the row"),
        "authority": _DEMAND,
        "country": _DEMAND,
        "legal_basis": _DEMAND,
        "reference": _DEMAND,
        "scope": _DEMAND,
        "organisation_id": NotPersonal("which business"),
        "received_on": _DEMAND,
        "decision": _DEMAND,
        "reasons": _DEMAND,
        "decided_at": _MOMENT,
        "decided_by": _case("activity.actor", _("Who decided, as an identifier"), org_visible=False),
        "handed_over_at": _MOMENT,
        "handed_over": NotPersonal("a count"),
    },
)
_DUTY = NotPersonal("what must be done by a day; the form says to name no person")
declare(
    "privacy.Duty",
    role="controller",
    subject=Subject.ACCOUNT,
    whose=Whose("accounts.User", "done_by"),
    erasure=_KEPT_CASE,
    rule=Rule(
        "register",
        anchor="due_on",
        after="P10Y",
        column="",
        how="Kept as long as the register; the officer's identifier leads nowhere once the account is gone.",
    ),
    fields={
        "id": NotPersonal("random identifier of the row"),
        "kind": _DUTY,
        "subject": _DUTY,
        "due_on": _DUTY,
        "every_months": _DUTY,
        "done_on": _DUTY,
        "done_by": _case("activity.actor", _("Who did it, as an identifier"), org_visible=False),
        "evidence_sha256": NotPersonal("hash of a report"),
        "created_at": _MOMENT,
    },
)
declare(
    "privacy.LegalHold",
    called=_("Legal holds"),
    role="processor",
    subject=Subject.LEAD,
    whose=Whose("leads.Lead", "object_id"),
    erasure=Erasure(
        "keep",
        ground="17(3)(e)",
        why=_("That something was kept back, and why, must be shown as long as the claim can be."),
    ),
    rule=Rule("legal_hold", anchor="released_at", after="settings.RETENTION_EVIDENCE_DAYS"),
    fields={
        "id": NotPersonal("random identifier of the row"),
        "organisation_id": NotPersonal("the organisation it belongs to"),
        "scope": NotPersonal("how much is held"),
        "label": NotPersonal("name of a table"),
        "object_id": Personal(
            "lead.identifier", purpose="accountability", basis="6(1)(f)", label=_("What is held")
        ),
        "ground": NotPersonal("why in general"),
        "reason": Personal(
            "content.hold",
            purpose="accountability",
            basis="6(1)(f)",
            label=_("Why something is held, in words"),
            sealed=True,
        ),
        "author_id": Personal(
            "activity.actor", purpose="accountability", basis="6(1)(f)", label=_("Who placed or released it")
        ),
        "placed_at": NotPersonal("when the hold began"),
        "review_on": NotPersonal("when somebody looks at it again"),
        "reminded_on": NotPersonal("when somebody was asked to"),
        "released_at": NotPersonal("when the hold ended"),
        "released_by": Personal(
            "activity.actor", purpose="accountability", basis="6(1)(f)", label=_("Who placed or released it")
        ),
        "purge_after": NotPersonal("when the row goes"),
    },
)


def _request(category: str, label: Text, **more: Any) -> Personal:
    return Personal(category, purpose="rights", basis="6(1)(c)", label=label, **more)


_PROGRESS = _request("request.progress", _("How far a privacy request is"))
_KEPT_REQUEST = Erasure(
    "keep",
    ground="17(3)(e)",
    why=_("That a request was answered in time must be shown; who asked is cut 84 days after the end."),
)
_CUT = Rule(
    "request_identifiers",
    anchor="closed_at",
    after="settings.RETENTION_REQUEST_IDENTIFIERS_DAYS",
    action="anonymise",
    column="identifiers_until",
)
_REQUEST: dict[str, Field] = {
    "id": NotPersonal("random identifier of the row"),
    "reference": NotPersonal("random reference of a request"),
    "right": _request("request.right", _("What was asked for")),
    "about_minor": _request("request.right", _("Said to be under sixteen")),
    "stage": _PROGRESS,
    "stage_before": NotPersonal("where it stood before, for the constraint on its steps"),
    "channel": NotPersonal("how it came in"),
    "regime": NotPersonal("whose clock runs"),
    "country": NotPersonal("whose calendar counts"),
    "language": _request("request.language", _("Language")),
    "received_at": _request("request.progress", _("Received on")),
    "target_on": NotPersonal("a date of a clock"),
    "statutory_on": NotPersonal("a date of a clock"),
    "extended_until": NotPersonal("a date of a clock"),
    "extension_reason": NotPersonal("complex, or numerous"),
    "extended_at": NotPersonal("a time of a clock"),
    "suspended_at": NotPersonal("a time of a clock"),
    "suspended_seconds": NotPersonal("a length of time"),
    "identity_asked_at": NotPersonal("when proof of identity was asked for"),
    "identity_method": NotPersonal("how identity was proved; never with what"),
    "identity_at": NotPersonal("when identity was proved"),
    "person": _request("contact.email", _("Name and address of who asks"), sealed=True, rule=_CUT),
    "person_index": _request(
        "contact.email", _("The same address as a keyed hash"), hashed=True, org_visible=False, rule=_CUT
    ),
    "wish": _request("content.request", _("What the person wrote"), sealed=True, rule=_CUT),
    "locators": _request(
        "lead.identifier", _("Which rows were found"), sealed=True, org_visible=False, rule=_CUT
    ),
    "decisions": JSONKeys({"[]": NotPersonal("group of fields, outcome, ground and date")}),
    "decided_by": Personal(
        "activity.actor", purpose="accountability", basis="6(1)(f)", label=_("Who decided, as an identifier")
    ),
    "decided_at": NotPersonal("a time of a clock"),
    "remark": _request("content.request", _("What the officer added to the answer"), sealed=True, rule=_CUT),
    "answered_at": NotPersonal("a time of a clock"),
    "closed_at": NotPersonal("a time of a clock"),
    "identifiers_until": NotPersonal("when the sealed parts are cut"),
    "purge_after": NotPersonal("when the row goes"),
}
declare(
    "privacy.PrivacyRequest",
    called=_("Privacy requests"),
    role="processor",
    subject=Subject.LEAD,
    title=_("Your privacy requests"),
    whose=Whose("leads.Lead", "person_index", by="address"),
    erasure=_KEPT_REQUEST,
    rule=Rule("request", anchor="closed_at", after="settings.RETENTION_REQUEST_DAYS"),
    fields={
        **_REQUEST,
        "organisation_id": NotPersonal("the organisation that was asked"),
        "routed_from": NotPersonal("the platform's request that was passed on"),
    },
)
declare(
    "privacy.AccountRequest",
    called=_("Privacy requests to the platform"),
    role="controller",
    subject=Subject.ACCOUNT,
    title=_("Your privacy requests"),
    whose=Whose("accounts.User", "user_id"),
    erasure=_KEPT_REQUEST,
    rule=Rule("account_request", anchor="closed_at", after="settings.RETENTION_REQUEST_DAYS"),
    fields={
        **_REQUEST,
        "user_id": _request("identity.account", _("Account")),
        "concerns": NotPersonal("an account, or leads"),
        "passed_on_to": NotPersonal("a count of organisations"),
    },
)
declare(
    "privacy.DeskSettings",
    role="processor",
    subject=Subject.ACCOUNT,
    whose=Whose("accounts.User", "changed_by"),
    erasure=Erasure(
        "keep",
        ground="17(3)(e)",
        why=_("Who instructed that requests are carried out by themselves must be shown."),
    ),
    rule=Rule(
        "desk_settings",
        anchor="changed_at",
        after="settings.RETENTION_EVIDENCE_DAYS",
        column="",
        how="Holds until it is changed, and goes with the organisation.",
    ),
    fields={
        "id": NotPersonal("identifier of the row"),
        "organisation_id": NotPersonal("the organisation whose desk it is"),
        "automatic_after_days": NotPersonal("a number of days"),
        "answer_within_days": NotPersonal("a number of days"),
        "changed_by": Personal(
            "activity.actor",
            purpose="accountability",
            basis="6(1)(f)",
            label=_("Who set up the desk, as an identifier"),
        ),
        "changed_at": NotPersonal("when the desk was set up"),
    },
)

declare(
    "privacy.DoorLink",
    called=_("Links to the page for privacy requests"),
    role="controller",
    subject=Subject.VISITOR,
    whose=Whose("accounts.User", "address_index", by="address"),
    title=_("Links to the page for privacy requests"),
    rule=Rule("door_link", anchor="created_at", after="PT2H"),
    fields={
        "id": NotPersonal("random identifier of the row"),
        "token_hash": NotPersonal("hash of a random token"),
        "address": _request(
            "contact.email", _("Address to which a link was sent"), sealed=True, org_visible=False
        ),
        "address_index": _request(
            "contact.email", _("The same address as a keyed hash"), hashed=True, org_visible=False
        ),
        "language": _request("request.language", _("Language"), org_visible=False),
        "right": _request("request.right", _("What was asked for"), org_visible=False),
        "organisation_id": _request("request.progress", _("Organisation that was asked"), org_visible=False),
        "found": _request(
            "request.progress", _("Organisations that hold something"), sealed=True, org_visible=False
        ),
        "created_at": _request("request.progress", _("Received on"), org_visible=False),
        "opened_at": _request("request.progress", _("Link opened on"), org_visible=False),
        "expires_at": NotPersonal("when the link ends"),
        "purge_after": NotPersonal("when the row goes"),
    },
)


_EVIDENCE = _request("request.erasure", _("That something was erased, by identifiers alone"))
_COUNTS = NotPersonal("counts of rows, names of tables, grounds and dates")
_KEPT_ERASURE = Erasure(
    "keep",
    ground="17(3)(e)",
    why=_("Identifiers that lead to nobody any more; they show that the erasure was carried out."),
)
_LEADS_NOWHERE = "Identifiers of rows that are gone; the request leads to it as long as it is kept."


def _erasure(name: str) -> Rule:
    return Rule(name, anchor="ordered_at", after="settings.RETENTION_EVIDENCE_DAYS")


_ERASURE: dict[str, Field] = {
    "id": NotPersonal("random identifier of the row"),
    "case_id": _request("request.erasure", _("Request that an erasure answers")),
    "root_ids": JSONKeys({"[]": _EVIDENCE}),
    "plan": NotPersonal("fingerprint of what was approved"),
    "keeping": JSONKeys(
        {"*": NotPersonal("kinds of data, with the ground and the day until which each stays")}
    ),
    "state": _PROGRESS,
    "ordered_by": Personal(
        "activity.actor", purpose="accountability", basis="6(1)(f)", label=_("Who decided, as an identifier")
    ),
    "ordered_at": NotPersonal("when it was ordered"),
    "erased_at": NotPersonal("when it was done"),
    "counts": JSONKeys({"*": _COUNTS}),
    "kept": JSONKeys({"[]": _COUNTS}),
    "salt": NotPersonal("a random number"),
    "digest": NotPersonal("fingerprint of the keys of the rows that went"),
    "ledger_seq": NotPersonal("number of an entry of the ledger"),
    "addresses": _request(
        "contact.email",
        _("Address until every processor was told to forget it"),
        sealed=True,
        org_visible=False,
    ),
    "certificate": JSONKeys({"*": _COUNTS}),
    "certified_at": NotPersonal("when the certificate was issued"),
    "purge_after": NotPersonal("when the row goes"),
}
declare(
    "privacy.LeadErasure",
    called=_("Erasures"),
    role="processor",
    subject=Subject.LEAD,
    apart=_LEADS_NOWHERE,
    erasure=_KEPT_ERASURE,
    rule=_erasure("lead_erasure"),
    fields={**_ERASURE, "organisation_id": NotPersonal("the organisation that decided")},
)
declare(
    "privacy.AccountErasure",
    called=_("Erasures of accounts"),
    role="controller",
    subject=Subject.ACCOUNT,
    apart=_LEADS_NOWHERE,
    erasure=_KEPT_ERASURE,
    rule=_erasure("account_erasure"),
    fields=_ERASURE,
)
_TOLD = NotPersonal("how far the notice to a processor is")
declare(
    "privacy.AccountNotice",
    role="controller",
    fields={
        "id": NotPersonal("random identifier of the row"),
        "case_id": NotPersonal("which request"),
        "recipient_id": NotPersonal("which processor"),
        "state": _TOLD,
        "attempts": _TOLD,
        "receipt": NotPersonal("identifier of the processor's answer"),
        "last_error": NotPersonal("class of an error, without its text"),
        "deadline_at": _TOLD,
        "created_at": _TOLD,
        "sent_at": _TOLD,
        "settled_at": _TOLD,
        "purge_after": NotPersonal("when the row goes"),
    },
    rule=Rule("account_notice", anchor="created_at", after="settings.RETENTION_EVIDENCE_DAYS"),
)

_OF_A_BACKUP = NotPersonal("when a backup was taken, checked or removed")
declare(
    "privacy.Backup",
    role="controller",
    fields={
        "id": NotPersonal("random identifier of the row"),
        "name": NotPersonal("name of a file, made from the time"),
        "taken_at": _OF_A_BACKUP,
        "expires_at": _OF_A_BACKUP,
        "verified_at": _OF_A_BACKUP,
        "rehearsed_at": _OF_A_BACKUP,
        "removed_at": _OF_A_BACKUP,
        "size": NotPersonal("size of a file"),
        "ledger_seq": NotPersonal("how far the ledger reached"),
    },
)
declare(
    "privacy.OrganisationPurge",
    role="controller",
    fields={
        "id": NotPersonal("random identifier of the row"),
        "organisation_id": NotPersonal("the organisation that left"),
        "began_at": NotPersonal("when a purge began"),
        "counts": JSONKeys({"*": NotPersonal("rows that went, by table")}),
        "kept": JSONKeys({"*": NotPersonal("rows that stay, by table")}),
        "keys_destroyed_at": NotPersonal("when the keys went"),
        "unreadable_from": NotPersonal("from when older backups cannot be read"),
        "backups_until": NotPersonal("until when a backup may hold the rows"),
        "finished_at": NotPersonal("when a purge was done"),
        "certificate": JSONKeys({"*": NotPersonal("counts, dates and a signature")}),
        "purge_after": NotPersonal("when the row may go"),
    },
)

declare(
    "privacy.Parcel",
    called=_("Copies of everything"),
    role="processor",
    subject=Subject.ACCOUNT,
    whose=Whose("accounts.User", "requested_by"),
    rule=Rule("parcel", anchor="requested_at", after="P7D", hold=False),
    fields={
        "id": NotPersonal("random identifier of the row"),
        "organisation_id": NotPersonal("the organisation it belongs to"),
        "requested_by": Personal(
            "activity.export",
            purpose="accountability",
            basis="6(1)(f)",
            label=_("Who asked for a complete copy, as an identifier"),
        ),
        "requested_at": NotPersonal("when a copy was asked for"),
        "state": NotPersonal("how far a copy is"),
        "table": NotPersonal("how far a copy is"),
        "cursor": NotPersonal("how far a copy is"),
        "rows": JSONKeys({"*": NotPersonal("rows so far, by table")}),
        "frames": NotPersonal("how much of the file counts"),
        "file_bytes": NotPersonal("how much of the file counts"),
        "finished_at": NotPersonal("when a copy was done"),
        "purge_after": NotPersonal("when the row goes"),
    },
)
