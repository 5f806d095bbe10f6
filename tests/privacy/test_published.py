"""What the policy, the notice and the registers say is what the software does (H11, D23, E21)."""

from __future__ import annotations

import dataclasses

import pytest
from django.test import Client, override_settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.legal import LANGUAGES
from configurators.notices import notice_wording
from organisations.models import Organisation
from privacy import art30, published, registry
from privacy.checks import check_declaration, every_folder_is_declared
from privacy.declarations import Declaration, NotPersonal, Personal, Rule, Subject
from privacy.documents import personal_data_page
from tests.factories import IDENTITY


def policy_table(language: str) -> dict[str, str]:
    response = Client().get(f"/privacy-policy/{language}/")
    tables = [table for _block, table in response.context["blocks"] if table]
    return {row[0]: row[1] for table in tables for row in table.rows if len(table.head) == 3}


@pytest.mark.promise("H11")
@pytest.mark.parametrize(("language", "days"), [("en", "30 days"), ("nl", "30 dagen"), ("fr", "30 jours")])
def test_a_shorter_period_in_the_settings_is_a_shorter_period_in_the_policy(db, language, days) -> None:
    with override(language):
        what = str(published.RULES["lead_origin"].lines[0].what)
    with override_settings(RETENTION_LEAD_ORIGIN_DAYS=30):
        shown = policy_table(language)

    assert shown[what] == days
    assert policy_table(language)[what] != days


@pytest.mark.promise("H11")
def test_the_notice_of_a_configurator_takes_its_period_from_the_same_setting() -> None:
    organisation = Organisation(name="Acme", language="en", **IDENTITY)

    with override_settings(RETENTION_LEAD_ORIGIN_DAYS=17):
        assert "For 17 days Opmaat itself keeps" in notice_wording(organisation, "en").text


@pytest.mark.promise("H11")
def test_every_rule_about_people_stands_in_the_policy(db) -> None:
    shown = policy_table("en")
    rules = {d.rule.name for d in registry.declarations().values() if d.rule and d.is_personal}
    with override("en"):
        said = {str(line.what) for name in rules for line in published.RULES[name].lines}

    assert said <= set(shown)


@pytest.mark.parametrize(
    ("after", "said"),
    [("P2Y", "2 years"), ("PT24H", "24 hours"), ("settings.RETENTION_EVIDENCE_DAYS", "5 years"),
     ("settings.RETENTION_MAIL_DAYS", "2 years"), ("settings.RETENTION_LEAD_ORIGIN_DAYS", "90 days")],
)  # fmt: skip
def test_periods_are_said_as_people_say_them(after: str, said: str) -> None:
    with override("en"):
        assert published.in_words(after) == said


# --- The registers of Art. 30 -----------------------------------------------------------------------


@pytest.mark.promise("H11")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", ["controller", "processor"])
def test_the_registers_are_whole_in_every_language(language, role) -> None:
    with override(language):
        rows = art30.register(role)

    assert rows
    assert all(all(art30.cells(row)) for row in rows)


@pytest.mark.promise("H10", "C1")
def test_a_processor_names_the_ground_of_its_controller_and_no_other() -> None:
    with override("en"):
        rows = art30.register("processor")

    assert {row.bases for row in rows} == {"As instructed by the organisation, Art. 28 GDPR"}


@pytest.mark.promise("H11")
def test_a_table_that_is_declared_is_in_the_register_at_once(monkeypatch) -> None:
    """The register is made, not kept: a purpose that a table declares anew appears by itself."""
    known = registry.declarations()
    lead = known["leads.LeadNote"]
    new = dataclasses.replace(
        lead, fields={"text": Personal("content.note", "marketing", "6(1)(a)", _("Note"))}
    )
    with override("en"):
        before = {row.purpose: row.data for row in art30.register("processor")}
        monkeypatch.setattr(registry, "declarations", lambda: {**known, "leads.LeadNote": new})
        after = {row.purpose: row.data for row in art30.register("processor")}

    marketing = "Sending offers to those who consented to it"
    assert "What somebody wrote" not in before.get(marketing, "")
    assert "What somebody wrote" in after[marketing]


