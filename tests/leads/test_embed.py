"""The one script that a customer's site includes."""

import gzip

import pytest
from django.test import Client

from leads import embed

pytestmark = pytest.mark.skipif(embed._path() is None, reason="the front end is not built: make assets")


def test_script_may_be_loaded_by_other_sites() -> None:
    response = Client().get("/e/v1.js")

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "max-age=3600" in response.headers["Cache-Control"]
    assert not response.cookies


def test_script_is_not_sent_twice() -> None:
    etag = Client().get("/e/v1.js").headers["ETag"]

    response = Client().get("/e/v1.js", headers={"If-None-Match": f'W/"x", {etag}'})

    assert (response.status_code, response.content) == (304, b"")


def test_script_is_small_and_keeps_its_names_to_itself() -> None:
    body = Client().get("/e/v1.js").content

    assert len(gzip.compress(body)) < 1536
    assert body.strip().startswith(b"{")
