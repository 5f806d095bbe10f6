from __future__ import annotations

import ast
from pathlib import Path

import privacy.declarations
from privacy.declarations import Collector, Declaration, JSONKeys, NotPersonal, Personal, Subject


def declaration(page: str, **fields: object) -> Declaration:
    return Declaration("shop.Order", "controller", Subject.NONE, None, fields, page=page)  # type: ignore[arg-type]


def test_the_page_may_be_read_again() -> None:
    collector = Collector()

    collector.add(declaration("shop.personal_data"))
    collector.add(declaration("shop.personal_data"))

    assert collector.twice == []


def test_a_second_page_about_the_same_table_is_noted() -> None:
    collector = Collector()

    collector.add(declaration("shop.personal_data"))
    collector.add(declaration("till.personal_data"))

    assert collector.twice == [("shop.Order", "shop.personal_data", "till.personal_data")]


def test_a_personal_key_in_json_makes_the_table_personal() -> None:
    name = Personal("contact.name", purpose="account", basis="6(1)(b)")

    assert declaration("p", notes=JSONKeys({"name": name})).is_personal
    assert not declaration("p", notes=JSONKeys({"size": NotPersonal("a size")})).is_personal


def test_a_star_allows_any_key() -> None:
    assert JSONKeys({"*": NotPersonal("options")}).allows("anything")
    assert not JSONKeys({"size": NotPersonal("a size")}).allows("name")


def test_declarations_import_nothing_of_ours() -> None:
    tree = ast.parse(Path(privacy.declarations.__file__).read_text(encoding="utf-8"))
    modules = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert {module.partition(".")[0] for module in modules} == {
        "__future__",
        "collections",
        "dataclasses",
        "django",
        "enum",
        "types",
        "typing",
    }
