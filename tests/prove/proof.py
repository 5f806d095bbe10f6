"""docs/proof.json, which says what was proved of which tree, and docs/proof.md, which says it to people."""

import hashlib
import json
import os
import platform
import subprocess
from pathlib import Path
from typing import Any

from tests.house import ROOT
from tests.prove.parts import PARTS

PROOF = ROOT / "docs" / "proof.json"
PAGE = ROOT / "docs" / "proof.md"

Entry = dict[str, Any]


def read() -> dict[str, Entry]:
    """What is known so far, by part; what was proved of a part that is no more is forgotten."""
    try:
        entries = json.loads(PROOF.read_text())
    except FileNotFoundError:
        return {}
    there = {part.name for part in PARTS}
    return {entry["part"]: entry for entry in entries if entry["part"] in there}


def merge(entry: Entry) -> None:
    """Put one part's outcome in the place of its last one."""
    known = read() | {entry["part"]: entry}
    order = [part.name for part in PARTS]
    entries = sorted(known.values(), key=lambda each: order.index(each["part"]))
    draft = PROOF.with_suffix(".new")
    draft.write_text(json.dumps(entries, indent=1) + "\n")
    draft.rename(PROOF)


def commit() -> str:
    """The commit, with a plus where the tree has moved on since."""
    own = [f":!{path.relative_to(ROOT)}" for path in (PAGE, PROOF)]
    changed = _git("status", "--porcelain", "--", ".", *own)
    return _git("rev-parse", "--short=12", "HEAD") + ("+" if changed else "")


def tree() -> str:
    """Changes whenever a file does that could make a proof come out differently."""
    found = hashlib.sha256()
    names = _git("ls-files", "--cached", "--others", "--exclude-standard").splitlines()
    for name in sorted(names):
        path = ROOT / name
        if path.is_file() and not name.startswith("docs/"):
            found.update(name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:16]


def table(entries: dict[str, Entry]) -> list[str]:
    """One line per part, for the terminal."""
    lines = [f"{'part':<11}{'outcome':<10}{'seconds':>8}  {'commit':<14}figures"]
    for part in PARTS:
        if entry := entries.get(part.name):
            lines.append(
                f"{part.name:<11}{entry['outcome']:<10}{entry['seconds']:>8}  {entry['commit']:<14}"
                + "; ".join(_figures(entry))[:200]
            )
        else:
            lines.append(f"{part.name:<11}not run")
    return lines


def write_page() -> Path:
    PAGE.write_text("\n".join(_page(read())) + "\n")
    return PAGE


def _page(entries: dict[str, Entry]) -> list[str]:
    lines = [
        "# Proof",
        "",
        "The long proofs, as `make prove` last ran them; written by `python -m tests.prove --write`.",
        f"Measured on {os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}.",
        "",
        "| part | what it proves | outcome | took | commit | started | seed |",
        "|---|---|---|---|---|---|---|",
    ]
    for part in PARTS:
        entry = entries.get(part.name)
        if entry is None:
            lines.append(f"| {part.name} | {part.claim} | not run | | | | |")
            continue
        lines.append(
            f"| {part.name} | {part.claim} | {entry['outcome']} | {entry['seconds']} s | "
            f"`{entry['commit']}` | {entry['started']} | {entry['seed'] or '–'} |"
        )
    for part in PARTS:
        if (entry := entries.get(part.name)) and entry["figures"]:
            lines += ["", f"## {part.name}", "", *(f"- {line}" for line in _figures(entry))]
    return lines


def _figures(entry: Entry) -> list[str]:
    said = []
    for figures in entry["figures"]:
        parts = [f"{name} {value}" for name, value in figures.items() if name != "test"]
        said.append((f"{figures['test']}: " if figures.get("test") else "") + ", ".join(parts))
    return said


def _git(*arguments: str) -> str:
    result = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
    return result.stdout.strip() if result.returncode == 0 else "none"
