"""Processors of the platform that can be told to forget somebody: one adapter each, named in the settings.

An adapter is plain: it says whether it ever got anything, and forgets on demand. It lives in the app that
speaks to the processor, and is found by its dotted path, so that nobody else has to know it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.utils.module_loading import import_string

from audit.models import NoticeState


@dataclass(frozen=True, slots=True)
class Forget:
    """Who is to be forgotten. ``receipt`` is what the processor answered before, if it was asked."""

    addresses: Sequence[str]
    erased_at: datetime
    receipt: str = ""

    def __repr__(self) -> str:
        return "Forget(…)"  # never in a log or a traceback


@dataclass(frozen=True, slots=True)
class Answer:
    """How far a processor is. One that is not done is asked again after ``again_in``."""

    state: NoticeState
    receipt: str = ""
    again_in: timedelta = timedelta(hours=6)


class Processor(Protocol):
    """What an adapter offers."""

    def got_any(self, counts: Mapping[str, int]) -> bool:
        """Whether anything of these tables ever went there."""

    def forget(self, wish: Forget) -> Answer:
        """Ask to forget, or how far it is; raises whatever went wrong. Happy to be asked twice."""


def processors() -> dict[str, Processor]:
    """The adapters by the processor's name."""
    return {name: import_string(path)() for name, path in settings.PRIVACY_PROCESSORS.items()}


def processor_id(name: str) -> UUID:
    """The recipient that a notice names; the same everywhere and for ever."""
    return uuid5(NAMESPACE_URL, f"processor:{name}")


def name_of(recipient_id: UUID) -> str:
    """Which processor a notice names; '' where it is none of ours any more."""
    return next((name for name in settings.PRIVACY_PROCESSORS if processor_id(name) == recipient_id), "")
