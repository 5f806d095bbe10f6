"""The plan of an organisation: what it has, what it uses, what happens next, and who gets the invoices."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.step_up import step_up_required
from audit import events
from billing import agreeing, overview
from billing.accounts import account_of, lock_account
from billing.buying import living_subscription, rest_of_trial
from billing.forms import CompanyForm, ContactForm
from billing.models import BillingContact
from billing.price_list import BY_CODE, TRIAL
from organisations.http import TenantRequest
from organisations.permissions import Permission, requires

View = Callable[..., HttpResponseBase]


def leads_to_stripe(view: View) -> View:
    """For a page with a form that ends on one of Stripe's: browsers hold redirects to the policy too."""
    return csp_update({"form-action": list(settings.STRIPE_PAGES)})(view)


@require_safe
@leads_to_stripe
@never_cache
@requires(Permission.BILLING_VIEW)
def plan(request: TenantRequest) -> HttpResponse:
    """Everything on one page."""
    context = {
        "plan": overview.of(request.organisation),
        "contacts": BillingContact.objects.filter(organisation=request.organisation).order_by("created_at"),
        "contact_form": ContactForm(organisation=request.organisation),
    }
    return render(request, "billing/plan.html", context)


@require_safe
@leads_to_stripe
@never_cache
@requires(Permission.BILLING_VIEW)
def choose(request: TenantRequest) -> HttpResponse:
    """The plans side by side."""
    mine, account = living_subscription(request.organisation.pk), account_of(request.organisation)
    vat = overview.vat_of(account)
    context = {
        "offers": overview.offers_for(request.organisation, vat),
        "vat": vat,
        "subscription": mine,
        "recommended": TRIAL.code,
        "rest_of_trial": rest_of_trial(account),
    }
    return render(request, "billing/choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.BILLING_MANAGE)
@step_up_required
def company(request: TenantRequest) -> HttpResponse:
    """Who the invoices are for."""
    organisation = request.organisation
    account = lock_account(organisation.pk) if request.method == "POST" else account_of(organisation)
    suggested = {"company_name": organisation.controller_name} if not account.company_name else {}
    form = CompanyForm(request.POST or None, instance=account, initial=suggested)
    if form.is_valid():
        form.save()
        events.record(
            "billing.company_changed",
            actor_id=request.user.pk,
            detail={"fields": ",".join(sorted(form.changed_data))},
            evidence=True,
        )
        messages.success(request, _("The next invoices carry these details."))
        return redirect("billing:plan", organisation=organisation.slug)
    return render(request, "billing/company.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@leads_to_stripe
@requires(Permission.BILLING_MANAGE)
def add_contact(request: TenantRequest) -> HttpResponse:
    lock_account(request.organisation.pk)
    form = ContactForm(request.POST, organisation=request.organisation)
    if not form.is_valid():
        context = {"plan": overview.of(request.organisation), "contact_form": form}
        context["contacts"] = BillingContact.objects.filter(organisation=request.organisation)
        return render(request, "billing/plan.html", context, status=422)
    BillingContact.objects.create(
        organisation=request.organisation,
        email=form.cleaned_data["email"],
        language=request.organisation.language,
    )
    events.record("billing.contact_added", actor_id=request.user.pk, evidence=True)
    messages.success(request, _("Invoices and reminders go there too."))
    return redirect("billing:plan", organisation=request.organisation.slug)


@require_POST
@requires(Permission.BILLING_MANAGE)
def remove_contact(request: TenantRequest, pk: UUID) -> HttpResponse:
    get_object_or_404(BillingContact, pk=pk, organisation=request.organisation).delete()
    events.record("billing.contact_removed", actor_id=request.user.pk, evidence=True)
    messages.success(request, _("Nothing more is sent there."))
    return redirect("billing:plan", organisation=request.organisation.slug)


@require_POST
@requires(Permission.BILLING_MANAGE)
def overage(request: TenantRequest) -> HttpResponse:
    """Agree to pay for requests beyond the plan, or no longer from the next month on."""
    agree = request.POST.get("agree") == "yes"
    account = lock_account(request.organisation.pk)
    try:
        changed = agreeing.agree(account) if agree else agreeing.end(account)
    except agreeing.MonthNotClosed as wait:
        day = date_format(timezone.localtime(wait.until), "DATE_FORMAT")
        said = _("The month that is over is not billed yet. You can agree anew from %(day)s.")
        messages.info(request, said % {"day": day})
        return redirect("billing:plan", organisation=request.organisation.slug)
    if changed:
        action = "billing.overage_agreed" if agree else "billing.overage_ended"
        events.record(action, actor_id=request.user.pk, evidence=True)
    if agree:
        messages.success(request, _("Requests beyond the plan are billed."))
    else:
        messages.success(request, _("From the next month on nothing beyond the plan is billed."))
    return redirect("billing:plan", organisation=request.organisation.slug)


@require_safe
@login_not_required
def prices(request: HttpRequest) -> HttpResponse:
    """What everything costs, for who has no account."""
    offers = [overview.offer(plan) for plan in BY_CODE.values()]
    return render(request, "billing/prices.html", {"offers": offers, "recommended": TRIAL.code})
