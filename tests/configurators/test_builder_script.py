"""What the builder's script reckons by itself: keys, renaming, and conditions chosen from lists."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.conf import settings

from configurators.definition import check
from configurators.drafts import starter
from configurators.formula import GroupType, Scope, compile_formula
from configurators.images.sizes import sizes_of
from configurators.views.builder_material import material
from tests.configurators.definitions import group
from tests.configurators.repeats import house

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
    """The last value of a script with `values` and the builder's modules in reach."""
    page = {"builder-material": material(), "builder-state": {}}
    program = f"""
        const page = {json.dumps({name: json.dumps(value) for name, value in page.items()})};
        globalThis.document = {{ getElementById: (id) => ({{ textContent: page[id] }}) }};
        const model = await import({json.dumps(str(BUILDER / "model.js"))});
        const references = await import({json.dumps(str(BUILDER / "references.js"))});
        const formula = await import({json.dumps(str(BUILDER / "formula.js"))});
        const material = await import({json.dumps(str(BUILDER / "material.js"))});
        const sheet = await import({json.dumps(str(BUILDER / "sheet.js"))});
        const images = await import({json.dumps(str(BUILDER / "image_sizes.js"))});
        const shapes = await import({json.dumps(str(BUILDER / "table_shapes.js"))});
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

    renamed = run(
        "return references.renameKey(values[0], ['steps', 0, 'groups', 0], 'maat_breed');", definition
    )

    assert errors(renamed) == []
    assert renamed["steps"][2]["groups"][0]["options"][1]["price"]["formula"] == "maat_breed / 100 * 480"
    assert renamed["lines"][1]["price"]["formula"] == "MAX(0; maat_breed - 400) * 6,20"
    assert "breedte" not in json.dumps(
        [renamed["lines"], renamed["steps"][1]["groups"][0]["options"][4]["available_if"]]
    )


def test_key_of_an_option_is_renamed_wherever_it_is_named() -> None:
    definition = starter("printing", language="nl")

    renamed = run(
        "return references.renameKey(values[0], ['steps', 0, 'groups', 0, 'options', 0], 'flyer');",
        definition,
    )

    group = renamed["steps"][0]["groups"][0]
    assert errors(renamed) == []
    assert (group["options"][0]["key"], group["default"]) == ("flyer", "flyer")


def test_deleting_tells_what_refers_to_a_part() -> None:
    definition = starter("veranda", language="nl")

    found = run(
        "return references.referencesTo(values[0], ['steps', 2, 'groups', 0, 'options', 3]);", definition
    )

    assert found == [["constraints", 0, "if"]]


def test_new_questions_have_no_error() -> None:
    definition = starter("blank", language="en")

    added = run(
        """
        return ["single", "multi", "quantity", "number", "boolean", "text", "file", "calculated"].map((kind) => {
          const path = ["steps", 0, "groups", 1];
          const next = model.insert(values[0], ["steps", 0, "groups"], 1, model.newGroup(values[0], kind));
          return model.set(next, [...path, "key"], model.keyFrom(next, path, "New"));
        });
        """,
        definition,
    )

    assert [errors(one) for one in added] == [[]] * 7 + [["This is missing."]]


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


def test_copy_of_a_step_with_items_names_what_its_own_items_ask() -> None:
    definition = house(group("sum", "calculated", formula="SUM(windows; width)"))

    copied, _path = run("return references.copyOf(values[0], ['steps', 0]);", definition)

    repeat, total = copied["steps"][1]["groups"]
    assert repeat["groups"][2]["formula"] == "width_2*height_2/10000"
    assert total["formula"] == "SUM(windows_2; width_2)"


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

    parts = {
        name: shown[name] for name in ("languages", "language", "steps", "constraints", "lines", "tables")
    }
    assert parts == {
        "languages": ["nl"], "language": "nl", "steps": [{"groups": []}], "constraints": [], "lines": [],
        "tables": [],
    }  # fmt: skip


# Price tables


@pytest.mark.parametrize(
    ("texts", "sign"),
    [
        (["410", "1250"], ""),
        (["410,50", "1250"], ","),
        (["€ 1.250", "€ 410,5"], ","),
        (["1,250.00", "1,300"], "."),
        (["1.250.000", "1.250"], ","),
        (["0.125", "1.250"], "."),
        (["1.250", "2.300"], None),
    ],
)
def test_a_spreadsheet_tells_how_it_writes_decimals(texts: list[str], sign: str | None) -> None:
    assert run("return sheet.decimalSign(values[0]);", texts) == sign


def test_amounts_are_read_as_people_write_them() -> None:
    texts = [
        "€ 1.250,00",
        "1 250",
        "410,-",
        "−12,5",
        "007",
        "0,125",
        "1.25",
        "12a",
        "",
        "1234567890123",
        "5 EUR",
    ]

    read = run("return values[0].map((text) => sheet.numberIn(text, ','));", texts)

    assert read == ["1250", "1250", "410", "-12.5", "7", "0.125", None, None, None, None, "5"]


def pasted(text: str, shape: str, axes: list[dict[str, Any]], **more: Any) -> Any:
    return run(
        """
        const rows = sheet.cellsOf(values[0]);
        const sign = sheet.decimalSign(sheet.numbersIn(rows, values[1]));
        return sheet.tableFrom(rows, { ...values[1], sign });
        """,
        text,
        {"shape": shape, "axes": axes, **more},
    )


def test_pasted_table_has_its_axes_in_the_first_row_and_column() -> None:
    axes = [{"match": "ceiling", "values": []}, {"match": "exact", "values": []}]

    found = pasted("breedte\t1.000\t1.500\r\n2000\t€ 410,50\t\r\n2500\t455\t512,25\r\n", "two", axes)

    assert found == {
        "wrong": [],
        "table": {
            "axes": [
                {"match": "ceiling", "values": ["2000", "2500"]},
                {"match": "exact", "values": ["1000", "1500"]},
            ],
            "cells": [["410.5", None], ["455", "512.25"]],
        },
    }


def test_pasted_cell_that_is_no_number_is_told_by_its_place() -> None:
    axes = [{"match": "ceiling", "values": []}, {"match": "ceiling", "values": []}]

    found = pasted(";1000;1500\n2000;op aanvraag;12,5\n;3;4", "two", axes)

    assert found["wrong"] == [
        {"row": 2, "column": 2, "text": "op aanvraag"},
        {"row": 3, "column": 1, "text": ""},
    ]


def test_pasted_options_are_found_by_name() -> None:
    names = [[{"key": "poly", "label": "Polycarbonaat"}, {"key": "glass", "label": "Glas"}]]

    found = pasted("glas\t640\npoly\t0", "one", [{"match": "option", "values": []}], names=names)

    assert found == {
        "wrong": [],
        "table": {"axes": [{"match": "option", "values": ["glass", "poly"]}], "cells": ["640", "0"]},
    }


def test_pasted_tiers_may_have_headings() -> None:
    found = pasted("Vanaf;Prijs\n1;0,50\n100;0,40", "tiers", [])

    assert found == {
        "wrong": [],
        "table": {"tiers": [{"from": "1", "amount": "0.5"}, {"from": "100", "amount": "0.4"}]},
    }


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def _cell(row: int, column: int, number: str) -> str:
    return f"<c r='{'ABC'[column]}{row}'><v>{number}</v></c>"


def workbook(path: Path, rows: list[list[str]]) -> None:
    """The least that is an .xlsx: one sheet of numbers, as they stand in the file."""
    cells = "".join(
        f"<row r='{r}'>{''.join(_cell(r, c, number) for c, number in enumerate(row) if number)}</row>"
        for r, row in enumerate(rows, 1)
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f"<Types xmlns='{PACKAGE}/content-types'>"
        f"<Override PartName='/xl/workbook.xml' ContentType='{kind}.sheet.main+xml'/>"
        f"<Override PartName='/xl/worksheets/sheet1.xml' ContentType='{kind}.worksheet+xml'/></Types>",
        "_rels/.rels": f"<Relationships xmlns='{PACKAGE}/relationships'>"
        f"<Relationship Id='r1' Type='{OFFICE}/officeDocument' Target='xl/workbook.xml'/></Relationships>",
        "xl/workbook.xml": f"<workbook xmlns='{MAIN}' xmlns:r='{OFFICE}'>"
        "<sheets><sheet name='Prices' sheetId='1' r:id='r1'/></sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"<Relationships xmlns='{PACKAGE}/relationships'>"
        f"<Relationship Id='r1' Type='{OFFICE}/worksheet' Target='worksheets/sheet1.xml'/></Relationships>",
        "xl/worksheets/sheet1.xml": f"<worksheet xmlns='{MAIN}'><sheetData>{cells}</sheetData></worksheet>",
    }
    with ZipFile(path, "w") as file:
        for name, text in parts.items():
            file.writestr(name, f"<?xml version='1.0' encoding='UTF-8'?>{text}")


def test_excel_file_is_read_to_the_digit_that_was_written(tmp_path: Path) -> None:
    book = tmp_path / "prices.xlsx"
    workbook(book, [["", "1000", "1500"], ["2000", "0.30000000000000004", "410.55"]])

    cells = run(
        """
        const { readFile } = await import("node:fs/promises");
        return sheet.cellsOfFile(new File([await readFile(values[0])], "prices.xlsx"));
        """,
        str(book),
    )

    assert cells == [["", "1000", "1500"], ["2000", "0.3", "410.55"]]


def test_file_that_is_no_spreadsheet_is_refused() -> None:
    script = """
        const open = (file) => sheet.cellsOfFile(file).catch((error) => error.message);
        const large = new File([new Uint8Array(5_000_001)], "a.csv");
        return [await open(new File(["no zip"], "a.xlsx")), await open(large)];
    """

    assert run(script) == ["table.file_unreadable", "table.file_too_large"]


def priced_by_table() -> dict[str, Any]:
    definition = starter("veranda", language="nl")
    roofs = [option["key"] for option in definition["steps"][1]["groups"][0]["options"]]
    table = {"key": "dak", "kind": "grid", "label": "Dak", "cells": ["1"] * len(roofs)}
    definition["tables"] = [table | {"axes": [{"match": "option", "values": roofs}]}]
    price = {"kind": "table", "table": "dak", "of": [definition["steps"][1]["groups"][0]["key"]]}
    definition["lines"] += [
        {"key": "roof_price", "label": {"nl": "Dak"}, "price": price},
        {"key": "again", "label": {"nl": "Dak"}, "price": {"kind": "formula", "formula": f'LOOKUP("dak"; {price["of"][0]})'}},
    ]  # fmt: skip
    return definition


@pytest.mark.parametrize(
    ("path", "key"),
    [
        (["tables", 0], "roofs"),
        (["steps", 1, "groups", 0], "top"),
        (["steps", 1, "groups", 0, "options", 0], "thick"),
    ],
)
def test_what_a_table_is_looked_up_by_is_renamed_with_it(path: list[Any], key: str) -> None:
    before = priced_by_table()
    assert errors(before) == []

    renamed = run("return references.renameKey(values[0], values[1], values[2]);", before, path, key)

    assert errors(renamed) == []
    assert renamed != before


def test_deleting_a_table_tells_which_prices_use_it() -> None:
    found = run("return references.referencesTo(values[0], ['tables', 0]);", priced_by_table())

    assert found == [["lines", 6, "price", "formula"], ["lines", 5, "price", "table"]]


def test_table_keeps_what_fits_in_another_shape() -> None:
    table = {
        "key": "t", "kind": "grid", "label": "T", "axes": [{"match": "floor", "values": ["1", "50"]}], "cells": ["2", "1.5"],
    }  # fmt: skip

    tiers, two = run("return ['tiers', 'two'].map((shape) => shapes.reshaped(values[0], shape));", table)

    assert tiers["tiers"] == [{"from": "1", "amount": "2"}, {"from": "50", "amount": "1.5"}]
    assert two["cells"] == [["2", None], ["1.5", None]]


def test_pasting_beyond_a_table_adds_rows_and_columns() -> None:
    filled = run("return shapes.filledFrom(shapes.newTable('t'), 1, 1, [['1,5', '2'], ['3', '']], ',');")

    assert (filled["axes"][0]["values"], filled["axes"][1]["values"]) == (
        ["1000", "2000", "3000"],
        ["1000", "2000", "3000"],
    )
    assert filled["cells"] == [["0", "0", None], ["0", "1.5", "2"], [None, "3", None]]


def together() -> dict[str, Any]:
    definition = starter("veranda", language="nl")
    roof, front = definition["steps"][1]["groups"][0], definition["steps"][2]["groups"][0]
    pairs = [[one["key"], other["key"]] for one in roof["options"] for other in front["options"]]
    rule = {"key": "together", "kind": "combinations", "of": [roof["key"], front["key"]], "pairs": pairs}
    definition["constraints"].append(rule | {"reason": {"nl": "Nee"}})
    return definition


def test_renamed_option_is_renamed_in_what_goes_together() -> None:
    renamed = run(
        "return references.renameKey(values[0], ['steps', 2, 'groups', 0, 'options', 3], 'wood');", together()
    )

    assert errors(renamed) == []
    assert "wood" in {second for _first, second in renamed["constraints"][-1]["pairs"]}


def test_choice_is_named_by_the_rules_that_use_it() -> None:
    found = run("return references.referencesTo(values[0], ['steps', 1, 'groups', 0]);", together())

    assert ["constraints", 1, "of", 0] in found


def test_deleted_option_leaves_what_goes_together() -> None:
    left = run("return references.withoutPairs(values[0], 'voorkant', 'hout');", together())

    assert {second for _first, second in left["constraints"][-1]["pairs"]} == {
        "open",
        "schuifwand",
        "screendoek",
    }


# --- Price books -----------------------------------------------------------------------------------

BOOKS = [
    {
        "key": "tariffs",
        "name": "Tariffs",
        "currency": "EUR",
        "entries": [["glass", "Glass", "12"], ["rail", "", None]],
    }
]


@pytest.mark.parametrize(
    ("source", "proposed"),
    [
        ("PRI", ["PRICE("]),
        ('PRICE("', ['"tariffs"']),
        ('2 * price ( "ta', ['"tariffs"']),
        ('PRICE("tariffs"; "', ['"glass"', '"rail"']),
        ('MAX(1; PRICE("tariffs", "gl', ['"glass"']),
        ('PRICE("elsewhere"; "', []),
    ],
)
def test_price_books_are_proposed_where_a_price_is_written(source: str, proposed: list[str]) -> None:
    script = "return formula.proposals(values[0], values[0].length, [], {books: values[1]}).list"

    assert [one["insert"] for one in run(script, source, BOOKS)] == proposed


def test_a_day_of_a_spreadsheet_is_a_day() -> None:
    script = "return sheet.asText(new Date(Date.UTC(2027, 0, 31)))"

    assert run(script) == "2027-01-31"


def test_a_thumbnail_is_looked_for_at_the_width_that_is_kept() -> None:
    sizes = [
        (width, height) for width in range(1, 1201, 41) for height in (1, 299, 960, 961, 1919, 1920, 2400)
    ]

    found = run("return values[0].map(([width, height]) => images.smallWidth({ width, height }));", sizes)

    assert found == [sizes_of(*size)[0][0] for size in sizes]
