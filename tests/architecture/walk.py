"""Walking the urlconf: every name, what fills its converters, who asks, and what a request changed.

``ENTRIES`` has one entry for every name. A new address without one fails ``test_isolation``.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import RegexPattern
from django_otp import DEVICE_ID_SESSION_KEY

from accounts.models import Authenticator, User
from accounts.sessions import SEEN_AT, SIGNED_IN_AT
from accounts.step_up import CONFIRMED_AT
from tenancy.planes import daily_table_of
from tests.architecture.acme import Acme
from tests.architecture.superuser import connect
from tests.configurators.photos import png
from tests.leads.definitions import veranda

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
#: What browsers send, and so what pages are made for; the rest each page refuses in one and the same place.
BROWSERS = ("GET", "POST")


def methods_of(name: str) -> tuple[str, ...]:
    """By which methods an address is asked: all with WALK_FULL=1; else the browsers' and one other by its name.

    Addresses for programs are asked by all.
    """
    if os.environ.get("WALK_FULL") or name.startswith("api:"):
        return METHODS
    others = [method for method in METHODS if method not in BROWSERS]
    return (*BROWSERS, others[hashlib.sha256(name.encode()).digest()[0] % len(others)])


#: The record of who did what grows with every look; that is its task.
AUDIT_TABLES = frozenset(
    {"audit_event", "audit_accessevent", "audit_platformevent", "audit_platformaccessevent"}
)


# --- Names -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Route:
    """One pattern of the urlconf."""

    name: str
    path: str
    converters: tuple[str, ...]
    view: Any

    @property
    def of_an_organisation(self) -> bool:
        return self.path.startswith("o/")


def routes(
    resolver: URLResolver | None = None,
    names: tuple[str, ...] = (),
    path: str = "",
    given: tuple[str, ...] = (),
) -> Iterator[Route]:
    """Every pattern, whatever includes it."""
    for pattern in (resolver or get_resolver()).url_patterns:
        where, found = path + str(pattern.pattern).removeprefix("^"), (*given, *_converters(pattern))
        if isinstance(pattern, URLResolver):
            inner = (*names, pattern.namespace) if pattern.namespace else names
            yield from routes(pattern, inner, where, found)
        else:
            yield Route(":".join((*names, pattern.name or "")), where, found, pattern.callback)


def _converters(pattern: URLPattern | URLResolver) -> list[str]:
    if isinstance(pattern.pattern, RegexPattern):
        return list(pattern.pattern.regex.groupindex)
    return list(pattern.pattern.converters)


# --- What each name needs --------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """How one name is asked.

    ``form`` is a POST that somebody with the right would get through with, ``json`` the same as JSON
    (sent by ``json_method``). ``fills`` says which of Acme's ids stands in a converter. ``own`` are the
    tables in which a stranger's request writes about the stranger, never about Acme. ``reading`` are
    the tables in which reading writes, with the reason in ``because``.
    """

    form: Mapping[str, str] | None = None
    json: Any = None
    json_method: str = "POST"
    #: The image that a POST is.
    image: bytes = b""
    fills: Mapping[str, str] = field(default_factory=dict)
    own: frozenset[str] = frozenset()
    reading: frozenset[str] = frozenset()
    because: str = ""
    #: Why the owner's valid request changes nothing that a counter sees.
    quiet: str = ""


def entry(*, own: str = "", reading: str = "", **more: Any) -> Entry:
    return Entry(own=frozenset(own.split()), reading=frozenset(reading.split()), **more)


_SETTINGS = {
    "name": "Renamed", "country": "NL", "language": "en", "accent": "pine", "controller_name": "Renamed",
    "controller_address": "Elsewhere 1", "controller_email": "renamed@example.org",
    "privacy_policy_url": "https://renamed.example/", "lead_retention_days": "400",
    "notification_email": "renamed@example.org", "embed_domains": "renamed.example",
}  # fmt: skip
_SIGN_UP = {
    "name": "Nora", "email": "nora@example.org", "password": "juweel trap zeven mist", "is_old_enough": "on",
    "accept_terms": "on",
}  # fmt: skip
_PASSWORD = {"password": "juweel trap zeven mist"}
_IN_A_MONTH = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
_THROTTLE = "accounts_throttlelane"
_CONFIGURATOR = {"pk": "configurator"}
#: A scenario that is refused, as it must be, and so stops nothing.
_TOO_NARROW = {"name": "Too narrow", "expects": "refused", "answer-breedte": "1"}
_PRICE = {"sku": "rail", "label": "Rail", "amount": "3,50", "valid_from": "2027-01-01"}
_LEAD = {"pk": "lead"}
_REQUEST = {"pk": "request"}
_ACCOUNT_REQUEST = {"pk": "account_request"}
_ERASE = {"outcome-*": "erased"}
_NEW_REQUEST = {
    "right": "erasure", "email": "ria@askers.example", "received_on": str(date.today()),  # noqa: DTZ011
    "language": "nl", "country": "NL", "regime": "gdpr",
}  # fmt: skip
_EXPORT = {"pk": "export"}
_COMPANY = {
    "company_name": "Renamed BV", "street": "Elsewhere 1", "postcode": "1234 AB", "city": "Elsewhere",
    "country": "NL",
}  # fmt: skip

ENTRIES: dict[str, Entry] = {
    "site:home": entry(),
    "site:security": entry(),
    # accounts: nothing here is Acme's; the tokens are Alice's, each of another kind than the page takes
    "accounts:sign-up": entry(
        form=_SIGN_UP, own=f"{_THROTTLE} accounts_pendingsignup delivery_job django_session"
    ),
    "accounts:sign-up-done": entry(),
    "accounts:verify": entry(form={}, fills={"token": "reset"}),
    "accounts:sign-in": entry(
        form={"email": "alice@example.org", "password": "wrong wrong wrong"},
        own=f"{_THROTTLE} django_session",
    ),
    "accounts:two-step": entry(form={"code": "000000"}, own="accounts_authenticator django_session"),
    "accounts:lost-factor": entry(
        form={}, own=f"{_THROTTLE} accounts_lostfactor delivery_job django_session"
    ),
    "accounts:lost-factor-confirm": entry(form={}, fills={"token": "reset"}),
    "accounts:lost-factor-stop": entry(form={}, fills={"token": "lost"}),
    "accounts:sign-out": entry(form={}, own="django_session"),
    "accounts:password-reset": entry(
        form={"email": "alice@example.org"}, own=f"{_THROTTLE} accounts_passwordreset delivery_job"
    ),
    "accounts:password-reset-done": entry(),
    "accounts:password-reset-confirm": entry(form=_PASSWORD, fills={"token": "change"}),
    "accounts:settings": entry(form={"name": "Somebody"}, own="accounts_user"),
    "accounts:step-up": entry(form=_PASSWORD, own=f"{_THROTTLE} django_session"),
    "accounts:language": entry(form={"language": "nl"}, own="accounts_user django_session"),
    "accounts:change-password": entry(form={"current_password": "wrong", **_PASSWORD}, own=_THROTTLE),
    "accounts:change-email": entry(form={"email": "new@example.org", "password": "wrong"}, own=_THROTTLE),
    "accounts:confirm-email": entry(form={}, fills={"token": "pending"}),
    "accounts:two-step-setup": entry(form={"code": "000000"}),
    "accounts:two-step-begin": entry(form={}),
    "accounts:two-step-off": entry(form={"code": "000000", "password": "wrong"}, own=_THROTTLE),
    "accounts:recovery-codes": entry(
        form={}, own="accounts_recoverycode accounts_accountmail delivery_accountmail delivery_job"
    ),
    "accounts:sign-out-everywhere": entry(form={}, own="accounts_user django_session"),
    "accounts:report-misuse": entry(
        form={},
        own="accounts_user django_session privacy_breach privacy_breachentry delivery_job delivery_accountmail",
    ),
    "accounts:terms": entry(),
    "accounts:privacy-policy": entry(),
    "accounts:processing-agreement": entry(),
    "accounts:cookies": entry(),
    # the door
    "door:signing-key": entry(),
    "door:certificate": entry(fills={"token": "reset"}),
    # organisations
    "organisations:home": entry(),
    "organisations:chooser": entry(),
    "organisations:found": entry(
        form={"name": "Initech", "country": "NL", "language": "en", "accept_agreement": "on"},
        own="organisations_organisation organisations_membership organisations_agreement django_session"
        " billing_billingaccount",
    ),
    "organisations:accept-invitation": entry(
        form={}, fills={"token": "invited"}, quiet="it is not for Alice"
    ),
    "organisations:accept-pending": entry(form={}, quiet="it is not for Alice"),
    "organisations:overview": entry(),
    "organisations:settings": entry(form=_SETTINGS),
    "organisations:agreements": entry(
        form={"versions": "terms:2026-11"}, quiet="the contracts were agreed to at founding"
    ),
    "organisations:leave-organisation": entry(form={"name": "Wrong"}, quiet="another name leaves nothing"),
    "privacy:holds": entry(),
    "privacy:hold-place": entry(
        form={"scope": "organisation", "ground": "claim", "reason": "a claim", "review_on": _IN_A_MONTH}
    ),
    "privacy:hold-release": entry(form={}, fills={"pk": "hold"}),
    "privacy:hold-review": entry(form={"review_on": _IN_A_MONTH}, fills={"pk": "hold_reviewed"}),
    "privacy:forecast": entry(),
    "platform:retention": entry(),
    "platform:retention-approve": entry(
        form={"plan": "another"}, fills={"pk": "run"}, quiet="it is another plan"
    ),
    "platform:forecast": entry(),
    "privacy:data": entry(form={}),
    "privacy:data-download": entry(fills={"pk": "parcel"}),
    "left:data": entry(form={}),
    "left:data-download": entry(fills={"pk": "parcel"}),
    "organisations:left": entry(),
    "organisations:restore": entry(form={}),
    "organisations:delete-now": entry(form={"name": "Acme"}),
    "organisations:record": entry(),
    "organisations:record-export": entry(),
    "organisations:suspension": entry(),
    "organisations:suspension-appeal": entry(form={"text": "a mistake"}, quiet="nothing is suspended"),
    "platform:suspensions": entry(form={"organisation": "acme", "reason": "terms", "explanation": "x"}),
    "platform:suspension": entry(form={"outcome": "lift", "text": "x"}, fills=_LEAD),
    "organisations:support": entry(),
    "organisations:support-let-in": entry(form={"hours": "1"}, fills={"pk": "support_wish"}),
    "organisations:support-end": entry(form={}, fills={"pk": "support_visit"}),
    "platform:support": entry(form={"organisation": "acme", "reason": "a question"}),
    "organisations:members": entry(),
    "organisations:invite": entry(form={"email": "hugo@example.org", "role": "sales"}),
    "organisations:ownership": entry(),
    "organisations:ownership-offer": entry(form={"to": "x"}, quiet="nobody has that id"),
    "organisations:ownership-withdraw": entry(form={}, quiet="no offer is open"),
    "organisations:ownership-decline": entry(form={}, quiet="no offer is open"),
    "organisations:ownership-accept": entry(form={}, quiet="no offer is open"),
    "organisations:leave": entry(form={}, quiet="the last owner stays: what is written is undone"),
    "organisations:member-role": entry(form={"role": "editor"}, fills={"member": "membership"}),
    "organisations:member-remove": entry(form={}, fills={"member": "membership"}),
    "organisations:invitation-resend": entry(form={}),
    "organisations:invitation-withdraw": entry(form={}),
    "organisations:integrations": entry(),
    "organisations:webhook": entry(form={"url": "https://hooks.acme.example/elsewhere"}),
    "organisations:webhook-secret": entry(form={}),
    "organisations:webhook-switch": entry(form={"on": "yes"}),
    "organisations:webhook-test": entry(form={}),
    "organisations:webhook-remove": entry(form={}),
    "organisations:webhook-retry": entry(form={}),
    "organisations:api-key": entry(form={"name": "Renamed", "scopes": "leads:read", "days": "30"}),
    "organisations:api-key-revoke": entry(form={}),
    # configurators
    "configurators:list": entry(),
    "configurators:create": entry(form={"name": "Another", "starting_from": "blank"}),
    "configurators:images": entry(image=png(320, 200)),
    "configurators:image": entry(fills={"file": "image", "width": "image_width"}),
    "configurators:image-remove": entry(form={}, fills={"file": "image_unused"}),
    "configurators:builder": entry(fills=_CONFIGURATOR),
    "configurators:draft": entry(
        json={"definition": veranda(), "revision": 1}, json_method="PUT", fills=_CONFIGURATOR
    ),
    "configurators:preview": entry(fills=_CONFIGURATOR),
    "configurators:preview-price": entry(
        json={"answers": {"breedte": "520"}}, fills=_CONFIGURATOR, quiet="it reckons and stores nothing"
    ),
    "configurators:rename": entry(form={"name": "Renamed"}, fills=_CONFIGURATOR),
    "configurators:duplicate": entry(form={"name": "Copied"}, fills=_CONFIGURATOR),
    "configurators:publish": entry(form={"notes": "again"}, fills=_CONFIGURATOR),
    "configurators:proof": entry(form={}, fills=_CONFIGURATOR),
    "configurators:call-off": entry(form={}, fills=_CONFIGURATOR | {"plan": "plan"}),
    "configurators:scenarios": entry(fills=_CONFIGURATOR),
    "configurators:scenario-new": entry(form=_TOO_NARROW, fills=_CONFIGURATOR),
    "configurators:scenario": entry(form=_TOO_NARROW, fills=_CONFIGURATOR),
    "configurators:scenario-accept": entry(form={}, fills=_CONFIGURATOR, quiet="it comes out as expected"),
    "configurators:scenario-remove": entry(form={}, fills=_CONFIGURATOR),
    "configurators:price-books": entry(),
    "configurators:price-book-new": entry(form={"name": "Another", "key": "another", "currency": "EUR"}),
    "configurators:price-book": entry(),
    "configurators:price-book-rename": entry(form={"name": "Renamed"}),
    "configurators:price-book-remove": entry(form={}),
    "configurators:price-paste": entry(form={"sheet": "rod;Rod;4", "starting": "2027-01-01"}),
    "configurators:price-new": entry(form=_PRICE),
    "configurators:price": entry(form=_PRICE | {"sku": "sill"}),
    "configurators:price-remove": entry(form={}),
    "configurators:reprice": entry(form={}, fills=_CONFIGURATOR, quiet="its prices are those of today"),
    "configurators:versions": entry(fills=_CONFIGURATOR),
    "configurators:restore": entry(form={}, fills=_CONFIGURATOR),
    "configurators:intake": entry(form={"on": "no"}, fills=_CONFIGURATOR),
    "configurators:thaw": entry(form={}, fills=_CONFIGURATOR, quiet="it is on line"),
    "configurators:embed": entry(fills=_CONFIGURATOR),
    "configurators:check-site": entry(form={"address": "https://elsewhere.example/"}, fills=_CONFIGURATOR),
    # billing: nothing is sold in these walks, so the pages that speak to Stripe are not there
    "billing:prices": entry(),
    "billing:plan": entry(),
    "billing:choose": entry(),
    "billing:company": entry(form=_COMPANY),
    "billing:add-contact": entry(form={"email": "invoices@acme.example"}),
    "billing:remove-contact": entry(form={}, fills={"pk": "billing_contact"}),
    "billing:overage": entry(form={"agree": "yes"}),
    "billing:invoices": entry(),
    "billing:invoice-file": entry(fills=_LEAD),
    "billing:buy": entry(form={"plan": "start", "interval": "month"}),
    "billing:bought": entry(),
    "billing:change": entry(form={"plan": "start", "interval": "month"}),
    "billing:stay": entry(form={}),
    "billing:cancel": entry(form={}),
    "billing:portal": entry(form={}),
    "billing:pay": entry(form={}, fills=_LEAD),
    "stripe:webhook": entry(json={"id": "evt_1"}, quiet="nobody signed it"),
    # leads
    "leads:inbox": entry(),
    "leads:new-count": entry(),
    "leads:overview": entry(),
    "leads:search": entry(form={"email": "nora@example.org"}, quiet="it looks and stores nothing"),
    "leads:export": entry(form={"status": "", "since": "", "until": ""}),
    "leads:export-progress": entry(fills=_EXPORT),
    "leads:export-download": entry(
        fills=_EXPORT, reading="leads_leadexport", because="the first download is noted, once"
    ),
    "leads:export-cancel": entry(form={}, fills={"pk": "other_export"}),
    "leads:export-notices": entry(),
    "leads:export-confirm": entry(form={}, fills={"pk": "export_notice"}),
    "leads:replay": entry(form={}, fills=_CONFIGURATOR),
    "leads:detail": entry(
        fills=_LEAD,
        reading="leads_lead leads_leadevent",
        because="the first colleague who opens a lead marks it read, once",
    ),
    "leads:quote": entry(fills={"pk": "lead", "form": "form_of_file"}),
    "leads:file": entry(fills={"pk": "lead", "file": "file"}),
    "leads:status": entry(form={"status": "won"}, fills=_LEAD),
    "leads:note": entry(form={"text": "a note"}, fills=_LEAD),
    "leads:release": entry(form={}, fills={"pk": "quarantined"}),
    "leads:set-aside": entry(form={}, fills=_LEAD),
    # privacy: the desk
    "privacy:desk": entry(),
    "privacy:overview": entry(),
    "privacy:waiting-count": entry(),
    "privacy:new": entry(form=_NEW_REQUEST),
    "privacy:settings": entry(form={"answer_within_days": "14"}),
    "privacy:request": entry(fills=_REQUEST),
    "privacy:letter": entry(form=_ERASE, fills=_REQUEST, quiet="it shows a letter and stores nothing"),
    "privacy:decide": entry(form=_ERASE, fills={"pk": "request-decide"}),
    "privacy:extend": entry(form={"reason": "complex"}, fills={"pk": "request-extend"}),
    "privacy:ask-identity": entry(form={}, fills={"pk": "request-ask-identity"}),
    "privacy:prove-identity": entry(form={"fact": "reference"}, fills={"pk": "request-prove-identity"}),
    "privacy:reclassify": entry(form={"right": "access"}, fills={"pk": "request-reclassify"}),
    "privacy:withdraw": entry(form={}, fills={"pk": "request-withdraw"}),
    "privacy:duplicate": entry(form={}, fills={"pk": "request-duplicate"}),
    "privacy:carried-out": entry(form={}, fills={"pk": "request-carried-out"}),
    "privacy:close": entry(form={}, fills={"pk": "request-close"}),
    # the platform's own desk: nobody of Acme is its officer
    "platform:requests": entry(),
    "platform:request": entry(fills=_ACCOUNT_REQUEST),
    "platform:request-letter": entry(form=_ERASE, fills=_ACCOUNT_REQUEST),
    "platform:request-decide": entry(form=_ERASE, fills=_ACCOUNT_REQUEST),
    "platform:request-extend": entry(form={"reason": "complex"}, fills=_ACCOUNT_REQUEST),
    "platform:request-ask-identity": entry(form={}, fills=_ACCOUNT_REQUEST),
    "platform:request-prove-identity": entry(form={"fact": "reference"}, fills=_ACCOUNT_REQUEST),
    "platform:request-reclassify": entry(form={"right": "access"}, fills=_ACCOUNT_REQUEST),
    "platform:request-withdraw": entry(form={}, fills=_ACCOUNT_REQUEST),
    "platform:request-duplicate": entry(form={}, fills=_ACCOUNT_REQUEST),
    "platform:request-carried-out": entry(form={}, fills=_ACCOUNT_REQUEST),
    "platform:request-close": entry(form={}, fills=_ACCOUNT_REQUEST),
    "door:inbound-mail": entry(json={"MessageID": "1"}),
    # the API: without a key nobody gets further than the door
    "api:leads": entry(),
    "api:lead": entry(),
    "api:erasures": entry(),
    "api:acknowledge": entry(form={}, fills={"notice": "export_notice"}, quiet="it has no key"),
    "api:schema": entry(),
    # public
    "public:page": entry(form={}, fills={"key": "published_key"}, quiet="an empty form is refused"),
    "public:price": entry(json={"answers": {}}, fills={"key": "published_key"}, quiet="it stores nothing"),
    "public:definition": entry(fills={"key": "published_key"}),
    "public:drawing": entry(json={"answers": {}}, fills={"key": "published_key"}, quiet="it stores nothing"),
    "public:thanks": entry(fills={"key": "published_key"}),
    "public:image": entry(fills={"key": "published_key", "file": "image", "width": "image_width"}),
    "public:theme": entry(fills={"key": "published_key"}),
    "public:save": entry(
        json={"answers": {}}, fills={"key": "published_key"}, quiet="without a page's token nothing is kept"
    ),
    "public:file": entry(
        json={"remove": "x" * 32},
        fills={"key": "published_key"},
        quiet="without a page's token nothing is taken back",
    ),
    "public:saved": entry(fills={"key": "published_key"}),
    "public:embed": entry(),
    "public:verify": entry(form={"quote": "{}"}, quiet="it looks and stores nothing"),
    "public:element": entry(),
    # the platform's own pages
    "platform:documents": entry(),
    "platform:registers": entry(),
    "platform:company-new": entry(form={"name": "x"}),
    "platform:company-engage": entry(form={"active_from": "2099-01-01"}, fills=_LEAD),
    "platform:demand-new": entry(form={"authority": "x"}),
    "platform:demand-decide": entry(form={"decision": "granted", "reasons": "x"}, fills=_LEAD),
    "platform:duty-new": entry(form={"subject": "x"}),
    "platform:duty-done": entry(form={"on": "2026-01-01"}, fills=_LEAD),
    "platform:register": entry(),
    "platform:breaches": entry(),
    "platform:breach-new": entry(form={"title": "x"}),
    "platform:breach": entry(form={"kind": "aware"}, fills=_LEAD),
    "platform:breach-close": entry(form={"text": "x"}, fills=_LEAD),
    "platform:breach-draft": entry(fills=_LEAD),
    "platform:register-file": entry(),
    "platform:data-map": entry(),
    # the desk of an organisation's officer
    "privacy:incidents": entry(),
    "privacy:register": entry(),
    "privacy:register-file": entry(),
    # the door: a token opens a page of one person, and a stranger has none
    "door:mail-choices": entry(form={"List-Unsubscribe": "One-Click"}, fills={"token": "reset"}),
    "public:confirm": entry(form={"wording": "0" * 64}, fills={"token": "reset"}),
    "door:request": entry(
        form={"email": "nora@example.org", "right": "", "language": "en", "website": ""},
        own=f"{_THROTTLE} privacy_doorlink delivery_job",
    ),
    "door:sent": entry(),
    "door:schema": entry(),
    "door:my": entry(form={}, fills={"token": "reset"}),
    "door:claim": entry(
        form={"answer": "no", "right": "access"}, fills={"token": "reset", "pk": "request-carried-out"}
    ),
    "door:copy": entry(fills={"token": "reset"}),
    "door:download": entry(fills={"token": "reset", "form": "form_of_file"}),
    "door:file": entry(fills={"token": "reset", "pk": "lead", "form": "form_of_file"}),
    "door:correct": entry(form={"name": "Renamed"}, fills={"token": "reset"}),
    "door:withdraw": entry(form={}, fills={"token": "reset"}),
    "door:ask": entry(form={}, fills={"token": "reset", "right": "right"}),
    # what is kept about the person who asks, and nobody else
    "own-data:overview": entry(),
    "own-data:copy": entry(),
    "own-data:download": entry(fills={"form": "form_of_file"}),
    "own-data:ask": entry(
        form={"text": "please"},
        fills={"right": "right"},
        own="privacy_accountrequest delivery_accountmail delivery_job django_session",
    ),
    # the mailbox of a demonstration, and the signs of life
    "mailbox:messages": entry(form={"to": "alice@example.org"}, quiet="it looks and stores nothing"),
    "mailbox:messages-json": entry(),
    "mailbox:message": entry(fills={"pk": "message"}),
    "mailbox:message-html": entry(fills={"pk": "message"}),
    "mailbox:message-css": entry(fills={"pk": "message"}),
    "health:livez": entry(),
    "health:readyz": entry(),
}

_UNKNOWN = {
    "organisation": "nowhere-at-all", "number": "1", "language": "nl", "version": "2026-11",
    "key": "Unknown9Key", "token": "UnknownUnknownUnknownUnknown1111", "form": "json", "right": "restriction",
    "file": "0" * 64, "width": "300",
}  # fmt: skip
#: Converters of which every organisation, known or not, has the same values.
_SAME_FOR_ALL = ("language", "version", "form", "right")


class NoEntry(LookupError):
    """A name or a converter that nobody said how to fill."""


@dataclass(frozen=True)
class Filling:
    """Values for converters, and what they are called where two answers are compared."""

    values: dict[str, str]

    def mask(self, blob: bytes) -> bytes:
        for name, value in self.values.items():
            if name not in _SAME_FOR_ALL and len(value) > 3:
                blob = blob.replace(value.encode(), f"<{name}>".encode())
        return blob


def fill_converters(route: Route, acme: Acme, *, slug: str = "") -> Filling:
    """Acme's own ids in every converter; ``slug`` puts them under another organisation."""
    fills = _entry(route).fills
    values: dict[str, str] = {}
    for name in route.converters:
        if name == "organisation":
            values[name] = slug or acme.slug
        elif name in _SAME_FOR_ALL:
            values[name] = _UNKNOWN[name]
        elif name == "key":
            values[name] = getattr(acme, fills["key"])
        elif (found := fills.get(name, name)) in acme.ids:
            values[name] = acme.ids[found]
        else:
            raise NoEntry(f"{route.name}: nothing fills <{name}>; name one of Acme's ids in its entry.")
    return Filling(values)


