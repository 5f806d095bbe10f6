"""System check: every page of an organisation says which right opens it."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.urls import URLPattern, URLResolver, get_resolver

from organisations.permissions import Permission

PREFIX = "o/<slug:organisation>/"


@register("organisations")
def every_page_names_its_permission(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A view without ``@requires`` (organisations.E001), or open to strangers (E002)."""
    found: list[CheckMessage] = []
    for route, pattern in tenant_pages():
        if not isinstance(getattr(pattern.callback, "permission", None), Permission):
            found.append(
                Error(
                    f"/{route} does not say which permission opens it.",
                    hint="Decorate its view with @requires(Permission.X).",
                    id="organisations.E001",
                )
            )
        if not getattr(pattern.callback, "login_required", True):
            found.append(
                Error(
                    f"/{route} belongs to an organisation and is open without signing in.",
                    hint="Remove @login_not_required, or serve it outside /o/.",
                    id="organisations.E002",
                )
            )
    return found


def tenant_pages() -> Iterator[tuple[str, URLPattern]]:
    """Every route under ``/o/<slug>/`` with its pattern."""
    return (found for found in _routes(get_resolver(), "") if found[0].startswith("o/"))


def _routes(resolver: URLResolver, before: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern).removeprefix("^/")
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern, route)
        else:
            yield route, pattern
