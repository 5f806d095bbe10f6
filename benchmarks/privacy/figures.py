"""One measured target, judged."""

from typing import Any


def figure(
    target: str, what: str, value: float, *, must: float, goal: float | None = None, at_most: bool = False
) -> dict[str, Any]:
    """``must`` and ``goal`` are least values, or greatest where ``at_most``; not every target has a goal."""

    def holds(bound: float) -> bool:
        return value <= bound if at_most else value >= bound

    return {
        "target": target, "what": what, "value": round(value, 4), "must": must, "goal": goal,
        "at_most": at_most, "passed": holds(must), "goal_reached": goal is not None and holds(goal),
    }  # fmt: skip
