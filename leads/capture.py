"""Storing a submission: one statement, one round trip, never answered before commit.

The tenant is set by the first CTE and everything else depends on it, so the wall holds within the
statement itself. A replay with the same submission key inserts nothing and answers the first lead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import cast
from uuid import UUID

from django.db import InterfaceError, OperationalError, connections

from tenancy.backend.base import DatabaseWrapper
from tenancy.backend.prepared import PreparedStatement, Row, Value
from tenancy.encryption import blind_index, seal
from tenancy.ids import random_key, uuid7

ALIAS = "intake"


class IntakeUnavailable(RuntimeError):
    """The database did not answer; nothing was stored, and the same submission may be sent again."""


class IntakeClosed(RuntimeError):
    """The organisation has switched off receiving leads on this configurator."""


class DifferentSubmission(ValueError):
    """The submission key was used before, for other content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A validated, priced submission, ready to be stored. ``ip`` may be empty where it is unknown."""

    organisation_id: UUID
    public_key: str
    configurator_id: UUID
    version_id: UUID
    submission_key: str
    body: bytes
    language: str
    source: str
    quote: str
    gross: Decimal | None
    currency: str
    notice_sha256: str
    marketing_sha256: str | None
    quarantine_reason: str
    retention_days: int
    origin_days: int
    name: str
    email: str
    email_key: str
    phone: str
    answers: str | None
    ip: str
    shown_gross: Decimal | None = None
    #: What it claims of the files that were handed in; None where the form asks for none.
    files: Sequence[UUID] | None = None


@dataclass(frozen=True, slots=True)
class Captured:
    """The stored lead; ``replayed`` when this submission key was seen before."""

    lead_id: UUID
    reference: str
    replayed: bool


_SET_TENANT = (
    "s AS MATERIALIZED (SELECT set_config('app.organisation_id', %(organisation)s, true)::uuid AS o)"
)

#: ``{unless}`` keeps the first storing of a lead from looking for an older one at all.
_ALREADY_STORED = """
SELECT 'old' AS found, k.id, k.reference, k.body_sha256
FROM s CROSS JOIN LATERAL (
  SELECT i.id, i.reference, i.body_sha256 FROM public.leads_lead i
  WHERE i.organisation_id = s.o AND i.submission_key = %(submission_key)s{unless} OFFSET 0
) k"""

#: Locked until the end, so that of two requests one claims a file and the other does not.
_READY = """
ready AS MATERIALIZED (
  SELECT f.id FROM s CROSS JOIN LATERAL (
    SELECT x.id FROM public.leads_leadfile x
    WHERE x.organisation_id = s.o AND x.id = ANY(%(files)s::uuid[]) AND x.lead_id IS NULL
      AND x.configurator_id = %(configurator)s::uuid AND x.state <> 'unreadable' AND x.purge_after > now()
    OFFSET 0 FOR UPDATE
  ) f
),"""
_ALL_READY = """
  WHERE (SELECT count(*) FROM ready) = cardinality(%(files)s::uuid[])"""
_CLAIMED = """,
claimed AS (
  UPDATE public.leads_leadfile f
  SET lead_id = lead.id, purge_after = lead.purge_after
  FROM lead WHERE f.organisation_id = lead.o AND f.id = ANY(%(files)s::uuid[])
),
taken_back AS (
  DELETE FROM public.leads_leadfile f USING lead
  WHERE f.organisation_id = lead.o AND f.lead_id IS NULL AND f.submission_key = %(submission_key)s
    AND f.id <> ALL(%(files)s::uuid[])
)"""


def _capture_sql(*, files: bool) -> str:
    """One lead has one usage record and one first job, so that these carry its key.

    With files it is stored if all of them can be claimed, and nothing of its page stays unclaimed.
    """
    return f"""
