"""Do the names exist and the kinds fit? Every mistake is found at once, each with what to write instead."""

from typing import TYPE_CHECKING, Literal

from django.utils.translation import gettext_lazy as _

from configurators.formula import nodes
from configurators.formula.functions import CONSTANTS, FUNCTIONS, TRANSLATED, Function
from configurators.formula.items import OVER_ITEMS
from configurators.formula.nodes import Node
from configurators.formula.prices import NoPrice
from configurators.formula.problems import FormulaProblem, problem_at
from configurators.formula.scope import GroupType, Scope
from configurators.formula.tables import TableType

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Kind = Literal["number", "boolean", "choice", "set", "text", "unknown"]
Wanted = Literal["number", "boolean"]


Kinds = dict[int, Kind]

#: By its number of axes, how a table is read, and how that is written.
READ_BY = ("TIER", "LOOKUP", "LOOKUP2")
LOOKS = {
    "TIER": 'TIER("%(table)s"; …)',
    "LOOKUP": 'LOOKUP("%(table)s"; …)',
    "LOOKUP2": 'LOOKUP2("%(table)s"; …; …)',
}

_ARITHMETIC = {"+", "-", "*", "/", "^"}
_ORDER = {"<", "<=", ">", ">="}


def check(source: str, root: Node, scope: Scope, wanted: Wanted) -> tuple[Kinds, list[FormulaProblem]]:
    """The kind of every node, by its identity, and what is wrong, in the order of the text."""
    checker = _Checker(source, scope)
    kind = checker.kind_of(root)
    if kind not in (wanted, "unknown"):
        checker.refuse_kind(root, kind, wanted)
    return checker.kinds, sorted(checker.problems, key=lambda problem: (problem.line, problem.column))


