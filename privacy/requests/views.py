"""The pages of a desk; `privacy.requests.whose_desk` says whose, and who may open them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.links import with_next
from accounts.step_up import recently_confirmed, step_up_required
from audit.events import record
from privacy.erasure.collecting import certificate_link
from privacy.models.requests import (
    AccountRequest,
    Channel,
    Concerns,
    DeskSettings,
    ExtensionReason,
    IdentityMethod,
    Stage,
)
from privacy.requests import carrying_out, cases, letters
from privacy.requests import desk as desks
from privacy.requests.carrying_out import Carried
from privacy.requests.decisions import EVERYTHING, GROUNDS, OUTCOME_LABELS, BadDecision, Outcome, decided
from privacy.requests.forms import (
    DecisionForm,
    DeskSettingsForm,
    ExtendForm,
    FilterForm,
    NewRequestForm,
    ProofForm,
    ReclassifyForm,
)
from privacy.requests.found import Found, found
from privacy.requests.sealed import AnyRequest, person_of, wish_of
from privacy.requests.whose_desk import Desk, OrganisationDesk, addresses

_UNDECIDED = (Stage.OPEN, Stage.AWAITING_IDENTITY)


@require_safe
def queue(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every request by deadline."""
    form = FilterForm(request.GET)
    context = _frame(request, desk) | {"invalid": form.errors}
    return render(request, "privacy/desk/queue.html", context, status=400 if form.errors else 200)


@require_safe
def detail(request: HttpRequest, desk: Desk, pk: UUID) -> HttpResponse:
    """One request: who, what, its clock, what is held, and what may be done."""
    return _detail(request, desk, _found(desk, pk))


@require_safe
def waiting_count(request: HttpRequest, desk: Desk) -> HttpResponse:
    """How many wait for an answer, for the menu."""
    waiting = desk.model.objects.unanswered().count()
    return HttpResponse(str(waiting) if waiting else "", content_type="text/html; charset=utf-8")


