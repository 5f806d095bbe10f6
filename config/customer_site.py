"""The web sites of the demo's customers, on an origin of their own, with the configurators embedded.

Run as ``python -I config/customer_site.py <port> <demo.json>``. Nothing of the product is imported: this
is what somebody else's web server would do, and its content security policy is as strict as theirs may be.
"""

import html
import json
import os
import signal
import sys
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Shop:
    """One customer's site: its words, in its language."""

    folder: str
    name: str
    language: str
    place: str
    claim: str
    intro: str
    menu: tuple[str, ...]
    heading: str
    invitation: str
    facts: tuple[tuple[str, str], ...]
    footer: str
    #: Made with a site builder that takes a script and no more.
    framed: bool = False


SHOPS = (
    Shop(
        folder="veldkamp",
        name="Veldkamp Veranda’s",
        language="nl",
        place="Deventer",
        claim="Buiten leven, ook als het regent.",
        intro="Al drie generaties bouwen we veranda’s van aluminium en hout. Gemeten bij u thuis, gemaakt in "
        "onze eigen werkplaats en geplaatst door onze eigen mensen.",
        menu=("Veranda’s", "Tuinkamers", "Zonwering", "Ons werk", "Contact"),
        heading="Stel uw veranda samen",
        invitation="Kies maat, dak en afwerking. U ziet meteen wat het kost; daarna nemen we contact op voor "
        "een afspraak, zonder verplichting.",
        facts=(
            ("10 jaar garantie", "op constructie, lak en dakplaten"),
            ("6 weken levertijd", "van meten tot plaatsen"),
            ("1.400 veranda’s", "geplaatst in Overijssel en Gelderland"),
        ),
        footer="Veldkamp Veranda’s, Hanzeweg 12, 7418 AW Deventer. "
        "Een verzonnen bedrijf, voor de demonstratie.",
    ),
    Shop(
        folder="morel",
        name="Fenêtres Morel",
        language="fr",
        place="Angers",
        claim="La lumière, bien encadrée.",
        intro="Menuisier depuis 1978, nous fabriquons et posons des fenêtres en bois, en aluminium et en "
        "PVC, de la prise de mesures au dernier réglage.",
        menu=("Fenêtres", "Portes", "Volets", "Réalisations", "Contact"),
        heading="Composez votre fenêtre",
        invitation="Choisissez les dimensions, le matériau et le vitrage : le prix suit aussitôt. Nous vous "
        "rappelons ensuite pour les mesures, sans engagement.",
        facts=(
            ("Fabriqué à Angers", "dans notre atelier, par nos menuisiers"),
            ("Pose comprise", "et reprise de vos anciennes fenêtres"),
            ("Uw 1,1 W/m²K", "ou mieux, sur toute la gamme"),
        ),
        footer="Fenêtres Morel, 8 rue des Luisettes, 49100 Angers. "
        "Entreprise fictive, pour la démonstration.",
    ),
    Shop(
        folder="delinde",
        name="Drukkerij De Linde",
        language="nl-BE",
        place="Mechelen",
        claim="Goed gedrukt blijft liggen.",
        intro="Van visitekaartje tot jaarverslag: we drukken op papier dat u eerst mag voelen, en leveren "
        "met de fiets in heel Mechelen.",
        menu=("Drukwerk", "Papier", "Afwerking", "Aanleveren", "Contact"),
        heading="Bereken uw drukwerk",
        invitation="Kies formaat, papier en oplage. U krijgt meteen een richtprijs; wij kijken uw bestanden "
        "na voor we drukken.",
        facts=(
            ("Gerecycleerd papier", "in elke gramsage, zonder meerprijs"),
            ("3 werkdagen", "voor de meeste opdrachten"),
            ("Proefdruk inbegrepen", "vanaf 250 stuks"),
        ),
        footer="Drukkerij De Linde, Lindestraat 41, 2800 Mechelen. "
        "Een verzonnen bedrijf, voor de demonstratie.",
        framed=True,
    ),
)

STYLE = Path(__file__).with_suffix(".css")


def main(arguments: list[str]) -> int:
    port, demo = int(arguments[0]), Path(arguments[1])
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    Handler.demo = demo
    server = ThreadingHTTPServer((os.environ.get("HOST", "127.0.0.1"), port), Handler)
    server.daemon_threads = True
    server.serve_forever()
    return 0


class Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD; writes no log, since nobody needs to know who looked."""

    demo: Path
    protocol_version = "HTTP/1.1"
    server_version = "Customer"
    sys_version = ""

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        page = pages(read_demo(self.demo)).get(path)
        if page is None:
            self.answer(404, "text/plain", "Not found\n", "default-src 'none'")
        else:
            self.answer(200, *page)

    do_HEAD = do_GET  # noqa: N815  the name http.server looks for

    def answer(self, status: int, kind: str, body: str, policy: str) -> None:
        content = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Security-Policy", policy)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "strict-origin-when-cross-origin")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class names it so
        """Nothing is logged."""


def read_demo(path: Path) -> dict[str, Any]:
    """What the supervisor wrote; an empty demo while it is not there."""
    try:
        demo = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return demo if isinstance(demo, dict) else {}


Page = tuple[str, str, str]


def pages(demo: dict[str, Any]) -> dict[str, Page]:
    """Every address of the sites: its kind, body and content security policy."""
    found: dict[str, Page] = {
        "/": ("text/html", index(), policy("")),
        "/site.css": ("text/css", STYLE.read_text(), "default-src 'none'"),
    }
    for shop in SHOPS:
        public_url, key = configurator_of(shop, demo)
        found[f"/{shop.folder}/"] = ("text/html", shop_page(shop, public_url, key), policy(public_url))
    return found


def configurator_of(shop: Shop, demo: dict[str, Any]) -> tuple[str, str]:
    """The origin and key of the shop's first configurator; empty when there is none."""
    for configurator in demo.get("configurators", []):
        if plain(shop.name) in plain(configurator["organisation"]):
            parts = urlsplit(configurator["public_url"])
            return f"{parts.scheme}://{parts.netloc}", configurator["key"]
    return "", ""


def plain(name: str) -> str:
    """A name as it is compared: straight quotes, lower case."""
    return name.replace("’", "'").casefold()


def policy(public_url: str) -> str:
    """Only our own style, and the configurator's host for its script, what that asks, and its frame."""
    needs = ("script-src", "connect-src", "frame-src") if public_url else ()
    theirs = "".join(f"{directive} {public_url}; " for directive in needs)
    fixed = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    return f"default-src 'none'; style-src 'self'; {theirs}{fixed}"


def index() -> str:
    links = "".join(
        f'<a href="/{shop.folder}/" hreflang="{shop.language}">{text(shop.name)}, {text(shop.place)}</a>'
        for shop in SHOPS
    )
    body = f'<main class="wide"><h1>Three shops</h1><div class="shops">{links}</div></main>'
    return skeleton("en", "Demo: customers’ sites", "", body)


def shop_page(shop: Shop, public_url: str, key: str) -> str:
    menu = "".join(f'<li><a href="#configurator">{text(item)}</a></li>' for item in shop.menu)
    facts = "".join(f"<div><dt>{text(what)}</dt><dd>{text(more)}</dd></div>" for what, more in shop.facts)
    embed = (frame if shop.framed else element)(shop, public_url, key) if key else ""
    body = f"""
<header><div class="wide"><a class="name" href="/{shop.folder}/">{text(shop.name)}</a>
<nav><ul>{menu}</ul></nav></div></header>
<main>
<div class="claim"><div class="wide"><h1>{text(shop.claim)}</h1><p>{text(shop.intro)}</p></div></div>
<div class="wide"><dl class="facts">{facts}</dl></div>
<section class="wide configurator" id="configurator"><h2>{text(shop.heading)}</h2>
<p>{text(shop.invitation)}</p>
{embed}
</section>
</main>
<footer><div class="wide">{text(shop.footer)}</div></footer>"""
    return skeleton(shop.language, f"{shop.name} | {shop.heading}", shop.folder, body)


def element(shop: Shop, public_url: str, key: str) -> str:
    language = shop.language.partition("-")[0]
    return (
        f'<script type="module" src="{text(public_url)}/e/v1/element.js"></script>\n'
        f'<opmaat-configurator key="{text(key)}" language="{language}">\n'
        f'  <a href="{text(public_url)}/c/{text(key)}/?lang={language}">{text(shop.heading)}</a>\n'
        "</opmaat-configurator>"
    )


def frame(shop: Shop, public_url: str, key: str) -> str:
    return f'<script src="{text(public_url)}/e/v1.js" data-configurator="{text(key)}" async></script>'


def skeleton(language: str, title: str, theme: str, body: str) -> str:
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{text(title)}</title><link rel="stylesheet" href="/site.css"></head>'
        f'<body class="{theme}">{body}</body></html>\n'
    )


def text(value: str) -> str:
    return html.escape(value, quote=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
