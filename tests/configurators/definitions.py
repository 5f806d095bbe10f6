"""Definitions to test with: a small veranda that uses every feature once, and a builder of tiny ones."""

import copy
import os
from typing import Any

from django.conf import settings

Json = dict[str, Any]

if not settings.configured and not os.environ.get("DJANGO_SETTINGS_MODULE"):
    settings.configure(USE_I18N=False)  # these modules need no Django but its translations


def texts(nl: str, en: str = "") -> dict[str, str]:
    return {"nl": nl, "en": en or nl}


def option(key: str, amount: str | None = None, **more: Any) -> Json:
    price = {"kind": "fixed", "amount": amount} if amount is not None else None
    return {"key": key, "label": texts(key.title()), "price": price, **more}


def group(key: str, kind: str, **more: Any) -> Json:
    return {"key": key, "kind": kind, "label": texts(key.title()), **more}


def definition(*groups: Json, **more: Any) -> Json:
    """One step with these groups, prices including 21 % VAT."""
    return {
        "schema": 2,
        "languages": ["nl", "en"],
        "language": "nl",
        "title": texts("Proef", "Test"),
        "currency": "EUR",
        "vat": {"rate": "21", "prices": "including"},
        "price_display": {"kind": "exact"},
        "steps": [{"key": "main", "title": texts("Stap", "Step"), "groups": list(groups)}],
        **more,
    }


def veranda() -> Json:
    return copy.deepcopy(_VERANDA)


_VERANDA: Json = {
    "schema": 2,
    "languages": ["nl", "en"],
    "language": "nl",
    "title": texts("Veranda op maat", "Veranda made to measure"),
    "intro": texts("Stel uw veranda samen.", "Put your veranda together."),
    "currency": "EUR",
    "vat": {"rate": "21", "prices": "including"},
    "price_display": {"kind": "exact"},
    "drawing": "veranda",
    "steps": [
        {
            "key": "size",
            "title": texts("Maat", "Size"),
            "groups": [
                group(
                    "width", "number", unit="cm", min="200", max="700", step="5", default="400", required=True
                ),
                group(
                    "depth", "number", unit="cm", min="150", max="500", step="5", default="300", required=True
                ),
            ],
        },
        {
            "key": "roof",
            "title": texts("Dak", "Roof"),
            "groups": [
                group(
                    "roof",
                    "single",
                    required=True,
                    default="poly",
                    options=[
                        option(
                            "poly",
                            price={"kind": "formula", "formula": "ROUND(width*depth/10000*89; 2)"},
                        ),
                        option(
                            "glass",
                            price={"kind": "formula", "formula": "ROUND(width*depth/10000*149,5; 2)"},
                            available_if="depth <= 400",
                            reason=texts("Glas kan tot 400 cm diep.", "Glass goes up to 400 cm deep."),
                        ),
                    ],
                ),
                group(
                    "tint",
                    "single",
                    visible_if='roof = "glass"',
                    required_if='HAS(extras; "doors")',
                    options=[option("clear", "0"), option("opal", "185")],
                ),
                group("lights", "quantity", max="12", price={"kind": "per_unit", "amount": "39.95"}),
            ],
        },
        {
            "key": "extras",
            "title": texts("Extra's", "Extras"),
            "groups": [
                group(
                    "extras",
                    "multi",
                    max_choices=3,
                    options=[
                        option("heater", "640"),
                        option("screen", "1150"),
                        option("gutter", price={"kind": "per_unit", "amount": "0.125", "of": "width"}),
                        option("doors", "2400"),
                    ],
                ),
                group(
                    "assembly", "boolean", price={"kind": "percentage", "percent": "12.5", "of": "subtotal"}
                ),
                group("remarks", "text", multiline=True, max_length=300),
                group("street", "text", personal=True, visible_if="assembly"),
                group("contact", "contact", phone="optional"),
            ],
        },
    ],
    "constraints": [
        {
            "key": "heater_needs_glass",
            "kind": "requires",
            "if": "extras.heater",
            "then": "roof.glass",
            "reason": texts("Een heater kan alleen onder glas.", "A heater fits only under glass."),
        },
        {
            "key": "screen_or_doors",
            "kind": "excludes",
            "if": "extras.screen",
            "then": "extras.doors",
            "reason": texts(
                "Een screen en deuren gaan niet samen.", "A screen and doors do not go together."
            ),
        },
    ],
    "lines": [
        {
            "key": "transport",
            "label": texts("Transport", "Transport"),
            "if": "width > 500",
            "price": {"kind": "fixed", "amount": "95"},
        },
        {
            "key": "discount",
            "label": texts("Actiekorting", "Discount"),
            "price": {"kind": "percentage", "percent": "-10", "of": ["extras"]},
        },
    ],
}
