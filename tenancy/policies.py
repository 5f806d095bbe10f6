"""The fixed texts of the wall. Nothing else may be a policy: the catalogue lint compares them.

The sub-select around the function is correctness as well as speed: a bare call was evaluated too
early by one plan shape. Never a cast of the column, an OR or a sub-query over a table.
"""

CURRENT_ORGANISATION = """
CREATE OR REPLACE FUNCTION current_organisation() RETURNS uuid
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
  organisation text := pg_catalog.current_setting('app.organisation_id', true);
BEGIN
  IF organisation IS NULL OR organisation = '' THEN
    RAISE EXCEPTION 'no organisation is set' USING ERRCODE = '42501';
  END IF;
  RETURN organisation::pg_catalog.uuid;
END
$$
"""

#: name → (role, command, USING, WITH CHECK) for a table of the tenant plane.
TENANT_POLICIES = {
    "tenant": (
        "app",
        "ALL",
        "organisation_id = (SELECT current_organisation())",
        "organisation_id = (SELECT current_organisation())",
    ),
}

#: Added where the table carries ``purge_after``: the janitor sees nothing that has not expired.
EXPIRY_POLICIES = {
    "expired_seen": ("janitor", "SELECT", "purge_after <= now()", None),
    "expired_deleted": ("janitor", "DELETE", "purge_after <= now()", None),
}

#: A table of the control plane that carries ``purge_after``: open to app, expiry for the janitor.
CONTROL_POLICIES = {
    "control": ("app", "ALL", "true", "true"),
}


def create_policy(table: str, name: str, role: str, command: str, using: str, check: str | None) -> str:
    """The statement that creates one policy of the lists above."""
    tail = f" WITH CHECK ({check})" if check is not None else ""
    return f'CREATE POLICY {name} ON "{table}" FOR {command} TO {role} USING ({using}){tail}'
