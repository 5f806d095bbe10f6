"""Small real images, made as they come from cameras, drawing programs and people who mean harm."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, ImageDraw

#: Where the photo was taken, and by whom: nothing of it may ever be served.
CAMERA, ARTIST = "CAMERA-CANARY", "ARTIST-CANARY"
_MAKE, _ARTIST, _ORIENTATION, _GPS = 0x010F, 0x013B, 0x0112, 0x8825
_TURNED = 6  # the camera was held upright: a quarter turn is to be made


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    written = BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


def drawn(width: int = 640, height: int = 400, *, mode: str = "RGB", colour: Any = "#2b7a66") -> Image.Image:
    """With a mark in its upper left corner, by which one sees how it lies."""
    image = Image.new(mode, (width, height), colour)
    ImageDraw.Draw(image).rectangle((0, 0, width // 4, height // 4), fill="#d2452b")
    return image


def jpeg(width: int = 640, height: int = 400, **options: Any) -> bytes:
    return saved(drawn(width, height), "JPEG", **options)


def png(width: int = 640, height: int = 400, **options: Any) -> bytes:
    return saved(drawn(width, height), "PNG", **options)


def photo(width: int = 640, height: int = 400) -> bytes:
    """As a phone makes one: lying on its side, with the place, the camera and a profile in it."""
    exif = Image.Exif()
    exif[_MAKE], exif[_ARTIST], exif[_ORIENTATION] = CAMERA, ARTIST, _TURNED
    exif.get_ifd(_GPS).update({1: "N", 2: (52.0, 22.0, 12.0), 3: "E", 4: (4.0, 53.0, 42.0)})
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return saved(drawn(width, height), "JPEG", exif=exif, icc_profile=profile, comment=CAMERA)


def see_through(width: int = 640, height: int = 400) -> bytes:
    """A layer: the mark in its corner, and nothing else."""
    image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((0, 0, width // 4, height // 4), fill="#d2452b")
    return saved(image, "PNG")


def moving(kind: str) -> bytes:
    frames = [drawn(64, 40, colour=colour) for colour in ("#000000", "#ffffff")]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


def with_zip() -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("payload.js", "alert(1)")
    return jpeg() + packed.getvalue()


def bomb() -> bytes:
    """A few kilobytes that unpack to more pixels than are decoded."""
    return saved(Image.new("1", (8000, 5001)), "PNG")
