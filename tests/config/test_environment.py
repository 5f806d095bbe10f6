"""Readers of the environment."""

import pytest

from config.environment import mailbox_is_open
from config.supervisor import StartError, Supervisor


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "localhost", "::1", "[::1]"])
def test_the_mailbox_is_open_to_this_machine(monkeypatch, host):
    monkeypatch.setenv("HOST", host)

    assert mailbox_is_open(embedded=True)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.168.1.7", "demo.example.org"])
def test_the_mailbox_is_closed_to_others(monkeypatch, host):
    monkeypatch.setenv("HOST", host)

    assert not mailbox_is_open(embedded=True)


def test_who_knows_what_it_means_may_open_it(monkeypatch):
    monkeypatch.setenv("HOST", "0.0.0.0")
    monkeypatch.setenv("MAILBOX_FOR_EVERYONE", "1")

    assert mailbox_is_open(embedded=True)


def test_with_a_mail_provider_there_is_no_mailbox(monkeypatch):
    monkeypatch.delenv("HOST", raising=False)

    assert not mailbox_is_open(embedded=False)


def test_nothing_starts_with_a_mailbox_that_other_machines_reach(monkeypatch):
    monkeypatch.setenv("HOST", "0.0.0.0")
    monkeypatch.setenv("EMBEDDED", "1")

    with pytest.raises(StartError, match="MAILBOX_FOR_EVERYONE=1"):
        Supervisor().start()


def test_with_a_mail_provider_any_host_will_do(monkeypatch):
    monkeypatch.setenv("HOST", "0.0.0.0")
    monkeypatch.setenv("EMBEDDED", "0")

    Supervisor()._refuse_an_open_mailbox()


def test_the_real_stripe_is_not_replaced_where_its_key_is_in_a_file(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("sk_live_nobody")
    monkeypatch.delenv("STRIPE_SECRET_KEY", raising=False)
    monkeypatch.setenv("STRIPE_SECRET_KEY_FILE", str(tmp_path / "key"))
    monkeypatch.setenv("EMBEDDED", "1")

    assert Supervisor().stripe_port == 0
