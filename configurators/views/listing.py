"""The list of configurators, and making, renaming and copying one."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from billing.limits import AddingWaits, LimitReached, in_words
from configurators.drafts import TooManyConfigurators, create_configurator, duplicate, rename
from configurators.forms import CreateForm, NameForm, ThawForm
from configurators.models import Configurator, ConfiguratorVersion, PriceBook, Publication
from configurators.views.access import find
from configurators.views.frozen import may_choose
from organisations.http import TenantRequest
from organisations.permissions import Permission, requires


@require_safe
@never_cache
@requires(Permission.CONFIGURATORS_VIEW)
def index(request: TenantRequest) -> HttpResponse:
    """Every configurator with its state."""
    configurators = list(Configurator.objects.filter(archived_at=None).order_by("name"))
    shown = Publication.objects.filter(organisation_id=request.organisation.pk)
    publications = {publication.configurator_id: publication for publication in shown}
    numbers = dict(
        ConfiguratorVersion.objects.filter(pk__in=[p.version_id for p in publications.values()]).values_list(
            "pk", "number"
        )
    )
    rows = [
        {
            "configurator": configurator,
            "publication": publications.get(configurator.pk),
            "number": numbers.get(publications[configurator.pk].version_id)
            if configurator.pk in publications
            else None,
        }
        for configurator in configurators
    ]
    on_line = [configurator for configurator in configurators if configurator.frozen_at is None]
    context = {
        "rows": [row for row in rows if row["configurator"] in on_line],
        "frozen": [row for row in rows if row["configurator"] not in on_line],
        "may_choose": may_choose(request),
        "has_price_books": PriceBook.objects.exists(),
        "thaw_form": ThawForm(on_line=on_line),
    }
    return render(request, "configurators/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.CONFIGURATORS_EDIT)
def create(request: TenantRequest) -> HttpResponse:
    """Choose a starting point and a name; the builder opens."""
    form = CreateForm(request.POST or None, initial={"starting_from": "blank"})
    if request.method != "POST" or not form.is_valid():
        return render(
            request, "configurators/create.html", {"form": form}, status=422 if form.errors else 200
        )
    try:
        configurator = create_configurator(
            name=form.cleaned_data["name"],
            starting_from=form.cleaned_data["starting_from"],
            language=request.organisation.language,
            by=request.user.pk,
        )
    except (TooManyConfigurators, LimitReached, AddingWaits) as refusal:
        form.add_error(None, _no_room(refusal))
        return render(request, "configurators/create.html", {"form": form}, status=422)
    return redirect("configurators:builder", organisation=request.organisation.slug, pk=configurator.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.CONFIGURATORS_EDIT)
def rename_page(request: TenantRequest, pk: UUID) -> HttpResponse:
    """Give it another name in the organisation's own lists."""
    configurator = find(pk)
    form = NameForm(request.POST or None, initial={"name": configurator.name})
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "configurator": configurator, "heading": _("Rename"), "verb": _("Rename")}
        return render(request, "configurators/name.html", context, status=422 if form.errors else 200)
    rename(configurator, name=form.cleaned_data["name"])
    messages.success(request, _("The configurator was renamed."))
    return redirect("configurators:list", organisation=request.organisation.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.CONFIGURATORS_EDIT)
def duplicate_page(request: TenantRequest, pk: UUID) -> HttpResponse:
    """Start another one from this draft."""
    configurator = find(pk)
    proposed = _("%(name)s, copy") % {"name": configurator.name}
    form = NameForm(request.POST or None, initial={"name": proposed[:120]})
    if request.method == "POST" and form.is_valid():
        try:
            copy = duplicate(configurator, name=form.cleaned_data["name"], by=request.user.pk)
        except (TooManyConfigurators, LimitReached, AddingWaits) as refusal:
            form.add_error(None, _no_room(refusal))
        else:
            return redirect("configurators:builder", organisation=request.organisation.slug, pk=copy.pk)
    context = {
        "form": form,
        "configurator": configurator,
        "heading": _("Make a copy"),
        "verb": _("Make a copy"),
    }
    return render(request, "configurators/name.html", context, status=422 if form.errors else 200)


def _no_room(refusal: TooManyConfigurators | LimitReached | AddingWaits) -> str:
    if not isinstance(refusal, TooManyConfigurators):
        return in_words(refusal)
    return ngettext(
        "You have %(count)d configurator, and there is room for no more. Give one that you no longer use"
        " another content, or ask us for more room.",
        "You have %(count)d configurators, and there is room for no more. Give one that you no longer use"
        " another content, or ask us for more room.",
        refusal.limit,
    ) % {"count": refusal.limit}
