"""What is kept about organisations, their teams and the people they invited."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from privacy.declarations import Also, Erasure, JSONKeys, NotPersonal, Personal, Rule, Subject, Whose, declare

_SETTING = NotPersonal("a choice of the organisation")

declare(
    "organisations.Organisation",
    role="controller",
    subject=Subject.ACCOUNT,
    erasure=Erasure(
        "blank",
        columns=("created_by",),
        why=_("The business goes on without the person; only the reference to who founded it is emptied."),
    ),
    rule=Rule(
        "organisation",
        anchor="terminated_at",
        after="settings.RETENTION_ACCOUNT_YEARS",
        action="anonymise",
        column="blank_after",
    ),
    fields={
        "id": NotPersonal("random identifier of the organisation"),
        "slug": Personal(
            "identity.name",
            purpose="account",
            basis="6(1)(b)",
            label=_("The same name as it stands in addresses"),
        ),
        "name": Personal(
            "identity.name",
            purpose="account",
            basis="6(1)(b)",
            label=_("Name of the business, which may be a person's"),
        ),
        "country": NotPersonal("where the business is"),
        "language": _SETTING,
        "currency": _SETTING,
        "accent": _SETTING,
        "controller_name": Personal(
            "identity.name",
            purpose="account",
            basis="6(1)(b)",
            label=_("Legal name, which may be a person's"),
        ),
        "controller_address": Personal(
            "contact.address",
            purpose="account",
            basis="6(1)(b)",
            label=_("Postal address, which may be a person's"),
        ),
        "controller_email": Personal(
            "contact.email",
            purpose="account",
            basis="6(1)(b)",
            label=_("E-mail address for privacy questions"),
        ),
        "privacy_policy_url": Personal(
            "contact.address",
            purpose="account",
            basis="6(1)(b)",
            label=_("Address of the business's privacy policy"),
        ),
        "lead_retention_days": _SETTING,
        "notification_email": Personal(
            "contact.email", purpose="mail", basis="6(1)(b)", label=_("E-mail address for new requests")
        ),
        "embed_domains": JSONKeys(
            {
                "[]": Personal(
                    "contact.address", purpose="account", basis="6(1)(b)", label=_("Sites of the business")
                )
            }
        ),
        "require_two_step": _SETTING,
        "lifecycle": NotPersonal("whether the agreement runs"),
        "deactivated_at": NotPersonal("when the organisation left"),
        "restorable_until": NotPersonal("until when it can come back"),
        "terminated_at": NotPersonal("when the agreement ended"),
        "suspended_at": NotPersonal("since when the platform has suspended the organisation"),
        "blank_after": NotPersonal("when what may be a person's is blanked"),
        "created_by": Personal(
            "activity.founding", purpose="account", basis="6(1)(b)", label=_("Who founded the organisation")
        ),
        "created_at": NotPersonal("when the agreement began"),
        "changed_at": NotPersonal("when a setting last changed"),
    },
)

declare(
    "organisations.Membership",
    called=_("Memberships"),
    role="controller",
    subject=Subject.ACCOUNT,
    rule=Rule(
        "membership",
        anchor="user.agreement_ended_at",
        after="settings.RETENTION_ACCOUNT_YEARS",
        how="Goes when the person leaves or is removed, and with the account.",
    ),
    fields={
        "id": NotPersonal("random identifier of the membership"),
        "organisation": NotPersonal("which business"),
        "user": Personal("identity.account", purpose="account", basis="6(1)(b)", label=_("Account")),
        "role": Personal(
            "identity.role", purpose="account", basis="6(1)(b)", label=_("Role in the organisation")
        ),
        "created_at": Personal(
            "activity.joining", purpose="account", basis="6(1)(b)", label=_("When the person joined")
        ),
    },
)

declare(
    "organisations.Invitation",
    called=_("Invitations"),
    role="controller",
    subject=Subject.ACCOUNT,
    whose=Whose("accounts.User", "email", by="address"),
    also=(Also("accounts.User", "invited_by", erasure=Erasure("blank", columns=("invited_by",))),),
    rule=Rule("invitation", anchor="expires_at", after="P30D"),
    fields={
        "id": NotPersonal("random identifier of the invitation"),
        "organisation": NotPersonal("which business"),
        "email": Personal(
            "contact.email",
            purpose="account",
            basis="6(1)(f)",
            label=_("E-mail address of the person invited"),
            source=_("the colleague who sent the invitation"),
        ),
        "role": Personal(
            "identity.role", purpose="account", basis="6(1)(f)", label=_("Role that was offered")
        ),
        "token_hash": Personal(
            "credential.link",
            purpose="security",
            basis="6(1)(f)",
            label=_("Link in the invitation, as a hash"),
            hashed=True,
            org_visible=False,
        ),
        "invited_by": Personal(
            "activity.inviting", purpose="account", basis="6(1)(f)", label=_("Who sent the invitation")
        ),
        "sent_at": NotPersonal("when the mail was sent"),
        "expires_at": NotPersonal("when the link stops working"),
        "purge_after": NotPersonal("when the row goes"),
    },
)

declare(
    "organisations.OwnershipOffer",
    called=_("Offers of ownership"),
    role="controller",
    subject=Subject.ACCOUNT,
    whose=Whose("accounts.User", "to_id"),
    also=(Also("accounts.User", "offered_by"),),
    rule=Rule(
        "ownership_offer",
        anchor="offered_at",
        after="P7D",
        how="Goes sooner with the answer, or when it is withdrawn.",
    ),
    fields={
        "id": NotPersonal("random identifier of the offer"),
        "organisation": NotPersonal("which business"),
        "offered_by": Personal(
            "activity.offering", purpose="account", basis="6(1)(b)", label=_("Who offered ownership")
        ),
        "to": Personal(
            "identity.account", purpose="account", basis="6(1)(b)", label=_("Who was offered ownership")
        ),
        "afterwards": NotPersonal("what whoever offers becomes"),
        "offered_at": NotPersonal("when it was offered"),
        "purge_after": NotPersonal("when the offer ends and the row goes"),
    },
)

declare(
    "organisations.Agreement",
    role="controller",
    subject=Subject.ACCOUNT,
    whose=Whose("accounts.User", "user_id"),
    erasure=Erasure(
        "keep",
        ground="17(3)(e)",
        why=_("That the organisation agreed must be shown for as long as the agreement may be disputed."),
    ),
    rule=Rule(
        "agreement",
        anchor="organisation.terminated_at",
        after="P2Y",
        how="Goes with the record of its organisation, two years after the agreement ended.",
    ),
    fields={
        "id": NotPersonal("random identifier of the agreement"),
        "organisation": NotPersonal("which business"),
        "document": NotPersonal("which text"),
        "version": NotPersonal("which version of the text"),
        "sha256": NotPersonal("hash of the text"),
        "language": NotPersonal("language of the text"),
        "user_id": Personal(
            "consent.agreement",
            purpose="accountability",
            basis="6(1)(f)",
            label=_("Who agreed for the organisation, as an identifier"),
        ),
        "accepted_at": Personal(
            "consent.agreement", purpose="accountability", basis="6(1)(f)", label=_("Agreed on")
        ),
    },
)

declare(
    "organisations.SupportGrant",
    called=_("Permissions for support"),
    role="controller",
    subject=Subject.ACCOUNT,
    whose=Whose("accounts.User", "granted_by"),
    erasure=Erasure(
        "keep",
        ground="17(3)(e)",
        why=_("When support was let in must be shown; who did it leads to nobody once the account is gone."),
    ),
    rule=Rule("support_grant", anchor="asked_at", after="P730D"),
    fields={
        "id": NotPersonal("random identifier of the row"),
        "organisation": NotPersonal("which business"),
        "asked_by": Personal(
            "activity.support", purpose="account", basis="6(1)(f)", label=_("Who of support asked to look in")
        ),
        "reason": NotPersonal("why support asks; the form says to name no person"),
        "may_change": _SETTING,
        "unmasked": _SETTING,
        "asked_at": NotPersonal("when support asked"),
        "granted_by": Personal(
            "activity.support", purpose="account", basis="6(1)(f)", label=_("Who let support look in")
        ),
        "starts_at": NotPersonal("from when support may look in"),
        "ends_at": NotPersonal("until when support may look in"),
        "ended_at": NotPersonal("when it was ended"),
        "purge_after": NotPersonal("when the row goes"),
    },
)


def _of_appeal(category: str, label: Any, **more: Any) -> Personal:
    return Personal(category, purpose="accountability", basis="6(1)(f)", label=label, **more)


declare(
    "organisations.Suspension",
    called=_("Suspensions and appeals"),
    role="controller",
    subject=Subject.ACCOUNT,
    whose=Whose("accounts.User", "appealed_by"),
    erasure=Erasure(
        "keep",
        ground="17(3)(e)",
        why=_("Why an organisation was suspended, and what was answered, must be shown when it is disputed."),
    ),
    rule=Rule("suspension", anchor="ended_at", after="P730D"),
    fields={
        "id": NotPersonal("random identifier of the suspension"),
        "organisation": NotPersonal("which business"),
        "reason": NotPersonal("which of a few reasons"),
        "explanation": _of_appeal("content.case", _("Why an organisation was suspended"), sealed=True),
        "suspended_by": _of_appeal(
            "activity.support", _("Who of the platform suspended it, as an identifier"), org_visible=False
        ),
        "suspended_at": NotPersonal("when it was suspended"),
        "appeal": _of_appeal("content.case", _("What was appealed against it"), sealed=True),
        "appealed_by": _of_appeal("activity.support", _("Who appealed, as an identifier")),
        "appealed_at": NotPersonal("when it was appealed"),
        "answer": _of_appeal("content.case", _("What the platform answered"), sealed=True),
        "answered_by": _of_appeal(
            "activity.support", _("Who of the platform answered, as an identifier"), org_visible=False
        ),
        "answered_at": NotPersonal("when it was answered"),
        "ended_at": NotPersonal("when it ended"),
        "purge_after": NotPersonal("when the row goes"),
    },
)

_KEY = NotPersonal("a key of the organisation's own program, and what it opens")

declare(
    "organisations.ApiKey",
    role="controller",
    subject=Subject.ACCOUNT,
    rule=Rule(
        "api_key",
        anchor="created_at",
        after="P0D",
        column="",
        how="Stays as long as the organisation, so that a program that got data can be told of an erasure.",
    ),
    erasure=Erasure(
        "keep",
        ground="17(1)(a)",
        why=_("The key belongs to the organisation; only the reference to who made it is emptied."),
    ),
    fields={
        "id": _KEY,
        "organisation": NotPersonal("which business"),
        "name": NotPersonal("what the organisation calls its program"),
        "prefix": _KEY,
        "secret_sha256": NotPersonal("hash of a random secret of a program"),
        "scopes": JSONKeys({"[]": _KEY}),
        "created_by": Personal(
            "activity.key_made", purpose="accountability", basis="6(1)(f)", label=_("Who made an API key")
        ),
        "created_at": _KEY,
        "expires_at": _KEY,
        "last_used_on": _KEY,
        "revoked_at": _KEY,
    },
)
