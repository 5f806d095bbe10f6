"""A page of ready bytes with one slot, whole or compressed: what stands around the slot is packed once."""

import struct
import zlib

_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_LEVEL = 9
_RAW = -15


class Spliced:
    """``plain(text)`` and ``gzipped(text)`` are the same page with the text in its slot.

    The compressed form is one gzip stream: the part before the slot, the text as a stored block, the
    part after. A stored block begins on a whole byte, as the part before ends on one.
    """

    __slots__ = ("_after", "_after_packed", "_before", "_before_packed", "_checksum", "_length")

    def __init__(self, before: bytes, after: bytes) -> None:
        self._before, self._after = before, after
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW)
        self._before_packed = _HEADER + packer.compress(before) + packer.flush(zlib.Z_FULL_FLUSH)
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW)
        self._after_packed = packer.compress(after) + packer.flush(zlib.Z_FINISH)
        self._checksum = zlib.crc32(before)
        self._length = len(before) + len(after)

    def plain(self, text: bytes) -> bytes:
        return b"".join((self._before, text, self._after))

    def gzipped(self, text: bytes) -> bytes:
        """Only for texts of less than 64 KiB, which is what a stored block holds."""
        size = len(text)
        stored = struct.pack("<BHH", 0, size, size ^ 0xFFFF)
        checksum = zlib.crc32(self._after, zlib.crc32(text, self._checksum))
        end = struct.pack("<II", checksum, (self._length + size) & 0xFFFFFFFF)
        return b"".join((self._before_packed, stored, text, self._after_packed, end))
