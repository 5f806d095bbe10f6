"""The compiled form: complete, canonical, and the same after storing it."""

import json
import time
from uuid import uuid4

import pytest

from configurators import published
from configurators.compiled import canonical_json
from configurators.compiling import (
    ENGINE_VERSION,
    Compiled,
    DefinitionError,
    compile_definition,
    problems_in,
)
from tests.configurators.definitions import Json, definition, group, option, texts, veranda


def test_broken_definition_is_not_compiled() -> None:
    with pytest.raises(DefinitionError) as caught:
        compile_definition({**veranda(), "currency": "XXX"})

    assert [problem.code for problem in caught.value.problems] == ["not_allowed"]


def test_warnings_do_not_stand_in_the_way() -> None:
    assert compile_definition({**veranda(), "title": {"nl": "Veranda"}}).title == {"nl": "Veranda"}


def test_stored_version_is_the_same() -> None:
    compiled = compile_definition(veranda())

    again = Compiled.from_json(json.loads(json.dumps(compiled.to_json())))

    assert again.sha256 == compiled.sha256
    assert again.to_json() == compiled.to_json()


def test_hash_covers_the_definition() -> None:
    """A help text that is blank compiles to nothing, and yet it is another definition."""
    changed = veranda()
    changed["steps"][0]["groups"][0]["help"] = {"nl": " "}

    assert compile_definition(changed).sha256 != compile_definition(veranda()).sha256


def test_hash_does_not_depend_on_the_order_of_keys() -> None:
    document = veranda()

    assert compile_definition(dict(reversed(document.items()))).sha256 == compile_definition(document).sha256


def test_other_engine_is_refused() -> None:
    document = {**compile_definition(veranda()).to_json(), "engine": ENGINE_VERSION + 1}

    with pytest.raises(ValueError, match="engine"):
        Compiled.from_json(document)


def test_stored_document_cannot_be_changed_from_outside() -> None:
    compiled = compile_definition(veranda())

    compiled.to_json()["steps"].clear()

    assert compiled.to_json()["steps"]


def test_conditions_are_ordered_by_what_they_need() -> None:
    compiled = compile_definition(
        definition(
            group("c", "boolean", visible_if="b"),
            group("b", "boolean", visible_if="a"),
            group("a", "boolean", visible_if="z > 1"),
            group("z", "number"),
        )
    )

    assert [group.key for group in compiled.conditional] == ["a", "b", "c"]


def test_percentage_of_a_group_becomes_its_lines() -> None:
    line = {
        "key": "sale",
        "label": texts("Korting"),
        "price": {"kind": "percentage", "percent": "-5", "of": ["a"]},
    }
    options = [option("x", "5"), option("y"), option("z", "6")]

    compiled = compile_definition(definition(group("a", "multi", options=options), lines=[line]))

    assert compiled.lines[0].price.of == ("a.x", "a.z")


def test_quantity_counts_in_ones_from_zero() -> None:
    compiled = compile_definition(definition(group("lamps", "quantity")))

    lamps = compiled.groups["lamps"]
    assert (str(lamps.least), str(lamps.interval)) == ("0", "1")


def test_largest_definition_compiles_in_reasonable_time() -> None:
    groups = [
        group(f"g{index}", "single", options=[option(f"o{number}", "1") for number in range(20)])
        for index in range(100)
    ]
    started = time.process_time()

    compile_definition(definition(*groups))

    assert time.process_time() - started < 3


def _large(questions: int = 15) -> Json:
    """A repeat that takes little as it is written, and twelve times as much written out."""
    options = [option(f"o{number}", help=texts("Uitleg " * 20)) for number in range(20)]
    asked = [group(f"q{number}", "single", options=options) for number in range(questions)]
    repeat = group("w", "repeat", item_label=texts("Raam", "Window"), min=1, max=12, default=1)
    return definition(group("width", "number"), repeat | {"groups": asked})


def test_what_is_too_large_written_out_is_refused_at_what_takes_the_most() -> None:
    with pytest.raises(DefinitionError) as refused:
        compile_definition(_large())

    [problem] = [problem for problem in refused.value.problems if problem.severity == "error"]
    assert (problem.path, problem.code) == (("steps", 0, "groups", 1), "compiled_too_large")
    assert problem in problems_in(_large())


def test_what_fits_written_out_is_compiled() -> None:
    assert len(canonical_json(compile_definition(_large(questions=2)).to_json())) < 1024 * 1024


def test_versions_are_kept_by_their_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published, "_BYTES_KEPT", 100)
    cache, compiled = published._Cache(), compile_definition(definition(group("width", "number")))
    versions = [published.Version(uuid4(), number, "", compiled, 40) for number in range(4)]

    for version in [*versions, versions[-1]]:
        cache.keep_version(version)

    assert (list(cache.versions), cache.bytes_kept) == ([versions[2].id, versions[3].id], 80)
