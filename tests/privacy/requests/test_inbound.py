"""Mail to privacy@ opens a request."""

import base64
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from django.core.checks import run_checks
from django.urls import reverse
from django.utils import timezone

from delivery.models import AccountMail
from organisations.models import Organisation
from privacy.models import AccountRequest, Channel, Concerns, PrivacyRequest, Right, Stage
from privacy.requests import inbound
from privacy.requests.sealed import person_of, wish_of
from tenancy.context import tenant
from tests.factories import IDENTITY
from tests.privacy.requests.conftest import letters_of, platform_letters

pytestmark = pytest.mark.django_db

SECRET = "a secret of the provider and us"


@pytest.fixture(autouse=True)
def provider(settings):
    settings.INBOUND_MAIL_SECRET = SECRET


def mail(**changes):
    """A mail as Postmark posts it."""
    return {
        "FromName": "Sanne de Vries",
        "FromFull": {"Email": "sanne@example.org", "Name": "Sanne de Vries", "MailboxHash": ""},
        "To": "privacy@opmaat.example",
        "MailboxHash": "",
        "MessageID": "22c74902-a0c1-4511-804f-341342852c90",
        "Subject": "Mijn gegevens",
        "TextBody": "Ik wil graag dat jullie mijn gegevens wissen.",
        "StrippedTextReply": "",
        "Date": format_datetime(timezone.now() - timedelta(hours=2)),
        "Headers": [{"Name": "X-Spam-Score", "Value": "-0.1"}],
        "Attachments": [],
    } | changes


def post(client, body, *, secret=SECRET, user="postmark"):
    credentials = base64.b64encode(f"{user}:{secret}".encode()).decode()
    return client.post(
        reverse("door:inbound-mail"),
        body if isinstance(body, bytes) else json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Basic {credentials}"},
    )


@pytest.mark.promise("H34")
def test_a_mail_opens_a_request_with_the_time_at_which_it_came_and_is_acknowledged(client):
    sent = (timezone.now() - timedelta(hours=2)).replace(microsecond=0)

    response = post(client, mail(Date=format_datetime(sent)))

    request = AccountRequest.objects.get()
    assert response.json() == {"opened": True}
    assert (request.channel, request.right, request.received_at) == (Channel.MAIL, Right.ERASURE, sent)
    assert (request.stage, request.concerns) == (Stage.AWAITING_IDENTITY, Concerns.LEADS)
    assert person_of(request).email == "sanne@example.org"
    [letter] = platform_letters()
    assert letter.subject.startswith("We hebben je privacyverzoek")


def test_a_mail_to_an_organisations_own_address_is_its_request(client, controller):
    post(client, mail(MailboxHash=controller.slug))

    with tenant(controller.pk):
        request = PrivacyRequest.objects.get()
        assert wish_of(request)["text"].startswith("Mijn gegevens\n\nIk wil")
    assert len(letters_of(controller)) == 1


def test_the_same_mail_delivered_twice_opens_one_request(client):
    for _ in range(2):
        assert post(client, mail()).status_code == 200

    assert AccountRequest.objects.count() == 1
    assert AccountMail.objects.count() == 1


def test_two_mails_open_two_requests(client):
    post(client, mail())
    post(client, mail(MessageID="another"))

    assert AccountRequest.objects.count() == 2


@pytest.mark.promise("D19")
def test_attachments_are_never_kept(client):
    passport = base64.b64encode(b"PASSPORT-OF-SANNE").decode()
    attachment = {"Name": "paspoort.jpg", "Content": passport, "ContentType": "image/jpeg"}

    post(client, mail(Attachments=[attachment]))

    request = AccountRequest.objects.get()
    kept = json.dumps([wish_of(request), person_of(request).name, person_of(request).contact])
    assert "paspoort" not in kept
    assert passport not in kept


@pytest.mark.parametrize(("secret", "user"), [("wrong", "postmark"), (SECRET, "root"), ("", "")])
def test_who_is_not_the_provider_opens_nothing(client, secret, user):
    response = post(client, mail(), secret=secret, user=user)

    assert response.status_code == 401
    assert AccountRequest.objects.count() == 0


def test_without_a_secret_there_is_no_such_page(client, settings):
    settings.INBOUND_MAIL_SECRET = ""

    assert post(client, mail(), secret="").status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", "body"),
        (b"\xff\xfe", "body"),
        (b"[" * 100_000, "body"),
        (b"[]", "body"),
        (b'"mail"', "body"),
        (mail(MessageID=""), "MessageID"),
        (mail(MessageID=7), "MessageID"),
        (mail(FromFull={"Email": "nobody"}), "From"),
        (mail(FromFull={"Email": 7}), "FromFull"),
        (mail(FromFull=None), "From"),
        (mail(Subject=["a"]), "Subject"),
        (mail(TextBody={"a": 1}), "TextBody"),
        (mail(Headers="x"), "Headers"),
        (mail(MailboxHash=[1]), "MailboxHash"),
    ],
)
def test_what_is_no_mail_is_refused_by_the_name_of_its_field(client, body, field):
    response = post(client, body)

    assert (response.status_code, response.json()["field"]) == (422, field)


