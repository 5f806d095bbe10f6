"""`docs/personal-data.md`, written from the declarations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import override

from privacy import registers
from privacy.registers import Column, Table
from privacy.stores import STORES


def personal_data_page() -> str:
    """The whole page, in English, the same bytes for the same declarations."""
    with override("en"):
        parts = [
            "# " + _("Personal data"),
            _(
                "Written by `manage.py personal_data` from the pages `<app>/personal_data.py`. "
                "Do not edit it; `manage.py personal_data --check` fails when it is out of date."
            ),
            *_data_map(),
            *_periods(),
            *_stores(),
        ]
        return "\n\n".join(parts) + "\n"


def _data_map() -> list[str]:
    parts = ["## " + _("Data map")]
    for app, tables in groupby(registers.data_map(), key=lambda table: table.app):
        parts.append(f"### {app}")
        for table in tables:
            parts += _table_part(table)
    return parts


def _table_part(table: Table) -> list[str]:
    parts = [f"#### {table.label}"]
    if table.personal:
        parts.append(
            _("Table `{table}`. Whose: {subject}. Role: {role}. Kept: {kept}").format(
                table=table.table, subject=table.subject, role=table.role, kept=table.kept
            )
        )
        head = [
            _("Column"),
            _("What"),
            _("Category"),
            _("Purpose"),
            _("Ground"),
            _("Stored"),
            _("Who sees it"),
        ]
        rows = [
            [f"`{c.name}`", c.label, c.category, c.purpose, c.basis, c.stored, c.seen_by]
            for c in table.personal
        ]
        parts.append(_markdown_table(head, rows))
    else:
        parts.append(_("Table `{table}`. Nothing personal.").format(table=table.table))
    if table.others:
        parts.append(_("Not personal: {columns}.").format(columns=_by_reason(table.others)))
    return parts


def _by_reason(columns: Iterable[Column]) -> str:
    """Columns that are not personal for the same reason, together."""
    together: dict[str, list[str]] = {}
    for column in columns:
        together.setdefault(column.label, []).append(f"`{column.name}`")
    return "; ".join(f"{', '.join(names)} ({reason})" for reason, names in together.items())


def _periods() -> list[str]:
    head = [_("Rule"), _("Table"), _("Counted from"), _("Kept for"), _("Then"), _("By")]
    rows = [
        [p.rule, f"`{p.table}`", f"`{p.anchor}`", p.after, p.action, p.by] for p in registers.periods_table()
    ]
    return ["## " + _("Periods"), _markdown_table(head, rows)]


def _stores() -> list[str]:
    head = [_("Store"), _("Where"), _("Holds"), _("Of a person"), _("Kept")]
    rows = [[s.name, s.where, str(s.holds), str(s.personal), str(s.kept)] for s in STORES]
    return ["## " + _("Stores that are not tables"), _markdown_table(head, rows)]


def _markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
