"""How large the two pictures are that are kept of an image; a page knows before it has either."""

WIDE, SMALL = (1200, 2400), (480, 960)

Size = tuple[int, int]


def fitted(size: Size, box: Size) -> Size:
    """As large as fits in the box, and never larger than it is."""
    (width, height), (widest, highest) = size, box
    if width <= widest and height <= highest:
        return size
    if width * highest >= height * widest:
        return widest, _share(height, widest, width)
    return _share(width, highest, height), highest


def _share(length: int, other: int, whole: int) -> int:
    """``length * other / whole``, half a pixel up, as the browser rounds too; never nothing."""
    return max(1, (2 * length * other + whole) // (2 * whole))


def sizes_of(width: int, height: int) -> tuple[Size, ...]:
    """The sizes in which an image of this size is kept: the widest last, which is this one."""
    small = fitted((width, height), SMALL)
    return ((width, height),) if small == (width, height) else (small, (width, height))
