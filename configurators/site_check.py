"""Whether a configurator can work on a page of a customer's site, and how to mend what stands in its way.

Looks at one page as its server sends it: what of ours is in it, and what its policies let through. What a
script puts there later is not seen, and the text says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from configurators.embedding import FRAME_NEEDS, element_needs
from configurators.host_policies import Policy, policies
from configurators.pasted_snippets import Pasted, Script, pasted
from delivery import outbound
from delivery.buckets import Buckets
from delivery.outbound import NotAllowed, Unreachable
from organisations.domains import origins

MOST_HOPS = 3
#: Of all hops together: somebody waits, and so do others for the process.
SECONDS = 8.0
#: So often may one organisation look.
PER_MINUTE = 4
_looks = Buckets()
_HTML = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True)
class Finding:
    """What is so, and what to do about it; ``paste`` is text to put somewhere as it is."""

    severity: str
    title: str
    mend: str
    paste: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was had: from where in the end, its policies, its text."""

    address: str
    policies: tuple[str, ...]
    text: str


class NotListed(ValueError):
    """The address is on none of the sites that the organisation lists."""


class NoPage(ValueError):
    """There is nothing to look at; ``finding`` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.title)
        self.finding = finding


def fetch(address: str, *, listed: list[str]) -> Page:
    """Get a page of a listed site, and what it leads on to. Raises NotListed or NoPage."""
    sites, until = origins(listed), monotonic() + SECONDS
    if _origin(address) not in sites:
        raise NotListed
    for _hop in range(MOST_HOPS + 1):
        try:
            answer = outbound.get(address, seconds=max(until - monotonic(), 0.1))
        except (NotAllowed, Unreachable):
            raise NoPage(_unreachable()) from None
        onward = answer.headers.get("location") if 300 <= answer.status < 400 else None
        if onward is None:
            return _page(address, answer)
        address = _next(address, onward)
        if _origin(address) not in sites:
            raise NoPage(_leads_away(address))
    raise NoPage(_unreachable())


def _next(address: str, onward: str) -> str:
    try:
        return urljoin(address, onward)
    except ValueError:
        raise NoPage(_unreachable()) from None


def too_often(organisation: str) -> bool:
    """Count one look; True when the organisation has to wait a moment."""
    return not _looks.take(organisation, per_minute=PER_MINUTE)


def findings(page: Page, *, public_key: str, on_line: bool, images: bool = False) -> list[Finding]:
    """What would keep visitors of this page from the configurator with this key; what is in order as well.

    ``images`` says whether it shows any of the organisation's own.
    """
    found = pasted(page.text, address=page.address)
    stated = [*policies(page.policies), *policies(found.policies, in_page=True)]
    looked = _Look(page, found, stated, public_key, images)
    problems = [*looked.problems()]
    if not on_line:
        problems.append(
            Finding(
                "warning",
                _("The configurator itself is off line"),
                _("Visitors read that it is closed. Put it on line on the page “On your site”."),
            )
        )
    return problems or [looked.in_order()]


@dataclass(frozen=True, slots=True)
class _Look:
    page: Page
    found: Pasted
    policies: list[Policy]
    key: str
    images: bool

    @property
    def element(self) -> dict[str, str] | None:
        return next((one for one in self.found.elements if one.get("key") == self.key), None)

    @property
    def framing(self) -> Script | None:
        """The script that puts a frame where it stands."""
        script = self.found.script("/e/v1.js")
        return script if script and script.key == self.key else None

    @property
    def frames(self) -> list[str]:
        return [one for one in self.found.frames if self._is_ours(one)]

    def problems(self) -> Iterator[Finding]:
        if self.element is not None:
            yield from self._of_element()
        elif self.framing is not None:
            yield from self._of_script(self.framing)
            yield from self._of_policies(FRAME_NEEDS, self.framing)
        elif self.frames:
            yield from self._of_policies(("frame-src",), None)
        elif any(self._is_ours(link) for link in self.found.links):
            return
        else:
            yield self._nothing()

    def in_order(self) -> Finding:
        ways = {
            bool(self.element): _("The element is in the page, and its policies let through what it needs."),
            bool(self.framing): _("The script is in the page, and its policies let through the frame."),
            bool(self.frames): _("The frame is in the page, and its policies let it through."),
        }
        way = ways.get(True, _("The page has a link to the configurator, which works everywhere."))
        return Finding("success", _("Nothing here stands in its way"), way)

    def _of_element(self) -> Iterator[Finding]:
        script = self.found.script("/e/v1/element.js")
        if script is None:
            yield Finding(
                "error",
                _("The script of the element is missing"),
                _("Visitors see only the link. Put this line before the element."),
                f'<script type="module" src="{_ours("public:element")}"></script>',
            )
            return
        yield from self._of_script(script)
        yield from self._of_policies(element_needs(images=self.images), script)
        if not all(policy.names_type_policy("opmaat") for policy in self.policies):
            yield Finding(
                "error",
                _("The site demands Trusted Types and does not name ours"),
                _("Add “opmaat” to the directive “trusted-types” of its policy."),
                "trusted-types opmaat",
            )

    def _of_script(self, script: Script) -> Iterator[Finding]:
        if script.held_back:
            yield Finding(
                "error",
                _("Something holds the script back"),
                _(
                    "A tool for cookie consent or for speed changed its tag, so that it does not run. It "
                    "needs no consent, since it sets no cookie and stores nothing: exempt it there."
                ),
            )
        if _origin(script.address) != settings.PUBLIC_URL:
            yield Finding(
                "error",
                _("The script comes from another host"),
                _("It must come from ours, unchanged. Use this address."),
                _ours("public:element" if script.path.endswith("element.js") else "public:embed"),
            )

    def _of_policies(self, needs: tuple[str, ...], script: Script | None) -> Iterator[Finding]:
        for policy in self.policies:
            if not policy.runs_scripts and "script-src" in needs:
                yield Finding(
                    "error",
                    _("The page runs in a sandbox without scripts"),
                    _("Take “sandbox” out of its policy, or add “allow-scripts” to it."),
                )
            for directive in needs:
                if not self._is_let_through(policy, directive, script):
                    yield self._blocked(policy, directive)

    def _is_let_through(self, policy: Policy, directive: str, script: Script | None) -> bool:
        is_script = directive == "script-src" and script is not None
        address = script.address if is_script and script else f"{settings.PUBLIC_URL}/c/{self.key}/"
        nonce = script.nonce if is_script and script else ""
        return policy.lets_through(directive, address, page=self.page.address, nonce=nonce)

    @staticmethod
    def _blocked(policy: Policy, directive: str) -> Finding:
        title = _("The site’s policy does not let through “%(directive)s”") % {"directive": directive}
        if policy.in_page:
            mend = _("Change this directive in the <meta> with the Content-Security-Policy in the page to:")
        else:
            mend = _("Change this directive in the header Content-Security-Policy that the server sends to:")
        return Finding("error", title, mend, policy.mended(directive, settings.PUBLIC_URL))

    def _nothing(self) -> Finding:
        others = {one.get("key", "") for one in self.found.elements}
        others |= {script.key for script in self.found.scripts if script.key}
        others |= {urlsplit(one).path.split("/")[2] for one in (*self.found.frames, *self.found.links)}
        if others:
            return Finding(
                "error",
                _("Another configurator stands there"),
                _("The page has our lines, with the key of another one. This one’s key is:"),
                self.key,
            )
        return Finding(
            "error",
            _("Nothing of ours stands in this page"),
            _(
                "Paste the lines of “On your site” into it. If a script puts them there, as some site "
                "builders do, they cannot be seen from here: then open the page yourself."
            ),
        )

    def _is_ours(self, address: str) -> bool:
        parts = urlsplit(address)
        return _origin(address) == settings.PUBLIC_URL and parts.path.startswith(f"/c/{self.key}/")


def _page(address: str, answer: outbound.Page) -> Page:
    if not 200 <= answer.status < 300:
        raise NoPage(
            Finding(
                "error",
                _("The page answered with %(status)s") % {"status": answer.status},
                _("Look at an address that visitors can open without signing in."),
            )
        )
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _HTML:
        raise NoPage(
            Finding(
                "error", _("This is no web page"), _("Look at the page that visitors see, not at a file.")
            )
        )
    header = answer.headers.get("content-security-policy", "")
    return Page(address, (header,) if header else (), answer.body.decode(errors="replace"))


def _unreachable() -> Finding:
    return Finding(
        "error",
        _("The page could not be reached"),
        _("It must be open to everybody over https. Is the address right, and the site on line?"),
    )


def _leads_away(address: str) -> Finding:
    host = urlsplit(address).netloc.rpartition("@")[2][:100]
    return Finding(
        "error",
        _("The page leads on to %(host)s, which is not in your list") % {"host": host},
        _("If that is your site too, list it in the settings; else no configurator is shown there."),
    )


def _ours(name: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse(name)}"


def _origin(address: str) -> str:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return ""
    host = (parts.hostname or "").lower()
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != usual else "")