def test_an_organisations_register_names_it_and_no_other(alice, charlie, client) -> None:
    from tests.factories import sign_in

    Organisation.objects.filter(pk=alice.organisation.pk).update(**IDENTITY)
    sign_in(client, alice)

    page = client.get(f"/o/{alice.organisation.slug}/privacy/register/").content.decode()
    file = client.get(f"/o/{alice.organisation.slug}/privacy/register/download/")

    assert "Acme BV" in page
    assert "Globex" not in page
    assert file.headers["Content-Disposition"] == 'attachment; filename="art-30-2-acme.csv"'
    assert "Acme BV" in file.content.decode()


def test_no_cell_of_a_register_is_taken_for_a_formula() -> None:
    with override("en"):
        text = art30.as_csv([], title="t", who=[("Controller", "=cmd()")])

    assert "'=cmd()" in text


# --- Checks -------------------------------------------------------------------------------------------

RULE = Rule("lead_origin", anchor="started_at", after="P90D", how="A verb deletes it.")


def declared(**changes: object) -> Declaration:
    fields = registry.declarations()["privacy.RetentionRun"].fields
    email = Personal("contact.email", "account", "6(1)(b)", _("E-mail"))
    plain: dict[str, object] = {
        "label": "privacy.RetentionRun",
        "role": "controller",
        "subject": Subject.ACCOUNT,
        "rule": RULE,
        "fields": {**fields, "rule": email},
        "apart": "Nothing of it is kept.",
    }
    return Declaration(**{**plain, **changes})  # type: ignore[arg-type]


def codes(**changes: object) -> list[str | None]:
    return [found.id for found in check_declaration(declared(**changes))]


def test_a_rule_that_the_policy_does_not_name_is_an_error() -> None:
    assert codes(rule=dataclasses.replace(RULE, name="novel")) == ["privacy.E016"]


@pytest.mark.promise("H11", "H9")
@pytest.mark.parametrize(("after", "found"), [("P90D", []), ("P91D", ["privacy.E017"])])
def test_keeping_longer_than_was_published_is_an_error(after, found) -> None:
    assert codes(rule=dataclasses.replace(RULE, after=after)) == found


def test_a_setting_that_is_longer_than_was_published_is_an_error() -> None:
    rule = dataclasses.replace(RULE, after="settings.RETENTION_LEAD_ORIGIN_DAYS")
    with override_settings(RETENTION_LEAD_ORIGIN_DAYS=91):
        assert codes(rule=rule) == ["privacy.E017"]


@pytest.mark.promise("A21")
@pytest.mark.parametrize(("text", "found"), [("", ["privacy.E018"]), (_("Yes"), [])])
def test_a_decision_by_machine_needs_its_text(text, found) -> None:
    assert codes(automated_decision=True, automated_text=text) == found


@pytest.mark.promise("A21")
def test_the_product_declares_no_decision_by_machine_and_the_register_says_so() -> None:
    assert [d.label for d in registry.declarations().values() if d.automated_decision] == []
    with override("en"):
        assert {row.automated for row in art30.register("processor")} == {"None"}


@pytest.mark.promise("D30")
def test_a_label_that_nobody_translated_is_an_error() -> None:
    plain = declared().fields | {"rule": Personal("contact.email", "account", "6(1)(b)", "Nonsense")}

    assert codes(fields=plain) == ["privacy.E019"]


@pytest.mark.promise("H14", "H2")
def test_a_new_field_changes_the_page_that_is_reviewed() -> None:
    """The page is compared with the declarations in every run of the checks: no field comes in unseen."""
    known = registry.declarations()
    before = personal_data_page()
    wider = dataclasses.replace(
        known["privacy.RetentionRun"],
        fields={**known["privacy.RetentionRun"].fields, "shoe_size": NotPersonal("a size")},
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "declarations", lambda: {**known, "privacy.RetentionRun": wider})
        assert personal_data_page() != before


def test_a_folder_that_is_no_declared_store_is_an_error() -> None:
    with override_settings(SECRET_STASH_DIR="/srv/stash"):
        assert [found.id for found in every_folder_is_declared(None)] == ["privacy.E020"]
