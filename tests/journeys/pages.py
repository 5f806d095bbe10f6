"""Every page of the product, in the states that people meet: with data, empty, and after a mistake.

Each address of the urlconf that answers GET stands here or in NO_PAGE with the reason why not.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urljoin

from django.urls import reverse
from playwright.sync_api import Page as Tab

LANGUAGES = ("nl", "en", "fr")
WIDTHS = (1360, 390)
PASSWORD = "juweel trap zeven mist"
UNKNOWN = "00000000-0000-7000-8000-000000000000"

Act = Callable[[Tab], None]


@dataclass(frozen=True)
class Page:
    """One page in one state. Values of ``kwargs`` are places in what ``furnish`` told, or ``=literal``."""

    name: str
    url: str
    who: str = ""
    kwargs: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    act: Act | None = None
    status: int = 200
    #: Waited for when it comes later than the page itself.
    wait_for: str = ""

    @property
    def is_public(self) -> bool:
        """Whether visitors see it: those pages keep nothing and ask nobody else."""
        return self.url.startswith(("public:", "door:"))

    def path(self, told: dict[str, Any], language: str) -> str:
        kwargs = {name: _look_up(told, place) for name, place in self.kwargs.items()}
        asks_for_it = self.is_public or self.url == "configurators:preview"
        query = ({"lang": language} if asks_for_it else {}) | self.query
        return reverse(self.url, kwargs=kwargs) + (f"?{urlencode(query)}" if query else "")


def _look_up(told: dict[str, Any], place: str) -> str:
    if place.startswith("="):
        return place[1:]
    found: Any = told
    for part in place.split("."):
        found = found[part]
    return str(found)


def looks_of(page: Page, *, wanted: str) -> list[tuple[str, int]]:
    """The languages and widths in which a page is looked at.

    ``wanted`` is a language, for both its widths; without one the page's name chooses a single look.
    """
    looks = [(language, width) for language in LANGUAGES for width in WIDTHS]
    if wanted:
        return [look for look in looks if look[0] == wanted]
    return [looks[hashlib.sha256(page.name.encode()).digest()[0] % len(looks)]]


# --- What is done on a page before looking -------------------------------------------------------


def send(within: str = "main form[method=post]", **values: str) -> Act:
    """Type into fields by their name and press the form's own button."""

    def act(tab: Tab) -> None:
        form = tab.locator(within).first
        for name, value in values.items():
            form.locator(f"[name='{name}']").fill(value)
        with tab.expect_navigation():
            form.locator("button:not([name]):not([type=button])").last.click()

    return act


def halfway(act: Act | None = None) -> Act:
    """Give the password of the person who is named in the address; the second step appears."""

    def first_step(tab: Tab) -> None:
        language = str(tab.evaluate("document.documentElement.lang"))
        send(email=f"seller.{language}@example.org", password=PASSWORD)(tab)
        if act:
            act(tab)

    return first_step


def lose_both(act: Act | None = None) -> Act:
    """At the second step: neither the app nor a code is left."""

    def on(tab: Tab) -> None:
        with tab.expect_navigation():
            tab.locator("a[href$='/sign-in/lost/']").click()
        if act:
            act(tab)

    return on


def post_as_it_is(tab: Tab) -> None:
    """Send a visitor's form as a browser without JavaScript does, with the contact left empty."""
    with tab.expect_navigation():
        tab.evaluate(
            "() => { const form = document.querySelector('form.sheet');"
            " HTMLFormElement.prototype.submit.call(form); }"
        )


#: Reads like a signed quote, and nobody signed it.
NOT_SIGNED_HERE = '{"statement": {"format": "opmaat-quote/1"}, "signature": "x"}'


def check_own_quote(tab: Tab) -> None:
    """Behind the door: take the signed file of a quote along, and have it checked."""
    link = tab.locator("a[href*='/file/'][href*='/json/']").first.evaluate("link => link.href")
    written = tab.request.get(str(link)).text()
    tab.goto(urljoin(tab.url, f"/verify/?lang={tab.evaluate('document.documentElement.lang')}"))
    send(quote=written)(tab)


def press_submit(tab: Tab) -> None:
    """Ask for an offer with the contact left empty; the page itself says what is missing."""
    tab.locator("button[value=submit]:visible").first.click()
    tab.locator("[aria-invalid=true]").first.wait_for()


