"""From the bytes that somebody uploaded to pictures of our own making.

The file is decoded and written anew as WebP in two sizes, upright, in sRGB and without metadata: neither
where a photo was taken nor anything that hides in a file comes along. What is not plainly one still picture
is refused.
"""

import re
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from threading import Lock

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps

from configurators.files import has_too_many_scans
from configurators.images.sizes import WIDE, fitted, sizes_of

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
MOST_PIXELS = 40_000_000
#: A side that no camera makes, and that some decoders fail at.
LONGEST_SIDE = 30_000
_QUALITY = 82
#: What another program would take the file for; the chance that a photo holds one of these is nil.
_ANOTHER_KIND = re.compile(rb"<script|<\?php|<html|<!doctype|<svg", re.IGNORECASE)
_VECTOR = re.compile(rb"<svg|<!doctype svg", re.IGNORECASE)
#: The last record of a ZIP: 22 bytes, and a comment as long as its last two say.
_ZIP_END, _ZIP_END_LENGTH, _LONGEST_COMMENT = b"PK\x05\x06", 22, 65_535
#: A photo of 40 megapixels takes some 160 MB while it is decoded.
_one_at_a_time = Lock()


class NotAnImage(ValueError):
    """The file is refused; ``code`` names why, ``message`` says it to who chose it."""

    def __init__(self, code: str, message: Promise) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Pictures:
    """What is kept of one image. ``small`` is empty where the image is no larger than that."""

    sha256: str
    width: int
    height: int
    wide: bytes
    small: bytes


def pictures_of(data: bytes) -> Pictures:
    """The pictures that are kept of an uploaded file. Raises NotAnImage."""
    _refuse_other_kinds(data)
    with _one_at_a_time:
        try:
            return _encoded(_decoded(data))
        except NotAnImage:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
            raise _too_large() from None
        except Exception:  # noqa: BLE001  decoders raise whatever they like at a file broken on purpose
            raise _broken() from None


def _broken() -> NotAnImage:
    return NotAnImage("broken", _("This image is damaged or incomplete. Save it anew, and try that file."))


def _too_large() -> NotAnImage:
    return NotAnImage("pixels", _("This image has more than 40 megapixels. Make it smaller first."))


# --- Refusing -----------------------------------------------------------------------------------


def _refuse_other_kinds(data: bytes) -> None:
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"<") and _VECTOR.search(data[:65_536]):
        raise NotAnImage(
            "svg",
            _("An SVG can hold a program, so it is not taken. Save it as PNG, and choose that file."),
        )
    if not _begins_like_an_image(data):
        raise NotAnImage("kind", _("Choose an image: JPEG, PNG, WebP or AVIF."))
    if data.startswith(b"\xff\xd8\xff") and has_too_many_scans(data):
        raise _broken()
    if _ANOTHER_KIND.search(data) or b"%PDF-" in data[:1024] or _is_zip(data):
        raise NotAnImage(
            "mixed", _("This file is more than an image: something else is hidden in it. Save it anew.")
        )


def _begins_like_an_image(data: bytes) -> bool:
    return (
        data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))
        or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")
        or (data[4:8] == b"ftyp" and data[8:12] in (b"avif", b"avis", b"mif1"))
    )


def _is_zip(data: bytes) -> bool:
    tail = data[-(_ZIP_END_LENGTH + _LONGEST_COMMENT) :]
    at = tail.rfind(_ZIP_END)
    while at >= 0:
        comment = tail[at + 20 : at + _ZIP_END_LENGTH]
        if at + _ZIP_END_LENGTH + int.from_bytes(comment, "little") == len(tail):
            return True
        at = tail.rfind(_ZIP_END, 0, at)
    return False


# --- Decoding -----------------------------------------------------------------------------------


def _decoded(data: bytes) -> Image.Image:
    """The whole picture, upright, in sRGB, as RGB or RGBA."""
    with Image.open(BytesIO(data), formats=FORMATS) as opened:
        _check_before_decoding(opened)
        # A photo far larger than what is kept is decoded at a half, a quarter or an eighth.
        opened.draft(None, (2 * WIDE[0], 2 * WIDE[0]))
        opened.load()
        # In place: a copy of the largest is another 120 MB.
        ImageOps.exif_transpose(opened, in_place=True)
        return _in_srgb(opened, opened.info.get("icc_profile"))


def _check_before_decoding(opened: Image.Image) -> None:
    width, height = opened.size
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise _too_large()
    # A phone's photo may carry a second picture (MPO) beside the one that everybody sees.
    if opened.format != "MPO" and getattr(opened, "n_frames", 1) > 1:
        raise NotAnImage("animated", _("A moving image is not taken. Choose one that stands still."))


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if image.mode.startswith("I"):
        image = _eight_bits(image)
    mode = "RGBA" if image.has_transparency_data else "RGB"
    if profile:
        image = _converted(image, profile, mode)
    return image if image.mode == mode else image.convert(mode)


def _eight_bits(image: Image.Image) -> Image.Image:
    """Sixteen bits of grey as eight; ``convert`` would cut off whatever is above 255."""
    return image.convert("I").point(lambda value: value / 256).convert("L")


def _converted(image: Image.Image, profile: bytes, mode: str) -> Image.Image:
    """A profile that cannot be read, or is of another kind than the picture, says nothing."""
    if image.mode in ("P", "PA", "LA", "1"):
        image = image.convert(mode)
    try:
        found = ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode=mode if image.mode != "CMYK" else "RGB",
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return found or image


# --- Writing anew -------------------------------------------------------------------------------


def _encoded(image: Image.Image) -> Pictures:
    width, height = fitted(image.size, WIDE)
    *smaller, wide = (_webp(image, size) for size in sizes_of(width, height))
    return Pictures(sha256(wide).hexdigest(), width, height, wide, smaller[0] if smaller else b"")


def _webp(image: Image.Image, size: tuple[int, int]) -> bytes:
    resized = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    resized.info.clear()
    written = BytesIO()
    resized.save(written, "WEBP", quality=_QUALITY, method=4)
    return written.getvalue()