def fill_unknown(route: Route, *, slug: str = "") -> Filling:
    """Values of the right form that belong to nobody."""
    values = {
        name: _UNKNOWN.get(name, str(UUID(int=4 << 76 | 2 << 62 | number)))  # each its own, to be told apart
        for number, name in enumerate(route.converters, start=7)
    }
    if route.name == "leads:file":  # an image is named by its hash, a file that came with a request is not
        values["file"] = str(UUID(int=4 << 76 | 2 << 62))
    if slug and "organisation" in values:
        values["organisation"] = slug
    return Filling(values)


def _entry(route: Route) -> Entry:
    if route.name not in ENTRIES:
        raise NoEntry(f"{route.name or route.path}: no entry in tests/architecture/walk.py.")
    return ENTRIES[route.name]


# --- Who asks --------------------------------------------------------------------------------------


class Identity:
    """Somebody with a browser, whose session never runs out during the walk."""

    def __init__(
        self, name: str, user: User | None = None, *, second_factor: bool = True, stepped_up: bool = True
    ) -> None:
        self.name = name
        self.user = user
        self.second_factor = second_factor
        self.stepped_up = stepped_up
        self.renew()

    def renew(self) -> None:
        """A session as after signing in just now."""
        self.client = Client(raise_request_exception=False)
        if self.user is None:
            return
        device = _authenticator_of(self.user)
        self.user.refresh_from_db()
        self.client.force_login(self.user)
        session, now = self.client.session, int(time.time())
        session[SIGNED_IN_AT] = session[SEEN_AT] = now
        if self.second_factor:
            session[DEVICE_ID_SESSION_KEY] = device.persistent_id
        if self.stepped_up:
            session[CONFIRMED_AT] = now
        session.save()

    def ask(self, route: Route, filling: Filling, method: str) -> HttpResponse:
        entry = ENTRIES[route.name]
        url = reverse(route.name, kwargs=filling.values)
        if method == "POST" and entry.image:
            return self.client.post(url, entry.image, "image/png")
        if method == "POST" and entry.form is not None:
            return self.client.post(url, entry.form)
        if entry.json is not None and method in ("POST", "PUT", "PATCH"):
            return self.client.generic(method, url, json.dumps(entry.json), "application/json")
        return self.client.generic(method, url)


