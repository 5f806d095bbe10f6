"""What a worker makes of a picture: the same picture, and nothing else of what it said."""

import io
import signal
import subprocess
from unittest.mock import patch

import pytest
from django.db.models.functions import Now
from PIL import Image

from configurators.models import Configurator
from delivery.jobs import JobCall
from delivery.leases import MAX_ATTEMPTS
from delivery.models import Job
from leads.files import looking
from leads.files.looking import NotLookedAt, NotReadable, look_at_file, rewritten
from leads.files.recognising import MOST_PIXELS
from leads.files.reencoding import UNREADABLE
from leads.files.stored import unseal_content
from leads.models import FileState, LeadFile
from tenancy.context import tenant
from tests.factories import work_that_is_due
from tests.leads.files.giving import CAMERA, Giver, files_of, picture, png_that_says


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def content_of(file: LeadFile) -> bytes:
    with tenant(file.organisation_id):
        return unseal_content(file)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_says_nothing_of_where_it_was_taken(form: str) -> None:
    before = picture(form)

    after = rewritten(before, f"image/{form.lower()}")

    assert CAMERA.encode() in before
    assert dict(opened(before).getexif().get_ifd(0x8825)) != {}
    assert (opened(after).format, dict(opened(after).getexif())) == (form, {})
    assert [word for word in (CAMERA.encode(), b"Exif", b"eXIf", b"EXIF") if word in after] == []


def test_comments_profiles_and_texts_go() -> None:
    out = io.BytesIO()
    Image.new("RGB", (20, 20)).save(out, "JPEG", comment=b"of Sanne", icc_profile=b"profile of Sanne" * 10)

    assert b"Sanne" not in rewritten(out.getvalue(), "image/jpeg")


def test_a_picture_lies_as_it_was_held() -> None:
    assert opened(rewritten(picture(size=(40, 20), turned=True), "image/jpeg")).size == (20, 40)


def test_what_is_hidden_behind_a_picture_goes() -> None:
    after = rewritten(picture() + b"<script>alert(1)</script>PK\x03\x04", "image/jpeg")

    assert (b"script" in after, b"PK\x03\x04" in after) == (False, False)


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "P", "1", "I;16"])
def test_every_kind_of_png_stays_one(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (10, 10)).save(out, "PNG")

    assert opened(rewritten(out.getvalue(), "image/png")).size == (10, 10)


def test_a_jpeg_in_printing_colours_is_a_picture_for_screens() -> None:
    out = io.BytesIO()
    Image.new("CMYK", (10, 10)).save(out, "JPEG")

    assert opened(rewritten(out.getvalue(), "image/jpeg")).mode == "RGB"


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"", "image/jpeg"),
        (picture()[:300], "image/jpeg"),
        (picture("PNG"), "image/jpeg"),
        (png_that_says(60_000, 60_000), "image/png"),
        (png_that_says(6_000, 6_000), "image/png"),
    ],
    ids=["nothing", "half of one", "another type", "a bomb", "one that is not there"],
)
def test_what_cannot_be_opened_is_refused(content: bytes, media_type: str) -> None:
    with pytest.raises(NotReadable):
        rewritten(content, media_type)


def test_the_most_pixels_are_opened_within_the_limits() -> None:
    side = int(MOST_PIXELS**0.5)
    out = io.BytesIO()
    Image.new("RGBA", (side, side), (1, 2, 3, 4)).save(out, "PNG")

    assert opened(rewritten(out.getvalue(), "image/png")).size == (side, side)


def test_who_opens_it_knows_nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "x" * 40)
    run, seen = subprocess.run, []

    def watched(*args: object, **kwargs: object) -> object:
        seen.append(kwargs["env"])
        return run(*args, **kwargs)  # type: ignore[call-overload]

    with patch.object(looking.subprocess, "run", watched):
        rewritten(picture(), "image/jpeg")

    assert seen == [{}]


def test_the_original_is_gone_once_it_was_looked_at(visitor: Giver, shop: Configurator) -> None:
    original = picture()
    visitor.receipt(original)

    work_that_is_due()

    [file] = files_of(shop.organisation_id)
    assert (file.state, file.size) == (FileState.READY, len(content_of(file)))
    assert CAMERA.encode() not in content_of(file)


def test_a_request_may_be_sent_before_its_file_was_looked_at(visitor: Giver, shop: Configurator) -> None:
    assert visitor.send_with(sketch=[visitor.receipt()]).status_code == 201

    work_that_is_due()

    [file] = files_of(shop.organisation_id)
    assert (file.state, file.lead_id is None) == (FileState.READY, False)


def test_what_cannot_be_opened_goes(visitor: Giver, shop: Configurator) -> None:
    visitor.receipt(picture(size=(400, 300))[:800])

    work_that_is_due()

    [file] = files_of(shop.organisation_id)
    assert (file.state, file.content, file.size) == (FileState.UNREADABLE, None, 0)


def test_no_original_stays_for_want_of_a_look(visitor: Giver, shop: Configurator) -> None:
    visitor.receipt()
    [file] = files_of(shop.organisation_id)
    call = JobCall(shop.organisation_id, {"file": str(file.pk)}, attempt=MAX_ATTEMPTS)

    with patch.object(looking, "rewritten", side_effect=OSError), pytest.raises(OSError):
        look_at_file(call)

    [file] = files_of(shop.organisation_id)
    assert (file.state, file.content) == (FileState.UNREADABLE, None)


def test_a_file_that_is_gone_needs_no_looking_at(visitor: Giver, shop: Configurator) -> None:
    visitor.take_back(visitor.receipt())

    work_that_is_due()

    assert files_of(shop.organisation_id) == []


@pytest.mark.parametrize(
    ("ended", "error"),
    [
        (UNREADABLE, NotReadable),
        (-signal.SIGXCPU, NotReadable),
        (-signal.SIGTERM, NotLookedAt),
        (1, NotLookedAt),
    ],
)
def test_only_what_the_file_itself_does_makes_it_unreadable(ended: int, error: type[Exception]) -> None:
    done = subprocess.CompletedProcess([], ended, stdout=b"")

    with patch.object(looking.subprocess, "run", return_value=done), pytest.raises(error):
        rewritten(picture(), "image/jpeg")


def test_a_file_whose_looking_at_was_ended_is_looked_at_again(visitor: Giver, shop: Configurator) -> None:
    visitor.receipt()
    with patch.object(looking, "rewritten", side_effect=NotLookedAt("-15")):
        work_that_is_due()
    Job.objects.update(due_at=Now())

    work_that_is_due()

    assert [file.state for file in files_of(shop.organisation_id)] == [FileState.READY]
