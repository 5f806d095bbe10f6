"""The addresses of the API."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from audit.models import NoticeState, RecipientNotice
from audit.recipients import SETTLED, mark, record_disclosure
from delivery import webhooks
from leads import inbox
from leads.api import parameters, schemas
from leads.api.doors import ApiView
from leads.api.notices import RECIPIENT
from leads.models import Lead
from leads.representation import documents
from organisations.models import ApiKey, ApiScope
from tenancy.context import tenant


class Leads(ApiView):
    """Requests for an offer, newest first."""

    scope = ApiScope.LEADS_READ

    @extend_schema(
        operation_id="leads_list",
        parameters=schemas.LIST,
        responses={200: schemas.LeadPage, **schemas.ERRORS},
    )
    def get(self, request: Request) -> Response:
        given = request.query_params
        parameters.only_known(given, {"status", "since", "cursor", "limit"})
        wanted, size = _filtered(given), parameters.limit(given)
        with tenant(self.key.organisation_id):
            found = list(wanted[: size + 1])
            page = found[:size]
            served = documents(page)
            record_disclosure(RECIPIENT, recipient_id=self.key.pk, objects=[lead.pk for lead in page])
        return Response({"leads": served, "next": _next("api:leads", given, page, found)})


class OneLead(ApiView):
    """One request, by its identifier or its reference."""

    scope = ApiScope.LEADS_READ

    @extend_schema(operation_id="leads_read", responses={200: schemas.Lead, **schemas.ERRORS})
    def get(self, request: Request, lead: str) -> Response:
        parameters.only_known(request.query_params, set())
        with tenant(self.key.organisation_id):
            found = _by_id_or_reference(lead)
            if found is None:
                raise Http404
            [served] = documents([found])
            record_disclosure(RECIPIENT, recipient_id=self.key.pk, objects=[found.pk])
        return Response(served)


class Notices(ApiView):
    """Which leads that this key has read are to be erased, corrected or left alone: until confirmed."""

    scope = ApiScope.NOTICES

    @extend_schema(
        operation_id="erasures_list",
        parameters=schemas.PAGING,
        responses={200: schemas.NoticePage, **schemas.ERRORS},
    )
    def get(self, request: Request) -> Response:
        given = request.query_params
        parameters.only_known(given, {"cursor", "limit"})
        after, size = parameters.cursor(given), parameters.limit(given)
        with tenant(self.key.organisation_id):
            open_ones = _notices_of(self.key).exclude(state__in=SETTLED).order_by("pk")
            found = list((open_ones.filter(pk__gt=after) if after else open_ones)[: size + 1])
            page = found[:size]
            for notice in page:
                if notice.state == NoticeState.PENDING:
                    mark(notice.pk, NoticeState.SENT, receipt=f"api_key:{self.key.pk}")
        return Response(
            {"notices": [_notice(n) for n in page], "next": _next("api:erasures", given, page, found)}
        )


class Acknowledgement(ApiView):
    """A program says that it did what a notice asks. Saying it twice is once."""

    scope = ApiScope.NOTICES

    @extend_schema(
        operation_id="notices_acknowledge",
        request=None,
        responses={200: schemas.Acknowledged, **schemas.ERRORS},
    )
    def post(self, request: Request, notice: UUID) -> Response:
        parameters.only_known(request.query_params, set())
        with tenant(self.key.organisation_id):
            found = (_notices_of(self.key) | _webhook_notices()).filter(pk=notice).first()
            if found is None:
                raise Http404
            if found.state not in SETTLED:
                mark(found.pk, NoticeState.CONFIRMED, receipt=f"api_key:{self.key.pk}")
        return Response({"id": str(notice), "state": "confirmed"})


def _filtered(given: Any) -> QuerySet[Lead]:
    leads = inbox.received().order_by("-pk")
    if status := parameters.status(given):
        leads = leads.filter(status=status)
    if since := parameters.since(given):
        leads = leads.filter(submitted_at__gte=since)
    if before := parameters.cursor(given):
        leads = leads.filter(pk__lt=before)
    return leads


def _by_id_or_reference(text: str) -> Lead | None:
    try:
        return inbox.received().filter(pk=UUID(text)).first()
    except ValueError:
        pass
    if "\x00" in text or len(text) > 16:
        return None
    return inbox.received().filter(reference=text).order_by("-pk").first()


def _next(name: str, given: Any, page: list[Any], found: list[Any]) -> str | None:
    """The address of the next page, with the filters of this one."""
    if len(found) == len(page):
        return None
    query = {**given.dict(), "cursor": str(page[-1].pk)}
    return f"{settings.SITE_URL}{reverse(name)}?{urlencode(query)}"


def _notices_of(key: ApiKey) -> QuerySet[RecipientNotice]:
    return RecipientNotice.objects.filter(recipient_kind=RECIPIENT, recipient_id=key.pk)


def _webhook_notices() -> QuerySet[RecipientNotice]:
    """A webhook's receiver may confirm here what it could not in its answer."""
    return RecipientNotice.objects.filter(recipient_kind=webhooks.RECIPIENT)


def _notice(notice: RecipientNotice) -> dict[str, Any]:
    return {
        "id": str(notice.pk),
        "event": notice.event,
        "leads": notice.object_ids,
        "created_at": notice.created_at.isoformat(),
        "deadline_at": notice.deadline_at.isoformat() if notice.deadline_at else None,
    }
