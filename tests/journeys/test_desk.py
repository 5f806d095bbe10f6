"""A privacy officer at the desk: takes more time with a reason, decides group by group, and answers.

The person writes French; the officer reads English. What the person gets to read is a mail.
"""

import json
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import OpenBrowser
from tests.journeys.home import Home
from tests.journeys.visits import come_in, press, says, show_that_it_is_you

PERSON, EMAIL = "Chloe Martin", "chloe.martin@example.com"
AUTHORITY = "Autorité de protection des données (APD)"
GROUND = "17(3)(e)"
GROUND_IN_FRENCH = "Elles sont nécessaires à une action en justice (art. 17, par. 3, point e, RGPD)."
KEPT, KEPT_IN_FRENCH = "A request for an offer", "Une demande de devis"


@dataclass
class Case:
    """The request that waits on the desk, in the tab of who handles it."""

    house: Home
    tab: Page
    told: dict[str, Any]

    @property
    def url(self) -> str:
        return f"{self.house.site_url}/o/{self.told['slug']}/privacy/{self.told['request']}/"

    def group(self, name: str) -> Locator:
        return self.tab.locator("fieldset.decision", has=self.tab.get_by_text(name, exact=True))

    def state(self) -> tuple[Any, ...]:
        """How far the request is, by the database."""
        (row,) = self.house.rows(
            "SELECT stage, extension_reason, extended_until IS NOT NULL, answered_at IS NOT NULL"
            " FROM privacy_privacyrequest WHERE id = %(pk)s",
            pk=self.told["request"],
        )
        return row


@pytest.mark.promise("H23")
def test_an_officer_extends_decides_and_answers(house: Home, open_browser: OpenBrowser) -> None:
    told = house.furnish()["journeys"]["officer"]
    case = Case(house, come_in(open_browser(locale="en"), house, told["who"]), told)

    open_from_the_queue(case)
    extend(case)
    assert case.state() == ("open", "complex", True, False)
    decide(case)
    house.await_rows(
        "SELECT stage FROM privacy_privacyrequest WHERE id = %(pk)s",
        pk=told["request"],
        be=[("partly_fulfilled",)],
    )
    answered(case)
    erased_but_for_what_is_kept(case)
    inbox_knows_nobody(case)
    on_record(case)


def open_from_the_queue(case: Case) -> None:
    """From the menu to the queue, and there to the request that presses most."""
    case.tab.goto(f"{case.house.site_url}/o/{case.told['slug']}/")
    case.tab.locator(".rail").get_by_role("link", name=re.compile("^Privacy")).click()
    case.tab.get_by_role("link", name=re.compile(PERSON)).click()
    expect(case.tab).to_have_url(case.url)
    expect(case.tab.get_by_role("heading", level=1)).to_contain_text(PERSON)


def extend(case: Case) -> None:
    case.tab.get_by_label("Why it takes longer").select_option("complex")
    press(case.tab, "Take two more months")
    says(case.tab, "Extended. The person has been told.")
    expect(case.tab.get_by_role("button", name="Take two more months")).to_have_count(0)
    mail = case.house.mail(EMAIL, "complexe")
    assert "prend plus de temps" in mail["subject"]


def decide(case: Case) -> None:
    """One group is kept on a ground, the others go; first without having shown who it is."""
    tab = case.tab
    group = case.group(KEPT)
    group.get_by_text("Keep", exact=True).click()
    group.get_by_label("Ground").select_option(GROUND)
    expect(tab.locator("#letter")).to_contain_text("conserver")
    press(tab, "Erase and send")
    says(tab, "Nothing is decided yet.")
    assert case.state()[0] == "open"
    with tab.context.expect_page() as opened:
        tab.get_by_role("link", name=re.compile("Show that it is you")).click()
    show_that_it_is_you(opened.value)
    opened.value.close()
    expect(group.get_by_label("Ground")).to_have_value(GROUND)
    press(tab, "Erase and send")
    says(tab, "Decided.")


def answered(case: Case) -> None:
    """The answer is in French, names the authority and the ground of what is kept; the desk shows it too."""
    mail = case.house.mail(EMAIL, "Nous avons effacé")
    assert "La réponse à votre demande" in mail["subject"]
    assert AUTHORITY in mail["text"]
    assert f"- {KEPT_IN_FRENCH}. {GROUND_IN_FRENCH}" in mail["text"]
    case.tab.goto(case.url)
    expect(case.tab.get_by_text("The letter that was sent")).to_be_visible()
    letter = case.tab.locator("#letter")
    expect(letter).to_contain_text(GROUND_IN_FRENCH)
    expect(letter).to_contain_text("/privacy/certificate/")
    with case.tab.expect_download() as download:
        case.tab.get_by_role("link", name="Certificate of the erasure (PDF)").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")


def erased_but_for_what_is_kept(case: Case) -> None:
    """What they chose stays without anybody's name; the certificate and the ledger know of both."""
    ((leads, kept, certificate),) = case.house.rows(
        "SELECT root_ids, kept, certificate FROM privacy_leaderasure WHERE case_id = %(case)s",
        case=case.told["request"],
    )
    assert leads == [case.told["lead"]]
    assert sorted(case.house.left_of(*leads)) == [
        "leads_lead", "leads_leadcontact", "leads_leadevent", "leads_leadnote",
    ]  # fmt: skip
    assert case.house.rows(
        "SELECT name, email, phone, email_index FROM leads_leadcontact WHERE id = ANY(%(leads)s::uuid[])",
        leads=leads,
    ) == [(b"", b"", None, b"")]
    statement = certificate["statement"]
    assert (statement["status"], statement["kept"]) == ("final", kept)
    assert {"table": "leads_lead", "rows": 1, "ground": GROUND, "until": None} in kept
    lines = map(json.loads, (case.house.folder / "ledger" / "ledger.jsonl").read_text().splitlines())
    assert [line["facts"]["more"]["keep_lead"] for line in lines if about(line, case)] == [GROUND]


def about(line: dict[str, Any], case: Case) -> bool:
    return line["facts"].get("more", {}).get("case") == case.told["request"]


def inbox_knows_nobody(case: Case) -> None:
    """What is kept stands in the inbox without a name, and opens."""
    tab = case.tab
    tab.goto(f"{case.house.site_url}/o/{case.told['slug']}/leads/")
    tab.locator("section a", has_text="Erased").click()
    expect(tab.get_by_role("heading", name="Erased")).to_be_visible()
    assert [secret for secret in (PERSON, EMAIL) if secret in tab.content()] == []


def on_record(case: Case) -> None:
    """The organisation's evidence tells the course of it."""
    acts = case.house.rows(
        "SELECT action FROM audit_event WHERE object_id = %(pk)s ORDER BY occurred_at",
        pk=UUID(case.told["request"]),
    )
    assert [action for (action,) in acts] == [
        "request.received", "request.extended", "request.decided", "request.answered",
        "request.partly_fulfilled",
    ]  # fmt: skip
