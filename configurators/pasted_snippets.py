"""What of ours stands in somebody else's page: elements, scripts, frames and links."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

#: Of an address in characters, and of each kind in a page: what is more is no honest page.
LONGEST, MOST = 2_000, 100
T = TypeVar("T")

_SCRIPTS = ("/e/v1/element.js", "/e/v1.js")
_RUN_AS = {
    "/e/v1/element.js": ("module",),
    "/e/v1.js": ("", "text/javascript", "application/javascript", "module"),
}


@dataclass(frozen=True, slots=True)
class Script:
    """A script tag that names one of ours; ``held_back`` where it will not run as it stands."""

    address: str
    path: str
    key: str
    nonce: str
    held_back: bool


@dataclass(slots=True)
class Pasted:
    """Everything that a page has of ours, and the policies in its head."""

    elements: list[dict[str, str]] = field(default_factory=list)
    scripts: list[Script] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    policies: list[str] = field(default_factory=list)

    def script(self, path: str) -> Script | None:
        return next((script for script in self.scripts if script.path == path), None)


def pasted(html: str, *, address: str) -> Pasted:
    """Read a page that was had from an address. Anything that calls itself HTML can be read."""
    reader = _Reader(address)
    reader.feed(html)
    reader.close()
    return reader.found


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__(convert_charrefs=True)
        self.address = address
        self.base = ""
        self.found = Pasted()
        self.reads = {
            "opmaat-configurator": self._element,
            "base": self._base,
            "script": self._script,
            "iframe": self._iframe,
            "a": self._a,
            "meta": self._meta,
        }

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.reads:
            self.reads[tag]({name: value or "" for name, value in reversed(attrs)})

    def _element(self, values: dict[str, str]) -> None:
        _keep(self.found.elements, values)

    def _base(self, values: dict[str, str]) -> None:
        if values.get("href") and not self.base:  # browsers take the first
            self.base = self._whole(values["href"])

    def _script(self, values: dict[str, str]) -> None:
        # Tools that hold scripts back until somebody consents rename the attribute or the type.
        source = values.get("src") or values.get("data-src") or values.get("data-cookieconsent-src") or ""
        address = self._whole(source)
        path = urlsplit(address).path
        if not path.endswith(_SCRIPTS):
            return
        path = next(one for one in _SCRIPTS if path.endswith(one))
        held_back = "src" not in values or values.get("type", "").strip().lower() not in _RUN_AS[path]
        key, nonce = values.get("data-configurator", ""), values.get("nonce", "")
        _keep(self.found.scripts, Script(address, path, key, nonce, held_back))

    def _iframe(self, values: dict[str, str]) -> None:
        self._note(self.found.frames, values.get("src") or values.get("data-src") or "")

    def _a(self, values: dict[str, str]) -> None:
        self._note(self.found.links, values.get("href", ""))

    def _meta(self, values: dict[str, str]) -> None:
        if values.get("http-equiv", "").strip().lower() == "content-security-policy":
            _keep(self.found.policies, values.get("content", ""))

    def _note(self, places: list[str], reference: str) -> None:
        address = self._whole(reference)
        if urlsplit(address).path.startswith("/c/"):
            _keep(places, address)

    def _whole(self, reference: str) -> str:
        if len(reference) > LONGEST:
            return ""
        try:
            address = urljoin(self.base or self.address, reference.strip())
            urlsplit(address)
        except ValueError:
            return ""
        return address if len(address) <= LONGEST else ""


def _keep(kept: list[T], found: T) -> None:
    if len(kept) < MOST:
        kept.append(found)
