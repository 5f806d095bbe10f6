"""Everything one screen shows of a lead, read once."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import User
from leads.consents import SIMILAR_PRODUCTS, Ground, Standing, may_mail, standing_of
from leads.files.handing_out import Listed, files_of
from leads.inbox import Row, row
from leads.models import ConsentRecord, Lead, LeadEvent, LeadNote
from leads.quotes import Choice, Recheck, recheck
from leads.sealed import open_note


@dataclass(frozen=True, slots=True)
class Note:
    """A note in the clear, with its author's name if they still have an account."""

    text: str
    author: str
    created_at: datetime
    #: The person whose request it is had it added.
    by_the_person: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the timeline."""

    event: LeadEvent
    actor: str


@dataclass(frozen=True, slots=True)
class LeadDetail:
    """One lead, opened."""

    row: Row
    notes: list[Note]
    steps: list[Step]
    consents: list[ConsentRecord]
    standing: Standing
    recheck: Recheck
    files: list[Listed]

    @property
    def answers(self) -> list[Choice]:
        """The written answers, with the questions they belong to."""
        contact = self.row.contact
        return self.row.quote.answers(contact.answers if contact else {})

    @property
    def mail_ground(self) -> Ground:
        """On which ground offers may be mailed, or why not."""
        return may_mail(self.standing, SIMILAR_PRODUCTS)[1]

    @property
    def lead(self) -> Lead:
        return self.row.lead


def lead_detail(lead: Lead) -> LeadDetail:
    """Open one lead: nine statements, whatever it holds; one more where its form asks for files."""
    shown = row(lead)
    notes = list(LeadNote.objects.filter(lead=lead).order_by("-id"))
    events = list(LeadEvent.objects.filter(lead=lead).order_by("-id"))
    names = _names(
        {note.author_id for note in notes if note.author_id}
        | {event.actor_id for event in events if event.actor_id}
    )
    return LeadDetail(
        row=shown,
        notes=[_note(note, names) for note in notes],
        steps=[Step(event, names.get(event.actor_id, "") if event.actor_id else "") for event in events],
        consents=list(ConsentRecord.objects.filter(lead=lead).order_by("pk")),
        standing=standing_of(lead),
        recheck=recheck(lead),
        files=files_of(lead, shown.quote),
    )


def _note(note: LeadNote, names: dict[UUID, str]) -> Note:
    author = names.get(note.author_id, "") if note.author_id else ""
    return Note(open_note(note), author, note.created_at, by_the_person=note.author_id is None)


def _names(ids: set[UUID]) -> dict[UUID, str]:
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "name"))
