"""The stand-alone verifier: one file, the standard library, and a file that came out of the product."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.management import CommandError, call_command

from audit import chain, exporting, signing, verifier
from audit.events import record
from audit.models import Head, Link, PersonalValue
from organisations.models import Organisation
from tenancy.context import tenant
from tenancy.ids import uuid7

pytestmark = pytest.mark.django_db(transaction=True)

VERIFIER = Path(verifier.__file__)


@pytest.fixture
def exported(acme: Organisation, tmp_path: Path, transactional_db: None) -> Path:
    """Acme's record as a file: evidence linked and not yet, the log, a personal value kept and one erased."""
    gone = uuid7()
    with tenant(acme.pk):
        record("lead.viewed", actor_id=uuid7(), kind="lead", object_id=uuid7())
        record("tests.kept", actor_id=None, personal={"reason": "Because Zoë asked"}, evidence=True)
        record("tests.gone", actor_id=None, object_id=gone, personal={"reason": "Told Ned"}, evidence=True)
    chain.look_after(acme.pk)
    with tenant(acme.pk):
        PersonalValue.objects.filter(object_id=gone).delete()
        record("tests.later", actor_id=None, evidence=True)
    path = tmp_path / "record.jsonl"
    path.write_text("".join(exporting.lines(acme.pk)))
    return path


def check(path: Path, *arguments: str) -> tuple[int, str]:
    """Run the verifier as somebody else would: alone, without site packages or our folder."""
    ran = subprocess.run(
        [sys.executable, "-I", "-S", str(VERIFIER), str(path), *arguments], capture_output=True, text=True
    )
    return ran.returncode, ran.stdout + ran.stderr


def test_a_whole_record_is_whole(exported: Path) -> None:
    code, told = check(exported, "--key", signing.public_key().hex())

    assert code == 0
    assert "5 events linked, 1 signed heads, 1 not linked yet, 1 of the access log" in told
    assert "1 personal values match, 1 were erased" in told
    assert "The chain is whole." in told


def test_what_was_erased_is_not_in_it(exported: Path) -> None:
    assert "Because Zoë asked" in exported.read_text()
    assert "Told Ned" not in exported.read_text()


def _edited(path: Path, number: int, edit: Any) -> None:
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    edit(lines[number])
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


@pytest.mark.parametrize(
    ("number", "edit", "problem"),
    [
        (5, lambda line: line["event"].update(action="tests.other"), "event_changed at link 4"),
        (5, lambda line: line["link"].update(hash="00" * 32), "link_changed at link 4"),
        (5, lambda line: line["link"].update(seq=9), "link_missing at link 4"),
        (5, lambda line: line.update(event=None), "event_missing at link 4"),
        (5, lambda line: line["personal"]["reason"].update(value="Another"), "value_changed at link 4"),
        (1, lambda line: line["head"].update(signature="00" * 64), "head_forged at link 5"),
        (0, lambda line: line.update(public_key="00" * 32), "head_forged at link 5"),
    ],
)
def test_an_edited_file_is_found(exported: Path, number: int, edit: Any, problem: str) -> None:
    _edited(exported, number, edit)

    code, told = check(exported)

    assert (code, f"BROKEN: {problem}" in told) == (1, True), told


@pytest.mark.parametrize(
    ("line", "problem"),
    [(2, "beginning_missing"), (3, "link_missing"), (6, "end_missing"), (-1, "file_cut_short")],
)
def test_a_line_that_was_taken_out_is_found(exported: Path, line: int, problem: str) -> None:
    lines = exported.read_text().splitlines(keepends=True)
    del lines[line]
    exported.write_text("".join(lines))

    code, told = check(exported)

    assert (code, problem in told) == (1, True), told


