"""A program of its own: reads an image from its input, and writes it anew, without anything but its pixels.

Run by ``looking`` as ``python -I reencoding.py <type> <most pixels>``, with no environment and limits of its
own on memory and time, so that an image that is made to break whoever opens it breaks nobody else. What
comes out has no metadata (places, cameras, comments, profiles), and lies the way it was held.
"""

import io
import resource
import sys
import warnings
from typing import Any

#: What an image of the most pixels needs, three times over, and Python.
MEMORY = 1024**3
SECONDS = 10
#: With what it ends where this is no image that can be opened.
UNREADABLE = 3
#: From how little is lost to how small it must be.
_QUALITIES = (90, 75, 60, 40, 20)
_LARGEST = 10 * 1024**2
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_MODES = {
    "JPEG": ("L", "RGB"),
    "PNG": ("1", "L", "LA", "RGB", "RGBA"),
    "WEBP": ("RGB", "RGBA"),
}


def limit_this_process() -> None:
    """No more memory or time than an honest image takes, and no file to write to."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 2))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def written_anew(content: bytes, media_type: str, most_pixels: int) -> bytes:
    """The first picture in it, as the same type. Raises whatever Pillow does about what it cannot read."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = most_pixels
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    kind = _FORMATS[media_type]
    with Image.open(io.BytesIO(content), formats=(kind,)) as opened:
        opened.load()
        upright = ImageOps.exif_transpose(opened)
    plain = upright if upright.mode in _MODES[kind] else upright.convert(_nearest(upright, kind))
    plain.info = {}
    return _saved(plain, kind)


def _nearest(image: Any, kind: str) -> str:
    see_through = kind != "JPEG" and image.has_transparency_data
    return "RGBA" if see_through else "RGB"


def _saved(image: Any, kind: str) -> bytes:
    for quality in _QUALITIES:
        out = io.BytesIO()
        options = {"JPEG": {"quality": quality}, "WEBP": {"quality": quality, "method": 2}}.get(kind, {})
        image.save(out, kind, **options)
        if len(out.getvalue()) <= _LARGEST:
            return out.getvalue()
        if kind == "PNG":
            break
    raise ValueError("It would be too large.")


if __name__ == "__main__":
    limit_this_process()
    try:
        anew = written_anew(sys.stdin.buffer.read(), sys.argv[1], int(sys.argv[2]))
    except ImportError:
        raise
    except Exception:  # noqa: BLE001  decoders raise whatever they like at a file broken on purpose
        sys.exit(UNREADABLE)
    sys.stdout.buffer.write(anew)
