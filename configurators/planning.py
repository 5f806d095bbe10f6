"""Publishing at a time: the draft is frozen now, and goes live by itself when its time has come.

What is proved of it was proved when it was planned: scenarios follow the draft of now and are not asked
again. What it takes from price books are the prices of the day on which it goes live. What stands in the way
of the organisation itself is looked at at the time.
"""

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import override

from accounts.links import absolute
from accounts.models import User
from audit.events import record
from configurators.compiling import DefinitionError, compile_definition
from configurators.models import Configurator, PlannedPublication
from configurators.price_books.days import day_of
from configurators.price_books.resolving import prices_for
from configurators.publishing import (
    CannotPublish,
    freeze,
    kept_from_publishing,
    no_place,
    no_room,
    require_ready,
)
from delivery.jobs import JobCall, enqueue, handler
from delivery.leases import MAX_ATTEMPTS
from delivery.mail import send_account_mail
from organisations.models import Membership, Organisation
from tenancy.context import current_organisation_id

log = structlog.get_logger(__name__)

#: Of one configurator; and how far ahead.
MOST_PLANNED, FARTHEST = 20, timedelta(days=366)


class SameMoment(ValueError):
    """Another draft of the configurator goes live at that very time."""


class TooManyPlans(RuntimeError):
    """As many are planned as may be."""


def plans_of(configurator: Configurator) -> QuerySet[PlannedPublication]:
    """What is still to come, and what could not go live, by its time."""
    return configurator.plans.defer("definition").order_by("goes_live_at")


@transaction.atomic
def plan(configurator: Configurator, *, at: datetime, by: UUID, notes: str = "") -> PlannedPublication:
    """Freeze the draft as it is now, to go live at that time. Raises what publishing raises.

    Also SameMoment or TooManyPlans.
    """
    require_ready(configurator, configurator.lifted_draft, day=day_of(at))
    if blocked := no_place(configurator) or no_room(configurator):
        raise CannotPublish(problems=[], obstacles=[blocked])
    if configurator.plans.count() >= MOST_PLANNED:
        raise TooManyPlans
    try:
        with transaction.atomic():
            made = PlannedPublication.objects.create(
                configurator=configurator,
                definition=configurator.lifted_draft,
                goes_live_at=at,
                planned_by=by,
                notes=notes,
            )
    except IntegrityError:
        raise SameMoment from None
    enqueue(
        "configurators.go_live", organisation_id=made.organisation_id, ids={"plan": str(made.pk)}, due_at=at
    )
    record(
        "configurator.planned",
        actor_id=by,
        kind="configurator",
        object_id=configurator.pk,
        detail={"planned": str(made.pk)},
        evidence=True,
    )
    return made


@transaction.atomic
def call_off(planned: PlannedPublication, *, by: UUID) -> bool:
    """It does not go live; what is live stays. False where it went live meanwhile."""
    if not PlannedPublication.objects.select_for_update().filter(pk=planned.pk).exists():
        return False
    record(
        "configurator.called_off",
        actor_id=by,
        kind="configurator",
        object_id=planned.configurator_id,
        detail={"planned": str(planned.pk)},
        evidence=True,
    )
    planned.delete()
    return True


@handler("configurators.go_live")
def go_live(call: JobCall) -> None:
    """Its time has come; one that was called off is gone. Who planned it is told where it may not."""
    waiting = PlannedPublication.objects.select_for_update().filter(pk=call.ids["plan"], refused_at=None)
    planned = waiting.select_related("configurator").first()
    if planned is None:
        return
    organisation = Organisation.objects.get(pk=current_organisation_id())
    user = _reader(planned, organisation)
    with override(user.language):
        reasons = _published_at_last(planned, organisation, last=call.attempt >= MAX_ATTEMPTS)
    if reasons is None:
        planned.delete()
        return
    PlannedPublication.objects.filter(pk=planned.pk).update(refused_at=timezone.now())
    send_account_mail(
        user_id=user.pk,
        to=user.email,
        template="configurator_not_published",
        context={
            "name": user.name,
            "configurator": planned.configurator.name,
            "moment": planned.goes_live_at,
            "reasons": reasons,
            "url": absolute("configurators:publish", organisation.slug, planned.configurator_id),
        },
        language=user.language,
    )


def _published_at_last(
    planned: PlannedPublication, organisation: Organisation, *, last: bool
) -> list[str] | None:
    """What ``_published`` answers; a fault of ours counts as that only when nothing tries again."""
    try:
        with transaction.atomic():
            return _published(planned, organisation)
    except Exception as error:
        if not last:
            raise
        log.error("planned_publication_failed", object_id=str(planned.pk), exc_info=error)
        return []


def _published(planned: PlannedPublication, organisation: Organisation) -> list[str] | None:
    """Why it cannot go live; None where it is."""
    if (reasons := kept_from_publishing(organisation)) is not None:
        return reasons
    try:
        definition = planned.lifted_definition
        compiled = compile_definition(definition, prices_for(definition))
        freeze(planned.configurator, definition, compiled, by=planned.planned_by, notes=planned.notes)
    except DefinitionError as broken:
        return [str(problem.message) for problem in broken.problems if problem.severity == "error"]
    except CannotPublish as refused:
        return [obstacle.message for obstacle in refused.obstacles]
    return None


def _reader(planned: PlannedPublication, organisation: Organisation) -> User:
    """Who planned it, or an owner where that person has left."""
    members = Membership.objects.filter(organisation=organisation, user_id=planned.planned_by)
    member = members.select_related("user").first()
    return member.user if member else organisation.memberships.owners()[0].user
