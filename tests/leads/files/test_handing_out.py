"""Who gets a file that came with a request, and how."""

import io
import zipfile
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import PlatformRole
from audit.models import AccessEvent
from leads.models import FileState, Lead, LeadFile, Status
from leads.representation import documents
from leads.work import release
from organisations import support
from organisations.models import Membership
from organisations.permissions import Role
from privacy.subject.copy import copy_for_address
from privacy.subject.formats import as_zip
from tenancy.context import tenant
from tests.cast import Member
from tests.factories import make_file, make_lead, make_user, sign_in
from tests.leads.conftest import EMAIL, open_for_visitors
from tests.leads.files.giving import PDF, Giver, files_of, with_files

CONTENT = b"<script>a picture</script>"


@pytest.fixture
def lead(alice: Member) -> Lead:
    return make_lead(alice.organisation)


def download(member: Member, lead: Lead, file: LeadFile | UUID, *, slug: str = "") -> HttpResponse:
    client = Client()
    sign_in(client, member)
    key = file if isinstance(file, UUID) else file.pk
    where = {"organisation": slug or member.organisation.slug, "pk": lead.pk, "file": key}
    return client.get(reverse("leads:file", kwargs=where))


def shown(member: Member, lead: Lead) -> str:
    client = Client()
    sign_in(client, member)
    where = {"organisation": member.organisation.slug, "pk": lead.pk}
    return client.get(reverse("leads:detail", kwargs=where)).content.decode()


@pytest.mark.django_db
def test_a_colleague_downloads_it_and_never_sees_it_here(bob: Member, lead: Lead) -> None:
    file = make_file(lead, name="Gevel é.jpg", content=CONTENT)

    answer = download(bob, lead, file)

    assert (answer.status_code, answer.content) == (200, CONTENT)
    told = ("Content-Type", "X-Content-Type-Options", "Content-Security-Policy", "Cache-Control")
    assert [answer[name] for name in told] == [
        "application/octet-stream", "nosniff", "default-src 'none'; sandbox",
        "private, no-store, max-age=0, no-cache, must-revalidate",
    ]  # fmt: skip
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''Gevel%20%C3%A9.jpg"


@pytest.mark.django_db
def test_each_download_is_on_record(bob: Member, lead: Lead) -> None:
    file = make_file(lead)

    download(bob, lead, file)
    download(bob, lead, file)

    with tenant(lead.organisation_id):
        acts = AccessEvent.objects.filter(action="lead.file_downloaded")
        assert list(acts.values_list("actor_id", "object_id")) == [(bob.user.pk, lead.pk)] * 2


@pytest.mark.django_db
def test_charlie_gets_none_of_it(charlie: Member, alice: Member, lead: Lead) -> None:
    file = make_file(lead)

    own = download(charlie, lead, file)
    theirs = download(charlie, lead, file, slug=alice.organisation.slug)

    assert (own.status_code, theirs.status_code) == (404, 404)


@pytest.mark.django_db
def test_a_file_belongs_to_its_request(alice: Member, lead: Lead) -> None:
    file, other = make_file(lead), make_lead(alice.organisation, email="jan@example.org")

    assert download(alice, other, file).status_code == 404


@pytest.mark.django_db
def test_who_may_not_see_requests_gets_no_files(alice: Member, lead: Lead) -> None:
    file, user = make_file(lead), make_user(name="Erin")
    membership = Membership.objects.create(user=user, organisation=alice.organisation, role=Role.EDITOR)

    assert download(Member(user, alice.organisation, membership), lead, file).status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize(("unmasked", "status"), [(False, 404), (True, 200)])
def test_support_that_may_not_read_names_sees_none(
    alice: Member, lead: Lead, unmasked: bool, status: int
) -> None:
    file, sam = make_file(lead), make_user(name="Sam")
    PlatformRole.objects.create(user=sam, role=PlatformRole.Role.SUPPORT)
    wish = support.ask(organisation=alice.organisation, by=sam, reason="A question", may_change=False)
    with tenant(alice.organisation.pk):
        support.grant(wish, by=alice.membership, hours=1, may_change=False, unmasked=unmasked)

    assert download(Member(sam, alice.organisation, alice.membership), lead, file).status_code == status


@pytest.mark.django_db
def test_a_suspected_requests_files_wait_for_its_release(alice: Member) -> None:
    lead = make_lead(alice.organisation, status=Status.QUARANTINED)
    file = make_file(lead)

    before = download(alice, lead, file)
    with tenant(lead.organisation_id):
        release(lead, by=alice.user.pk)
    after = download(alice, lead, file)

    assert (before.status_code, after.status_code) == (404, 200)


@pytest.mark.django_db
@pytest.mark.parametrize("state", [FileState.WAITING, FileState.UNREADABLE])
def test_what_was_not_looked_at_is_not_handed_out(alice: Member, lead: Lead, state: FileState) -> None:
    file = make_file(lead)
    with tenant(lead.organisation_id):
        LeadFile.objects.update(state=state)

    assert download(alice, lead, file).status_code == 404


@pytest.mark.django_db
def test_a_restricted_requests_files_are_stored_and_nothing_else(alice: Member, lead: Lead) -> None:
    file = make_file(lead)
    with tenant(lead.organisation_id):
        Lead.objects.filter(pk=lead.pk).update(restricted_at=timezone.now())

    assert download(alice, lead, file).status_code == 404


def test_the_page_of_a_request_lists_its_files(alice: Member, transactional_db: None) -> None:
    visitor = Giver(open_for_visitors(alice, with_files()).public_key)
    visitor.send_with(sketch=[visitor.receipt(name="gevel.jpg"), visitor.receipt(PDF, name="plan.pdf")])
    with tenant(alice.organisation.pk):
        lead = Lead.objects.get()

    page = shown(alice, lead)

    [waits, ready] = files_of(alice.organisation.pk)
    assert ("gevel.jpg" in page, "plan.pdf" in page) == (True, True)
    assert (str(waits.pk) in page, str(ready.pk) in page) == (False, True)


def test_programs_read_which_files_there_are(alice: Member, transactional_db: None) -> None:
    visitor = Giver(open_for_visitors(alice, with_files()).public_key)
    visitor.send_with(paper=[visitor.receipt(PDF, question="paper", name="plan.pdf")])

    with tenant(alice.organisation.pk):
        [document] = documents(list(Lead.objects.all()))

    assert document["files"] == [
        {"label": "Tekening", "name": "plan.pdf", "type": "application/pdf", "size": len(PDF)}
    ]


def test_the_person_has_it_in_the_copy_of_their_data(alice: Member, transactional_db: None) -> None:
    visitor = Giver(open_for_visitors(alice, with_files()).public_key)
    visitor.send_with(paper=[visitor.receipt(PDF, question="paper", name="plan.pdf")])

    with tenant(alice.organisation.pk):
        made = copy_for_address(EMAIL, list(Lead.objects.values_list("pk", flat=True)))
    with zipfile.ZipFile(io.BytesIO(as_zip(made, page=b""))) as archive:
        assert archive.read("files/1-plan.pdf") == PDF