@pytest.mark.parametrize(
    "date", ["", "yesterday", "Fri, 01 Jan 2999 10:00:00 +0000", "1 Jan 2001 10:00:00 +0000"]
)
def test_a_date_that_cannot_be_believed_is_now(client, date):
    before = datetime.now(UTC)

    post(client, mail(Date=date))

    assert AccountRequest.objects.get().received_at >= before


@pytest.mark.parametrize(
    "headers",
    [
        [{"Name": "Auto-Submitted", "Value": "auto-replied"}],
        [{"Name": "Precedence", "Value": "bulk"}],
    ],
)
def test_a_machine_gets_no_answer(client, headers):
    response = post(client, mail(Headers=headers))

    assert response.json() == {"opened": False}
    assert (AccountRequest.objects.count(), AccountMail.objects.count()) == (0, 0)


def test_a_hook_may_take_a_mail_for_itself(client, monkeypatch):
    taken = []
    monkeypatch.setattr(inbound, "_hooks", [])

    @inbound.handles_mail
    def unsubscribe(received):
        taken.append(received.mailbox)
        return received.mailbox.startswith("unsubscribe")

    post(client, mail(MailboxHash="unsubscribe-1"))
    post(client, mail())

    assert taken == ["unsubscribe-1", ""]
    assert AccountRequest.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "right", "language"),
    [
        ("Bonjour, je voudrais effacer mes données. Merci", Right.ERASURE, "fr"),
        ("Ik wil de gegevens zien die jullie van mij hebben", Right.ACCESS, "nl"),
        ("Please correct my address", Right.RECTIFICATION, "en"),
        ("I wish to see what you have of me, please", Right.ACCESS, "en"),
        ("A subject access request, with unlimited thanks to you", Right.ACCESS, "en"),
        ("Likewise the data that you have, please", Right.ACCESS, "en"),
        ("???", Right.ACCESS, ""),
    ],
)
def test_a_mail_is_sorted_until_an_officer_reads_it(text, right, language):
    assert (inbound.right_of(text), inbound.language_of(text)) == (right, language)


def test_nothing_of_a_mail_is_in_the_record_of_it(client, capsys):
    post(client, mail(Subject="CANARY-SUBJECT"))

    out = capsys.readouterr().out
    assert "CANARY" not in out
    assert "sanne" not in out


@pytest.mark.promise("E21")
@pytest.mark.parametrize("name", ["PRIVACY_CONTACT_NAME", "PRIVACY_CONTACT"])
def test_a_deployment_without_somebody_to_write_to_is_refused(settings, name):
    setattr(settings, name, " ")

    found = run_checks(tags=["privacy"], include_deployment_checks=True)

    assert [message.id for message in found] == ["privacy.E021"]


def test_mails_that_say_they_are_older_bomb_nobody(client):
    """When a mail was sent is what it says of itself; how many letters an address gets is not up to it."""
    long_ago = format_datetime(timezone.now() - timedelta(days=2))

    for number in range(8):
        post(client, mail(MessageID=str(number), Date=long_ago))

    assert AccountRequest.objects.count() == 8
    assert AccountMail.objects.count() == 3


def test_mails_to_every_organisation_together_bomb_nobody(client, controller, globex):
    Organisation.objects.filter(pk=globex.pk).update(**IDENTITY)

    for number in range(4):
        for box in ("", controller.slug, globex.slug):
            post(client, mail(MessageID=f"{box}{number}", MailboxHash=box))

    sent = AccountMail.objects.count() + len(letters_of(controller)) + len(letters_of(globex))
    assert sent == 5


def test_letters_go_to_the_address_by_which_the_person_is_found(client):
    """Another spelling of it may be somebody else's mailbox."""
    post(client, mail(FromFull={"Email": "\u017fanne@Example.org", "Name": "S"}))

    assert person_of(AccountRequest.objects.get()).email == "sanne@example.org"


@pytest.mark.parametrize(
    "changed",
    [
        {"FromFull": {"Email": "sanne@example.org", "Name": "\ud800 Sanne \x00"}},
        {"FromFull": {"Email": "sanne@example.org\ud800", "Name": ""}},
        {"FromFull": {"Email": "sanne@example.org", "Name": "x" * 2_000_000}},
        {"FromFull": None, "From": "(" * 100_000},
        {"Subject": "\ud83d" * 9000, "TextBody": "\x00\ud800"},
        {"Date": "Fri, 01 Jan 0001 00:00:00 +2359"},
        {"Date": "Fri, 31 Dec 9999 23:59:59 -2359"},
        {"Date": "1 " * 50_000},
        {"Date": "Mon, 1 Jan 99999999999999999999 10:00:00 +0000"},
        {"Headers": [None, 7, {"Name": None}, {"Name": {"a": 1}, "Value": []}]},
        {"MailboxHash": "acme\x00"},
        {"MessageID": "\ud800"},
    ],
)
def test_no_mail_whatever_is_in_it_is_our_failure(client, changed):
    assert post(client, mail(**changed)).status_code in (200, 422)
