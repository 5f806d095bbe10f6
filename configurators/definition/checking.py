"""The whole check of a definition, part by part."""

from django.utils.translation import gettext_lazy as _

from configurators.definition.catalogue import catalogue_of, scope_of
from configurators.definition.formulas import FormulaChecks
from configurators.definition.groups import GroupChecks
from configurators.definition.images import check_drawing
from configurators.definition.limits import LANGUAGES, MINOR_UNITS, SCHEMA_VERSION
from configurators.definition.migrating import is_newer
from configurators.definition.price_display import check_price_display, shows_exact_prices, warn_of_calculated
from configurators.definition.prices import PriceChecks, extra_lines
from configurators.definition.problems import Problem, Report
from configurators.definition.reading import Part
from configurators.definition.rules import check_constraints, check_cycles
from configurators.definition.sanity import check_sanity
from configurators.definition.tables import check_tables
from configurators.definition.theme import check_theme
from configurators.formula import NO_PRICES, Prices

_PROPERTIES = (
    "schema",
    "languages",
    "language",
    "title",
    "intro",
    "currency",
    "vat",
    "price_display",
    "drawing",
    "theme",
    "tables",
    "steps",
    "constraints",
    "lines",
)


def check(definition: object, prices: Prices = NO_PRICES) -> list[Problem]:
    """Everything that is wrong with a definition; never raises, whatever the JSON is.

    ``prices`` are what price books hold on the day that it is about.
    """
    report = Report()
    check_sanity(report, definition)
    if report.problems:
        return report.problems
    if not isinstance(definition, dict):
        report.error((), "wrong_type", _("This is not of the right kind."))
        return report.problems
    root = Part(report, _languages(definition), definition, ())
    root.only(_PROPERTIES)
    _check_head(root)
    _check_body(root, prices)
    return report.problems


def has_errors(problems: list[Problem]) -> bool:
    return any(problem.severity == "error" for problem in problems)


def _check_head(root: Part) -> None:
    _check_schema(root)
    _check_languages(root)
    root.text("title", required=True)
    root.text("intro")
    root.one_of("currency", MINOR_UNITS)
    check_price_display(root)
    check_theme(root)
    _check_vat(root)


def _check_schema(root: Part) -> None:
    schema = root.value.get("schema")
    if is_newer(root.value):
        text = _(
            "This was written by a newer version of this program (schema %(schema)s; here %(known)s is the"
            " latest)."
        )
        root.report.error(root.at("schema"), "newer_schema", text, schema=schema, known=SCHEMA_VERSION)
    elif isinstance(schema, bool) or schema != SCHEMA_VERSION:
        root.report.error(root.at("schema"), "unknown_schema", _("This version of the schema is not known."))


def _check_body(root: Part, prices_of_books: Prices) -> None:
    catalogue = catalogue_of(root.value.get("steps"))
    currency = root.value.get("currency")
    currency = currency if isinstance(currency, str) and currency in MINOR_UNITS else ""
    scope = scope_of(catalogue, check_tables(root), prices=prices_of_books, currency=currency)
    formulas = FormulaChecks(scope, prices_are_shown=shows_exact_prices(root))
    prices = PriceChecks(catalogue, formulas, extra_lines(root))
    groups = GroupChecks(formulas, prices)
    groups.check_steps(root)
    check_drawing(root, formulas)
    check_constraints(root, catalogue, formulas)
    check_cycles(groups.paths, groups.depends_on)
    prices.check_lines(groups.paths)
    if not formulas.prices_are_shown:
        warn_of_calculated(groups.paths, formulas.read_by_prices)


def _languages(definition: dict[str, object]) -> tuple[str, ...]:
    """The declared languages, the main one first; tolerant, for `_check_languages` reports."""
    declared = definition.get("languages")
    main = definition.get("language")
    known = [language for language in declared if language in LANGUAGES] if isinstance(declared, list) else []
    first = [main] if isinstance(main, str) and main in LANGUAGES else []
    return tuple(dict.fromkeys([*first, *known]))


def _check_languages(root: Part) -> None:
    declared = root.value.get("languages")
    if not isinstance(declared, list) or not declared:
        root.report.error(root.at("languages"), "missing", _("Choose at least one language."))
        return
    for index, language in enumerate(declared):
        if not isinstance(language, str) or language not in LANGUAGES:
            root.report.error(
                root.at("languages", index),
                "not_allowed",
                _("This must be one of: %(choices)s."),
                choices=", ".join(LANGUAGES),
            )
        elif language in declared[:index]:
            root.report.error(root.at("languages", index), "duplicate", _("This language stands here twice."))
    main = root.value.get("language")
    if not isinstance(main, str) or main not in declared:
        root.report.error(root.at("language"), "not_allowed", _("The main language is one of the languages."))


def _check_vat(root: Part) -> None:
    vat = root.part("vat")
    if vat is None:
        if root.value.get("vat") is None:
            root.missing("vat")
        return
    vat.only(("rate", "prices"))
    rate = vat.decimal("rate", required=True)
    if rate is not None and not 0 <= rate <= 100:
        root.report.error(
            vat.at("rate"), "out_of_bounds", _("This must be from %(least)s to %(most)s."), least=0, most=100
        )
    vat.one_of("prices", ("including", "excluding"))
