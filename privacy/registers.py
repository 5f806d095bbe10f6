"""The declarations as a data-protection officer reads them: a data map and a table of periods."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from privacy import periods, registry
from privacy.declarations import (
    ANYTHING,
    Declaration,
    Field,
    JSONKeys,
    NotPersonal,
    Personal,
    Rule,
    Subject,
)
from privacy.standing import STANDING, StandingRule
from privacy.vocabulary import BASES, CATEGORIES, PURPOSES


@dataclass(frozen=True, slots=True)
class Column:
    """One column, or one key of a JSON column, in words."""

    name: str
    personal: bool
    label: str
    category: str = ""
    purpose: str = ""
    basis: str = ""
    stored: str = ""
    seen_by: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One table in words."""

    label: str
    table: str
    app: str
    role: str
    subject: str
    kept: str
    columns: tuple[Column, ...]

    @property
    def personal(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.personal)

    @property
    def others(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if not column.personal)


@dataclass(frozen=True, slots=True)
class Period:
    """One retention rule on one table in words."""

    rule: str
    table: str
    anchor: str
    after: str
    action: str
    by: str


def data_map() -> list[Table]:
    """Every declared table of the installation, in the order of their names."""
    found = []
    for declaration in registry.declarations().values():
        table = registry.table_of(declaration)
        if table:
            found.append(_table(declaration, table))
    return sorted(found, key=lambda each: (each.app, each.label))


def periods_table() -> list[Period]:
    found = []
    for declaration in registry.declarations().values():
        table = registry.table_of(declaration)
        if table and declaration.rule:
            found.append(_period(declaration, declaration.rule, table))
        if table:
            found += [_period(declaration, rule, table) for rule in _of_columns(declaration)]
    found += [_standing(rule) for rule in STANDING.values()]
    return sorted(found, key=lambda each: (each.rule, each.table))


def _of_columns(declaration: Declaration) -> list[Rule]:
    """The rules of columns that are blanked before their row goes, each once."""
    rules = {
        value.rule for value in declaration.fields.values() if isinstance(value, Personal) and value.rule
    }
    return sorted(rules, key=lambda rule: rule.name)


def _standing(rule: StandingRule) -> Period:
    return Period(
        rule=rule.name,
        table=_("none at present"),
        anchor=rule.anchor,
        after=_after(rule.after),
        action=_("row deleted"),
        by=str(rule.about),
    )


def _table(declaration: Declaration, table: str) -> Table:
    return Table(
        label=declaration.label,
        table=table,
        app=declaration.label.partition(".")[0] if "." in declaration.label else "django",
        role=_role(declaration),
        subject=_subject(declaration),
        kept=_kept(declaration),
        columns=tuple(_columns(declaration)),
    )


def _columns(declaration: Declaration) -> Iterator[Column]:
    for name, value in registry.by_column(declaration).items():
        if isinstance(value, JSONKeys):
            for key, inner in value.keys.items():
                yield _column(declaration, f"{name} → {key}", inner)
        else:
            yield _column(declaration, name, value)


def _column(declaration: Declaration, name: str, value: Field) -> Column:
    if isinstance(value, NotPersonal):
        return Column(name, False, value.reason)
    assert isinstance(value, Personal)
    return Column(
        name,
        True,
        label=str(value.label),
        category=f"{CATEGORIES.get(value.category.partition('.')[0], '')} ({value.category})",
        purpose=str(PURPOSES.get(value.purpose, value.purpose)),
        basis=str(BASES.get(value.basis, value.basis)),
        stored=_stored(value),
        seen_by=seen_by(declaration, value),
    )


def _stored(value: Personal) -> str:
    if value.sealed:
        return _("encrypted")
    return _("keyed hash") if value.hashed else _("readable")


