from __future__ import annotations

import pytest
from django.utils.translation import gettext_lazy as _

from privacy import registry
from privacy.checks import check_declaration, every_column_is_declared
from privacy.declarations import Declaration, JSONKeys, NotPersonal, Personal, Rule, Subject

RULE = Rule("lead_origin", anchor="started_at", after="P90D", how="A verb deletes it.")
COUNTS = registry.declarations()["privacy.RetentionRun"].fields


def declared(label: str = "privacy.RetentionRun", **changes: object) -> Declaration:
    plain: dict[str, object] = {
        "label": label,
        "role": "controller",
        "subject": Subject.ACCOUNT,
        "rule": RULE,
        "fields": COUNTS,
        "apart": "Nothing of it is kept.",
    }
    return Declaration(**{**plain, **changes})  # type: ignore[arg-type]


def with_field(name: str, value: object) -> dict[str, object]:
    return {**COUNTS, name: value}


def personal(**changes: object) -> Personal:
    plain: dict[str, object] = {
        "category": "contact.email",
        "purpose": "account",
        "basis": "6(1)(b)",
        "label": _("E-mail"),
    }
    return Personal(**{**plain, **changes})  # type: ignore[arg-type]


def codes(declaration: Declaration) -> list[str | None]:
    return [found.id for found in check_declaration(declaration)]


def test_the_product_declares_every_column() -> None:
    assert every_column_is_declared(None) == []


def test_a_complete_declaration_is_fine() -> None:
    assert codes(declared(fields=with_field("rule", personal()))) == []


def test_a_table_without_a_declaration_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    known = registry.declarations()
    known.pop("privacy.RetentionRun")
    monkeypatch.setattr(registry, "declarations", lambda: known)

    found = every_column_is_declared(None)

    assert [(each.id, each.obj._meta.label) for each in found] == [("privacy.E001", "privacy.RetentionRun")]


@pytest.mark.promise("H2", "H14")
def test_a_column_without_a_declaration_is_an_error() -> None:
    fields = {name: value for name, value in COUNTS.items() if name != "cutoff"}

    assert codes(declared(fields=fields)) == ["privacy.E002"]


def test_the_hint_names_the_page() -> None:
    fields = {name: value for name, value in COUNTS.items() if name != "cutoff"}

    [found] = check_declaration(declared(fields=fields, page="privacy.personal_data"))

    assert "privacy/personal_data.py" in str(found.hint)


def test_a_declared_field_that_does_not_exist_is_an_error() -> None:
    assert codes(declared(fields=with_field("shoe_size", NotPersonal("a size")))) == ["privacy.E003"]


def test_a_column_declared_by_two_names_is_an_error() -> None:
    assert codes(declared(fields=with_field("approves_id", NotPersonal("a run")))) == ["privacy.E003"]


@pytest.mark.parametrize("reason", ["", "  "])
def test_not_personal_needs_a_reason(reason: str) -> None:
    assert codes(declared(fields=with_field("rule", NotPersonal(reason)))) == ["privacy.E004"]


def test_personal_data_needs_a_rule() -> None:
    assert codes(declared(fields=with_field("rule", personal()), rule=None)) == ["privacy.E005"]


def test_personal_data_needs_a_subject() -> None:
    fields = with_field("rule", personal())

    assert codes(declared(fields=fields, subject=Subject.NONE)) == ["privacy.E011"]


def test_personal_data_needs_a_label() -> None:
    assert codes(declared(fields=with_field("rule", personal(label="")))) == ["privacy.E006"]


@pytest.mark.parametrize(
    "unknown", [{"category": "shoe.size"}, {"purpose": "curiosity"}, {"basis": "6(1)(z)"}]
)
def test_words_outside_the_vocabulary_are_errors(unknown: dict[str, str]) -> None:
    assert codes(declared(fields=with_field("rule", personal(**unknown)))) == ["privacy.E009"]


def test_a_json_column_needs_its_keys() -> None:
    label = "configurators.Configurator"
    declaration = registry.declarations()[label]
    fields = {**declaration.fields, "draft": NotPersonal("a product")}

    assert codes(declared(label, fields=fields)) == ["privacy.E007"]


def test_a_label_inside_json_is_needed_too() -> None:
    label = "configurators.Configurator"
    declaration = registry.declarations()[label]
    fields = {**declaration.fields, "draft": JSONKeys({"author": personal(label="")})}

    assert codes(declared(label, fields=fields)) == ["privacy.E006"]


def test_a_declaration_of_a_model_that_is_gone_is_an_error() -> None:
    assert codes(declared("privacy.Gone", fields={"id": NotPersonal("a key")}))[0] == "privacy.E008"


def test_a_declaration_of_an_app_that_is_not_installed_is_left_alone() -> None:
    assert codes(declared("unheard.Of", fields={"id": NotPersonal("a key")}, rule=None)) == []


@pytest.mark.parametrize("after", ["", "ninety days", "P", "P90X", "settings.NO_SUCH_SETTING"])
def test_a_period_that_cannot_be_read_is_an_error(after: str) -> None:
    rule = Rule("test", anchor="started_at", after=after, how="A verb deletes it.")

    assert codes(declared(rule=rule)) == ["privacy.E012"]


def test_a_rule_that_nothing_carries_out_is_an_error() -> None:
    assert codes(declared(rule=Rule("test", anchor="started_at", after="P90D"))) == ["privacy.E013"]
