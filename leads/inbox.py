"""The inbox: newest first, by status, or by one exact e-mail address."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from leads.models import Lead, LeadContact, Status
from leads.quotes import Quote
from leads.sealed import Contact, email_index, open_contact
from tenancy.context import current_organisation_id
from tenancy.masking import is_masked

PAGE = 25
#: Counting stops here: "1000+" says enough and costs the same for any organisation.
COUNT_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the inbox; ``contact`` is None once the person was erased."""

    lead: Lead
    contact: Contact | None
    quote: Quote


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows and the cursor of the next, older one."""

    rows: list[Row]
    older: UUID | None


@dataclass(frozen=True, slots=True)
class Tab:
    """One filter above the list."""

    value: str
    label: str
    count: int

    @property
    def count_text(self) -> str:
        return f"{COUNT_LIMIT}+" if self.count >= COUNT_LIMIT else str(self.count)


def received() -> QuerySet[Lead]:
    """Leads that are the organisation's to work: everything but suspected spam."""
    return Lead.objects.exclude(status=Status.QUARANTINED)


def page(leads: QuerySet[Lead], *, before: UUID | None = None) -> Page:
    """One keyset page, newest first: flat in cost at any depth."""
    ordered = leads.select_related("configurator", "contact").order_by("-id")
    if before is not None:
        ordered = ordered.filter(pk__lt=before)
    found = list(ordered[: PAGE + 1])
    older = found[PAGE - 1].pk if len(found) > PAGE else None
    return Page([row(lead) for lead in found[:PAGE]], older)


def row(lead: Lead) -> Row:
    """A lead with what the list shows of it."""
    try:
        contact = open_contact(lead.contact)
    except LeadContact.DoesNotExist:
        contact = None
    return Row(lead, contact, Quote.of(lead))


def with_email(email: str) -> QuerySet[Lead]:
    """The leads that one address made, found by its blind index without opening any."""
    if is_masked():  # whoever may not read an address may not find out either whether it is here
        return Lead.objects.none()
    index = email_index(current_organisation_id(), email)
    return Lead.objects.filter(contact__email_index=index)


def tabs() -> list[Tab]:
    """Every filter with its capped count."""
    every = Tab("", "", capped(received()))
    return [every, *(Tab(s.value, str(s.label), capped(Lead.objects.filter(status=s))) for s in Status)]


def capped(leads: QuerySet[Lead]) -> int:
    """How many, up to COUNT_LIMIT."""
    return leads.order_by()[:COUNT_LIMIT].count()
