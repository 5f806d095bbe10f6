"""What a draft changes of the version that is live, part by part, by the names that its maker gave."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from configurators.decimals import decimal_in_definition
from configurators.image_changes import drawing_told, image_told
from configurators.messages import number_text
from configurators.money import money, rounded_money

Json = dict[str, Any]
#: A page shows no more than so many.
MOST_SHOWN = 200

KINDS: dict[str, Promise] = {
    "price": gettext_lazy("Prices"),
    "part": gettext_lazy("Questions and options"),
    "rule": gettext_lazy("Rules and conditions"),
    "limit": gettext_lazy("Limits and defaults"),
    "text": gettext_lazy("Texts"),
    "other": gettext_lazy("Other"),
}
_LIMITS: dict[str, Promise] = {
    "min": gettext_lazy("smallest"),
    "max": gettext_lazy("largest"),
    "step": gettext_lazy("step"),
    "default": gettext_lazy("filled in beforehand"),
    "required": gettext_lazy("must be answered"),
    "min_choices": gettext_lazy("fewest choices"),
    "max_choices": gettext_lazy("most choices"),
    "unit": gettext_lazy("unit"),
    "decimals": gettext_lazy("decimals"),
    "max_length": gettext_lazy("longest text"),
    "earliest": gettext_lazy("earliest day"),
    "latest": gettext_lazy("latest day"),
    "personal": gettext_lazy("personal"),
    "multiline": gettext_lazy("several lines"),
    "accept": gettext_lazy("kinds of files"),
    "most": gettext_lazy("most files"),
    "phone": gettext_lazy("phone"),
}
_CONDITIONS: dict[str, Promise] = {
    "visible_if": gettext_lazy("asked if"),
    "required_if": gettext_lazy("must be answered if"),
    "available_if": gettext_lazy("available if"),
    "if": gettext_lazy("applies if"),
    "then": gettext_lazy("then"),
    "that": gettext_lazy("must hold"),
    "formula": gettext_lazy("calculated as"),
    "of": gettext_lazy("between"),
    "severity": gettext_lazy("where it does not"),
    "pairs": gettext_lazy("what goes together"),
}
_DAYS = frozenset({"earliest", "latest"})
_AMOUNTS: dict[Any, Promise] = {
    "per_unit": gettext_lazy("%(amount)s each"),
    "minimum": gettext_lazy("at least %(amount)s"),
    "maximum": gettext_lazy("at most %(amount)s"),
}
_DISPLAYS: dict[Any, Promise] = {
    "exact": gettext_lazy("to the cent"),
    "range": gettext_lazy("between multiples of %(step)s"),
    "from": gettext_lazy("from a multiple of %(step)s"),
    "after": gettext_lazy("after sending"),
    "none": gettext_lazy("not at all"),
}
_TEXTS = ("label", "item_label", "title", "help", "intro", "reason")
_HEAD: dict[str, Promise] = {
    "currency": gettext_lazy("currency"),
    "vat": gettext_lazy("VAT"),
    "languages": gettext_lazy("languages"),
    "language": gettext_lazy("main language"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One sentence; `kind` is one of KINDS."""

    kind: str
    text: str


def changes(before: Json, after: Json) -> list[Change]:
    """In the order of the form. Of two definitions that were published or could be."""
    return list(_Comparison(before, after).all())


def by_kind(found: list[Change]) -> list[tuple[str, list[str]]]:
    """Under a heading each, and no more than a page can show."""
    shown = found[:MOST_SHOWN]
    told = [
        (str(words), [change.text for change in shown if change.kind == kind])
        for kind, words in KINDS.items()
    ]
    return [(words, texts) for words, texts in told if texts]


