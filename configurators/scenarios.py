"""Scenarios: configurations whose price somebody knows, worked out on each draft before it goes live."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from configurators.compiled import Compiled
from configurators.decimals import canonical
from configurators.models import Configurator, Scenario
from configurators.money import money
from configurators.verdicts import Verdict, verdict_on

#: Each is worked out before a version goes live.
MOST_KEPT = 100


class SameName(ValueError):
    """Another scenario of the configurator has this name."""


class TooManyScenarios(RuntimeError):
    """The configurator has as many as are kept."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A scenario and what comes of it. What was found can be taken over where ``acceptable``."""

    scenario: Scenario
    verdict: Verdict
    currency: str

    @property
    def passes(self) -> bool:
        expects, verdict = self.scenario.expects, self.verdict
        if expects == Scenario.Expects.REFUSED:
            return verdict.fits and not verdict.priced
        return verdict.priced and self.amount == Decimal(self.scenario.amount)

    @property
    def acceptable(self) -> bool:
        return self.verdict.fits and not self.passes

    @property
    def expected(self) -> str:
        """What must come of it, in words of the current language."""
        if self.scenario.expects == Scenario.Expects.REFUSED:
            return _("cannot be ordered")
        return self._money(Decimal(self.scenario.amount))

    @property
    def found(self) -> str:
        """What comes of it now."""
        if not self.verdict.priced:
            return _("cannot be ordered") if self.verdict.fits else _("cannot be computed")
        return self._money(self.amount or Decimal(0))

    @property
    def sentence(self) -> str:
        """What is wrong, with both figures."""
        told = {"name": self.scenario.name, "expected": self.expected, "found": self.found}
        text = _("Scenario “%(name)s”: expected %(expected)s, now %(found)s.") % told
        return f"{text} {self.verdict.reason}" if self.verdict.reason else text

    @property
    def amount(self) -> Decimal | None:
        """What it costs now, without or with VAT as the scenario says; None where it cannot be ordered."""
        return self.verdict.net if self._is_net else self.verdict.gross

    def _money(self, amount: Decimal) -> str:
        text = money(amount, self.currency, _language())
        return _("%(amount)s excluding VAT") % {"amount": text} if self._is_net else text

    @property
    def _is_net(self) -> bool:
        return self.scenario.expects == Scenario.Expects.NET


def outcomes(scenarios: Iterable[Scenario], compiled: Compiled) -> list[Outcome]:
    """What comes of each on this version, in the order of their names."""
    spoken = spoken_of(compiled)
    return [
        Outcome(scenario, verdict_on(compiled, scenario.inputs, language=spoken), compiled.currency)
        for scenario in sorted(scenarios, key=lambda one: (one.name.casefold(), one.pk))
    ]


def failing(configurator: Configurator, compiled: Compiled) -> list[Outcome]:
    """The scenarios that do not come out as they must."""
    return [outcome for outcome in outcomes(configurator.scenarios.all(), compiled) if not outcome.passes]


@dataclass(frozen=True, slots=True)
class Moved:
    """A scenario that comes to something else on the draft than on the version that is live."""

    name: str
    was: str
    now: str


def moves(configurator: Configurator, live: Compiled, draft: Compiled) -> list[Moved]:
    """In the order of their names."""
    scenarios = list(configurator.scenarios.all())
    pairs = zip(outcomes(scenarios, live), outcomes(scenarios, draft), strict=True)
    return [Moved(was.scenario.name, was.found, now.found) for was, now in pairs if was.found != now.found]


def spoken_of(compiled: Compiled) -> str:
    """The language in which the names of questions are shown to an editor: theirs, if the form speaks it."""
    return _language() if _language() in compiled.languages else compiled.language


def keep_scenario(
    configurator: Configurator,
    *,
    name: str,
    inputs: Mapping[str, Any],
    expects: str,
    amount: Decimal | None,
    instead_of: Scenario | None = None,
) -> Scenario:
    """Add a scenario, or write one anew. Raises SameName or TooManyScenarios."""
    if instead_of is None and configurator.scenarios.count() >= MOST_KEPT:
        raise TooManyScenarios
    scenario = instead_of or Scenario(configurator=configurator)
    scenario.name, scenario.inputs, scenario.expects = name, dict(inputs), expects
    scenario.amount = "" if amount is None else canonical(amount)
    try:
        with transaction.atomic():
            scenario.save()
    except IntegrityError:
        raise SameName from None
    return scenario


def accept(outcome: Outcome) -> None:
    """What comes of it now is right from now on. A scenario that cannot be computed stays as it is."""
    if not outcome.acceptable:
        return
    scenario, found = outcome.scenario, outcome.amount
    if found is None:
        scenario.expects, scenario.amount = Scenario.Expects.REFUSED, ""
    else:
        if scenario.expects == Scenario.Expects.REFUSED:
            scenario.expects = Scenario.Expects.GROSS
        scenario.amount = canonical(found)
    scenario.save(update_fields=["expects", "amount"])


def remove(scenario: Scenario) -> None:
    """Forget a scenario."""
    scenario.delete()


def _language() -> str:
    return (get_language() or "en")[:2]
