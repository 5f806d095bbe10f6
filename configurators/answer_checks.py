"""From a plain value to an answer of one question, or why it is none."""

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from configurators import dates
from configurators.definition.sanity import has_forbidden_characters
from configurators.errors import error
from configurators.formula.arithmetic import is_multiple, subtract
from configurators.parts import Group

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_ZERO = Decimal(0)
#: What stands for a file that was handed in before: nothing but a name for it.
_RECEIPT = re.compile(r"[A-Za-z0-9]{16,64}")


class Refused(Exception):
    def __init__(self, code: str, text: "str | _StrPromise", /, **values: object) -> None:
        super().__init__(code)
        self.error = error(code, text, **values)


def checked(group: Group, value: object) -> object:
    if group.kind == "multi":
        return _chosen(group, value)
    if group.kind == "file":
        return _receipts(group, value)
    if value is None:
        return None
    if group.kind == "single":
        return _option(group, value)
    if group.kind == "text":
        return _checked_text(group, str(value))
    if group.kind == "date":
        return str(value).strip() or None
    if group.numeric and isinstance(value, Decimal):
        return _checked_number(group, value)
    return value


def _option(group: Group, value: object) -> str:
    if not isinstance(value, str) or value not in group.by_option:
        raise Refused("not_an_option", _("Choose one of the options."))
    return value


def _chosen(group: Group, value: object) -> frozenset[str]:
    options = [_option(group, item) for item in (value if isinstance(value, list) else [])]
    chosen = frozenset(options)
    if len(chosen) != len(options):
        raise Refused("duplicate", _("An option stands here twice."))
    if chosen and group.min_choices and len(chosen) < group.min_choices:
        raise Refused("too_few", _("Choose at least %(least)s options."), least=group.min_choices)
    if group.max_choices and len(chosen) > group.max_choices:
        raise Refused("too_many", _("Choose at most %(most)s options."), most=group.max_choices)
    return chosen


def too_many_files(group: Group) -> "_StrPromise":
    """What is said where a question has more files than it takes."""
    return _("Choose one file only.") if group.most_files == 1 else _("Choose at most %(most)s files.")


def _receipts(group: Group, value: object) -> tuple[str, ...] | None:
    receipts = value if isinstance(value, list) else []
    if not all(isinstance(receipt, str) for receipt in receipts):
        raise wrong_type()
    if not all(_RECEIPT.fullmatch(receipt) for receipt in receipts):
        raise Refused("not_a_file", _("This file is not here any more. Choose it again."))
    if len(set(receipts)) != len(receipts):
        raise Refused("duplicate", _("A file stands here twice."))
    if len(receipts) > group.most_files:
        raise Refused("too_many", too_many_files(group), most=group.most_files)
    return tuple(receipts) or None


def _checked_number(group: Group, number: Decimal) -> Decimal:
    least, most = group.least, group.most
    if (least is not None and number < least) or (most is not None and number > most):
        raise _out_of_bounds(least, most)
    if group.kind == "quantity" and number != number.to_integral_value():
        raise Refused("not_whole", _("Write a whole number."))
    if group.interval and not is_multiple(subtract(number, least or _ZERO), group.interval):
        raise Refused(
            "off_step",
            _("Choose a number in steps of %(step)s, starting from %(least)s."),
            step=group.interval,
            least=least or _ZERO,
        )
    return number


def _out_of_bounds(least: Decimal | None, most: Decimal | None) -> Refused:
    if most is None:
        return Refused("out_of_bounds", _("Choose a number of at least %(least)s."), least=least)
    if least is None:
        return Refused("out_of_bounds", _("Choose a number of at most %(most)s."), most=most)
    return Refused("out_of_bounds", _("Choose a number from %(least)s to %(most)s."), least=least, most=most)


def _checked_text(group: Group, text: str) -> str | None:
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if has_forbidden_characters(text, "\n\t" if group.multiline else ""):
        raise Refused("characters", _("This holds characters that cannot be used here."))
    if len(text) > group.max_length:
        raise Refused("too_long", _("Write at most %(most)s characters."), most=group.max_length)
    return text or None


def check_day(group: Group, answer: str, *, opened: date | None) -> None:
    """Counted from today, or from the day on which the page was opened: midnight refuses nobody."""
    chosen, today = dates.read_date(answer), dates.today()
    if chosen is None:
        raise Refused("not_a_date", _("Choose a date, written like %(example)s."), example="2027-03-14")
    bounds = dates.bounds_on(today, group.earliest, group.latest)
    before = dates.bounds_on(min(opened or today, today), group.earliest, group.latest)
    if before.first and chosen < before.first:
        raise Refused("too_early", _("Choose a date from %(earliest)s on."), earliest=bounds.first)
    if bounds.last and chosen > bounds.last:
        raise Refused("too_late", _("Choose a date up to and including %(latest)s."), latest=bounds.last)


def required(group: Group) -> Refused:
    if group.kind == "multi":
        return Refused("required", _("Choose at least one option."))
    if group.kind == "single":
        return Refused("required", _("Choose an option."))
    if group.kind == "boolean":
        return Refused("required", _("Tick this box to go on."))
    if group.kind == "file":
        return Refused("required", _("Choose a file."))
    if group.numeric:
        return Refused("required", _("Fill in a number."))
    if group.kind == "date":
        return Refused("required", _("Choose a date."))
    return Refused("required", _("Fill in this field."))


def wrong_type() -> Refused:
    return Refused("wrong_type", _("This answer is not of the right kind."))
