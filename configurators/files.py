"""What may be handed in as a file: the types behind each kind of a definition, and how large."""

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
