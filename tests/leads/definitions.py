"""A configurator as a veranda maker would build it, for tests of the visitor's side."""

from typing import Any

Json = dict[str, Any]


def _texts(nl: str, en: str, fr: str) -> Json:
    return {"nl": nl, "en": en, "fr": fr}


def _fixed(amount: str) -> Json:
    return {"kind": "fixed", "amount": amount}


def _formula(formula: str) -> Json:
    return {"kind": "formula", "formula": formula}


def _option(key: str, label: Json, price: Json | None = None, **more: Any) -> Json:
    return {"key": key, "label": label, "image": f"veranda/{more.pop('part')}/{key}", "price": price} | more


def _size() -> Json:
    def number(key: str, label: Json, low: str, high: str, default: str) -> Json:
        return {
            "key": key, "kind": "number", "label": label, "unit": _texts("cm", "cm", "cm"),
            "min": low, "max": high, "step": "10", "default": default, "required": True,
        }  # fmt: skip

    return {
        "key": "size",
        "title": _texts(
            "Welke maat past bij je huis?", "Which size fits your house?", "Quelle taille convient ?"
        ),
        "groups": [
            number("breedte", _texts("Breedte", "Width", "Largeur"), "250", "700", "520"),
            number("diepte", _texts("Diepte", "Depth", "Profondeur"), "200", "450", "350"),
        ],
    }


def _roof_option(key: str, label: Json, price: Json | None = None, **more: Any) -> Json:
    return _option(key, label, price, part="dak", **more)


def _front_option(key: str, label: Json, price: Json | None = None, **more: Any) -> Json:
    return _option(key, label, price, part="voorkant", **more)


def _roof() -> Json:
    return {
        "key": "roof_step",
        "title": _texts("Welk dak kies je?", "Which roof do you choose?", "Quel toit choisissez-vous ?"),
        "groups": [
            {
                "key": "dak", "kind": "single", "label": _texts("Dak", "Roof", "Toit"), "required": True,
                "default": "opaal",
                "options": [
                    _roof_option("helder", _texts("Helder glas", "Clear glass", "Verre clair")),
                    _roof_option("opaal", _texts("Opaal glas", "Opal glass", "Verre opale"), _fixed("640")),
                    _roof_option("getint", _texts("Getint glas", "Tinted glass", "Verre teinté"), _fixed("480")),
                    _roof_option("polycarbonaat", _texts("Polycarbonaat", "Polycarbonate", "Polycarbonate"), _fixed("-560")),
                    _roof_option(
                        "geisoleerd",
                        _texts("Geïsoleerd paneel", "Insulated panel", "Panneau isolé"),
                        _fixed("1240"),
                        available_if="breedte <= 500",
                        reason=_texts(
                            "Deze panelen zijn op zijn langst 500 cm.",
                            "These panels are 500 cm long at most.",
                            "Ces panneaux mesurent 500 cm au maximum.",
                        ),
                    ),
                ],
            }
        ],
    }  # fmt: skip


def _front() -> Json:
    return {
        "key": "front_step",
        "title": _texts("Wil je een wand aan de voorkant?", "A wall at the front?", "Une paroi à l’avant ?"),
        "groups": [
            {
                "key": "wand", "kind": "single", "label": _texts("Wanden", "Walls", "Parois"), "required": True,
                "default": "glazen_schuifwand",
                "options": [
                    _front_option("open", _texts("Open", "Open", "Ouvert")),
                    _front_option(
                        "glazen_schuifwand",
                        _texts("Glazen schuifwand", "Sliding glass wall", "Paroi coulissante en verre"),
                        _formula("ROUND(breedte / 100 * 480; 2)"),
                    ),
                    _front_option("screendoek", _texts("Screendoek", "Screen", "Store"), _fixed("1340")),
                    _front_option("houten_wand", _texts("Houten wand links", "Wooden wall, left", "Paroi en bois"), _fixed("890")),
                ],
            }
        ],
    }  # fmt: skip


def _extras() -> Json:
    return {
        "key": "extras",
        "title": _texts("Wat mag erbij?", "What else would you like?", "Que souhaitez-vous ajouter ?"),
        "groups": [
            {
                "key": "ledspots", "kind": "quantity", "label": _texts("Ledspots", "LED spots", "Spots LED"),
                "min": "0", "max": "24", "step": "2", "default": "8",
                "price": {"kind": "per_unit", "amount": "65", "of": "ledspots"},
            },
            {
                "key": "dimmer", "kind": "boolean", "label": _texts("Dimmer", "Dimmer", "Variateur"),
                "visible_if": "ledspots > 0", "price": _fixed("75"),
            },
            {
                "key": "more", "kind": "multi", "label": _texts("Comfort", "Comfort", "Confort"), "max_choices": 2,
                "options": [
                    {"key": "heater", "label": _texts("Heater", "Heater", "Chauffage"), "price": _fixed("389")},
                    {"key": "awning", "label": _texts("Zonwering", "Awning", "Store banne"), "price": _fixed("1150")},
                    {"key": "socket", "label": _texts("Stopcontact", "Socket", "Prise"), "price": _fixed("95")},
                ],
            },
            {
                "key": "remark", "kind": "text", "label": _texts("Opmerking", "Remark", "Remarque"),
                "personal": True, "multiline": True, "max_length": 600,
            },
        ],
    }  # fmt: skip


def _offer() -> Json:
    return {
        "key": "offer",
        "title": _texts("Waar mag de offerte heen?", "Where may we send the offer?", "Où envoyer le devis ?"),
        "groups": [
            {
                "key": "person",
                "kind": "contact",
                "label": _texts("Offerte", "Offer", "Devis"),
                "phone": "optional",
            }
        ],
    }


def veranda() -> Json:
    """520 × 350 cm, opal roof, sliding glass wall and eight spots (its defaults) cost € 9.685,00 including VAT."""
    return {
        "schema": 2,
        "languages": ["nl", "en", "fr"],
        "language": "nl",
        "title": _texts("Veranda Modern", "Veranda Modern", "Véranda Moderne"),
        "intro": {},
        "currency": "EUR",
        "vat": {"rate": "21", "prices": "including"},
        "price_display": {"kind": "exact"},
        "drawing": "veranda",
        "steps": [_size(), _roof(), _front(), _extras(), _offer()],
        "constraints": [
            {
                "key": "awning_needs_glass", "kind": "excludes", "if": "more.awning", "then": "dak.polycarbonaat",
                "reason": _texts(
                    "Zonwering past niet op polycarbonaat.",
                    "An awning does not fit on polycarbonate.",
                    "Le store banne ne convient pas au polycarbonate.",
                ),
            }
        ],
        "lines": [
            {"key": "base", "label": _texts("Veranda Modern", "Veranda Modern", "Véranda Moderne"), "price": _fixed("4995")},
            {
                "key": "wider", "label": _texts("Breder", "Wider", "Plus large"), "if": "breedte > 400",
                "price": _formula("(breedte - 400) * 6.20"),
            },
            {
                "key": "deeper", "label": _texts("Dieper", "Deeper", "Plus profond"), "if": "diepte > 300",
                "price": _formula("(diepte - 300) * 5.80"),
            },
        ],
    }  # fmt: skip
