#!/usr/bin/env python3
"""Check the signature of a quote without the product: this file, Python and the package `cryptography`.

    python verify_quote.py quote.json --keys signing-key.json

`signing-key.json` is published by the service under /privacy/signing-key.json; `--key BASE64` takes one key
instead. The page /verify/ of the service also recalculates the quote on the version that it names.

Answers 0 for a quote whose signature stands, 1 for one whose does not.
"""

import argparse
import base64
import json
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT = "opmaat-quote/1"


class DoesNotStand(Exception):
    """What is wrong with the quote."""


def canonical(statement):
    """The bytes that were signed: keys in order, no spaces, UTF-8."""
    return json.dumps(statement, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def once(pairs):
    """A name that stands twice says one thing to this program and another to whoever reads the file."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise DoesNotStand("A name stands twice in it.")
    return found


def verify(document, trusted):
    """Raise DoesNotStand, or answer the statement. ``trusted`` are public keys in base64."""
    if set(document) != {"statement", "signature"} or document["statement"].get("format") != FORMAT:
        raise DoesNotStand("It is not a signed quote, or parts were added or left out.")
    statement = document["statement"]
    public = statement["key"]["public"]
    if public not in trusted:
        raise DoesNotStand("It was signed with a key that the service does not publish.")
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public, validate=True))
        key.verify(base64.b64decode(document["signature"], validate=True), canonical(statement))
    except (InvalidSignature, ValueError):
        raise DoesNotStand("The signature does not fit: something was changed.") from None
    return statement


def summary(statement):
    """The statement in a few lines."""
    lines = [f"  {line['key']:<40} {line['amount']:>14}" for line in statement["lines"]]
    sums = ", ".join(f"{name} {statement[name]}" for name in ("net", "vat", "gross"))
    return "\n".join(
        [
            f"configurator {statement['configurator']}, version {statement['version']}",
            f"engine {statement['engine']}, schema {statement['schema']}",
            *(f"  {key} = {json.dumps(value)}" for key, value in statement["inputs"].items()),
            *lines,
            f"{sums} {statement['currency']}",
        ]
    )


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("quote")
    parser.add_argument("--key", action="append", default=[])
    parser.add_argument("--keys")
    given = parser.parse_args(arguments)
    trusted = list(given.key)
    if given.keys:
        with open(given.keys, encoding="utf-8") as file:
            trusted += [each["public"] for each in json.load(file)["keys"]]
    if not trusted:
        parser.error("name the service's key: --keys signing-key.json or --key BASE64")
    try:
        with open(given.quote, encoding="utf-8-sig") as file:
            document = json.load(file, object_pairs_hook=once)
        statement = verify(document, trusted)
    except (DoesNotStand, KeyError, TypeError, ValueError, AttributeError, RecursionError) as wrong:
        print(f"DOES NOT STAND: {wrong}")
        return 1
    print(summary(statement))
    print("STANDS")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
