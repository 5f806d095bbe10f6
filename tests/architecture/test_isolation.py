"""Nobody sees or changes what is not theirs: every name of the urlconf × methods × identities."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import override_settings

from organisations.permissions import Permission, Role, permissions_of
from tests.architecture.acme import PUBLISHED, Acme, fill
from tests.architecture.walk import (
    ENTRIES,
    METHODS,
    Filling,
    Identity,
    NoEntry,
    Route,
    RowCounters,
    comparable,
    everything,
    fill_converters,
    fill_unknown,
    methods_of,
    routes,
)

#: The whole surface that needs no sign-in. Adding a name here is a decision.
PUBLIC = frozenset(
    {
        "site:home", "site:security", "billing:prices", "stripe:webhook",
        "accounts:sign-up", "accounts:sign-up-done", "accounts:verify", "accounts:sign-in",
        "accounts:sign-out", "accounts:two-step", "accounts:password-reset", "accounts:password-reset-done",
        "accounts:password-reset-confirm", "accounts:confirm-email", "accounts:language",
        "accounts:lost-factor", "accounts:lost-factor-confirm", "accounts:lost-factor-stop",
        "accounts:terms", "accounts:privacy-policy", "accounts:processing-agreement", "accounts:cookies",
        "organisations:accept-invitation",
        "door:inbound-mail", "public:page", "public:price", "public:definition", "public:drawing", "public:thanks", "public:embed",
        "public:element", "public:theme", "public:image", "public:save", "public:saved", "public:file",
        # with a key instead
        "api:leads", "api:lead", "api:erasures", "api:acknowledge", "api:schema",
        "mailbox:messages", "mailbox:messages-json", "mailbox:message", "mailbox:message-html",
        "mailbox:message-css",
        "door:request", "door:sent", "door:schema", "door:my", "door:copy", "door:download", "door:correct",
        "door:withdraw", "door:ask", "door:claim", "door:mail-choices", "public:confirm", "public:verify", "door:file",
        "health:livez", "health:readyz",
        "door:signing-key", "door:certificate",
    }
)  # fmt: skip

REFUSALS = frozenset({301, 302, 303, 400, 401, 403, 404, 405, 409, 411, 415, 422, 429})
EVERY_ROUTE = list(routes())
#: A name without an entry fails its own test, not each of these walks.
ROUTES = [route for route in EVERY_ROUTE if route.name in ENTRIES]
OF_AN_ORGANISATION = [route for route in ROUTES if route.of_an_organisation]
LESSER_ROLES = {"bob": Role.SALES, "erin": Role.EDITOR, "fay": Role.BILLING, "gus": Role.PRIVACY_OFFICER}
#: Which canaries a role may not see anywhere, by the permission that it lacks.
HIDDEN_WITHOUT = {
    Permission.LEADS_VIEW: ("lead", "quarantined"),
    Permission.PRIVACY_VIEW: ("request",),
    Permission.CONFIGURATORS_VIEW: ("draft", "internal", "hidden", "never"),
    Permission.ORGANISATION_MANAGE: ("settings",),
    Permission.MEMBERS_MANAGE: ("invitation",),
    Permission.INTEGRATIONS_MANAGE: ("integration",),
    Permission.BILLING_VIEW: ("billing",),
}


@pytest.fixture
def filled(transactional_db: None) -> Iterator[Acme]:
    """Acme in committed rows, as a deployment without the mailbox page."""
    with override_settings(MAILBOX_ENABLED=False):
        yield fill()


@pytest.fixture
def counters(filled: Acme) -> Iterator[RowCounters]:
    found = RowCounters()
    yield found
    found.close()


def fail_with(problems: list[str]) -> None:
    """Each problem on a line of its own, and no trace of the test itself."""
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)


# --- The lists are whole ---------------------------------------------------------------------------


def test_every_name_of_the_urlconf_has_an_entry() -> None:
    assert {route.name or route.path for route in EVERY_ROUTE} == set(ENTRIES)


@pytest.mark.parametrize(
    ("name", "converter", "said"),
    [("exports:new", "organisation", "exports:new"), ("leads:inbox", "export", "leads:inbox: .* <export>")],
)
def test_what_nobody_said_how_to_fill_is_named(name: str, converter: str, said: str) -> None:
    with pytest.raises(NoEntry, match=said):
        fill_converters(Route(name, "o/…", (converter,), None), Acme(slug="acme"))


def test_the_public_surface_is_written_out() -> None:
    assert {r.name for r in EVERY_ROUTE if not getattr(r.view, "login_required", True)} == PUBLIC


def test_every_page_of_an_organisation_names_its_permission() -> None:
    named = {route.name for route in OF_AN_ORGANISATION if isinstance(route.view.permission, Permission)}

    assert named == {route.name for route in OF_AN_ORGANISATION}


# --- Strangers -------------------------------------------------------------------------------------


def anonymous(acme: Acme) -> Identity:
    return Identity("anonymous")


def charlie(acme: Acme) -> Identity:
    return Identity("charlie", acme.people["charlie"])


def mallory(acme: Acme) -> Identity:
    return Identity("mallory", acme.people["mallory"])


STRANGERS = [anonymous, charlie, mallory]


@pytest.mark.promise("C14")
@pytest.mark.parametrize("stranger", STRANGERS)
def test_a_stranger_sees_and_changes_nothing_of_acme(
    filled: Acme, counters: RowCounters, stranger: Callable[[Acme], Identity]
) -> None:
    asking = stranger(filled)
    problems: list[str] = []
    for route in ROUTES:
        allowed = allowed_kinds(route, asking)
        fillings = [fill_converters(route, filled)]
        if asking.name == "charlie" and is_about_one_thing(route):
            fillings.append(fill_converters(route, filled, slug=filled.other_slug))
        for filling in fillings:
            answers = walk_one(asking, route, filling, counters, problems)
            for method, answer in answers.items():
                leaked = filled.canaries.found_in(everything(answer), but=allowed)
                if leaked:
                    problems.append(f"{method} {route.name} shows {leaked}")
                if route.of_an_organisation and answer.status_code not in REFUSALS:
                    problems.append(f"{method} {route.name} answers {answer.status_code}")
    fail_with(problems)


@pytest.mark.parametrize("stranger", STRANGERS)
def test_what_is_foreign_and_what_does_not_exist_look_the_same(
    filled: Acme, stranger: Callable[[Acme], Identity]
) -> None:
    asking = stranger(filled)
    told_apart = []
    for route in ROUTES:
        for foreign, unknown in pairs(route, filled, asking):
            for method in methods_of(route.name):
                answers = [asking.ask(route, filling, method) for filling in (foreign, unknown)]
                first, second = (comparable(*pair) for pair in zip(answers, (foreign, unknown), strict=True))
                if first != second:
                    told_apart.append(f"{method} {route.name} {foreign.values}")
        if ENTRIES[route.name].own:
            asking.renew()
    fail_with(told_apart)


def pairs(route: Route, acme: Acme, asking: Identity) -> Iterator[tuple[Filling, Filling]]:
    """Acme's ids beside ids of nobody: under Acme's slug, and under the stranger's own."""
    if route.name == "organisations:accept-invitation" and asking.user is None:
        return  # whoever holds the link may read who asks
    if route.name.startswith("public:") and "key" in route.converters:
        yield Filling(fill_converters(route, acme).values | {"key": acme.hidden_key}), fill_unknown(route)
    elif {"organisation", "pk", "invitation", "token"} & set(route.converters):
        yield fill_converters(route, acme), fill_unknown(route)
    if asking.name == "charlie" and is_about_one_thing(route):
        slug = acme.other_slug
        yield fill_converters(route, acme, slug=slug), fill_unknown(route, slug=slug)


