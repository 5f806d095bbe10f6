"""Invented visitors and what they chose, from a seeded random source: the same demo every time."""

import random
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from configurators.answers import Answers, InvalidAnswers, initial_answers, read_json
from configurators.compiled import Compiled
from configurators.evaluation import Evaluation, evaluate
from configurators.parts import Group
from leads.demo.businesses import NAMES, PHONES, REMARKS

#: A visitor who finds no valid configuration in this many tries takes the defaults.
_TRIES = 20


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who does not exist."""

    name: str
    email: str
    phone: str
    remark: str


def visitor(source: random.Random, language: str) -> Visitor:
    """A name, an address at example.org, sometimes a phone and a remark."""
    given, family = (source.choice(names) for names in NAMES[language])
    plain = unicodedata.normalize("NFKD", f"{given}.{family}").encode("ascii", "ignore").decode()
    address = plain.lower().replace(" ", "")
    phone = f"{PHONES[language]}{source.randrange(10**5):05d}" if source.random() < 0.6 else ""
    remark = source.choice(REMARKS[language]) if source.random() < 0.35 else ""
    return Visitor(f"{given} {family}", f"{address}{source.randrange(90) + 10}@example.org", phone, remark)


def configuration(source: random.Random, compiled: Compiled) -> Evaluation:
    """What a visitor chose: random, possible, and priced."""
    for _ in range(_TRIES):
        wishes = {key: _wish(source, group) for key, group in compiled.groups.items() if group.is_asked}
        try:
            evaluation = evaluate(compiled, read_json(compiled, wishes))
        except InvalidAnswers:
            continue
        if evaluation.acceptable:
            return evaluation
    return evaluate(compiled, _defaults(compiled))


def _defaults(compiled: Compiled) -> Answers:
    return initial_answers(compiled)


def _wish(source: random.Random, group: Group) -> object:
    if group.kind == "boolean":
        return source.random() < 0.3
    if group.kind == "single":
        return source.choice(group.options).key
    if group.kind == "multi":
        return [option.key for option in group.options if source.random() < 0.35]
    return str(_number(source, group))


def _number(source: random.Random, group: Group) -> Decimal:
    low, high, interval = group.least or Decimal(0), group.most or Decimal(100), group.interval or Decimal(1)
    steps = int((high - low) / interval)
    # Most people want something of middling size.
    return low + interval * int(source.triangular(0, steps, steps * 0.4))
