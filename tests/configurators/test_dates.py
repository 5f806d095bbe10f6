"""A date that a visitor gives: how it is written, between which days, and what is said of another."""

from datetime import date
from typing import Any

import pytest
from django.utils.translation import override
from time_machine import travel

from configurators.answers import InvalidAnswers, TextAnswer, preview_form, read_form, read_json
from configurators.changes import changes
from configurators.compiling import Compiled, compile_definition
from configurators.dates import written_in_words
from configurators.definition import check
from configurators.presentation import Filled, page_of
from tests.configurators.definitions import definition, group

NOON = "2027-03-14 12:00+01:00"


def asking(**more: Any) -> Compiled:
    return compile_definition(definition(group("delivery", "date", **more)))


def error(compiled: Compiled, value: object, opened: date | None = None) -> tuple[str, str]:
    """What an English reader is told."""
    with pytest.raises(InvalidAnswers) as caught, override("en"):
        read_json(compiled, {"delivery": value}, opened=opened)
    [found] = caught.value.errors["delivery"]
    with override("en"):
        return found.code, str(found.message)


@travel(NOON)
def test_a_date_is_a_written_answer() -> None:
    answers = read_form(asking(personal=True), {"delivery": ["2027-03-20"]})

    assert (answers.values, answers.texts) == ({}, {"delivery": TextAnswer("2027-03-20", True)})


@travel(NOON)
@pytest.mark.parametrize("first", ["2027-03-15", "2027-03-28"])
def test_first_and_last_day_may_be_chosen(first: str) -> None:
    answers = read_json(asking(earliest=1, latest=14), {"delivery": first})

    assert answers.texts["delivery"].text == first


@travel(NOON)
def test_a_day_too_early_names_the_first_one() -> None:
    told = error(asking(earliest=1), "2027-03-14")

    assert told == ("too_early", "Choose a date from 15 March 2027 on.")


@travel(NOON)
def test_a_day_too_late_names_the_last_one() -> None:
    told = error(asking(latest=-1), "2027-03-14")

    assert told == ("too_late", "Choose a date up to and including 13 March 2027.")


@travel(NOON)
@pytest.mark.parametrize(
    "text",
    [
        "14-3-2027",
        "20270314",
        "2027-W11-7",
        "2027-02-30",
        "0000-01-01",
        "٢٠٢٧-03-14",
        "?",
        "2027-03-14T00:00",
    ],
)
def test_what_is_no_date_is_said_to_be_none(text: str) -> None:
    assert error(asking(), text) == ("not_a_date", "Choose a date, written like 2027-03-14.")


def test_a_date_of_another_kind_is_refused() -> None:
    assert error(asking(), 20270314)[0] == "wrong_type"


def test_a_required_date_is_asked_for() -> None:
    assert error(asking(required=True), "") == ("required", "Choose a date.")


def test_an_optional_date_may_stay_away() -> None:
    assert read_form(asking(), {"delivery": [""]}).texts == {}


@travel("2027-03-15 00:05+01:00")
def test_midnight_refuses_nobody_who_chose_before_it() -> None:
    """The page of yesterday let them choose yesterday's first day; today's last day is one later."""
    compiled = asking(earliest=0, latest=7)
    yesterday = date(2027, 3, 14)

    sent = [read_json(compiled, {"delivery": day}, opened=yesterday) for day in ("2027-03-14", "2027-03-22")]

    assert [answers.texts["delivery"].text for answers in sent] == ["2027-03-14", "2027-03-22"]


@travel("2027-03-15 00:05+01:00")
def test_a_page_of_today_counts_from_today() -> None:
    told = error(asking(earliest=0), "2027-03-14", opened=date(2027, 3, 15))

    assert told == ("too_early", "Choose a date from 15 March 2027 on.")


@travel("2027-03-14 23:30+00:00")
def test_today_is_what_it_is_in_amsterdam() -> None:
    assert error(asking(earliest=0), "2027-03-14")[0] == "too_early"


@travel(NOON)
def test_a_preview_tells_of_it_beside_the_field() -> None:
    _answers, errors = preview_form(asking(earliest=1), {"delivery": ["2027-03-01"]})

    assert [found.code for found in errors["delivery"]] == ["too_early"]


@travel(NOON)
def test_page_shows_the_days_and_what_is_said_of_others() -> None:
    compiled = asking(earliest=1, latest=14)
    answers, _errors = preview_form(compiled, {})

    with override("nl"):
        page = page_of(compiled, Filled(answers=answers), language="nl")

    [shown] = page.steps[0].groups
    assert (shown.low, shown.high) == ("2027-03-15", "2027-03-28")
    assert ("15 maart 2027" in shown.too_early, "28 maart 2027" in shown.too_late) == (True, True)


@pytest.mark.parametrize(
    ("stored", "read"), [("2027-03-14", "14 March 2027"), ("9999-99-99", "9999-99-99"), ("soon", "soon")]
)
def test_a_stored_date_is_read_in_words_unless_it_is_masked(stored: str, read: str) -> None:
    with override("en"):
        assert written_in_words(stored) == read


def test_no_formula_reads_a_date() -> None:
    other = group("fast", "boolean", visible_if="HAS(delivery)")

    [problem] = [
        one for one in check(definition(group("delivery", "date"), other)) if one.severity == "error"
    ]

    assert (problem.code, problem.path[-1]) == ("unusable_group", "visible_if")
    with override("en"):
        assert str(problem.message) == "“delivery” is a date; a formula cannot use it."


@pytest.mark.parametrize(
    ("more", "code", "place"),
    [
        ({"earliest": "3"}, "wrong_type", "earliest"),
        ({"earliest": 1.5}, "wrong_type", "earliest"),
        ({"latest": 36_501}, "out_of_bounds", "latest"),
        ({"earliest": 3, "latest": 2}, "bounds_crossed", "latest"),
        ({"max_length": 10}, "unknown", "max_length"),
    ],
)
def test_bounds_are_whole_days_in_order(more: dict[str, Any], code: str, place: str) -> None:
    found = [
        (problem.code, problem.path[-1])
        for problem in check(definition(group("delivery", "date", **more)))
        if problem.severity == "error"
    ]

    assert found == [(code, place)]


@pytest.mark.parametrize(
    ("was", "now", "words"),
    [
        ({}, {"earliest": 0}, "Delivery, earliest day: – → today"),
        ({"earliest": 0}, {"earliest": 2}, "Delivery, earliest day: today → 2 days after today"),
        ({"latest": 1}, {"latest": -1}, "Delivery, latest day: 1 day after today → 1 day before today"),
    ],
)
def test_bounds_change_in_words(was: dict[str, int], now: dict[str, int], words: str) -> None:
    before, after = (definition(group("delivery", "date", **more)) for more in (was, now))

    with override("en"):
        assert [change.text for change in changes(before, after)] == [words]
