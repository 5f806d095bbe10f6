"""The functions that run in the database with their owner's rights, word for word. There are no others.

Each does one thing that the janitor may ask for and could not do with rights of his own. None can be called
by anybody else; the catalogue lint compares text, owner, settings and grants.
"""

from dataclasses import dataclass

#: Names are looked up nowhere but where they are written.
_SEARCH_PATH = "search_path=pg_catalog, pg_temp"


@dataclass(frozen=True, slots=True)
class Function:
    """A function of ``owner`` for ``janitor``: arguments as Postgres prints them, and its body."""

    name: str
    arguments: str
    returns: str
    lock_timeout: str
    body: str

    @property
    def settings(self) -> list[str]:
        return [_SEARCH_PATH, f"lock_timeout={self.lock_timeout}"]

    @property
    def signature(self) -> str:
        types = ", ".join(argument.partition(" ")[2] for argument in self.arguments.split(", "))
        return f"{self.name}({types})"

    def create(self) -> list[str]:
        """The statements that make it, and close it to everybody but the janitor."""
        return [
            f"CREATE OR REPLACE FUNCTION {self.name}({self.arguments}) RETURNS {self.returns}"
            " LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp"
            f" SET lock_timeout = '{self.lock_timeout}' AS $${self.body}$$",
            f"REVOKE ALL ON FUNCTION {self.signature} FROM PUBLIC",
            f"GRANT EXECUTE ON FUNCTION {self.signature} TO janitor",
        ]

    def drop(self) -> str:
        return f"DROP FUNCTION {self.signature}"


#: The parent is locked against nothing that reads or writes: the day is made beside it and attached.
MAKE_DAYS = Function(
    "make_days",
    "parent text, first date, last date",
    "integer",
    "2s",
    """
DECLARE
  day date;
  part text;
  made integer := 0;
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM pg_partitioned_table p JOIN pg_class c ON c.oid = p.partrelid
    WHERE c.relname = parent AND c.relnamespace = 'public'::regnamespace AND p.partstrat = 'r'
  ) THEN
    RAISE EXCEPTION 'this table is not kept in days' USING ERRCODE = '42501';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('make_days'), hashtext(parent));
  FOR day IN SELECT generate_series(first, last, interval '1 day')::date LOOP
    part := parent || to_char(day, '_YYYYMMDD');
    CONTINUE WHEN to_regclass(format('public.%I', part)) IS NOT NULL;
    EXECUTE format('CREATE TABLE public.%I (LIKE public.%I INCLUDING ALL)', part, parent);
    EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', part);
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON public.%I FROM CURRENT_USER', part);
    EXECUTE format(
      'ALTER TABLE public.%I ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)', parent, part,
      rpad(lpad(to_hex((extract(epoch FROM day::timestamp) * 1000)::bigint), 12, '0'), 32, '0')::uuid,
      rpad(lpad(to_hex((extract(epoch FROM day + interval '1 day') * 1000)::bigint), 12, '0'), 32, '0')::uuid
    );
    made := made + 1;
  END LOOP;
  RETURN made;
END
""",
)

#: False when the day holds a row that is still to be kept; an error when the day itself is too young.
DROP_DAY = Function(
    "drop_day",
    "parent text, day date, keep_days integer, cutoff timestamp with time zone",
    "boolean",
    "250ms",
    """
DECLARE
  part text := parent || to_char(day, '_YYYYMMDD');
  latest timestamptz;
BEGIN
  IF keep_days < 1 OR day + 1 + keep_days > (now() AT TIME ZONE 'UTC')::date THEN
    RAISE EXCEPTION 'a day is kept for its whole period' USING ERRCODE = '42501';
  END IF;
  IF NOT EXISTS (
    SELECT 1 FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    JOIN pg_class p ON p.oid = i.inhparent
    WHERE c.relname = part AND c.relispartition AND p.relname = parent
    AND c.relnamespace = 'public'::regnamespace AND p.relnamespace = 'public'::regnamespace
  ) THEN
    RAISE EXCEPTION 'this table has no such day' USING ERRCODE = '42501';
  END IF;
  EXECUTE format('LOCK TABLE ONLY public.%I IN ACCESS EXCLUSIVE MODE', parent);
  EXECUTE format(
    'SELECT coalesce(purge_after, ''infinity'') FROM public.%I ORDER BY purge_after DESC NULLS FIRST LIMIT 1',
    part
  ) INTO latest;
  IF latest > least(cutoff, now()) THEN
    RETURN false;
  END IF;
  EXECUTE format('DROP TABLE public.%I', part);
  RETURN true;
END
""",
)

#: The log of an organisation that has left ends some days after it left, and never later than it would have.
END_ACCESS_LOG = Function(
    "end_access_log",
    "organisation uuid, days integer",
    "bigint",
    "2s",
    """
DECLARE
  until timestamptz;
  changed bigint;
  more bigint;
BEGIN
  SELECT o.terminated_at + make_interval(days => days) INTO until
  FROM public.organisations_organisation o WHERE o.id = organisation AND o.terminated_at <= now();
  IF until IS NULL OR days < 1 THEN
    RETURN 0;
  END IF;
  UPDATE public.audit_accessevent SET purge_after = until
  WHERE organisation_id = organisation AND purge_after > until;
  GET DIAGNOSTICS changed = ROW_COUNT;
  UPDATE public.audit_platformaccessevent SET purge_after = until
  WHERE organisation_id = organisation AND purge_after > until;
  GET DIAGNOSTICS more = ROW_COUNT;
  RETURN changed + more;
END
""",
)

FUNCTIONS = {function.name: function for function in (MAKE_DAYS, DROP_DAY, END_ACCESS_LOG)}
