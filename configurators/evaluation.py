"""What a configuration means and costs.

The order is fixed: normalise, visibility, constraints, lines, rounding, VAT. Each line is rounded half
away from zero to the smallest coin; VAT is computed once, over the sum of the rounded lines. An error
in any formula blocks the price: there is none, rather than a guess.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from configurators.answers import Answers
from configurators.compiled import Compiled, answer_json
from configurators.constraints import Unavailable, Violation, choices_now
from configurators.decimals import canonical
from configurators.differences import price_differences
from configurators.errors import Error
from configurators.formula import Answer, Failure
from configurators.messages import message
from configurators.pricing import Line, Totals, price_lines, total_of, totals
from configurators.visibility import required_now, situation

__all__ = ["Evaluation", "Line", "Violation", "evaluate", "price_differences", "quote_json"]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`net`, `vat` and `gross` are None exactly when `blocked` names an error value."""

    compiled: Compiled
    answers: Answers
    visible: Mapping[str, bool]
    #: What must be answered where it is visible.
    required: frozenset[str]
    calculated: Mapping[str, Answer]
    unavailable: Unavailable
    violations: tuple[Violation, ...]
    warnings: tuple[Violation, ...]
    lines: tuple[Line, ...]
    net: Decimal | None
    vat: Decimal | None
    gross: Decimal | None
    vat_rate: Decimal
    currency: str
    blocked: str | None

    @property
    def acceptable(self) -> bool:
        return not self.violations and self.blocked is None

    def errors(self, language: str) -> dict[str, list[Error]]:
        """The violations as errors beside the fields of a form."""
        found: dict[str, list[Error]] = {}
        for violation in self.violations:
            reason = self.compiled.text(violation.reason, language)
            text = message("%(reason)s", reason=reason) if reason else message(_NOT_TOGETHER)
            found.setdefault(violation.group, []).append(Error("not_available", text))
        return found

    def remarks(self, language: str) -> dict[str, str]:
        """What is warned about, at most once beside each field."""
        found: dict[str, str] = {}
        for warning in self.warnings:
            found.setdefault(warning.group, self.compiled.text(warning.reason, language))
        return found


_NOT_TOGETHER = _("This does not go together with your other choices.")


def evaluate(compiled: Compiled, answers: Answers) -> Evaluation:
    now = situation(compiled, answers.values)
    choices = choices_now(compiled, now)
    blocked = now.failure or choices.failure
    lines: tuple[Line, ...] = ()
    sums: Totals | None = None
    if blocked is None:
        try:
            lines = price_lines(compiled, now.answers)
            sums = totals(compiled, total_of(lines))
        except Failure as error:
            lines, sums, blocked = (), None, error.code
    return Evaluation(
        compiled=compiled,
        answers=answers,
        visible=now.visible,
        required=required_now(compiled, now.answers),
        calculated={key: now.answers[key] for key in compiled.calculated},
        unavailable=choices.unavailable,
        violations=tuple(choices.violations),
        warnings=tuple(choices.warnings),
        lines=lines,
        net=sums.net if sums else None,
        vat=sums.vat if sums else None,
        gross=sums.gross if sums else None,
        vat_rate=compiled.vat_rate,
        currency=compiled.currency,
        blocked=blocked,
    )


def quote_json(evaluation: Evaluation, *, language: str) -> dict[str, Any]:
    """What is stored with a lead and recomputed later: inputs, lines and totals; no free text, no person."""
    compiled = evaluation.compiled
    calculated = {key: answer_json(answer) for key, answer in evaluation.calculated.items()}
    return ({"calculated": calculated} if calculated else {}) | {
        "engine": compiled.engine,
        "schema": compiled.schema,
        "version": compiled.sha256,
        "language": language,
        "currency": evaluation.currency,
        "prices": "including" if compiled.prices_include_vat else "excluding",
        "vat_rate": canonical(evaluation.vat_rate),
        "inputs": evaluation.answers.to_json(),
        "lines": [line.to_json(compiled, language) for line in evaluation.lines],
        "net": _money(evaluation.net, compiled),
        "vat": _money(evaluation.vat, compiled),
        "gross": _money(evaluation.gross, compiled),
        "blocked": evaluation.blocked,
    }


def _money(amount: Decimal | None, compiled: Compiled) -> str | None:
    return None if amount is None else f"{amount:.{compiled.minor_units}f}"
