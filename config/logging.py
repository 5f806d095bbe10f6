"""Logs without personal data: an event's name and listed keys as one line of JSON, and nothing else.

Our own code logs events (``log.info("job_failed", task=…)``); a key that is not listed here is dropped, and
a value that is no plain word, number or identifier is withheld. What libraries log by ``logging`` keeps only
its logger, level, place in the code and class of error: their messages quote paths, addresses and values.
"""

import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import MutableMapping
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any
from uuid import UUID

import structlog

from tenancy.context import current_organisation_id_or_none

#: Every key that a line may carry. None of them ever holds a personal value.
KEYS = frozenset(
    {
        # who and where, by identifier
        "request_id", "organisation_id", "actor_id", "credential_id", "job_id", "mail_id", "lead_id",
        "configurator_id", "version_id", "run_id", "object_id",
        # what happened
        "task", "attempt", "action", "kind", "rule", "table", "reason", "state", "outcome", "due_day",
        "count", "rows", "allowed", "deleted", "done", "seconds", "size", "bytes",
        "process", "port", "signal", "exit_code",
        # requests
        "method", "route", "status", "ms",
        # the record: where a chain stands, and what is wrong with it
        "chain", "seq", "hash", "problem",
        # errors and libraries
        "error", "at", "trace", "logger",
    }
)  # fmt: skip
WITHHELD = "withheld"

current_request_id: ContextVar[str] = ContextVar("request_id", default="")

_EVENT = re.compile(r"[a-z][a-z0-9_.]{0,59}\Z")
_WORD = re.compile(r"[\w./:<>()*+\[\]^$?-]{0,200}\Z", re.ASCII)
_HERE = Path(__file__).resolve().parent.parent
_TRACE_FRAMES = 6
_NUMBERS = (bool, int, float)
_as_json = json.JSONEncoder().encode

Event = MutableMapping[str, Any]


def configure(options: dict[str, Any]) -> None:
    """Django's LOGGING_CONFIG: one way out, for our events and for the records of libraries."""
    level = logging.getLevelNamesMapping()[str(options["level"]).upper()]
    structlog.configure(
        processors=[
            add_request,
            structlog.processors.add_log_level,
            add_organisation,
            describe_error,
            keep_listed,
            add_time,
            write_line,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.ReturnLoggerFactory() if options.get("quiet") else _LineFactory(),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [handler for handler in root.handlers if _belongs_to_a_test_run(handler)]
    root.addHandler(LibraryHandler())
    root.setLevel(max(level, logging.INFO))
    # Tells of every call, of which no more than the place would be kept.
    logging.getLogger("stripe").setLevel(max(level, logging.WARNING))
    logging.captureWarnings(True)
    threading.excepthook = _report_uncaught_in_thread


class _Lines:
    """Writes one whole line to standard output, wherever that points now."""

    def msg(self, line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    debug = info = warning = warn = error = critical = exception = fatal = log = msg


class _LineFactory:
    def __call__(self, *args: Any) -> _Lines:
        return _Lines()


class LibraryHandler(logging.Handler):
    """Turns a record of ``logging`` into an event that says where it came from, not what it said."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            log = structlog.get_logger()
            log.log(
                record.levelno if record.levelno in _LEVELS else logging.INFO,
                "library",
                logger=record.name,
                at=f"{record.module}.py:{record.lineno}",
                status=getattr(record, "status_code", None),
                exc_info=record.exc_info,
            )
        except Exception:  # noqa: BLE001  a log line must never break what it tells about
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  its name in logging
        """The default prints the record with its arguments."""
        sys.stderr.write('{"event": "log_failed"}\n')


_LEVELS = {logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL}


def add_request(logger: Any, name: str, event: Event) -> Event:
    """The request in whose course the line was written."""
    if request_id := current_request_id.get():
        event["request_id"] = request_id
    return event


def add_organisation(logger: Any, name: str, event: Event) -> Event:
    """The organisation in whose transaction the line was written."""
    if "organisation_id" not in event and (organisation_id := current_organisation_id_or_none()):
        event["organisation_id"] = organisation_id
    return event


def describe_error(logger: Any, name: str, event: Event) -> Event:
    """An exception becomes its class and the places it passed; its text may quote a person."""
    given = event.pop("exc_info", None)
    error = _exception(given)
    if error is not None:
        event["error"] = type(error).__name__
        event["trace"] = _trace(error.__traceback__)
    return event


def keep_listed(logger: Any, name: str, event: Event) -> Event:
    """Drop every key that is not listed and withhold every value that is no plain word."""
    said = str(event.pop("event", ""))
    kept: Event = {"event": said if _EVENT.match(said) else WITHHELD, "level": event.pop("level", name)}
    for key, value in event.items():
        if key in KEYS and value is not None:
            kept[key] = [_plain(each) for each in value] if isinstance(value, list) else _plain(value)
    return kept


def add_time(logger: Any, name: str, event: Event) -> Event:
    """UTC, to the millisecond, first on the line."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    return {"time": now.removesuffix("+00:00") + "Z", **event}


def write_line(logger: Any, name: str, event: Event) -> str:
    """The line itself; all that is left by now is plain."""
    return _as_json(event)


def _plain(value: Any) -> str | int | float | bool:
    if isinstance(value, _NUMBERS):
        return value
    if isinstance(value, UUID):
        return str(value)
    text = str(value)
    return text if _WORD.match(text) else WITHHELD


def _exception(given: Any) -> BaseException | None:
    if isinstance(given, BaseException):
        return given
    if isinstance(given, tuple):
        return given[1]
    return sys.exc_info()[1] if given else None


def _trace(tb: TracebackType | None) -> list[str]:
    """The last places of a traceback, innermost last: file and line, no source, no values."""
    frames = [(frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(tb)]
    places = [f"{_short(name)}:{line}" for name, line in frames if not name.startswith("<")]
    return places[-_TRACE_FRAMES:]


def _short(filename: str) -> str:
    path = Path(filename)
    if "site-packages" in path.parts:
        return "/".join(path.parts[path.parts.index("site-packages") + 1 :])
    return str(path.relative_to(_HERE)) if path.is_relative_to(_HERE) else path.name


def _report_uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    structlog.get_logger().error("thread_died", exc_info=args.exc_value)


def _belongs_to_a_test_run(handler: logging.Handler) -> bool:
    return type(handler).__module__.startswith("_pytest.")
