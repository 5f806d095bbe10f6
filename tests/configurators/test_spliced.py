"""A page with a slot: its compressed form says the same, to the byte."""

import gzip
import zlib

import pytest

from configurators.spliced import Spliced

BEFORE = b"<p>Veranda</p>" * 500
AFTER = b"<footer>Acme</footer>" * 50


@pytest.mark.parametrize("text", [b"", b"x", b"AbC-_123" * 12, bytes(range(256)) * 255])
def test_compressed_page_is_the_plain_one(text: bytes) -> None:
    page = Spliced(BEFORE, AFTER)

    assert gzip.decompress(page.gzipped(text)) == page.plain(text) == BEFORE + text + AFTER


def test_compressed_page_is_one_stream() -> None:
    reader = zlib.decompressobj(zlib.MAX_WBITS | 16)

    reader.decompress(Spliced(BEFORE, AFTER).gzipped(b"token"))

    assert (reader.eof, reader.unused_data) == (True, b"")


@pytest.mark.parametrize(("before", "after"), [(b"", b""), (BEFORE, b""), (b"", AFTER)])
def test_slot_may_stand_at_either_end(before: bytes, after: bytes) -> None:
    assert gzip.decompress(Spliced(before, after).gzipped(b"token")) == before + b"token" + after
