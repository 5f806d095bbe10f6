import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import requests
from django.core.mail import EmailMultiAlternatives

from config.postmark import PostmarkBackend, Unanswered
from delivery.mail import REFERENCE_HEADER, NotSent, RecipientRefused


class StandInServer(HTTPServer):
    """Answers like Postmark, and keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), StandIn)
        self.asked: list[tuple[str, str | None, Any]] = []
        self.answer: tuple[int, Any] = (200, {"MessageID": "m-1", "ErrorCode": 0, "Message": "OK"})


class StandIn(BaseHTTPRequestHandler):
    server: StandInServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, self.headers["X-Postmark-Server-Token"], body))
        self._answer()

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers["X-Postmark-Server-Token"], None))
        self._answer()

    def _answer(self) -> None:
        status, body = self.server.answer
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *args) -> None:
        return None


@pytest.fixture
def postmark(settings):
    server = StandInServer()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    settings.POSTMARK_API_URL = f"http://127.0.0.1:{server.server_port}"
    settings.POSTMARK_SERVER_TOKEN = "token"
    yield server
    server.shutdown()
    server.server_close()


def message() -> EmailMultiAlternatives:
    made = EmailMultiAlternatives(
        subject="Hello",
        body="Text",
        from_email="Acme <post@opmaat.example>",
        to=["dana@example.org"],
        reply_to=["sales@example.com"],
        headers={REFERENCE_HEADER: "row-1", "List-Unsubscribe": "<https://opmaat.example/u/x>"},
    )
    made.attach_alternative("<p>Text</p>", "text/html")
    return made


@pytest.mark.promise("H16")
def test_postmark_gets_address_contents_and_our_reference_and_nothing_else(postmark):
    sent = message()
    PostmarkBackend().send_messages([sent])

    ((path, token, body),) = postmark.asked
    assert (path, token) == ("/email", "token")
    assert {key: value for key, value in body.items() if value not in (None, [], "")} == {
        "From": "Acme <post@opmaat.example>",
        "To": "dana@example.org",
        "ReplyTo": "sales@example.com",
        "Subject": "Hello",
        "TextBody": "Text",
        "HtmlBody": "<p>Text</p>",
        "Headers": [{"Name": "List-Unsubscribe", "Value": "<https://opmaat.example/u/x>"}],
        "Metadata": {"mail": "row-1"},
        "TrackOpens": False,
        "TrackLinks": "None",
    }
    assert sent.provider_message_id == "m-1"  # type: ignore[attr-defined]


def test_an_inactive_recipient_is_refused_for_good_without_quoting_it(postmark):
    postmark.answer = (422, {"ErrorCode": 406, "Message": "You tried to send to dana@example.org"})

    with pytest.raises(RecipientRefused) as refusal:
        PostmarkBackend().send_messages([message()])

    assert "dana" not in str(refusal.value)
    assert refusal.value.__context__ is None


@pytest.mark.parametrize("body", [{"ErrorCode": 429, "Message": "Slow down"}, "broken", [], {"Message": 1}])
def test_a_refusal_is_surely_not_sent(postmark, body):
    postmark.answer = (429, body)

    with pytest.raises(NotSent):
        PostmarkBackend().send_messages([message()])


@pytest.mark.parametrize("body", [{"ErrorCode": 100, "Message": "Maintenance"}, "broken"])
def test_a_failure_leaves_open_whether_it_was_sent(postmark, body):
    postmark.answer = (503, body)

    with pytest.raises(Unanswered):
        PostmarkBackend().send_messages([message()])


def test_a_mail_that_postmark_never_got_is_surely_not_sent(settings, monkeypatch):
    def time_out(*args, **kwargs):
        raise requests.ConnectTimeout("canary")

    monkeypatch.setattr("requests.Session.request", time_out)
    monkeypatch.setattr("config.postmark.require_engaged", lambda url: None)
    settings.POSTMARK_SERVER_TOKEN = "token"

    with pytest.raises(NotSent):
        PostmarkBackend().send_messages([message()])


def test_a_mail_is_found_by_our_reference(postmark):
    postmark.answer = (200, {"TotalCount": 1, "Messages": [{"MessageID": "m-1"}]})

    assert PostmarkBackend().find_sent("row-1") == "m-1"
    assert postmark.asked[0][0] == "/messages/outbound?count=1&offset=0&metadata_mail=row-1"


def test_a_mail_that_is_not_there_is_not_found(postmark):
    postmark.answer = (200, {"TotalCount": 0, "Messages": []})

    assert PostmarkBackend().find_sent("row-1") == ""
