"""What a file is, by its own first and last bytes, and how many pixels it says it has.

Nothing is decoded here. Whoever takes requests in reads no more than that: what opens an image is another
process (``reencoding``).
"""

import re
import struct

from configurators.files import ENDINGS, has_too_many_scans, media_types

MOST_PIXELS = 40_000_000
#: How much before its end a PDF may say where it begins.
_TAIL = 1024
_PDF_HEAD = re.compile(rb"%PDF-[12]\.[0-9]")
_PDF_TAIL = re.compile(rb"startxref\s+[0-9]{1,10}\s+%%EOF[\s\0]*\Z")
_JPEG_SIZES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
#: Markers that nothing follows.
_JPEG_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})


class NotRecognised(ValueError):
    """It is none of the files that may be handed in, or not whole."""


class TooManyPixels(ValueError):
    """It says that it is larger than any photo is."""


def recognise(content: bytes, *, kinds: tuple[str, ...]) -> str:
    """The type of this content, among those of some kinds. Raises NotRecognised or TooManyPixels."""
    media_type = _media_type(content)
    if media_type not in media_types(kinds):
        raise NotRecognised
    if media_type != "application/pdf":
        width, height = _SIZES[media_type](content)
        if not width or not height:
            raise NotRecognised
        if width * height > MOST_PIXELS:
            raise TooManyPixels
    if media_type == "image/jpeg" and has_too_many_scans(content):
        raise NotRecognised
    return media_type


def safe_name(name: str, media_type: str) -> str:
    """The visitor's name for it without what shows as something else, ended as what it is."""
    plain = "".join(sign for sign in name.replace("\\", "/").rpartition("/")[2] if sign.isprintable())
    stem = re.sub(r"\s+", " ", plain.rpartition(".")[0] or plain).strip(" .")[:100]
    # Nothing that a file system, a shell or a header would take for anything but a name.
    stem = re.sub(r'[<>:"|?*%;/]', "_", stem)
    return f"{stem or 'file'}.{ENDINGS[media_type]}"


def _media_type(content: bytes) -> str:
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if _PDF_HEAD.match(content) and _PDF_TAIL.search(content[-_TAIL:]):
        return "application/pdf"
    raise NotRecognised


def _size_of_png(content: bytes) -> tuple[int, int]:
    if content[12:16] != b"IHDR" or len(content) < 24:
        raise NotRecognised
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def _size_of_jpeg(content: bytes) -> tuple[int, int]:
    """From the frame header: the segments before it are passed over by their lengths."""
    at = 2
    while at + 9 <= len(content):
        if content[at] != 0xFF:
            raise NotRecognised
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in _JPEG_ALONE:
            at += 2
        elif marker in _JPEG_SIZES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        else:
            at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    raise NotRecognised


def _size_of_webp(content: bytes) -> tuple[int, int]:
    form, data = content[12:16], content[20:30]
    if len(data) < 10:
        raise NotRecognised
    if form == b"VP8X":
        return 1 + int.from_bytes(data[4:7], "little"), 1 + int.from_bytes(data[7:10], "little")
    if form == b"VP8 ":
        width, height = struct.unpack("<HH", data[6:10])
        return width & 0x3FFF, height & 0x3FFF
    if form == b"VP8L":
        bits = int.from_bytes(data[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    raise NotRecognised


_SIZES = {"image/jpeg": _size_of_jpeg, "image/png": _size_of_png, "image/webp": _size_of_webp}
