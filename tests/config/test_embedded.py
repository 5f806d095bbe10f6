"""Postgres and Valkey start, survive a kill and leave nothing behind."""

import os
import signal
import stat
import tempfile
from pathlib import Path

import psycopg
import pytest
import redis

from config.embedded import start_postgres, start_valkey


@pytest.fixture
def folder(tmp_path_factory):
    with tempfile.TemporaryDirectory(prefix="opmaat-test-") as name:
        os.chmod(name, 0o711)
        yield Path(name)


def test_a_killed_postgres_starts_again_with_what_it_had_stored(folder):
    first = start_postgres(folder / "postgres", fsync=False)
    with psycopg.connect(first.url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (id int); INSERT INTO kept VALUES (7)")
    os.kill(first.pid, signal.SIGKILL)
    first.process.wait()
    second = start_postgres(folder / "postgres", fsync=False)
    try:
        with psycopg.connect(second.url()) as connection:
            assert connection.execute("SELECT id FROM kept").fetchall() == [(7,)]
    finally:
        second.stop()


def test_a_lock_naming_another_program_is_dropped(folder):
    cluster = start_postgres(folder / "postgres", fsync=False)
    cluster.stop()
    (cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.data}\n")
    again = start_postgres(folder / "postgres", fsync=False)
    again.stop()
    assert not (cluster.data / "postmaster.pid").exists()


def test_only_its_own_account_reaches_postgres(folder):
    cluster = start_postgres(folder / "postgres", fsync=False)
    try:
        modes = [stat.S_IMODE(path.stat().st_mode) for path in (cluster.data, cluster.socket_dir)]
        assert modes == [0o700, 0o700]
    finally:
        cluster.stop()


def test_a_long_path_gets_a_short_socket(folder):
    cluster = start_postgres(folder / ("deep" * 30), fsync=False)
    try:
        assert len(str(cluster.socket_dir)) < 60
        with psycopg.connect(cluster.url()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        cluster.stop()
    assert not cluster.socket_dir.exists()


def test_valkey_answers_on_its_socket_alone(folder):
    server = start_valkey(folder / "valkey")
    try:
        client = redis.from_url(server.url)
        assert client.ping() is True
        assert client.config_get("port") == {"port": "0"}
    finally:
        server.stop()
