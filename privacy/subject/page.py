"""A copy as a page of its own, to be kept and read without us."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.translation import get_language

from privacy.subject.copy import Copy


def as_page(copy: Copy) -> bytes:
    return render_to_string("privacy/copy_alone.html", {"copy": copy, "language": get_language()}).encode()
