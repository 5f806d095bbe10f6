"""T20: where is this address? Every organisation asked, each with a key of its own and in its own transaction."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from django.test import override_settings

from benchmarks.privacy.figures import figure
from benchmarks.privacy.scale import Scale
from organisations.models import Organisation
from privacy.requests import routing
from tenancy.ids import uuid7
from tenancy.keys import FileKeyStore, key_store

TARGETS = ("T20",)
ORGANISATIONS = 10_000


def measure(scale: Scale) -> list[dict[str, Any]]:
    """The slowest of the rounds; the first reads every key file for the first time."""
    count = min(ORGANISATIONS, scale.rows)
    with (
        TemporaryDirectory() as folder,
        override_settings(KEY_STORE_DIR=Path(folder)),
        _organisations(count),
    ):
        took = [_round() for _ in range(scale.rounds)]
    return [
        figure(
            "T20", f"subject search over {count} organisations, s", max(took), must=5, goal=1.5, at_most=True
        )
    ]


def _round() -> float:
    began = time.perf_counter()
    routing.organisations_with("nobody@example.org")
    return time.perf_counter() - began


@contextmanager
def _organisations(count: int) -> Iterator[None]:
    made = [
        Organisation(
            id=uuid7(), slug=f"t20-{n}", name=f"T20 {n}", country="NL", language="nl", currency="EUR"
        )
        for n in range(count)
    ]
    store = key_store()
    for each in made:
        _key(store, each.pk)
    Organisation.objects.bulk_create(made, batch_size=1000)
    try:
        yield
    finally:
        Organisation.objects.using("owner").filter(slug__startswith="t20-").delete()


def _key(store: FileKeyStore, owner: UUID) -> None:
    """A key file as the store writes it, without its wait for the disk: reading is what is measured."""
    real = os.fsync
    os.fsync = lambda fd: None
    try:
        store.create(owner)
    finally:
        os.fsync = real
