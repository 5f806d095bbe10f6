"""Files as visitors have them, good and bad, and handing them in."""

import io
import struct
import zlib
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from PIL import Image

from leads.models import LeadFile
from tenancy.context import tenant
from tests.leads.conftest import Visitor
from tests.leads.definitions import veranda

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n"
#: Where the photo was taken, as a byte string that would be found in it.
CAMERA = "Camera of Sanne"


def with_files(**more: Any) -> dict[str, Any]:
    """The veranda's definition with two questions for files."""
    definition = veranda()
    texts = {"nl": "Schets", "en": "Sketch", "fr": "Croquis"}
    sketch = {"key": "sketch", "kind": "file", "label": texts, "most": 2} | more
    paper = {"key": "paper", "kind": "file", "label": texts | {"nl": "Tekening"}, "accept": ["pdf"]}
    definition["steps"][-2]["groups"] += [sketch, paper]
    return definition


def picture(
    form: str = "JPEG", size: tuple[int, int] = (40, 20), *, turned: bool = False, mode: str = "RGB"
) -> bytes:
    """A picture with everything that a phone writes into it."""
    told = Image.Exif()
    told[0x010F] = CAMERA
    if turned:
        told[0x0112] = 6
    told.get_ifd(0x8825).update({1: "N", 2: (52.0, 5.0, 1.5), 3: "E", 4: (4.0, 18.0, 2.5)})
    image = Image.new(mode, size, 120 if len(mode) == 1 else (200, 30, 30, 90)[: len(mode)])
    out = io.BytesIO()
    image.save(out, form, exif=told)
    return out.getvalue()


def png_that_says(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be of some size."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def upload(content: bytes, name: str = "schets.jpg", kind: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, kind)


class Giver(Visitor):
    """A visitor with files."""

    @property
    def file_address(self) -> str:
        return f"/c/{self.key}/file/?lang={self.language}"

    def hand_in(
        self, content: bytes, *, question: str = "sketch", name: str = "schets.jpg", token: str | None = None,
        **headers: str,
    ) -> HttpResponse:  # fmt: skip
        """As the page's script does."""
        with_token = {"X-Form-Token": self.token() if token is None else token} | headers
        return self.client.post(self.file_address, {question: upload(content, name)}, headers=with_token)

    def take_back(self, receipt: str, *, token: str | None = None) -> HttpResponse:
        with_token = {"X-Form-Token": self.token() if token is None else token}
        body = {"remove": receipt}
        return self.client.post(self.file_address, body, "application/json", headers=with_token)

    def receipt(self, content: bytes | None = None, **more: Any) -> str:
        answer = self.hand_in(picture() if content is None else content, **more)
        assert answer.status_code == 201, answer.content
        return str(answer.json()["receipt"])

    def send_with(self, **receipts: list[str]) -> HttpResponse:
        document = self.document()
        document["answers"] |= receipts
        return self.send(document)

    def post_form(self, files: dict[str, Any], **changed: Any) -> HttpResponse:
        """As a browser without JavaScript does."""
        return self.client.post(self.address, self.fields(**changed) | files)


def files_of(organisation_id: Any) -> list[LeadFile]:
    with tenant(organisation_id):
        return list(LeadFile.objects.order_by("pk"))
