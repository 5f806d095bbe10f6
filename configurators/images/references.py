"""Which images are referred to, read from the definitions: whatever names a file names an image."""

# ruff: noqa: S608 - the texts are made of constants of this module; values come as parameters

from django.db import connections

from configurators.models import Configurator, Publication
from configurators.published import ALIAS, Published
from tenancy.context import tenant

#: A page that was opened before its version was replaced serves for so long (leads.form_token).
GRACE_HOURS = 25

_DRAFTS_AND_PLANS = """
SELECT id AS owner, jsonb_path_query(draft, '$.**.file') #>> '{}' AS file FROM configurators_configurator
UNION ALL
SELECT configurator_id, jsonb_path_query(definition, '$.**.file') #>> '{}'
FROM configurators_plannedpublication
"""
_VERSIONS = """
SELECT configurator_id AS owner, jsonb_path_query(definition, '$.**.file') #>> '{}' AS file
FROM configurators_configuratorversion
"""
_REFERRED_TO = f"SELECT DISTINCT file FROM ({_DRAFTS_AND_PLANS} UNION ALL {_VERSIONS}) found"
_SHOWING = (
    f"SELECT DISTINCT owner FROM ({_DRAFTS_AND_PLANS} UNION ALL {_VERSIONS} WHERE id = ANY(%s)) found"
    " WHERE file = %s"
)

#: The versions of one configurator that a page on somebody's screen may still be of, besides the live one.
_LATELY = """
SELECT DISTINCT jsonb_path_query(definition, '$.**.file') #>> '{}'
FROM (
    SELECT definition, lead(published_at) OVER (ORDER BY number) AS replaced_at
    FROM configurators_configuratorversion WHERE configurator_id = %s
) version
WHERE replaced_at > statement_timestamp() - %s::interval
"""


def files_referred_to() -> set[str]:
    """By any draft, version or plan of the organisation in force."""
    with connections["default"].cursor() as cursor:
        cursor.execute(_REFERRED_TO)
        return {file for (file,) in cursor.fetchall()}


def configurators_with(file: str) -> list[Configurator]:
    """Those whose draft, plan or live version shows it: of an older version it may be taken away."""
    live = list(
        Publication.objects.filter(configurator_id__in=Configurator.objects.values("pk")).values_list(
            "version_id", flat=True
        )
    )
    with connections["default"].cursor() as cursor:
        cursor.execute(_SHOWING, [live, file])
        owners = [owner for (owner,) in cursor.fetchall()]
    return list(Configurator.objects.filter(pk__in=owners).order_by("name"))


def is_shown_by(publication: Published, file: str) -> bool:
    """Whether the live version shows this image, or one that a visitor may still have before them."""
    if file in publication.version.compiled.files:
        return True
    if not publication.earlier_files:
        publication.earlier_files.append(_files_shown_lately(publication))
    return file in publication.earlier_files[0]


def _files_shown_lately(publication: Published) -> frozenset[str]:
    with tenant(publication.organisation_id, using=ALIAS), connections[ALIAS].cursor() as cursor:
        cursor.execute(_LATELY, [publication.configurator_id, f"{GRACE_HOURS} hours"])
        return frozenset(file for (file,) in cursor.fetchall())
