from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection
from django.utils import timezone

from delivery import mail
from delivery.drain import drain
from delivery.letters import BadAddress
from delivery.mail import open_letter, send_account_mail, send_tenant_mail
from delivery.mail_choices import addressee
from delivery.models import AccountMail, Job, MailState, SentMail, Suppression
from delivery.transactional import TRANSACTIONAL
from tenancy.context import tenant
from tenancy.ids import uuid7
from tenancy.keys import PLATFORM

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def texts(settings, tmp_path, monkeypatch):
    """A mail template of the tests' own."""
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "test.txt").write_text(
        "Subject: Hello {{ name }}\n\nDear {{ name }}, {{ question }}\n"
    )
    (tmp_path / "mail" / "plain.txt").write_text("Subject: Hello\n\nDear {{ name }}\n")
    (tmp_path / "mail" / "headless.txt").write_text("Dear {{ name }}\n")
    (tmp_path / "mail" / "test.html").write_text(
        "{% extends 'mail/_base.html' %}{% block content %}<h1>{{ name }}</h1>{% endblock %}"
    )
    (engine,) = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path, *engine["DIRS"]]}]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    monkeypatch.setitem(TRANSACTIONAL, "plain", "a template of the tests")


def to_account(**changes):
    return send_account_mail(
        **{
            "user_id": None,
            "to": "dana@example.org",
            "template": "test",
            "context": {"name": "Dana", "question": "1 < 2 & 3?"},
            "language": "en",
            **changes,
        }
    )


def to_lead(**changes):
    return send_tenant_mail(
        **{
            "to": "erin@example.org",
            "template": "plain",
            "context": {"name": "Erin"},
            "language": "nl",
            "lead_id": None,
            "purpose": "lead_confirmation",
            **changes,
        }
    )


def parts(message: EmailMessage) -> list[tuple[str, str]]:
    """The alternatives to a message's text."""
    assert isinstance(message, EmailMultiAlternatives)
    return [(str(part[0]), str(part[1])) for part in message.alternatives]


def state_of(sent) -> str:
    sent.refresh_from_db()
    return sent.state


def test_a_mail_of_the_platform_is_recorded_and_sent_by_a_job():
    sent = to_account()

    assert (sent.state, len(outbox.outbox)) == (MailState.WAITING, 0)
    drain()
    (message,) = outbox.outbox
    assert (message.subject, message.body, message.to) == (
        "Hello Dana",
        "Dear Dana, 1 < 2 & 3?\n",
        ["dana@example.org"],
    )
    assert (state_of(sent), sent.sent_at is not None) == (MailState.SENT, True)


def test_html_carries_its_styles_in_its_elements_and_escapes_values():
    to_account(context={"name": "<b>Dana</b>", "question": ""})
    drain()

    ((html, kind),) = parts(outbox.outbox[0])
    assert kind == "text/html"
    assert '<h1 style="' in html
    assert "&lt;b&gt;Dana" in html


def test_a_mail_without_html_template_is_plain_text(acme):
    with tenant(acme.pk):
        to_lead()
    drain()

    assert parts(outbox.outbox[0]) == []


@pytest.mark.promise("E7")
def test_address_and_contents_are_sealed(acme):
    with tenant(acme.pk):
        sent = to_lead()
        with connection.cursor() as cursor:
            cursor.execute("SELECT t::text FROM delivery_sentmail t")
            row = cursor.fetchone()[0]

    assert not any(value.encode().hex() in row or value in row for value in ("erin@example.org", "Erin"))
    with tenant(acme.pk):
        assert open_letter(sent, acme.pk).text == "Dear Erin\n"


def test_a_job_carries_no_address(acme):
    with tenant(acme.pk):
        sent = to_lead()

    assert Job.objects.get().ids == {"mail": str(sent.id)}


@pytest.mark.parametrize(
    "name", ["Dana\r\nBcc: mallory@example.com", "Dana\x00\x0b\u2028X", "Dana\u202egpj.exe", "\x85Dana"]
)
def test_no_value_adds_a_header_or_a_line_to_the_subject(name):
    to_account(context={"name": name})
    drain()

    (message,) = outbox.outbox
    assert message.recipients() == ["dana@example.org"]
    assert message.message()["Bcc"] is None
    assert message.subject.isprintable()


@pytest.mark.parametrize(
    "to", ["", "nobody", "a@example.org\nBcc: b@example.org", "a@example.org, b@example.org", "a@b\x00.org"]
)
def test_what_is_no_single_address_is_refused_without_quoting_it(to):
    with pytest.raises(BadAddress) as refusal:
        to_account(to=to)

    assert (AccountMail.objects.count(), Job.objects.count()) == (0, 0)
    assert not to or to not in str(refusal.value)


def test_answers_go_where_the_organisation_wants_them_from_our_own_address(acme, settings):
    settings.DEFAULT_FROM_EMAIL = "Opmaat <post@opmaat.example>"
    with tenant(acme.pk):
        to_lead(reply_to="sales@example.com", sender_name="Acme, Ltd\r\nBcc: x@example.org")
    drain()

    (message,) = outbox.outbox
    assert message.from_email == '"Acme, Ltd Bcc: x@example.org" <post@opmaat.example>'
    assert message.reply_to == ["sales@example.com"]


