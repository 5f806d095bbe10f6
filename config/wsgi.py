"""The two web applications: everything, and only what visitors use.

Each runs in processes of its own, so that a slow sign-in never delays a lead.
"""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

from config.stack import is_public

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

StartResponse = Callable[..., Any]

application = get_wsgi_application()


def public(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """The visitor's pages and the embed; any other address is unknown here."""
    path = environ.get("PATH_INFO", "")
    if is_public(path) or path.startswith("/static/"):
        return application(environ, start_response)
    start_response(
        "404 Not Found",
        [("Content-Type", "text/plain; charset=utf-8"), ("X-Content-Type-Options", "nosniff")],
    )
    return [b"Not found\n"]
