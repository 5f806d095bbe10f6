"""What a visitor sees of a configuration: questions, limits, reasons and prices as words in one language.

One description serves the whole page (`page_of`) and its live changes (`changes_of`), so that both say
the same. Call it with the page's language active.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from configurators import dates
from configurators.answers import Answers, Errors
from configurators.compiled import Compiled, Differences
from configurators.definition.limits import CONTACT_FIELDS
from configurators.drawings import option_image, render
from configurators.evaluation import Evaluation, evaluate, price_differences
from configurators.files import LARGEST_FILE_MB, HandedIn, media_types
from configurators.formula import Answer, Failure
from configurators.formula.arithmetic import subtract
from configurators.indications import indication, shows_a_total, shows_prices, tells_at_last
from configurators.messages import number_text
from configurators.money import difference, grouped, money
from configurators.parts import Group, Item, Option, Step
from configurators.pricing import Line
from configurators.shown import (
    TEMPLATES,
    ContactField,
    ShownGroup,
    ShownItem,
    ShownLine,
    ShownOption,
    ShownPage,
    ShownPrice,
    ShownStep,
)
from configurators.shown_images import ShownImage, layers_seen, shown_image, shown_layers
from configurators.visibility import situation

#: How the one choice of a yes-or-no group is called among reasons and prices.
YES = "true"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What stands in the fields: answers as understood, and the texts as they were typed."""

    answers: Answers
    errors: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, list[str]] = field(default_factory=dict)
    contact: Mapping[str, str] = field(default_factory=dict)
    #: What was handed in before, by the question.
    files: Mapping[str, list[HandedIn]] = field(default_factory=dict)


def page_of(
    compiled: Compiled,
    filled: Filled,
    *,
    language: str,
    evaluation: Evaluation | None = None,
    images_url: str = "",
) -> ShownPage:
    """The whole page for these answers; ``images_url`` is where the organisation's own images are."""
    view = _View(compiled, filled, language, evaluation or evaluate(compiled, filled.answers), images_url)
    return ShownPage(
        title=view.text(compiled.title),
        intro=view.text(compiled.intro),
        priced=view.priced,
        totalled=view.totalled,
        told_at_last=tells_at_last(compiled),
        follows=compiled.follows_answers,
        submittable=compiled.contact is not None,
        takes_files=bool(compiled.file_groups),
        steps=[view.step(step) for step in compiled.steps],
        price=view.price(),
        drawing=drawing_of(compiled, filled.answers)["drawing"],
        layers=shown_layers(compiled, filled.answers.values, images_url, language),
    )


def changes_of(compiled: Compiled, answers: Answers, errors: Errors, *, language: str) -> dict[str, Any]:
    """What a page that is already there must change to fit these answers, as JSON for the browser."""
    evaluation = evaluate(compiled, answers)
    # What is still missing is no news to someone who has not come to it yet.
    notices = {key: str(found[0].message) for key, found in errors.items() if found[0].code != "required"}
    notices |= {key: str(found[0].message) for key, found in evaluation.errors(language).items()}
    view = _View(compiled, Filled(answers=answers), language, evaluation)
    hidden = [key for key, visible in evaluation.visible.items() if not visible]
    price = view.price()
    return {
        "hidden": hidden,
        "required": [group.key for group in compiled.sometimes_required if group.key in evaluation.required],
        "hidden_steps": [step.key for step in compiled.steps if view.hides(step)],
        "options": {f"{group.key}.{key}": state for group, key, state in view.option_states()},
        "notices": notices,
        "remarks": view.remarks,
        "values": {
            key: view.calculated(compiled.groups[key])
            for key in compiled.calculated
            if view.priced or key not in compiled.never_seen
        },
        "layers": layers_seen(compiled, answers.values),
        "lines": [[line.name, line.note, line.amount] for line in price.lines],
        "total": price.total,
        "gross": price.gross,
        "vat": price.vat,
        "spoken": price.spoken if view.totalled else "",
    }


def drawing_of(compiled: Compiled, answers: Answers) -> dict[str, str]:
    """The picture for these answers; apart from the price, which must not wait for it."""
    if not compiled.drawing:
        return {"drawing": ""}
    shown = situation(compiled, answers.values).answers
    return {"drawing": render(compiled.drawing, shown, title=_("A drawing of your choices")) or ""}


