"""What a lead is: everything that can be linked to the person who asked."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from privacy.declarations import (
    ANYTHING,
    Case,
    JSONKeys,
    NotPersonal,
    Personal,
    Rule,
    SpelledOut,
    Until,
    Whose,
    declare,
)

_handling = partial(Personal, purpose="lead_handling", basis="6(1)(b)")

#: The texts that visitors were shown, once for all of them.
_WORDING = SpelledOut("configurators.Notice", by="sha256", column="text")

_KEPT_WITH_LEAD = "Goes with the lead by cascade."

_LEAD = Rule(
    "lead",
    anchor="submitted_at",
    after="organisation.lead_retention_days",
    cases=(Case("status", "quarantined", after="settings.RETENTION_QUARANTINE_DAYS"),),
    until=Until("organisation.restorable_until"),
)


def _part(name: str, anchor: str = "lead.submitted_at") -> Rule:
    return Rule(name, anchor=anchor, after="organisation.lead_retention_days", column="", how=_KEPT_WITH_LEAD)


_ID = NotPersonal("random identifier of the row")
_ORGANISATION = NotPersonal("the organisation it belongs to")
_OF_LEAD = _handling("lead.identifier", label=_("Lead"))

declare(
    "leads.Lead",
    called=_("Requests"),
    role="processor",
    subject="lead",
    root=True,
    rule=_LEAD,
    fields={
        "id": _handling("lead.identifier", label=_("Lead")),
        "organisation_id": _ORGANISATION,
        "reference": _handling("lead.identifier", label=_("Reference")),
        "configurator": _handling("lead.interest", label=_("Product asked about"), provided=True),
        "version": _handling("lead.interest", label=_("Version shown")),
        "status": _handling("lead.progress", label=_("Status")),
        "language": _handling("lead.language", label=_("Language")),
        "source": NotPersonal("page or embed"),
        "quote": JSONKeys(
            {
                "inputs": _handling("lead.configuration", label=_("Configuration"), provided=True),
                "language": _handling("lead.language", label=_("Language"), provided=True),
                **{
                    key: _handling("lead.price", label=label)
                    for key, label in {
                        "lines": _("Price, line by line"),
                        "net": _("Price without VAT"),
                        "vat": _("VAT"),
                        "gross": _("Price"),
                        "blocked": _("Whether there was no price"),
                    }.items()
                },
                **{
                    key: NotPersonal("how the price was reckoned")
                    for key in ("engine", "schema", "version", "currency", "prices", "vat_rate")
                },
            }
        ),
        "quote_signature": _handling("lead.price", label=_("Signature of the price")),
        "gross": _handling("lead.price", label=_("Price")),
        "shown_gross": _handling("lead.price", label=_("Price that the page showed, if another")),
        "currency": NotPersonal("currency of a price"),
        "notice_sha256": _handling(
            "lead.information",
            purpose="accountability",
            basis="6(1)(c)",
            label=_("Notice shown"),
            spelled_out=_WORDING,
        ),
        "marketing_sha256": Personal(
            "lead.consent",
            purpose="marketing",
            basis="6(1)(a)",
            label=_("Consent wording"),
            spelled_out=_WORDING,
        ),
        "submission_key": NotPersonal("random key of one rendering of a form"),
        "body_sha256": Personal(
            "lead.identifier",
            purpose="security",
            basis="6(1)(f)",
            label=_("Fingerprint of the submission"),
            hashed=True,
            org_visible=False,
        ),
        "quarantine_reason": Personal(
            "technical.suspicion", purpose="security", basis="6(1)(f)", label=_("Reason of suspicion")
        ),
        "submitted_at": _handling("lead.time", label=_("Asked on"), provided=True),
        "read_at": NotPersonal("when a colleague first opened it"),
        "restricted_at": Personal(
            "request.restriction", purpose="rights", basis="6(1)(c)", label=_("Use restricted since")
        ),
        "purge_after": NotPersonal("date on which the row goes"),
    },
)

declare(
    "leads.LeadContact",
    called=_("Contact details"),
    role="processor",
    subject="lead",
    rule=_part("lead_contact"),
    fields={
        "lead": _OF_LEAD,
        "organisation_id": _ORGANISATION,
        "name": _handling("contact.name", label=_("Name"), sealed=True, provided=True),
        "email": _handling("contact.email", label=_("E-mail"), sealed=True, provided=True),
        "phone": _handling("contact.phone", label=_("Phone"), sealed=True, provided=True),
        "answers": _handling("lead.answers", label=_("Answers"), sealed=True, provided=True),
        "email_index": _handling(
            "contact.email", label=_("Keyed hash of the e-mail"), hashed=True, org_visible=False
        ),
        "phone_index": _handling(
            "contact.phone", label=_("Keyed hash of the phone"), hashed=True, org_visible=False
        ),
    },
)

declare(
    "leads.LeadOrigin",
    called=_("Network addresses"),
    role="controller",
    subject="lead",
    rule=Rule(
        "lead_origin",
        anchor="lead.submitted_at",
        after="settings.RETENTION_LEAD_ORIGIN_DAYS",
        until=Until("organisation.restorable_until"),
    ),
    fields={
        "lead": _handling("lead.identifier", purpose="security", basis="6(1)(f)", label=_("Lead")),
        "organisation_id": _ORGANISATION,
        "ip": Personal(
            "technical.ip",
            purpose="security",
            basis="6(1)(f)",
            label=_("Network address"),
            sealed=True,
            org_visible=False,
        ),
        "purge_after": NotPersonal("date on which the row goes"),
    },
)

declare(
    "leads.LeadNote",
    called=_("Notes about requests"),
    role="processor",
    subject="lead",
    title=_("Notes about you"),
    rule=_part("lead_note"),
    fields={
        "id": _ID,
        "organisation_id": _ORGANISATION,
        "lead": _OF_LEAD,
        "author_id": _handling("account.identifier", label=_("Written by")),
        "text": _handling("lead.notes", label=_("Note"), sealed=True),
        "created_at": NotPersonal("date of a note"),
    },
)

declare(
    "leads.LeadEvent",
    called=_("Steps of requests"),
    role="processor",
    subject="lead",
    title=_("What happened with your request"),
    rule=_part("lead_event"),
    fields={
        "id": _ID,
        "organisation_id": _ORGANISATION,
        "lead": _OF_LEAD,
        "kind": _handling("lead.progress", label=_("Event")),
        "actor_id": _handling("account.identifier", label=_("Done by")),
        "detail": JSONKeys(
            {
                "from": _handling("lead.progress", label=_("Status before")),
                "to": _handling("lead.progress", label=_("Status after")),
            }
        ),
        "created_at": _handling("lead.progress", label=_("Time of the event")),
    },
)

declare(
    "leads.ConsentRecord",
    called=_("Consents"),
    role="processor",
    subject="lead",
    title=_("Consents"),
    rule=_part("lead_consent"),
    fields={
        "id": _ID,
        "organisation_id": _ORGANISATION,
        "lead": Personal("lead.identifier", purpose="marketing", basis="6(1)(a)", label=_("Lead")),
        "purpose": NotPersonal("what was consented to"),
        "method": Personal(
            "lead.consent",
            purpose="marketing",
            basis="6(1)(a)",
            label=_("How consent was given"),
        ),
        "text_sha256": Personal(
            "lead.consent",
            purpose="marketing",
            basis="6(1)(a)",
            label=_("Consent wording"),
            spelled_out=_WORDING,
        ),
        "language": Personal("lead.language", purpose="marketing", basis="6(1)(a)", label=_("Language")),
        "version": Personal(
            "lead.consent", purpose="marketing", basis="6(1)(a)", label=_("Version of the form")
        ),
        "given_at": Personal(
            "lead.consent", purpose="marketing", basis="6(1)(a)", label=_("Consent given on"), provided=True
        ),
        "withdrawn_at": Personal(
            "consent.withdrawal", purpose="marketing", basis="6(1)(a)", label=_("Consent withdrawn on")
        ),
    },
)

declare(
    "leads.ConsentLink",
    called=_("Links to confirm a consent"),
    role="processor",
    subject="lead",
    title=_("Links to confirm a consent"),
    rule=Rule(
        "consent_link",
        anchor="created_at",
        after="P30D",
        until=Until("organisation.restorable_until"),
        how="A link goes with the request at the latest.",
        hold=False,
    ),
    fields={
        "id": _ID,
        "organisation_id": _ORGANISATION,
        "lead": Personal("lead.identifier", purpose="marketing", basis="6(1)(a)", label=_("Lead")),
        "purpose": NotPersonal("what would be consented to"),
        "token_hash": NotPersonal("hash of a random token"),
        "created_at": Personal(
            "lead.consent", purpose="marketing", basis="6(1)(a)", label=_("Link to confirm sent on")
        ),
        "expires_at": NotPersonal("when the link ends"),
        "used_at": Personal(
            "lead.consent",
            purpose="marketing",
            basis="6(1)(a)",
            label=_("Link to confirm used on"),
        ),
        "purge_after": NotPersonal("when the row goes"),
    },
)

declare(
    "leads.LeadFile",
    called=_("Files handed in with requests"),
    role="processor",
    subject="lead",
    title=_("Files that you handed in"),
    rule=Rule(
        "lead_file",
        anchor="created_at",
        after="PT24H",
        cases=(Case("lead_id", ANYTHING, after="P0D", anchor="lead.purge_after"),),
        how="A file of a request goes with it; one that its visitor takes back goes at once.",
    ),
    fields={
        "id": _ID,
        "organisation_id": _ORGANISATION,
        "lead": _OF_LEAD,
        "configurator": NotPersonal("the form that it was handed in to"),
        "question": NotPersonal("the key of a question of that form"),
        "receipt_hash": NotPersonal("hash of a random receipt"),
        "submission_key": NotPersonal("random key of one rendering of a form"),
        "fingerprint": Personal(
            "lead.identifier",
            purpose="security",
            basis="6(1)(f)",
            label=_("Fingerprint of the file"),
            hashed=True,
            org_visible=False,
        ),
        "name": _handling("lead.files", label=_("Name of the file"), sealed=True, provided=True),
        "content": _handling("lead.files", label=_("File"), sealed=True, provided=True, file=True),
        "media_type": _handling("lead.files", label=_("Type of the file"), provided=True),
        "size": _handling("lead.files", label=_("Size of the file in bytes")),
        "sent_size": NotPersonal("how large it was when it came"),
        "state": NotPersonal("whether it was looked at"),
        "created_at": _handling("lead.time", label=_("Handed in on"), provided=True),
        "purge_after": NotPersonal("date on which the row goes"),
    },
)

_ASKED = NotPersonal("which requests were asked for, and how they are written")
_PROGRESS = NotPersonal("how far the file is")

declare(
    "leads.LeadExport",
    called=_("Exports of requests"),
    role="processor",
    subject="account",
    whose=Whose("accounts.User", "requested_by"),
    rule=Rule("lead_export", anchor="requested_at", after="P7D", hold=False),
    fields={
        "id": _ID,
        "organisation_id": _ORGANISATION,
        "requested_by": Personal(
            "activity.actor", purpose="accountability", basis="6(1)(f)", label=_("Who asked for a file")
        ),
        "requested_at": Personal(
            "activity.time", purpose="accountability", basis="6(1)(f)", label=_("When a file was asked for")
        ),
        "language": _ASKED,
        "status": _ASKED,
        "since": _ASKED,
        "until": _ASKED,
        "for_programs": _ASKED,
        "state": _PROGRESS,
        "total": _PROGRESS,
        "rows": _PROGRESS,
        "cursor": _handling("lead.identifier", label=_("Last request in the file")),
        "frames": _PROGRESS,
        "file_bytes": _PROGRESS,
        "finished_at": _PROGRESS,
        "downloaded_at": Personal(
            "activity.time",
            purpose="accountability",
            basis="6(1)(f)",
            label=_("When a file was first downloaded"),
        ),
        "purge_after": NotPersonal("date on which the row and its file go"),
    },
)

declare(
    "leads.SavedConfiguration",
    called=_("Choices saved for later"),
    role="processor",
    subject="visitor",
    apart="Nothing in it leads to a person: only who has the link, of which the hash is kept, opens it.",
    rule=Rule(
        "saved_configuration",
        anchor="created_at",
        after="settings.RETENTION_SAVED_DAYS",
        hold=False,
    ),
    fields={
        "id": _ID,
        "organisation_id": _ORGANISATION,
        "configurator": _handling("lead.interest", label=_("Product chosen")),
        "version": _handling("lead.interest", label=_("Version shown")),
        "token_hash": NotPersonal("hash of a random token"),
        "inputs": JSONKeys(
            {"*": _handling("lead.configuration", label=_("Configuration"), provided=True)},
        ),
        "created_at": _handling("lead.time", label=_("Saved on")),
        "purge_after": NotPersonal("date on which the row goes"),
    },
)
