"""What is asked of every page, in a real browser."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Request, Response
from playwright.sync_api import Page as Tab

#: What a template leaves behind when something in it was not understood.
UNRENDERED = re.compile(r"<c-|</c-|\{%|\{\{|\{#|%\(\w+\)[sd]")
#: Texts that a script fills in itself.
DATA = re.compile(r'<script[^>]*type="application/json".*?</script>', re.DOTALL)
#: A refused page is logged by the browser as a failed load, which it is meant to be.
FAILED_LOAD = "Failed to load resource"
TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} refused ${event.blockedURI || event.sourceFile}`));
"""
KEPT = """async () => [
  ...Object.keys(localStorage), ...Object.keys(sessionStorage),
  ...(await indexedDB.databases()).map((database) => database.name), ...(await caches.keys()),
]"""


@dataclass
class Watcher:
    """Notes what a tab does from before its first page on."""

    tab: Tab
    own: set[str]
    said: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    documents: list[Response] = field(default_factory=list)
    #: Addresses that answered that something is wrong with what was asked, which a page may show.
    refused: set[str] = field(default_factory=set)
    waiting: int = 0

    def __post_init__(self) -> None:
        self.tab.add_init_script(TELL_VIOLATIONS)
        self.tab.on("console", self._hear)
        self.tab.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        self.tab.on("request", self._see_request)
        self.tab.on("response", self._see_response)
        for ended in ("requestfinished", "requestfailed"):
            self.tab.on(ended, self._see_end)  # type: ignore[call-overload]

    def forget(self) -> None:
        """Begin anew in the same tab: no cookie, nothing noted."""
        self.tab.goto("about:blank")
        self.tab.context.clear_cookies()
        for noted in (self.said, self.foreign, self.documents, self.refused):
            noted.clear()
        self.waiting = 0

    def settle(self) -> None:
        """Wait until the page is there with everything that it asked for."""
        self.tab.wait_for_load_state("load")
        quiet = 0
        while quiet < 2:
            self.tab.wait_for_timeout(25)
            quiet = 0 if self.waiting else quiet + 1

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        url = str((message.location or {}).get("url", ""))
        if not (message.text.startswith(FAILED_LOAD) and url in self.refused):
            self.said.append(f"{message.type}: {message.text}")

    def _see_end(self, request: Request) -> None:
        self.waiting -= 1

    def _see_request(self, request: Request) -> None:
        self.waiting += 1
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and parts.netloc not in self.own:
            self.foreign.append(request.url)

    def _see_response(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self.documents.append(response)
            if response.status >= 400:
                self.refused.add(response.url)
        elif response.status == 422:
            self.refused.add(response.url)

    @property
    def page(self) -> Response:
        """The document that the tab shows."""
        return [one for one in self.documents if one.frame == self.tab.main_frame and one.status // 100 != 3][
            -1
        ]

    def problems(self, *, language: str, keeps_nothing: bool, contrast: bool = True) -> list[str]:
        """Everything that is wrong with what the tab shows; nothing, if all is well.

        Without ``contrast``, half of axe's time, colours are not compared.
        """
        found = [*self.said, *(f"foreign request: {url}" for url in self.foreign)]
        found += self._policies() + self._markup(language) + self._width() + self._axe(contrast)
        if keeps_nothing:
            found += self._kept()
        return found

    def _policies(self) -> list[str]:
        found = []
        for document in self.documents:
            policy = document.headers.get("content-security-policy", "")
            if document.status // 100 != 3 and (not policy or "unsafe-" in policy):
                found.append(f"policy of {urlsplit(document.url).path}: {policy or 'none'}")
        return found

    def _markup(self, language: str) -> list[str]:
        markup = DATA.sub("", self.tab.content())
        found = [f"left over: {text}" for text in UNRENDERED.findall(markup)]
        spoken = self.tab.evaluate("document.documentElement.lang")
        if spoken != language:
            found.append(f"speaks {spoken} instead of {language}")
        return found

    def _width(self) -> list[str]:
        wide, seen = self.tab.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
        return [f"scrolls sideways: {wide} in {seen}"] if wide > seen else []

    def _axe(self, contrast: bool) -> list[str]:
        rules = {"color-contrast": {"enabled": contrast}}
        options = {"resultTypes": ["violations"], "rules": rules}
        results = Axe().run(self.tab, options=options).response["violations"]
        return [
            f"{rule['id']}: {rule['help']}: {node['target']} {node['html'][:200]}"
            for rule in results
            for node in rule["nodes"][:3]
        ]

    def _kept(self) -> list[str]:
        cookies = [f"cookie {cookie.get('name')}" for cookie in self.tab.context.cookies()]
        return cookies + [f"kept in the browser: {name}" for name in self.tab.evaluate(KEPT)]
