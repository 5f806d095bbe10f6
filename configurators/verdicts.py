"""What comes of stored answers on some version: a price, a refusal, or nothing where they do not fit it.

Free text and contact details are left aside: they cost nothing, and no quote keeps them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.templatetags.looks import colon
from configurators.answers import Answers, Errors, InvalidAnswers
from configurators.compiled import Compiled
from configurators.evaluation import Evaluation, evaluate

#: Answers that the form knows and does not take; any other error means that a question or option is gone.
_REFUSED = frozenset({"out_of_bounds", "off_step", "not_whole", "too_few", "too_many"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """``net`` and ``gross`` where there is a price; else ``reason`` says why there is none.

    ``fits`` is False where the answers belong to another form: then nothing can be said about them.
    """

    net: Decimal | None
    gross: Decimal | None
    fits: bool = True
    reason: str = ""

    @property
    def priced(self) -> bool:
        return self.gross is not None


def verdict_on(compiled: Compiled, inputs: Mapping[str, Any], *, language: str) -> Verdict:
    """In the reader's language; the names of questions in `language`, which is the configurator's."""
    try:
        answers = Answers.from_json(compiled, inputs)
    except InvalidAnswers as invalid:
        codes = {error.code for errors in invalid.errors.values() for error in errors}
        return Verdict(None, None, codes <= _REFUSED, _first(compiled, invalid.errors, language))
    evaluation = evaluate(compiled, answers)
    reason = _unanswered(evaluation, language) or _broken(evaluation, language)
    if reason:
        return Verdict(None, None, reason=reason)
    return Verdict(evaluation.net, evaluation.gross)


def _first(compiled: Compiled, errors: Errors, language: str) -> str:
    name, found = next(iter(errors.items()))
    return _named(compiled, name, str(found[0].message), language)


def _unanswered(evaluation: Evaluation, language: str) -> str:
    for group in evaluation.compiled.groups.values():
        answer = evaluation.answers.values.get(group.key)
        missing = answer is None or answer is False or answer == frozenset()  # a zero is an answer
        if (
            group.computable
            and group.key in evaluation.required
            and evaluation.visible[group.key]
            and missing
        ):
            return _named(evaluation.compiled, group.key, _("This must be answered."), language)
    return ""


def _broken(evaluation: Evaluation, language: str) -> str:
    for name, found in evaluation.errors(language).items():
        return _named(evaluation.compiled, name, str(found[0].message), language)
    if evaluation.blocked:
        return _("There is no price for this: %(code)s.") % {"code": evaluation.blocked}
    return ""


def _named(compiled: Compiled, name: str, sentence: str, language: str) -> str:
    group = compiled.groups.get(name)
    return f"{colon(compiled.text(group.label, language))} {sentence}" if group else sentence