def delete_under_another_name(tab: Tab) -> None:
    """Open what is folded away, and type a name that is not the organisation's."""
    tab.locator("main details summary").click()
    send("main details form", name="x")(tab)


def without_token(tab: Tab) -> None:
    tab.locator("main [name=csrfmiddlewaretoken]").first.evaluate("field => field.remove()")
    send(email="nobody@example.org", password="x")(tab)


# --- Where ---------------------------------------------------------------------------------------

ACME = {"organisation": "organisations.acme"}
GLOBEX = {"organisation": "organisations.globex"}
LATE = {"organisation": "organisations.late"}
SUSPENDED = {"organisation": "organisations.suspended"}


def _of(name: str, organisation: dict[str, str] = ACME) -> dict[str, str]:
    return organisation | {"pk": f"configurators.{name}.pk"}


def _book(name: str = "book") -> dict[str, str]:
    return ACME | {"book": f"books.{name}"}


def _lead(name: str) -> dict[str, str]:
    return ACME | {"pk": f"leads.{name}"}


def _key(name: str) -> dict[str, str]:
    return {"key": f"configurators.{name}.key"}


def _token(name: str) -> dict[str, str]:
    return {"token": f"tickets.{name}"}


ENDED = {"token": "=ended"}

SITE = [
    Page("home", "site:home"),
    Page("home-signed-in", "site:home", "owner"),
    Page("not-found", "configurators:builder", "owner", ACME | {"pk": f"={UNKNOWN}"}, status=404),
    Page("csrf-refused", "accounts:sign-in", act=without_token, status=403),
]

ACCOUNTS = [
    Page("sign-up", "accounts:sign-up"),
    Page("sign-up-mistakes", "accounts:sign-up", act=send(email="nora@", password="short"), status=422),
    Page("sign-up-done", "accounts:sign-up-done"),
    Page("verify", "accounts:verify", kwargs=_token("verify")),
    Page("verify-mistake", "accounts:verify", kwargs=_token("verify"), act=send(), status=422),
    Page("verify-ended", "accounts:verify", kwargs=ENDED, status=404),
    Page("sign-in", "accounts:sign-in"),
    Page("sign-in-mistake", "accounts:sign-in", act=send(email="nora@example.org"), status=422),
    Page("two-step", "accounts:sign-in", act=halfway()),
    Page("two-step-mistake", "accounts:sign-in", act=halfway(send(code="12")), status=422),
    Page("lost-factor", "accounts:sign-in", act=halfway(lose_both())),
    Page("lost-factor-asked", "accounts:sign-in", act=halfway(lose_both(send()))),
    Page("lost-factor-confirm", "accounts:lost-factor-confirm", kwargs=_token("lost-factor-confirm")),
    Page("lost-factor-stop", "accounts:lost-factor-stop", kwargs=_token("lost-factor-stop")),
    Page("lost-factor-ended", "accounts:lost-factor-confirm", kwargs=ENDED, status=404),
    Page("password-reset", "accounts:password-reset"),
    Page("password-reset-mistake", "accounts:password-reset", act=send(email="nora@"), status=422),
    Page("password-reset-done", "accounts:password-reset-done"),
    Page("password-new", "accounts:password-reset-confirm", kwargs=_token("password-reset-confirm")),
    Page(
        "password-new-mistake",
        "accounts:password-reset-confirm",
        kwargs=_token("password-reset-confirm"),
        act=send(password="short"),
        status=422,
    ),
    Page("password-reset-ended", "accounts:password-reset-confirm", kwargs=ENDED, status=404),
    Page("account", "accounts:settings", "owner"),
    Page("account-without-second-step", "accounts:settings", "newcomer"),
    Page("account-mistake", "accounts:settings", "newcomer", act=send("#about form", name=""), status=422),
    Page("step-up", "accounts:step-up", "owner"),
    Page("step-up-mistake", "accounts:step-up", "owner", act=send(), status=422),
    Page("change-password", "accounts:change-password", "owner"),
    Page("change-password-mistake", "accounts:change-password", "owner", act=send(), status=422),
    Page("change-email", "accounts:change-email", "owner"),
    Page("change-email-mistake", "accounts:change-email", "owner", act=send(email="nora@"), status=422),
    Page("confirm-email", "accounts:confirm-email", kwargs=_token("confirm-email")),
    Page("confirm-email-ended", "accounts:confirm-email", kwargs=ENDED, status=404),
    Page("two-step-setup", "accounts:two-step-setup", "newcomer"),
    Page("two-step-key", "accounts:two-step-setup", "beginner"),
    Page("two-step-key-mistake", "accounts:two-step-setup", "beginner", act=send(code="12"), status=422),
    Page("two-step-off", "accounts:two-step-off", "owner"),
    Page("two-step-off-mistake", "accounts:two-step-off", "owner", act=send(), status=422),
    Page("recovery-codes", "accounts:recovery-codes", "founder"),
    Page("recovery-codes-made", "accounts:recovery-codes", "founder", act=send()),
    Page("terms", "accounts:terms"),
    Page("terms-in-french", "accounts:terms", kwargs={"language": "=fr"}),
    Page("terms-of-a-version", "accounts:terms", kwargs={"language": "=nl", "version": "=2026-11"}),
    Page("processing-agreement", "accounts:processing-agreement"),
    Page("cookies", "accounts:cookies"),
    Page("privacy-policy", "accounts:privacy-policy"),
    Page("privacy-policy-in-dutch", "accounts:privacy-policy", kwargs={"language": "=nl"}),
]

