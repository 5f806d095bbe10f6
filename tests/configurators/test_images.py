"""Images of an organisation's own: who adds them, how many are kept, when they go, and who never sees them."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from audit.models import AccessEvent, Event
from configurators.images import clearing
from configurators.images.keeping import ImageInUse, NoRoomForImages, keep_image, remove_image
from configurators.models import Configurator, Image, PlannedPublication
from configurators.publishing import CannotPublish, publish
from organisations.models import Organisation
from tenancy.context import tenant
from tests.cast import Member
from tests.configurators import photos
from tests.configurators.definitions import definition, group, option
from tests.factories import IDENTITY, sign_in

#: Nothing like it in the database but in a test.
ELSEWHERE = "f" * 64


def images_url(member: Member, rest: str = "") -> str:
    return f"/o/{member.organisation.slug}/configurators/images/{rest}"


def upload(client: Client, member: Member, data: bytes, kind: str = "image/jpeg") -> HttpResponse:
    return client.post(images_url(member), data, content_type=kind)


def keep(member: Member, data: bytes | None = None) -> Image:
    with tenant(member.organisation.pk):
        return keep_image(data or photos.jpeg(), by=member.user.pk)


def showing(image: Image) -> dict[str, Any]:
    """A definition with one option that has this image."""
    own = {"file": image.sha256, "width": image.width, "height": image.height, "alt": {"nl": "x", "en": "x"}}
    return definition(group("roof", "single", options=[option("opal", image=own)]), group("who", "contact"))


def make(member: Member, image: Image, *, live: bool = False) -> Configurator:
    Organisation.objects.filter(pk=member.organisation.pk).update(**IDENTITY)
    with tenant(member.organisation.pk):
        made = Configurator.objects.create(name="Roofs", draft=showing(image))
        if live:
            publish(made, by=member.user.pk)
    return made


def without_image(member: Member, configurator: Configurator, *, live: bool = False) -> None:
    plain = definition(group("roof", "single", options=[option("opal")]), group("who", "contact"))
    with tenant(member.organisation.pk):
        Configurator.objects.filter(pk=configurator.pk).update(draft=plain)
        if live:
            publish(Configurator.objects.get(pk=configurator.pk), by=member.user.pk)


def clear_in(member: Member, days: int) -> int:
    """What the clock removes after so many days."""
    with tenant(member.organisation.pk):
        clearing.clear()
        Image.objects.exclude(unused_since=None).update(unused_since=timezone.now() - timedelta(days=days))
        return clearing.clear()


def kept(member: Member) -> list[str]:
    with tenant(member.organisation.pk):
        return list(Image.objects.values_list("sha256", flat=True))


# --- Adding ---------------------------------------------------------------------------------------


def test_an_editor_adds_an_image(alice: Member, client: Client) -> None:
    sign_in(client, alice)

    answer = upload(client, alice, photos.photo(1600, 1000))

    [file] = kept(alice)
    assert (answer.status_code, answer.json()) == (201, {"file": file, "width": 1000, "height": 1600})
    picture = client.get(images_url(alice, f"{file}/1000/"))
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/webp")
    assert (picture["X-Content-Type-Options"], picture["Cache-Control"]) == (
        "nosniff", "private, max-age=31536000, immutable",
    )  # fmt: skip
    assert picture["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"


def test_adding_is_on_record_by_its_identifier_alone(alice: Member) -> None:
    image = keep(alice)

    with tenant(alice.organisation.pk):
        found = AccessEvent.objects.get(action="configurator.image_added")
    assert (found.actor_id, found.object_id, found.detail) == (alice.user.pk, image.pk, {})


def test_the_same_image_is_kept_once(alice: Member, client: Client) -> None:
    sign_in(client, alice)

    answers = [upload(client, alice, photos.jpeg()).json()["file"] for _ in range(2)]

    assert (answers[0] == answers[1], len(kept(alice))) == (True, 1)


@pytest.mark.parametrize(
    ("data", "kind", "status", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", 422, "svg"),
        (photos.with_zip(), "image/jpeg", 422, "mixed"),
        (photos.jpeg()[:1500], "image/jpeg", 422, "broken"),
        (photos.bomb(), "image/png", 422, "pixels"),
        (photos.moving("WEBP"), "image/webp", 422, "animated"),
        (b"hello", "text/plain", 422, "kind"),
    ],
)  # fmt: skip
def test_what_is_refused_is_said_and_nothing_is_kept(
    alice: Member, client: Client, data: bytes, kind: str, status: int, code: str
) -> None:
    sign_in(client, alice)

    answer = upload(client, alice, data, kind)

    assert (answer.status_code, answer.json()["code"], bool(answer.json()["message"])) == (status, code, True)
    assert kept(alice) == []


def test_a_file_may_be_larger_than_other_bodies(alice: Member, client: Client) -> None:
    sign_in(client, alice)
    data = photos.jpeg() + b"\0" * (3 * 1024 * 1024)

    assert upload(client, alice, data).status_code == 201
    assert upload(client, alice, data, "application/octet-stream").status_code == 413


def test_a_file_that_is_too_large_is_refused(alice: Member, client: Client) -> None:
    sign_in(client, alice)

    answer = upload(client, alice, photos.jpeg() + b"\0" * (8 * 1024 * 1024))

    assert (answer.status_code, kept(alice)) == (413, [])


def test_a_form_with_a_file_in_it_is_no_image(alice: Member, client: Client) -> None:
    sign_in(client, alice)
    boundary = 'multipart/form-data; boundary="b"'

    answer = upload(client, alice, b"--b\r\n" + b"x" * (3 * 1024 * 1024), boundary)

    assert answer.status_code == 413


def test_nobody_posts_for_somebody_else(alice: Member) -> None:
    careful = Client(enforce_csrf_checks=True)
    sign_in(careful, alice)

    assert (upload(careful, alice, photos.jpeg()).status_code, kept(alice)) == (403, [])


def test_so_many_are_kept_and_no_more(alice: Member, settings: Any) -> None:
    settings.IMAGES_PER_ORGANISATION = 1
    keep(alice)

    with pytest.raises(NoRoomForImages):
        keep(alice, photos.png(300, 200))
    assert keep(alice).sha256 == kept(alice)[0]  # the same one still is


def test_so_many_bytes_are_kept_and_no_more(alice: Member, settings: Any, client: Client) -> None:
    settings.IMAGE_MEGABYTES_PER_ORGANISATION = 0
    sign_in(client, alice)

    answer = upload(client, alice, photos.jpeg())

    assert (answer.status_code, answer.json()["code"], kept(alice)) == (409, "room", [])


def test_what_there_is_is_listed_newest_first(alice: Member, client: Client) -> None:
    first, second = keep(alice), keep(alice, photos.png(300, 200))
    sign_in(client, alice)

    found = client.get(images_url(alice)).json()["images"]

    assert [one["file"] for one in found] == [second.sha256, first.sha256]


def test_a_width_that_is_not_kept_is_not_found(alice: Member, client: Client) -> None:
    image = keep(alice)
    sign_in(client, alice)

    statuses = [client.get(images_url(alice, f"{image.sha256}/{w}/")).status_code for w in (480, 640, 641, 0)]

    assert statuses == [200, 200, 404, 404]


# --- Whose they are -------------------------------------------------------------------------------


def test_bob_who_sells_neither_adds_nor_removes(bob: Member, alice: Member, client: Client) -> None:
    image = keep(alice)
    sign_in(client, bob)

    asked = [upload(client, bob, photos.jpeg()), client.post(images_url(bob, f"{image.sha256}/remove/"))]

    assert ([answer.status_code for answer in asked], len(kept(alice))) == ([403, 403], 1)


def test_charlie_finds_nothing_of_acme(alice: Member, charlie: Member, client: Client) -> None:
    image = keep(alice)
    sign_in(client, charlie)

    asked = [
        client.get(images_url(charlie, f"{image.sha256}/640/")),
        client.post(images_url(charlie, f"{image.sha256}/remove/")),
        client.get(images_url(alice, f"{image.sha256}/640/")),
        client.post(images_url(alice), photos.jpeg(), content_type="image/jpeg"),
    ]

    assert [answer.status_code for answer in asked] == [404, 404, 404, 404]
    assert (client.get(images_url(charlie)).json()["images"], len(kept(alice))) == ([], 1)


def test_charlie_keeps_his_own_of_the_same_file(alice: Member, charlie: Member) -> None:
    assert keep(alice).sha256 == keep(charlie).sha256

    assert (len(kept(alice)), len(kept(charlie))) == (1, 1)


# --- Going on line --------------------------------------------------------------------------------


def test_a_draft_with_an_image_that_is_not_kept_stays_off_line(alice: Member) -> None:
    image = keep(alice)
    configurator = make(alice, image)
    with tenant(alice.organisation.pk):
        Image.objects.all().delete()
        with pytest.raises(CannotPublish) as refused:
            publish(configurator, by=alice.user.pk)

    assert [obstacle.code for obstacle in refused.value.obstacles] == ["image"]


def test_charlie_cannot_publish_an_image_of_acme(alice: Member, charlie: Member) -> None:
    image = keep(alice)

    with pytest.raises(CannotPublish):
        make(charlie, image, live=True)


def test_control_alice_can(alice: Member) -> None:
    assert make(alice, keep(alice), live=True).pk


# --- Going ----------------------------------------------------------------------------------------


def test_an_image_that_nothing_shows_goes_after_a_while(alice: Member) -> None:
    keep(alice)

    assert clear_in(alice, days=13) == 0
    assert (clear_in(alice, days=14), kept(alice)) == (1, [])


@pytest.mark.parametrize("where", ["draft", "version", "plan"])
def test_an_image_that_something_shows_stays(alice: Member, where: str) -> None:
    image = keep(alice)
    configurator = make(alice, image, live=where == "version")
    if where == "plan":
        with tenant(alice.organisation.pk):
            PlannedPublication.objects.create(
                configurator=configurator, definition=showing(image), planned_by=alice.user.pk,
                goes_live_at=timezone.now() + timedelta(days=1),
            )  # fmt: skip
    if where != "draft":
        without_image(alice, configurator, live=where == "version")

    assert (clear_in(alice, days=400), kept(alice)) == (0, [image.sha256])


def test_an_image_that_is_shown_again_begins_anew(alice: Member) -> None:
    image = keep(alice)
    with tenant(alice.organisation.pk):
        clearing.clear()
        Image.objects.update(unused_since=timezone.now() - timedelta(days=30))
    make(alice, image)

    assert clear_in(alice, days=0) == 0
    with tenant(alice.organisation.pk):
        assert Image.objects.get().unused_since is None


def test_the_clock_enters_every_organisation(alice: Member, charlie: Member) -> None:
    for member in (alice, charlie):
        keep(member)
        with tenant(member.organisation.pk):
            Image.objects.update(unused_since=timezone.now() - timedelta(days=30))

    clearing.clear_everywhere()

    assert (kept(alice), kept(charlie)) == ([], [])


@pytest.mark.parametrize("live", [False, True], ids=["draft", "on line"])
def test_an_image_that_is_shown_cannot_be_removed(alice: Member, client: Client, live: bool) -> None:
    image = keep(alice)
    make(alice, image, live=live)
    sign_in(client, alice)

    answer = client.post(images_url(alice, f"{image.sha256}/remove/"))

    assert (answer.status_code, answer.json()["code"], "Roofs" in answer.json()["message"]) == (
        409, "in_use", True,
    )  # fmt: skip


def test_an_image_of_old_versions_alone_can_be_removed(alice: Member) -> None:
    """Who objects to being in a photo need not wait until nothing is left of what once was on line."""
    image = keep(alice)
    configurator = make(alice, image, live=True)
    with tenant(alice.organisation.pk), pytest.raises(ImageInUse):
        remove_image(image, by=alice.user.pk)
    without_image(alice, configurator, live=True)

    with tenant(alice.organisation.pk):
        remove_image(Image.objects.get(), by=alice.user.pk)
        assert Event.objects.filter(action="configurator.image_removed").count() == 1

    assert kept(alice) == []


def test_an_unknown_image_is_not_found(alice: Member, client: Client) -> None:
    sign_in(client, alice)

    assert client.post(images_url(alice, f"{ELSEWHERE}/remove/")).status_code == 404
    assert client.get(images_url(alice, f"{ELSEWHERE}/480/")).status_code == 404


# --- The preview ----------------------------------------------------------------------------------


def test_the_preview_shows_the_image_from_within(alice: Member, client: Client) -> None:
    image = keep(alice)
    configurator = make(alice, image)
    sign_in(client, alice)

    page = client.get(f"/o/acme/configurators/{configurator.pk}/preview/").content.decode()

    assert f'src="{images_url(alice)}{image.sha256}/480/"' in page
