"""Somebody without an account, at the door with a phone, in each of the three languages.

They see, download and correct what is kept about them, and have it erased, which the organisation has said
may happen at once. Every step ends in what the database then holds and in the mail that came.
"""

import json
import re
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenBrowser
from tests.journeys.home import Home
from tests.journeys.looks import Watcher
from tests.journeys.situations import AT_THE_DOOR


@dataclass(frozen=True)
class Words:
    """What the person presses, and what the mails are called."""

    send: str
    open: str
    yes: str
    see: str
    download: str
    correct: str
    ask_correction: str
    erase: str
    arrived: str
    acknowledged: str
    asked_before: str
    done: str
    corrected: str
    erased: str
    nothing_left: str


WORDS = {
    "nl": Words(
        "Stuur me de link", "Open mijn pagina", "Ja, er wordt iets over je bewaard", "Mijn gegevens inzien",
        "Alles downloaden (ZIP)", "Mijn gegevens verbeteren", "Deze verbetering vragen",
        "Mijn gegevens laten wissen", "Je verzoek is aangekomen", "privacyverzoek", "Wat je eerder vroeg",
        "Ingewilligd", "We hebben verbeterd:", "We hebben gewist:", "Geen offerteaanvraag meer",
    ),
    "en": Words(
        "Send me the link", "Open my page", "Yes, something is kept about you", "See my data",
        "Download everything (ZIP)", "Correct my data", "Ask for this correction", "Have my data erased",
        "Your request has arrived", "privacy request", "What you asked before", "Fulfilled", "We corrected:",
        "We erased:", "No request for an offer any more",
    ),
    "fr": Words(
        "Envoyez-moi le lien", "Ouvrir ma page", "Oui, quelque chose est conservé à votre sujet",
        "Consulter mes données", "Tout télécharger (ZIP)", "Rectifier mes données",
        "Demander cette rectification", "Faire effacer mes données", "Votre demande est arrivée", "demande",
        "Ce que vous avez déjà demandé", "Satisfaite", "Nous avons rectifié\u00a0:", "Nous avons effacé\u00a0:",
        "Plus aucune demande d’offre",
    ),
}  # fmt: skip
#: To whom somebody may complain about an organisation in the Netherlands.
AUTHORITY = "Autoriteit Persoonsgegevens (AP)"
#: What the person wants to be called from then on.
NEW_NAME = "Robin van der Meer"