def test_a_template_without_subject_is_a_mistake():
    with pytest.raises(ValueError):
        to_account(template="headless")


def test_no_mail_is_kept_longer_than_two_years(acme, settings):
    with tenant(acme.pk):
        sent = to_lead()

    assert sent.purge_after - sent.created_at == timedelta(days=settings.RETENTION_MAIL_DAYS)


def test_a_mail_that_has_gone_needs_no_sending():
    to_account().delete()

    assert drain() == 1
    assert outbox.outbox == []


def test_a_mail_that_answers_somebody_is_sent_to_a_suppressed_address(acme):
    with tenant(acme.pk):
        mail.suppress("Erin@example.org", topic="news", reason="unsubscribed")
        sent = to_lead()

    assert sent.state == MailState.WAITING


@pytest.mark.promise("D6")
def test_a_mail_with_a_topic_is_not_sent_to_who_refused_it(acme, globex):
    for organisation in (acme, globex):
        with tenant(organisation.pk):
            if organisation == acme:
                mail.suppress("Erin@example.org ", topic="news", reason="unsubscribed")
            to_lead(topic="news", consent_id=uuid7())
    drain()

    with tenant(acme.pk):
        assert list(SentMail.objects.values_list("state", flat=True)) == [MailState.SUPPRESSED]
    with tenant(globex.pk):
        assert list(SentMail.objects.values_list("state", flat=True)) == [MailState.SENT]


@pytest.mark.promise("D6")
def test_a_mail_with_a_topic_ends_with_the_way_to_refuse_and_carries_the_one_click(acme):
    with tenant(acme.pk):
        to_lead(topic="news", consent_id=uuid7())
    drain()

    [sent] = outbox.outbox
    url = sent.extra_headers["List-Unsubscribe"].strip("<>")
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sent.body.rstrip().endswith(url)
    assert addressee(url.split("/")[-2]).organisation_id == acme.pk


def test_a_mail_that_answers_somebody_has_nothing_to_refuse(acme):
    with tenant(acme.pk):
        to_lead()
    drain()

    [sent] = outbox.outbox
    assert [name for name in sent.extra_headers if name.startswith("List-")] == []
    assert "/privacy/mail/" not in sent.body


@pytest.mark.promise("E2", "H13")
def test_a_mail_with_a_topic_needs_a_consent(acme):
    with tenant(acme.pk), pytest.raises(mail.NoConsent):
        to_lead(topic="news")


# --- A provider that fails ----------------------------------------------------------------------


class Provider(BaseEmailBackend):
    """Fails as told; knows what it accepted."""

    error: Exception | None = None
    accepted: list = []
    search_lag = timedelta(minutes=5)

    def send_messages(self, messages):
        if isinstance(self.error, mail.RecipientRefused | mail.NotSent):
            raise self.error
        self.accepted.extend(message.extra_headers[mail.REFERENCE_HEADER] for message in messages)
        if self.error:
            raise self.error

    def find_sent(self, reference):
        return "found" if reference in self.accepted else ""


@pytest.fixture
def provider(settings, monkeypatch):
    settings.EMAIL_BACKEND = "tests.delivery.test_mail.Provider"
    monkeypatch.setattr(Provider, "accepted", [])
    monkeypatch.setattr(Provider, "error", None)
    return Provider


def drain_again() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE delivery_job SET due_at = now()")
    drain()


def test_an_answer_that_was_lost_sends_no_second_mail(provider):
    provider.error = TimeoutError("canary")
    sent = to_account()
    drain()
    assert state_of(sent) == MailState.SENDING

    provider.error = None
    drain_again()

    assert len(provider.accepted) == 1
    assert (state_of(sent), sent.provider_message_id) == (MailState.SENT, "found")


def test_a_mail_that_is_not_found_waits_until_that_means_something(provider):
    sent = to_account()
    AccountMail.objects.update(state=MailState.SENDING, asked_at=timezone.now())
    drain()
    assert (provider.accepted, state_of(sent)) == ([], MailState.SENDING)

    AccountMail.objects.update(asked_at=timezone.now() - timedelta(minutes=6))
    drain_again()

    assert (len(provider.accepted), state_of(sent)) == (1, MailState.SENT)


def test_a_provider_that_surely_did_not_accept_is_asked_again_at_once(provider):
    provider.error = mail.NotSent("429")
    sent = to_account()
    drain()
    assert state_of(sent) == MailState.WAITING

    provider.error = None
    drain_again()

    assert state_of(sent) == MailState.SENT


def test_a_refused_address_is_never_asked_again(acme, provider):
    provider.error = mail.RecipientRefused("406")
    with tenant(acme.pk):
        sent = to_lead()
    drain()

    with tenant(acme.pk):
        assert state_of(sent) == MailState.REFUSED
        assert list(Suppression.objects.values_list("topic", "reason")) == [("*", "refused_by_provider")]
    assert not Job.objects.exists()


def test_a_mail_of_the_platform_opens_under_its_own_keys():
    sent = to_account()

    assert open_letter(sent, PLATFORM).subject == "Hello Dana"
