"""Taking a file in before its request: sealed at once, known by a receipt alone, and gone after a day.

Of a receipt only the hash is kept. A request claims its files in the statement that stores it
(``leads.capture``); what no request claims, the janitor erases.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.db import InterfaceError, OperationalError
from django.db.models import F, QuerySet, Sum
from django.utils import timezone

from configurators.files import LARGEST_ALTOGETHER, HandedIn
from configurators.messages import Message
from configurators.parts import Group
from configurators.published import ALIAS, Published
from delivery.jobs import enqueue
from leads.capture import IntakeUnavailable
from leads.files import refusals
from leads.files.looking import TASK
from leads.files.recognising import NotRecognised, TooManyPixels, recognise, safe_name
from leads.files.stored import seal_content, seal_name, unseal_name
from leads.form_token import FormToken
from leads.models import FileState, LeadFile
from leads.multipart import Upload
from leads.refusals import Messages, Refused
from tenancy.context import tenant
from tenancy.encryption import blind_index
from tenancy.ids import random_key, uuid7

KEPT_UNCLAIMED = timedelta(hours=24)
#: What waits for a request at one configurator: beyond this somebody fills our disks.
UNCLAIMED_ALTOGETHER = 1024**3
_RECEIPT_LENGTH = 32


def hand_in(publication: Published, token: FormToken, question: Group, upload: Upload) -> HandedIn:
    """Keep one file that a visitor chose. Raises Refused, naming the question, or IntakeUnavailable."""
    content = upload.content
    if content is None:
        raise refusals.too_large(question.key)
    try:
        media_type = recognise(content, kinds=question.accept)
    except NotRecognised:
        raise refusals.not_accepted(question) from None
    except TooManyPixels:
        raise refusals.too_many_pixels(question.key) from None
    receipt, name = random_key(_RECEIPT_LENGTH), safe_name(upload.name, media_type)
    file = _row(publication, token, question.key, content=content, media_type=media_type)
    file.receipt_hash = _hash_of(receipt)
    file.name = seal_name(file, name)
    with _within(publication):
        if _waiting_altogether(publication) + len(content) > UNCLAIMED_ALTOGETHER:
            raise refusals.no_room(question.key)
        file.save(using=ALIAS, force_insert=True)
        if file.state == FileState.WAITING:
            ids = {"file": str(file.pk)}
            enqueue(TASK, organisation_id=publication.organisation_id, ids=ids, using=ALIAS)
    return HandedIn(receipt, name, len(content))


def take_back(publication: Published, receipt: str) -> None:
    """Erase a file that its visitor does not want to send after all; one that was sent stays."""
    with _within(publication):
        _unclaimed(publication).filter(receipt_hash=_hash_of(receipt)).delete()


def forget_strays(publication: Published, token: FormToken) -> None:
    """Erase what was handed in once more with a request that was here already."""
    with _within(publication):
        _unclaimed(publication).filter(submission_key=token.submission_key).delete()


def still_here(publication: Published, receipts: Mapping[str, Iterable[str]]) -> dict[str, list[HandedIn]]:
    """The files that a page may show again, by question; nothing of those that cannot be sent any more."""
    known = _by_hash(publication, receipts)
    shown: dict[str, list[HandedIn]] = {}
    for question, given in receipts.items():
        for receipt in given:
            file = known.get(_hash_of(receipt))
            if file and file.question == question and not _problem(file, publication, None):
                shown.setdefault(question, []).append(HandedIn(receipt, unseal_name(file), file.sent_size))
    return shown


def claims(
    publication: Published, receipts: Mapping[str, tuple[str, ...]], token: FormToken
) -> list[LeadFile]:
    """The files behind the receipts of a request. Raises Refused, with a sentence for each question."""
    known = _by_hash(publication, receipts)
    claimed: list[LeadFile] = []
    errors: Messages = {}
    for question, given in receipts.items():
        for receipt in given:
            file = known.get(_hash_of(receipt))
            if file is None or file.question != question:
                errors[question] = refusals.GONE
            elif problem := _problem(file, publication, token):
                errors[question] = problem
            else:
                claimed.append(file)
        if sum(file.sent_size for file in claimed) > LARGEST_ALTOGETHER:
            errors.setdefault(question, refusals.ALTOGETHER)
    if errors:
        raise Refused(422, "files", errors)
    return claimed


def _problem(file: LeadFile, publication: Published, token: FormToken | None) -> Message | None:
    """Why a request may not claim it; the very request that did may ask again."""
    if file.configurator_id != publication.configurator_id:
        return refusals.GONE
    if file.lead_id is not None:
        own = token is not None and file.claimed_by == token.submission_key  # type: ignore[attr-defined]
        return None if own else refusals.USED
    if file.state == FileState.UNREADABLE:
        return refusals.UNREADABLE
    return refusals.GONE if file.purge_after is None or file.purge_after <= timezone.now() else None


def _row(
    publication: Published, token: FormToken, question: str, *, content: bytes, media_type: str
) -> LeadFile:
    """A file without its name and receipt; a PDF is never opened here and needs no looking at."""
    now, owner = timezone.now(), publication.organisation_id
    file = LeadFile(
        id=uuid7(),
        organisation_id=owner,
        configurator_id=publication.configurator_id,
        question=question,
        submission_key=token.submission_key,
        fingerprint=blind_index(owner, "file", hashlib.sha256(content).hexdigest()),
        media_type=media_type,
        size=len(content),
        sent_size=len(content),
        state=FileState.READY if media_type == "application/pdf" else FileState.WAITING,
        created_at=now,
        purge_after=now + KEPT_UNCLAIMED,
    )
    file.content = seal_content(file, content)
    return file


def _by_hash(publication: Published, receipts: Mapping[str, Iterable[str]]) -> dict[bytes, LeadFile]:
    hashes = [_hash_of(receipt) for given in receipts.values() for receipt in given]
    if not hashes:
        return {}
    with _within(publication):
        found = LeadFile.objects.using(ALIAS).filter(receipt_hash__in=hashes).defer("content")
        files = list(found.annotate(claimed_by=F("lead__submission_key")))
    return {bytes(file.receipt_hash): file for file in files}


def _unclaimed(publication: Published) -> QuerySet[LeadFile]:
    return LeadFile.objects.using(ALIAS).filter(configurator_id=publication.configurator_id, lead=None)


def _waiting_altogether(publication: Published) -> int:
    return _unclaimed(publication).aggregate(sum=Sum("sent_size"))["sum"] or 0


@contextmanager
def _within(publication: Published) -> Iterator[UUID]:
    try:
        with tenant(publication.organisation_id, using=ALIAS) as organisation_id:
            yield organisation_id
    except (OperationalError, InterfaceError) as error:
        raise IntakeUnavailable from error


def _hash_of(receipt: str) -> bytes:
    return hashlib.sha256(receipt.encode()).digest()
