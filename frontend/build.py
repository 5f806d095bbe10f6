"""Build the front end into frontend/dist: bundles, the style sheet, fonts and pictures.

Run as `.venv/bin/python frontend/build.py`. Answers at once when no source has changed; the
state of the last build is kept in two stamps, one for the packages and one for the sources.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

FRONTEND = Path(__file__).resolve().parent
ROOT = FRONTEND.parent
MODULES = FRONTEND / "node_modules"
DIST = FRONTEND / "dist"
PACKAGES_STAMP = MODULES / ".opmaat-packages"
SOURCES_STAMP = DIST / ".opmaat-sources"

SCRIPTS = ("app.js", "public.js", "builder.jsx", "price_list.js")
#: Within other sites: one that keeps its names to itself, and a module with its style in it.
EMBED, ELEMENT = "embed.js", "element.js"
STYLES = ("app.css", "builder.css", "public.css", "element.css")
FONTS = (
    "bricolage-grotesque/files/bricolage-grotesque-latin-opsz-normal.woff2",
    "bricolage-grotesque/files/bricolage-grotesque-latin-ext-opsz-normal.woff2",
    "instrument-sans/files/instrument-sans-latin-wght-normal.woff2",
    "instrument-sans/files/instrument-sans-latin-ext-wght-normal.woff2",
    "jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2",
)
TEMPLATE_SUFFIXES = {".html", ".py"}
SOURCE_SUFFIXES = {".js", ".jsx", ".mjs", ".css", ".svg", ".json", ".py"}
NOT_SOURCES = {"node_modules", "dist", "__pycache__"}


class BuildError(Exception):
    """A step of the build ended badly; its own output has been printed."""


def main() -> int:
    with (FRONTEND / ".build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            install_packages()
            state = state_of_sources()
            if stamp_of(SOURCES_STAMP) != state:
                build(state)
        except BuildError as failure:
            say(f"front end: {failure}")
            return 1
    return 0


def install_packages() -> None:
    """Install exactly the locked packages, and only when the lock differs from the last time."""
    wanted = digest([FRONTEND / "package-lock.json"])
    if stamp_of(PACKAGES_STAMP) == wanted:
        return
    run(tool("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    PACKAGES_STAMP.write_text(wanted)


def build(state: str) -> None:
    """Build beside the last good result, then take its place, so that a failure leaves that alone."""
    fresh = FRONTEND / "dist.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    copy_fonts(fresh)
    copy_pictures(fresh)
    compile_styles(fresh)
    bundle(fresh, *SCRIPTS)
    bundle(fresh, EMBED, format="iife")
    bundle(fresh, ELEMENT, f"--define:STYLE={json.dumps(style_of_element(fresh))}")
    (fresh / SOURCES_STAMP.name).write_text(state)
    shutil.rmtree(DIST, ignore_errors=True)
    fresh.rename(DIST)
    for path in sorted(DIST.glob("[a-z]*.*s")):
        say(f"front end: {path.name} {path.stat().st_size / 1024:.1f} kB")


def copy_fonts(target: Path) -> None:
    (target / "fonts").mkdir()
    for font in FONTS:
        source = MODULES / "@fontsource-variable" / font
        shutil.copyfile(source, target / "fonts" / source.name)
        family = source.parent.parent
        shutil.copyfile(family / "LICENSE", target / "fonts" / f"{family.name}-license.txt")


def copy_pictures(target: Path) -> None:
    shutil.copytree(FRONTEND / "img", target / "img")


def bundle(target: Path, *entries_and_options: str, format: str = "esm") -> None:  # noqa: A002  esbuild's word
    run(
        MODULES / ".bin" / "esbuild",
        *entries_and_options,
        "--bundle",
        "--minify",
        f"--format={format}",
        "--target=es2022",
        "--jsx=automatic",
        "--jsx-import-source=preact",
        "--legal-comments=none",
        "--log-level=warning",
        "--log-override:import-is-undefined=error",
        f"--outdir={target}",
    )


def compile_styles(target: Path) -> None:
    for name in STYLES:
        if (FRONTEND / name).exists():
            run(tool("tailwindcss"), "--minify", "--input", name, "--output", target / name, quiet=True)


def style_of_element(target: Path) -> str:
    """The page's style as it must be in a shadow root on somebody else's page.

    There the root element, its size of letters and the width of the window are theirs: what hangs on those
    hangs on our own outermost part instead. A font face counts for whole documents only.
    """
    path = target / "element.css"
    style = re.sub(r"/\*!.*?\*/|@font-face\{[^}]*\}", "", path.read_text(), flags=re.DOTALL)
    style = re.sub(r"(?<![\w.-]):root,:host(?=\{)|(?<![\w.#-])html(?=\{)", ".frame", style)
    style = re.sub(r"@media (?=\((?:min|max)-width)", "@container ", style)
    style = re.sub(r"(?<![\w-])(\d*\.?\d+)rem\b", lambda found: f"{float(found[1]) * 16:g}px", style)
    path.write_text(style)
    return style


def state_of_sources() -> str:
    """Names, sizes and times of everything a build reads: quicker than its contents, and enough."""
    lines = [f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in sorted(sources())]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def sources() -> Iterator[Path]:
    yield from files_below(FRONTEND, SOURCE_SUFFIXES)
    yield from files_below(ROOT / "templates", TEMPLATE_SUFFIXES)
    yield PACKAGES_STAMP


def files_below(folder: Path, suffixes: set[str]) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in NOT_SOURCES and name != "dist.new"]
        yield from (Path(parent, name) for name in names if Path(name).suffix in suffixes)


def digest(paths: Iterable[Path]) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


def stamp_of(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def tool(name: str) -> Path:
    """The environment's own node, npm and tailwindcss; never the machine's."""
    path = Path(sys.prefix, "bin", name)
    if not path.exists():
        raise BuildError(f"{name} is missing from {sys.prefix}; install requirements/demo.txt")
    return path


def run(*command: str | Path, quiet: bool = False) -> None:
    environment = {**os.environ, "PATH": f"{Path(sys.prefix, 'bin')}{os.pathsep}{os.environ['PATH']}"}
    result = subprocess.run(  # noqa: S603 - every command is written in this file
        [str(part) for part in command],
        cwd=FRONTEND,
        env=environment,
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        text=True,
        check=False,
    )
    if result.returncode:
        say(result.stdout or "")
        raise BuildError(f"{Path(str(command[0])).name} failed with status {result.returncode}")


def say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
