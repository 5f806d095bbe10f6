"""Who did what: the organisation's own record, to read and to take along."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.step_up import step_up_required
from audit import exporting
from audit.catalogue import ACTIONS
from audit.events import record as put_on_record
from organisations import record as records
from organisations.http import TenantRequest
from organisations.permissions import Permission, requires

_EVERYTHING = ("", _("Everything"))
_CLASSES = [_EVERYTHING, ("evidence", _("Evidence")), ("access", _("Access log"))]


def _is_platforms(action: str) -> bool:
    """What is only ever recorded on the platform: about accounts and roles there."""
    return action.startswith(("account.", "platform_role."))


class RecordForm(forms.Form):
    """What of the record is asked for."""

    kept = forms.ChoiceField(label=_("Class"), choices=_CLASSES, required=False)
    action = forms.ChoiceField(label=_("What"), required=False)
    person = forms.ChoiceField(label=_("Who"), required=False)
    before = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        actions = [(name, str(each.words)) for name, each in ACTIONS.items() if not _is_platforms(name)]
        actions.sort(key=lambda choice: choice[1])
        self.fields["action"].choices = [_EVERYTHING, *actions]  # type: ignore[attr-defined]
        everybody = [("", _("Everybody")), *((str(pk), name) for pk, name in people)]
        self.fields["person"].choices = everybody  # type: ignore[attr-defined]


@requires(Permission.AUDIT_VIEW)
@require_safe
@never_cache
def record(request: TenantRequest) -> HttpResponse:
    """The record, newest first, one keyset page at a time."""
    form = RecordForm(request.GET, people=records.people(request.organisation.pk))
    wanted = form.cleaned_data if form.is_valid() else {}
    page = records.page(**wanted) if form.is_valid() else records.Page([], None)
    kept = {name: value for name, value in wanted.items() if value and name != "before"}
    context = {
        "form": form,
        "page": page,
        "older": "?" + urlencode({**kept, "before": page.older}) if page.older else "",
        "is_filtered": bool(kept),
        "days": settings.RETENTION_ACCESS_LOG_DAYS,
    }
    return render(request, "organisations/record.html", context, status=400 if form.errors else 200)


@requires(Permission.AUDIT_VIEW)
@require_safe
@never_cache
@step_up_required
def record_export(request: TenantRequest) -> HttpResponseBase:
    """All of it as JSON lines with its chain, sent while it is read."""
    put_on_record("record.exported", actor_id=request.user.pk, kind="record", evidence=True)
    answer = StreamingHttpResponse(
        exporting.lines(request.organisation.pk), content_type="application/x-ndjson; charset=utf-8"
    )
    name = f"{request.organisation.slug}-record-{timezone.localdate()}.jsonl"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
