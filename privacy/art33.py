"""The draft of a notification to the authority (Art. 33(3) GDPR), filled in from the case and the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from privacy import breaches
from privacy.models import Breach, BreachEntry, EntryKind
from privacy.vocabulary import CATEGORIES


@dataclass(frozen=True, slots=True)
class Section:
    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    title: str
    sections: tuple[Section, ...]

    @property
    def text(self) -> str:
        parts = [f"{s.heading}\n" + "\n".join(s.lines) for s in self.sections]
        return "\n\n".join([self.title, *parts]) + "\n"


def draft(breach: Breach, language: str) -> Draft:
    """The form of Art. 33(3), in one language; what nobody has said yet says so."""
    with override(language):
        said = list(breach.entries.all())
        return Draft(
            title=_("Notification of a breach of personal data (Art. 33 GDPR): {reference}").format(
                reference=breach.reference
            ),
            sections=(
                Section(_("When"), tuple(_when(breach))),
                Section(_("What happened"), _of(said, EntryKind.NATURE)),
                Section(_("Which people and data, and how many"), tuple(_how_many(breach, said))),
                Section(_("Who can tell more"), (f"Opmaat, {settings.PRIVACY_CONTACT}",)),
                Section(_("What may follow from it"), _of(said, EntryKind.CONSEQUENCES)),
                Section(_("What was and will be done"), _of(said, EntryKind.MEASURES)),
                Section(_("Telling the people (Art. 34)"), _of(said, *_PEOPLE)),
            ),
        )


_PEOPLE = (EntryKind.PEOPLE_TOLD, EntryKind.PEOPLE_NOT_TOLD)


def _when(breach: Breach) -> list[str]:
    clock = breaches.clock(breach)
    lines = [_("First suspected: {when}").format(when=_moment(breach.suspected_at))]
    if clock.aware_at is None or clock.due_at is None:
        return [*lines, _("We have not established yet that there was a breach.")]
    lines.append(_("We became aware: {when}").format(when=_moment(clock.aware_at)))
    lines.append(_("To be notified by: {when}").format(when=_moment(clock.due_at)))
    if clock.is_late:
        lines.append(_("This notification is late, because: {reason}").format(reason=_reason(breach)))
    return lines


def _reason(breach: Breach) -> str:
    told = breach.entries.filter(kind=EntryKind.AUTHORITY_TOLD).last()
    return told.words if told and told.words.strip() else _unsaid()


def _how_many(breach: Breach, said: list[BreachEntry]) -> list[str]:
    concerned = list(breach.concerned.all())
    people, rows = sum(c.people for c in concerned), sum(c.rows for c in concerned)
    names = sorted({str(CATEGORIES[word]) for c in concerned for word in c.categories if word in CATEGORIES})
    lines = [
        ngettext("{number} organisation", "{number} organisations", len(concerned)).format(
            number=len(concerned)
        ),
        ngettext("About {number} person", "About {number} people", people).format(number=people),
        ngettext("About {number} record", "About {number} records", rows).format(number=rows),
    ]
    if names:
        lines.append(_("Kinds of data: {names}").format(names=", ".join(names)))
    return [*lines, *_of(said, EntryKind.DATA)]


def _of(said: list[BreachEntry], *kinds: EntryKind) -> tuple[str, ...]:
    """What was said of this, in the order in which it was: a notification may come in phases."""
    found = tuple(
        f"[{_moment(entry.recorded_at)}] {EntryKind(entry.kind).label}: {entry.words}"
        if len(kinds) > 1
        else f"[{_moment(entry.recorded_at)}] {entry.words}"
        for entry in said
        if entry.kind in kinds
    )
    return found or (_unsaid(),)


def _unsaid() -> str:
    return _("Not known yet; follows.")


def _moment(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")