ORGANISATIONS = [
    Page("chooser", "organisations:chooser", "owner"),
    Page("chooser-invited", "organisations:chooser", "guest"),
    Page("chooser-empty", "organisations:chooser", "newcomer"),
    Page("found", "organisations:found", "newcomer"),
    Page("found-mistake", "organisations:found", "newcomer", act=send(name=""), status=422),
    Page("overview", "organisations:overview", "owner", ACME),
    Page("overview-empty", "organisations:overview", "founder", GLOBEX),
    Page("settings", "organisations:settings", "owner", ACME),
    Page("settings-empty", "organisations:settings", "founder", GLOBEX),
    Page(
        "settings-mistake",
        "organisations:settings",
        "founder",
        GLOBEX,
        act=send(name="", controller_email="x@", embed_domains="https://a/b"),
        status=422,
    ),
    Page(
        "settings-shorter",
        "organisations:settings",
        "owner",
        ACME,
        act=send(lead_retention_days="30"),
        status=422,
    ),
    Page("holds", "privacy:holds", "owner", ACME),
    Page("holds-empty", "privacy:holds", "founder", GLOBEX),
    Page("hold-place", "privacy:hold-place", "owner", ACME),
    Page("hold-place-mistake", "privacy:hold-place", "owner", ACME, act=send(email="a@"), status=422),
    Page("hold-release", "privacy:hold-release", "owner", ACME | {"pk": "hold"}),
    Page("hold-review", "privacy:hold-review", "owner", ACME | {"pk": "hold"}),
    Page("forecast", "privacy:forecast", "owner", ACME),
    Page("forecast-bad-day", "privacy:forecast", "owner", ACME, query={"on": "x"}, status=400),
    Page("sweeps", "platform:retention", "officer"),
    Page("sweep-approve", "platform:retention-approve", "officer", {"pk": "run"}),
    Page("platform-forecast", "platform:forecast", "officer"),
    Page("data", "privacy:data", "owner", ACME),
    Page("data-empty", "privacy:data", "founder", GLOBEX),
    Page("left-data", "left:data", "founder", {"organisation": "organisations.left"}),
    Page("support", "organisations:support", "owner", ACME),
    Page("support-empty", "organisations:support", "founder", GLOBEX),
    Page("support-ask", "platform:support", "support"),
    Page("leave", "organisations:leave-organisation", "owner", ACME),
    Page("leave-mistake", "organisations:leave-organisation", "owner", ACME, act=send(name="x"), status=422),
    Page("left", "organisations:left", "founder", {"organisation": "organisations.left"}),
    Page(
        "left-mistake",
        "organisations:left",
        "founder",
        {"organisation": "organisations.left"},
        act=delete_under_another_name,
        status=422,
    ),
    Page("chooser-left", "organisations:chooser", "founder"),
    Page("settings-forbidden", "organisations:settings", "seller", ACME, status=403),
    Page("record", "organisations:record", "owner", ACME),
    Page("record-nothing", "organisations:record", "owner", ACME, query={"action": "recipient.confirmed"}),
    Page("record-mistake", "organisations:record", "owner", ACME, query={"kept": "x"}, status=400),
    Page("agreements", "organisations:agreements", "owner", ACME),
    Page("members", "organisations:members", "owner", ACME),
    Page("members-without-invitations", "organisations:members", "founder", GLOBEX),
    Page("members-as-seller", "organisations:members", "seller", ACME),
    Page("invite", "organisations:invite", "owner", ACME),
    Page("invite-mistake", "organisations:invite", "owner", ACME, act=send(email="nora@"), status=422),
    Page("member-role", "organisations:member-role", "owner", ACME | {"member": "member"}),
    Page(
        "member-role-chosen",
        "organisations:member-role",
        "owner",
        ACME | {"member": "member"},
        query={"role": "admin"},
    ),
    Page("member-remove", "organisations:member-remove", "owner", ACME | {"member": "member"}),
    Page("member-leave", "organisations:leave", "seller", ACME),
    Page("suspension", "organisations:suspension", "owner", SUSPENDED),
    Page("suspension-none", "organisations:suspension", "owner", ACME),
    Page("overview-suspended", "organisations:overview", "owner", SUSPENDED),
    Page(
        "configurators-suspended",
        "configurators:create",
        "owner",
        SUSPENDED,
        act=send(name="Serre"),
        status=403,
    ),
    Page("ownership", "organisations:ownership", "owner", ACME),
    Page("ownership-asked", "organisations:ownership", "seller", ACME),
    Page("ownership-none", "organisations:ownership", "founder", GLOBEX),
    Page("ownership-offer", "organisations:ownership-offer", "owner", LATE),
    Page("ownership-offer-mistake", "organisations:ownership-offer", "owner", LATE, act=send(), status=422),
    Page("integrations", "organisations:integrations", "owner", ACME),
    Page("integrations-empty", "organisations:integrations", "founder", GLOBEX),
    Page("webhook", "organisations:webhook", "owner", ACME),
    Page("webhook-mistake", "organisations:webhook", "founder", GLOBEX, act=send(url="http://x"), status=422),
    Page("webhook-secret", "organisations:webhook-secret", "owner", ACME),
    Page("webhook-secret-made", "organisations:webhook-secret", "owner", ACME, act=send()),
    Page("webhook-remove", "organisations:webhook-remove", "owner", ACME),
    Page("api-key", "organisations:api-key", "owner", ACME),
    Page("api-key-mistake", "organisations:api-key", "owner", ACME, act=send(name=""), status=422),
    Page("api-key-made", "organisations:api-key", "owner", ACME, act=send(name="Planning")),
    Page("api-key-revoke", "organisations:api-key-revoke", "owner", ACME | {"api_key": "api_key"}),
    Page(
        "invitation-withdraw",
        "organisations:invitation-withdraw",
        "owner",
        ACME | {"invitation": "invitation"},
    ),
    Page("invitation", "organisations:accept-invitation", "", {"token": "invited"}),
    Page("invitation-unusable", "organisations:accept-invitation", kwargs=ENDED, status=404),
]

