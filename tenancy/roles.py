"""The app refuses to run as a database role that could step over the wall."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

_BYPASSES = """
SELECT rolsuper OR rolbypassrls OR EXISTS (
  SELECT 1 FROM pg_class c WHERE c.relowner = r.oid AND c.relkind IN ('r', 'p')
) OR EXISTS (SELECT 1 FROM pg_auth_members m WHERE m.member = r.oid)
FROM pg_roles r WHERE rolname = current_user
"""

#: Aliases that serve people and work; ``owner`` migrates and is meant to bypass.
WALLED_ALIASES = frozenset({"default", "intake", "janitor"})


def refuse_a_role_that_bypasses(sender: Any, connection: Any, **kwargs: Any) -> None:
    """Raise ImproperlyConfigured when a walled alias connects as superuser, BYPASSRLS, owner or member."""
    if connection.alias not in WALLED_ALIASES:
        return
    with connection.connection.cursor() as cursor:
        bypasses = cursor.execute(_BYPASSES).fetchone()[0]
    if bypasses:
        connection.close()
        raise ImproperlyConfigured(
            f"The database role of '{connection.alias}' could bypass row-level security. "
            "Give APP_DATABASE_URL and JANITOR_DATABASE_URL roles that are NOSUPERUSER, NOBYPASSRLS, "
            "own no table and are member of no role."
        )
