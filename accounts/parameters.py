"""A parameter is one string in UTF-8. What comes twice, or in another encoding, is refused."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

_LONGEST_NAME = 60


def single_values(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 400, naming the field, when a parameter was sent more than once.

    A second value that one layer reads and another ignores is how reset mails were sent to strangers;
    other encodings can spell characters that cannot be stored.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if (request.encoding or "utf-8").lower() not in ("utf-8", "utf8"):
            return _refuse(request)
        for parameters in (request.GET, request.POST):
            for name, values in parameters.lists():
                if len(values) > 1:
                    return render(
                        request, "accounts/refused.html", {"field": name[:_LONGEST_NAME]}, status=400
                    )
        return view(request, *args, **kwargs)

    return wrapper


def _refuse(request: HttpRequest, field: str = "") -> HttpResponse:
    return render(request, "accounts/refused.html", {"field": field}, status=400)
