"""Mail by Postmark: the one place that speaks to it.

postmarker's own Django backend drops custom headers and knows no time limit; its client does.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import requests
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from postmarker.core import PostmarkClient

from delivery.mail import REFERENCE_HEADER, NotSent, RecipientRefused
from privacy.companies import NotEngaged, require_engaged

TIMEOUT_SECONDS = 10
#: 300: no valid address; 406: the recipient is inactive (bounced, complained, opted out).
REFUSED = {300, 406}
#: The one thing beside address and contents that Postmark gets: our random row id, to ask for it later.
REFERENCE = "mail"


class Unanswered(Exception):
    """Postmark failed in a way that does not tell whether it had accepted the mail."""


class PostmarkBackend(BaseEmailBackend):
    """Django's e-mail backend over Postmark's API."""

    #: Postmark's search shows a message some minutes after it was accepted.
    search_lag = timedelta(minutes=5)

    def __init__(self, fail_silently: bool = False, **kwargs: Any) -> None:
        super().__init__(fail_silently=fail_silently)
        self.client = _Client(
            server_token=settings.POSTMARK_SERVER_TOKEN,
            timeout=TIMEOUT_SECONDS,
            max_retries=0,
            root_api_url=settings.POSTMARK_API_URL,
        )

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        self._require_a_contract()
        for message in email_messages:
            message.provider_message_id = self._send(message)  # type: ignore[attr-defined]
        return len(email_messages)

    def _require_a_contract(self) -> None:
        """Nothing leaves for a company that is not in the register with its contract (Art. 28 GDPR)."""
        try:
            require_engaged(settings.POSTMARK_API_URL)
        except NotEngaged:
            raise NotSent("Postmark is not in the register of companies that work for us.") from None

    def find_sent(self, reference: str) -> str:
        """Postmark's id of the message with our reference, or ''."""
        parameters = {"count": 1, "offset": 0, f"metadata_{REFERENCE}": reference}
        found = self.client.call("GET", "/messages/outbound", **parameters)["Messages"]
        return str(found[0]["MessageID"]) if found else ""

    def _send(self, message: EmailMessage) -> str:
        try:
            answer = self.client.emails.Email(**_fields(message)).send()
        except requests.ConnectTimeout:
            raise NotSent("Postmark could not be reached.") from None
        return str(answer["MessageID"])


class _Client(PostmarkClient):
    """postmarker's client, with errors that say what became of the mail and quote nothing of it."""

    def check_response(self, response: requests.Response) -> None:
        """Raise RecipientRefused or NotSent where the answer says so, Unanswered where it does not."""
        if response.ok:
            return
        code = _error_code(response)
        if code in REFUSED:
            raise RecipientRefused("Postmark does not deliver to this address.")
        if response.status_code < 500:
            raise NotSent(f"Postmark answered with status {response.status_code} and error {code}.")
        raise Unanswered(f"Postmark answered with status {response.status_code}.")


class NotAsked(Exception):
    """Postmark did not take a request about the account; its answer is not quoted."""


def account_call(method: str, path: str, *, json: dict[str, Any] | None = None) -> dict[str, Any]:
    """Ask something that concerns the whole account, with the account's own token. Raises NotAsked."""
    response = requests.request(
        method,
        f"{settings.POSTMARK_API_URL}{path}",
        headers={"X-Postmark-Account-Token": settings.POSTMARK_ACCOUNT_TOKEN},
        json=json,
        timeout=TIMEOUT_SECONDS,
        allow_redirects=False,
    )
    if not response.ok:
        raise NotAsked(f"Postmark answered with status {response.status_code}.")
    return response.json()


def _error_code(response: requests.Response) -> int:
    try:
        return int(response.json()["ErrorCode"])
    except (ValueError, KeyError, TypeError):
        return 0


def _fields(message: EmailMessage) -> dict[str, Any]:
    headers = dict(message.extra_headers)
    reference = headers.pop(REFERENCE_HEADER, "")
    alternatives = getattr(message, "alternatives", [])
    return {
        "From": message.from_email,
        "To": message.to,
        "Cc": message.cc or None,
        "Bcc": message.bcc or None,
        "Subject": message.subject,
        "TextBody": message.body,
        "HtmlBody": next((part[0] for part in alternatives if part[1] == "text/html"), None),
        "ReplyTo": ",".join(message.reply_to) or None,
        "Headers": headers,
        "Metadata": {REFERENCE: reference} if reference else None,
        "TrackOpens": False,
        "TrackLinks": "None",
        "Attachments": [],
    }