CONFIGURATORS = [
    Page("configurators", "configurators:list", "owner", ACME),
    Page("configurators-empty", "configurators:list", "founder", GLOBEX),
    Page("configurators-as-seller", "configurators:list", "seller", ACME),
    Page("configurator-new", "configurators:create", "owner", ACME),
    Page("configurator-new-mistake", "configurators:create", "owner", ACME, act=send(), status=422),
    Page("builder", "configurators:builder", "owner", _of("live")),
    Page("builder-with-mistakes", "configurators:builder", "owner", _of("broken")),
    Page("preview", "configurators:preview", "owner", _of("live")),
    Page("preview-with-mistakes", "configurators:preview", "owner", _of("broken")),
    Page("rename", "configurators:rename", "owner", _of("live")),
    Page("rename-mistake", "configurators:rename", "owner", _of("live"), act=send(name=""), status=422),
    Page("duplicate", "configurators:duplicate", "owner", _of("live")),
    Page("publish", "configurators:publish", "owner", _of("draft")),
    Page("publish-with-mistakes", "configurators:publish", "owner", _of("broken")),
    Page("publish-with-everything", "configurators:publish", "owner", _of("live"), wait_for="#replay"),
    Page("price-books", "configurators:price-books", "owner", ACME),
    Page("price-books-empty", "configurators:price-books", "founder", GLOBEX),
    Page("price-book", "configurators:price-book", "owner", _book()),
    Page("price-book-as-seller", "configurators:price-book", "seller", _book()),
    Page("price-book-empty", "configurators:price-book", "owner", _book("empty")),
    Page("price-book-new", "configurators:price-book-new", "owner", ACME),
    Page("price-book-new-mistake", "configurators:price-book-new", "owner", ACME, act=send(), status=422),
    Page("price-book-rename", "configurators:price-book-rename", "owner", _book()),
    Page("price-new", "configurators:price-new", "owner", _book()),
    Page("price-new-mistake", "configurators:price-new", "owner", _book(), act=send(), status=422),
    Page("price", "configurators:price", "owner", _book() | {"entry": "books.entry"}),
    Page("price-paste", "configurators:price-paste", "owner", _book()),
    Page(
        "price-paste-mistakes",
        "configurators:price-paste",
        "owner",
        _book(),
        act=send(sheet="rail;Rail;3,50\nrod steel;Rod;much"),
        status=422,
    ),
    Page("scenarios", "configurators:scenarios", "owner", _of("live")),
    Page("scenarios-empty", "configurators:scenarios", "owner", _of("draft")),
    Page("scenarios-with-mistakes", "configurators:scenarios", "owner", _of("broken")),
    Page("scenario-new", "configurators:scenario-new", "owner", _of("draft")),
    Page("scenario-new-mistake", "configurators:scenario-new", "owner", _of("draft"), act=send(), status=422),
    Page("scenario-with-mistakes", "configurators:scenario-new", "owner", _of("broken")),
    Page(
        "scenario",
        "configurators:scenario",
        "owner",
        _of("live") | {"scenario": "configurators.live.scenario"},
    ),
    Page("replay", "leads:replay", "owner", _of("live")),
    Page("versions", "configurators:versions", "owner", _of("live")),
    Page("versions-empty", "configurators:versions", "owner", _of("draft")),
    Page("restore", "configurators:restore", "owner", _of("live") | {"number": "=1"}),
    Page("embed", "configurators:embed", "owner", _of("live")),
    Page("embed-unpublished", "configurators:embed", "owner", _of("draft")),
    Page("embed-off-line", "configurators:embed", "owner", _of("closed")),
    Page("check-site", "configurators:check-site", "owner", _of("live")),
    Page(
        "check-site-mistake",
        "configurators:check-site",
        "owner",
        _of("live"),
        act=send(address="https://elsewhere.example/"),
        status=422,
    ),
    Page("check-site-unpublished", "configurators:check-site", "owner", _of("draft")),
]

