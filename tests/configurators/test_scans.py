"""A JPEG of a few kilobytes can keep whoever decodes it busy for hours: by saying its scans again and again."""

import io

import pytest
from PIL import Image

from configurators.files import MOST_SCANS, has_too_many_scans
from configurators.images.recipe import NotAnImage, pictures_of
from leads.files.recognising import NotRecognised, recognise


def progressive(*, more: int = 0) -> bytes:
    """A picture in some scans, the last of which stands there so many times more."""
    out = io.BytesIO()
    Image.effect_noise((64, 64), 50).save(out, "JPEG", progressive=True)
    content = out.getvalue()
    last = content.rindex(b"\xff\xda")
    return content[:-2] + content[last:-2] * more + content[-2:]


def test_an_honest_picture_has_few() -> None:
    assert has_too_many_scans(progressive()) is False


def test_a_picture_with_another_inside_has_few() -> None:
    inner = progressive(more=MOST_SCANS)[:60_000]
    segment = b"\xff\xe2" + (len(inner) + 2).to_bytes(2, "big") + inner

    assert has_too_many_scans(b"\xff\xd8" + segment + progressive()[2:]) is False


def test_an_end_within_a_segment_is_no_end() -> None:
    content = progressive(more=MOST_SCANS)

    assert has_too_many_scans(content[:2] + b"\xff\xe2\x00\x04\xff\xd9" + content[2:]) is True


def test_who_looks_at_a_file_refuses_it() -> None:
    with pytest.raises(NotRecognised):
        recognise(progressive(more=MOST_SCANS), kinds=("image",))


def test_who_makes_an_image_of_it_refuses_it() -> None:
    with pytest.raises(NotAnImage) as refused:
        pictures_of(progressive(more=MOST_SCANS))

    assert refused.value.code == "broken"
