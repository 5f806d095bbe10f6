"""What we hold about a person with an account, why, and for how long."""

from django.utils.translation import gettext_lazy as _

from privacy.declarations import ANYTHING, Case, JSONKeys, NotPersonal, Personal, Rule, Whose, declare

_CONTRACT = "6(1)(b)"
_SECURITY = "6(1)(f)"
_DUTY = "6(1)(c)"

_ROW = NotPersonal("random identifier of the row")
_WITH_THE_ACCOUNT = Rule(
    "account",
    anchor="user.agreement_ended_at",
    after="settings.RETENTION_ACCOUNT_YEARS",
    how="goes with the account",
)

declare(
    "accounts.User",
    called=_("Accounts"),
    role="controller",
    subject="account",
    root=True,
    rule=Rule("account", anchor="agreement_ended_at", after="settings.RETENTION_ACCOUNT_YEARS"),
    fields={
        "id": _ROW,
        "email": Personal(
            "contact.email", purpose="account", basis=_CONTRACT, label=_("E-mail"), provided=True
        ),
        "name": Personal("identity.name", purpose="account", basis=_CONTRACT, label=_("Name"), provided=True),
        "language": Personal(
            "account.language", purpose="account", basis=_CONTRACT, label=_("Language"), provided=True
        ),
        "password": Personal(
            "credential.password",
            purpose="sign_in",
            basis=_CONTRACT,
            label=_("Password, as a hash"),
            hashed=True,
            org_visible=False,
        ),
        "last_login": Personal(
            "activity.sign_in",
            purpose="sign_in",
            basis=_SECURITY,
            label=_("Last sign-in"),
            org_visible=False,
        ),
        "is_active": NotPersonal("whether the account may be used"),
        "email_verified_at": Personal(
            "activity.address_confirmed", purpose="sign_in", basis=_SECURITY, label=_("Address confirmed on")
        ),
        "must_set_up_two_step": NotPersonal("whether a lost second factor was taken off"),
        "session_epoch": NotPersonal("a counter that ends sessions"),
        "created_at": Personal(
            "activity.account_opened", purpose="account", basis=_CONTRACT, label=_("Account opened on")
        ),
        "last_left_at": Personal(
            "activity.leaving",
            purpose="account",
            basis=_CONTRACT,
            label=_("When the person last left an organisation"),
        ),
        "agreement_ended_at": Personal(
            "activity.leaving",
            purpose="account",
            basis=_CONTRACT,
            label=_("When the person's last agreement ended"),
        ),
        "purge_after": NotPersonal("when the row goes"),
    },
)

declare(
    "accounts.Authenticator",
    called=_("Authenticators"),
    role="controller",
    subject="account",
    rule=_WITH_THE_ACCOUNT,
    fields={
        "id": _ROW,
        "user": Personal(
            "identity.account", purpose="sign_in", basis=_SECURITY, label=_("Account"), org_visible=False
        ),
        "name": NotPersonal("a fixed word"),
        "confirmed": NotPersonal("whether the setup was finished"),
        "seed": Personal(
            "credential.second_factor",
            purpose="sign_in",
            basis=_SECURITY,
            label=_("Second factor"),
            sealed=True,
            org_visible=False,
        ),
        "last_t": NotPersonal("the time step whose code was used last, against using it twice"),
        "throttling_failure_timestamp": Personal(
            "activity.failed_sign_in",
            purpose="security",
            basis=_SECURITY,
            label=_("Failed tries to sign in"),
            org_visible=False,
        ),
        "throttling_failure_count": NotPersonal("a counter of wrong codes in a row"),
        "created_at": Personal(
            "credential.second_factor", purpose="sign_in", basis=_SECURITY, label=_("Second factor")
        ),
        "last_used_at": Personal(
            "activity.sign_in", purpose="sign_in", basis=_SECURITY, label=_("Last sign-in"), org_visible=False
        ),
    },
)