@dataclass
class Visit:
    """One person on a phone, and what is looked up behind them."""

    house: Home
    phone: Page
    language: str
    name: str
    since: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def email(self) -> str:
        return self.name.lower().replace(" ", ".") + "@example.com"

    @property
    def words(self) -> Words:
        return WORDS[self.language]

    def press(self, text: str) -> None:
        self.phone.get_by_role("button", name=text).click()
        self.phone.wait_for_load_state()

    def follow(self, text: str) -> None:
        self.phone.get_by_role("link", name=text, exact=True).click()
        self.phone.wait_for_load_state()

    def come_in(self) -> None:
        """Ask for the link, find it in the mail, and open it by its button."""
        self.phone.goto(f"{self.house.public_url}/privacy/request/?lang={self.language}")
        self.phone.locator("[name=email]").fill(self.email)
        self.press(self.words.send)
        mail = self.house.mail(self.email, "/privacy/my/")
        found = re.search(r"https?://\S+/privacy/my/\w+/", mail["text"])
        assert found is not None
        self.phone.goto(found[0])
        assert self.name not in self.phone.content()
        self.press(self.words.open)
        expect(self.phone.get_by_role("heading", level=1)).to_have_text(self.words.yes)

    def see(self, name: str) -> None:
        self.follow(self.words.see)
        expect(self.phone.locator(".facts dd", has_text=name).first).to_be_visible()
        others = [other for other in AT_THE_DOOR.values() if other != self.name]
        assert not [other for other in others if other in self.phone.content()]
        self.phone.go_back()

    def download(self, folder: Path) -> dict[str, Any]:
        """Everything in one file; answers the JSON in it."""
        with self.phone.expect_download() as download:
            self.phone.get_by_role("link", name=self.words.download).click()
        path = folder / "data.zip"
        download.value.save_as(path)
        with zipfile.ZipFile(path) as archive:
            assert self.name.encode() in archive.read("copy.html")
            return json.loads(archive.read("copy.json"))

    def correct(self, name: str) -> str:
        self.follow(self.words.correct)
        self.phone.locator("[name=name]").fill(name)
        self.press(self.words.ask_correction)
        return self.arrived(self.words.corrected)

    def erase(self) -> str:
        self.follow(self.words.erase)
        self.press(self.words.erase)
        return self.arrived(self.words.erased)

    def arrived(self, done: str) -> str:
        """The page says so, with a reference by which two mails are known: that it came in, and the answer.

        Back on the page of the person it is said to be done as well. Answers the letter.
        """
        expect(self.phone.get_by_role("heading", level=1)).to_have_text(self.words.arrived)
        reference = self.phone.locator(".reference").inner_text()
        mail = self.house.mail(self.email, reference)
        assert self.words.acknowledged in mail["subject"].lower()
        letter = self.house.mail(self.email, done)["text"]
        assert reference in letter
        self.phone.locator(".back a").click()
        asked = self.phone.locator(".asked li", has_text=reference)
        expect(asked).to_contain_text(self.words.done)
        return letter

    def read_certificate(self, letter: str) -> dict[str, Any]:
        """The link in the letter that answers what the certificate says."""
        found = re.search(r"https?://\S+/privacy/certificate/\S+", letter)
        assert found is not None
        answer = self.phone.request.get(found[0].partition("?")[0])
        assert answer.ok
        return answer.json()

    def on_record(self) -> list[tuple[Any, ...]]:
        """Which reading of theirs the organisation has on record."""
        return self.house.rows(
            "SELECT action FROM (SELECT action, occurred_at FROM audit_accessevent"
            " UNION ALL SELECT action, occurred_at FROM audit_event) acts"
            " WHERE action LIKE 'subject.%%' AND occurred_at >= %(since)s ORDER BY occurred_at",
            since=self.since,
        )

    def asked(self) -> list[tuple[Any, ...]]:
        """What the organisation was asked by this person at the door, and what came of it."""
        return self.house.rows(
            "SELECT r.right, stage, identity_method FROM privacy_privacyrequest r"
            " WHERE channel = 'door' AND received_at >= %(since)s AND language = %(language)s ORDER BY id",
            since=self.since,
            language=self.language,
        )


@pytest.mark.promise("H26")
@pytest.mark.promise("H36")
@pytest.mark.parametrize("language", WORDS)
def test_a_person_sees_downloads_corrects_and_is_erased(
    house: Home, open_browser: OpenBrowser, tmp_path: Path, language: str
) -> None:
    serre = house.furnish()["journeys"]["door"]["id"]
    phone = open_browser(width=390, locale=language, has_touch=True, is_mobile=True).new_page()
    watcher = Watcher(phone, own=house.origins())
    visit = Visit(house, phone, language, AT_THE_DOOR[language])

    confirmation = house.mail(visit.email)
    visit.come_in()
    visit.see(visit.name)
    taken = visit.download(tmp_path)
    (contact,) = taken["data"]["leads.LeadContact"]
    assert contact["name"] == visit.name
    assert visit.on_record() == [("subject.seen",), ("subject.copied",)]

    visit.correct(NEW_NAME)
    visit.see(NEW_NAME)
    assert visit.asked() == [("rectification", "fulfilled", "link")]

    letter = visit.erase()
    assert AUTHORITY in letter
    assert visit.asked()[1:] == [("erasure", "fulfilled", "link")]
    expect(phone.get_by_text(visit.words.nothing_left)).to_be_visible()
    expect(phone.get_by_role("link", name=visit.words.see, exact=True)).to_have_count(0)
    is_gone(visit, serre, visit.read_certificate(letter))
    assert confirmation["id"] not in {mail["id"] for mail in house.mails(visit.email)}
    assert (watcher.said, watcher.foreign, phone.context.cookies()) == ([], [], [])


def is_gone(visit: Visit, organisation: str, certificate: dict[str, Any]) -> None:
    """Nothing of the lead is left, and the person has in hands what proves it."""
    ((leads, proof),) = visit.house.rows(
        "SELECT root_ids, certificate FROM privacy_leaderasure"
        " WHERE organisation_id = %(organisation)s AND erased_at >= %(since)s",
        organisation=organisation,
        since=visit.since,
    )
    assert visit.house.left_of(*leads) == {}
    assert (certificate, certificate["statement"]["status"]) == (proof, "final")