@require_safe
def overview(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What the organisation's overview says about requests that are late or due this week."""
    context = {"counts": desks.counts(desk.model), "desk_url": desk.url("desk")}
    return render(request, "privacy/desk/overview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, desk: OrganisationDesk) -> HttpResponse:
    """Enter a request that came in by phone, by letter or at the counter."""
    initial = {
        "received_on": timezone.localdate(),
        "language": get_language(),
        "country": desk.country,
    }
    form = NewRequestForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        made = cases.receive(channel=Channel.DESK, by=desk.by, **form.given)
        messages.success(request, _("The request was entered and its clock runs."))
        return redirect(desk.url("request", pk=made.pk))
    context = {"form": form, "desk_url": desk.url("desk")}
    return render(request, "privacy/desk/new.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@step_up_required
def settings(request: HttpRequest, desk: OrganisationDesk) -> HttpResponse:
    """What the organisation wants carried out by itself, and by when it answers."""
    now = DeskSettings.objects.values("answer_within_days", "automatic_after_days").first()
    form = DeskSettingsForm(request.POST if request.method == "POST" else None, initial=dict(now or {}))
    if form.is_valid():
        changes = form.cleaned_data | {"changed_by": desk.by.user_id, "changed_at": timezone.now()}
        DeskSettings.objects.update_or_create(defaults=changes)
        record("desk.changed", actor_id=desk.by.user_id, detail=form.for_the_record, evidence=True)
        messages.success(request, _("Saved."))
        return redirect(desk.url("desk"))
    context = {"form": form, "desk_url": desk.url("desk")}
    return render(request, "privacy/desk/settings.html", context, status=422 if form.is_bound else 200)


# --- What an officer does ------------------------------------------------------------------------------


@require_POST
def decide(request: HttpRequest, desk: Desk, pk: UUID) -> HttpResponse:
    """Decide group by group; what is granted is carried out and answered.

    Only for somebody who proved lately who they are; whoever did not gets the page back as it was filled in.
    """
    case = _found(desk, pk)
    data = found(case)
    form = _decision_form(case, data, request.POST)
    if not form.is_valid() or not recently_confirmed(request):
        return _detail(request, desk, case, decision=form, data=data, status=422)
    return _act(
        request,
        desk,
        case,
        lambda: cases.decide(case, decisions=form.decisions, by=desk.by, remark=form.cleaned_data["remark"]),
        _("Decided. What you granted is being carried out; the answer follows by itself."),
    )


@require_POST
def letter(request: HttpRequest, desk: Desk, pk: UUID) -> HttpResponse:
    """The answer as it would read with the decisions that are on the page."""
    case = _found(desk, pk)
    form = _decision_form(case, found(case), request.POST)
    return render(request, "privacy/desk/_letter.html", {"letter": _preview(case, form), "case": case})


@require_POST
def extend(request: HttpRequest, desk: Desk, pk: UUID) -> HttpResponse:
    """Take two more months, and tell the person."""
    case, form = _found(desk, pk), ExtendForm(request.POST)
    if not form.is_valid():
        return _detail(request, desk, case, extension=form, status=422)
    return _act(
        request,
        desk,
        case,
        lambda: cases.extend(case, by=desk.by, **form.cleaned_data),
        _("Extended. The person has been told."),
    )


@require_POST
def ask_for_identity(request: HttpRequest, desk: Desk, pk: UUID) -> HttpResponse:
    """Ask for proof of who asks."""
    case = _found(desk, pk)
    return _act(
        request,
        desk,
        case,
        lambda: cases.ask_for_identity(case, by=desk.by),
        _("The person was asked to show who they are."),
    )


@require_POST
@step_up_required
def prove_identity(request: HttpRequest, desk: Desk, pk: UUID) -> HttpResponse:
    """Say that one further fact was compared and right."""
    case, form = _found(desk, pk), ProofForm(request.POST)
    if not form.is_valid():
        return _detail(request, desk, case, proof=form, status=422)
    return _act(
        request,
        desk,
        case,
        lambda: cases.prove_identity(
            case, method=IdentityMethod.FACT, fact=form.cleaned_data["fact"], by=desk.by
        ),
        _("Noted. The clock runs."),
    )


@require_POST
@step_up_required
def reclassify(request: HttpRequest, desk: Desk, pk: UUID) -> HttpResponse:
    """Say which right a person uses who wrote in their own words."""
    case, form = _found(desk, pk), ReclassifyForm(request.POST)
    if not form.is_valid():
        return _detail(request, desk, case, kind=form, status=422)
    return _act(
        request,
        desk,
        case,
        lambda: cases.reclassify(case, right=form.cleaned_data["right"], by=desk.by),
        _("Changed. The clock is that of receipt, as before."),
    )


@require_POST
def withdraw(request: HttpRequest, desk: Desk, pk: UUID) -> HttpResponse:
    """The person no longer asks."""
    case = _found(desk, pk)
    return _act(
        request, desk, case, lambda: cases.withdraw(case, by=desk.by), _("The request was withdrawn.")
    )


@require_POST
def mark_duplicate(request: HttpRequest, desk: Desk, pk: UUID) -> HttpResponse:
    """The same person asked the same before."""
    case = _found(desk, pk)
    first = desks.earlier_of(case).first()
    if first is None:
        messages.error(request, _("There is no earlier request of this person under way."))
        return redirect(desk.url("request", pk=case.pk))
    return _act(
        request,
        desk,
        case,
        lambda: cases.mark_duplicate(case, of=first, by=desk.by),
        _("Ended as a duplicate; the earlier request goes on."),
    )


@require_POST
@step_up_required
def carried_out(request: HttpRequest, desk: Desk, pk: UUID) -> HttpResponse:
    """Somebody carried out by hand what was decided; the answer is sent."""
    case = _found(desk, pk)
    return _act(
        request,
        desk,
        case,
        lambda: cases.carried_out(case, Carried(), by=desk.by),
        _("The answer was sent."),
    )


@require_POST
def close(request: HttpRequest, desk: Desk, pk: UUID) -> HttpResponse:
    """Every recipient has acknowledged."""
    case = _found(desk, pk)
    return _act(request, desk, case, lambda: cases.close(case), _("The request is closed."))


def _act(
    request: HttpRequest, desk: Desk, case: AnyRequest, step: Callable[[], object], done: str
) -> HttpResponse:
    """Take a step, and say what came of it; one that cannot be taken changes nothing."""
    try:
        step()
        messages.success(request, done)
    except (
        cases.IllegalStep,
        cases.CannotExtend,
        cases.RecipientsOutstanding,
        cases.NotTheController,
        BadDecision,
    ) as refusal:
        messages.error(request, _refusal(refusal))
    return redirect(desk.url("request", pk=case.pk))


def _refusal(refusal: Exception) -> str:
    """Why a step was not taken, for the officer."""
    if isinstance(refusal, cases.RecipientsOutstanding):
        return _("A recipient has not yet said what became of the data.")
    if isinstance(refusal, cases.NoticeNotGiven):
        return _("Tell the person first: there is no e-mail address.")
    if isinstance(refusal, cases.CannotExtend):
        return _("This request can no longer be extended: only once, and in the first month.")
    return _("The request has moved on, or it is not for you to decide. Look at it again.")


# --- The page ------------------------------------------------------------------------------------------


def _found(desk: Desk, pk: UUID) -> Any:
    return get_object_or_404(desk.model, pk=pk)


def _frame(request: HttpRequest, desk: Desk) -> dict[str, Any]:
    """The queue beside every request."""
    form = FilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    show, right = wanted.get("show") or "open", wanted.get("right") or ""
    for_leads = isinstance(desk, OrganisationDesk)
    return {
        "rows": desks.queue(desk, show=show, right=right),
        "counts": desks.counts(desk.model),
        "handled": desks.handled(desk.model),
        "filters": desks.filters(desk, show, right),
        "show": show,
        "today": timezone.localdate(),
        "may_act": desk.may_decide,
        "desk_url": desk.url("desk"),
        "new_url": desk.url("new") if for_leads and desk.may_decide else "",
        "settings_url": desk.url("settings") if for_leads and desk.may_decide else "",
    }


def _detail(
    request: HttpRequest,
    desk: Desk,
    case: AnyRequest,
    *,
    decision: DecisionForm | None = None,
    data: Found | None = None,
    status: int = 200,
    **forms: Any,
) -> HttpResponse:
    data = data or found(case)
    form = decision or _decision_form(case, data)
    row = desks.row_of(case, timezone.localdate(), desk)
    context = {
        "case": case,
        "row": row,
        "person": person_of(case),
        "wish": wish_of(case),
        "identity_label": IdentityMethod(case.identity_method).label if case.identity_method else "",
        "extension_label": ExtensionReason(case.extension_reason).label if case.extension_reason else "",
        "heading": desks.heading(case, row.name),
        "article": desks.ARTICLES[case.right],
        "progress": desks.progress(case),
        "progress_labels": desks.progress_labels(),
        "urls": addresses(desk, case),
        "letter": _preview(case, form),
        "decisions": _decisions(case),
        "duplicate_of": desks.earlier_of(case).first(),
        "outstanding": cases.recipients_outstanding(case),
        "certificate_url": certificate_link(case.pk, of=desk.of),
        "timeline": desks.timeline(case),
        "extension_form": forms.get("extension") or ExtendForm(),
        "proof_form": forms.get("proof") or ProofForm(),
        "kind_form": forms.get("kind") or ReclassifyForm(initial={"right": case.right}),
    }
    context |= _frame(request, desk) | _deciding(request, desk, case, data, form)
    return render(request, "privacy/desk/request.html", context, status=status)


def _deciding(
    request: HttpRequest, desk: Desk, case: AnyRequest, data: Found, form: DecisionForm
) -> dict[str, Any]:
    """What was found beside the fields in which it is decided, and what may be done now."""
    known = {group.name: group for group in data.groups}
    passed_on = isinstance(case, AccountRequest) and case.concerns == Concerns.LEADS
    return {
        "found": data,
        "form": form,
        "groups": [field | {"found": known.get(field["name"])} for field in form.rows],
        "may_decide": case.stage == Stage.OPEN and desk.may_decide and not passed_on,
        "passed_on": passed_on,
        "may_prove": not passed_on,
        "by_hand": case.stage == Stage.IN_PROGRESS and not carrying_out.is_known(case.right, of=desk.of),
        "may_extend": case.stage in _UNDECIDED
        and not case.extended_until
        and timezone.localdate() <= case.statutory_on,
        "step_up_url": ""
        if recently_confirmed(request)
        else with_next("accounts:step-up", desk.url("request", pk=case.pk)),
    }


def _decisions(case: AnyRequest) -> list[dict[str, Any]]:
    """What was decided, in words."""
    return [
        {
            "label": letters.group_label(each.group) if each.group != EVERYTHING else _("Everything"),
            "outcome": OUTCOME_LABELS[Outcome(each.outcome)],
            "ground": GROUNDS[case.right].get(each.ground, ""),
            "until": each.until_day,
        }
        for each in decided(case.decisions)
    ]


def _decision_form(case: AnyRequest, data: Found, posted: Any = None) -> DecisionForm:
    groups = [(group.name, group.label) for group in data.groups] or [(EVERYTHING, _("Everything"))]
    return DecisionForm(posted, right=case.right, groups=groups)


def _preview(case: AnyRequest, form: DecisionForm) -> letters.Letter:
    """The answer with the decisions that were taken, or else with those on the page."""
    if case.decisions:
        return letters.answer_sent(case) or letters.answer(case, Carried())
    return letters.draft(case, form.so_far(), remark=str(form["remark"].value() or ""))
