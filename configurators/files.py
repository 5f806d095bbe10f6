"""What may be handed in as a file: the types behind each kind of a definition, and how large."""

import re
from dataclasses import dataclass

#: Each type of content by the kind that a definition names.
MEDIA_TYPES = {
    "image": ("image/jpeg", "image/png", "image/webp"),
    "pdf": ("application/pdf",),
}
#: How a file of each type ends, whatever its visitor's name for it ended in.
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "application/pdf": "pdf"}

LARGEST_FILE = 5 * 1024 * 1024
#: All files of one request together.
LARGEST_ALTOGETHER = 15 * 1024 * 1024
#: As people count them: in mebibytes, which everybody calls MB.
LARGEST_FILE_MB = LARGEST_FILE // 1024**2
LARGEST_ALTOGETHER_MB = LARGEST_ALTOGETHER // 1024**2


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A file that waits for its request, as its visitor sees it; the receipt is all that its page keeps."""

    receipt: str
    name: str
    size: int

    def __repr__(self) -> str:
        return "HandedIn(…)"  # never a name in a log or a traceback


def media_types(kinds: tuple[str, ...]) -> tuple[str, ...]:
    """The types of content that these kinds allow."""
    return tuple(media_type for kind in kinds for media_type in MEDIA_TYPES[kind])


#: More scans than any program writes; each is decoded as the whole picture again.
MOST_SCANS = 64
_MARKER = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
_END, _SCAN, _ALONE = 0xD9, 0xDA, frozenset({0x01, 0xD8})


def has_too_many_scans(content: bytes) -> bool:
    """Whether this JPEG was made to keep whoever decodes it busy, as few bytes can for hours."""
    at, scans = 2, 0
    while scans <= MOST_SCANS and (found := _MARKER.search(content, at)):
        at, marker = found.end(), content[found.end() - 1]
        if marker == _END:
            break
        scans += marker == _SCAN
        if marker not in _ALONE:
            at += int.from_bytes(content[at : at + 2], "big")
    return scans > MOST_SCANS