declare(
    "accounts.LegalPublication",
    role="controller",
    fields={
        "id": _ROW,
        "kind": NotPersonal("which text"),
        "version": NotPersonal("which version of the text"),
        "sha256": JSONKeys({"*": NotPersonal("hash of the text in a language")}),
        "material": NotPersonal("whether it changes something that matters"),
        "published_at": NotPersonal("when a text was announced"),
        "notice_started_at": NotPersonal("when the mails about a text began"),
        "effective_at": NotPersonal("from when a text counts"),
    },
)

declare(
    "accounts.LegalNotice",
    called=_("Notices of changed texts"),
    role="controller",
    subject="account",
    rule=_WITH_THE_ACCOUNT,
    fields={
        "id": _ROW,
        "publication": NotPersonal("which version of which text"),
        "user": Personal(
            "identity.account", purpose="accountability", basis=_DUTY, label=_("Account"), org_visible=False
        ),
        "mail_id": NotPersonal("identifier of a mail"),
        "created_at": Personal(
            "communication.notice",
            purpose="accountability",
            basis=_DUTY,
            label=_("Told of a change in our texts on"),
            org_visible=False,
        ),
    },
)

declare(
    "accounts.PlatformRole",
    called=_("Roles on the platform"),
    role="controller",
    subject="account",
    rule=_WITH_THE_ACCOUNT,
    fields={
        "id": _ROW,
        "user": Personal("identity.account", purpose="account", basis=_CONTRACT, label=_("Account")),
        "role": Personal(
            "identity.role", purpose="account", basis=_CONTRACT, label=_("Work for the platform itself")
        ),
        "created_at": NotPersonal("when the work began"),
    },
)

declare(
    "accounts.RecoveryCode",
    called=_("Recovery codes"),
    role="controller",
    subject="account",
    rule=_WITH_THE_ACCOUNT,
    fields={
        "id": _ROW,
        "user": Personal(
            "identity.account", purpose="sign_in", basis=_SECURITY, label=_("Account"), org_visible=False
        ),
        "code_hash": Personal(
            "credential.second_factor",
            purpose="sign_in",
            basis=_SECURITY,
            label=_("Second factor"),
            hashed=True,
            org_visible=False,
        ),
        "created_at": NotPersonal("when ten codes were made together"),
    },
)

declare(
    "accounts.TermsAcceptance",
    called=_("Agreements with our texts"),
    role="controller",
    subject="account",
    rule=_WITH_THE_ACCOUNT,
    fields={
        "id": _ROW,
        "user": Personal(
            "identity.account", purpose="accountability", basis=_DUTY, label=_("Account"), org_visible=False
        ),
        "document": NotPersonal("which text"),
        "version": NotPersonal("which version of the text"),
        "sha256": NotPersonal("hash of the text"),
        "language": NotPersonal("language of the text"),
        "accepted_at": Personal(
            "consent.terms", purpose="accountability", basis=_DUTY, label=_("Agreed on"), org_visible=False
        ),
    },
)

declare(
    "accounts.PendingSignUp",
    called=_("Sign-ups that wait"),
    role="controller",
    subject="visitor",
    whose=Whose("accounts.User", "email", by="address"),
    rule=Rule(
        "sign_up",
        anchor="created_at",
        after="PT24H",
        how="also when the account is opened, or exists already",
    ),
    fields={
        "id": _ROW,
        "token_hash": NotPersonal("hash of a random token"),
        "email": Personal(
            "contact.email", purpose="account", basis=_CONTRACT, label=_("E-mail"), org_visible=False
        ),
        "name": Personal(
            "identity.name", purpose="account", basis=_CONTRACT, label=_("Name"), org_visible=False
        ),
        "password": Personal(
            "credential.password",
            purpose="account",
            basis=_CONTRACT,
            label=_("Password, as a hash"),
            hashed=True,
            org_visible=False,
        ),
        "language": Personal(
            "account.language", purpose="account", basis=_CONTRACT, label=_("Language"), org_visible=False
        ),
        "terms_version": NotPersonal("which version of the terms"),
        "terms_sha256": NotPersonal("hash of the terms"),
        "next_path": NotPersonal("a page of this site; blank once the mail is written"),
        "created_at": NotPersonal("when the form was sent"),
        "expires_at": NotPersonal("when the link ends"),
        "purge_after": NotPersonal("when the row goes"),
    },
)

