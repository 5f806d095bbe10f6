"""A form with files, read piece by piece: no more of it is in memory than may be handed in.

Nothing is written to a disk on the way. A file that is too large is read past and not kept, so that the rest
of the form can come back with its answers.
"""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.http.multipartparser import InputStreamExhausted, MultiPartParser, MultiPartParserError
from django.http.request import UnreadablePostError
from django.utils.translation import gettext_lazy as _

from configurators.files import LARGEST_FILE
from leads.reading import BODY_LIMIT, broken_off, length_of, refused
from leads.refusals import Refused

_PIECE = 64 * 1024
_FIELD_LIMIT = 1000
#: Longer than the longest boundary, with what stands around it.
_TAIL = 256
#: Every byte is a sign of its own, so that what Django reads by it can be read again strictly.
_BYTE_BY_BYTE = "latin-1"


@dataclass(slots=True)
class Upload:
    """One file of a form; its content is None where it was too large to be kept."""

    name: str
    content: bytes | None = field(repr=False)

    def __repr__(self) -> str:
        return "Upload(…)"  # never a name in a log or a traceback


Pairs = list[tuple[str, str]]
Uploads = dict[str, list[Upload]]


def read_multipart(request: HttpRequest, *, most: int) -> tuple[Pairs, Uploads]:
    """The fields in their order, and the files by their field. Raises Refused."""
    length, body, files = length_of(request, most=most), _Counted(request), _InMemory()
    try:
        parser = MultiPartParser(request.META, body, [files], _BYTE_BY_BYTE)  # type: ignore[arg-type]
        fields, _files = parser.parse()
        boundary = parser._boundary  # type: ignore[attr-defined]
        body.drain()
        pairs = [(_text(name), _text(value)) for name, values in fields.lists() for value in values]
        uploads = {_text(name): found for name, found in files.found.items()}
    except (UnreadablePostError, OSError):
        raise broken_off() from None
    except (MultiPartParserError, InputStreamExhausted, SuspiciousOperation, ValueError, LookupError):
        raise _unreadable() from None
    if body.read_so_far != length or not body.tail.rstrip(b"\r\n").endswith(b"--" + boundary + b"--"):
        raise broken_off()
    if len(pairs) > _FIELD_LIMIT or sum(len(name) + len(value) for name, value in pairs) > BODY_LIMIT:
        raise refused(413, "too_large", _("This is more than this form can hold."))
    return pairs, uploads


def _unreadable() -> Refused:
    return refused(400, "malformed", _("This form could not be read."))


def _text(read: str) -> str:
    return read.encode(_BYTE_BY_BYTE).decode()


class _Counted:
    """A body that knows how much of it was read, and how it ended."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.read_so_far = 0
        self.tail = b""

    def read(self, size: int = _PIECE) -> bytes:
        piece = self._request.read(size)
        self.read_so_far += len(piece)
        self.tail = (self.tail + piece)[-_TAIL:]
        return piece

    def drain(self) -> None:
        while self.read():
            pass


class _InMemory:
    """What Django's parser hands files to: keeps each as bytes, up to the largest that there may be."""

    chunk_size = _PIECE

    def __init__(self) -> None:
        self.found: Uploads = {}
        self._field, self._name = "", ""
        self._content: bytearray | None = None

    def handle_raw_input(self, *given: Any) -> None:
        """The parser reads by itself."""

    def new_file(self, field_name: str, file_name: str, *given: Any) -> None:
        self._field, self._name, self._content = field_name, file_name, bytearray()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self._content is not None:
            self._content += raw_data
            if len(self._content) > LARGEST_FILE:
                self._content = None

    def file_complete(self, file_size: int) -> None:
        content = None if self._content is None else bytes(self._content)
        name = self._name.encode(_BYTE_BY_BYTE, "replace").decode(errors="replace")
        self.found.setdefault(self._field, []).append(Upload(name, content))

    def upload_complete(self) -> None:
        """All of them are there."""

    def upload_interrupted(self) -> None:
        """Half a form is refused as a whole."""
