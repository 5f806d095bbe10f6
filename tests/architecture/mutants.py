"""Plausible mistakes in the wall, each as the statements that make it.

`visible` says whether an attacker with the product's own rights could notice; the catalogue lint has to find
the mistake either way.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Mutant:
    name: str
    statements: tuple[str, ...]
    visible: bool


def _seen(name: str, *statements: str) -> Mutant:
    return Mutant(name, statements, visible=True)


def _hidden(name: str, *statements: str) -> Mutant:
    return Mutant(name, statements, visible=False)


_OWN = "organisation_id = (SELECT current_organisation())"
_FUNCTION = (
    "CREATE OR REPLACE FUNCTION current_organisation() RETURNS uuid LANGUAGE plpgsql STABLE PARALLEL SAFE"
)
_SETTING = "nullif(current_setting('app.organisation_id', true), '')"
_NOTE_KEY = "leads_leadnote_lead_id_within_organisation"
_NOTE_TO_LEAD = "FOREIGN KEY (organisation_id, lead_id) REFERENCES leads_lead (organisation_id, id)"

POLICIES = (
    _seen("row security is off", "ALTER TABLE leads_lead DISABLE ROW LEVEL SECURITY"),
    _hidden("row security is not forced", "ALTER TABLE leads_lead NO FORCE ROW LEVEL SECURITY"),
    _seen("USING true", "ALTER POLICY tenant ON leads_lead USING (true)"),
    _seen("WITH CHECK true", "ALTER POLICY tenant ON leads_lead WITH CHECK (true)"),
    _seen("a second policy that reads", "CREATE POLICY more ON leads_lead FOR SELECT TO app USING (true)"),
    _seen("a second policy that deletes", "CREATE POLICY more ON leads_lead FOR DELETE TO app USING (true)"),
    _seen(
        "a second policy that updates",
        "CREATE POLICY more ON leads_lead FOR UPDATE TO app USING (true) WITH CHECK (true)",
    ),
    _seen(
        "a second policy that inserts", "CREATE POLICY more ON leads_lead FOR INSERT TO app WITH CHECK (true)"
    ),
    _seen(
        "open when no organisation is set",
        f"ALTER POLICY tenant ON leads_lead USING ({_SETTING} IS NULL OR organisation_id::text = {_SETTING})",
    ),
    _hidden(
        "a flag for administrators",
        f"ALTER POLICY tenant ON leads_lead USING ({_OWN} OR current_setting('app.is_admin', true) = 'on')",
    ),
    _seen(
        ">= for =",
        "ALTER POLICY tenant ON leads_lead USING (organisation_id >= (SELECT current_organisation()))",
    ),
    _seen(
        "<> for =",
        "ALTER POLICY tenant ON leads_lead USING (organisation_id <> (SELECT current_organisation()))",
    ),
    _hidden(
        "the function without its sub-select",
        "ALTER POLICY tenant ON leads_lead USING (organisation_id = current_organisation())",
    ),
    _hidden(
        "the column cast",
        "ALTER POLICY tenant ON leads_lead USING"
        " (organisation_id::text = (SELECT current_organisation())::text)",
    ),
    _hidden(
        "a sub-query over a table",
        f"ALTER POLICY tenant ON leads_lead USING ({_OWN} AND EXISTS (SELECT 1 FROM django_migrations))",
    ),
    _seen(
        "a policy that looks at the key instead",
        "ALTER POLICY tenant ON leads_lead"
        " USING (id IS NOT NULL AND (SELECT current_organisation()) IS NOT NULL)",
    ),
    _seen("a policy for everybody", "ALTER POLICY tenant ON leads_lead TO PUBLIC"),
    _seen(
        "a restrictive policy",
        "DROP POLICY tenant ON leads_lead",
        f"CREATE POLICY tenant ON leads_lead AS RESTRICTIVE TO app USING ({_OWN}) WITH CHECK ({_OWN})",
    ),
    _seen("no policy", "DROP POLICY tenant ON leads_lead"),
    _hidden("a policy by another name", "ALTER POLICY tenant ON leads_lead RENAME TO organisation"),
    _seen("the janitor sees all", "ALTER POLICY expired_seen ON leads_lead USING (true)"),
    _seen("the janitor deletes all", "ALTER POLICY expired_deleted ON leads_lead USING (true)"),
    _seen(
        "the janitor sees the future", "ALTER POLICY expired_seen ON leads_lead USING (purge_after >= now())"
    ),
    _seen(
        "the janitor sees the undated",
        "ALTER POLICY expired_seen ON leads_lead USING (purge_after IS NULL OR purge_after <= now())",
    ),
    _hidden(
        "the janitor where nothing expires",
        "CREATE POLICY expired_seen ON leads_leadnote FOR SELECT TO janitor USING (created_at <= now())",
    ),
    _hidden(
        "the expiry of a control table unguarded",
        "ALTER TABLE audit_platformevent DISABLE ROW LEVEL SECURITY",
    ),
)

FUNCTION = (
    _seen(
        "nothing instead of an error",
        f"{_FUNCTION} AS $$ BEGIN RETURN {_SETTING}::uuid; END $$",
    ),
    _seen(
        "somebody instead of an error",
        f"{_FUNCTION} AS $$ BEGIN RETURN coalesce({_SETTING},"
        " '0a000000-0000-7000-8000-000000000001')::uuid; END $$",
    ),
    _hidden("volatile", "ALTER FUNCTION current_organisation() VOLATILE"),
    _hidden("immutable", "ALTER FUNCTION current_organisation() IMMUTABLE"),
    _hidden("with its owner's rights", "ALTER FUNCTION current_organisation() SECURITY DEFINER"),
    _hidden("called leakproof", "ALTER FUNCTION current_organisation() LEAKPROOF"),
    _hidden("with a search path", "ALTER FUNCTION current_organisation() SET search_path = public"),
    _hidden("owned by app", "ALTER FUNCTION current_organisation() OWNER TO app"),
    _hidden(
        "with a twin elsewhere",
        "CREATE SCHEMA elsewhere",
        "CREATE FUNCTION elsewhere.current_organisation() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid'",
    ),
)

ROLES = (
    _seen("app bypasses row security", "ALTER ROLE app BYPASSRLS"),
    _seen("app is a superuser", "ALTER ROLE app SUPERUSER"),
    _seen("app makes roles", "ALTER ROLE app CREATEROLE"),
    _hidden("app makes databases", "ALTER ROLE app CREATEDB"),
    _hidden("app replicates", "ALTER ROLE app REPLICATION"),
    _seen("janitor bypasses row security", "ALTER ROLE janitor BYPASSRLS"),
    _hidden("owner is subject to row security", "ALTER ROLE owner NOBYPASSRLS"),
    _seen("app belongs to owner", "GRANT owner TO app"),
    _seen("app reads all data", "GRANT pg_read_all_data TO app"),
    _seen("app belongs to backup", "GRANT backup TO app WITH INHERIT FALSE"),
    _seen("janitor belongs to app", "GRANT app TO janitor"),
    _hidden("a role belongs to app", "CREATE ROLE reporting", "GRANT app TO reporting"),
    _seen("app owns a table", "ALTER TABLE leads_lead OWNER TO app"),
    _seen("app owns the schema", "ALTER SCHEMA public OWNER TO app"),
    _hidden("app has an organisation from its settings", "ALTER ROLE app SET app.organisation_id = 'x'"),
    _hidden("app has a search path of its own", "ALTER ROLE app SET search_path = elsewhere, public"),
    _hidden("everybody's row security is off", "ALTER ROLE ALL SET row_security = off"),
    _seen("app may switch triggers off", "GRANT SET ON PARAMETER session_replication_role TO app"),
)

GRANTS = (
    _seen("app may truncate", "GRANT TRUNCATE ON leads_leadnote TO app"),
    _hidden("app may refer", "GRANT REFERENCES ON leads_lead TO app"),
    _seen("app may make triggers", "GRANT TRIGGER ON leads_lead TO app"),
    _hidden("app may maintain", "GRANT MAINTAIN ON leads_lead TO app"),
    _seen("app may change the audit", "GRANT UPDATE ON audit_event TO app"),
    _seen("app may delete the audit", "GRANT DELETE ON audit_event TO app"),
    _hidden("app may change one column of the audit", "GRANT UPDATE (kind) ON audit_event TO app"),
    _seen("app may record migrations", "GRANT INSERT ON django_migrations TO app"),
    _hidden("app may pass its rights on", "GRANT SELECT ON leads_lead TO app WITH GRANT OPTION"),
    _hidden("everybody may read", "GRANT SELECT ON leads_lead TO PUBLIC"),
    _hidden("janitor may read whole rows", "GRANT SELECT ON leads_leadorigin TO janitor"),
    _hidden("janitor may read addresses", "GRANT SELECT (ip) ON leads_leadorigin TO janitor"),
    _seen("janitor may change rows", "GRANT UPDATE ON leads_lead TO janitor"),
    _seen("janitor may truncate", "GRANT TRUNCATE ON leads_leadnote TO janitor"),
    _hidden("janitor may delete parts", "GRANT DELETE ON leads_leadcontact TO janitor"),
    _hidden("janitor cannot sweep", "REVOKE DELETE ON leads_leadorigin FROM janitor"),
    _hidden("backup may write", "GRANT INSERT ON leads_lead TO backup"),
    _hidden("another role may read", "CREATE ROLE reporting", "GRANT SELECT ON leads_lead TO reporting"),
    _hidden(
        "new tables belong to app",
        "ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public GRANT SELECT ON TABLES TO app",
    ),
    _seen("everybody creates in the schema", "GRANT CREATE ON SCHEMA public TO PUBLIC"),
    _seen(
        "app creates schemas",
        "DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO app', current_database()); END $$",
    ),
)

KEYS = (
    _seen("unique over all organisations", "CREATE UNIQUE INDEX one ON leads_lead (submission_key)"),
    _seen(
        "unique over all, but for some",
        "CREATE UNIQUE INDEX one ON leads_lead (reference) WHERE id IS NOT NULL",
    ),
    _seen("unique by an expression", "CREATE UNIQUE INDEX one ON leads_lead (lower(reference))"),
    _hidden(
        "unique, but led by another column",
        "ALTER TABLE leads_lead ADD UNIQUE (reference, organisation_id)",
    ),
    _hidden("an index over all organisations", "CREATE INDEX one ON leads_lead (reference)"),
    _hidden("an index on the expiry and more", "CREATE INDEX one ON leads_lead (purge_after, reference)"),
    _seen(
        "a key of one column",
        "ALTER TABLE leads_leadnote DROP CONSTRAINT leads_leadnote_pkey",
        "ALTER TABLE leads_leadnote ADD PRIMARY KEY (id)",
    ),
    _hidden(
        "a key in the other order",
        "ALTER TABLE leads_leadnote DROP CONSTRAINT leads_leadnote_pkey",
        "ALTER TABLE leads_leadnote ADD PRIMARY KEY (id, organisation_id)",
    ),
    _hidden("no key", "ALTER TABLE leads_leadnote DROP CONSTRAINT leads_leadnote_pkey"),
    _hidden(
        "an organisation that may be null",
        "ALTER TABLE leads_leadnote DROP CONSTRAINT leads_leadnote_pkey",
        "ALTER TABLE leads_leadnote ALTER COLUMN organisation_id DROP NOT NULL",
        "CREATE UNIQUE INDEX leads_leadnote_pkey ON leads_leadnote (organisation_id, id)",
    ),
    _hidden(
        "an organisation by default",
        "ALTER TABLE leads_leadnote ALTER COLUMN organisation_id SET DEFAULT gen_random_uuid()",
    ),
    _seen(
        "a plain foreign key",
        f"ALTER TABLE leads_leadnote DROP CONSTRAINT {_NOTE_KEY}",
        "CREATE UNIQUE INDEX one ON leads_lead (id)",
        "ALTER TABLE leads_leadnote ADD FOREIGN KEY (lead_id) REFERENCES leads_lead (id) ON DELETE CASCADE",
    ),
    _seen("no foreign key", f"ALTER TABLE leads_leadnote DROP CONSTRAINT {_NOTE_KEY}"),
    _seen(
        "a part without its whole",
        "ALTER TABLE leads_leadcontact DROP CONSTRAINT leads_leadcontact_id_within_organisation",
    ),
    _hidden(
        "a foreign key that never looked",
        f"ALTER TABLE leads_leadnote DROP CONSTRAINT {_NOTE_KEY}",
        f"ALTER TABLE leads_leadnote ADD CONSTRAINT {_NOTE_KEY} {_NOTE_TO_LEAD} ON DELETE CASCADE NOT VALID",
    ),
    _seen(
        "a foreign key that does not look",
        f"ALTER TABLE leads_leadnote DROP CONSTRAINT {_NOTE_KEY}",
        f"ALTER TABLE leads_leadnote ADD CONSTRAINT {_NOTE_KEY} {_NOTE_TO_LEAD}"
        " ON DELETE CASCADE NOT ENFORCED",
    ),
    _seen("foreign keys switched off", "ALTER TABLE leads_leadnote DISABLE TRIGGER ALL"),
    _hidden(
        "a foreign key that nulls the organisation",
        f"ALTER TABLE leads_leadnote DROP CONSTRAINT {_NOTE_KEY}",
        f"ALTER TABLE leads_leadnote ADD CONSTRAINT {_NOTE_KEY} {_NOTE_TO_LEAD} ON DELETE SET NULL",
    ),
    _hidden(
        "a foreign key that follows a move",
        f"ALTER TABLE leads_leadnote DROP CONSTRAINT {_NOTE_KEY}",
        f"ALTER TABLE leads_leadnote ADD CONSTRAINT {_NOTE_KEY} {_NOTE_TO_LEAD}"
        " ON DELETE CASCADE ON UPDATE CASCADE",
    ),
    _hidden(
        "a foreign key that waits",
        f"ALTER TABLE leads_leadnote DROP CONSTRAINT {_NOTE_KEY}",
        f"ALTER TABLE leads_leadnote ADD CONSTRAINT {_NOTE_KEY} {_NOTE_TO_LEAD}"
        " ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED",
    ),
    _hidden(
        "from the control plane to a lead",
        "ALTER TABLE privacy_retentionrun ADD COLUMN o uuid, ADD COLUMN l uuid",
        "ALTER TABLE privacy_retentionrun ADD FOREIGN KEY (o, l) REFERENCES leads_lead (organisation_id, id)",
    ),
    _hidden(
        "a control row that takes leads with it",
        "ALTER TABLE leads_lead ADD COLUMN run uuid REFERENCES privacy_retentionrun (id) ON DELETE CASCADE",
    ),
    _hidden(
        "a unique that waits", "ALTER TABLE leads_lead ADD UNIQUE (organisation_id, reference) DEFERRABLE"
    ),
    _seen("an exclusion", "ALTER TABLE leads_lead ADD EXCLUDE USING btree (submission_key WITH =)"),
    _hidden("a counter", "ALTER TABLE leads_lead ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY"),
    _hidden(
        "a sequence",
        "CREATE SEQUENCE numbers",
        "ALTER TABLE leads_leadnote ADD COLUMN number bigint DEFAULT nextval('numbers')",
    ),
)

THINGS = (
    _seen("a superuser's view", "CREATE VIEW v AS SELECT * FROM leads_lead", "GRANT SELECT ON v TO app"),
    _hidden(
        "a view with the caller's rights",
        "CREATE VIEW v WITH (security_invoker) AS SELECT * FROM leads_lead",
        "GRANT SELECT ON v TO app",
    ),
    _seen(
        "a materialised view",
        "CREATE MATERIALIZED VIEW v AS SELECT * FROM leads_lead",
        "GRANT SELECT ON v TO app",
    ),
    _seen(
        "a function with its owner's rights",
        "CREATE FUNCTION f() RETURNS SETOF leads_lead LANGUAGE sql SECURITY DEFINER"
        " AS 'SELECT * FROM leads_lead'",
    ),
    _hidden("a function", "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'"),
    _hidden(
        "an unclassed table",
        "CREATE TABLE forgotten (id uuid PRIMARY KEY)",
        "ALTER TABLE forgotten OWNER TO owner",
    ),
    _seen(
        "an unclassed copy",
        "CREATE TABLE copy AS SELECT * FROM leads_lead",
        "ALTER TABLE copy OWNER TO owner",
        "GRANT SELECT ON copy TO app",
    ),
    _seen(
        "a child of a walled table",
        "CREATE TABLE child () INHERITS (leads_lead)",
        "INSERT INTO child SELECT * FROM leads_lead",
        "GRANT SELECT ON child TO app",
    ),
    _hidden(
        "a walled table that nobody classed",
        "CREATE TABLE forgotten (organisation_id uuid, id uuid, PRIMARY KEY (organisation_id, id))",
        "ALTER TABLE forgotten OWNER TO owner",
        "ALTER TABLE forgotten ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE forgotten FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY tenant ON forgotten TO app USING ({_OWN}) WITH CHECK ({_OWN})",
    ),
    _hidden("a table elsewhere", "CREATE SCHEMA elsewhere", "CREATE TABLE elsewhere.leads_lead (id uuid)"),
    _hidden("a table that a crash empties", "ALTER TABLE billing_usagerecord SET UNLOGGED"),
    _seen(
        "a rewrite rule",
        "CREATE RULE r AS ON DELETE TO leads_leadnote DO ALSO DELETE FROM leads_leadevent",
    ),
    _seen(
        "a trigger",
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
        " AS $$ BEGIN DELETE FROM leads_leadevent; RETURN NULL; END $$",
        "CREATE TRIGGER t AFTER DELETE ON leads_leadnote EXECUTE FUNCTION f()",
    ),
    _hidden(
        "a trigger of Postgres' own",
        "CREATE TRIGGER t BEFORE UPDATE ON leads_lead FOR EACH ROW"
        " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    ),
    _hidden(
        "an event trigger",
        "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
        "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f()",
    ),
    _hidden(
        "an operator",
        "CREATE OPERATOR public.= (LEFTARG = uuid, RIGHTARG = uuid, FUNCTION = uuid_eq)",
    ),
    _hidden("a cast", "CREATE CAST (uuid AS text) WITH INOUT AS IMPLICIT"),
    _hidden("a publication", "CREATE PUBLICATION p FOR TABLE leads_lead"),
    _hidden("a foreign server", "CREATE FOREIGN DATA WRAPPER w", "CREATE SERVER s FOREIGN DATA WRAPPER w"),
    _hidden("a language", "CREATE LANGUAGE another HANDLER plpgsql_call_handler"),
)

_LOG = "audit_accessevent"
_DAY = f"{_LOG}_{datetime.now(UTC):%Y%m%d}"
#: Without a row yet, so that nobody misses one.
_LATER_DAY = f"{_LOG}_{datetime.now(UTC) + timedelta(days=30):%Y%m%d}"

LOGS = (
    _seen(
        "app may read a day of a log",
        f"GRANT SELECT ON {_DAY} TO app",
        f"ALTER TABLE {_DAY} DISABLE ROW LEVEL SECURITY",
    ),
    _hidden("app may read a day that shows nothing", f"GRANT SELECT ON {_DAY} TO app"),
    _hidden("a day without row security", f"ALTER TABLE {_DAY} DISABLE ROW LEVEL SECURITY"),
    _hidden("a day with a policy of its own", f"CREATE POLICY p ON {_DAY} TO app USING (true)"),
    _hidden("a day for whatever has none", f"CREATE TABLE {_LOG}_99991231 PARTITION OF {_LOG} DEFAULT"),
    _hidden(
        "a day by another name",
        f"CREATE TABLE {_LOG}_later PARTITION OF {_LOG} FOR VALUES"
        " FROM ('f0000000-0000-0000-0000-000000000000') TO ('f1000000-0000-0000-0000-000000000000')",
    ),
    _hidden(
        "a day with other bounds",
        f"CREATE TABLE {_LOG}_20200101 PARTITION OF {_LOG} FOR VALUES"
        " FROM ('f0000000-0000-0000-0000-000000000000') TO ('f1000000-0000-0000-0000-000000000000')",
        f"ALTER TABLE {_LOG}_20200101 OWNER TO owner",
        f"ALTER TABLE {_LOG}_20200101 ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {_LOG}_20200101 FORCE ROW LEVEL SECURITY",
    ),
    _hidden("a day that is no part of the log", f"ALTER TABLE {_LOG} DETACH PARTITION {_LATER_DAY}"),
    _hidden(
        "a table that is called like a day of another",
        "CREATE TABLE leads_lead_20260101 (organisation_id uuid, id uuid)",
        "ALTER TABLE leads_lead_20260101 OWNER TO owner",
    ),
    _hidden("the owner may change the record", "GRANT UPDATE ON audit_event TO owner"),
    _hidden("the owner may delete a day's record", f"GRANT DELETE ON {_DAY} TO owner"),
    _hidden("the owner may empty the log", f"GRANT TRUNCATE ON {_LOG} TO owner"),
    _hidden("app may drop days", "GRANT EXECUTE ON FUNCTION drop_day TO app"),
    _hidden("everybody may make days", "GRANT EXECUTE ON FUNCTION make_days TO PUBLIC"),
    _hidden("days are dropped with the caller's rights", "ALTER FUNCTION drop_day SECURITY INVOKER"),
    _hidden("days are dropped along any path", "ALTER FUNCTION drop_day RESET search_path"),
    _hidden("nobody makes days", "DROP FUNCTION make_days"),
    _hidden(
        "a second way to drop days",
        "CREATE FUNCTION drop_day(parent text) RETURNS int LANGUAGE sql AS 'SELECT 1'",
    ),
)

MUTANTS = tuple(
    Mutant(f"{kind}: {mutant.name}", mutant.statements, mutant.visible)
    for kind, mutants in (
        ("policy", POLICIES),
        ("function", FUNCTION),
        ("role", ROLES),
        ("grant", GRANTS),
        ("key", KEYS),
        ("thing", THINGS),
        ("log", LOGS),
    )
    for mutant in mutants
)