declare(
    "accounts.PasswordReset",
    called=_("Links for a new password"),
    role="controller",
    subject="account",
    rule=Rule("password_reset", anchor="created_at", after="PT1H", how="also when the link is used"),
    fields={
        "id": _ROW,
        "token_hash": NotPersonal("hash of a random token"),
        "email": Personal(
            "contact.email",
            purpose="sign_in",
            basis=_CONTRACT,
            label=_("E-mail"),
            org_visible=False,
            rule=Rule("password_reset_address", anchor="created_at", after="PT1H", how="blanked by the mail"),
        ),
        "user": Personal(
            "identity.account", purpose="sign_in", basis=_CONTRACT, label=_("Account"), org_visible=False
        ),
        "created_at": NotPersonal("when the form was sent"),
        "expires_at": NotPersonal("when the link ends"),
        "purge_after": NotPersonal("when the row goes"),
    },
)

declare(
    "accounts.EmailChange",
    called=_("Changes of address that wait"),
    role="controller",
    subject="account",
    rule=Rule("email_change", anchor="created_at", after="PT24H", how="also when the address is confirmed"),
    fields={
        "id": _ROW,
        "token_hash": NotPersonal("hash of a random token"),
        "user": Personal(
            "identity.account", purpose="account", basis=_CONTRACT, label=_("Account"), org_visible=False
        ),
        "new_email": Personal(
            "contact.email", purpose="account", basis=_CONTRACT, label=_("E-mail"), org_visible=False
        ),
        "created_at": NotPersonal("when the form was sent"),
        "expires_at": NotPersonal("when the link ends"),
        "purge_after": NotPersonal("when the row goes"),
    },
)

declare(
    "accounts.LostFactor",
    called=_("Reports of a lost second step"),
    role="controller",
    subject="account",
    rule=Rule(
        "lost_factor",
        anchor="expires_at",
        after="P0D",
        cases=(Case("due_at", ANYTHING, after="P30D", anchor="due_at"),),
        how="also when the second factor is taken off or kept",
    ),
    fields={
        "id": _ROW,
        "token_hash": NotPersonal("hash of a random token"),
        "stop_hash": NotPersonal("hash of a random token"),
        "user": Personal(
            "identity.account", purpose="security", basis=_SECURITY, label=_("Account"), org_visible=False
        ),
        "due_at": Personal(
            "activity.lost_second_factor",
            purpose="security",
            basis=_SECURITY,
            label=_("When the lost second factor is taken off"),
            org_visible=False,
        ),
        "created_at": NotPersonal("when the form was sent"),
        "expires_at": NotPersonal("when the link ends"),
        "purge_after": NotPersonal("when the row goes"),
    },
)

declare(
    "accounts.ThrottleLane",
    called=_("Counted tries to sign in"),
    role="controller",
    subject="visitor",
    apart="Counted under a keyed hash of an account, an address or a device; it goes within 90 days.",
    rule=Rule(
        "sign_in_tries",
        anchor="last_failure_at",
        after="PT24H",
        cases=(Case("proved_at", ANYTHING, after="P90D", anchor="proved_at"),),
    ),
    fields={
        "id": _ROW,
        "key": Personal(
            "activity.failed_sign_in",
            purpose="security",
            basis=_SECURITY,
            label=_("Failed tries to sign in"),
            hashed=True,
            org_visible=False,
        ),
        "failures": NotPersonal("a counter under a keyed hash"),
        "last_failure_at": Personal(
            "activity.failed_sign_in",
            purpose="security",
            basis=_SECURITY,
            label=_("Failed tries to sign in"),
            org_visible=False,
        ),
        "proved_at": Personal(
            "activity.sign_in", purpose="sign_in", basis=_SECURITY, label=_("Last sign-in"), org_visible=False
        ),
        "purge_after": NotPersonal("when the row goes"),
    },
)
