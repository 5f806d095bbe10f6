"""A certificate in the reader's words, for the page and for paper. The JSON is what was signed."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from delivery import typesetting
from privacy import registry
from privacy.erasure.certificates import FINAL, fingerprint
from privacy.erasure.plan import labels_of

Row = list[str]

TEMPLATE = Path(__file__).with_name("certificate.typ")


def as_pdf(certificate: dict[str, Any]) -> bytes:
    """Set the certificate in the active language. Raises typesetting.NotSet."""
    return typesetting.pdf(TEMPLATE, in_words(certificate))


def in_words(certificate: dict[str, Any]) -> dict[str, Any]:
    """What the template shows: ready texts in rows, and nothing that it would have to work out."""
    said = certificate["statement"]
    return {
        "language": (get_language() or "en")[:2],
        "certificate": said["certificate"],
        "issuer": said["issuer"],
        "status": _("Final") if said["status"] == FINAL else _("Interim: not every recipient has answered"),
        "summary": _summary(said),
        "words": {
            "title": _("Certificate of erasure"),
            "erased": _("What was erased"),
            "kept": _("What is kept, on which ground, until when"),
            "recipients": _("Who was told"),
            "check": _("How to check this"),
            "how": _(
                "The JSON file of this certificate carries the signature. The program verify_certificate.py"
                " checks it without us, against the key that is published on our site."
            ),
        },
        "facts": _facts(said),
        "tables": [[_named(each["table"]), str(each["rows"])] for each in said["erased"]["tables"]],
        "kept": [
            [_named(each["table"]), f"Art. {each['ground']}", _until(each["until"])] for each in said["kept"]
        ],
        "recipients": [[each["kind"], _told(each["state"]), each["receipt"]] for each in said["recipients"]],
        "proof": _proof(certificate),
    }


def _summary(said: dict[str, Any]) -> str:
    rows = sum(each["rows"] for each in said["erased"]["tables"])
    if said["scope"]["what"] == "organisation":
        words = _(
            "On %(moment)s %(rows)d rows of an organisation were deleted. No name of a person stands here."
        )
        return words % {"moment": _moment(said["erased"]["at"]), "rows": rows}
    return _("On %(moment)s %(rows)d rows about one person were erased or emptied. No name stands here.") % {
        "moment": _moment(said["erased"]["at"]),
        "rows": rows,
    }


def _facts(said: dict[str, Any]) -> list[Row]:
    controller = said["scope"]["controller"]
    return [
        [_("Case"), said["case"]],
        [_("Controller"), said["issuer"] if controller == "platform" else controller],
        [_("Erased"), _moment(said["erased"]["at"])],
        [_("No backup can hold it from"), _day(said["last_backup_gone_on"])],
    ]


def _proof(certificate: dict[str, Any]) -> list[Row]:
    said = certificate["statement"]
    return [
        [_("Key"), fingerprint(said["key"]["public"])],
        [_("Public key"), said["key"]["public"]],
        [_("Signature"), certificate["signature"]],
        *_committed(said["erased"]),
        [_("Ledger line"), str(said["ledger"]["sequence"] or "–")],
        [_("Declarations"), said["declarations"]],
    ]


def _committed(erased: dict[str, Any]) -> list[Row]:
    """To which rows it commits; of an organisation, when no copy of its keys is left."""
    if "keys" not in erased:
        return [
            [_("Keys destroyed"), _moment(erased["keys_destroyed_at"])],
            [_("No copy of the keys is left from"), _moment(erased["unreadable_from"])],
        ]
    return [[_("Rows, as a hash"), erased["keys"]["digest"]], [_("Salt"), erased["keys"]["salt"]]]


def _named(table: str) -> str:
    """What a table holds of a person, as the declarations say it; its own name where they say nothing."""
    for declaration in registry.declarations().values():
        if registry.table_of(declaration) == table:
            labels = [str(label) for label in labels_of(declaration)]
            return ", ".join(labels[:4]) + ("…" if len(labels) > 4 else "") if labels else table
    return table


def _told(state: str) -> str:
    return {
        "pending": _("to be told"),
        "sent": _("told, not yet answered"),
        "confirmed": _("confirmed"),
        "retained": _("keeps it, on a ground of its own"),
        "manual": _("to be told by a person"),
        "failed": _("could not be told"),
    }.get(state, state)


def _until(day: str | None) -> str:
    return _day(day) if day else _("by its own rule")


def _day(day: str) -> str:
    return date_format(date.fromisoformat(day), "j F Y")


def _moment(moment: str) -> str:
    return date_format(timezone.localtime(datetime.fromisoformat(moment)), "j F Y, H:i")
