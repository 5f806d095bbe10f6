"""Looking at an image that was handed in: written anew by a process of its own, and the original gone."""

import signal
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import structlog

from delivery.jobs import JobCall, handler
from delivery.leases import MAX_ATTEMPTS
from leads.files.recognising import MOST_PIXELS
from leads.files.reencoding import UNREADABLE
from leads.files.stored import seal_content, unseal_content
from leads.models import FileState, LeadFile
from tenancy.context import tenant

log = structlog.get_logger()

TASK = "leads.look_at_file"
_PROGRAM = Path(__file__).with_name("reencoding.py")
_SECONDS = 30


class NotReadable(ValueError):
    """Nothing that could be opened within the limits."""


class NotLookedAt(RuntimeError):
    """The program was ended by something else than the file, and is run again."""


@handler(TASK, external=True)
def look_at_file(call: JobCall) -> None:
    """Put what was written anew in the place of what was sent, once; a file that is gone needs no looking at.

    What cannot be opened goes: its row says so, to whoever finds a name without a file. So does what could
    not be looked at in the last try, for no original is kept for want of a look.
    """
    assert call.organisation_id is not None
    pk = UUID(call.ids["file"])
    with tenant(call.organisation_id):
        file = _waiting(pk)
        original = unseal_content(file) if file else b""
    if file is None:
        return
    try:
        _keep(call.organisation_id, file, rewritten(original, file.media_type))
    except NotReadable:
        _throw_away(call.organisation_id, pk)
    except Exception:
        if call.attempt >= MAX_ATTEMPTS:
            _throw_away(call.organisation_id, pk)
        raise


def rewritten(content: bytes, media_type: str) -> bytes:
    """The same picture without anything else. Raises NotReadable or NotLookedAt."""
    try:
        done = subprocess.run(  # noqa: S603  our own program, with nothing of a visitor on its command line
            [sys.executable, "-I", str(_PROGRAM), media_type, str(MOST_PIXELS)],
            input=content, capture_output=True, timeout=_SECONDS, env={}, cwd="/", check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise NotLookedAt("time") from None
    if done.returncode in (UNREADABLE, -signal.SIGXCPU):
        raise NotReadable
    if done.returncode or not done.stdout:
        raise NotLookedAt(str(done.returncode))
    return done.stdout


def _waiting(pk: UUID) -> LeadFile | None:
    return LeadFile.objects.filter(pk=pk, state=FileState.WAITING).first()


def _keep(organisation_id: UUID, file: LeadFile, content: bytes) -> None:
    with tenant(organisation_id):
        LeadFile.objects.filter(pk=file.pk, state=FileState.WAITING).update(
            content=seal_content(file, content), size=len(content), state=FileState.READY
        )


def _throw_away(organisation_id: UUID, pk: UUID) -> None:
    with tenant(organisation_id):
        LeadFile.objects.filter(pk=pk, state=FileState.WAITING).update(
            content=None, size=0, state=FileState.UNREADABLE
        )
    log.info("file_not_readable", object_id=str(pk))