class _Comparison:
    def __init__(self, before: Json, after: Json) -> None:
        self.before = before
        self.after = after
        self.language = _spoken(after)

    def all(self) -> Iterator[Change]:
        yield from self._head()
        yield from self._each("steps", self._step)
        yield from self._questions()
        yield from self._moved()
        yield from self._each("lines", self._line)
        yield from self._each("constraints", self._rule)
        yield from self._tables()

    def _head(self) -> Iterator[Change]:
        yield from self._texts(self.before, self.after, _("the form itself"))
        for name, words in _HEAD.items():
            was, now = self.before.get(name), self.after.get(name)
            if was != now:
                yield Change("other", _("%(what)s: %(was)s → %(now)s") % _pair(str(words), was, now))
        logos = ((each.get("theme") or {}).get("logo") for each in (self.before, self.after))
        drawings = (each.get("drawing") for each in (self.before, self.after))
        for kind, text in (*drawing_told(_("drawing"), *drawings), *image_told(_("logo"), *logos)):
            yield Change(kind, text)
        yield from self._display()

    def _display(self) -> Iterator[Change]:
        was, now = self.before.get("price_display") or {}, self.after.get("price_display") or {}
        if _without_empty(was) != _without_empty(now):
            told = _pair(_("how prices are shown"), self._shown_so(was), self._shown_so(now))
            yield Change("other", _("%(what)s: %(was)s → %(now)s") % told)

    def _shown_so(self, display: Json) -> str:
        words = str(_DISPLAYS.get(display.get("kind"), display.get("kind")))
        step = decimal_in_definition(display.get("step"))
        if step is None:
            return words
        language = (get_language() or "en")[:2]
        return words % {"step": rounded_money(step, str(self.after.get("currency")), language)}

    def _each(self, name: str, compare: Callable[[Json, Json], Iterator[Change]]) -> Iterator[Change]:
        """What came, what went, and what is still there under the same key."""
        was, now = _by_key(self.before.get(name)), _by_key(self.after.get(name))
        yield from self._came_and_went(was, now, "rule" if name == "constraints" else "part", "")
        for key, item in now.items():
            if key in was:
                yield from compare(was[key], item)

    def _came_and_went(
        self, was: dict[str, Json], now: dict[str, Json], kind: str, within: str
    ) -> Iterator[Change]:
        for key in now:
            if key not in was:
                yield Change(kind, _("new: %(name)s") % {"name": within + self._name(now[key])})
        for key in was:
            if key not in now:
                yield Change(kind, _("gone: %(name)s") % {"name": within + self._name(was[key])})

    def _step(self, was: Json, now: Json) -> Iterator[Change]:
        yield from self._texts(was, now, self._name(now))

    def _questions(self) -> Iterator[Change]:
        """Wherever they stand: one that moves to another step is the same question."""
        was, now = _groups(self.before), _groups(self.after)
        yield from self._came_and_went(was, now, "part", "")
        for key, group in now.items():
            if key in was:
                yield from self._group(was[key], group)
                yield from self._in_each_item(was[key], group)

    def _in_each_item(self, was: Json, now: Json) -> Iterator[Change]:
        asked, before = _by_key(now.get("groups")), _by_key(was.get("groups"))
        within = f"{self._name(now)} › "
        yield from self._came_and_went(before, asked, "part", within)
        for key, group in asked.items():
            if key in before:
                yield from self._group(before[key], group, within)
        kept = [[key for key in each if key in asked and key in before] for each in (before, asked)]
        if kept[0] != kept[1]:
            yield Change("part", within + _("the order of the questions"))

    def _group(self, was: Json, now: Json, within: str = "") -> Iterator[Change]:
        name = within + self._name(now)
        yield from self._kind(was, now, name, "part")
        yield from self._part(was, now, name)
        options, others = _by_key(now.get("options")), _by_key(was.get("options"))
        yield from self._came_and_went(others, options, "part", f"{name} › ")
        for key, option in options.items():
            if key in others:
                yield from self._part(others[key], option, f"{name} › {self._name(option)}")

    def _line(self, was: Json, now: Json) -> Iterator[Change]:
        yield from self._part(was, now, self._name(now))

    def _rule(self, was: Json, now: Json) -> Iterator[Change]:
        name = self._name(now)
        yield from self._part(was, now, name)
        yield from self._kind(was, now, name, "rule")

    def _kind(self, was: Json, now: Json, name: str, kind: str) -> Iterator[Change]:
        if was.get("kind") != now.get("kind"):
            yield Change(
                kind, _("%(what)s: %(was)s → %(now)s") % _pair(name, was.get("kind"), now.get("kind"))
            )

    def _part(self, was: Json, now: Json, name: str) -> Iterator[Change]:
        if _without_empty(was.get("price")) != _without_empty(now.get("price")):
            told = _pair(name, self._price(was.get("price")), self._price(now.get("price")))
            yield Change("price", _("%(what)s: %(was)s → %(now)s") % told)
        for properties, kind in ((_CONDITIONS, "rule"), (_LIMITS, "limit")):
            for each, words in properties.items():
                one, other = (_limit(each, part.get(each)) for part in (was, now))
                if one != other:
                    yield Change(
                        kind, _("%(what)s: %(was)s → %(now)s") % _pair(f"{name}, {words}", one, other)
                    )
        images = was.get("image"), now.get("image")
        yield from (Change(*told) for told in image_told(f"{name}, {_('image')}", *images))
        yield from self._texts(was, now, name)

    def _texts(self, was: Json, now: Json, name: str) -> Iterator[Change]:
        for each in _TEXTS:
            one, other = was.get(each) or {}, now.get(each) or {}
            for language in sorted({*one, *other}):
                if one.get(language, "") != other.get(language, ""):
                    was_now = {"was": one.get(language) or "–", "now": other.get(language) or "–"}
                    told = {"what": f"{name} ({language})", **was_now}
                    yield Change("text", _("%(what)s: %(was)s → %(now)s") % told)

    def _moved(self) -> Iterator[Change]:
        kept = set(_groups(self.before)) & set(_groups(self.after))
        was, now = ([key for key in _groups(each) if key in kept] for each in (self.before, self.after))
        if was != now:
            yield Change("part", _("the order of the questions"))

    def _tables(self) -> Iterator[Change]:
        was, now = _by_key(self.before.get("tables")), _by_key(self.after.get("tables"))
        yield from self._came_and_went(was, now, "price", "")
        for key, table in now.items():
            if key in was and was[key] != table:
                told = {"name": self._name(table), "count": _different(was[key], table)}
                yield Change("price", _("%(name)s: %(count)s figures of the table") % told)

    def _price(self, price: Json | None) -> str | None:
        """As its maker reads it."""
        if not price:
            return None
        kind = price.get("kind")
        if kind == "formula":
            return str(price.get("formula"))
        if kind == "table":
            return " × ".join(filter(None, (self._table(price), price.get("times"))))
        amount = decimal_in_definition(price.get("amount") or price.get("percent")) or Decimal(0)
        if kind == "percentage":
            return f"{number_text(amount)} %"
        text = _of_book(price) or money(amount, str(self.after.get("currency")), (get_language() or "en")[:2])
        return _AMOUNTS[kind] % {"amount": text} if kind in _AMOUNTS else text

    def _table(self, price: Json) -> str:
        tables = _by_key(self.after.get("tables")) | _by_key(self.before.get("tables"))
        table = tables.get(str(price.get("table")))
        return f"{self._name(table) if table else price.get('table')} ({_shown(price.get('of'))})"

    def _name(self, item: Json) -> str:
        texts = item.get("label") or item.get("title") or item.get("reason") or {}
        if isinstance(texts, str):  # of a table, which visitors never see
            return texts
        return texts.get(self.language) or next(iter(texts.values()), "") or str(item.get("key"))


