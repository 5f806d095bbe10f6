"""``make run`` starts everything, keeps it running and leaves nothing behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def free_ports() -> int:
    """The first of three neighbouring ports that are free."""
    for port in range(21000, 29000, 7):
        try:
            for each in range(port, port + 3):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", each))
        except OSError:
            continue
        return port
    raise AssertionError("no free ports")


def processes_of(var: Path) -> list[int]:
    """Every process whose environment or command line names the folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                text = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if os.fsencode(var) in text:
                found.append(int(entry.name))
    return found


def wait_until(condition, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def status(url: str) -> int:
    with urllib.request.urlopen(url, timeout=20) as answer:
        return answer.status


@pytest.fixture(scope="module")
def running():
    with tempfile.TemporaryDirectory(prefix="opmaat-test-") as name:
        os.chmod(name, 0o711)
        var = Path(name) / "var"
        port = free_ports()
        ours = {k: v for k, v in os.environ.items() if not k.endswith("_URL") and k != "PYTEST_XDIST_WORKER"}
        ours |= {"VAR_DIR": str(var), "PORT": str(port), "DEMO": "0"}
        folders = ("KEY_STORE_DIR", "LEDGER_DIR", "BACKUP_DIR", "EXPORT_DIR")
        for inherited in (*folders, "SECRET_KEY", "KEY_STORE_SECRET", "BACKUP_SECRET"):
            ours.pop(inherited, None)
        output = Path(name) / "output"
        with output.open("wb") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "config.supervisor"], cwd=ROOT, env=ours, stdout=file, stderr=file
            )
        try:
            assert wait_until(
                lambda: b"Stop with" in output.read_bytes() or process.poll() is not None, 120
            ), output.read_text()
            assert process.poll() is None, output.read_text()
            yield var, port, process, output
        finally:
            process.kill()
            process.wait()


def test_everything_answers(running):
    _, port, _, _ = running
    found = [
        status(f"http://localhost:{port + n}{path}") for n, path in ((0, "/readyz"), (1, "/readyz"), (2, "/"))
    ]
    assert found == [200, 200, 200]


def test_the_public_process_serves_visitors_only(running):
    _, port, _, _ = running
    with pytest.raises(urllib.error.HTTPError) as refused:
        status(f"http://localhost:{port + 1}/home/")
    assert refused.value.code == 404


def test_the_addresses_are_written_for_the_owner_alone(running):
    var, port, _, _ = running
    demo = json.loads((var / "demo.json").read_text())
    assert (oct((var / "demo.json").stat().st_mode & 0o777), demo["base_url"]) == (
        "0o600",
        f"http://localhost:{port}",
    )


def test_a_second_start_from_the_same_folder_is_refused(running):
    var, port, process, _ = running
    again = subprocess.run(
        [sys.executable, "-m", "config.supervisor"],
        cwd=ROOT,
        env={**os.environ, "VAR_DIR": str(var), "PORT": str(port)},
        capture_output=True,
        text=True,
    )
    assert (again.returncode, f"process {process.pid}" in again.stdout) == (1, True)


def test_a_killed_web_server_comes_back(running):
    var, port, _, _ = running
    pid = json.loads((var / "run" / "processes.json").read_text())["public"]
    os.kill(pid, signal.SIGKILL)

    def is_back() -> bool:
        try:
            return status(f"http://localhost:{port + 1}/readyz") == 200
        except OSError:
            return False

    assert wait_until(
        lambda: json.loads((var / "run" / "processes.json").read_text())["public"] != pid and is_back(), 30
    )


def test_sigterm_stops_everything(running):
    var, _, process, output = running
    process.send_signal(signal.SIGTERM)
    code = process.wait(40)
    assert (code, processes_of(var), output.read_text().splitlines()[-1]) == (0, [], "Stopped")
