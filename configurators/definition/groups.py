"""Checks the steps with their groups and options."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from configurators.definition.catalogue import KINDS, WITH_OPTIONS
from configurators.definition.formulas import FormulaChecks
from configurators.definition.images import check_option_image
from configurators.definition.limits import (
    FILE_KINDS,
    MAX_ANSWER_TEXT,
    MAX_DAYS,
    MAX_FILES,
    MAX_GROUPS,
    MAX_KEY,
    MAX_OPTIONS,
    MAX_SHOWN_DECIMALS,
    MAX_STEPS,
)
from configurators.definition.prices import PriceChecks
from configurators.definition.problems import Path
from configurators.definition.reading import Part
from configurators.definition.repeats import INNER_KINDS, Item, check_repeat
from configurators.definition.repeats import PROPERTIES as _OF_REPEAT
from configurators.formula.arithmetic import is_multiple, subtract

_EVERY = ("key", "kind", "label", "help")
_ASKED = (*_EVERY, "required", "required_if", "visible_if")
_PROPERTIES = {
    "number": (*_ASKED, "unit", "min", "max", "step", "default", "price"),
    "quantity": (*_ASKED, "unit", "min", "max", "step", "default", "price"),
    "boolean": (*_ASKED, "default", "price"),
    "text": (*_ASKED, "max_length", "personal", "multiline"),
    "date": (*_ASKED, "personal", "earliest", "latest"),
    "file": (*_ASKED, "accept", "most", "personal"),
    "single": (*_ASKED, "options", "default"),
    "multi": (*_ASKED, "options", "default", "min_choices", "max_choices"),
    "calculated": (*_EVERY, "visible_if", "unit", "formula", "decimals"),
    "repeat": _OF_REPEAT,
    "contact": (*_EVERY, "phone"),
}


class GroupChecks:
    """One walk over the steps in their order; keeps which group depends on which."""

    def __init__(self, formulas: FormulaChecks, prices: PriceChecks) -> None:
        self.formulas = formulas
        self.prices = prices
        #: On which others it depends whether a group is shown, and what a calculated one is.
        self.depends_on: dict[str, frozenset[str]] = {}
        self.paths: dict[str, Part] = {}
        #: The keys as they stand in the definition: what each item asks has one here, and one by its number.
        self.named: set[str] = set()
        self.told_twice: set[Path] = set()
        self.contacts = 0

    def check_steps(self, root: Part) -> None:
        steps = root.parts("steps", MAX_STEPS)
        if not steps and root.value.get("steps") in (None, []):
            root.report.error(root.at("steps"), "no_steps", _("Add a step with something to choose."))
        step_keys: set[str] = set()
        for step in steps:
            step.only(("key", "title", "groups"))
            _unique(step, step.key(), step_keys)
            step.text("title", required=True)
            self._check_step_groups(step)
        if self.contacts == 0:
            root.report.warning(
                root.at("steps"),
                "no_contact",
                _("Nothing asks for the visitor's name and e-mail address, so nobody can ask for an offer."),
            )

    def _check_step_groups(self, step: Part) -> None:
        groups = step.parts("groups", MAX_GROUPS)
        if not groups:
            step.report.warning(step.at("groups"), "empty_step", _("This step is empty."))
        for group in groups:
            self.check_group(group)

    def check_group(self, group: Part, *, item: Item | None = None, real: Part | None = None) -> None:
        """A question of `item` is checked as its copy there; `real` is where a key that is taken is told."""
        kind = group.one_of("kind", INNER_KINDS if item else KINDS)
        key = group.key()
        self._keep(real or group, key, item)
        group.text("label", required=True)
        group.text("help")
        if kind is None:
            return
        group.only(_PROPERTIES[kind])
        if kind != "contact":
            group.flag("required")
            uses = self.formulas.check(group, "visible_if", "boolean")
            self._check_required_if(group)
            if kind == "calculated":
                uses |= self.formulas.check(group, "formula", "number", required=True)
            if key is not None:
                self._depends(key, uses, item)
        getattr(self, f"_{kind}")(group, key)
        if kind in WITH_OPTIONS and key is not None:
            self._check_options(group, key)

    def _depends(self, key: str, uses: frozenset[str], item: Item | None) -> None:
        if item:
            key, uses = item.key(key), uses | {item.repeat}
        self.depends_on.setdefault(key, uses)

    def _keep(self, group: Part, key: str | None, item: Item | None) -> None:
        if key is None:
            return
        full = item.key(key) if item else key
        named_twice = key in self.named and (item is None or item.first)
        if (named_twice or full in self.paths) and group.path not in self.told_twice:
            twice = key if named_twice else full
            self.told_twice.add(group.path)
            group.report.error(
                group.at("key"), "duplicate_key", _("The key “%(key)s” is used twice."), key=twice
            )
        elif item and item.first and len(full) >= MAX_KEY:  # the number of an item may have two digits
            text = _("With the key of its repeat, this one is longer than %(limit)s characters.")
            group.report.error(group.at("key"), "bad_key", text, limit=MAX_KEY)
        self.named.add(key)
        self.paths.setdefault(full, group)
        if len(self.paths) == MAX_GROUPS + 1:
            group.report.error(
                group.path, "too_many", _("There may be at most %(most)s here."), most=MAX_GROUPS
            )

    def _check_required_if(self, group: Part) -> None:
        """It may read any group: whether a question must be answered shows and hides nothing."""
        self.formulas.check(group, "required_if", "boolean")
        if group.value.get("required") is True and group.value.get("required_if"):
            group.report.warning(
                group.at("required_if"),
                "required_anyway",
                _("This must be answered anyway, so the condition says nothing."),
            )

    # One method per kind

    def _repeat(self, group: Part, key: str | None) -> None:
        check_repeat(self, group, key)

    def _contact(self, group: Part, key: str | None) -> None:
        group.one_of("phone", ("optional", "required", "hidden"), required=False)
        self.contacts += 1
        if self.contacts > 1:
            group.report.error(group.path, "second_contact", _("Contact details can be asked for only once."))

    def _text(self, group: Part, key: str | None) -> None:
        group.integer("max_length", 1, MAX_ANSWER_TEXT)
        group.flag("personal")
        group.flag("multiline")

    def _date(self, group: Part, key: str | None) -> None:
        group.flag("personal")
        earliest, latest = (group.integer(name, -MAX_DAYS, MAX_DAYS) for name in ("earliest", "latest"))
        if earliest is not None and latest is not None and earliest > latest:
            group.report.error(
                group.at("latest"), "bounds_crossed", _("The latest day is before the earliest.")
            )

    def _file(self, group: Part, key: str | None) -> None:
        group.integer("most", 1, MAX_FILES)
        _check_accepted(group)
        if not group.flag("personal") and group.value.get("personal") is False:
            group.report.error(group.at("personal"), "not_allowed", _("A file always holds personal data."))

    def _calculated(self, group: Part, key: str | None) -> None:
        _check_unit(group)
        group.integer("decimals", 0, MAX_SHOWN_DECIMALS)

    def _boolean(self, group: Part, key: str | None) -> None:
        group.flag("default")
        self.prices.check(group, key)

    def _number(self, group: Part, key: str | None, *, whole: bool = False) -> None:
        _check_unit(group)
        bounds = {name: group.decimal(name) for name in ("min", "max", "step", "default")}
        for name, number in bounds.items():
            if whole and number is not None and number != number.to_integral_value():
                group.report.error(group.at(name), "not_whole", _("A quantity is a whole number."))
        _check_bounds(group, bounds["min"], bounds["max"], bounds["step"])
        if bounds["default"] is not None:
            _check_default_number(group, bounds["default"], bounds["min"], bounds["max"], bounds["step"])
        self.prices.check(group, key, own_group=key)

    def _quantity(self, group: Part, key: str | None) -> None:
        least = group.decimal("min") if isinstance(group.value.get("min"), str) else None
        if least is not None and least < 0:
            group.report.error(group.at("min"), "out_of_bounds", _("A quantity cannot be negative."))
        self._number(group, key, whole=True)

    def _single(self, group: Part, key: str | None) -> None:
        default = group.value.get("default")
        if default is not None and default not in _option_keys(group):
            group.report.error(group.at("default"), "unknown_option", _("There is no such option."))

    def _multi(self, group: Part, key: str | None) -> None:
        least = group.integer("min_choices", 0, MAX_OPTIONS)
        most = group.integer("max_choices", 1, MAX_OPTIONS)
        options = _option_keys(group)
        if (least is not None and most is not None and least > most) or (least or 0) > len(options):
            group.report.error(
                group.at("min_choices"), "bounds_crossed", _("So many can never be chosen here.")
            )
        default = group.value.get("default")
        if default is None:
            return
        if not isinstance(default, list):
            group.wrong_type("default")
        elif any(not isinstance(option, str) or option not in options for option in default):
            group.report.error(group.at("default"), "unknown_option", _("There is no such option."))
        elif len(set(default)) != len(default) or (
            default and not (least or 0) <= len(default) <= (most or MAX_OPTIONS)
        ):
            group.report.error(
                group.at("default"), "out_of_bounds", _("So many cannot be chosen here, or one stands twice.")
            )

    def _check_options(self, group: Part, group_key: str) -> None:
        options = group.parts("options", MAX_OPTIONS)
        if not options:
            group.report.error(group.at("options"), "no_options", _("Add an option to choose."))
        keys: set[str] = set()
        priced = False
        for option in options:
            option.only(("key", "label", "help", "image", "price", "available_if", "reason"))
            key = option.key()
            _unique(option, key, keys)
            option.text("label", required=True)
            option.text("help")
            check_option_image(option)
            self.formulas.check(option, "available_if", "boolean")
            option.text("reason")
            priced = self.prices.check(option, f"{group_key}.{key}" if key else None) or priced
            _check_reason(option)
        if priced:
            self.prices.earlier.add(group_key)


def _unique(part: Part, key: str | None, taken: set[str]) -> None:
    if key is None:
        return
    if key in taken:
        part.report.error(part.at("key"), "duplicate_key", _("The key “%(key)s” is used twice."), key=key)
    taken.add(key)


def _option_keys(group: Part) -> list[object]:
    options = group.value.get("options")
    return (
        [option.get("key") for option in options if isinstance(option, dict)]
        if isinstance(options, list)
        else []
    )


def _check_reason(option: Part) -> None:
    reason = option.value.get("reason")
    if option.value.get("available_if") and not (isinstance(reason, dict) and any(reason.values())):
        option.report.warning(
            option.at("reason"), "no_reason", _("Say why this option is sometimes not available.")
        )


def _check_accepted(group: Part) -> None:
    """Which files may be handed in; all that there are where nothing is said."""
    accepted = group.value.get("accept")
    if accepted is None:
        return
    if not isinstance(accepted, list) or not all(isinstance(each, str) for each in accepted):
        group.wrong_type("accept")
    elif not accepted or len(set(accepted)) != len(accepted) or not set(accepted) <= set(FILE_KINDS):
        group.report.error(
            group.at("accept"), "not_allowed", _("Say at least one of “image” and “pdf”, each once.")
        )


def _check_unit(group: Part) -> None:
    """One sign for all languages ("mm"), or a word in each ("stuks")."""
    unit = group.value.get("unit")
    if isinstance(unit, dict):
        group.text("unit")
    elif unit is not None and not (isinstance(unit, str) and len(unit) <= 40):
        group.wrong_type("unit")


def _check_bounds(group: Part, least: Decimal | None, most: Decimal | None, step: Decimal | None) -> None:
    if least is not None and most is not None and least > most:
        group.report.error(group.at("max"), "bounds_crossed", _("The largest value is below the smallest."))
    if step is not None and step <= 0:
        group.report.error(group.at("step"), "out_of_bounds", _("A step is more than 0."))
    elif step is not None and most is not None and not is_multiple(subtract(most, least or Decimal(0)), step):
        group.report.warning(
            group.at("max"), "off_step", _("The largest value cannot be reached in these steps.")
        )


def _check_default_number(
    group: Part, default: Decimal, least: Decimal | None, most: Decimal | None, step: Decimal | None
) -> None:
    too_small = least is not None and default < least
    too_large = most is not None and default > most
    if too_small or too_large:
        group.report.error(
            group.at("default"), "out_of_bounds", _("This lies outside the smallest and largest value.")
        )
    elif step is not None and step > 0 and not is_multiple(subtract(default, least or Decimal(0)), step):
        group.report.error(group.at("default"), "off_step", _("This cannot be reached in these steps."))
