"""The prices of one book: the table, adding and changing one, and a whole list from a spreadsheet."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from configurators.models import PriceBook, PriceEntry, StalePrices
from configurators.money import money
from configurators.price_books.books import (
    MOST_ENTRIES,
    Gone,
    Overlap,
    TooManyEntries,
    add_entries,
    add_entry,
    change_entry,
    remove_entry,
)
from configurators.price_books.days import today
from configurators.price_books.forms import EntryForm, NewEntryForm, PasteForm
from configurators.price_books.pasting import Pasted, WrongCell, read
from configurators.price_books.using import Use, drafts_with, next_changes, uses_of
from configurators.views.price_books import find_book
from organisations.http import TenantRequest
from organisations.permissions import Permission, requires

#: Rows of a page, and cells that are told of at once.
_ON_A_PAGE, _CELLS_SHOWN = 50, 50


@require_safe
@never_cache
@requires(Permission.CONFIGURATORS_VIEW)
def page(request: TenantRequest, book: UUID) -> HttpResponse:
    """Its prices, those that are over left out unless they are asked for, and who takes some."""
    found, query, past = find_book(book), request.GET.get("q", "")[:60].strip(), "past" in request.GET
    entries = _entries(found, query.replace("\x00", ""), past=past)
    shown = Paginator(entries, _ON_A_PAGE).get_page(request.GET.get("page"))
    uses = uses_of(found)
    live = {use.configurator_id for use in uses}
    stale = set(StalePrices.objects.values_list("configurator_id", flat=True))
    context = {
        "book": found,
        "rows": [{"entry": entry, "amount": _money(entry, found)} for entry in shown],
        "query": query,
        "past": past,
        "today": today(),
        "has_entries": found.entries.exists(),
        "previous": _page_url(shown, -1, query, past=past),
        "next": _page_url(shown, 1, query, past=past),
        "uses": [
            {"use": use, "day": day, "now": day == today(), "stale": use.configurator_id in stale}
            for use, day in next_changes(uses)
        ],
        "drafts": [one for one in drafts_with(found) if one.pk not in live],
    }
    return render(request, "configurators/price_books/book.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.CONFIGURATORS_EDIT)
def create(request: TenantRequest, book: UUID) -> HttpResponse:
    """Another price."""
    found = find_book(book)
    form = NewEntryForm(request.POST or None, initial={"valid_from": today()})
    if request.method == "POST" and form.is_valid():
        ends_former = form.cleaned_data["ends_former"]
        try:
            add_entry(found, form.line, ends_former=ends_former, by=request.user.pk)
        except Overlap as refused:
            form.add_error("valid_from", _taken(refused))
        except TooManyEntries:
            form.add_error(None, _no_room())
        except Gone:
            return _gone(request)
        else:
            messages.success(request, _("The price was added."))
            return _told(request, found, [form.line.sku])
    return _form_page(request, found, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.CONFIGURATORS_EDIT)
def change(request: TenantRequest, book: UUID, entry: UUID) -> HttpResponse:
    """Another amount, other days."""
    found = find_book(book)
    before = get_object_or_404(PriceEntry.objects.select_related("book"), pk=entry, book=found)
    form = EntryForm(request.POST or None, initial=EntryForm.of(before))
    if request.method == "POST" and form.is_valid():
        try:
            change_entry(before, form.line, by=request.user.pk)
        except Overlap as refused:
            form.add_error("valid_from", _taken(refused))
        except Gone:
            return _gone(request)
        else:
            messages.success(request, _("The price was changed."))
            return _told(request, found, [before.sku, form.line.sku])
    return _form_page(request, found, form, before)


@require_POST
@requires(Permission.CONFIGURATORS_EDIT)
def remove(request: TenantRequest, book: UUID, entry: UUID) -> HttpResponse:
    """Take one out, as if it had never stood there."""
    found = find_book(book)
    before = get_object_or_404(PriceEntry.objects.select_related("book"), pk=entry, book=found)
    try:
        remove_entry(before, by=request.user.pk)
    except Gone:
        return _gone(request)
    messages.success(request, _("The price was removed."))
    return _told(request, found, [before.sku])


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.CONFIGURATORS_EDIT)
def paste(request: TenantRequest, book: UUID) -> HttpResponse:
    """A list from a spreadsheet: all of it, or nothing and each cell that is wrong."""
    found, form = find_book(book), PasteForm(request.POST or None)
    wrong: Sequence[WrongCell] = ()
    if request.method == "POST" and form.is_valid():
        pasted = read(form.cleaned_data["sheet"], starting=form.cleaned_data["starting"])
        wrong = pasted.wrong
        if not wrong:
            try:
                return _pasted(request, found, pasted, ends_former=form.cleaned_data["ends_former"])
            except Overlap as refused:
                wrong = _taken_cells(refused, pasted)
            except TooManyEntries:
                form.add_error(None, _no_room())
            except Gone:
                return _gone(request)
    context = {
        "book": found,
        "form": form,
        "wrong": wrong[:_CELLS_SHOWN],
        "wrong_count": len(wrong),
        "wrong_more": max(len(wrong) - _CELLS_SHOWN, 0),
    }
    status = 422 if form.errors or wrong else 200
    return render(request, "configurators/price_books/paste.html", context, status=status)


def _pasted(request: TenantRequest, book: PriceBook, pasted: Pasted, *, ends_former: bool) -> HttpResponse:
    added = add_entries(book, pasted.lines, ends_former=ends_former, by=request.user.pk)
    text = ngettext("%(count)d price was added.", "%(count)d prices were added.", added) % {"count": added}
    if known := len(pasted.lines) - added:
        text += " " + ngettext("%(count)d stood there already.", "%(count)d stood there already.", known) % {
            "count": known
        }
    messages.success(request, text)
    return _told(request, book, [line.sku for line in pasted.lines])


def _entries(book: PriceBook, query: str, *, past: bool) -> QuerySet[PriceEntry]:
    entries = book.entries.all() if past else book.entries.touching(today(), None)
    if query:
        entries = entries.filter(Q(sku__icontains=query) | Q(label__icontains=query))
    return entries.order_by("sku", "valid_from")


def _money(entry: PriceEntry, book: PriceBook) -> str:
    return money(entry.amount, book.currency, (get_language() or "en")[:2])


def _page_url(page: Page[PriceEntry], turn: int, query: str, *, past: bool) -> str:
    number = page.number + turn
    if not 1 <= number <= page.paginator.num_pages:
        return ""
    asked = {"page": str(number)} | ({"q": query} if query else {}) | ({"past": "yes"} if past else {})
    return f"?{urlencode(asked)}"


def _form_page(
    request: TenantRequest, book: PriceBook, form: EntryForm, entry: PriceEntry | None
) -> HttpResponse:
    context: dict[str, Any] = {"book": book, "form": form, "entry": entry}
    if entry is not None:
        context["uses"] = [use.name for use in uses_of(book) if (book.key, entry.sku) in use.prices]
    return render(
        request, "configurators/price_books/entry.html", context, status=422 if form.errors else 200
    )


def _told(request: TenantRequest, book: PriceBook, skus: Iterable[str]) -> HttpResponse:
    """Back to the book, with which configurators this touches and when they are published anew."""
    places = {(book.key, sku) for sku in skus}
    touched = [use for use in uses_of(book) if not places.isdisjoint(use.prices)]
    by_day: dict[Any, list[Use]] = {}
    for use, day in next_changes(touched):
        if day is not None:
            by_day.setdefault(day, []).append(use)
    for day, uses in sorted(by_day.items()):
        names = ", ".join(use.name for use in uses)
        if day == today():
            text = _("In a moment these are published anew, with the prices of today: %(names)s.")
        else:
            text = _("On %(day)s these are published anew: %(names)s.")
        messages.info(request, text % {"names": names, "day": date_format(day, "DATE_FORMAT")})
    return redirect("configurators:price-book", organisation=request.organisation.slug, book=book.pk)


def _gone(request: TenantRequest) -> HttpResponse:
    messages.error(request, _("Somebody removed it meanwhile. Nothing was changed."))
    return redirect("configurators:price-books", organisation=request.organisation.slug)


def _taken(refused: Overlap) -> str:
    first = next(iter(refused.clashes.values()))
    text = _("This article has a price then already, from %(day)s. Two never hold on one day.")
    return text % {"day": date_format(first, "DATE_FORMAT")}


def _taken_cells(refused: Overlap, pasted: Pasted) -> list[WrongCell]:
    text = _("The article has a price then already, from %(day)s.")
    return [
        WrongCell(
            pasted.rows[index], 4, pasted.lines[index].sku, text % {"day": date_format(first, "DATE_FORMAT")}
        )
        for index, first in sorted(refused.clashes.items())
    ]


def _no_room() -> str:
    return ngettext(
        "A price book holds %(count)d price at most.",
        "A price book holds %(count)d prices at most.",
        MOST_ENTRIES,
    ) % {"count": MOST_ENTRIES}
