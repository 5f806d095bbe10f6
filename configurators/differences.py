"""What another choice would cost: the "+ € 640" beside an option."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from configurators.answers import Answers
from configurators.compiled import Compiled, Differences
from configurators.constraints import YES
from configurators.formula import Answer, Environment, Failure
from configurators.formula.arithmetic import add, subtract
from configurators.formula.values import LIMIT
from configurators.parts import Group
from configurators.pricing import Line, Readers, gross_of, price_lines, total_of
from configurators.visibility import Situation, situation

_NOTHING = Decimal(0)
#: How much may be reckoned anew for one visitor's page (about half a second): visitors of all organisations
#: share the processes. It is hundreds of options in a configurator of hundreds of operations.
_MOST_WORK = 200_000
#: Sets of differences in memory, for each group.
_SEEN_KEPT = 512


def price_differences(
    compiled: Compiled, answers: Answers, *, lines: Sequence[Line] | None = None
) -> dict[str, Differences]:
    """How the gross price would move: by group and option, for visible groups that are chosen from.

    For a single choice: when picking this one instead of the present one (0 for the present one). For
    a multiple choice and a yes-or-no: what having it costs compared with not having it, whether it is
    chosen now or not. Options whose price would be an error are left out; so is everything when the
    present price is one, and what is beyond the work that one visitor may cause. ``lines`` are the
    present price's, where they are known already.
    """
    if not compiled.has_prices:
        return {}
    now = situation(compiled, answers.values)
    if now.failure is not None:
        return {}
    try:
        total = total_of(price_lines(compiled, now.answers) if lines is None else lines)
        comparison = _Comparison(compiled, answers.values, now, total)
    except Failure:
        return {}
    return {
        group.key: comparison.remembered(group)
        for group in compiled.groups.values()
        if now.visible[group.key] and group.kind in ("single", "multi", "boolean")
    }


class _Comparison:
    def __init__(
        self, compiled: Compiled, values: Mapping[str, Answer], now: Situation, total: Decimal
    ) -> None:
        self.compiled = compiled
        self.values = values
        self.now = now
        self.total = total
        self.gross = gross_of(compiled, total)
        self.work_left = _MOST_WORK
        #: By what changes: the lines that move with it, and what the others come to.
        self.parted: dict[frozenset[str], tuple[Readers, Decimal]] = {}

    def remembered(self, group: Group) -> Differences:
        """The differences, which few answers move: the same were asked for before, more often than not."""
        concerns = self.compiled.concerns[group.key]
        if concerns is None:
            return self.differences(group)
        answers = tuple([self.values.get(name) for name in concerns])
        seen = self.compiled.differences_seen[group.key]
        found = seen.get(answers)
        if found is None:
            found = self.differences(group)
            if self.work_left >= 0:  # else some are missing only because too much was asked at once
                if len(seen) >= _SEEN_KEPT:
                    seen.clear()
                seen[answers] = found
        return found

    def differences(self, group: Group) -> Differences:
        found = Differences()
        for key, price_is_fixed in self._choices(group):
            try:
                found[key] = self._difference(group, key, simple=price_is_fixed and self._stands_alone(group))
            except Failure:
                continue
        return found

    def _choices(self, group: Group) -> Iterator[tuple[str, bool]]:
        if group.kind == "boolean":
            yield YES, group.price is None or group.price.kind == "fixed"
        for option in group.options:
            yield option.key, option.price is None or option.price.kind == "fixed"

    def _stands_alone(self, group: Group) -> bool:
        """Does the answer change nothing but the group's own line?"""
        compiled = self.compiled
        elsewhere = group.key in compiled.moves_prices or group.key in compiled.decides_others
        return not elsewhere and not compiled.looks_back

    def _difference(self, group: Group, key: str, *, simple: bool) -> Decimal:
        present = self.now.answers[group.key]
        if group.kind == "single":
            if present == key:
                return _NOTHING
            return subtract(self._gross_with(group, key, simple=simple), self.gross)
        with_it, without = _with_and_without(group, present, key)
        if present == with_it:
            return subtract(self.gross, self._gross_with(group, without, simple=simple))
        return subtract(self._gross_with(group, with_it, simple=simple), self.gross)

    def _gross_with(self, group: Group, answer: Answer, *, simple: bool) -> Decimal:
        present = self.now.answers[group.key]
        fixed = _fixed_price(group, present) if simple else None
        if fixed is not None:
            changed = add(subtract(self.total, fixed), _fixed_price(group, answer) or _NOTHING)
            return gross_of(self.compiled, changed)
        return self._gross_anew(group, answer)

    def _gross_anew(self, group: Group, answer: Answer) -> Decimal:
        compiled = self.compiled
        self.work_left -= compiled.work
        if self.work_left < 0:
            raise Failure(LIMIT)
        if group.key in compiled.decides_others:
            then = situation(compiled, {**self.values, group.key: answer})
            if then.failure is not None:
                raise Failure(then.failure)
            answers = then.answers
            changed = frozenset([key for key, given in answers.items() if given != self.now.answers[key]])
        else:
            answers, changed = {**self.now.answers, group.key: answer}, frozenset({group.key})
        return gross_of(compiled, self._total_with(answers, changed))

    def _total_with(self, answers: Environment, changed: frozenset[str]) -> Decimal:
        """Lines that read nothing of what changes stay as they are; but a percentage may look at any."""
        if self.compiled.looks_back:
            return total_of(price_lines(self.compiled, answers))
        if changed not in self.parted:
            readers = Readers(self.compiled, changed)
            self.parted[changed] = readers, subtract(self.total, readers.subtotal(self.now.answers))
        readers, others = self.parted[changed]
        return add(others, readers.subtotal(answers))


def _with_and_without(group: Group, present: Answer, key: str) -> tuple[Answer, Answer]:
    if isinstance(present, frozenset):
        return present | {key}, present - {key}
    return True, False


def _fixed_price(group: Group, answer: Answer) -> Decimal | None:
    """The sum of the group's own lines for an answer; None when one of them is not simply fixed."""
    if group.kind == "boolean":
        prices = [group.price] if answer is True else []
    else:
        keys = answer if isinstance(answer, frozenset) else () if answer is None else (answer,)
        prices = [group.by_option[key].price for key in keys]
    total = _NOTHING
    for price in prices:
        if price is not None:
            if price.kind != "fixed":
                return None
            total = add(total, price.amount)
    return total
