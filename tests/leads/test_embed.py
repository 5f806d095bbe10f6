"""The scripts that a customer's site includes."""

import gzip
import re
from pathlib import Path

import pytest
from django.test import Client

from configurators.compiled import canonical_json
from configurators.compiling import compile_definition
from configurators.drafts import STARTERS, starter
from configurators.playable import playable
from leads import embed

pytestmark = pytest.mark.skipif(embed._path() is None, reason="the front end is not built: make assets")


FRAME, ELEMENT = "/e/v1.js", "/e/v1/element.js"


@pytest.mark.parametrize("address", [FRAME, ELEMENT])
def test_script_may_be_loaded_by_other_sites(address: str) -> None:
    response = Client().get(address)

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "max-age=3600" in response.headers["Cache-Control"]
    assert not response.cookies


@pytest.mark.parametrize("address", [FRAME, ELEMENT])
def test_script_is_not_sent_twice(address: str) -> None:
    etag = Client().get(address).headers["ETag"]

    response = Client().get(address, headers={"If-None-Match": f'W/"x", {etag}'})

    assert (response.status_code, response.content) == (304, b"")


def test_script_is_small_and_keeps_its_names_to_itself() -> None:
    body = Client().get(FRAME).content

    assert len(gzip.compress(body)) < 1536
    assert body.strip().startswith(b"(()=>{")


def test_everything_that_the_element_loads_is_small() -> None:
    """Script, style and engine are this one file; only the page itself and its definition come besides."""
    body = Client().get(ELEMENT).content

    assert len(gzip.compress(body)) <= 25 * 1024
    assert b"import(" not in body


@pytest.mark.parametrize("name", STARTERS)
def test_what_the_element_reckons_with_is_small(name: str) -> None:
    compiled = compile_definition(starter(name, language="nl"))

    assert len(gzip.compress(canonical_json(playable(compiled, "nl")))) <= 15 * 1024


def test_the_style_of_the_element_hangs_on_nothing_of_its_host() -> None:
    """Neither on the size of letters of their root, nor on the width of their window."""
    style = Path(str(embed._path("element.css"))).read_text()

    assert re.findall(r"\d*\.?\d+rem\b|@font-face|html\b|:root|@media \((?:min|max)-width", style) == []