def _of_book(price: Json) -> str | None:
    place = price.get("from_book")
    if not place:
        return None
    return _("%(sku)s of the price book %(book)s") % {"sku": place["sku"], "book": place["book"]}


def _pair(what: str, was: Any, now: Any) -> dict[str, str]:
    return {"what": what, "was": _shown(was), "now": _shown(now)}


#: Values that the definition writes in English.
_WORDS: dict[str, Promise] = {
    "including": gettext_lazy("prices including VAT"),
    "excluding": gettext_lazy("prices excluding VAT"),
    "requires": gettext_lazy("needs the other"),
    "excludes": gettext_lazy("does not go with the other"),
    "single": gettext_lazy("one choice"),
    "multi": gettext_lazy("several choices"),
    "boolean": gettext_lazy("yes or no"),
    "number": gettext_lazy("a number"),
    "calculated": gettext_lazy("a calculation"),
    "contact": gettext_lazy("contact details"),
    "quantity": gettext_lazy("a quantity"),
    "text": gettext_lazy("a text"),
    "repeat": gettext_lazy("the same for each item"),
    "date": gettext_lazy("a date"),
    "file": gettext_lazy("a file"),
    "image": gettext_lazy("photo"),
    "pdf": gettext_lazy("PDF"),
    "optional": gettext_lazy("optional"),
    "required": gettext_lazy("must be answered"),
    "combinations": gettext_lazy("options that go together"),
    "assertion": gettext_lazy("a condition"),
    "error": gettext_lazy("it stops"),
    "warning": gettext_lazy("it warns"),
    "hidden": gettext_lazy("not asked"),
}


def _limit(name: str, value: Any) -> Any:
    """None where it limits nothing; a day in words, for 0 is one as well."""
    if name not in _DAYS or value is None:
        return value or None
    if not value:
        return _("today")
    text = ngettext("%(n)s day before today", "%(n)s days before today", -value) if value < 0 else ""
    text = text or ngettext("%(n)s day after today", "%(n)s days after today", value)
    return text % {"n": abs(value)}


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | dict):
        return ", ".join(map(_shown, value if isinstance(value, list) else value.values()))
    return str(_WORDS.get(str(value), value))


def _groups(definition: Json) -> dict[str, Json]:
    steps = definition.get("steps") or ()
    return {group["key"]: group for step in steps for group in step.get("groups") or ()}


def _by_key(items: Any) -> dict[str, Json]:
    return {item["key"]: item for item in items or ()}


def _different(was: Json, now: Json) -> int:
    """How many figures differ, place by place."""
    one, other = (
        list(_figures([table.get("axes"), table.get("cells"), table.get("tiers")])) for table in (was, now)
    )
    return sum(1 for before, after in zip_longest(one, other) if before != after)


def _figures(value: Any) -> Iterator[Any]:
    if isinstance(value, list | dict):
        for each in value if isinstance(value, list) else value.values():
            yield from _figures(each)
    else:
        yield value


def _without_empty(price: Json | None) -> Json:
    return {name: value for name, value in (price or {}).items() if value not in (None, "")}


def _spoken(definition: Json) -> str:
    language = (get_language() or "en")[:2]
    return language if language in definition.get("languages", ()) else str(definition.get("language"))