LEADS = [
    Page("inbox", "leads:inbox", "owner", ACME),
    Page("inbox-empty", "leads:inbox", "founder", GLOBEX),
    Page("inbox-suspects", "leads:inbox", "owner", ACME, query={"status": "quarantined"}),
    Page("inbox-won", "leads:inbox", "seller", ACME, query={"status": "lost"}),
    Page("inbox-bad-filter", "leads:inbox", "owner", ACME, query={"status": "x"}, status=400),
    Page("search", "leads:inbox", "owner", ACME, act=send("[role=search]", email="jan.peeters@example.com")),
    Page("search-nothing", "leads:inbox", "owner", ACME, act=send("[role=search]", email="a@example.com")),
    Page("search-mistake", "leads:inbox", "owner", ACME, act=send("[role=search]", email="a@"), status=422),
    Page("export", "leads:export", "owner", ACME),
    Page(
        "export-mistake",
        "leads:export",
        "owner",
        ACME,
        act=send(since="2026-03-02", until="2026-03-01"),
        status=422,
    ),
    Page("export-empty", "leads:export", "founder", GLOBEX),
    Page("export-notices", "leads:export-notices", "owner", ACME),
    Page("export-notices-empty", "leads:export-notices", "seller", ACME),
    Page("lead", "leads:detail", "owner", _lead("won")),
    Page("lead-new", "leads:detail", "seller", _lead("new")),
    Page("lead-suspect", "leads:detail", "owner", _lead("suspect")),
    Page(
        "lead-note-mistake",
        "leads:detail",
        "owner",
        _lead("won"),
        act=send("form[action$='/notes/']", text=""),
        status=422,
    ),
]


def _request(name: str) -> dict[str, str]:
    return ACME | {"pk": f"requests.{name}"}