def is_about_one_thing(route: Route) -> bool:
    return route.of_an_organisation and len(route.converters) > 1


def allowed_kinds(route: Route, asking: Identity) -> tuple[str, ...]:
    """What a stranger may read where: a published page, an invitation in one's hands, oneself."""
    oneself = (f"person.{asking.name}",)
    if route.name.startswith("public:"):
        return (*PUBLISHED, *oneself)
    if route.name == "organisations:accept-invitation" and asking.user is None:
        return ("controller.name", "invitation.email", "person.alice")
    if route.name.startswith("own-data:"):
        return ("controller.name", *oneself)  # the mails to oneself say from which organisation
    return oneself


def walk_one(
    asking: Identity, route: Route, filling: Filling, counters: RowCounters, problems: list[str]
) -> dict[str, HttpResponse]:
    """Ask one address by every method; what was changed is found by asking again one by one."""
    own = ENTRIES[route.name].own
    before = counters.read()
    answers = {}
    for method in methods_of(route.name):
        answers[method] = asking.ask(route, filling, method)
        if own and method == "POST":
            asking.renew()
    problems += [
        f"{m} {route.name} answers {a.status_code}" for m, a in answers.items() if a.status_code >= 500
    ]
    renewed = {"django_session", "accounts_user", "accounts_authenticator"} if own else set()
    if changed := counters.changed_since(before, but=own | renewed):
        problems.append(f"{route.name} changed {sorted(changed)}: {bisect(asking, route, filling, counters)}")
    return answers


