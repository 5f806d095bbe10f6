"""How soon a choice is followed, by a visitor's browser and by the server, on a large configurator.

Thirty questions of eight options, sixty rules (`tests.configurators.large_definition`), two hundred changes. In
Chromium, or where there is none in node, which has the same engine. The measure is the same tree in plain floating
point, in the same run, so that it says the same on any machine. What a page loads is weighed as well.
"""

from __future__ import annotations

import gzip
import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from configurators.answers import preview_json
from configurators.compiled import Compiled, Json
from configurators.compiling import compile_definition
from configurators.drafts import STARTERS, starter
from configurators.evaluation import evaluate
from configurators.formula import runner
from configurators.playable import playable
from configurators.visibility import situation
from leads.demo.businesses import BUSINESSES
from tests.configurators.large_definition import large

FRONTEND = Path(__file__).resolve().parents[1] / "frontend"
CHANGES, ROUNDS = 200, 5
_CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_MEASURED = """(asked) => {
  const [document, changes] = JSON.parse(asked);
  const take = (engine) => {
    const follow = engine.page(document);
    for (const answers of changes.slice(0, 50)) follow(answers);
    return changes.map((answers) => {
      const began = performance.now();
      follow(answers);
      return performance.now() - began;
    });
  };
  return Array.from({ length: ROUNDS }, () => [take(exact), take(floats)]);
}""".replace("ROUNDS", str(ROUNDS))
_FLOATS: dict[str, Callable[..., Any]] = {
    "add": lambda left, right: left + right,
    "sub": lambda left, right: left - right,
    "mul": lambda left, right: left * right,
    "div": lambda left, right: left / right,
    "round": lambda number, places: round(number, int(places)),
    "eq": lambda left, right: left == right,
    "lt": lambda left, right: left < right,
    "le": lambda left, right: left <= right,
    "gt": lambda left, right: left > right,
    "ge": lambda left, right: left >= right,
    "not": lambda held: not held,
    "max": max,
    "min": min,
}
Answers = dict[str, Any]


def measure() -> dict[str, float]:
    """Milliseconds of one change in the browser, evaluations a second on the server, ratios, kilobytes."""
    compiled = compile_definition(large(1))
    changes = list(_walk(compiled, random.Random(1)))
    rounds = _in_browser(playable(compiled, "en"), changes)
    exact = [statistics.median(taken) for taken, _floats in rounds]
    floats = [statistics.median(taken) for _exact, taken in rounds]
    return {
        "median_ms": round(statistics.median(exact), 3),
        "worst_ms": round(statistics.median(max(taken) for taken, _floats in rounds), 3),
        "exact_by_float": round(statistics.median(exact) / statistics.median(floats), 2),
        **_on_server(compiled, changes),
        "element_kb": _weight((FRONTEND / "dist" / "element.js").read_bytes()),
        "definition_kb": max(_weight(_bytes(each)) for each in _definitions()),
    }


# --- In the browser ---------------------------------------------------------------------------------


def _walk(compiled: Compiled, chance: random.Random) -> Iterator[Answers]:
    """What stands in the fields after each change of one question."""
    now: Answers = {}
    groups = [group for group in compiled.groups.values() if group.is_asked]
    for _ in range(CHANGES):
        group = chance.choice(groups)
        keys = [option.key for option in group.options]
        if group.kind == "multi":
            now[group.key] = sorted(chance.sample(keys, chance.randrange(3)))
        elif group.kind == "boolean":
            now[group.key] = chance.random() < 0.5
        else:
            now[group.key] = chance.choice(keys) if keys else str(chance.randrange(200, 500, 5))
        yield dict(now)


def _in_browser(document: Json, changes: list[Answers]) -> list[list[list[float]]]:
    """By round, what each change took exactly and in floating point."""
    with tempfile.TemporaryDirectory() as folder:
        script = _engine(Path(folder), exact=True) + _engine(Path(folder), exact=False)
    asked = json.dumps([document, changes])
    if not _CHROMIUM:
        return _in_node(script, asked)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox"])
        try:
            page = browser.new_page()
            page.add_script_tag(content=script)
            found: list[list[list[float]]] = page.evaluate(_MEASURED, asked)
        finally:
            browser.close()
    return found


