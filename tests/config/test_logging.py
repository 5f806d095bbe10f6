"""What is written on a log line, and what never is. Each canary stands for a person's data."""

import json
import logging
import threading

import pytest
import structlog
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from config import logging as our_logging
from tenancy.context import tenant
from tenancy.ids import uuid7

CANARIES = ["alice.canary@example.org", "Alice Canary", "+31 6 12345678", "203.0.113.77"]


def explode(request, name):
    raise ValueError(f"no such person: {CANARIES}")


def greet(request, name):
    logging.getLogger("some.library").warning("hello %s, %s", name, CANARIES)
    return HttpResponse("hello")


urlpatterns = [path("c/explode/<str:name>/", explode), path("c/greet/<str:name>/", greet)]


def lines(capsys) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def assert_no_canary(text: str) -> None:
    assert [canary for canary in [*CANARIES, "canary", "Canary"] if canary in text] == []


@pytest.fixture
def log():
    return structlog.get_logger("tests")


def test_a_line_has_time_event_level_and_listed_keys(log, capsys):
    job_id = uuid7()
    log.info("job_done", task="leads.announce", job_id=job_id, attempt=1)

    (line,) = lines(capsys)
    assert line.pop("time").endswith("Z")
    assert line == {
        "event": "job_done",
        "level": "info",
        "task": "leads.announce",
        "job_id": str(job_id),
        "attempt": 1,
    }


def test_a_key_that_is_not_listed_is_dropped(log, capsys):
    log.info("job_done", email=CANARIES[0], name="Alice", attempt=1)

    (line,) = lines(capsys)
    assert set(line) == {"time", "event", "level", "attempt"}


@pytest.mark.parametrize("value", [*CANARIES[:3], {"a": 1}, "two words", "a\nb", "é", "x" * 201])
def test_a_value_that_is_no_plain_word_is_withheld(log, capsys, value):
    log.info("job_done", reason=value)

    assert lines(capsys)[0]["reason"] == "withheld"


@pytest.mark.parametrize("event", ["Mail to alice.canary@example.org", "Alice", "", "x" * 100])
def test_an_event_that_is_no_name_is_withheld(log, capsys, event):
    log.info(event)

    assert lines(capsys)[0]["event"] == "withheld"


def test_an_error_is_its_class_and_where_it_happened(log, capsys):
    try:
        explode(None, "x")
    except ValueError:
        log.exception("job_failed")

    (line,) = lines(capsys)
    assert (line["error"], line["trace"][-1].split(":")[0]) == ("ValueError", "tests/config/test_logging.py")
    assert_no_canary(json.dumps(line))


def test_a_chained_error_says_no_more(log, capsys):
    try:
        try:
            explode(None, "x")
        except ValueError as error:
            raise RuntimeError(CANARIES[1]) from error
    except RuntimeError as error:
        log.error("job_failed", exc_info=error)

    assert_no_canary(capsys.readouterr().out)


def test_what_a_library_says_is_reduced_to_where_it_said_it(capsys):
    logger = logging.getLogger("some.library")
    logger.warning(f"f-string with {CANARIES[0]}")
    logger.error("arguments %s %r", CANARIES[1], {"phone": CANARIES[2]})
    logger.error("extra", extra={"email": CANARIES[0], "status_code": CANARIES[0]})
    try:
        explode(None, "x")
    except ValueError:
        logger.exception("with traceback %s", CANARIES[3])

    out = capsys.readouterr()
    assert_no_canary(out.out + out.err)
    said = [json.loads(line) for line in out.out.splitlines()]
    assert [line["event"] for line in said] == ["library"] * 4
    assert {line["logger"] for line in said} == {"some.library"}
    assert said[-1]["error"] == "ValueError"


def test_a_warning_is_not_quoted(capsys):
    logging._showwarning(  # type: ignore[attr-defined]
        f"deprecated: {CANARIES[0]}", UserWarning, "x.py", 1
    )

    out = capsys.readouterr()
    assert_no_canary(out.out + out.err)
    assert json.loads(out.out)["logger"] == "py.warnings"


def test_an_error_in_a_thread_is_not_quoted(capsys, monkeypatch):
    monkeypatch.setattr(threading, "excepthook", our_logging._report_uncaught_in_thread)
    thread = threading.Thread(target=explode, args=(None, "x"))
    thread.start()
    thread.join()

    out = capsys.readouterr()
    assert_no_canary(out.out + out.err)
    assert json.loads(out.out)["event"] == "thread_died"


@pytest.mark.django_db
@pytest.mark.urls("tests.config.test_logging")
@pytest.mark.parametrize("view", ["explode", "greet"])
def test_a_request_is_told_by_its_route(capsys, view):
    response = Client(raise_request_exception=False).post(
        f"/c/{view}/{CANARIES[0]}/?phone={CANARIES[2]}",
        {"name": CANARIES[1]},
        headers={"user-agent": CANARIES[0], "x-request-id": "canary", "referer": CANARIES[0]},
        REMOTE_ADDR=CANARIES[3],
    )

    out = capsys.readouterr()
    assert_no_canary(out.out + out.err)
    said = [json.loads(line) for line in out.out.splitlines()]
    (request,) = [line for line in said if line["event"] == "request"]
    assert (request["method"], request["route"]) == ("POST", f"/c/{view}/<str:name>/")
    assert request["status"] == response.status_code
    assert {line["request_id"] for line in said} == {response.headers["X-Request-ID"]}


@pytest.mark.urls("tests.config.test_logging")
def test_an_unknown_path_is_not_quoted(capsys):
    Client().get(f"/c/nothing/{CANARIES[0]}")

    out = capsys.readouterr()
    assert_no_canary(out.out + out.err)


@pytest.mark.django_db
@pytest.mark.urls("tests.config.test_logging")
def test_each_request_has_an_id_of_our_own():
    ids = {Client().get("/c/greet/x/").headers["X-Request-ID"] for _ in range(5)}

    assert len(ids) == 5


@pytest.mark.django_db
def test_a_line_within_an_organisation_names_it(acme, log, capsys):
    capsys.readouterr()
    with tenant(acme.pk):
        log.info("lead_stored")

    assert lines(capsys)[0]["organisation_id"] == str(acme.pk)


@pytest.mark.django_db
def test_a_failing_query_is_not_quoted(acme, capsys):
    from django.db import connection, transaction

    logger = logging.getLogger("some.library")
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT %s::int", [CANARIES[0]])
    except Exception:
        logger.exception("query failed")

    out = capsys.readouterr()
    assert_no_canary(out.out + out.err)


def test_a_record_with_too_few_arguments_is_told_all_the_same(capsys):
    record = logging.LogRecord(
        "some.library", logging.ERROR, "x.py", 1, "too few %s %s", (CANARIES[1],), None
    )

    our_logging.LibraryHandler().emit(record)

    assert lines(capsys)[0]["logger"] == "some.library"


def test_a_log_that_fails_says_nothing_of_what_it_was_about(capsys, monkeypatch):
    def fail(*args):
        raise RuntimeError(CANARIES[0])

    monkeypatch.setattr(our_logging, "_plain", fail)
    logging.getLogger("some.library").error("hello %s", CANARIES[1])

    out = capsys.readouterr()
    assert_no_canary(out.out + out.err)
    assert "log_failed" in out.err