def bisect(asking: Identity, route: Route, filling: Filling, counters: RowCounters) -> list[str]:
    """The methods that change rows when they are asked again."""
    guilty = []
    for method in METHODS:
        before = counters.read()
        asking.ask(route, filling, method)
        if counters.changed_since(before):
            guilty.append(method)
    return guilty or ["only the first time"]


def test_the_public_page_shows_what_is_published(filled: Acme) -> None:
    """The control of the walk above: canaries do come through where they may."""
    [route] = [route for route in ROUTES if route.name == "public:page"]

    shown = everything(anonymous(filled).ask(route, fill_converters(route, filled), "GET"))

    assert {"published.title_nl", "published.step_size", "controller.legal"} <= set(
        filled.canaries.found_in(shown)
    )


# --- Members without the right, or without the second factor ----------------------------------------


@pytest.mark.parametrize("who", LESSER_ROLES)
def test_a_role_without_the_permission_is_refused(filled: Acme, counters: RowCounters, who: str) -> None:
    asking, has = Identity(who, filled.people[who]), permissions_of(LESSER_ROLES[who])
    hidden = tuple(kind for lacking, kinds in HIDDEN_WITHOUT.items() if lacking not in has for kind in kinds)
    problems: list[str] = []
    for route in OF_AN_ORGANISATION:
        if route.view.permission in has:
            answers = {"GET": asking.ask(route, fill_converters(route, filled), "GET")}
        else:
            answers = walk_one(asking, route, fill_converters(route, filled), counters, problems)
            statuses = {method: answer.status_code for method, answer in answers.items()}
            if set(statuses.values()) - {403, 405} or 403 not in statuses.values():
                problems.append(f"{route.name} answers {statuses}")
        for method, answer in answers.items():
            if leaked := filled.canaries.found_in(everything(answer), kinds=hidden):
                problems.append(f"{method} {route.name} shows {leaked}")
    fail_with(problems)


def test_an_owner_with_one_factor_gets_nowhere(filled: Acme, counters: RowCounters) -> None:
    asking = Identity("alice", filled.people["alice"], second_factor=False)
    private = (
        "lead",
        "quarantined",
        "draft",
        "internal",
        "hidden",
        "never",
        "settings",
        "invitation",
        "integration",
        "audit",
    )
    problems: list[str] = []
    for route in ROUTES:
        answers = walk_one(asking, route, fill_converters(route, filled), counters, problems)
        for method, answer in answers.items():
            if route.of_an_organisation and answer.status_code not in {302, 303}:
                problems.append(f"{method} {route.name} answers {answer.status_code}")
            if leaked := filled.canaries.found_in(everything(answer), kinds=private):
                problems.append(f"{method} {route.name} shows {leaked}")
    fail_with(problems)


