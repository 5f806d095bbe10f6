"""From choosing a plan to paying for it, and changing it afterwards."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.links import absolute
from accounts.templatetags.looks import day
from billing import buying, changing, gateway, staying
from billing.forms import ChoiceForm, StayingForm
from billing.models import BillingAccount, BillingInvoice, PlanVersion, Purchase
from billing.price_list import name_of
from billing.staying import Excess
from billing.views.outside import confirmed_to_post, outside
from organisations.http import TenantRequest
from organisations.permissions import Permission
from tenancy.context import tenant


@require_POST
@outside(Permission.BILLING_MANAGE, to="buy")
def buy(request: TenantRequest) -> HttpResponseBase:
    """To Stripe's page; without the company's details first to their form."""
    form = ChoiceForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the plans."))
        return redirect("billing:choose", organisation=request.organisation.slug)
    slug = request.organisation.slug
    try:
        url = buying.begin_purchase(
            organisation=request.organisation,
            version=form.cleaned_data["plan"],
            interval=form.cleaned_data["interval"],
            by=request.user.pk,
            language=request.user.language,
            urls=(absolute("billing:bought", slug), absolute("billing:choose", slug)),
        )
    except buying.CompanyUnknown:
        messages.info(request, _("First fill in who the invoices are for."))
        return redirect("billing:company", organisation=slug)
    except buying.AlreadySubscribed:
        return redirect("billing:bought", organisation=slug)
    except buying.ChosenMeanwhile:
        messages.info(request, _("Another plan was chosen at the same moment. Choose once more."))
        return redirect("billing:choose", organisation=slug)
    return HttpResponseRedirect(url)


@require_safe
@outside(Permission.BILLING_VIEW)
def bought(request: TenantRequest) -> HttpResponse:
    """Back from Stripe's page. Only the mirror says whether anything was bought; the page asks it again."""
    mine = buying.living_subscription(request.organisation.pk)
    open_one = Purchase.objects.filter(
        organisation=request.organisation, kind=Purchase.Kind.CHECKOUT, state=Purchase.State.OPEN
    ).first()
    if mine is None and open_one and open_one.stripe_session and not request.htmx:
        buying.look_at_page(open_one)
    name = name_of(mine.plan_version.code) if mine and mine.plan_version else ""
    context = {"subscription": mine, "plan_name": name}
    return render(request, "billing/_bought.html" if request.htmx else "billing/bought.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@outside(Permission.BILLING_MANAGE, to="buy")
@confirmed_to_post
def change(request: TenantRequest) -> HttpResponseBase:
    """What a change would cost, to the cent; and that very change."""
    given = request.POST if request.method == "POST" else request.GET
    form = ChoiceForm(given)
    slug = request.organisation.slug
    if not form.is_valid():
        return redirect("billing:choose", organisation=slug)
    try:
        proposed = changing.propose_change(
            organisation=request.organisation,
            version=form.cleaned_data["plan"],
            interval=form.cleaned_data["interval"],
            at=_moment(request.POST.get("at", "")),
        )
    except changing.NothingToChange:
        messages.info(request, _("You have this plan already."))
        return redirect("billing:plan", organisation=slug)
    except changing.EndsAlready as ends:
        text = _("Your plan ends on %(day)s. Let it go on first; then it can be changed.")
        messages.info(request, text % {"day": day(ends.at)})
        return redirect("billing:plan", organisation=slug)
    excess, staying_form = _excess(request, proposed.version)
    wrong = request.method == "POST" and staying_form is not None and not staying_form.is_valid()
    if request.method != "POST" or wrong:
        context = {"change": proposed, "name": name_of(proposed.version.code)}
        context |= {"excess": excess, "staying_form": staying_form}
        return render(request, "billing/change.html", context, status=422 if wrong else 200)
    if staying_form is not None:
        _choose(request, staying_form)
    if changing.carry_out(proposed, organisation=request.organisation, by=request.user.pk):
        messages.success(request, _("The change is on its way; this page follows it."))
    else:
        messages.warning(
            request,
            _(
                "Your bank wants a word first: confirm or pay the invoice below. Until then"
                " nothing has changed."
            ),
        )
    return redirect("billing:plan", organisation=slug)


def _excess(request: TenantRequest, version: PlanVersion) -> tuple[list[Excess], StayingForm | None]:
    """What the plan has no room for, and the choice of what stays for whoever may make it."""
    with tenant(request.organisation.pk):
        found = staying.excess_under(request.organisation, version)
    to_choose = next((one for one in found if one.candidates), None)
    if to_choose is None or not request.membership.may(Permission.CONFIGURATORS_PUBLISH):
        return found, None
    return found, StayingForm(request.POST if request.method == "POST" else None, excess=to_choose)


def _choose(request: TenantRequest, form: StayingForm) -> None:
    if chosen := form.cleaned_data["stays"]:
        with tenant(request.organisation.pk):
            staying.choose(form.excess.feature, chosen, by=request.user.pk)


def _moment(text: str) -> datetime | None:
    """The moment that the preview counted from, if it was not long ago."""
    try:
        found = datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    age = (datetime.now(UTC) - found).total_seconds()
    return found if 0 <= age < 3600 else None


@require_POST
@outside(Permission.BILLING_MANAGE)
def stay(request: TenantRequest) -> HttpResponseBase:
    """Take back a change that was to come, or the end."""
    try:
        changing.stay(organisation=request.organisation, by=request.user.pk)
        messages.success(request, _("Your plan goes on as it is."))
    except changing.NothingToChange:
        messages.info(request, _("There is nothing to take back."))
    return redirect("billing:plan", organisation=request.organisation.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@outside(Permission.BILLING_MANAGE)
@confirmed_to_post
def cancel(request: TenantRequest) -> HttpResponseBase:
    """Ask first; then end with the period that is paid for."""
    mine = buying.living_subscription(request.organisation.pk)
    if mine is None:
        return redirect("billing:plan", organisation=request.organisation.slug)
    if request.method != "POST":
        return render(request, "billing/cancel.html", {"subscription": mine})
    changing.cancel(organisation=request.organisation, by=request.user.pk)
    messages.success(request, _("The plan ends with the period that is paid for."))
    return redirect("billing:plan", organisation=request.organisation.slug)


@require_POST
@outside(Permission.BILLING_MANAGE)
@confirmed_to_post
def portal(request: TenantRequest) -> HttpResponseBase:
    """To Stripe's page for ways of paying."""
    customers = BillingAccount.objects.exclude(stripe_customer="")
    account = get_object_or_404(customers, organisation=request.organisation)
    url = gateway.open_portal(
        account.stripe_customer,
        return_url=absolute("billing:plan", request.organisation.slug),
        language=request.user.language,
        flow="payment_method_update" if request.POST.get("to") == "method" else "",
    )
    return HttpResponseRedirect(url)


@require_POST
@outside(Permission.BILLING_MANAGE)
def pay(request: TenantRequest, pk: UUID) -> HttpResponseBase:
    """To Stripe's page of one open invoice: to pay it, or to confirm a payment."""
    invoice = get_object_or_404(BillingInvoice, pk=pk, organisation=request.organisation)
    url = gateway.fetch_invoice(invoice.stripe_id).hosted_url
    if not url:
        raise Http404
    return HttpResponseRedirect(url)
