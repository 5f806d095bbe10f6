"""Somebody without an account, at the door with a phone, in each of the three languages.

Every step ends in what the database then holds and in the mail that came; no row is made behind the back of
the product, which runs as a whole.
"""

import json
import re
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenBrowser
from tests.journeys.home import Home
from tests.journeys.looks import Watcher


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


WORDS = {
    "nl": Words(
        "Stuur me de link", "Open mijn pagina", "Ja, er wordt iets over je bewaard", "Mijn gegevens inzien",
        "Alles downloaden (ZIP)", "Mijn gegevens verbeteren", "Deze verbetering vragen",
        "Mijn gegevens laten wissen", "Je verzoek is aangekomen", "privacyverzoek",
    ),
    "en": Words(
        "Send me the link", "Open my page", "Yes, something is kept about you", "See my data",
        "Download everything (ZIP)", "Correct my data", "Ask for this correction", "Have my data erased",
        "Your request has arrived", "privacy request",
    ),
    "fr": Words(
        "Envoyez-moi le lien", "Ouvrir ma page", "Oui, quelque chose est conservé à votre sujet",
        "Consulter mes données", "Tout télécharger (ZIP)", "Rectifier mes données",
        "Demander cette rectification", "Faire effacer mes données", "Votre demande est arrivée", "demande",
    ),
}  # fmt: skip
#: Who sent a request in that language; ``furnish`` lets them send it.
PEOPLE = {"nl": "Sanne de Vries", "en": "Jan Peeters", "fr": "Noor Bakker"}


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

    def see(self) -> None:
        self.follow(self.words.see)
        expect(self.phone.locator(".facts dd", has_text=self.name).first).to_be_visible()
        others = [other for other in PEOPLE.values() if other != self.name]
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

    def correct(self, name: str) -> None:
        self.follow(self.words.correct)
        self.phone.locator("[name=name]").fill(name)
        self.press(self.words.ask_correction)
        self.arrived()

    def erase(self) -> None:
        self.follow(self.words.erase)
        self.press(self.words.erase)
        self.arrived()

    def arrived(self) -> None:
        """The page says so, with a reference by which the mail is known again."""
        expect(self.phone.get_by_role("heading", level=1)).to_have_text(self.words.arrived)
        reference = self.phone.locator(".reference").inner_text()
        mail = self.house.mail(self.email, reference)
        assert self.words.acknowledged in mail["subject"].lower()
        self.phone.locator(".back a").click()

    def rows(self, question: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.house.superuser_url) as connection:
            return connection.execute(question).fetchall()

    def asked(self) -> list[tuple[Any, ...]]:
        """What the organisations were asked by this person at the door."""
        return self.rows(
            "SELECT r.right, stage, identity_method FROM privacy_privacyrequest r"
            f" WHERE channel = 'door' AND received_at >= '{self.since}' AND language = '{self.language}'"
            " ORDER BY id"
        )


@pytest.mark.promise("H26")
@pytest.mark.promise("H36")
@pytest.mark.parametrize("language", WORDS)
def test_a_person_sees_downloads_corrects_and_asks_for_erasure(
    house: Home, open_browser: OpenBrowser, tmp_path: Path, language: str
) -> None:
    house.furnish()
    phone = open_browser(width=390, locale=language, has_touch=True, is_mobile=True).new_page()
    watcher = Watcher(phone, own=house.origins())
    visit = Visit(house, phone, language, PEOPLE[language])

    visit.come_in()
    visit.see()
    taken = visit.download(tmp_path)
    assert [row["name"] for row in taken["data"]["leads.LeadContact"]] == [visit.name]
    noted = visit.rows("SELECT action FROM audit_event WHERE action = 'subject.copied'")
    assert noted[-1:] == [("subject.copied",)]
    assert visit.rows("SELECT count(*) > 0 FROM audit_accessevent WHERE action = 'subject.seen'") == [(True,)]

    visit.correct("Robin van der Meer")
    assert visit.asked() == [("rectification", "open", "link")]
    visit.erase()
    assert visit.asked() == [("rectification", "open", "link"), ("erasure", "open", "link")]

    assert (watcher.said, watcher.foreign, phone.context.cookies()) == ([], [], [])
