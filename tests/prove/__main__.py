"""``python -m tests.prove [PART …]``: run the parts that this tree has not been proved by yet.

``--again`` runs them all the same, ``--list`` names them, ``--write`` makes docs/proof.md of what is known.
"""

import argparse
import sys

from tests.prove import proof, running
from tests.prove.parts import PARTS, chosen


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.prove", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART")
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args(arguments)
    if given.list:
        print("\n".join(f"{part.name:<11}{part.claim}" for part in PARTS))
        return 0
    if given.write:
        print(proof.write_page().relative_to(proof.ROOT))
        return 0
    try:
        parts = chosen(given.parts)
    except KeyError as unknown:
        print(f"There is no part {unknown}: {', '.join(part.name for part in PARTS)}, or all.")
        return 2
    for part in parts:
        if not given.again and _is_proved(part.name):
            print(f"{part.name}: proved for this tree already")
            continue
        print(f"{part.name}: {part.claim} …", flush=True)
        entry = running.run(part)
        proof.merge(entry)
        print(
            f"{part.name}: {entry['outcome']} after {entry['seconds']} s, see {running.LOGS / part.name}.log"
        )
    entries = proof.read()
    print("\n" + "\n".join(proof.table(entries)))
    return 0 if all(entries[part.name]["outcome"] == "proved" for part in parts) else 1


def _is_proved(name: str) -> bool:
    entry = proof.read().get(name)
    return entry is not None and entry["outcome"] == "proved" and entry["tree"] == proof.tree()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
