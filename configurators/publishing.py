"""Publishing: the draft is checked, compiled, frozen under a number and a hash, and shown to the world."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db.models import Max
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.events import record
from billing.accounts import account_of
from billing.announcing import shows_forms
from configurators.compiling import ENGINE_VERSION, Compiled, DefinitionError, compile_definition
from configurators.definition import SCHEMA_VERSION, Problem
from configurators.examining import known_clashes
from configurators.images.keeping import files_missing
from configurators.models import Configurator, ConfiguratorVersion, Publication, StalePrices
from configurators.notices import marketing_wording, notice_wording, remember
from configurators.price_books.resolving import prices_for
from configurators.price_books.using import booked_json
from configurators.proving.wording import Wording
from configurators.scenarios import failing, spoken_of
from delivery.jobs import enqueue
from organisations import contracts
from organisations.models import Organisation
from organisations.permissions import Permission, notice_against
from tenancy.context import current_organisation_id


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What stands between a draft and the world: a sentence, and the page where it is mended."""

    code: str
    message: str


class CannotPublish(ValueError):
    """The draft is broken or the organisation has not said who it is; nothing was changed."""

    def __init__(self, *, problems: list[Problem], obstacles: list[Obstacle]) -> None:
        super().__init__("cannot publish")
        self.problems = problems
        self.obstacles = obstacles


def obstacles(organisation: Organisation) -> list[Obstacle]:
    """What the organisation itself must still fill in before anything may be published (Art. 13 GDPR)."""
    asked = [
        ("controller_name", organisation.controller_name, _("Say who is responsible for the data.")),
        (
            "controller_address",
            organisation.controller_address,
            _("Give the postal address of the controller."),
        ),
        (
            "controller_email",
            organisation.controller_email,
            _("Give an e-mail address for privacy questions."),
        ),
        (
            "privacy_policy_url",
            organisation.privacy_policy_url,
            _("Give the address of your privacy policy."),
        ),
        ("lead_retention_days", organisation.lead_retention_days, _("Choose how long leads are kept.")),
    ]
    return [Obstacle(code, message) for code, value, message in asked if not value]


def unaccepted(organisation: Organisation) -> list[Obstacle]:
    """The contracts without which nothing new is published (Art. 28 GDPR, H49)."""
    sentence = _("Accept %(document)s, version %(version)s.")
    return [
        Obstacle(
            standing.edition.kind,
            sentence % {"document": standing.edition.name, "version": standing.edition.version},
        )
        for standing in contracts.blocking(organisation)
    ]


def in_the_way(organisation: Organisation) -> list[Obstacle]:
    """Everything that the organisation must do first."""
    return obstacles(organisation) + unaccepted(organisation)


def kept_from_publishing(organisation: Organisation) -> list[str] | None:
    """Why nothing goes live by itself, in sentences as far as there are any; None where it may."""
    if organisation.lifecycle != Organisation.Lifecycle.ACTIVE or organisation.suspended_at:
        return []
    if notice := notice_against(organisation, Permission.CONFIGURATORS_PUBLISH):
        return [str(notice.title)]
    return [obstacle.message for obstacle in in_the_way(organisation)] or None


def no_room(configurator: Configurator) -> Obstacle | None:
    """What to do where a configurator has all the versions that may be kept of it; None where it has not."""
    limit = settings.VERSIONS_PER_CONFIGURATOR
    if configurator.versions.count() < limit:
        return None
    text = ngettext(
        "%(count)d version of this configurator is kept, and there is room for no more. Make a copy of it and"
        " publish that one: it begins anew.",
        "%(count)d versions of this configurator are kept, and there is room for no more. Make a copy of it"
        " and publish that one: it begins anew.",
        limit,
    )
    return Obstacle("versions", text % {"count": limit})


def no_place(configurator: Configurator) -> Obstacle | None:
    """What to do with one that the plan has no room for; None where it has."""
    if configurator.frozen_at is None:
        return None
    text = _("Your plan has no room for this configurator. An owner can put it on line instead of another.")
    return Obstacle("frozen", text)


def publish(configurator: Configurator, *, by: UUID, notes: str = "") -> ConfiguratorVersion:
    """Freeze the draft as the next version and make it the published one.

    Raises CannotPublish with every error of the definition and every obstacle of the organisation.
    """
    compiled = require_ready(configurator, configurator.lifted_draft)
    return freeze(configurator, configurator.lifted_draft, compiled, by=by, notes=notes)


def require_ready(configurator: Configurator, definition: dict, *, day: date | None = None) -> Compiled:
    """The definition compiled with the prices of that day, or of today.

    Raises CannotPublish with whatever keeps it from being published.
    """
    standing = in_the_way(_organisation())
    compiled = _compiled(definition, standing, day=day)
    if standing := standing + unproven(configurator, compiled) + without_image(compiled):
        raise CannotPublish(problems=[], obstacles=standing)
    return compiled


def _compiled(definition: dict, standing: list[Obstacle], *, day: date | None = None) -> Compiled:
    try:
        return compile_definition(definition, prices_for(definition, day=day))
    except DefinitionError as broken:
        errors = [problem for problem in broken.problems if problem.severity == "error"]
        raise CannotPublish(problems=errors, obstacles=standing) from None


