"""What the stand-in remembers when it is started again."""

import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

from billing.standin.server import StandIn
from tests.billing.standin.house import GOOD_CARD, House, at, period


def test_a_new_one_knows_what_the_old_one_knew(tmp_path: Path):
    path = tmp_path / "standin.json"
    with StandIn(at=at(2026, 1, 1), path=path) as standin:
        house = House(standin)
        subscription = house.subscribe(house.customer(card=GOOD_CARD), house.price())
        house.wait(days=10)

    with StandIn(path=path) as standin:
        house = House(standin)
        house.wait(days=21, hours=1)
        found = house.subscription(subscription, "latest_invoice")

    assert period(found) == (at(2026, 2, 1), at(2026, 3, 1))
    assert found.latest_invoice.status == "paid"


def test_names_are_not_given_twice(tmp_path: Path):
    path, names = tmp_path / "standin.json", []
    for _ in range(2):
        with StandIn(path=path) as standin:
            names.append(House(standin).customer().id)

    assert names[0] != names[1]


def test_a_key_is_remembered(tmp_path: Path):
    path, names = tmp_path / "standin.json", []
    for _ in range(2):
        with StandIn(path=path) as standin:
            made = House(standin).v1.customers.create({"name": "Ada"}, {"idempotency_key": "k"})
            names.append(made.id)

    assert names[0] == names[1]


def test_it_can_forget_everything(house):
    house.customer()

    house.tell("/reset")

    assert list(house.v1.customers.list()) == []


def test_the_package_needs_nothing_of_the_product_nor_of_django_nor_of_stripe():
    program = (
        "import sys; import billing.standin.server;"
        "print(sorted(name for name in sys.modules"
        " if name.partition('.')[0] in ('django', 'stripe', 'requests', 'config', 'tenancy', 'accounts')))"
    )
    root = Path(__file__).parents[3]

    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True
    )

    assert answer.stdout.strip() == "[]"


def test_a_file_of_an_earlier_time_is_read_for_what_it_has(tmp_path: Path):
    path = tmp_path / "standin.json"
    path.write_text('{"objects": {}, "given": 7}')

    with StandIn(path=path) as standin:
        assert House(standin).customer().id


def test_the_command_listens_until_it_is_told_to_stop(tmp_path: Path):
    root = Path(__file__).parents[3]
    process = subprocess.Popen(
        [sys.executable, "manage.py", "stripe_standin", "--port", "0", "--state", str(tmp_path / "s.json")],
        cwd=root,
        env={
            **os.environ,
            "SECRET_KEY": "only-for-checks-only-for-checks-only",
            "KEY_STORE_SECRET": "only-for-checks-only-for-checks-only",
            "DATABASE_URL": "postgres://owner@%2Fnonexistent/opmaat",
            "EMBEDDED": "1",
            "PYTHONUNBUFFERED": "1",
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    url = line.partition(" listens at ")[2].partition(";")[0]

    with urllib.request.urlopen(f"{url}/_standin") as answer:
        assert answer.status == 200
    process.send_signal(signal.SIGTERM)

    assert process.wait(timeout=60) == 0
    process.stdout.close()
