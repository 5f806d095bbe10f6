"""What a page of somebody else lets through: its Content-Security-Policies, read as browsers do (CSP 3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

#: Where a directive is looked for, and where next when it is not there.
_FALLBACKS: Mapping[str, tuple[str, ...]] = {
    "script-src": ("script-src-elem", "script-src", "default-src"),
    "connect-src": ("connect-src", "default-src"),
    "frame-src": ("frame-src", "child-src", "default-src"),
    "img-src": ("img-src", "default-src"),
}
_DEFAULT_PORTS = {"http": "80", "https": "443"}


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy; ``in_page`` is true for one in a ``<meta>``."""

    directives: Mapping[str, tuple[str, ...]]
    in_page: bool = False

    def lets_through(self, directive: str, address: str, *, page: str, nonce: str = "") -> bool:
        """Whether something of this kind may be had from an address. ``nonce`` is that of a script's tag."""
        sources = self._sources(directive)
        if sources is None:
            return True
        if nonce and f"'nonce-{nonce}'" in sources:
            return True
        if directive == "script-src" and "'strict-dynamic'" in sources:
            return False  # hosts do not count then
        wanted, own = urlsplit(address), urlsplit(page)
        return any(_matches(source, wanted, own) for source in sources)

    def mended(self, directive: str, origin: str) -> str:
        """The directive as it should be for this origin to be let through."""
        sources = [source for source in self._sources(directive) or () if source != "'none'"]
        return " ".join([directive, *sources, origin])

    def names_type_policy(self, name: str) -> bool:
        """Whether a Trusted Types policy of this name may be made, where they are demanded at all."""
        if "require-trusted-types-for" not in self.directives or "trusted-types" not in self.directives:
            return True
        named = self.directives["trusted-types"]
        return name in named or "*" in named

    @property
    def runs_scripts(self) -> bool:
        """False in a sandbox without scripts."""
        return "allow-scripts" in self.directives.get("sandbox", ("allow-scripts",))

    def _sources(self, directive: str) -> tuple[str, ...] | None:
        names = _FALLBACKS[directive]
        return next((self.directives[name] for name in names if name in self.directives), None)


def policies(texts: Iterable[str], *, in_page: bool = False) -> list[Policy]:
    """From headers or ``<meta>`` elements; a comma parts policies, and of a directive the first counts."""
    found = []
    for text in (one for header in texts for one in header.split(",")):
        directives: dict[str, tuple[str, ...]] = {}
        for part in text.split(";"):
            name, *values = part.split() or [""]
            if name:
                directives.setdefault(name.lower(), tuple(values))
        if directives:
            found.append(Policy(directives, in_page))
    return found


def _matches(source: str, wanted: SplitResult, own: SplitResult) -> bool:
    if source.startswith("'"):
        return source.lower() == "'self'" and (wanted.scheme, wanted.netloc) == (own.scheme, own.netloc)
    if source == "*":
        return wanted.scheme in ("http", "https")
    if source.endswith(":") and "/" not in source:
        return _same_scheme(source[:-1].lower(), wanted.scheme)
    return _matches_host(source, wanted, own)


def _matches_host(source: str, wanted: SplitResult, own: SplitResult) -> bool:
    scheme, mark, rest = source.partition("://")
    if not mark:
        scheme, rest = own.scheme, source
    host, slash, path = rest.partition("/")
    name, colon, port = host.rpartition(":") if ":" in host else (host, "", "")
    return (
        _same_scheme(scheme.lower(), wanted.scheme)
        and _same_host(name.lower(), (wanted.hostname or "").lower())
        and _same_port(port if colon else "", wanted)
        and (not slash or not path or _below(f"/{path}", wanted.path))
    )


def _same_scheme(allowed: str, scheme: str) -> bool:
    return allowed == scheme or (allowed, scheme) == ("http", "https")


def _same_host(allowed: str, host: str) -> bool:
    return host.endswith(allowed[1:]) if allowed.startswith("*.") else allowed in (host, "*")


def _same_port(allowed: str, wanted: SplitResult) -> bool:
    usual = _DEFAULT_PORTS.get(wanted.scheme, "")
    return allowed == "*" or (_port_of(wanted) or usual) == (allowed or usual)


def _port_of(address: SplitResult) -> str:
    try:
        return str(address.port or "")
    except ValueError:  # there are no so many
        return "none"


def _below(allowed: str, path: str) -> bool:
    return path.startswith(allowed) if allowed.endswith("/") else path == allowed
