from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from privacy import retention
from privacy.documents import personal_data_page
from privacy.models import RetentionRun
from tests.privacy.conftest import Add


def said(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_the_page_is_written_and_then_current(tmp_path: Path) -> None:
    with override_settings(BASE_DIR=tmp_path):
        said("personal_data")
        assert said("personal_data", "--check") == "The page is current.\n"


def test_a_page_that_is_out_of_date_fails(tmp_path: Path) -> None:
    with override_settings(BASE_DIR=tmp_path):
        said("personal_data")
        (tmp_path / "docs" / "personal-data.md").write_text("old", encoding="utf-8")
        with pytest.raises(CommandError):
            said("personal_data", "--check")


def test_the_page_is_the_same_in_every_language() -> None:
    from django.utils.translation import override

    with override("nl"):
        assert personal_data_page() == personal_data_page()
    page = personal_data_page()
    with override("fr"):
        assert personal_data_page() == page


def test_the_page_names_every_declared_table_once() -> None:
    page = personal_data_page()

    labels = [label for label, each in retention.registry.declarations().items()]
    assert [page.count(f"#### {label}\n") for label in labels] == [1] * len(labels)


@pytest.mark.django_db(transaction=True)
def test_the_database_is_as_declared() -> None:
    assert said("personal_data", "--check-database") == "The database is as declared.\n"


def test_a_preview_changes_nothing(add_origin: Add) -> None:
    add_origin(days=91)

    text = said("retention", "--preview")

    assert "lead_origin:leads_leadorigin: 1 expired, 200 allowed, would run\n" in text
    assert RetentionRun.objects.count() == 0


def test_a_run_says_what_it_did(add_origin: Add) -> None:
    add_origin(days=91)

    assert "lead_origin:leads_leadorigin: done, 1 of 1 deleted in 1 slices" in said("retention", "--run")


def test_a_held_run_is_listed_and_approved(add_origin: Add, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "ALWAYS_ALLOWED", 0)
    add_origin(days=91)
    said("retention", "--run")
    held = RetentionRun.objects.get(outcome=RetentionRun.Outcome.HELD)

    assert f"--approve {held.pk} --plan {retention.plan_hash(held)}" in said("retention", "--held")
    assert "done, 1 of 1" in said("retention", "--approve", str(held.pk), "--plan", retention.plan_hash(held))


@pytest.mark.django_db(transaction=True)
def test_an_unknown_run_is_refused() -> None:
    with pytest.raises(CommandError):
        said("retention", "--approve", "00000000-0000-0000-0000-000000000000")


@pytest.mark.django_db(transaction=True)
def test_verification_of_a_healthy_database_passes() -> None:
    assert "lead_origin:leads_leadorigin: 0 rows" in said("retention", "--verify")


def test_the_page_in_docs_is_current() -> None:
    assert said("personal_data", "--check") == "The page is current.\n"