class _Checker:
    def __init__(self, source: str, scope: Scope) -> None:
        self.source = source
        self.scope = scope
        self.groups, self.tables = scope.groups, scope.tables
        self.kinds: Kinds = {}
        self.problems: list[FormulaProblem] = []

    def refuse(self, node: Node, code: str, text: "str | _StrPromise", /, **values: object) -> Kind:
        problem = problem_at(self.source, node.start, node.end, code, text, **values)
        if problem not in self.problems:  # each item of a repeat has it
            self.problems.append(problem)
        return "unknown"

    def kind_of(self, node: Node) -> Kind:
        kind: Kind = getattr(self, f"_{node.kind}")(node)
        self.kinds[id(node)] = kind
        return kind

    def expect(self, node: Node, wanted: Wanted) -> None:
        kind = self.kind_of(node)
        if kind not in (wanted, "unknown"):
            self.refuse_kind(node, kind, wanted)

    def refuse_kind(self, node: Node, kind: Kind, wanted: Wanted) -> None:
        text = self.source[node.start : node.end][:60]
        if wanted == "number":
            self._refuse_as_number(node, kind, text)
        else:
            self._refuse_as_condition(node, kind, text)

    def _refuse_as_number(self, node: Node, kind: Kind, text: str) -> None:
        if kind == "boolean":
            self.refuse(
                node,
                "number_wanted",
                _("“%(text)s” is yes or no. Write IF(%(text)s; 1; 0) for a number."),
                text=text,
            )
        elif kind in ("choice", "set"):
            self.refuse(
                node,
                "number_wanted",
                _('“%(text)s” is a choice, not a number. Write IF(HAS(%(text)s; "option"); 1; 0).'),
                text=text,
            )
        else:
            self.refuse(
                node,
                "number_wanted",
                _("%(text)s is an option's name, not a number. Numbers are written without quotation marks."),
                text=text,
            )

    def _refuse_as_condition(self, node: Node, kind: Kind, text: str) -> None:
        if kind == "number":
            self.refuse(
                node,
                "condition_wanted",
                _("“%(text)s” is a number; here stands something that is yes or no, like %(text)s > 0."),
                text=text,
            )
        elif kind in ("choice", "set"):
            self.refuse(
                node,
                "condition_wanted",
                _('“%(text)s” is a choice; write which option, like HAS(%(text)s; "option").'),
                text=text,
            )
        else:
            self.refuse(
                node,
                "condition_wanted",
                _("%(text)s is an option's name; compare it with a choice, like choice = %(text)s."),
                text=text,
            )

    # Leaves

    def _number(self, node: Node) -> Kind:
        return "number"

    def _text(self, node: Node) -> Kind:
        return "text"

    def _name(self, node: Node) -> Kind:
        if node.value.upper() in CONSTANTS:
            return "boolean"
        group = self.groups.get(node.value.lower())
        if group is None:
            return self._refuse_name(node)
        if group.kind == "unusable":
            return self.refuse(
                node,
                "unusable_group",
                _("“%(name)s” holds free text or a person's details; a formula cannot use it."),
                name=node.value,
            )
        if group.kind == "date":
            return self.refuse(
                node, "unusable_group", _("“%(name)s” is a date; a formula cannot use it."), name=node.value
            )
        if group.repeat and not node.key:
            return self._refuse_outside_item(node, group)
        return group.kind

    def _refuse_outside_item(self, node: Node, group: GroupType) -> Kind:
        name, repeat = node.value, group.repeat
        look = {
            "number": f"SUM({repeat}; {name})",
            "boolean": f"COUNT({repeat}; {name})",
        }.get(group.kind, f'COUNT({repeat}; HAS({name}; "{(*group.options, "…")[0]}"))')
        text = _("“%(name)s” is asked in each of “%(repeat)s”. Write for example %(look)s.")
        return self.refuse(node, "outside_item", text, name=name, repeat=repeat, look=look)

    def _refuse_name(self, node: Node) -> Kind:
        instead = TRANSLATED.get(node.value.upper())
        if instead in CONSTANTS:
            return self.refuse(
                node,
                "translated_name",
                _("Write %(instead)s instead of %(name)s."),
                instead=instead,
                name=node.value,
            )
        near = self.scope.suggestions.nearest(node.value.lower(), self.groups)
        if near:
            return self.refuse(
                node,
                "unknown_name",
                _("There is no “%(name)s”. Did you mean “%(near)s”?"),
                name=node.value,
                near=near,
            )
        return self.refuse(
            node, "unknown_name", _("There is no group with the key “%(name)s”."), name=node.value[:60]
        )

    # Operators

    def _sign(self, node: Node) -> Kind:
        operand = node.children[0]
        if operand.kind == nodes.OPERATION and operand.value == "^" and not operand.parenthesised:
            base = self.source[operand.children[0].start : operand.children[0].end]
            self.refuse(
                node,
                "sign_before_power",
                _(
                    "A sign before a power can be read in two ways. "
                    "Write %(sign)s(%(base)s^…) or (%(sign)s%(base)s)^…."
                ),
                sign=node.value,
                base=base,
            )
        self.expect(operand, "number")
        return "number"

    def _operation(self, node: Node) -> Kind:
        if node.value in _ARITHMETIC or node.value in _ORDER:
            for child in node.children:
                self.expect(child, "number")
            return "number" if node.value in _ARITHMETIC else "boolean"
        return self._equality(node)

    def _equality(self, node: Node) -> Kind:
        left, right = node.children
        kinds = (self.kind_of(left), self.kind_of(right))
        if "unknown" in kinds:
            return "boolean"
        if "set" in kinds:
            chosen = left if kinds[0] == "set" else right
            self.refuse(
                node,
                "set_compared",
                _('Several options can be chosen in “%(name)s”. Write HAS(%(name)s; "option").'),
                name=chosen.value,
            )
        elif kinds == ("choice", "text"):
            self._check_option(left, right)
        elif kinds == ("text", "choice"):
            self._check_option(right, left)
        elif kinds == ("choice", "choice"):
            self._check_overlap(node, left, right)
        elif kinds[0] != kinds[1] or kinds[0] == "text":
            self.refuse(
                node,
                "kinds_differ",
                _("The two sides of “%(sign)s” are of different kinds and can never be compared."),
                sign=node.value,
            )
        return "boolean"

    def _check_overlap(self, node: Node, left: Node, right: Node) -> None:
        shared = set(self._options(left)) & set(self._options(right))
        if not shared:
            self.refuse(
                node,
                "no_shared_option",
                _("“%(left)s” and “%(right)s” have no option in common, so they are never equal."),
                left=left.value,
                right=right.value,
            )

    def _check_option(self, group: Node, option: Node) -> None:
        options = self._options(group)
        if option.value in options:
            return
        near = self.scope.suggestions.nearest(option.value, options)
        if near:
            self.refuse(
                option,
                "unknown_option",
                _("“%(group)s” has no option “%(option)s”. Did you mean “%(near)s”?"),
                group=group.value,
                option=option.value[:60],
                near=near,
            )
        else:
            self.refuse(
                option,
                "unknown_option",
                _("“%(group)s” has no option “%(option)s”. Its options: %(options)s."),
                group=group.value,
                option=option.value[:60],
                options=", ".join(options[:12]),
            )

    def _options(self, group: Node) -> tuple[str, ...]:
        return self.groups[group.value.lower()].options

    # Functions

    def _each(self, node: Node) -> Kind:
        """What goes over the items of a repeat: how many there are, then the same of each."""
        count, *each = node.children
        self.kind_of(count)
        for of_item in each:
            self.expect(of_item, OVER_ITEMS[node.value])
        return "number"

    def _call(self, node: Node) -> Kind:
        function = FUNCTIONS.get(node.value.upper())
        if function is None:
            return self._refuse_function(node)
        if not self._count_fits(node, function):
            for child in node.children:
                self.kind_of(child)
            return "unknown"
        if function.takes == "special":
            kind: Kind = getattr(self, f"_call_{function.name.lower()}")(node)
            return kind
        for child in node.children:
            self.expect(child, "number" if function.takes == "numbers" else "boolean")
        return "number" if function.gives == "number" else "boolean"

    def _refuse_function(self, node: Node) -> Kind:
        for child in node.children:
            self.kind_of(child)
        name = node.value.upper()
        if node.value.lower() in self.groups:
            return self.refuse(
                node,
                "group_called",
                _("“%(name)s” is a group; write * between it and the parenthesis."),
                name=node.value,
            )
        instead = TRANSLATED.get(name) or self.scope.suggestions.nearest(name, FUNCTIONS)
        if instead:
            return self.refuse(
                node,
                "translated_name",
                _("Write %(instead)s instead of %(name)s."),
                instead=instead,
                name=node.value,
            )
        return self.refuse(
            node, "unknown_function", _("There is no function “%(name)s”."), name=node.value[:60]
        )

    def _count_fits(self, node: Node, function: Function) -> bool:
        count = len(node.children)
        if function.least <= count <= function.most:
            return True
        values = {"name": function.name, "least": function.least, "most": function.most, "count": count}
        if function.least == function.most:
            self.refuse(
                node,
                "wrong_count",
                _("%(name)s takes %(least)s values between its parentheses; here are %(count)s."),
                **values,
            )
        else:
            self.refuse(
                node,
                "wrong_count",
                _("%(name)s takes %(least)s to %(most)s values between its parentheses; here are %(count)s."),
                **values,
            )
        return False

    def _call_if(self, node: Node) -> Kind:
        condition, *branches = node.children
        self.expect(condition, "boolean")
        return self._common_kind(branches)

    def _call_switch(self, node: Node) -> Kind:
        subject, *rest = node.children
        if len(rest) % 2 == 0:
            self.refuse(
                node,
                "switch_without_default",
                _('SWITCH ends with the value for all other cases: SWITCH(choice; "option"; 10; 0).'),
            )
        keys, branches = rest[: len(rest) // 2 * 2 : 2], rest[1::2] + (rest[-1:] if len(rest) % 2 else [])
        self._check_switch_keys(subject, keys)
        return self._common_kind(branches)

    def _check_switch_keys(self, subject: Node, keys: list[Node]) -> None:
        kind = self.kind_of(subject)
        if kind == "number":
            for key in keys:
                self.expect(key, "number")
            return
        key_kinds = [self.kind_of(key) for key in keys]
        if kind == "choice":
            for key, key_kind in zip(keys, key_kinds, strict=True):
                if key_kind == "text":
                    self._check_option(subject, key)
                elif key_kind != "unknown":
                    self.refuse(
                        key,
                        "option_wanted",
                        _("Here stands an option of “%(group)s”, in quotation marks."),
                        group=subject.value,
                    )
        elif kind != "unknown":
            self.refuse(subject, "switch_subject", _("SWITCH starts with a single choice or a number."))

    def _common_kind(self, branches: list[Node]) -> Kind:
        kinds = [self.kind_of(branch) for branch in branches]
        for branch, kind in zip(branches, kinds, strict=True):
            if kind in ("choice", "set", "text"):
                self.refuse_kind(branch, kind, "number")
                return "unknown"
        known = {kind for kind in kinds if kind != "unknown"}
        if len(known) > 1:
            return self.refuse(
                branches[-1],
                "branches_differ",
                _("The outcomes must be of one kind: all numbers, or all yes or no."),
            )
        return known.pop() if known else "unknown"

    def _call_has(self, node: Node) -> Kind:
        group = node.children[0]
        kind = self.kind_of(group)
        if len(node.children) == 1:
            self._check_answered(group, kind)
            return "boolean"
        option = node.children[1]
        option_kind = self.kind_of(option)
        if kind not in ("choice", "set", "unknown"):
            self.refuse(
                group, "choice_wanted", _("HAS looks for an option, so it starts with the key of a choice.")
            )
        elif option_kind not in ("text", "unknown"):
            self.refuse(
                option,
                "option_wanted",
                _("Here stands an option of “%(group)s”, in quotation marks."),
                group=group.value,
            )
        elif "unknown" not in (kind, option_kind):
            self._check_option(group, option)
        return "boolean"

    def _check_answered(self, group: Node, kind: Kind) -> None:
        is_group = group.kind == nodes.NAME and group.value.upper() not in CONSTANTS
        if kind == "boolean" and is_group:
            self.refuse(
                group, "has_boolean", _("“%(name)s” is yes or no already; leave out HAS."), name=group.value
            )
        elif kind != "unknown" and not is_group:
            self.refuse(
                group, "group_wanted", _("HAS starts with the key of a group, without quotation marks.")
            )

    def _call_count(self, node: Node) -> Kind:
        for child in node.children:
            if self.kind_of(child) not in ("choice", "set", "unknown"):
                self.refuse(
                    child, "choice_wanted", _("COUNT counts chosen options, so it takes keys of choices.")
                )
        return "number"

    # Tables

    def _call_lookup(self, node: Node) -> Kind:
        return self._look_up(node)

    _call_lookup2 = _call_lookup
    _call_tier = _call_lookup

    def _look_up(self, node: Node) -> Kind:
        name, *places = node.children
        table = self._table(name)
        if table is None:
            for place in places:
                self.kind_of(place)
            return "number"
        wanted = READ_BY[len(table.axes)]
        if node.value.upper() != wanted:
            self.refuse(
                node,
                "other_table",
                _("“%(table)s” is looked up by %(instead)s."),
                table=name.value,
                instead=LOOKS[wanted] % {"table": name.value},
            )
        for place, options in zip(places, table.axes or (None,), strict=False):
            self._check_place(place, options, name.value)
        return "number"

    def _table(self, name: Node) -> TableType | None:
        if self.kind_of(name) != "text":
            self.refuse(name, "table_wanted", _("Here stands the key of a table, in quotation marks."))
            return None
        table = self.tables.get(name.value)
        if table is None:
            near = self.scope.suggestions.nearest(name.value, self.tables)
            if near:
                text = _("There is no table “%(name)s”. Did you mean “%(near)s”?")
                self.refuse(name, "unknown_table", text, name=name.value[:60], near=near)
            else:
                text = _("There is no table with the key “%(name)s”.")
                self.refuse(name, "unknown_table", text, name=name.value[:60])
        return table

    def _check_place(self, place: Node, options: tuple[str, ...] | None, table: str) -> None:
        if options is None:
            self.expect(place, "number")
            return
        kind = self.kind_of(place)
        if kind == "unknown":
            return
        if kind != "choice":
            text = _("“%(table)s” is looked up by a single choice here; write its key.")
            self.refuse(place, "choice_wanted", text, table=table)
            return
        without = [option for option in self._options(place) if option not in options]
        if without:
            self.refuse(
                place,
                "option_not_in_table",
                _("“%(table)s” has no place for the option “%(option)s” of “%(group)s”."),
                table=table,
                option=without[0],
                group=place.value,
            )

    # Price books

    def _call_price(self, node: Node) -> Kind:
        kinds = [self.kind_of(child) for child in node.children]
        if kinds != ["text", "text"]:
            text = _(
                "PRICE takes the key of a price book and an article, both in quotation marks: "
                'PRICE("book"; "article").'
            )
            self.refuse(node, "article_wanted", text)
            return "number"
        book, sku = node.children
        found = self.scope.prices.look_up(book.value, sku.value, currency=self.scope.currency)
        if isinstance(found, NoPrice):
            self.refuse(book if found.about == "book" else sku, found.code, found.text, **found.values)
        return "number"
