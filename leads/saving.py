"""Choices that a visitor keeps for later: behind a link that ends, with nothing that says whose they are.

Only what can be enumerated or counted is kept, never what somebody wrote. Of the link only the hash is kept:
whoever reads the table opens nothing.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils import timezone, translation

from configurators.answers import Answers, preview_json
from configurators.compiled import Compiled
from configurators.parts import Group
from configurators.published import ALIAS, Published, Version, version_of
from leads.capture import IntakeUnavailable
from leads.models import SavedConfiguration
from tenancy.context import tenant
from tenancy.ids import random_key

_TOKEN_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Kept:
    """A link just made, and the last day on which it opens."""

    token: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """Choices brought back into the version of today; ``lost`` names what that has no place for any more."""

    answers: Answers
    saved_at: datetime
    same_version: bool
    lost: list[str]


def save(publication: Published, version: Version, answers: Answers) -> Kept:
    """Keep these choices. Raises IntakeUnavailable where there is no database to keep them in."""
    token, now = random_key(_TOKEN_LENGTH), timezone.now()
    until = now + timedelta(days=settings.RETENTION_SAVED_DAYS)
    try:
        with tenant(publication.organisation_id, using=ALIAS):
            SavedConfiguration.objects.using(ALIAS).create(
                configurator_id=publication.configurator_id,
                version_id=version.id,
                token_hash=_hash_of(token),
                inputs=answers.to_json(),
                created_at=now,
                purge_after=until,
            )
    except (OperationalError, InterfaceError) as error:
        raise IntakeUnavailable from error
    return Kept(token, until)


def opened(publication: Published, token: str, *, language: str) -> Opened | None:
    """What this link brings back; None for one that has ended or never was. Raises IntakeUnavailable."""
    try:
        saved = _saved(publication, token)
        before = version_of(publication, saved.version_id) if saved else None
    except (OperationalError, InterfaceError) as error:
        raise IntakeUnavailable from error
    if saved is None:
        return None
    with translation.override(language):
        answers, lost = _brought_back(publication.version.compiled, saved.inputs)
    named = before.compiled.groups if before else {}
    return Opened(
        answers=answers,
        saved_at=saved.created_at,
        same_version=saved.version_id == publication.version.id,
        lost=[_name(named, key, saved.inputs[key], publication.version.compiled, language) for key in lost],
    )


def _saved(publication: Published, token: str) -> SavedConfiguration | None:
    with tenant(publication.organisation_id, using=ALIAS):
        of_this_page = SavedConfiguration.objects.using(ALIAS).filter(
            configurator_id=publication.configurator_id, purge_after__gt=timezone.now()
        )
        return of_this_page.filter(token_hash=_hash_of(token)).first()


def _brought_back(compiled: Compiled, inputs: Mapping[str, object]) -> tuple[Answers, list[str]]:
    """The answers as far as this version knows them, and the keys of those that it does not."""
    answers, errors = preview_json(compiled, inputs)
    return answers, [key for key in inputs if key in errors and errors[key][0].code != "required"]


def _name(groups: Mapping[str, Group], key: str, value: object, compiled: Compiled, language: str) -> str:
    """A choice as it was called when it was made."""
    group = groups.get(key)
    if group is None:
        return key
    question = compiled.text(group.label, language)
    chosen = value if isinstance(value, list) else [value]
    options = [compiled.text(option.own_label, language) for option in group.options if option.key in chosen]
    return f"{question}: {', '.join(options)}" if options else question


def _hash_of(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