def _engine(folder: Path, *, exact: bool) -> str:
    """The page's engine as one script, with its own decimals or with floating point."""
    name = "exact" if exact else "floats"
    sources = shutil.copytree(FRONTEND / "engine", folder / name)
    if not exact:
        (sources / "decimal.js").rename(sources / "exact.js")
        shutil.copy(Path(__file__).with_name("floats.js"), sources / "decimal.js")
    bundled = folder / f"{name}.js"
    subprocess.run(
        [
            FRONTEND / "node_modules" / ".bin" / "esbuild", sources / "changes.js", "--bundle", "--minify",
            "--format=iife", f"--global-name={name}", "--log-level=error", f"--outfile={bundled}",
        ],
        check=True,
    )  # fmt: skip
    return bundled.read_text(encoding="utf-8") + "\n"


def _in_node(script: str, asked: str) -> list[list[list[float]]]:
    program = f"{script}\nconsole.log(JSON.stringify(({_MEASURED})({json.dumps(asked)})));"
    node = Path(sys.prefix, "bin", "node")
    done = subprocess.run([node, "-"], input=program, capture_output=True, text=True, check=True)
    found: list[list[list[float]]] = json.loads(done.stdout)
    return found


# --- On the server ----------------------------------------------------------------------------------


def _on_server(compiled: Compiled, changes: list[Answers]) -> dict[str, float]:
    given = [preview_json(compiled, answers)[0] for answers in changes]
    evaluation = _each(lambda: [evaluate(compiled, answers) for answers in given]) / CHANGES
    trees = list(_formulas(compiled.to_json()))
    environments = [situation(compiled, answers.values).answers for answers in given]
    as_floats = [{key: _float(value) for key, value in each.items()} for each in environments]
    exact, floats = [runner(tree) for tree in trees], [_float_runner(tree) for tree in trees]
    slow = _each(lambda: [run(each) for each in environments for run in exact])
    fast = _each(lambda: [run(each) for each in as_floats for run in floats])
    return {"evaluations": round(1 / evaluation), "exact_by_float, server": round(slow / fast, 2)}


def _each(work: Callable[[], object]) -> float:
    """Seconds of the processor, the median of some rounds."""
    taken = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return statistics.median(taken)


def _formulas(document: Json) -> Iterator[Any]:
    for group in (group for step in document["steps"] for group in step["groups"]):
        options = group.get("options", [])
        prices = [price for item in (group, *options) if (price := item.get("price"))]
        trees = [group["visible_if"], *(option["available_if"] for option in options)]
        yield from (tree for tree in trees if tree)
        yield from (price["formula"] for price in prices if "formula" in price)


def _float(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | str | frozenset) else float(value)


def _float_runner(tree: Any) -> Callable[[Answers], Any]:
    """The same tree over floating point, as directly as Python can; a KeyError for what this has no need of."""
    name, *operands = tree
    if name == "num":
        constant = float(operands[0])
        return lambda answers: constant
    if name == "number":
        return lambda answers: answers[operands[0]] or 0.0
    if name == "is":
        return lambda answers: bool(answers[operands[0]] == operands[1])
    if name == "has":
        return lambda answers: operands[1] in (answers[operands[0]] or ())
    operation, parts = _FLOATS[name], [_float_runner(each) for each in operands]
    return lambda answers: operation(*(part(answers) for part in parts))


# --- What is loaded ---------------------------------------------------------------------------------


def _definitions() -> Iterator[Compiled]:
    """Of every starting point and of everything that the demo sells."""
    for name in STARTERS:
        yield compile_definition(starter(name, language="nl"))
    for business in BUSINESSES:
        for product in business.products:
            yield compile_definition(product.definition(business.language))


def _bytes(compiled: Compiled) -> bytes:
    return json.dumps(playable(compiled, "nl"), ensure_ascii=False, separators=(",", ":")).encode()


def _weight(body: bytes) -> float:
    """Kilobytes, compressed as they are served."""
    return round(len(gzip.compress(body, 9)) / 1024, 2)


if __name__ == "__main__":
    for what, figure in measure().items():
        print(f"{what:<24}{figure:>10}")