PRIVACY = [
    Page("desk", "privacy:desk", "owner", ACME),
    Page("desk-empty", "privacy:desk", "founder", GLOBEX),
    Page("desk-ended", "privacy:desk", "owner", ACME, query={"show": "ended"}),
    Page("request-late", "privacy:request", "owner", _request("late")),
    Page("request-open", "privacy:request", "owner", _request("open")),
    Page("request-unproven", "privacy:request", "owner", _request("unproven")),
    Page("request-suspended", "privacy:request", "owner", _request("asked")),
    Page("request-refused", "privacy:request", "owner", _request("refused")),
    Page("request-waiting", "privacy:request", "owner", _request("waiting")),
    Page("request-new", "privacy:new", "owner", ACME),
    Page("request-new-mistakes", "privacy:new", "owner", ACME, act=send(), status=422),
    Page("desk-settings", "privacy:settings", "owner", ACME),
    Page(
        "desk-settings-mistake",
        "privacy:settings",
        "owner",
        ACME,
        act=send(answer_within_days="99"),
        status=422,
    ),
    Page("platform-desk", "platform:requests", "officer"),
    Page("platform-request", "platform:request", "officer", {"pk": "requests.account"}),
]

PUBLIC = [
    Page("visitor", "public:page", kwargs=_key("live")),
    Page("visitor-embedded", "public:page", kwargs=_key("live"), query={"embed": "1"}),
    Page("visitor-mistakes", "public:page", kwargs=_key("live"), act=press_submit),
    Page("visitor-mistakes-plain", "public:page", kwargs=_key("live"), act=post_as_it_is, status=422),
    Page("visitor-closed", "public:page", kwargs=_key("closed"), status=410),
    Page("visitor-unknown", "public:page", kwargs={"key": "=nothinghere"}, status=404),
    Page("visitor-saved-ended", "public:saved", kwargs=_key("live"), status=410),
    Page("visitor-thanks", "public:thanks", kwargs=_key("live")),
    Page("quote-check", "public:verify"),
    Page("quote-check-mistake", "public:verify", act=send(), status=422),
    Page("quote-check-not-ours", "public:verify", act=send(quote=NOT_SIGNED_HERE)),
    Page("quote-check-stands", "door:my", kwargs=_token("door-visit"), act=check_own_quote),
]

PLATFORM = [
    Page("suspensions", "platform:suspensions", "support"),
    Page("suspensions-mistake", "platform:suspensions", "support", act=send(), status=422),
    Page("suspension-answer", "platform:suspension", "support", {"pk": "suspension"}),
    Page(
        "suspension-answer-mistake",
        "platform:suspension",
        "support",
        {"pk": "suspension"},
        act=send(),
        status=422,
    ),
    Page("platform-documents", "platform:documents", "officer"),
    Page("registers", "platform:registers", "officer"),
    Page("company-new", "platform:company-new", "officer"),
    Page("company-new-mistake", "platform:company-new", "officer", act=send(name=""), status=422),
    Page("company-engage", "platform:company-engage", "officer", {"pk": "register.company"}),
    Page("demand-new", "platform:demand-new", "officer"),
    Page("demand-decide", "platform:demand-decide", "officer", {"pk": "register.demand"}),
    Page("duty-new", "platform:duty-new", "officer"),
    Page("duty-done", "platform:duty-done", "officer", {"pk": "register.duty"}),
    Page("breaches", "platform:breaches", "officer"),
    Page("breach-new", "platform:breach-new", "officer"),
    Page("breach-new-mistake", "platform:breach-new", "officer", act=send(title=""), status=422),
    Page("breach", "platform:breach", "officer", {"pk": "breach"}),
    Page("breach-mistake", "platform:breach", "officer", {"pk": "breach"}, act=send(text=""), status=422),
    Page("incidents", "privacy:incidents", "owner", ACME),
    Page("incidents-empty", "privacy:incidents", "founder", GLOBEX),
    Page("platform-register", "platform:register", "officer"),
    Page("data-map", "platform:data-map", "officer"),
    Page("register", "privacy:register", "owner", ACME),
]

VISIT = ACME | {"token": "tickets.door-visit"}