def unproven(configurator: Configurator, compiled: Compiled) -> list[Obstacle]:
    """Rules that leave nothing to order, and scenarios that come out otherwise than they must."""
    wording = Wording(compiled, spoken_of(compiled))
    clashes = [wording.clash(clash) for clash in known_clashes(configurator, compiled)]
    told = [Obstacle("clash", " ".join((clash.text, *clash.because))) for clash in clashes]
    return told + [Obstacle("scenario", outcome.sentence) for outcome in failing(configurator, compiled)]


def without_image(compiled: Compiled) -> list[Obstacle]:
    """Images that are shown and not kept, such as one that a colleague removed meanwhile."""
    missing = len(files_missing(set(compiled.files)))
    if not missing:
        return []
    text = ngettext(
        "%(count)d image is not there any more: choose another where the builder shows none.",
        "%(count)d images are not there any more: choose others where the builder shows none.",
        missing,
    )
    return [Obstacle("image", text % {"count": missing})]


def restore(configurator: Configurator, number: int, *, by: UUID) -> ConfiguratorVersion:
    """Publish an older version's definition again, as a new version that says which one it repeats.

    The draft is left alone. Scenarios are about the draft, and what went wrong with the new version must not
    keep the old one off line: they are shown and do not block. Raises ConfiguratorVersion.DoesNotExist or
    CannotPublish, also where definitions are checked more strictly by now.
    """
    old = configurator.versions.get(number=number)
    standing = in_the_way(_organisation())
    definition = old.lifted_definition
    compiled = _compiled(definition, standing)
    if standing:
        raise CannotPublish(problems=[], obstacles=standing)
    return freeze(configurator, definition, compiled, by=by, restores=number)


def withdraw(configurator: Configurator, *, by: UUID) -> None:
    """Take the configurator off line: its page says so and no submission is stored."""
    _switch_intake(configurator, on=False, by=by)


def reopen(configurator: Configurator, *, by: UUID) -> None:
    """Put the published version back on line."""
    _switch_intake(configurator, on=True, by=by)


def _organisation() -> Organisation:
    return Organisation.objects.get(pk=current_organisation_id())


def freeze(
    configurator: Configurator,
    definition: dict,
    compiled: Compiled,
    *,
    by: UUID | None,
    notes: str = "",
    restores: int | None = None,
) -> ConfiguratorVersion:
    """Make it the next version, and what the world sees. Raises CannotPublish where there is no room.

    ``by`` is None where it happens by itself, because the price of a book changed.
    """
    # Two publishers at once take their numbers in turn.
    configurator = Configurator.objects.select_for_update().get(pk=configurator.pk)
    if blocked := no_place(configurator) or no_room(configurator):
        raise CannotPublish(problems=[], obstacles=[blocked])
    latest = configurator.versions.aggregate(latest=Max("number"))["latest"] or 0
    version = ConfiguratorVersion.objects.create(
        configurator=configurator,
        number=latest + 1,
        definition=definition,
        compiled=compiled.to_json(),
        sha256=compiled.sha256,
        schema_version=SCHEMA_VERSION,
        engine_version=ENGINE_VERSION,
        published_by=by,
        restores_number=restores,
        notes=notes,
        prices=booked_json(compiled.booked),
    )
    _show(configurator, version, compiled.languages)
    _keep_prices_up_to_date(version)
    record(
        "configurator.published" if by else "configurator.republished",
        actor_id=by,
        kind="configurator",
        object_id=configurator.pk,
        detail={"number": version.number, "sha256": version.sha256},
        evidence=True,
    )
    return version


def _keep_prices_up_to_date(version: ConfiguratorVersion) -> None:
    """A book may be written while this is published, and neither sees what the other does: a job does."""
    StalePrices.objects.filter(configurator_id=version.configurator_id).delete()
    if version.prices:
        ids = {"configurator": str(version.configurator_id)}
        enqueue("configurators.republish", organisation_id=version.organisation_id, ids=ids)


def _show(configurator: Configurator, version: ConfiguratorVersion, languages: tuple[str, ...]) -> None:
    organisation = _organisation()
    remember(
        [wording(organisation, code) for code in languages for wording in (notice_wording, marketing_wording)]
    )
    page = {
        "public_key": configurator.public_key,
        "organisation_id": configurator.organisation_id,
        "version_id": version.pk,
        "changed_at": Now(),
    }
    if Publication.objects.filter(configurator_id=configurator.pk).update(**page):
        return
    # What is decided for the others of the organisation goes for a new one too.
    hidden = not shows_forms(account_of(organisation))
    Publication.objects.create(configurator_id=configurator.pk, form_hidden=hidden, **page)


def _switch_intake(configurator: Configurator, *, on: bool, by: UUID) -> None:
    Publication.objects.filter(configurator_id=configurator.pk).update(intake_on=on, changed_at=Now())
    action = "configurator.reopened" if on else "configurator.withdrawn"
    record(action, actor_id=by, kind="configurator", object_id=configurator.pk, evidence=True)