WITH {_SET_TENANT},{_READY if files else ""}
lead AS (
  INSERT INTO public.leads_lead (
    id, organisation_id, reference, configurator_id, version_id, status, language, source, quote,
    gross, shown_gross, currency, notice_sha256, marketing_sha256, submission_key, body_sha256,
    quarantine_reason, submitted_at, purge_after)
  SELECT %(id)s::uuid, s.o, %(reference)s, %(configurator)s::uuid, %(version)s::uuid, %(status)s,
    %(language)s, %(source)s, %(quote)s::jsonb, %(gross)s::numeric, %(shown)s::numeric, %(currency)s,
    %(notice)s, %(marketing)s, %(submission_key)s, %(body)s::bytea, %(quarantine)s, now(),
    now() + make_interval(days => %(days)s::int)
  FROM s CROSS JOIN LATERAL (
    SELECT 1 FROM public.configurators_publication p
    WHERE p.public_key = %(public_key)s AND p.organisation_id = s.o AND p.intake_on
      AND p.suspended_at IS NULL OFFSET 0
  ) open_for_intake{_ALL_READY if files else ""}
  ON CONFLICT (organisation_id, submission_key) DO NOTHING
  RETURNING id, organisation_id AS o, submitted_at, reference, status = 'new' AS accepted
    {", purge_after" if files else ""}
),
contact AS (
  INSERT INTO public.leads_leadcontact
    (id, organisation_id, name, email, phone, answers, email_index, phone_index)
  SELECT id, o, %(name)s::bytea, %(email)s::bytea, %(phone)s::bytea, %(answers)s::bytea,
    %(email_index)s::bytea, %(phone_index)s::bytea FROM lead
),
origin AS (
  INSERT INTO public.leads_leadorigin (id, organisation_id, ip, purge_after)
  SELECT id, o, %(ip)s::bytea, submitted_at + make_interval(days => %(origin_days)s::int) FROM lead
),
usage AS (
  INSERT INTO public.billing_usagerecord (id, organisation_id, lead_ref, occurred_at)
  SELECT id, o, id, submitted_at FROM lead WHERE accepted
),
job AS (
  INSERT INTO public.delivery_job (id, task, organisation_id, ids, due_at, attempts, created_at)
  SELECT id, 'leads.announce', o, jsonb_build_object('lead', id), submitted_at, 0, submitted_at
  FROM lead WHERE accepted
){_CLAIMED if files else ""}
SELECT 'new' AS found, lead.id, lead.reference, NULL::bytea FROM lead
UNION ALL {_ALREADY_STORED.format(unless=" AND NOT EXISTS (SELECT FROM lead)")}"""  # noqa: S608  made of constants; every value is a parameter


_CAPTURE = PreparedStatement("capture", _capture_sql(files=False))
_CAPTURE_WITH_FILES = PreparedStatement("capture_with_files", _capture_sql(files=True))
_LOOK_AGAIN = PreparedStatement("look_again", f"WITH {_SET_TENANT} {_ALREADY_STORED.format(unless='')}")


def capture_lead(submission: Submission) -> Captured:
    """Store one visitor's submission, or answer the lead that this submission key already made.

    Raises DifferentSubmission (same key, other body), IntakeClosed (also where one of its files cannot be
    claimed any more), or IntakeUnavailable after one retry on a dead connection; the submission key makes
    that retry safe.
    """
    parameters = _parameters(submission)
    capture = _CAPTURE if submission.files is None else _CAPTURE_WITH_FILES
    row = _fetch(capture, parameters) or _fetch(_LOOK_AGAIN, parameters)
    if row is None:
        raise IntakeClosed
    found, lead_id, reference, body = row
    replayed = found == b"old"
    if replayed and body != parameters["body"]:
        raise DifferentSubmission
    assert lead_id is not None
    assert reference is not None
    return Captured(lead_id=UUID(bytes=lead_id), reference=reference.decode(), replayed=replayed)


def _fetch(statement: PreparedStatement, parameters: dict[str, Value]) -> Row | None:
    """One statement in autocommit; a connection that died while idle is opened again, once."""
    connection = cast(DatabaseWrapper, connections[ALIAS])
    for attempt in (1, 2):
        try:
            return connection.fetch_prepared(statement, parameters)
        except (OperationalError, InterfaceError) as error:
            connection.close()
            if attempt == 2:
                raise IntakeUnavailable from error
    return None


def _parameters(given: Submission) -> dict[str, Value]:
    lead_id, owner = uuid7(), given.organisation_id
    written = str(lead_id)

    def sealed(column: str, value: str) -> bytes:
        return seal(owner, value, place=f"leads_leadcontact.{column}:{written}")

    return {
        "organisation": str(owner),
        "id": lead_id,
        "reference": random_key(10),
        "public_key": given.public_key,
        "configurator": given.configurator_id,
        "version": given.version_id,
        "status": "quarantined" if given.quarantine_reason else "new",
        "language": given.language,
        "source": given.source,
        "quote": given.quote,
        "gross": given.gross,
        "shown": given.shown_gross,
        "currency": given.currency,
        "notice": given.notice_sha256,
        "marketing": given.marketing_sha256,
        "submission_key": given.submission_key,
        "body": blind_index(owner, "submission", given.body.hex()),
        "quarantine": given.quarantine_reason,
        "days": given.retention_days,
        "origin_days": given.origin_days,
        "name": sealed("name", given.name),
        "email": sealed("email", given.email),
        "phone": sealed("phone", given.phone) if given.phone else None,
        "answers": sealed("answers", given.answers) if given.answers else None,
        "email_index": blind_index(owner, "email", given.email_key),
        "phone_index": blind_index(owner, "phone", given.phone) if given.phone else None,
        "ip": seal(owner, given.ip, place=f"leads_leadorigin.ip:{written}"),
        "files": f"{{{','.join(map(str, given.files or ()))}}}",
    }