class _View:
    """One configuration in one language."""

    def __init__(
        self,
        compiled: Compiled,
        filled: Filled,
        language: str,
        evaluation: Evaluation,
        images_url: str = "",
    ) -> None:
        self.compiled = compiled
        self.images_url = images_url
        self.filled = filled
        self.language = language
        self.evaluation = evaluation
        self.values = evaluation.answers.values
        self.priced = shows_prices(compiled)
        self.totalled = shows_a_total(compiled)
        self.remarks = evaluation.remarks(language)
        lines = evaluation.lines if evaluation.blocked is None else None
        self.differences = price_differences(compiled, evaluation.answers, lines=lines) if self.priced else {}

    def text(self, texts: Mapping[str, str]) -> str:
        return self.compiled.text(texts, self.language)

    def money(self, amount: Decimal) -> str:
        return money(amount, self.compiled.currency, self.language)

    # --- Steps and groups

    def hides(self, step: Step) -> bool:
        return bool(step.groups) and not any(self.evaluation.visible[group.key] for group in step.groups)

    def step(self, step: Step) -> ShownStep:
        short = self.text(step.title)
        groups = [each for item, them in groupby(step.groups, _item_of) for each in self._shown(item, them)]
        title = short
        if len(groups) == 1 and isinstance(groups[0], ShownGroup) and groups[0].options:
            # One question is the step's own heading; its short title stands on the dimension line.
            groups[0].alone, title = True, groups[0].label
        return ShownStep(step.key, title, short, self.hides(step), groups)

    def _shown(self, item: Item | None, groups: Iterable[Group]) -> list[ShownGroup | ShownItem]:
        """Questions as they are, or together in the item that they are asked of."""
        shown = [self.group(group) for group in groups]
        if item is None:
            return [*shown]
        hidden = all(group.hidden for group in shown)
        return [ShownItem(f"{item.of}-{item.number}", self.text(item.label), hidden, shown)]

    def group(self, group: Group) -> ShownGroup:
        shown = ShownGroup(
            key=group.key,
            kind=group.kind,
            label=self.text(group.own_label),
            help=self.text(group.help),
            required=group.key in self.evaluation.required,
            required_if=group.required_if is not None and not group.required,
            hidden=not self.evaluation.visible[group.key],
            error=self.filled.errors.get(group.key, ""),
            remark=self.remarks.get(group.key, ""),
            repeats=group.repeats,
        )
        getattr(self, f"_{TEMPLATES[group.kind]}")(group, shown)
        return shown

    def _choice(self, group: Group, shown: ShownGroup) -> None:
        shown.options = [self._option(group, option) for option in group.options]

    def _option(self, group: Group, option: Option) -> ShownOption:
        answer = self._answer(group)
        chosen = option.key in answer if isinstance(answer, frozenset) else option.key == answer
        state = self._option_state(group, option.key)
        return ShownOption(
            key=option.key,
            label=self.text(option.own_label),
            help=self.text(option.help),
            image=_picture(self.compiled.drawing or "", option.image) if option.image else "",
            photo=self._photo(option),
            chosen=chosen,
            **state,
        )

    def _photo(self, option: Option) -> ShownImage | None:
        photo = option.photo
        return shown_image(photo, self.images_url, self.text(photo.alt)) if photo else None

    def _boolean(self, group: Group, shown: ShownGroup) -> None:
        state = self._option_state(group, YES)
        shown.value = self._answer(group) is True
        shown.price, shown.reason = state["price"], state["reason"]

    def _number(self, group: Group, shown: ShownGroup) -> None:
        shown.unit = self.text(group.unit)
        shown.whole = group.kind == "quantity"
        shown.low, shown.high, shown.step = (_plain(n) for n in (group.least, group.most, group.interval))
        shown.limits = self._limits(group, shown.unit)
        shown.value = self._as_typed(group)
        answer = self._answer(group)
        if group.least is not None and group.most is not None and group.most > group.least:
            here = answer if isinstance(answer, Decimal) else group.least
            shown.mark = f"{100 * (here - group.least) / (group.most - group.least):.2f}"

    def _limits(self, group: Group, unit: str) -> list[str]:
        limits = []
        if group.least is not None and (group.least or group.most is None):
            limits.append(_("min. %(number)s") % {"number": _limit(group.least, self.language)})
        elif group.most is not None:
            limits.append("0" if group.least is not None else "")
        if group.most is not None:
            most = _("max. %(number)s") % {"number": _limit(group.most, self.language)}
            limits.append(f"{most} {unit}".rstrip())
        return limits

    def _calculated(self, group: Group, shown: ShownGroup) -> None:
        shown.value = self.calculated(group)

    def calculated(self, group: Group) -> str:
        """What a calculated group comes to, with its unit; a dash where that is an error."""
        number = self.evaluation.calculated[group.key]
        if not isinstance(number, Decimal):
            return "–"
        return f"{number_text(number)} {self.text(group.unit)}".strip()

    def _text(self, group: Group, shown: ShownGroup) -> None:
        shown.value = self._as_typed(group)
        shown.multiline, shown.max_length = group.multiline, group.max_length

    def _date(self, group: Group, shown: ShownGroup) -> None:
        """With the first and last day, and what is said of one outside them."""
        bounds = dates.bounds_on(dates.today(), group.earliest, group.latest)
        shown.value = self._as_typed(group)
        if bounds.first:
            shown.low = bounds.first.isoformat()
            shown.too_early = _("Choose a date from %(earliest)s on.") % {
                "earliest": dates.in_words(bounds.first)
            }
        if bounds.last:
            shown.high = bounds.last.isoformat()
            shown.too_late = _("Choose a date up to and including %(latest)s.") % {
                "latest": dates.in_words(bounds.last)
            }

    def _file(self, group: Group, shown: ShownGroup) -> None:
        shown.accept = ",".join(media_types(group.accept))
        shown.most = group.most_files
        shown.limits = [_limits_of_files(group)]
        shown.files = list(self.filled.files.get(group.key, ()))

    def _as_typed(self, group: Group) -> str:
        """What the visitor wrote, even where it is not understood; else the answer, else nothing."""
        if typed := self.filled.typed.get(group.key):
            return typed[0]
        answer = self._answer(group)
        return number_text(answer) if isinstance(answer, Decimal) else ""

    def _answer(self, group: Group) -> Answer:
        """What stands in a field; in one that nobody sees yet what it is filled in with when it appears."""
        answer = self.values.get(group.key)
        return group.default if answer is None and not self.evaluation.visible[group.key] else answer

    def _contact(self, group: Group, shown: ShownGroup) -> None:
        asked = [
            ("name", _("Name"), "text", "name", 200, True),
            ("email", _("E-mail address"), "email", "email", 254, True),
            ("phone", _("Telephone"), "tel", "tel", 40, group.phone == "required"),
        ]
        if group.phone == "hidden":
            asked.pop()
        shown.fields = [
            ContactField(
                name, label, kind, autocomplete, length, required,
                value=self.filled.contact.get(name, ""),
                error=self.filled.errors.get(f"contact.{name}", ""),
            )
            for name, label, kind, autocomplete, length, required in asked
        ]  # fmt: skip

    # --- What each choice costs, and why it cannot be made

    def option_states(self) -> Iterator[tuple[Group, str, dict[str, str]]]:
        for group in self.compiled.groups.values():
            keys = [YES] if group.kind == "boolean" else [option.key for option in group.options]
            prices = self._option_prices(group) if keys else {}
            for key in keys:
                yield group, key, {"price": prices.get(key, ""), "reason": self._reason(group, key)}

    def _option_state(self, group: Group, key: str) -> dict[str, str]:
        return {"price": self._option_prices(group).get(key, ""), "reason": self._reason(group, key)}

    def _reason(self, group: Group, key: str) -> str:
        reason = self.evaluation.unavailable.get(group.key, {}).get(key)
        if reason is None:
            return ""
        return self.text(reason) or _("This does not go together with your other choices.")

    def _option_prices(self, group: Group) -> Mapping[str, str]:
        """What choices add to the one that is included; it stays the same whichever is chosen now."""
        found = self.differences.get(group.key)
        if found is None:
            return {}
        texts = found.texts.get(self.language)
        if texts is None:
            texts = found.texts[self.language] = self._as_texts(group, found)
        return texts

    def _as_texts(self, group: Group, found: Differences) -> dict[str, str]:
        included = self._included(group, found)
        base = found[included] if included else Decimal(0)
        nothing = _included(self.language) if group.kind == "single" and any(found.values()) else ""
        return {key: self._more(amount, base) if amount != base else nothing for key, amount in found.items()}

    def _more(self, amount: Decimal, base: Decimal) -> str:
        try:
            return difference(subtract(amount, base), self.compiled.currency, self.language)
        except Failure:
            return ""

    @staticmethod
    def _included(group: Group, found: Mapping[str, Decimal]) -> str | None:
        if group.kind != "single":
            return None
        return next(
            (option.key for option in group.options if option.price is None and option.key in found), None
        )

    # --- The price

    def price(self) -> ShownPrice:
        evaluation = self.evaluation
        if not self.totalled:
            return ShownPrice([], "", "")
        if evaluation.gross is None or evaluation.vat is None:
            return ShownPrice([], "–", _("There is no price for these choices."))
        if not self.priced:
            return ShownPrice([], indication(self.compiled, evaluation.gross, self.language), "")
        rate = number_text(evaluation.vat_rate)
        lines = [self._line(line) for line in evaluation.lines]
        total, gross = self.money(evaluation.gross), f"{evaluation.gross:.{self.compiled.minor_units}f}"
        if not self.compiled.prices_include_vat:
            lines.append(ShownLine(_("VAT %(rate)s%%") % {"rate": rate}, "", self.money(evaluation.vat)))
            return ShownPrice(lines, total, "", gross)
        vat = _("of which %(rate)s%% VAT %(amount)s") % {"rate": rate, "amount": self.money(evaluation.vat)}
        return ShownPrice(lines, total, vat if evaluation.vat else "", gross)

    def _line(self, line: Line) -> ShownLine:
        amount = self.money(line.amount) if line.amount else _included(self.language)
        return ShownLine(self.text(line.label), self._note(line), amount)

    def _note(self, line: Line) -> str:
        detail = line.detail
        if detail.kind == "per_unit" and detail.quantity is not None and detail.unit_amount is not None:
            unit = self.text(detail.unit) if detail.unit else ""
            return f"{number_text(detail.quantity)} {unit}".strip() + f" × {self.money(detail.unit_amount)}"
        if detail.kind == "percentage" and detail.percent is not None and detail.base is not None:
            values = {"percent": number_text(detail.percent), "base": self.money(detail.base)}
            return _("%(percent)s%% of %(base)s") % values
        if detail.limit is not None:
            text = _("at least %(limit)s") if detail.kind == "minimum" else _("at most %(limit)s")
            return text % {"limit": self.money(detail.limit)}
        return ""


