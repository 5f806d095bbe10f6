"""What the world sees: publications, cached in process.

A publication is looked up by its public key on the control plane, its version and notices within the
tenant. Every second at most, one question to Postgres tells whether anything was published or any
organisation changed; then the cache starts anew. Versions are immutable and stay.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date
from time import monotonic
from uuid import UUID

from django.db import connections

from configurators.compiled import Compiled, canonical_json
from configurators.models import ConfiguratorVersion, Publication
from configurators.notices import Wording, marketing_wording, notice_wording, remember
from organisations.models import Organisation
from tenancy.context import tenant

ALIAS = "intake"
POLL_SECONDS = 1.0
#: A commit that the poll overtook is seen at the latest after this.
KEEP_SECONDS = 30.0
_VERSIONS_KEPT = 512
#: Of compiled documents; in memory each takes some ten times as much.
_BYTES_KEPT = 32 * 1024 * 1024

_STAMP = """
SELECT (SELECT max(changed_at) FROM configurators_publication),
       (SELECT max(changed_at) FROM organisations_organisation)
"""


@dataclass(frozen=True, slots=True)
class Version:
    """An immutable version, compiled and ready to answer."""

    id: UUID
    number: int
    sha256: str
    compiled: Compiled
    #: Of the compiled document, in bytes.
    size: int = 0
    #: What browsers reckon with, by language, filled by ``configurators.playable``.
    played: dict[str, object] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Published:
    """One configurator as visitors meet it now."""

    public_key: str
    configurator_id: UUID
    organisation: Organisation
    version: Version
    intake_on: bool
    form_hidden: bool
    notices: dict[str, Wording]
    consents: dict[str, Wording]
    #: Where the theme's style sheet is, for a draft that has no address of its own.
    theme_url: str = ""
    #: Where its images are, for the same.
    images_url: str = ""
    #: Rendered pages by (language, embedded, day), filled by ``configurators.public_page``.
    pages: dict[tuple[str, bool, date | None], object] = field(default_factory=dict)
    #: The images of versions replaced lately, filled by ``configurators.images.references``.
    earlier_files: list[frozenset[str]] = field(default_factory=list)

    @property
    def organisation_id(self) -> UUID:
        return self.organisation.id

    @property
    def is_shown(self) -> bool:
        """Whether visitors get the form now."""
        return self.intake_on and not self.form_hidden

    @property
    def languages(self) -> tuple[str, ...]:
        return self.version.compiled.languages

    def language(self, asked: str | None) -> str:
        """The language asked for, if this configurator speaks it; else its main one."""
        return asked if asked is not None and asked in self.languages else self.version.compiled.language


class _Cache:
    """Publications by key while nothing changed; versions by id for as long as there is room."""

    def __init__(self) -> None:
        self.publications: dict[str, Published] = {}
        self.versions: OrderedDict[UUID, Version] = OrderedDict()
        self.bytes_kept = 0
        self.stamp: tuple | None = None
        self.asked_at = self.filled_at = float("-inf")

    def refresh(self) -> None:
        now = monotonic()
        if now - self.asked_at < POLL_SECONDS:
            return
        with connections[ALIAS].cursor() as cursor:
            cursor.execute(_STAMP)
            stamp = cursor.fetchone()
        self.asked_at = now
        if stamp != self.stamp or now - self.filled_at > KEEP_SECONDS:
            self.publications.clear()
            self.stamp, self.filled_at = stamp, now

    def keep_version(self, version: Version) -> Version:
        replaced = self.versions.pop(version.id, None)
        self.bytes_kept += version.size - (replaced.size if replaced else 0)
        self.versions[version.id] = version
        while len(self.versions) > _VERSIONS_KEPT or self.bytes_kept > _BYTES_KEPT:
            self.bytes_kept -= self.versions.popitem(last=False)[1].size
        return version


_cache = _Cache()


def forget_everything() -> None:
    """Start the cache anew: for tests, whose databases come and go within one process."""
    _cache.__init__()  # type: ignore[misc]


def published(public_key: str, *, fresh: bool = True) -> Published | None:
    """The publication with this key, or None.

    ``fresh=False`` is for the submit path: it takes what is cached without asking Postgres, because
    the storing statement checks again that intake is on and the token pins the version.
    """
    if fresh:
        _cache.refresh()
    found = _cache.publications.get(public_key)
    if found is None:
        found = _load(public_key)
        if found is not None:
            _cache.publications[public_key] = found
    return found


def version_of(publication: Published, version_id: UUID) -> Version | None:
    """The version that a visitor began with, which need not be the one published now."""
    if version_id == publication.version.id:
        return publication.version
    kept = _cache.versions.get(version_id)
    if kept is not None:
        return kept
    with tenant(publication.organisation_id, using=ALIAS):
        row = (
            ConfiguratorVersion.objects.using(ALIAS)
            .filter(pk=version_id, configurator_id=publication.configurator_id)
            .first()
        )
    return _cache.keep_version(_version(row)) if row else None


def _version(row: ConfiguratorVersion) -> Version:
    size = len(canonical_json(row.compiled))
    return Version(row.id, row.number, row.sha256, Compiled.from_json(row.compiled), size)


def _load(public_key: str) -> Published | None:
    publication = Publication.objects.using(ALIAS).filter(public_key=public_key).first()
    if publication is None:
        return None
    organisation = Organisation.objects.using(ALIAS).get(pk=publication.organisation_id)
    with tenant(organisation.id, using=ALIAS):
        row = ConfiguratorVersion.objects.using(ALIAS).get(pk=publication.version_id)
        version = _cache.keep_version(_version(row))
        files = bool(version.compiled.file_groups)
        notices = {
            code: notice_wording(organisation, code, files=files) for code in version.compiled.languages
        }
        consents = {code: marketing_wording(organisation, code) for code in version.compiled.languages}
        remember([*notices.values(), *consents.values()], using=ALIAS)
    return Published(
        public_key=public_key,
        configurator_id=publication.configurator_id,
        organisation=organisation,
        version=version,
        intake_on=publication.intake_on and publication.suspended_at is None,
        form_hidden=publication.form_hidden or publication.frozen,
        notices=notices,
        consents=consents,
    )
