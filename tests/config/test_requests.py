"""What a client may claim about its text, up to the web server's door."""

import io
from typing import Any

import pytest

from config.wsgi import application

#: Django looks after its connections around each request, also one that uses none.
pytestmark = pytest.mark.django_db

ODD = ["rot13", "hex", "idna", "undefined", "punycode", "unicode_escape", "nonsense"]


def status(path: str, *, method: str = "GET", body: bytes = b"", **environ: Any) -> str:
    answered: list[str] = []
    application(
        {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "HTTP_HOST": "localhost",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            **environ,
        },
        lambda line, headers: answered.append(line[:3]),
    )
    return answered[0]


@pytest.mark.parametrize("charset", ODD)
def test_an_address_is_read_whatever_charset_the_body_claims(charset: str) -> None:
    kind = f"text/plain; charset={charset}"

    assert status("/livez", QUERY_STRING="next=%41%ff=\xff", CONTENT_TYPE=kind) == "200"


@pytest.mark.parametrize(
    "kind", ["text/plain; a*=nonsense''%41", "multipart/form-data; boundary*=rot13''%41"]
)
def test_a_content_type_that_cannot_be_read_is_none(kind: str) -> None:
    assert status("/livez", CONTENT_TYPE=kind) == "200"


@pytest.mark.parametrize("charset", [*ODD, "utf-16"])
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_a_form_in_another_charset_is_refused(kind: str, charset: str) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\n\xff\r\n--x--\r\n'

    found = status("/sign-in/", method="POST", body=body, CONTENT_TYPE=f"{kind}; charset={charset}", **CSRF)

    assert found == "400"


def test_too_many_parameters_are_an_error_of_the_client() -> None:
    query = "&".join(["a=1"] * 3000)

    assert status("/sign-in/", QUERY_STRING=query, CONTENT_TYPE="text/plain; charset=utf-8") == "400"


def test_a_body_of_any_size_stops_at_the_door() -> None:
    """A part that calls itself a file would go to disk without a limit, also a stranger's."""
    kind = "multipart/form-data; boundary=x"

    assert status("/sign-in/", method="POST", CONTENT_TYPE=kind, CONTENT_LENGTH=str(2**40)) == "413"


#: Brings a request past the first look of the CSRF check, to where its form is read.
CSRF = {"HTTP_COOKIE": "csrf=" + "a" * 32}
