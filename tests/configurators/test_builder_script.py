"""What the builder's script reckons by itself: keys, renaming, and conditions chosen from lists."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from configurators.definition import check
from configurators.drafts import starter
from configurators.formula import GroupType, Scope, compile_formula
from configurators.views.builder_material import material

NODE = Path(sys.prefix, "bin", "node")
BUILDER = Path(settings.BASE_DIR, "frontend", "builder")
SCOPE = Scope(
    {
        "width": GroupType("number"),
        "heater": GroupType("boolean"),
        "roof": GroupType("choice", ("glass", "steel")),
        "extras": GroupType("set", ("lamps", "blinds")),
    }
)
GROUPS = [
    {"key": "width", "kind": "number", "label": "Width", "usable": True, "options": []},
    {"key": "heater", "kind": "boolean", "label": "Heater", "usable": True, "options": []},
    {
        "key": "roof",
        "kind": "single",
        "label": "Roof",
        "usable": True,
        "options": [{"key": "glass"}, {"key": "steel"}],
    },
    {"key": "extras", "kind": "multi", "label": "Extras", "usable": True, "options": [{"key": "lamps"}]},
]

pytestmark = pytest.mark.skipif(not NODE.exists(), reason="node is not installed: make assets")


def run(script: str, *values: Any) -> Any:
    """The last value of a script that finds `model`, `formula`, `material` and `values` in reach."""
    page = {"builder-material": material(), "builder-state": {}}
    program = f"""
        const page = {json.dumps({name: json.dumps(value) for name, value in page.items()})};
        globalThis.document = {{ getElementById: (id) => ({{ textContent: page[id] }}) }};
        const model = await import({json.dumps(str(BUILDER / "model.js"))});
        const formula = await import({json.dumps(str(BUILDER / "formula.js"))});
        const material = await import({json.dumps(str(BUILDER / "material.js"))});
        const values = {json.dumps(values)};
        console.log(JSON.stringify(await (async () => {{ {script} }})()));
    """
    done = subprocess.run(
        [NODE, "--input-type=module", "-"], input=program, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def errors(definition: dict[str, Any]) -> list[str]:
    return [str(problem.message) for problem in check(definition) if problem.severity == "error"]


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ([["width", "least", "250.5"]], "width >= 250.5"),
        ([["roof", "is", "glass"]], 'roof = "glass"'),
        ([["roof", "is_not", "glass"], ["heater", "yes", ""]], 'AND(roof <> "glass"; heater)'),
        ([["width", "less", "12.5"], ["extras", "has", "lamps"]], 'AND(width < 12,5; HAS(extras; "lamps"))'),
        (
            [["extras", "has_not", "lamps"], ["heater", "no", ""]],
            'AND(NOT(HAS(extras; "lamps")); NOT(heater))',
        ),
    ],
)
def test_rows_become_a_formula_and_come_back(rows: list[list[str]], text: str) -> None:
    chosen = {
        "join": "all",
        "rows": [dict(zip(("group", "test", "value"), row, strict=True)) for row in rows],
    }

    written, read = run(
        "const text = formula.fromRows(values[0]); return [text, formula.toRows(text, values[1])];",
        chosen,
        GROUPS,
    )

    assert (written, read) == (text, chosen)
    compile_formula(written, SCOPE, "boolean")


def test_what_lists_cannot_say_stays_a_formula() -> None:
    texts = ["width * 2 > 5", "NOT(AND(heater; heater))", "width >", "nobody = 1", "AND(heater"]

    assert (
        run("return values[0].map((text) => formula.toRows(text, values[1]));", texts, GROUPS) == [None] * 5
    )


def test_key_of_a_group_is_renamed_wherever_it_is_named() -> None:
    definition = starter("veranda", language="nl")

    renamed = run("return model.renameKey(values[0], ['steps', 0, 'groups', 0], 'maat_breed');", definition)

    assert errors(renamed) == []
    assert renamed["steps"][2]["groups"][0]["options"][1]["price"]["formula"] == "maat_breed / 100 * 480"
    assert renamed["lines"][1]["price"]["formula"] == "MAX(0; maat_breed - 400) * 6,20"
    assert "breedte" not in json.dumps(
        [renamed["lines"], renamed["steps"][1]["groups"][0]["options"][4]["available_if"]]
    )


def test_key_of_an_option_is_renamed_wherever_it_is_named() -> None:
    definition = starter("printing", language="nl")

    renamed = run(
        "return model.renameKey(values[0], ['steps', 0, 'groups', 0, 'options', 0], 'flyer');", definition
    )

    group = renamed["steps"][0]["groups"][0]
    assert errors(renamed) == []
    assert (group["options"][0]["key"], group["default"]) == ("flyer", "flyer")


def test_deleting_tells_what_refers_to_a_part() -> None:
    definition = starter("veranda", language="nl")

    found = run("return model.referencesTo(values[0], ['steps', 2, 'groups', 0, 'options', 3]);", definition)

    assert found == [["constraints", 0, "if"]]


def test_new_questions_have_no_error() -> None:
    definition = starter("blank", language="en")

    added = run(
        """
        return ["single", "multi", "quantity", "number", "boolean", "text"].map((kind) => {
          const path = ["steps", 0, "groups", 1];
          const next = model.insert(values[0], ["steps", 0, "groups"], 1, model.newGroup(values[0], kind));
          return model.set(next, [...path, "key"], model.keyFrom(next, path, "New"));
        });
        """,
        definition,
    )

    assert [errors(one) for one in added] == [[]] * 6


def test_copy_of_a_step_has_keys_of_its_own() -> None:
    definition = starter("veranda", language="nl")

    copied, path = run("return model.copyOf(values[0], ['steps', 3]);", definition)

    assert (errors(copied), path) == ([], ["steps", 4])
    assert [group["key"] for group in copied["steps"][4]["groups"]] == [
        "spots_2",
        "verwarming_2",
        "bediening_2",
    ]
    assert copied["steps"][4]["groups"][0]["price"]["of"] == "spots_2"


def test_key_is_made_from_the_name() -> None:
    keys = {
        "Glazen schuifwand": "glazen_schuifwand",
        "Côté façade (œuvre)": "cote_facade_oeuvre",
        "2 ramen": "k_2_ramen",
        "Round": "round_2",
        "Breedte": "breedte_2",
        "!!!": "question",
    }

    made = run(
        "return values[1].map((name) => model.keyFrom(values[0], ['steps', 0, 'groups', 9], name));",
        starter("veranda", language="nl"),
        list(keys),
    )

    assert dict(zip(keys, made, strict=True)) == keys


def test_number_with_thousands_is_asked_about() -> None:
    read = run("return ['12,50', '1,340', '-0.5', '', 'x'].map(material.readDecimal);")

    assert [one.get("value", "error") for one in read] == ["12.50", "error", "-0.5", None, "error"]


def test_unfinished_definitions_can_be_shown() -> None:
    shown = run(
        "return model.whole(values[0]);", {"languages": "nl", "steps": [None, {"groups": {}}], "lines": 3}
    )

    parts = {name: shown[name] for name in ("languages", "language", "steps", "constraints", "lines")}
    assert parts == {
        "languages": ["nl"], "language": "nl", "steps": [{"groups": []}], "constraints": [], "lines": [],
    }  # fmt: skip
