#!/usr/bin/env python3
"""Check an erasure certificate without the product: this file, Python and the package `cryptography`.

    python verify_certificate.py certificate.json --keys signing-key.json [--rows rows.txt]

`signing-key.json` is published by the issuer under /privacy/signing-key.json; `--key BASE64` takes one key
instead. With neither, the certificate is only checked against the key that it brings along, which proves
that nothing was changed, but not by whom it was signed. `--rows` takes a file with the erased rows, one
"table:key" a line, and checks that the certificate commits to exactly those.

Answers 0 for a certificate that holds, 1 for one that does not, 3 for one whose key was not compared.
"""

import argparse
import base64
import hashlib
import json
import sys
from datetime import date, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT, VERSION = "opmaat-erasure-certificate", 1
SETTLED = {"confirmed", "retained"}
STATEMENT_KEYS = {
    "format", "version", "status", "certificate", "case", "issuer", "issued_at", "scope", "erased", "kept",
    "recipients", "ledger", "declarations", "last_backup_gone_on", "key",
}  # fmt: skip


class DoesNotHold(Exception):
    """What is wrong with the certificate."""


def canonical(statement):
    """The bytes that were signed: keys in order, no spaces, UTF-8."""
    return json.dumps(statement, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def once(pairs):
    """A name that stands twice says one thing to this program and another to whoever reads the file."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise DoesNotHold("A name stands twice in it.")
    return found


def verify(document, trusted=None, rows=None):
    """Raise DoesNotHold, or answer the statement. ``trusted`` are public keys in base64."""
    if set(document) != {"statement", "signature"} or set(document["statement"]) != STATEMENT_KEYS:
        raise DoesNotHold("It is not an erasure certificate, or parts were added or left out.")
    statement = document["statement"]
    _check_signature(statement, document["signature"], trusted)
    _check_format(statement)
    _check_erased(statement["erased"], rows)
    _check_kept(statement["kept"])
    _check_recipients(statement)
    return statement


def _check_signature(statement, signature, trusted):
    public = statement["key"]["public"]
    if statement["key"]["algorithm"] != "Ed25519":
        raise DoesNotHold("It names another algorithm than Ed25519.")
    if trusted is not None and public not in trusted:
        raise DoesNotHold("It was signed with a key that the issuer does not publish.")
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public, validate=True))
        key.verify(base64.b64decode(signature, validate=True), canonical(statement))
    except (InvalidSignature, ValueError):
        raise DoesNotHold("The signature does not fit: something was changed.") from None


def _check_format(statement):
    if (statement["format"], statement["version"]) != (FORMAT, VERSION):
        raise DoesNotHold("This program does not know its format.")
    erased = datetime.fromisoformat(statement["erased"]["at"])
    if datetime.fromisoformat(statement["issued_at"]) < erased:
        raise DoesNotHold("It was issued before the erasure.")
    if date.fromisoformat(statement["last_backup_gone_on"]) <= erased.date():
        raise DoesNotHold("It says that backups were gone before the erasure.")


def _check_erased(erased, rows):
    if any(each["rows"] < 0 for each in erased["tables"]):
        raise DoesNotHold("A count is below zero.")
    if rows is None:
        return
    if "keys" not in erased:
        raise DoesNotHold("It is about a whole organisation, and commits to no rows one by one.")
    found = hashlib.sha256("\n".join([erased["keys"]["salt"], *sorted(rows)]).encode()).hexdigest()
    if found != erased["keys"]["digest"]:
        raise DoesNotHold("It commits to other rows than these.")


def _check_kept(kept):
    for each in kept:
        if not each["ground"]:
            raise DoesNotHold("Something was kept without a ground.")


def _check_recipients(statement):
    waiting = [each for each in statement["recipients"] if each["state"] not in SETTLED]
    if statement["status"] == "final" and waiting:
        raise DoesNotHold("It says that it is final, and a recipient has not answered.")
    if statement["status"] not in ("final", "interim"):
        raise DoesNotHold("It is neither final nor interim.")


def summary(statement):
    """The statement in a few lines."""
    erased = statement["erased"]
    lines = [
        f"status      {statement['status']}",
        f"erased      {sum(each['rows'] for each in erased['tables'])} rows of"
        f" {len(erased['tables'])} tables at {erased['at']}",
        *(
            f"kept        {each['table']}: {each['ground']}, until {each['until']}"
            for each in statement["kept"]
        ),
        *(
            f"recipient   {each['kind']}: {each['state']} {each['receipt']}"
            for each in statement["recipients"]
        ),
        f"backups     none can hold it from {statement['last_backup_gone_on']}",
        f"signed by   {statement['key']['public']}",
    ]
    return "\n".join(lines)


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("certificate")
    parser.add_argument("--key", action="append", default=[])
    parser.add_argument("--keys")
    parser.add_argument("--rows")
    given = parser.parse_args(arguments)
    trusted = list(given.key)
    if given.keys:
        with open(given.keys, encoding="utf-8") as file:
            trusted += [each["public"] for each in json.load(file)["keys"]]
    rows = None
    if given.rows:
        with open(given.rows, encoding="utf-8") as file:
            rows = [line.strip() for line in file if line.strip()]
    try:
        with open(given.certificate, encoding="utf-8") as file:
            document = json.load(file, object_pairs_hook=once)
        statement = verify(document, trusted or None, rows)
    except (DoesNotHold, KeyError, TypeError, ValueError, AttributeError, RecursionError) as wrong:
        print(f"DOES NOT HOLD: {wrong}")
        return 1
    print(summary(statement))
    print("HOLDS" if trusted else "UNCHANGED, but the key was not compared with the issuer's: give --keys")
    return 0 if trusted else 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
