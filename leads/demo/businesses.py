"""The demo's organisations, their people and their products."""

from dataclasses import dataclass
from typing import Any

from leads.demo.products import PriceList, Product
from leads.demo.tariffs import ELECTRICS, Tariffs


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a sign-in; addresses end in .example and reach nobody."""

    name: str
    email: str
    role: str


@dataclass(frozen=True, slots=True)
class Business:
    """One organisation of the demo, what it sells, and how many requests its first product had in a year."""

    name: str
    country: str
    language: str
    accent: str
    address: str
    domain: str
    products: tuple[Product, ...]
    leads: int
    people: tuple[Person, ...]
    tariffs: Tariffs | None = None

    def settings(self, *, embed_domains: list[str]) -> dict[str, Any]:
        """What publishing asks for, filled in."""
        return {
            "accent": self.accent,
            "controller_name": self.name,
            "controller_address": self.address,
            "controller_email": f"privacy@{self.domain}",
            "privacy_policy_url": f"https://{self.domain}/privacy",
            "notification_email": f"verkoop@{self.domain}"
            if self.language == "nl"
            else f"ventes@{self.domain}",
            "lead_retention_days": 730,
            "embed_domains": embed_domains,
        }


SCREENS = PriceList("screens.csv", table="screens", rows="breedte", columns="hoogte")

BUSINESSES = (
    Business(
        name="Veldkamp Veranda’s",
        country="NL",
        language="nl",
        accent="pine",
        address="Hanzeweg 12\n7418 AW Deventer\nNederland",
        domain="veldkamp.example",
        products=(
            Product(
                "Veranda Modern",
                "veranda",
                articles=(("spots", "spot"), ("verwarming", "heater"), ("bediening", "dimmer")),
            ),
            Product(
                "Screens",
                "awning",
                SCREENS,
                articles=(
                    ("bediening.motor", "motor"),
                    ("bediening.zonnecel", "motor-zon"),
                    ("extras.sensor", "sensor"),
                    ("extras.zender", "zender"),
                ),
            ),
        ),
        leads=260,
        people=(
            Person("Iris Veldkamp", "iris@veldkamp.example", "owner"),
            Person("Daan Mulder", "daan@veldkamp.example", "sales"),
            Person("Noor Peters", "noor@veldkamp.example", "editor"),
        ),
        tariffs=ELECTRICS,
    ),
    Business(
        name="Fenêtres Morel",
        country="FR",
        language="fr",
        accent="ocean",
        address="4 rue du Port\n17000 La Rochelle\nFrance",
        domain="morel.example",
        products=(Product("Fenêtre sur mesure", "window"),),
        leads=150,
        people=(Person("Camille Morel", "camille@morel.example", "owner"),),
    ),
    Business(
        name="Drukkerij De Linde",
        country="BE",
        language="nl",
        accent="olive",
        address="Lindestraat 8\n9000 Gent\nBelgië",
        domain="delinde.example",
        products=(Product("Folder of brochure", "printing"),),
        leads=90,
        people=(Person("Jef Claes", "jef@delinde.example", "owner"),),
    ),
)

#: Given and family names, combined at random; nobody is meant.
NAMES = {
    "nl": (
        [
            "Sanne",
            "Jeroen",
            "Fatima",
            "Bram",
            "Lotte",
            "Youssef",
            "Marieke",
            "Thijs",
            "Els",
            "Ruben",
            "Anouk",
            "Wim",
        ],
        [
            "de Vries",
            "Maes",
            "El Amrani",
            "Bos",
            "Janssens",
            "Visser",
            "Peeters",
            "Hoekstra",
            "Wouters",
            "Smit",
        ],
    ),
    "fr": (
        ["Claire", "Amélie", "Luc", "Karim", "Élodie", "Mathieu", "Sophie", "Hugo", "Inès", "Pascal"],
        ["Lefèvre", "Dubois", "Fontaine", "Garnier", "Benali", "Roux", "Marchand", "Perrin"],
    ),
    "en": (["Emma", "Oliver", "Grace", "Samuel"], ["Taylor", "Hughes", "Walker", "Bennett"]),
}

REMARKS = {
    "nl": [
        "We willen graag in april beginnen.",
        "Kan iemand komen meten?",
        "Kan de schuifwand ook half open blijven staan?",
    ],
    "fr": [
        "Nous aimerions commencer en avril.",
        "Quelqu’un peut-il venir mesurer ?",
        "La pose est-elle possible en semaine ?",
    ],
    "en": ["We would like to start in April.", "Can somebody come and measure?"],
}

NOTES = {
    "nl": [
        "Gebeld, belt volgende week terug.",
        "Offerte per post gevraagd.",
        "Wil eerst een staal van de kleur zien.",
    ],
    "fr": ["Rappeler la semaine prochaine.", "Souhaite voir un échantillon de couleur."],
}

#: Beginnings of telephone numbers that are set aside for fiction or not in use.
PHONES = {"nl": "+3168500", "fr": "+3319900", "en": "+4477009"}
