"""The registers of Art. 30 GDPR, made from the declarations: as controller, and as processor.

One entry for each purpose. What an entry says of people, data, periods and grounds is what the tables of the
product are declared to hold; nothing is kept by hand.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from privacy import published, registry
from privacy.declarations import Declaration, JSONKeys, Personal, Role, Rule, Subject, Text
from privacy.registers import seen_by
from privacy.vocabulary import BASES, CATEGORIES, PURPOSES

SUBJECTS: dict[Subject, Text] = {
    Subject.LEAD: gettext_lazy("Somebody who asked an organisation for an offer"),
    Subject.ACCOUNT: gettext_lazy("Somebody with an account"),
    Subject.VISITOR: gettext_lazy("A visitor"),
}
MEASURES = gettext_lazy(
    "Connections encrypted; contact details encrypted under a key of the organisation, kept apart from the"
    " database; organisations kept apart by the database; two-step sign-in for owners and administrators;"
    " every access on record; encrypted backups of at most twelve weeks; erasure repeated after a restore."
)


@dataclass(slots=True)
class Activity:
    """One processing activity: everything that is declared for one purpose."""

    purpose: str
    bases: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)
    data: set[str] = field(default_factory=set)
    recipients: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    #: A decision by a machine alone with effect for a person (Art. 22): its text, where there is one.
    automated: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Row:
    """An activity in words, in the language in force."""

    purpose: str
    bases: str
    people: str
    data: str
    recipients: str
    kept: str
    automated: str


def register(role: Role) -> list[Row]:
    """The activities of one role, in the order of the vocabulary."""
    activities: dict[str, Activity] = {}
    for declaration in registry.declarations().values():
        if declaration.role == role and declaration.is_personal and registry.table_of(declaration):
            for personal in _personal(declaration):
                activity = activities.setdefault(personal.purpose, Activity(personal.purpose))
                _add(activity, declaration, personal)
    return [_row(activities[purpose]) for purpose in PURPOSES if purpose in activities]


def heads() -> tuple[str, ...]:
    return (
        _("Purpose"),
        _("Ground"),
        _("People"),
        _("Data"),
        _("Recipients"),
        _("Kept"),
        _("Decision by machine alone (Art. 22)"),
    )


def as_csv(rows: Iterable[Row], *, title: str, who: Iterable[tuple[str, str]]) -> str:
    """A register as a file that opens in a spreadsheet; no cell is taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([title])
    for label, value in who:
        writer.writerow([label, _harmless(value)])
    writer.writerow([])
    writer.writerow(heads())
    for row in rows:
        writer.writerow([_harmless(cell) for cell in cells(row)])
    writer.writerow([])
    writer.writerow([_("Security (Art. 32)"), str(MEASURES)])
    return out.getvalue()


def cells(row: Row) -> tuple[str, ...]:
    return (row.purpose, row.bases, row.people, row.data, row.recipients, row.kept, row.automated)


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell


def _personal(declaration: Declaration) -> Iterable[Personal]:
    for value in declaration.fields.values():
        if isinstance(value, Personal):
            yield value
        elif isinstance(value, JSONKeys):
            yield from value.personal().values()


def _add(activity: Activity, declaration: Declaration, personal: Personal) -> None:
    activity.bases.add(str(BASES[_basis(declaration, personal)]))
    if declaration.subject in SUBJECTS:
        activity.people.add(str(SUBJECTS[declaration.subject]))
    activity.data.add(str(CATEGORIES[personal.category.partition(".")[0]]))
    activity.recipients.add(seen_by(declaration, personal))
    if declaration.rule:
        activity.kept.add(_kept(declaration.rule))
    if declaration.automated_decision:
        activity.automated.add(str(declaration.automated_text))


def _basis(declaration: Declaration, personal: Personal) -> str:
    """A processor has the ground of its controller, whatever that is."""
    return "controller" if declaration.role == "processor" else personal.basis


def _kept(rule: Rule) -> str:
    known = published.RULES.get(rule.name)
    if known and known.lines and known.lines[0].kept:
        return str(known.lines[0].kept)
    return published.in_words(rule.after)


def _row(activity: Activity) -> Row:
    def joined(words: set[str]) -> str:
        return "; ".join(sorted(words))

    return Row(
        purpose=str(PURPOSES[activity.purpose]),
        bases=joined(activity.bases),
        people=joined(activity.people),
        data=joined(activity.data),
        recipients=joined(activity.recipients),
        kept=joined(activity.kept),
        automated=joined(activity.automated) or _("None"),
    )