STEP_UP_NEEDED = {
    "organisations:leave-organisation", "privacy:data", "privacy:hold-place", "privacy:hold-release",
    "privacy:settings",
    "organisations:invite", "organisations:member-role", "organisations:member-remove", "leads:export",
    "organisations:webhook", "organisations:webhook-secret", "organisations:webhook-remove",
    "organisations:api-key", "organisations:api-key-revoke", "billing:company",
}  # fmt: skip
#: The same, where there is nothing to post.
STEP_UP_TO_READ = {"leads:export-download", "organisations:record-export"}


def test_what_cannot_be_taken_back_wants_a_fresh_proof(filled: Acme, counters: RowCounters) -> None:
    asking = Identity("alice", filled.people["alice"], stepped_up=False)
    problems: list[str] = []
    for route in OF_AN_ORGANISATION:
        if route.name in STEP_UP_NEEDED | STEP_UP_TO_READ:
            answers = walk_one(asking, route, fill_converters(route, filled), counters, problems)
            sent_away = {
                m for m, a in answers.items() if a.headers.get("Location", "").startswith("/account/step-up/")
            }
            wanted = {"GET", "HEAD"} if route.name in STEP_UP_TO_READ else {"GET", "HEAD", "POST"}
            if sent_away != wanted & set(methods_of(route.name)):
                problems.append(f"{route.name} asks for it at {sorted(sent_away)}")
    fail_with(problems)


# --- Members with every right -----------------------------------------------------------------------


def test_reading_changes_nothing_but_the_record(filled: Acme, counters: RowCounters) -> None:
    asking = Identity("alice", filled.people["alice"])
    asking.client.get("/account/")  # the first answer of a session may write to it
    problems: list[str] = []
    for route in ROUTES:
        entry, filling = ENTRIES[route.name], fill_converters(route, filled)
        for turn in ("first", "second"):
            before = counters.read()
            answer = asking.ask(route, filling, "GET")
            changed = counters.changed_since(before, but=entry.reading if turn == "first" else ())
            if changed:
                problems.append(f"the {turn} GET {route.name} changed {sorted(changed)}")
            if answer.status_code >= 500:
                problems.append(f"GET {route.name} answers {answer.status_code}")
    fail_with(problems)
    assert all(entry.because for entry in ENTRIES.values() if entry.reading)


def test_the_mailbox_is_not_there_in_production(filled: Acme) -> None:
    assert settings.MAILBOX_ENABLED is False
    asking = anonymous(filled)
    statuses = {
        asking.ask(route, fill_converters(route, filled), method).status_code
        for route in ROUTES
        if route.name.startswith("mailbox:")
        for method in METHODS
    }

    assert statuses == {404}


#: Later than the others, because they take away what the others are about.
LAST = (
    "configurators:price-remove",
    "configurators:price-book-remove",
    "organisations:webhook-remove",
    "organisations:invitation-withdraw",
    "organisations:member-remove",
    "organisations:leave",
)


def test_the_same_requests_of_the_owner_do_change_rows(filled: Acme, counters: RowCounters) -> None:
    """The control of the walks above: what was refused to others is a request that works."""
    problems = [problem for route in in_order() for problem in owners_turn(filled, counters, route)]

    fail_with(problems)


def in_order() -> list[Route]:
    return sorted(OF_AN_ORGANISATION, key=lambda route: LAST.index(route.name) if route.name in LAST else -1)


def owners_turn(acme: Acme, counters: RowCounters, route: Route) -> Iterator[str]:
    entry, asking = ENTRIES[route.name], Identity("alice", acme.people["alice"])
    before = counters.read()
    for method in methods_of(route.name):
        answer = asking.ask(route, fill_converters(route, acme), method)
        if answer.status_code >= 500:
            yield f"{method} {route.name} answers {answer.status_code}"
    changed = counters.changed_since(before, but=entry.reading | {"django_session"})
    writes = (entry.form is not None or entry.json is not None or entry.image) and not entry.quiet
    if writes and not changed:
        yield f"{route.name} changed nothing: its entry is no valid request"
    if changed and not writes and not entry.quiet:
        yield f"{route.name} changed {sorted(changed)}"