DOOR = [
    Page("door", "door:request"),
    Page("door-mistake", "door:request", act=send(email="nora@"), status=422),
    Page("door-sent", "door:sent"),
    Page("door-open", "door:my", kwargs=_token("door-waiting")),
    Page("door-ended", "door:my", kwargs=ENDED, status=404),
    Page("door-yes", "door:my", kwargs=_token("door-visit")),
    Page("door-no", "door:my", kwargs=_token("door-nobody")),
    Page("door-copy", "door:copy", kwargs=VISIT),
    Page("door-correct", "door:correct", kwargs=VISIT),
    Page("door-correct-mistake", "door:correct", kwargs=VISIT, act=send(name="", email="x@"), status=422),
    Page("door-erase", "door:ask", kwargs=VISIT | {"right": "=erasure"}),
    Page("door-restrict", "door:ask", kwargs=VISIT | {"right": "=restriction"}),
    Page("door-object", "door:ask", kwargs=VISIT | {"right": "=objection"}),
    Page("door-object-mistake", "door:ask", kwargs=VISIT | {"right": "=objection"}, act=send(), status=422),
    Page("door-asked", "door:ask", kwargs=VISIT | {"right": "=restriction"}, act=send(text="x")),
]

CONSENTS = [
    Page("consent", "public:confirm", kwargs=_token("consent-waiting")),
    Page("consent-confirmed", "public:confirm", kwargs=_token("consent-confirmed")),
    Page("consent-late", "public:confirm", kwargs=_token("consent-late"), status=410),
    Page("consent-withdrawn", "public:confirm", kwargs=_token("consent-withdrawn"), status=410),
    Page("consent-unknown", "public:confirm", kwargs=ENDED, status=404),
    Page("mail-choices", "door:mail-choices", kwargs=_token("mail-confirmed")),
    Page("mail-choices-stopped", "door:mail-choices", kwargs=_token("mail-withdrawn")),
    Page("mail-choices-unknown", "door:mail-choices", kwargs=_token("mail-unknown")),
    Page("mail-choices-ended", "door:mail-choices", kwargs=ENDED, status=404),
]

OWN_DATA = [
    Page("own-data", "own-data:overview", "owner"),
    Page("own-data-of-a-newcomer", "own-data:overview", "newcomer"),
    Page("own-copy", "own-data:copy", "owner"),
    Page("own-erase", "own-data:ask", "newcomer", {"right": "=erasure"}),
    Page("own-restrict", "own-data:ask", "owner", {"right": "=restriction"}),
    Page("own-object", "own-data:ask", "owner", {"right": "=objection"}),
    Page("own-object-mistake", "own-data:ask", "owner", {"right": "=objection"}, act=send(), status=422),
]

MAILBOX = [
    Page("mailbox", "mailbox:messages"),
    Page("mailbox-nothing", "mailbox:messages", act=send(to="nobody@example.com")),
    Page("mailbox-mistake", "mailbox:messages", act=send(to="nobody@"), status=422),
    Page("mail", "mailbox:message", kwargs={"pk": "mail"}),
]

_TO_WORKS = {"plan": "works", "interval": "month"}

BILLING = [
    Page("prices", "billing:prices"),
    Page("plan", "billing:plan", "owner", ACME),
    Page("plan-on-trial", "billing:plan", "founder", GLOBEX),
    Page("plan-overdue", "billing:plan", "owner", LATE),
    Page(
        "plan-contact-mistake",
        "billing:plan",
        "owner",
        ACME,
        act=send("form[action$='/contacts/']", email="x@"),
        status=422,
    ),
    Page("plan-choose", "billing:choose", "founder", GLOBEX),
    Page("plan-choose-another", "billing:choose", "owner", ACME),
    Page("company", "billing:company", "founder", GLOBEX),
    Page("company-mistake", "billing:company", "owner", ACME, act=send(vat_id="NL12", city=""), status=422),
    Page("invoices", "billing:invoices", "owner", ACME),
    Page("bought-not-yet", "billing:bought", "founder", GLOBEX),
    Page("plan-cancel", "billing:cancel", "owner", ACME),
    Page("plan-change", "billing:change", "owner", ACME, query=_TO_WORKS),
    # Its clock at Stripe stands still weeks ago, in a period that is over.
    Page("plan-change-refused", "billing:change", "owner", LATE, query=_TO_WORKS, status=422),
    Page("configurators-frozen", "configurators:list", "owner", LATE),
    Page("withheld", "configurators:create", "owner", LATE, act=send(name="Serre"), status=403),
]

PAGES = [
    *SITE, *ACCOUNTS, *ORGANISATIONS, *CONFIGURATORS, *LEADS, *PRIVACY, *PUBLIC, *DOOR, *CONSENTS, *OWN_DATA, *PLATFORM,
    *BILLING,
    *MAILBOX,
]  # fmt: skip

