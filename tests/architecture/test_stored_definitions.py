"""Whoever reads a stored definition reads it in the schema of now (`lifted_draft`, `lifted_definition`)."""

import ast
from pathlib import Path

from django.conf import settings

#: What a row itself holds, what is being compiled, and other things of that name: a view, a product of the demo, a picture.
ALLOWED = {
    ("configurators/models.py", "draft"),
    ("configurators/models.py", "definition"),
    ("configurators/compiling.py", "definition"),
    ("configurators/urls.py", "draft"),
    ("configurators/images/recipe.py", "draft"),
    ("leads/public_urls.py", "definition"),
    ("leads/intake.py", "definition"),
    ("leads/management/commands/seed_demo.py", "definition"),
}


def test_no_stored_definition_is_read_as_it_was_written() -> None:
    found = set()
    for app in ("configurators", "leads", "organisations", "delivery"):
        for path in Path(settings.BASE_DIR, app).rglob("*.py"):
            name = str(path.relative_to(settings.BASE_DIR))
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute) and node.attr in ("draft", "definition"):
                    found.add((name, node.attr))

    assert found - ALLOWED == set()
