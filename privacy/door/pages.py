"""The pages of the door, in the frame that every page for a person without an account has."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from organisations import person_pages
from organisations.models import Organisation


def render(
    template: str,
    context: dict[str, Any] | None = None,
    *,
    organisation: Organisation | None = None,
    query: str = "",
    status: int = 200,
) -> HttpResponse:
    """A page of the door, under an organisation's name where it is about one."""
    return person_pages.render(
        f"privacy/door/{template}", context, organisation=organisation, query=query, status=status
    )


def link_ended() -> HttpResponse:
    """The same for a token that was used, ran out, or never was."""
    return render("ended.html", status=404)
