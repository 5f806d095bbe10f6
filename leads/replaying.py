"""What draft prices would have made of the requests that came in: counted over all, told about none.

Each request's stored choices are worked out on the draft, a batch at a time. Kept are only sums and counts,
with the draft that they are about (``configurators.examining``); while it runs, also how far it is.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from configurators import examining
from configurators.compiled import Compiled
from configurators.decimals import canonical
from configurators.models import Configurator, Examination
from configurators.verdicts import verdict_on
from delivery.jobs import JobCall, TryLater, handler
from leads import inbox
from leads.models import Lead
from tenancy.context import tenant

#: The latest ones; older prices say little about the next.
MOST = 10_000
BATCH = 250
#: A job gives its worker back after so long, and comes back at once.
SLICE_SECONDS = 5.0
_HUNDRED = Decimal(100)


@dataclass(slots=True)
class Tally:
    """Over all requests that were looked at; amounts and percentages as text, including VAT.

    `refused` could no longer be ordered; of `unfit` a question or option is gone, or they had no price.
    """

    looked: int = 0
    changed: int = 0
    dearer: int = 0
    cheaper: int = 0
    refused: int = 0
    unfit: int = 0
    total: str = "0"
    most_dearer: str = ""
    most_cheaper: str = ""

    def add(self, was: Decimal | None, now: Decimal | None, *, fits: bool) -> None:
        self.looked += 1
        if was is None or not fits:
            self.unfit += 1
        elif now is None:
            self.refused += 1
        elif now != was:
            self._moved(was, now)

    def _moved(self, was: Decimal, now: Decimal) -> None:
        self.changed += 1
        self.total = canonical(Decimal(self.total) + now - was)
        share = canonical(((now - was) * _HUNDRED / was).quantize(Decimal("0.1"))) if was > 0 else ""
        if now > was:
            self.dearer += 1
            self.most_dearer = max(filter(None, (self.most_dearer, share)), key=Decimal, default="")
        else:
            self.cheaper += 1
            self.most_cheaper = min(filter(None, (self.most_cheaper, share)), key=Decimal, default="")


def past(configurator: Configurator) -> QuerySet[Lead]:
    """The requests that it brought, newest first."""
    return inbox.received().filter(configurator=configurator).order_by("-pk")


def ask_for_replay(configurator: Configurator, compiled: Compiled) -> Examination:
    """Let a worker look; asking twice about the same draft is once."""
    total = past(configurator)[:MOST].count()
    return examining.ask(configurator, compiled, examining.REPLAY, task="leads.replay", total=total)


@handler("leads.replay", external=True)
def replay(call: JobCall) -> None:
    """Go on for a while; what was counted is committed batch by batch, and another worker goes on from it."""
    assert call.organisation_id is not None
    pk, until = UUID(call.ids["examination"]), time.monotonic() + SLICE_SECONDS
    with examining.giving_up_at_last(call, pk):
        with tenant(call.organisation_id):
            compiled = examining.begin(pk)
        while compiled is not None and _next_batch(call.organisation_id, pk, compiled):
            if time.monotonic() >= until:
                raise TryLater(timedelta(0))


def _next_batch(organisation_id: UUID, pk: UUID, compiled: Compiled) -> bool:
    """Count one batch; False when nothing is left to do."""
    with tenant(organisation_id):
        asked = Examination.objects.select_for_update().filter(pk=pk, sha256=compiled.sha256).first()
        if asked is None:
            return False
        tally = Tally(**asked.result.get("tally", {}))
        leads = past_before(asked)[: min(BATCH, MOST - tally.looked)]
        rows = list(leads.values_list("pk", "quote", "gross", "currency"))
        _count(tally, ((quote, gross, currency) for _, quote, gross, currency in rows), compiled)
        more = len(rows) == BATCH and tally.looked < MOST
        asked.done = tally.looked
        # Which request was the last is known only as long as there is a next one.
        asked.result = {"tally": asdict(tally)} | ({"before": str(rows[-1][0])} if more else {})
        asked.state = Examination.State.RUNNING if more else Examination.State.DONE
        asked.save(update_fields=["done", "result", "state"])
        return more


def past_before(asked: Examination) -> QuerySet[Lead]:
    """Those that were not looked at yet."""
    leads = past(asked.configurator)
    before = asked.result.get("before")
    return leads.filter(pk__lt=UUID(before)) if before else leads


def _count(
    tally: Tally, rows: Iterable[tuple[dict[str, Any], Decimal | None, str]], compiled: Compiled
) -> None:
    for quote, gross, currency in rows:
        verdict = verdict_on(compiled, quote["inputs"], language=compiled.language)
        tally.add(gross, verdict.gross, fits=verdict.fits and currency == compiled.currency)
