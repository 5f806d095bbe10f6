"""Proofs of drafts: at once where the draft is small, by a worker where it is not.

A result belongs to one definition, by its hash: of a draft that was changed since it says nothing.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from configurators.compiled import Compiled
from configurators.compiling import DefinitionError, compile_definition
from configurators.models import Configurator, Examination
from configurators.price_books.resolving import prices_for
from configurators.proving import Clash, Proof, prove
from configurators.proving.proof import clashes_of
from delivery.jobs import JobCall, TryLater, handler
from delivery.jobs import enqueue as leave_job
from delivery.leases import MAX_ATTEMPTS
from tenancy.context import tenant

#: So long a page may take of it, and so long a worker, whom others wait for too.
PAGE_SECONDS, WORKER_SECONDS = 0.3, 8.0
#: Of one process: the page of a draft is looked at again and again.
_KEPT = 32
_proofs: OrderedDict[str, Proof] = OrderedDict()
_clashes: OrderedDict[str, tuple[Clash, ...]] = OrderedDict()
_one_at_a_time = Lock()

Found = TypeVar("Found")

PROOF, REPLAY = Examination.Kind.PROOF, Examination.Kind.REPLAY
DONE, FAILED, RUNNING, WAITING = (
    Examination.State.DONE, Examination.State.FAILED, Examination.State.RUNNING, Examination.State.WAITING,
)  # fmt: skip


def examination_of(configurator: Configurator, compiled: Compiled, kind: str) -> Examination | None:
    """What was asked to be found out about this very draft."""
    return configurator.examinations.filter(kind=kind, sha256=compiled.sha256).first()


def proof_of(configurator: Configurator, compiled: Compiled) -> tuple[Proof, Examination | None]:
    """The worker's proof of this draft, or what can be said at once, and how far the worker is."""
    asked = examination_of(configurator, compiled, PROOF)
    if asked is not None and asked.state == DONE:
        return Proof.from_json(asked.result), asked
    return proof_at_once(compiled), asked


def proof_at_once(compiled: Compiled) -> Proof:
    """As far as a page may wait."""
    with _one_at_a_time:
        return _kept(_proofs, compiled.sha256, lambda: prove(compiled, seconds=PAGE_SECONDS))


def known_clashes(configurator: Configurator, compiled: Compiled) -> tuple[Clash, ...]:
    """What must not go live: found by the worker, or at once. What could not be proved does not block."""
    asked = examination_of(configurator, compiled, PROOF)
    if asked is not None and asked.state == DONE:
        return Proof.from_json(asked.result).clashes
    with _one_at_a_time:
        proof = _proofs.get(compiled.sha256)
        if proof and (proof.complete or proof.clashes):
            return proof.clashes
        return _kept(_clashes, compiled.sha256, lambda: clashes_of(compiled, seconds=PAGE_SECONDS))


@transaction.atomic
def ask(
    configurator: Configurator, compiled: Compiled, kind: str, *, task: str, total: int = 0
) -> Examination:
    """Let a worker find it out about this draft, in place of what was asked before; asking twice is once."""
    Configurator.objects.select_for_update().get(pk=configurator.pk)  # two who ask at once take turns
    found = configurator.examinations.select_for_update().filter(kind=kind).first()
    if found is None:
        found = Examination(configurator=configurator, kind=kind)
    elif found.sha256 == compiled.sha256 and (found.is_under_way or (kind == PROOF and found.state == DONE)):
        return found
    found.sha256, found.state, found.done, found.total, found.result = compiled.sha256, WAITING, 0, total, {}
    found.save()
    Examination.objects.filter(pk=found.pk).update(asked_at=Now())
    leave_job(task, organisation_id=found.organisation_id, ids={"examination": str(found.pk)})
    return found


def ask_for_proof(configurator: Configurator, compiled: Compiled) -> Examination:
    """Prove it thoroughly."""
    return ask(configurator, compiled, PROOF, task="configurators.prove")


@handler("configurators.prove", external=True)
def prove_draft(call: JobCall) -> None:
    """Outside any transaction, since it takes seconds; again is no harm."""
    assert call.organisation_id is not None
    pk = UUID(call.ids["examination"])
    with giving_up_at_last(call, pk):
        with tenant(call.organisation_id):
            compiled = begin(pk)
        if compiled is None:
            return
        proof = prove(compiled, seconds=WORKER_SECONDS)
        with tenant(call.organisation_id):
            same = Examination.objects.filter(pk=pk, sha256=compiled.sha256)
            same.update(state=DONE, result=proof.to_json())


def begin(pk: UUID) -> Compiled | None:
    """The draft to be looked at; None where it was changed since, and the question with it."""
    asked = Examination.objects.select_for_update().select_related("configurator").filter(pk=pk).first()
    if asked is None or asked.state not in (WAITING, RUNNING):
        return None
    try:
        draft = asked.configurator.lifted_draft
        compiled = compile_definition(draft, prices_for(draft))
    except DefinitionError:
        compiled = None
    if compiled is None or compiled.sha256 != asked.sha256:
        asked.delete()
        return None
    Examination.objects.filter(pk=pk).update(state=RUNNING)
    return compiled


@contextmanager
def giving_up_at_last(call: JobCall, pk: UUID) -> Iterator[None]:
    """Where the last try fails, nothing tries again: say so to who waits."""
    try:
        yield
    except TryLater:
        raise
    except Exception:
        if call.attempt >= MAX_ATTEMPTS and call.organisation_id is not None:
            with tenant(call.organisation_id):
                Examination.objects.filter(pk=pk, state__in=(WAITING, RUNNING)).update(state=FAILED)
        raise


def _kept(kept: "OrderedDict[str, Found]", key: str, make: Callable[[], Found]) -> Found:
    if key not in kept:
        kept[key] = make()
    kept.move_to_end(key)
    while len(kept) > _KEPT:
        kept.popitem(last=False)
    return kept[key]
