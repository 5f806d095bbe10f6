"""The screens where an organisation works its leads."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from delivery.typesetting import NotSet
from leads import inbox, work
from leads.detail import lead_detail
from leads.figures import figures
from leads.files.handing_out import download as download_file
from leads.files.handing_out import file_of
from leads.forms import FilterForm, NoteForm, SearchForm, StatusForm
from leads.models import Lead, Status
from leads.quote_files import download, quote_files
from organisations.http import TenantRequest
from organisations.permissions import Permission, requires
from organisations.support import SupportVisit


@require_safe
@never_cache
@requires(Permission.LEADS_VIEW)
def inbox_page(request: TenantRequest) -> HttpResponse:
    """The list, filtered by status, one keyset page at a time."""
    form = FilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    status = wanted.get("status") or ""
    leads = Lead.objects.filter(status=status) if status else inbox.received()
    page = inbox.page(leads, before=wanted.get("before"))
    context = {
        "page": page,
        "tabs": inbox.tabs(),
        "status": status,
        "search": SearchForm(),
        "invalid": form.errors,
    }
    template = "leads/_rows.html" if request.htmx else "leads/inbox.html"
    return render(request, template, context, status=400 if form.errors else 200)


@require_POST
@never_cache
@requires(Permission.LEADS_VIEW)
def search(request: TenantRequest) -> HttpResponse:
    """Leads of one exact e-mail address, asked by POST: an address does not belong in a URL."""
    form = SearchForm(request.POST)
    context = {
        "tabs": inbox.tabs(),
        "status": "",
        "search": form,
        "searched": True,
        "page": inbox.Page([], None),
    }
    if not form.is_valid():
        return render(request, "leads/inbox.html", context, status=422)
    page = context["page"] = inbox.page(inbox.with_email(form.cleaned_data["email"]))
    work.note_found([row.lead for row in page.rows], by=request.user.pk)
    return render(request, "leads/inbox.html", context)


@require_safe
@never_cache
@requires(Permission.LEADS_VIEW)
def detail(request: TenantRequest, pk: UUID) -> HttpResponse:
    """One lead: who, what, at which price and why, and what happened since.

    One that its person had restricted does not exist here, but for who decides on such requests: they read
    that it is restricted, and nothing of it.
    """
    restricted = Lead.stored.exclude(restricted_at=None).filter(pk=pk).first()
    if restricted is not None and request.membership.may(Permission.PRIVACY_DECIDE):
        return render(request, "leads/restricted.html", _beside_the_list() | {"lead": restricted})
    lead = _lead(pk)
    work.mark_read(lead, by=request.user.pk, of_the_team=request.membership.role != SupportVisit.role)
    return _detail(request, lead, NoteForm())


@require_safe
@never_cache
@requires(Permission.LEADS_VIEW)
def quote_file(request: TenantRequest, pk: UUID, form: str) -> HttpResponse:
    """The stored quote as a file: "pdf" on paper, "json" signed."""
    lead = _lead(pk)
    found = next((file for file in quote_files(lead) if file.form == form), None)
    if found is None:
        raise Http404
    try:
        response = download(found)
    except NotSet:
        return HttpResponse(status=503, headers={"Retry-After": "60"})
    work.note_quote_taken(lead, by=request.user.pk)
    return response


@require_safe
@never_cache
@requires(Permission.LEADS_VIEW)
def handed_in(request: TenantRequest, pk: UUID, file: UUID) -> HttpResponse:
    """A file that came with a request, to keep and never to look at here."""
    lead = _lead(pk)
    found = file_of(lead, file)
    if found is None:
        raise Http404
    work.note_file_taken(lead, by=request.user.pk)
    return download_file(found)


@require_safe
@never_cache
@requires(Permission.LEADS_VIEW)
def overview(request: TenantRequest) -> HttpResponse:
    """The figures that the organisation's overview asks for once it stands."""
    return render(request, "leads/overview.html", {"figures": figures(request.organisation.currency)})


@require_safe
@never_cache
@requires(Permission.LEADS_VIEW)
def new_count(request: TenantRequest) -> HttpResponse:
    """How many leads nobody has opened yet, for the menu."""
    unread = inbox.capped(inbox.received().filter(read_at=None))
    return HttpResponse(str(unread) if unread else "", content_type="text/html; charset=utf-8")


@require_POST
@requires(Permission.LEADS_WORK)
def set_status(request: TenantRequest, pk: UUID) -> HttpResponse:
    """Move a lead to another status."""
    lead, form = _lead(pk), StatusForm(request.POST)
    if not form.is_valid():
        return _detail(request, lead, NoteForm(), status=422, status_form=form)
    work.change_status(lead, to=Status(form.cleaned_data["status"]), by=request.user.pk)
    messages.success(request, _("The status was changed."))
    return redirect("leads:detail", organisation=request.organisation.slug, pk=pk)


@require_POST
@requires(Permission.LEADS_WORK)
def add_note(request: TenantRequest, pk: UUID) -> HttpResponse:
    """Write a note for colleagues."""
    lead, form = _lead(pk), NoteForm(request.POST)
    if not form.is_valid():
        return _detail(request, lead, form, status=422)
    work.add_note(lead, text=form.cleaned_data["text"], by=request.user.pk)
    messages.success(request, _("The note was added."))
    return redirect("leads:detail", organisation=request.organisation.slug, pk=pk)


@require_POST
@requires(Permission.LEADS_WORK, even_unpaid=True)
def release(request: TenantRequest, pk: UUID) -> HttpResponse:
    """Say that a suspected lead is a real one: never withheld, since it would be erased within the month."""
    lead = _lead(pk)
    try:
        work.release(lead, by=request.user.pk)
        messages.success(request, _("The lead was released: it is announced and kept like any other."))
    except work.NotInQuarantine:
        messages.info(request, _("This lead was released already."))
    return redirect("leads:detail", organisation=request.organisation.slug, pk=pk)


@require_POST
@requires(Permission.LEADS_WORK)
def set_aside(request: TenantRequest, pk: UUID) -> HttpResponse:
    """Say that a request is spam."""
    try:
        work.set_aside(_lead(pk), by=request.user.pk)
        messages.success(request, _("This request is set aside as spam and does not count."))
    except work.TooLate:
        messages.info(request, _("This request can no longer be set aside as spam."))
    return redirect("leads:detail", organisation=request.organisation.slug, pk=pk)


def _lead(pk: UUID) -> Lead:
    return get_object_or_404(Lead.objects.select_related("configurator", "version", "contact"), pk=pk)


def _detail(
    request: TenantRequest, lead: Lead, note: NoteForm, *, status: int = 200, **more: object
) -> HttpResponse:
    context = {
        "detail": lead_detail(lead),
        "note_form": note,
        "status_form": StatusForm(initial={"status": lead.status}),
        "may_be_set_aside": work.may_be_set_aside(lead),
    }
    return render(request, "leads/detail.html", _beside_the_list() | context | more, status=status)


def _beside_the_list() -> dict[str, object]:
    return {"page": inbox.page(inbox.received()), "tabs": inbox.tabs(), "search": SearchForm()}
