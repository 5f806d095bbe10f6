"""Errors as RFC 9457 has them: ``application/problem+json``, in the reader's language."""

import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions


class BadParameter(Exception):
    """A parameter that makes no sense; ``field`` names it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


def problem(
    status: int, detail: str, *, errors: Sequence[dict[str, str]] = (), headers: dict[str, str] | None = None
) -> HttpResponse:
    """One answer that says what is wrong, and with which parameter."""
    said: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors:
        said["errors"] = list(errors)
    body = json.dumps(said, ensure_ascii=False)
    return HttpResponse(body, status=status, content_type="application/problem+json", headers=headers)


def handle(error: Exception, context: Any) -> HttpResponse | None:
    """DRF's hook: every error that is the caller's becomes a problem; ours stay errors."""
    if isinstance(error, BadParameter):
        named = [{"field": error.field, "message": error.message}]
        return problem(400, _("A parameter is not right."), errors=named)
    if isinstance(error, Http404):
        return problem(404, _("There is nothing here."))
    if isinstance(error, BadRequest | exceptions.ParseError):
        return problem(400, _("This request cannot be read."))
    if isinstance(error, exceptions.APIException):
        return problem(error.status_code, _words(error), headers=_headers(error))
    return None


def _words(error: exceptions.APIException) -> str:
    known = {
        401: _("Send a key that is in force: “Authorization: Bearer opmaat_…”."),
        403: _("This key may not do this."),
        405: _("This address does not take this method."),
        406: _("The answer is JSON."),
        415: _("Send no body, or JSON."),
        429: _("Too many requests. Wait a moment."),
    }
    return known.get(error.status_code, _("This request cannot be answered."))


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    return headers
