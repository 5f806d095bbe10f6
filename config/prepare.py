"""What the database needs before anything serves: the schema, the platform's keys, the demo.

The supervisor runs it in a process of its own; elsewhere it is ``python -m config.prepare``.
"""

import os
import sys
import time
from pathlib import Path

import django
from django.core.management import call_command, get_commands
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from config.progress import say, step


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    prepare(Path(arguments[0]) if arguments else None)
    return 0


def prepare(demo: Path | None = None) -> None:
    """Bring everything about; ``demo`` is where the demo's result goes, if there is to be one."""
    with step("Schema"):
        bring_the_schema_up_to_date()
    await_replay()
    with step("Keys"):
        make_the_platforms_keys()
    if demo:
        seed(demo)


def bring_the_schema_up_to_date() -> None:
    """Apply what is not applied; grants follow each migration, and are set alone when there is none."""
    executor = MigrationExecutor(connections["owner"])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", database="owner", interactive=False, verbosity=0)
        return
    from tenancy import grants

    grants.apply()


def await_replay() -> None:
    """Wait, with the stores running, while a restored database needs its replay."""
    from tenancy.ledger.gate import ReplayNeeded

    told = False
    while True:
        try:
            connections["default"].ensure_connection()
        except ReplayNeeded as closed:
            if not told:
                say(f"\n{closed}\nIn another terminal: .venv/bin/python manage.py replay\nWaiting.")
            told = True
            time.sleep(2)
        else:
            return


def make_the_platforms_keys() -> None:
    from tenancy.keys import PLATFORM, key_store

    key_store().create(PLATFORM)
    key_store().create_signing_key()


def seed(result: Path) -> None:
    """Make the demo unless it is there; ``result`` then tells its sign-ins and configurators."""
    if "seed_demo" not in get_commands():
        say("  (no demo in this installation)")
        return
    with step("Demo"):
        call_command("seed_demo", result=str(result))


def bring_the_price_list() -> None:
    """Let Stripe, or its stand-in, know what is on sale."""
    call_command("price_list", verbosity=0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
