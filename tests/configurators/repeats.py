"""A definition that asks the same of each window."""

from typing import Any

from tests.configurators.definitions import definition, group, option, texts

Json = dict[str, Any]


def windows(*more: Json, **changed: Any) -> Json:
    """One to three windows, each with a size, an area, a glass by that area, and a grid on triple glass."""
    triple = {"kind": "formula", "formula": "ROUND(area*60; 2)"}
    asked = [
        group("width", "number", unit="cm", min="40", max="300", step="1", default="120", required=True),
        group("height", "number", unit="cm", min="40", max="300", step="1", default="100", required=True),
        group("area", "calculated", formula="width*height/10000", unit="m²"),
        group("glass", "single", required=True, default="double", options=[option("double"), option("triple", price=triple)]),
        group("grid", "boolean", visible_if='glass = "triple"', price={"kind": "per_unit", "amount": "0.5", "of": "width"}),
        *more,
    ]  # fmt: skip
    repeat = group("windows", "repeat", item_label=texts("Raam", "Window"), min=1, max=3, default=1)
    return repeat | {"groups": asked} | changed


def house(*more: Json, **changed: Any) -> Json:
    return definition(windows(), *more, **changed)


def answers(count: int, *items: Json) -> Json:
    """As JSON has them: how many, and by item what is asked of each."""
    given: Json = {"windows": str(count)}
    for number, item in enumerate(items, start=1):
        given |= {f"windows_{number}_{key}": value for key, value in item.items()}
    return given


def window(width: str = "100", height: str = "100", glass: str = "double", **more: Any) -> Json:
    return {"width": width, "height": height, "glass": glass, **more}
