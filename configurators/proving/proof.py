"""The proof of a configurator, part by part, within a time."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import product

from configurators.answers import Answers
from configurators.compiled import Compiled
from configurators.constraints import YES
from configurators.evaluation import evaluate
from configurators.formula import Answer, Failure
from configurators.formula.arithmetic import add
from configurators.parts import Condition, ExtraLine, Group
from configurators.pricing import exceeding, gross_of, lacking, share_of
from configurators.proving.bounds import bounds_of
from configurators.proving.components import Component, Divided, divide, questions_of
from configurators.proving.domains import LARGEST
from configurators.proving.findings import Choice, Clash, Extreme, Proof
from configurators.proving.narrowing import Forced, Must, Rule, chosen
from configurators.proving.ranges import Test
from configurators.proving.searching import Clock, Found, Leaf, Search

ZERO = Decimal(0)
#: How the time is shared out: for whether there is any, for the extremes, and what is left for the rest.
_POSSIBLE, _EXTREMES = 0.3, 0.6


def prove(compiled: Compiled, *, seconds: float) -> Proof:
    """Everything that can be proved of it in the time."""
    return _Proving(compiled, Clock.of(seconds)).proof()


def clashes_of(compiled: Compiled, *, seconds: float) -> tuple[Clash, ...]:
    """Only what leaves no configuration, or a question without an answer: what must not go live."""
    proving = _Proving(compiled, Clock.of(seconds))
    found = proving.clashes()
    return found or proving.dead_ends()


class _Proving:
    def __init__(self, compiled: Compiled, clock: Clock) -> None:
        self.compiled = compiled
        self.clock = clock
        self.began = time.monotonic()
        self.divided: Divided = divide(compiled)
        if not _keeps_order(self.divided, compiled.minor_units):
            self.divided = divide(compiled, minimum_at_the_end=False)
        #: What was met in some configuration.
        self.seen: set[Choice] = set()
        #: Some configuration of each part, by its questions.
        self.known: dict[tuple[str, ...], Leaf] = {}
        self.complete = True
        self.looked = 0

    def proof(self) -> Proof:
        clashes = self.clashes()
        lowest = highest = None
        unreachable: tuple[Choice, ...] = ()
        unsure = 0
        if not clashes:
            lowest, highest = self._extremes()
            clashes = self.dead_ends()
            unreachable, unsure = self._unreachable()
        return Proof(
            clashes, lowest, highest, unreachable, unsure,
            complete=self.complete, looked=self.looked, seconds=round(time.monotonic() - self.began, 3),
        )  # fmt: skip

    def _note(self, found: Found) -> Found:
        self.looked += found.looked
        self.complete = self.complete and found.sure
        if found.leaf:
            self.seen |= set(_choices(found.leaf))
        return found

    # What leaves nothing

    def clashes(self) -> tuple[Clash, ...]:
        """Of each part that has no configuration: what is needed for that."""
        clock, found = self.clock.share(_POSSIBLE), []
        for part in self.divided.components:
            one = self._note(Search(part).any(clock))
            if one.leaf is not None:
                self.known[part.keys] = one.leaf
            elif one.sure:
                found.append(Clash(self._core(part)))
        return tuple(found)

    def _core(self, part: Component) -> tuple[Rule, ...]:
        """Rules of which each is needed: without it there would be a configuration, as far as time goes."""
        relaxed: set[Rule] = set()
        rules = list(_rules(part))
        if not self._possible(part, {*rules}):
            return ()
        for rule in rules:
            if not self._possible(part, {*relaxed, rule}):
                relaxed.add(rule)
        return tuple(rule for rule in rules if rule not in relaxed)

    def _possible(self, part: Component, relaxed: set[Rule], forced: Forced = ()) -> bool:
        found = Search(part, relaxed=relaxed, forced=forced).any(self.clock)
        self.looked += found.looked
        return found.leaf is not None or not found.sure

    def dead_ends(self) -> tuple[Clash, ...]:
        """Questions that must be answered where they are asked, and of which no answer is ever taken."""
        found = []
        for part in self.divided.components:
            asked = [
                group for group in part.required if group.key in part.shown or group.key in part.required_if
            ]
            for group in asked:
                met = (group.key, "") in self.seen and group.key not in part.required_if
                rules = () if met else self._dead_end(part, group)
                if rules:
                    found.append(Clash(rules, group.key))
        return tuple(found)

    def _dead_end(self, part: Component, group: Group) -> tuple[Rule, ...]:
        forced = _must_be_answered(part, group)
        sure = self._note(Search(part, forced=forced).any(self.clock))
        if sure.leaf is not None or not sure.sure:
            return ()
        own = [rule for rule in _rules(part) if _concerns(part, rule, group)]
        found = Search(part, relaxed=own, forced=forced).any(self.clock)
        return tuple(own) if found.leaf is not None else ()

    # The extremes

    def _extremes(self) -> tuple[Extreme | None, Extreme | None]:
        clock = self.clock.share(_EXTREMES)
        lowest = self._extreme(clock.share(0.5), highest=False)
        return lowest, self._extreme(clock, highest=True)

    def _extreme(self, clock: Clock, *, highest: bool) -> Extreme | None:
        """Over each case of the percentages at the end; the sum of the parts keeps its order through them."""
        best: tuple[Decimal, list[Leaf]] | None = None
        sure = True
        cases = list(_cases(self.divided))
        for number, case in enumerate(cases):
            leaves, proved = self._in_case(case, clock.share(1 / (len(cases) - number)), highest=highest)
            sure = sure and proved
            total = self._total(leaves, case) if leaves is not None else None
            if leaves is None or total is None:
                continue
            if best is None or (total > best[0] if highest else total < best[0]):
                best = (total, leaves)
        self.complete = self.complete and sure
        return self._witness(best[0], best[1], sure) if best else None

    def _in_case(
        self, case: Mapping[str, bool], clock: Clock, *, highest: bool
    ) -> tuple[list[Leaf] | None, bool]:
        leaves, sure = [], True
        parts = self.divided.components
        for number, part in enumerate(parts):
            known = None if part.cases else self.known.get(part.keys)
            search = Search(part, forced=_forced(part, case))
            found = search.best(clock.share(1 / (len(parts) - number)), highest=highest, known=known)
            self.looked += found.looked
            sure = sure and found.sure
            if found.leaf is None:
                return None, sure
            self.seen |= set(_choices(found.leaf))
            leaves.append(found.leaf)
        return leaves, sure

    def _total(self, leaves: list[Leaf], case: Mapping[str, bool]) -> Decimal | None:
        try:
            total = ZERO
            for leaf in leaves:
                total = add(total, leaf.total)
            for line in self.divided.tail:
                if case.get(line.key, True):
                    total = add(total, _added(line, total, self.compiled.minor_units))
        except Failure:
            return None
        return total

    def _witness(self, total: Decimal, leaves: list[Leaf], sure: bool) -> Extreme | None:
        """Priced as a whole by the engine: what it does not confirm is not claimed."""
        values: dict[str, Answer] = {}
        for leaf in leaves:
            values |= leaf.values
        answers = Answers({key: answer for key, answer in values.items() if answer is not None})
        evaluation = evaluate(self.compiled, answers)
        if not evaluation.acceptable or evaluation.gross is None or evaluation.net is None:
            self.complete = False
            return None
        confirmed = evaluation.gross == gross_of(self.compiled, total)
        self.complete = self.complete and confirmed
        endless = tuple(
            key for key, answer in values.items() if _is_endless(self.compiled.groups[key], answer)
        )
        return Extreme(evaluation.net, evaluation.gross, answers.to_json(), sure and confirmed, endless)

    # What can be had

    def _unreachable(self) -> tuple[tuple[Choice, ...], int]:
        found: list[Choice] = []
        unsure = 0
        for part in self.divided.components:
            wanted = [choice for choice in _targets(part) if choice not in self.seen]
            for choice in wanted:
                if choice in self.seen or (choice[0], "") in found:
                    continue
                one = self._note(self._with(part, choice, frozenset(wanted) - self.seen))
                if one.leaf is None and one.sure:
                    found.append(choice)
                elif one.leaf is None:
                    unsure += 1
        return tuple(found), unsure

    def _with(self, part: Component, choice: Choice, wanted: frozenset[Choice]) -> Found:
        group, option = part.compiled.groups[choice[0]], choice[1]
        if not option:
            return Search(part, forced=(_asked(part, group),)).any(self.clock, wanted=wanted)
        search = Search(part)
        start = search.everything()
        start[group.key] = chosen(start[group.key], option)
        return search.any(self.clock, start=start, wanted=wanted)


def _added(line: ExtraLine, total: Decimal, places: int) -> Decimal:
    """What a line that looks at everything adds."""
    price = line.price
    if price.kind == "minimum":
        return lacking(total, price.amount)
    return (
        exceeding(total, price.amount) if price.kind == "maximum" else share_of(total, price.amount, places)
    )


def _keeps_order(divided: Divided, places: int) -> bool:
    """Whether no sum that comes to a minimum at the end can be nothing, or less."""
    if not any(line.price.kind == "minimum" for line in divided.tail):
        return True
    total = ZERO
    for part in divided.components:
        worked = bounds_of(part, Search(part).everything())
        if worked is None:
            return False
        total += worked.sum[0]
    for line in divided.tail:
        if line.price.kind == "minimum" and total <= 0:
            return False
        after = total + _added(line, total, places)
        total = after if line.condition is None else min(total, after)
    return True


def _cases(divided: Divided) -> Iterator[dict[str, bool]]:
    """Each way in which the percentages at the end with a condition can apply or not."""
    keys = [line.key for line in divided.tail if line.condition is not None]
    for truths in product((True, False), repeat=len(keys)):
        yield dict(zip(keys, truths, strict=True))


def _forced(part: Component, case: Mapping[str, bool]) -> Forced:
    return tuple(_must(line.line, line.condition, case[key]) for key, line in part.cases.items())


def _must(line: ExtraLine, test: Test | None, wanted: bool) -> Must:
    assert line.condition is not None
    assert test is not None
    return Must(line.condition, test, wanted)


def _asked(part: Component, group: Group) -> Must:
    condition: Condition | None = group.visible_if
    assert condition is not None
    return Must(condition, part.shown[group.key], True)


def _must_be_answered(part: Component, group: Group) -> Forced:
    """It is asked, and its condition holds where it has one."""
    asked = (_asked(part, group),) if group.key in part.shown else ()
    test = part.required_if.get(group.key)
    if test is None:
        return asked
    assert group.required_if is not None
    return (*asked, Must(group.required_if, test, True))


def _rules(part: Component) -> Iterator[Rule]:
    yield from (("rule", constraint.key) for constraint in part.compiled.constraints)
    yield from (("available", key) for key in dict.fromkeys(group for group, _ in part.available))
    yield from (("required", group.key) for group in part.required)


def _concerns(part: Component, rule: Rule, group: Group) -> bool:
    """A rule that says what of this question may be chosen."""
    if rule[0] != "rule":
        return rule[1] == group.key
    one = next(each for each in part.compiled.constraints if each.key == rule[1])
    return group.key in questions_of(one)


def _targets(part: Component) -> Iterator[Choice]:
    """Each question that is sometimes hidden, and each option."""
    for key in part.shown:
        if key not in part.reckoned:
            yield key, ""
    for group in part.groups:
        for option in group.options:
            yield group.key, option.key
        if group.kind == "boolean":
            yield group.key, YES


def _choices(leaf: Leaf) -> Iterator[Choice]:
    for key in leaf.visible:
        yield key, ""
    for key, answer in leaf.values.items():
        if answer is True:
            yield key, YES
        elif isinstance(answer, str):
            yield key, answer
        elif isinstance(answer, frozenset):
            yield from ((key, option) for option in answer)


def _is_endless(group: Group, answer: Answer) -> bool:
    if not isinstance(answer, Decimal):
        return False
    reach = LARGEST - (group.interval or Decimal(1))
    return (group.most is None and answer >= reach) or (group.least is None and answer <= -reach)