def _forged(exported: Path, *, days: int, heads: bool = False) -> Path:
    """The same record with other contents and links that fit, as anybody can make who has no key."""
    lines = [json.loads(line) for line in exported.read_text().splitlines()]
    header, prev = lines[0], verifier.genesis(lines[0]["chain"])
    then = verifier.moment(datetime.now(UTC) - timedelta(days=days))
    for line in lines:
        if "link" in line:
            link, line["event"] = line["link"], line["event"] | {"actor": "nobody", "at": then}
            hashed = verifier.event_hash(line["event"])
            made = verifier.link_hash(
                header["chain"], link["seq"], prev, link["event_id"], hashed, link["kept_until"]
            )
            link.update(event_hash=hashed.hex(), prev=prev.hex(), hash=made.hex())
            prev = made
    kept = [line for line in lines if heads or "head" not in line]
    exported.write_text("".join(json.dumps(line) + "\n" for line in kept))
    return exported


def test_a_record_without_its_signatures_is_not_whole(exported: Path) -> None:
    code, told = check(_forged(exported, days=30), "--key", signing.public_key().hex())

    assert (code, "not_signed at link 1" in told) == (1, True), told


def test_what_nothing_proves_yet_is_said(exported: Path) -> None:
    told = check(_forged(exported, days=0), "--key", signing.public_key().hex())[1]

    assert "5 events after the last signed head: nothing proves these yet" in told


def test_a_record_of_tomorrow_is_none(exported: Path) -> None:
    """With a day far ahead, all that was taken out would seem to be over."""
    _edited(exported, 0, lambda line: line.update(exported_at="2999-01-01T00:00:00+00:00"))

    code, told = check(exported)

    assert (code, "exported_in_the_future" in told) == (1, True), told


def test_a_name_that_stands_twice_is_no_record(exported: Path) -> None:
    text = exported.read_text()
    exported.write_text(text.replace('"event": {', '"event": {"action": "lead.kind", ', 1))

    assert check(exported)[0] == 2


def test_swapped_lines_are_found(exported: Path) -> None:
    lines = exported.read_text().splitlines(keepends=True)
    lines[2], lines[3] = lines[3], lines[2]
    exported.write_text("".join(lines))

    assert check(exported)[0] == 1


def test_a_record_signed_by_somebody_else_is_found(exported: Path) -> None:
    code, told = check(exported, "--key", "11" * 32)

    assert (code, "other_key" in told) == (1, True)


@pytest.mark.parametrize("text", ["", "{}\n", "no json", '{"format": "opmaat-record-1"}\n'])
def test_another_file_is_no_record(tmp_path: Path, text: str) -> None:
    path = tmp_path / "other"
    path.write_text(text)

    code, told = check(path)

    assert (code, "Traceback" in told) == (2, False)


def test_its_signatures_are_those_of_ed25519() -> None:
    for number in range(8):
        key, message = Ed25519PrivateKey.generate(), bytes([number]) * number
        public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        signature = key.sign(message)
        changed = bytes([signature[0] ^ 1]) + signature[1:]

        assert verifier.verify_signature(public, message, signature)
        assert not verifier.verify_signature(public, message + b"x", signature)
        assert not verifier.verify_signature(public, message, changed)
        assert not verifier.verify_signature(public, message, signature[:32] + (2**256 - 1).to_bytes(32))


def test_the_command_checks_and_exports(
    exported: Path, acme: Organisation, tmp_path: Path, capsys: Any
) -> None:
    call_command("audit", "verify", "--keep")
    call_command("audit", "export", str(tmp_path / "out"), "--organisation", str(acme.pk))
    call_command("audit", "key")

    told = capsys.readouterr().out
    assert f"{acme.pk}: 6 links, whole" in told
    assert signing.public_key().hex() in told
    assert check(tmp_path / "out")[0] == 0


def test_the_command_fails_on_a_broken_chain(exported: Path, acme: Organisation, superuser: Any) -> None:
    superuser.execute("UPDATE audit_event SET action = 'x.y' WHERE action = 'tests.kept'")

    with pytest.raises(CommandError):
        call_command("audit", "verify", "--organisation", str(acme.pk))


def test_a_chain_that_does_not_hold_gets_no_signature(
    exported: Path, acme: Organisation, superuser: Any
) -> None:
    superuser.execute("UPDATE audit_event SET action = 'x.y' WHERE action = 'tests.kept'")

    chain.look_after(acme.pk)

    with tenant(acme.pk):
        assert Head.objects.count() == 1
        assert Link.objects.count() == 6
