"""Requests as text: UTF-8, whatever their headers claim, and never an error before anyone can answer it."""

from typing import Any

from django.core.exceptions import BadRequest
from django.core.handlers.wsgi import WSGIRequest, get_bytes_from_wsgi
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.http import parse_header_parameters

_UTF_8 = {"utf-8", "utf8"}


class Request(WSGIRequest):
    """Django's own reads addresses and bodies in any encoding of Python's that a client names.

    Some of those are no encodings of text, or refuse to decode; Django reads the address while it makes the
    request, so that such an error would escape every middleware.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            kind, parameters = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except (ValueError, LookupError):
            kind, parameters = "", {}
        self.content_type, self.content_params = kind, parameters
        self._encoding = parameters.get("charset")

    @cached_property
    def GET(self) -> QueryDict:  # type: ignore[override]  # noqa: N802  its name in Django
        """A charset is said of the body; an address has none but UTF-8."""
        return QueryDict(get_bytes_from_wsgi(self.environ, "QUERY_STRING", ""), encoding="utf-8")

    def _load_post_and_files(self) -> None:
        if (self.encoding or "utf-8").lower() not in _UTF_8:
            self._mark_post_parse_error()  # type: ignore[attr-defined]
            raise BadRequest("A form is written in UTF-8.")
        try:
            super()._load_post_and_files()
        except LookupError:
            self._mark_post_parse_error()  # type: ignore[attr-defined]
            raise BadRequest("A part of the form names an unknown encoding.") from None
