"""Price books: the list of them, making, renaming and removing one."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from configurators.models import PriceBook, StalePrices
from configurators.price_books.books import (
    MOST_BOOKS,
    BookInUse,
    Gone,
    SameKey,
    TooManyBooks,
    create_book,
    remove_book,
    rename_book,
)
from configurators.price_books.forms import BookForm, RenameBookForm
from configurators.price_books.republishing import live_version, publish_anew
from configurators.price_books.using import live_uses
from configurators.views.access import find
from organisations.http import TenantRequest
from organisations.permissions import Permission, requires


@require_safe
@never_cache
@requires(Permission.CONFIGURATORS_VIEW)
def index(request: TenantRequest) -> HttpResponse:
    """Every book, how many prices it holds, and how many live configurators take some."""
    books = PriceBook.objects.annotate(size=Count("entries")).order_by("name", "key")
    uses = live_uses()
    rows = [
        {"book": book, "uses": sum(any(key == book.key for key, _sku in use.prices) for use in uses)}
        for book in books
    ]
    return render(request, "configurators/price_books/list.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.CONFIGURATORS_EDIT)
def create(request: TenantRequest) -> HttpResponse:
    """A name and a currency; the empty book opens."""
    form = BookForm(request.POST or None, initial={"currency": "EUR"})
    if request.method == "POST" and form.is_valid():
        try:
            book = create_book(**form.cleaned_data, by=request.user.pk)
        except SameKey:
            form.add_error("key", _("Another price book has this key."))
        except TooManyBooks:
            form.add_error(None, _no_room())
        else:
            return redirect("configurators:price-book", organisation=request.organisation.slug, book=book.pk)
    context = {"form": form}
    return render(request, "configurators/price_books/new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.CONFIGURATORS_EDIT)
def rename_page(request: TenantRequest, book: UUID) -> HttpResponse:
    """Give it another name; its key stays."""
    found = find_book(book)
    form = RenameBookForm(request.POST or None, initial={"name": found.name})
    if request.method == "POST" and form.is_valid():
        rename_book(found, name=form.cleaned_data["name"], by=request.user.pk)
        messages.success(request, _("The price book has another name."))
        return redirect("configurators:price-book", organisation=request.organisation.slug, book=book)
    context = {"form": form, "book": found}
    return render(
        request, "configurators/price_books/rename.html", context, status=422 if form.errors else 200
    )


@require_POST
@requires(Permission.CONFIGURATORS_EDIT)
def remove(request: TenantRequest, book: UUID) -> HttpResponse:
    """Remove one that nothing refers to."""
    found = find_book(book)
    try:
        remove_book(found, by=request.user.pk)
    except BookInUse as refused:
        text = _("It was not removed, because it is used by: %(names)s.")
        messages.error(request, text % {"names": ", ".join(refused.names)})
        return redirect("configurators:price-book", organisation=request.organisation.slug, book=book)
    except Gone:
        pass
    messages.success(request, _("The price book was removed."))
    return redirect("configurators:price-books", organisation=request.organisation.slug)


@require_POST
@requires(Permission.CONFIGURATORS_PUBLISH)
def reprice(request: TenantRequest, pk: UUID) -> HttpResponse:
    """Publish what is live with the prices of today, now that what stood in the way is gone."""
    configurator = find(pk, to_change=True)
    live = live_version(configurator)
    if live is None or not StalePrices.objects.filter(configurator=configurator).exists():
        messages.info(request, _("Its prices are those of today."))
    elif (reasons := publish_anew(configurator, live, by=request.user.pk)) is None:
        messages.success(request, _("It is live with the prices of today."))
    else:
        messages.error(request, " ".join([_("It was not published."), *reasons]))
    return redirect("configurators:publish", organisation=request.organisation.slug, pk=pk)


def find_book(pk: UUID) -> PriceBook:
    """The book, or 404: another organisation's does not exist here."""
    return get_object_or_404(PriceBook, pk=pk)


def _no_room() -> str:
    return ngettext(
        "You have %(count)d price book, and there is room for no more.",
        "You have %(count)d price books, and there is room for no more.",
        MOST_BOOKS,
    ) % {"count": MOST_BOOKS}
