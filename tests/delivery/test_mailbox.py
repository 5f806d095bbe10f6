import re

import pytest
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse

from delivery import mailbox
from delivery.mail import REFERENCE_HEADER
from delivery.mailbox import MailboxBackend
from delivery.models import MailboxMessage
from tenancy.ids import uuid7

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def enabled(settings):
    settings.MAILBOX_ENABLED = True


def deliver(to: str = "dana@example.org", **changes) -> mailbox.Delivered:
    message = EmailMultiAlternatives(
        **{
            "subject": "Confirm <b>",
            "body": "Open http://localhost:8000/verify/x?a=1&b=2",
            "from_email": "post@opmaat.example",
            "to": [to],
            **changes,
        }
    )
    message.attach_alternative(
        '<html><head></head><body style="color:red"><a href="/v">go</a></body></html>', "text/html"
    )
    MailboxBackend().send_messages([message])
    return mailbox.newest(limit=1)[0]


def test_the_newest_mail_comes_first(client):
    for number in range(3):
        deliver(subject=f"Mail {number}")

    page = client.get(reverse("mailbox:messages")).content.decode()

    assert re.findall(r"Mail \d", page) == ["Mail 2", "Mail 1", "Mail 0"]


def test_the_text_shows_its_links_and_nothing_unescaped(client):
    page = client.get(reverse("mailbox:message", args=[deliver().id])).content.decode()

    assert 'href="http://localhost:8000/verify/x?a=1&amp;b=2"' in page
    assert "<h1 class=" in page
    assert "Confirm &lt;b&gt;" in page


def test_mails_to_one_address_are_asked_for_by_post(client):
    deliver("dana@example.org", subject="For Dana")
    deliver("erin@example.org", subject="For Erin")

    page = client.post(reverse("mailbox:messages"), {"to": "Erin@Example.org"}).content.decode()

    assert re.findall(r"For \w+", page) == ["For Erin"]


@pytest.mark.parametrize("to", ["nobody", "\x00", "a@b", "x" * 5000])
def test_what_is_no_address_is_said_beside_the_field(client, to):
    response = client.post(reverse("mailbox:messages"), {"to": to})

    assert response.status_code == 422
    assert "to" in response.context["form"].errors


def test_an_empty_mailbox_says_so(client):
    assert "No mail yet" in client.get(reverse("mailbox:messages")).content.decode()


def test_programs_read_the_same(client):
    delivered = deliver()

    answer = client.get(reverse("mailbox:messages-json")).json()

    assert answer == {"messages": [delivered.as_json()]}
    assert set(answer["messages"][0]) == {"id", "to", "subject", "text", "html", "sent_at"}


def test_html_is_shown_without_inline_style_under_a_policy_of_its_own(client):
    delivered = deliver()

    page = client.get(reverse("mailbox:message-html", args=[delivered.id]))
    sheet = client.get(reverse("mailbox:message-css", args=[delivered.id]))

    assert "style=" not in page.content.decode().replace("data-style=", "")
    assert '<a target="_top" href="/v">' in page.content.decode()
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert "sandbox" in page.headers["Content-Security-Policy"]
    assert sheet.headers["Content-Type"] == "text/css; charset=utf-8"
    assert sheet.content.decode() == '[data-style="0"]{color:red}'


@pytest.mark.parametrize("name", ["messages", "messages-json", "message", "message-html", "message-css"])
def test_where_there_is_a_provider_there_is_no_mailbox(client, settings, name):
    settings.MAILBOX_ENABLED = False
    arguments = [deliver().id] if name.startswith("message-") or name == "message" else []

    assert client.get(reverse(f"mailbox:{name}", args=arguments)).status_code == 404


def test_an_unknown_message_is_not_found(client):
    assert client.get(reverse("mailbox:message", args=[uuid7()])).status_code == 404


def test_address_and_contents_are_stored_sealed():
    deliver()

    row = MailboxMessage.objects.get()
    assert b"dana" not in bytes(row.recipient) + bytes(row.content) + bytes(row.recipient_index)


def test_the_same_mail_handed_over_twice_arrives_once():
    reference = str(uuid7())
    for _ in range(2):
        deliver(headers={REFERENCE_HEADER: reference})

    assert MailboxMessage.objects.count() == 1
    assert MailboxBackend().find_sent(reference) == str(MailboxMessage.objects.get().id)
