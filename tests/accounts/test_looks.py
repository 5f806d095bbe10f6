"""How numbers, moments, icons and form controls come out."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.utils import timezone, translation

from accounts import charting
from accounts.templatetags import looks

TEMPLATES = list(Path(settings.BASE_DIR, "templates").rglob("*.html"))


class AskForm(forms.Form):
    email = forms.EmailField(
        label="E-mail", help_text="For the quote.", widget=forms.EmailInput({"autocomplete": "email"})
    )
    agree = forms.BooleanField(label="Agree", required=False)
    day = forms.ChoiceField(label="Day", choices=[("a", "Monday")], widget=forms.RadioSelect, required=False)


def render(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("language", "written"),
    [("nl", "€\u00a08.785,00"), ("en", "€8,785.00"), ("fr", "8\u202f785,00\u00a0€")],
)
def test_money_is_written_as_the_reader_does(language: str, written: str) -> None:
    with translation.override(language):
        assert looks.money(Decimal("8785"), "EUR") == written


def test_cents_are_whole_minor_units() -> None:
    with translation.override("nl"):
        assert looks.cents(878550, "EUR") == "€\u00a08.785,50"


@pytest.mark.parametrize(
    ("amount", "written"),
    [("640", "+\u00a0€\u00a0640"), ("-560", "−\u00a0€\u00a0560"), ("12.5", "+\u00a0€\u00a012,50")],
)
def test_price_step_is_signed_and_drops_empty_decimals(amount: str, written: str) -> None:
    with translation.override("nl"):
        assert looks.price_step(amount) == written


@pytest.mark.parametrize("value", [None, "", "no number", "NaN", "Infinity"])
def test_money_of_nothing_is_empty(value: object) -> None:
    assert looks.money(value) == ""


def test_ago_tells_the_distance_and_keeps_the_moment() -> None:
    moment = timezone.now() - timedelta(minutes=2)

    with translation.override("nl"):
        written = looks.ago(moment)

    assert "2 minuten geleden" in written
    assert f'datetime="{moment.isoformat()}"' in written


def test_icon_is_decorative_without_a_label() -> None:
    assert 'aria-hidden="true"' in looks.icon("inbox")
    assert 'aria-label="Inbox"' in looks.icon("inbox", label="Inbox")


def test_icon_escapes_its_label() -> None:
    assert "<b>" not in looks.icon("inbox", label='"><b>')


def test_unknown_icon_draws_a_circle() -> None:
    assert looks.icon("no-such-icon") == looks.icon("circle")


def test_field_ties_its_error_and_help_to_the_input() -> None:
    written = render('{% cotton field :field="form.email" / %}', form=AskForm({"email": "nope"}))

    assert 'aria-describedby="id_email_error id_email_help"' in written
    assert 'aria-invalid="true"' in written
    assert 'id="id_email_error"' in written
    assert 'id="id_email_help"' in written
    assert 'autocomplete="email"' in written


@pytest.mark.parametrize(("name", "kind"), [("email", "control"), ("agree", "checkbox"), ("day", "choices")])
def test_field_kind_follows_the_widget(name: str, kind: str) -> None:
    assert looks.field_kind(AskForm()[name]) == kind


def test_error_summary_links_to_the_field() -> None:
    written = render('{% cotton errors :form="form" / %}', form=AskForm({"email": ""}))

    assert 'href="#id_email"' in written


def test_bar_chart_reaches_its_highest_value_below_the_top_line() -> None:
    chart = charting.bar_chart([("a", 12), ("b", 52)], height=200, highlight_last=True)

    assert [line.value for line in chart.lines] == ["0", "20", "40", "60"]
    assert [bar.highlighted for bar in chart.bars] == [False, True]


def test_bar_chart_of_nothing_is_empty() -> None:
    assert charting.bar_chart([], height=200, highlight_last=True).bars == []


@pytest.mark.parametrize(("name", "letters"), [("Iris Veldkamp", "IV"), ("Bob", "B"), ("", "?"), ("  ", "?")])
def test_initials(name: str, letters: str) -> None:
    assert looks.initials(name) == letters


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_carries_inline_style_or_script(path: Path) -> None:
    source = path.read_text()

    assert " style=" not in source
    assert " onclick=" not in source
    assert "<style" not in source
    assert "<script>" not in source
