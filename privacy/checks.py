"""System checks: a column that nobody has thought about stops the build."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import global_settings, settings
from django.core.checks import CheckMessage, Error, register
from django.db.models import JSONField, Model
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import trans_real

from privacy import periods, published, registry, verification
from privacy.declarations import Declaration, JSONKeys, NotPersonal, Personal, Subject, Text
from privacy.stores import STORES
from privacy.vocabulary import BASES, CATEGORIES, PURPOSES

#: What a deployment must say before it holds anybody's data.
NAMED_CONTACT = ("PRIVACY_CONTACT_NAME", "PRIVACY_CONTACT")


@register("privacy", deploy=True)
def somebody_answers_for_privacy(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The law and our own policy name who answers for the data and where to write (promise E21)."""
    return [
        Error(
            f"{name} is empty.", hint=f"Set {name}: letters, notices and policy name it.", id="privacy.E021"
        )
        for name in NAMED_CONTACT
        if not getattr(settings, name).strip()
    ]


@register("privacy")
def every_column_is_declared(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """What is missing or wrong in the pages `<app>/personal_data.py`."""
    found = list(_undeclared_tables())
    found += [
        Error(f"{label} is declared in {first} and in {second}.", hint="Keep one.", id="privacy.E010")
        for label, first, second in registry.declared_twice()
    ]
    for declaration in registry.declarations().values():
        found += check_declaration(declaration)
    return found + list(_unverifiable())


@register("privacy")
def every_folder_is_declared(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A folder that the settings name is a store, and stands in privacy/stores.py."""
    declared = " ".join(store.where for store in STORES)
    return [
        Error(
            f"The folder {name} is no declared store.",
            hint="Say in privacy/stores.py what is in it, what of a person, and for how long.",
            id="privacy.E020",
        )
        for name in dir(settings)
        if name.endswith("_DIR")
        and name != "BASE_DIR"
        and not hasattr(global_settings, name)
        and name not in declared
    ]


def _unverifiable() -> Iterator[CheckMessage]:
    """A date that cannot be recomputed from its anchor cannot be shown to be right."""
    for swept in registry.dated():
        try:
            verification.statement(swept)
        except LookupError as lost:
            yield Error(
                f"{swept.label}: the rule {swept.rule.name} counts from nowhere: {lost}.",
                hint='Write "column" or "reference.column" for anchor and after.',
                id="privacy.E014",
            )
        except periods.UnknownPeriod:
            continue


def _undeclared_tables() -> Iterator[CheckMessage]:
    declared = registry.declarations()
    for model in registry.models():
        if model._meta.label not in declared:
            yield Error(
                f"{model._meta.label} says nothing about personal data.",
                hint=f"Declare every column of it in {_page_for(model)}.",
                obj=model,
                id="privacy.E001",
            )


def _page_for(model: type[Model]) -> str:
    app = model._meta.app_config.name
    ours = "." not in app and (Path(settings.BASE_DIR) / app).is_dir()
    return f"{app}/personal_data.py" if ours else "privacy/third_party_personal_data.py"


def check_declaration(declaration: Declaration) -> list[CheckMessage]:
    """What is wrong with one declaration."""
    return [
        *_unknown_names(declaration),
        *_undeclared_columns(declaration),
        *_unruled(declaration),
        *_misruled(declaration),
        *_out_of_reach(declaration),
        *_unpublished(declaration),
        *_unexplained(declaration),
        *_wrong_fields(declaration),
    ]


def _undeclared_columns(declaration: Declaration) -> Iterator[CheckMessage]:
    model = registry.find_model(declaration.label)
    if model is None:
        return
    declared = registry.by_column(declaration)
    for known in registry.own_columns(model):
        if known.column not in declared:
            yield _error(
                declaration,
                f"{known.name} is not declared.",
                f'Say what it is: "{known.name}": Personal(...) or NotPersonal("reason").',
                "privacy.E002",
            )
        elif isinstance(known, JSONField) and not isinstance(declared[known.column], JSONKeys):
            yield _error(
                declaration,
                f"{known.name} holds JSON, and its keys are not declared.",
                f'Name its keys: "{known.name}": JSONKeys({{"key": NotPersonal("reason")}}).',
                "privacy.E007",
            )


def _unknown_names(declaration: Declaration) -> Iterator[CheckMessage]:
    """Declared, but not there. An app that is left out of the installation is no mistake."""
    if "." not in declaration.label or not _app_is_installed(declaration):
        return
    model = registry.find_model(declaration.label)
    if model is None:
        yield _error(declaration, "There is no such model.", "Remove the declaration.", "privacy.E008")
        return
    columns = {known.column for known in registry.own_columns(model)}
    for name in registry.by_column(declaration):
        if name not in columns:
            yield _error(declaration, f"There is no field {name}.", "Remove it.", "privacy.E003")
    if len(registry.by_column(declaration)) < len(declaration.fields):
        yield _error(declaration, "A column is declared by two names.", "Keep one.", "privacy.E003")


def _app_is_installed(declaration: Declaration) -> bool:
    return declaration.label.partition(".")[0] in apps.app_configs


def _unruled(declaration: Declaration) -> Iterator[CheckMessage]:
    if declaration.is_personal and declaration.rule is None:
        yield _error(
            declaration,
            "It holds personal data and has no rule for how long.",
            "Give it rule=Rule(name, anchor=..., after=...).",
            "privacy.E005",
        )
    if declaration.is_personal and declaration.subject == Subject.NONE:
        yield _error(
            declaration,
            "It holds personal data, but of nobody.",
            'Give it subject="lead", "account" or "visitor".',
            "privacy.E011",
        )


def _misruled(declaration: Declaration) -> Iterator[CheckMessage]:
    """A rule whose period cannot be read, or that nothing would carry out."""
    if declaration.rule is None or not _app_is_installed(declaration):
        return
    try:
        periods.parse(declaration.rule.after)
    except periods.UnknownPeriod as unknown:
        yield _error(
            declaration,
            f"The period of its rule cannot be read: {unknown}.",
            'Write "P90D", "settings.NAME" or "organisation.column".',
            "privacy.E012",
        )
    if not (registry.has_date(declaration) or registry.whole_of(declaration) or declaration.rule.how):
        yield _error(
            declaration,
            f"Nothing carries out its rule {declaration.rule.name}.",
            f"Give the table {declaration.rule.column}, a cascade from a table under the same rule,"
            " or say in the rule's how= what deletes the row.",
            "privacy.E013",
        )


def _out_of_reach(declaration: Declaration) -> Iterator[CheckMessage]:
    """A row that cannot be found by its person is neither shown to them nor erased."""
    if not declaration.is_personal or declaration.subject == Subject.NONE or declaration.apart:
        return
    if registry.find_model(declaration.label) is None or registry.is_reached(declaration):
        return
    yield _error(
        declaration,
        "It holds personal data, and nothing leads from the person to its rows.",
        'Refer to the root, add whose=Whose("app.Root", "column"), or say in apart= why it cannot be.',
        "privacy.E015",
    )


def _wrong_fields(declaration: Declaration) -> Iterator[CheckMessage]:
    for name, value in _leaves(declaration):
        if isinstance(value, NotPersonal) and not value.reason.strip():
            yield _error(
                declaration,
                f"{name} is called not personal without a reason.",
                'Say why: NotPersonal("...").',
                "privacy.E004",
            )
        elif isinstance(value, Personal):
            yield from _wrong_personal(declaration, name, value)


def _unpublished(declaration: Declaration) -> Iterator[CheckMessage]:
    """Whatever is kept of people stands in the privacy policy, and no longer than was promised."""
    if declaration.rule is None or not declaration.is_personal or not _app_is_installed(declaration):
        return
    if declaration.rule.name not in published.RULES:
        yield _error(
            declaration,
            f"The privacy policy says nothing about its rule {declaration.rule.name}.",
            "Add a line, and the longest period, to RULES in privacy/published.py.",
            "privacy.E016",
        )
        return
    try:
        too_long = published.is_longer_than_promised(declaration)
    except periods.UnknownPeriod:
        return
    if too_long:
        yield _error(
            declaration,
            f"Its rule {declaration.rule.name} keeps longer than was ever published.",
            f"At most {published.RULES[declaration.rule.name].at_most} (privacy/published.py).",
            "privacy.E017",
        )


def _unexplained(declaration: Declaration) -> Iterator[CheckMessage]:
    if declaration.automated_decision and not str(declaration.automated_text).strip():
        yield _error(
            declaration,
            "A machine decides about people, and nothing says how and what they can do (Art. 22).",
            "Give it automated_text=_(...), or let a person decide.",
            "privacy.E018",
        )


#: The languages in which every label must be written; English is what the code says.
LABELLED_IN = ("nl", "fr")


def _untranslated(label: Text) -> list[str]:
    """In which languages nobody has said what a label means. A plain text is said in none."""
    if not isinstance(label, Promise):
        return list(LABELLED_IN)
    with translation.override("en"):
        said = str(label)
    return [code for code in LABELLED_IN if _is_compiled(code) and said not in _catalogue(code)]


def _is_compiled(code: str) -> bool:
    """Before `make messages` there is nothing to look into; the test of translations looks at the sources."""
    return any(
        (Path(folder) / code / "LC_MESSAGES" / "django.mo").exists() for folder in settings.LOCALE_PATHS
    )


def _catalogue(code: str) -> Any:
    return trans_real.translation(code)._catalog  # type: ignore[attr-defined]


def _wrong_personal(declaration: Declaration, name: str, value: Personal) -> Iterator[CheckMessage]:
    if not str(value.label).strip():
        yield _error(declaration, f"{name} has no label.", 'Add label=_("...").', "privacy.E006")
    elif missing := _untranslated(value.label):
        yield _error(
            declaration,
            f"The label of {name} is missing in {', '.join(missing)}.",
            'Write label=_("...") and translate it (manage.py translations --extract).',
            "privacy.E019",
        )
    for kind, word, known in (
        ("category", value.category.partition(".")[0], CATEGORIES),
        ("purpose", value.purpose, PURPOSES),
        ("basis", value.basis, BASES),
    ):
        if word not in known:
            yield _error(
                declaration,
                f"{name} has the unknown {kind} {word!r}.",
                f"Use one of {', '.join(sorted(known))}, or add it to privacy/vocabulary.py.",
                "privacy.E009",
            )


def _leaves(declaration: Declaration) -> Iterator[tuple[str, Personal | NotPersonal]]:
    for name, value in declaration.fields.items():
        if isinstance(value, JSONKeys):
            yield from ((f"{name}.{key}", inner) for key, inner in value.keys.items())
        else:
            yield name, value


def _error(declaration: Declaration, message: str, hint: str, code: str) -> CheckMessage:
    page = declaration.page.replace(".", "/") + ".py"
    return Error(f"{declaration.label}: {message}", hint=f"{hint} ({page})", id=code)
