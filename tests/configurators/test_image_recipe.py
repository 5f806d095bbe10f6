"""What becomes of an uploaded file: two pictures of our own making, or a sentence that says why not."""

import random
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageCms

from configurators.images.recipe import NotAnImage, pictures_of
from configurators.images.sizes import fitted, sizes_of
from tests.configurators import photos

SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


def near(colour: Any, other: tuple[int, ...]) -> bool:
    return all(abs(one - two) <= 12 for one, two in zip(colour, other, strict=True))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_every_kind_becomes_webp_in_two_sizes(kind: str) -> None:
    found = pictures_of(photos.saved(photos.drawn(1600, 1000), kind))

    wide, small = opened(found.wide), opened(found.small)
    assert (wide.format, small.format) == ("WEBP", "WEBP")
    assert (wide.size, small.size) == ((1200, 750), (480, 300))
    assert (found.width, found.height) == (1200, 750)


def test_control_the_photo_holds_what_must_go() -> None:
    data = photos.photo()

    assert (
        data.count(photos.CAMERA.encode()),
        b"GPS" in data or bool(opened(data).getexif().get_ifd(0x8825)),
    ) == (2, True)


def test_nothing_is_left_of_where_and_by_whom_a_photo_was_taken() -> None:
    found = pictures_of(photos.photo(1600, 1000))

    for data in (found.wide, found.small):
        picture = opened(data)
        assert (dict(picture.getexif()), picture.getexif().get_ifd(0x8825)) == ({}, {})
        assert {"exif", "xmp", "icc_profile", "comment"} & set(picture.info) == set()
        assert [canary for canary in (photos.CAMERA, photos.ARTIST) if canary.encode() in data] == []


def test_a_photo_stands_upright() -> None:
    found = pictures_of(photos.photo(640, 400))

    picture = opened(found.wide).convert("RGB")
    assert picture.size == (400, 640)
    assert near(picture.getpixel((390, 10)), (0xD2, 0x45, 0x2B))


def test_colours_of_another_profile_become_those_of_screens() -> None:
    lab = photos.saved(photos.drawn(colour="#808080"), "JPEG")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    same = pictures_of(photos.saved(opened(lab), "JPEG", icc_profile=profile))
    nonsense = pictures_of(photos.saved(opened(lab), "JPEG", icc_profile=b"no profile at all"))

    for found in (same, nonsense):
        assert near(opened(found.wide).convert("RGB").getpixel((600, 380)), (0x80, 0x80, 0x80))


def test_a_layer_stays_see_through() -> None:
    picture = opened(pictures_of(photos.see_through(1600, 1000)).wide)

    assert (picture.mode, picture.getpixel((1000, 700))[3], picture.getpixel((50, 50))[3]) == ("RGBA", 0, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_every_kind_of_png_is_read(mode: str) -> None:
    image = photos.drawn().convert(mode)

    assert opened(pictures_of(photos.saved(image, "PNG")).wide).size == (640, 400)


def test_sixteen_bits_of_grey_keep_their_brightness() -> None:
    data = photos.saved(Image.new("I;16", (64, 40), 0x4000), "PNG")

    assert near(opened(pictures_of(data).wide).convert("RGB").getpixel((10, 10)), (0x40, 0x40, 0x40))


def test_ink_becomes_light() -> None:
    data = photos.saved(Image.new("CMYK", (64, 40), (0, 0, 0, 0)), "JPEG")

    assert near(opened(pictures_of(data).wide).convert("RGB").getpixel((10, 10)), (255, 255, 255))


def test_a_small_image_is_kept_once_and_not_blown_up() -> None:
    found = pictures_of(photos.png(300, 200))

    assert (opened(found.wide).size, found.small) == ((300, 200), b"")


def test_the_same_file_gives_the_same_pictures() -> None:
    assert pictures_of(photos.jpeg()) == pictures_of(photos.jpeg())


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (SVG, "svg"),
        (b"\xef\xbb\xbf  " + SVG, "svg"),
        (b"", "kind"),
        (b"hello", "kind"),
        (b"<p>hello</p>", "kind"),
        (photos.saved(photos.drawn(), "GIF"), "kind"),
        (photos.saved(photos.drawn(), "BMP"), "kind"),
        (photos.saved(photos.drawn(), "TIFF"), "kind"),
        (photos.jpeg()[:2000], "broken"),
        (photos.png()[:300], "broken"),
        (b"\xff\xd8\xff" + b"\x00" * 500, "broken"),
        (photos.moving("PNG"), "animated"),
        (photos.moving("WEBP"), "animated"),
        (photos.moving("AVIF"), "animated"),
        (photos.bomb(), "pixels"),
        (photos.with_zip(), "mixed"),
        (photos.jpeg(comment=b"<script>alert(1)</script>"), "mixed"),
        (photos.jpeg() + b"<?php system($_GET[0]); ?>", "mixed"),
        (photos.jpeg(comment=b"%PDF-1.7"), "mixed"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)} bytes",
)
def test_what_is_not_plainly_a_picture_is_refused_in_words(data: bytes, code: str) -> None:
    with pytest.raises(NotAnImage) as refused:
        pictures_of(data)

    assert (refused.value.code, bool(str(refused.value.message))) == (code, True)


def test_control_the_same_jpeg_without_the_zip_is_taken() -> None:
    assert pictures_of(photos.jpeg()).width == 640


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("PIL.PngImagePlugin.PngImageFile.load", lambda self: pytest.fail("it was decoded"))

    with pytest.raises(NotAnImage, match="pixels"):
        pictures_of(photos.bomb())


def test_no_damage_makes_anything_but_a_picture_or_a_refusal() -> None:
    chance = random.Random(20261201)
    whole = [photos.saved(photos.drawn(64, 40), kind) for kind in ("JPEG", "PNG", "WEBP", "AVIF")]
    refused = 0

    for _ in range(200):
        data = bytearray(chance.choice(whole))
        for _hit in range(chance.randrange(1, 8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            pictures_of(bytes(data))
        except NotAnImage:
            refused += 1

    assert 20 < refused < 200


@pytest.mark.parametrize(
    ("size", "box", "found"),
    [
        ((640, 400), (1200, 2400), (640, 400)),
        ((40_000, 10), (1200, 2400), (1200, 1)),
        ((3000, 9000), (1200, 2400), (800, 2400)),
    ],
)
def test_an_image_fits_its_box_in_its_own_proportions(size: Any, box: Any, found: Any) -> None:
    assert fitted(size, box) == found


def test_the_sizes_of_an_image_follow_from_its_own() -> None:
    assert (sizes_of(1200, 750), sizes_of(300, 200)) == (((480, 300), (1200, 750)), ((300, 200),))
