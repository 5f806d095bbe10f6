"""What the builder's script makes of a repeat: its places, keys, copies, and what formulas may name."""

from typing import Any

import pytest

from configurators.definition import check
from tests.configurators.definitions import definition, group
from tests.configurators.repeats import windows
from tests.configurators.test_builder_script import errors, pytestmark, run

__all__ = ["pytestmark"]

Json = dict[str, Any]
REPEAT = ["steps", 0, "groups", 0]
WIDTH, GLASS = [*REPEAT, "groups", 0], [*REPEAT, "groups", 3]


def house(*more: Json, **changed: Any) -> Json:
    whole: Json = {"tables": [], "constraints": [], "lines": []}
    return definition(windows(), *more, **(whole | changed))


@pytest.mark.parametrize(
    ("path", "part", "kind"),
    [
        ([*REPEAT, "max"], REPEAT, "group"),
        ([*WIDTH, "min"], WIDTH, "group"),
        ([*GLASS, "options", 1, "price", "formula"], [*GLASS, "options", 1], "option"),
        ([*GLASS, "options"], GLASS, "group"),
        (["steps", 0, "groups"], ["steps", 0], "step"),
    ],
)
def test_a_problem_within_an_item_leads_to_its_question(path: list[Any], part: list[Any], kind: str) -> None:
    found = run("const part = model.partOf(values[0]); return [part, model.typeOf(part)];", path)

    assert found == [part, kind]


def test_a_question_of_an_item_is_renamed_with_what_names_it() -> None:
    more = group("total", "calculated", formula="SUM(windows; area * width)")
    document = house(more)

    renamed = run("return references.renameKey(values[0], values[1], 'breadth');", document, WIDTH)

    asked = renamed["steps"][0]["groups"]
    assert (asked[0]["groups"][2]["formula"], asked[1]["formula"]) == (
        "breadth*height/10000", "SUM(windows; area * breadth)",
    )  # fmt: skip
    assert asked[0]["groups"][4]["price"]["of"] == "breadth"
    assert errors(renamed) == []


def test_a_repeat_is_renamed_with_what_goes_over_it() -> None:
    document = house(group("total", "calculated", formula="SUM(windows; area)"))

    renamed = run("return references.renameKey(values[0], values[1], 'panes');", document, REPEAT)

    assert renamed["steps"][0]["groups"][1]["formula"] == "SUM(panes; area)"
    assert errors(renamed) == []


def test_an_option_of_an_item_is_renamed_with_what_names_it() -> None:
    document = house(group("n", "calculated", formula='COUNT(windows; glass = "triple")'))
    path = [*GLASS, "options", 1]

    renamed = run("return references.renameKey(values[0], values[1], 'three');", document, path)

    assert renamed["steps"][0]["groups"][1]["formula"] == 'COUNT(windows; glass = "three")'
    assert renamed["steps"][0]["groups"][0]["groups"][4]["visible_if"] == 'glass = "three"'


def test_a_copied_repeat_names_its_own_questions() -> None:
    share = group("share", "calculated", formula="area / SUM(windows; area)")
    document = house()
    document["steps"][0]["groups"] = [windows(share)]

    copied, path = run("return references.copyOf(values[0], values[1]);", document, REPEAT)

    copy = copied["steps"][0]["groups"][1]
    assert path == ["steps", 0, "groups", 1]
    assert (copy["key"], [one["key"] for one in copy["groups"]]) == (
        "windows_2", ["width_2", "height_2", "area_2", "glass_2", "grid_2", "share_2"],
    )  # fmt: skip
    assert copy["groups"][5]["formula"] == "area_2 / SUM(windows_2; area_2)"
    assert (copy["groups"][4]["visible_if"], copy["groups"][4]["price"]["of"]) == (
        'glass_2 = "triple"',
        "width_2",
    )
    assert errors(copied) == []


def test_a_copied_step_gives_its_items_keys_of_their_own() -> None:
    copied, _path = run("return references.copyOf(values[0], values[1]);", house(), ["steps", 0])

    keys = [one["key"] for one in copied["steps"][1]["groups"][0]["groups"]]
    assert keys == ["width_2", "height_2", "area_2", "glass_2", "grid_2"]


def test_questions_of_an_item_stay_in_it() -> None:
    document = house(group("crane", "boolean"))

    up, down, last = run(
        "return [[values[1], -1], [values[1], 1], [values[2], 1]].map(([path, way]) => model.neighbour(values[0], path, way));",
        document, WIDTH, [*REPEAT, "groups", 4],
    )  # fmt: skip

    assert (up, down, last) == (None, [[*REPEAT, "groups"], 2], None)


def test_deleting_a_repeat_tells_who_goes_over_it() -> None:
    document = house(group("total", "calculated", formula="SUM(windows; area)"))

    users = run("return references.referencesTo(values[0], values[1]);", document, REPEAT)

    assert users == [["steps", 0, "groups", 1, "formula"]]


def test_a_new_repeat_has_a_question_and_no_error() -> None:
    document = house()

    made = run(
        """const part = model.newGroup(values[0], "repeat");
        const next = model.insert(values[0], ["steps", 0, "groups"], 1, part);
        const path = ["steps", 0, "groups", 1];
        return model.set(next, [...path, "key"], model.named(next, path, part).key);""",
        document,
    )

    assert errors(made) == []
    assert [problem.code for problem in check(made) if problem.severity == "error"] == []


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("wid", []),
        ("SUM(windows; wid", ["width"]),
        ("SUM(windows; 2) + wid", []),
        ("MAX(windows; IF(gr", ["grid"]),
        ("SUM(total; wid", []),
    ],
)
def test_what_items_ask_is_proposed_where_a_function_goes_over_them(source: str, names: list[str]) -> None:
    place = ["steps", 0, "groups", 1, "formula"]
    document = house(group("total", "calculated", formula="1"))

    found = run(
        "return formula.proposals(values[1], values[1].length, model.catalogue(values[0], 'en', values[2])).list"
        ".filter(({kind}) => kind !== 'function').map(({name}) => name);",
        document, source, place,
    )  # fmt: skip

    assert found == names


def test_within_an_item_its_questions_are_named_bare() -> None:
    found = run(
        "return model.catalogue(values[0], 'en', values[1]).filter(({usable}) => usable).map(({label}) => label);",
        house(), [*GLASS, "visible_if"],
    )  # fmt: skip

    assert found == ["Windows", "Width", "Height", "Area", "Glass", "Grid"]


def test_rules_name_what_each_item_asks() -> None:
    found = run("return model.catalogue(values[0], 'en').map(({label, usable}) => [label, usable]);", house())

    assert found[:2] == [["Windows", True], ["Windows › Width", True]]


def test_a_percentage_may_be_of_all_items() -> None:
    found = run("return model.priceKeys(values[0], 'en').map(({key, label}) => [key, label]);", house())

    assert found == [
        ["windows", "Windows"], ["glass", "Windows › Glass"], ["glass.triple", "Windows › Glass: Triple"],
        ["grid", "Windows › Grid"],
    ]  # fmt: skip


def test_a_language_that_an_item_lacks_is_told() -> None:
    assert run(
        "return model.missingLanguages(values[0], 'group', ['nl', 'en']);", windows(item_label={"nl": "Raam"})
    ) == ["en"]
