"""Drafts: made from a starting point, saved without anybody's work being lost, copied, put away."""

import json
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import Now

from audit.events import record
from billing.counting import counts
from billing.entitlements import Feature
from billing.limits import require_room
from configurators.definition.migrating import lifted
from configurators.models import Configurator
from organisations.models import Organisation
from tenancy.context import current_organisation_id

_STARTERS = Path(__file__).parent / "starters"
#: In the order of the page where one is chosen.
STARTERS = (
    "blank",
    "veranda",
    "window",
    "awning",
    "worktop",
    "shed",
    "solar",
    "printing",
    "service",
    "contact",
    "whitepaper",
)


class UnknownStarter(LookupError):
    """There is no starting point of that name."""


class TooManyConfigurators(RuntimeError):
    """The organisation has as many configurators as it may keep."""

    def __init__(self, limit: int) -> None:
        super().__init__("too many configurators")
        self.limit = limit


class DraftConflict(RuntimeError):
    """Somebody else saved since this draft was opened; theirs is kept, and here is its revision."""

    def __init__(self, revision: int) -> None:
        super().__init__("the draft was changed elsewhere")
        self.revision = revision


@cache
def _starter_text(name: str) -> str:
    if name not in STARTERS:
        raise UnknownStarter(name)
    return (_STARTERS / f"{name}.json").read_text()


def starter(name: str, *, language: str) -> dict[str, Any]:
    """A fresh definition to start from, with ``language`` as its main one. Raises UnknownStarter."""
    definition: dict[str, Any] = json.loads(_starter_text(name))
    if language in definition["languages"]:
        definition["language"] = language
        definition["languages"].sort(key=lambda code: code != language)
    return definition


def create_configurator(*, name: str, starting_from: str, language: str, by: UUID) -> Configurator:
    """A new configurator whose draft is a copy of a starting point.

    Raises TooManyConfigurators, or what ``billing.limits.require_room`` raises.
    """
    return _create(name=name, draft=starter(starting_from, language=language), by=by)


def save_draft(configurator: Configurator, *, definition: dict[str, Any], revision: int) -> int:
    """Store a draft that was opened at ``revision`` and answer the new one.

    A draft may be broken: only publishing asks that it is whole. One that a page of an earlier program sends
    is stored in the schema of now. Raises DraftConflict, changing nothing, when another editor saved in the
    meantime.
    """
    saved = Configurator.objects.filter(pk=configurator.pk, draft_revision=revision).update(
        draft=lifted(definition), draft_revision=revision + 1, changed_at=Now()
    )
    if not saved:
        configurator.refresh_from_db(fields=["draft_revision"])
        raise DraftConflict(configurator.draft_revision)
    return revision + 1


def rename(configurator: Configurator, *, name: str) -> None:
    """Give the configurator another name in the organisation's own lists; visitors see its title."""
    Configurator.objects.filter(pk=configurator.pk).update(name=name, changed_at=Now())


def duplicate(configurator: Configurator, *, name: str, by: UUID) -> Configurator:
    """A copy of the draft under a new name and a new public key, unpublished. Raises as creating does."""
    return _create(name=name, draft=configurator.lifted_draft, by=by)


def _create(*, name: str, draft: dict[str, Any], by: UUID) -> Configurator:
    # Two who make the last one at once take turns; rows that refer to the organisation wait for neither.
    Organisation.objects.select_for_update(no_key=True, of=("self",)).get(pk=current_organisation_id())
    limit = settings.CONFIGURATORS_PER_ORGANISATION
    if Configurator.objects.count() >= limit:
        raise TooManyConfigurators(limit)
    require_room(current_organisation_id(), Feature.CONFIGURATORS, count=_in_use().count)
    made = Configurator.objects.create(name=name, draft=draft)
    record("configurator.created", actor_id=by, kind="configurator", object_id=made.pk)
    return made


def _in_use() -> QuerySet[Configurator]:
    return Configurator.objects.filter(archived_at=None)


@counts(Feature.CONFIGURATORS)
def _how_many(organisation: Organisation) -> int:
    return _in_use().count()
