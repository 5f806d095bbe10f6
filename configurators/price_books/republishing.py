"""Publishing anew by itself what the price of a book has changed: the live definition, never the draft.

A job looks at a book when it was written and when a day comes on which one of its prices begins or ends. It
compares what the live versions took with what holds today, so that it may come late, twice, or for several
days at once: what differs is published once, and what does not is left alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from uuid import UUID

import structlog
from django.db import transaction
from django.utils.translation import override

from accounts.links import absolute
from configurators.compiled import canonical_json
from configurators.compiling import Compiled, DefinitionError, compile_definition
from configurators.formula.prices import Place
from configurators.models import Configurator, ConfiguratorVersion, PriceBook, Publication, StalePrices
from configurators.places import place_in_words
from configurators.price_books.days import after, midnight, today
from configurators.price_books.resolving import prices_for
from configurators.price_books.using import amount_on, entries_of, live_uses, prices_of
from configurators.publishing import freeze, kept_from_publishing, no_place, no_room, unproven
from delivery.jobs import JobCall, enqueue, handler
from delivery.leases import MAX_ATTEMPTS
from delivery.mail import send_account_mail
from organisations.models import Organisation
from organisations.permissions import Permission, roles_with
from tenancy.context import current_organisation_id

log = structlog.get_logger(__name__)


def follow(book: PriceBook, days: Iterable[date]) -> None:
    """Look at the book now that it was written, and again on the days to come on which a price changes."""
    ids = {"book": str(book.pk)}
    enqueue("configurators.follow_prices", organisation_id=book.organisation_id, ids=ids)
    for day in sorted(day for day in days if day > today()):
        enqueue(
            "configurators.follow_prices",
            organisation_id=book.organisation_id,
            ids=ids,
            due_at=midnight(day),
            dedupe_key=f"{book.pk}:{day}",
        )


@handler("configurators.follow_prices")
def follow_prices(call: JobCall) -> None:
    """Have published anew what took from this book something that costs something else today."""
    book = PriceBook.objects.filter(pk=call.ids["book"]).first()
    uses = [use for use in live_uses() if book and any(key == book.key for key, _sku in use.prices)]
    entries = entries_of(uses)
    for use in uses:
        if any(amount_on(entries[place], today()) != amount for place, amount in use.prices.items()):
            look_at(use.configurator_id)


def look_at(configurator_id: UUID, *, on: date | None = None) -> None:
    """Publish it anew where its prices are no longer those of the day; at once, or when that day comes."""
    enqueue(
        "configurators.republish",
        organisation_id=current_organisation_id(),
        ids={"configurator": str(configurator_id)},
        due_at=midnight(on) if on else None,
        dedupe_key=f"{configurator_id}:{on or 'now'}",
    )


@handler("configurators.republish")
def republish(call: JobCall) -> None:
    """Once for whatever has changed since.

    Where it may not be, whoever may publish is told, and it is tried again on the next day.
    """
    configurator = Configurator.objects.select_for_update().filter(pk=call.ids["configurator"]).first()
    live = live_version(configurator) if configurator else None
    if configurator is None or live is None:
        return
    now = prices_now(live)
    if now == prices_of(live.prices):
        configurator.stale_prices.all().delete()
        return
    done = _published_anew(configurator, live, last=call.attempt >= MAX_ATTEMPTS)
    if done:
        return
    look_at(configurator.pk, on=after(today()))
    _note_and_tell(configurator, live, now, with_reasons=done is not None)


def publish_anew(
    configurator: Configurator, live: ConfiguratorVersion, *, by: UUID | None
) -> list[str] | None:
    """The live definition with the prices of today. What stands in the way; None where it is done."""
    found = why_not(configurator, live)
    if isinstance(found, list):
        return found
    freeze(configurator, live.lifted_definition, found, by=by)
    return None


def live_version(configurator: Configurator) -> ConfiguratorVersion | None:
    """What visitors see."""
    shown = Publication.objects.filter(
        configurator_id=configurator.pk, organisation_id=configurator.organisation_id
    ).first()
    return configurator.versions.defer("compiled").get(pk=shown.version_id) if shown else None


def prices_now(version: ConfiguratorVersion) -> dict[Place, Decimal | None]:
    """What all that a version took costs today; None for what has no price."""
    taken = prices_of(version.prices)
    found = prices_for([{"from_book": {"book": book, "sku": sku}} for book, sku in taken])
    return {place: found.amounts.get(place) for place in taken}


def why_not(configurator: Configurator, live: ConfiguratorVersion) -> list[str] | Compiled:
    """What stands in the way of the live definition with today's prices, or how it compiles with them."""
    organisation = Organisation.objects.get(pk=current_organisation_id())
    if (reasons := kept_from_publishing(organisation)) is not None:
        return reasons
    definition = live.lifted_definition
    try:
        compiled = compile_definition(definition, prices_for(definition))
    except DefinitionError as broken:
        errors = [problem for problem in broken.problems if problem.severity == "error"]
        return [_with_place(str(error.message), place_in_words(definition, error.path)) for error in errors]
    blocked = no_place(configurator) or no_room(configurator)
    standing = [blocked] if blocked else unproven(configurator, compiled)
    return [obstacle.message for obstacle in standing] or compiled


def _with_place(message: str, place: str) -> str:
    return f"{message} ({place})" if place else message


def _published_anew(configurator: Configurator, live: ConfiguratorVersion, *, last: bool) -> bool | None:
    """Whether it was. A fault of ours gives None, and only when nothing tries again."""
    try:
        with transaction.atomic():
            return publish_anew(configurator, live, by=None) is None
    except Exception as error:
        if not last:
            raise
        log.error("republication_failed", object_id=str(configurator.pk), exc_info=error)
        return None


def _note_and_tell(
    configurator: Configurator,
    live: ConfiguratorVersion,
    now: dict[Place, Decimal | None],
    *,
    with_reasons: bool,
) -> None:
    """The same version with the same prices is told of once."""
    figures = [[*place, str(amount)] for place, amount in sorted(now.items())]
    sha256 = hashlib.sha256(canonical_json([str(live.pk), figures])).hexdigest()
    if configurator.stale_prices.filter(sha256=sha256).exists():
        return
    configurator.stale_prices.all().delete()
    StalePrices.objects.create(configurator=configurator, sha256=sha256)
    _tell(configurator, live, with_reasons=with_reasons)


def _tell(configurator: Configurator, live: ConfiguratorVersion, *, with_reasons: bool) -> None:
    """Everybody who may publish, each in their own language."""
    organisation = Organisation.objects.get(pk=current_organisation_id())
    told = organisation.memberships.filter(role__in=roles_with(Permission.CONFIGURATORS_PUBLISH))
    reasons: dict[str, list[str]] = {}
    for member in told.select_related("user").order_by("pk"):
        user = member.user
        if with_reasons and user.language not in reasons:
            reasons[user.language] = _reasons(configurator, live, user.language)
        send_account_mail(
            user_id=user.pk,
            to=user.email,
            template="configurator_prices_stale",
            context={
                "name": user.name,
                "configurator": configurator.name,
                "number": live.number,
                "reasons": reasons.get(user.language, []),
                "url": absolute("configurators:publish", organisation.slug, configurator.pk),
            },
            language=user.language,
        )


def _reasons(configurator: Configurator, live: ConfiguratorVersion, language: str) -> list[str]:
    with override(language):
        found = why_not(configurator, live)
    return found if isinstance(found, list) else []
