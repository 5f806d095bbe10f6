"""The tables of an organisation, read from the models: what goes, what stays, and in which order."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import TopologicalSorter

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from privacy import registry
from privacy.declarations import Text

#: What stays after a purge, by the beginning of the table's name, and why. It goes by its own rule; what is
#: sealed in it with the organisation's key cannot be read any more, since that key is gone.
STAYS: dict[str, Text] = {
    "audit_": _("Who did what, by identifier: goes by the periods of the record"),
    "billing_": _(
        "Invoices and what they rest on, for as long as the law asks; where they went, for two years; and"
        " counts without persons"
    ),
    "organisations_organisation": _("The name of a business and the dates of its agreement, for two years"),
    "organisations_agreement": _("Which contracts it agreed to, and when"),
    "organisations_suspension": _("Why it was suspended and what was appealed, for two years after the end"),
    "organisations_membership": _("Who belonged to it, until the account goes by its own rule"),
    "tenancy_": _("The ledger's own pages, without which a backup could bring everything back"),
    "privacy_": _("That requests and erasures were carried out, by identifier: goes by its own period"),
}


def models_of_an_organisation() -> dict[str, type[Model]]:
    """Every table with rows of one organisation, by name."""
    return {
        model._meta.db_table: model
        for model in registry.models()
        if any(known.column == "organisation_id" for known in registry.own_columns(model))
    }


def tables_that_go() -> list[str]:
    """Children before their parents, so that no row is deleted while another refers to it."""
    return [table for table in reversed(parents_first()) if not stays(table)]


def stays(table: str) -> bool:
    return any(table.startswith(beginning) for beginning in STAYS)


def parents_first() -> list[str]:
    """Every table of an organisation, each after those that it refers to."""
    known = models_of_an_organisation()
    graph = {table: set(_parents(model, known)) for table, model in sorted(known.items())}
    return list(TopologicalSorter(graph).static_order())


def _parents(model: type[Model], known: dict[str, type[Model]]) -> Iterator[str]:
    for field in registry.own_columns(model):
        if field.remote_field is not None:
            parent = field.remote_field.model._meta.db_table
            if parent in known and parent != model._meta.db_table:
                yield parent
    if (declared := registry.declarations().get(model._meta.label)) and declared.whose:
        root = registry.find_model(declared.whose.root)
        if declared.whose.by == "key" and root is not None and root._meta.db_table in known:
            yield root._meta.db_table  # Postgres knows the reference, the model does not