def seen_by(declaration: Declaration, value: Personal) -> str:
    """Who may see it: what is said of the column, else of the table, else what follows from the subject."""
    said = str(value.seen_by) or str(declaration.seen_by)
    if said:
        return said
    if not value.org_visible:
        return _("Nobody in the product")
    if declaration.subject == Subject.LEAD:
        return _("Members of the organisation who may see leads")
    if declaration.subject == Subject.ACCOUNT:
        return _("The person; owners and administrators of the person's organisations")
    return _("Members of the organisation")


def _role(declaration: Declaration) -> str:
    return _("processor, for the organisation") if declaration.role == "processor" else _("controller")


def _subject(declaration: Declaration) -> str:
    return {
        Subject.LEAD: _("Somebody who asked an organisation for an offer"),
        Subject.ACCOUNT: _("Somebody with an account"),
        Subject.VISITOR: _("A visitor"),
        Subject.NONE: _("Nobody"),
    }[declaration.subject]


def _kept(declaration: Declaration) -> str:
    rule = declaration.rule
    if rule is None:
        return _("No period: nothing personal in it.")
    if _is_open(rule):
        return rule.how
    kept = _("{after}, counted from {anchor} (rule {rule}).").format(
        after=_after(rule.after), anchor=rule.anchor, rule=rule.name
    )
    shorter = _("Shorter: {which}.").format(which=rule.shorter.rstrip(".")) if rule.shorter else ""
    return " ".join(part for part in (kept, *_exceptions(rule), shorter) if part)


def _exceptions(rule: Rule) -> list[str]:
    """What the rule's cases and its end say, in words."""
    found = []
    for case in rule.cases:
        filled = _("{column} is known").format(column=case.column)
        which = filled if case.value == ANYTHING else f"{case.column} = {str(case.value).lower()}"
        found.append(
            _("Where {which}: {after}, counted from {anchor}.").format(
                which=which, after=_after(case.after), anchor=case.anchor or rule.anchor
            )
        )
    if rule.until:
        found.append(_("Never after {anchor}.").format(anchor=rule.until.anchor))
    return found


def _is_open(rule: Rule) -> bool:
    """No period of its own: what `how` says decides, and counting from the anchor would mislead."""
    return bool(rule.how) and periods.parse(rule.after) == periods.Fixed()


def _kept_for(rule: Rule) -> str:
    if _is_open(rule):
        return rule.how
    return "; ".join(part for part in (_after(rule.after), *_exceptions(rule), rule.shorter) if part)


def _period(declaration: Declaration, rule: Rule, table: str) -> Period:
    return Period(
        rule=rule.name,
        table=table,
        anchor=rule.anchor,
        after=_kept_for(rule),
        action=_("row deleted") if rule.action == "delete" else _("made anonymous"),
        by=_by(declaration, rule),
    )


def _by(declaration: Declaration, rule: Rule) -> str:
    if registry.is_swept(declaration, rule):
        sweep = _("sweep over {column}").format(column=rule.column)
        return f"{sweep}; {rule.how}" if rule.how else sweep
    if rule.how:
        return rule.how
    return _("with its row of {table}").format(table=registry.whole_of(declaration))


def _after(after: str) -> str:
    period = periods.parse(after)
    if isinstance(period, periods.DaysInSetting):
        return _("{days} days (setting {setting})").format(days=period.days, setting=period.setting)
    if isinstance(period, periods.MonthsInSetting):
        unit = (
            _("{number} years (setting {setting})")
            if period.of_years
            else _("{number} months (setting {setting})")
        )
        return unit.format(number=period.number, setting=period.setting)
    if isinstance(period, periods.DaysInColumn):
        return _("as many days as {column} says").format(column=after)
    parts = (
        ngettext("{number} year", "{number} years", period.years).format(number=period.years),
        ngettext("{number} month", "{number} months", period.months).format(number=period.months),
        ngettext("{number} day", "{number} days", period.days).format(number=period.days),
        ngettext("{number} hour", "{number} hours", period.hours).format(number=period.hours),
    )
    numbers = (period.years, period.months, period.days, period.hours)
    return " ".join(part for part, number in zip(parts, numbers, strict=True) if number) or _("at once")
