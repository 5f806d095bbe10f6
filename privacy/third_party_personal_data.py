"""What the tables of Django and of the libraries hold. One entry per table, also when its app is left out."""

from django.utils.translation import gettext_lazy as _

from privacy.declarations import NotPersonal, Personal, Rule, Subject, declare

_SCHEMA = NotPersonal("names of models and permissions, written by migrations")

declare(
    "contenttypes.ContentType",
    role="controller",
    fields={"id": _SCHEMA, "app_label": _SCHEMA, "model": _SCHEMA},
)
declare(
    "auth.Permission",
    role="controller",
    fields={"id": _SCHEMA, "name": _SCHEMA, "content_type": _SCHEMA, "codename": _SCHEMA},
)
declare("auth.Group", role="controller", fields={"id": _SCHEMA, "name": _SCHEMA})
declare(
    "auth.Group_permissions",
    role="controller",
    fields={"id": _SCHEMA, "group": _SCHEMA, "permission": _SCHEMA},
)
declare(
    "django_migrations",
    role="controller",
    fields={"id": _SCHEMA, "app": _SCHEMA, "name": _SCHEMA, "applied": NotPersonal("time of a deployment")},
)
declare(
    "sessions.Session",
    called=_("Sessions"),
    role="controller",
    subject=Subject.ACCOUNT,
    apart="What a session remembers stands in one sealed text; it ends with the account and within 12 hours.",
    rule=Rule(
        "session",
        anchor="expire_date",
        after="P0D",
        column="expire_date",
    ),
    fields={
        "session_key": Personal(
            "technical.session", purpose="sign_in", basis="6(1)(b)", label=_("Session"), org_visible=False
        ),
        "session_data": Personal(
            "technical.session",
            purpose="sign_in",
            basis="6(1)(b)",
            label=_("What a session remembers: the account, the time of sign-in and the second factor"),
            org_visible=False,
        ),
        "expire_date": NotPersonal("when the session ends"),
    },
)