def _authenticator_of(user: User) -> Authenticator:
    device = Authenticator.objects.filter(user=user).first()
    if device is None:
        device = Authenticator(user=user, name="Authenticator", confirmed=True)
        device.set_seed("00" * 20)
        device.save()
    return device


# --- What came back --------------------------------------------------------------------------------

_CHANCE = re.compile(rb"\b[A-Za-z0-9]{64}\b|\b[A-Za-z0-9]{32}\b|\b[0-9a-f]{24}\b")


def everything(response: HttpResponse) -> bytes:
    """Every byte of an answer: status, headers, cookies, body."""
    head = [f"{name}: {value}" for name, value in response.headers.items()]
    cookies = [cookie.OutputString() for cookie in response.cookies.values()]
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return "\n".join([str(response.status_code), *head, *cookies, ""]).encode() + body


def comparable(response: HttpResponse, filling: Filling) -> bytes:
    """An answer without what is different each time, and without the address that was asked."""
    masked = filling.mask(everything(response))
    masked = re.sub(
        rb"(?i)(expires=|expires: |max-age=|content-length: |x-request-id: )[^;\n]*", rb"\1", masked
    )
    return _CHANCE.sub(b"<chance>", masked)


# --- What was changed ------------------------------------------------------------------------------


class RowCounters:
    """How many rows were ever inserted, updated and deleted, by table: also what was rolled back."""

    def __init__(self) -> None:
        self._connection = connect()
        self._connection.autocommit = True

    def read(self) -> dict[str, int]:
        for alias in connections:  # each connection keeps its counts to itself for a while
            with connections[alias].cursor() as cursor:
                cursor.execute("SELECT pg_stat_force_next_flush()")
        rows = self._connection.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_user_tables"
        ).fetchall()
        counts: dict[str, int] = {}
        for name, count in rows:  # what was written into a day of a log was written into the log
            table = daily_table_of(name) or name
            counts[table] = counts.get(table, 0) + count
        return counts

    def changed_since(self, before: Mapping[str, int], *, but: Iterable[str] = ()) -> set[str]:
        after = self.read()
        changed = {table for table, count in after.items() if count != before.get(table, 0)}
        return changed - AUDIT_TABLES - set(but)

    def close(self) -> None:
        self._connection.close()