_POSTED = "answers POST alone"
#: The steps of the desk, each with an address of its own.
STEPS = (
    "letter", "decide", "extend", "ask-identity", "prove-identity", "reclassify", "withdraw", "duplicate",
    "carried-out", "close",
)  # fmt: skip
NO_PAGE = {
    "platform:breach-close": _POSTED,
    "platform:breach-draft": "a file",
    "accounts:report-misuse": _POSTED,
    "platform:register-file": "a file",
    "privacy:register-file": "a file",
    "accounts:two-step": "seen as the pages two-step and two-step-mistake, behind the password",
    "accounts:lost-factor": "seen as the pages lost-factor and lost-factor-asked, behind the password",
    "accounts:sign-out": _POSTED,
    "accounts:language": _POSTED,
    "accounts:two-step-begin": _POSTED,
    "accounts:sign-out-everywhere": _POSTED,
    "organisations:home": "sends on to another page",
    "door:signing-key": "JSON for a program",
    "door:certificate": "a file to keep: JSON or PDF",
    "organisations:accept-pending": _POSTED,
    "organisations:support-let-in": _POSTED,
    "organisations:support-end": _POSTED,
    "organisations:restore": _POSTED,
    "privacy:data-download": "a file",
    "left:data-download": "a file",
    "organisations:delete-now": _POSTED,
    "organisations:invitation-resend": _POSTED,
    "organisations:ownership-withdraw": _POSTED,
    "organisations:suspension-appeal": _POSTED,
    "organisations:ownership-decline": _POSTED,
    "organisations:ownership-accept": _POSTED,
    "organisations:webhook-switch": _POSTED,
    "organisations:webhook-test": _POSTED,
    "organisations:webhook-retry": _POSTED,
    "api:leads": "JSON for programs",
    "api:lead": "JSON for programs",
    "api:erasures": "JSON for programs",
    "api:acknowledge": _POSTED,
    "api:schema": "JSON for programs",
    "configurators:draft": "JSON for the builder",
    "configurators:preview-price": _POSTED,
    "configurators:images": "JSON for the builder",
    "configurators:image": "a picture",
    "configurators:image-remove": _POSTED,
    "configurators:intake": _POSTED,
    "configurators:proof": "a part of the page that publishes",
    "configurators:call-off": _POSTED,
    "configurators:scenario-accept": _POSTED,
    "configurators:scenario-remove": _POSTED,
    "configurators:thaw": _POSTED,
    "configurators:price-book-remove": _POSTED,
    "configurators:price-remove": _POSTED,
    "configurators:reprice": _POSTED,
    "leads:overview": "a part of the page overview",
    "leads:new-count": "a number inside the menu",
    "leads:search": _POSTED,
    "leads:export-progress": "a part of the page export",
    "leads:export-cancel": _POSTED,
    "leads:export-download": "a file",
    "organisations:record-export": "a file",
    "leads:export-confirm": _POSTED,
    "leads:status": _POSTED,
    "leads:note": _POSTED,
    "leads:release": _POSTED,
    "leads:set-aside": _POSTED,
    "billing:add-contact": _POSTED,
    "billing:remove-contact": _POSTED,
    "billing:overage": _POSTED,
    "billing:buy": _POSTED,
    "billing:stay": _POSTED,
    "billing:portal": _POSTED,
    "billing:pay": _POSTED,
    "billing:invoice-file": "a file",
    "stripe:webhook": _POSTED,
    "privacy:overview": "a part of the page overview",
    "privacy:waiting-count": "a number inside the menu",
    **{f"privacy:{step}": _POSTED for step in STEPS},
    **{f"platform:request-{step}": _POSTED for step in STEPS},
    "door:inbound-mail": _POSTED,
    "public:price": _POSTED,
    "door:schema": "JSON for programs",
    "door:download": "a file",
    "door:withdraw": _POSTED,
    "door:claim": _POSTED,
    "own-data:download": "a file",
    "public:drawing": "a picture",
    "public:image": "a picture",
    "public:definition": "what the page's script reckons with",
    "public:embed": "a script",
    "leads:quote": "a file",
    "leads:file": "a file",
    "door:file": "a file",
    "public:element": "a script",
    "public:save": _POSTED,
    "public:file": _POSTED,
    "public:theme": "a style sheet",
    "mailbox:messages-json": "JSON for programs",
    "mailbox:message-html": "seen inside the page mail, in its frame",
    "mailbox:message-css": "a style sheet",
    "health:livez": "for machines",
    "health:readyz": "for machines",
    "site:security": "plain text for machines",
}