def _item_of(group: Group) -> Item | None:
    return group.item


@lru_cache(maxsize=16)
def _included(language: str) -> str:
    with override(language):
        return _("included")


@lru_cache(maxsize=512)
def _picture(drawing: str, image: str) -> str:
    """The picture of one option: the same for everybody, and beside words that say what it is."""
    return option_image(drawing, image) or ""


def _limits_of_files(group: Group) -> str:
    """What may be chosen, in words."""
    names = {"image": _("a photo or drawing (JPEG, PNG or WebP)"), "pdf": _("a PDF")}
    kinds = [names[kind] for kind in group.accept]
    what = _("%(one)s or %(other)s") % {"one": kinds[0], "other": kinds[1]} if kinds[1:] else kinds[0]
    values = {"what": what[:1].upper() + what[1:], "most": group.most_files, "size": LARGEST_FILE_MB}
    if group.most_files == 1:
        return _("%(what)s, of at most %(size)s MB.") % values
    return _("%(what)s; at most %(most)s files, of at most %(size)s MB each.") % values


def _limit(number: Decimal, language: str) -> str:
    """A limit as it is read, with its thousands apart; what is typed has none."""
    text = number_text(number)
    if abs(number) < 10_000:
        return text
    whole, mark, rest = text.partition("," if "," in text else ".")
    return grouped(Decimal(whole), language) + mark + rest


def _plain(number: Decimal | None) -> str:
    return "" if number is None else format(number, "f")


def typed_contact(contact: Mapping[str, Any]) -> dict[str, str]:
    """The contact fields as they were typed, to stand in the form again."""
    found = {}
    for name in CONTACT_FIELDS:
        value = contact.get(name, "")
        first = value[0] if isinstance(value, list) and value else value
        found[name] = first if isinstance(first, str) else ""
    return found
