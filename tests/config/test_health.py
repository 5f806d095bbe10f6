import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from config import health
from delivery.models import DeadLetter


def test_livez_touches_nothing():
    """No database mark on this test: a query would fail."""
    response = Client().get("/livez")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.django_db
def test_readyz_says_that_all_is_there(client):
    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (
        200,
        {
            "status": "ok",
            "database": "ok",
            "broker": "ok",
            "backup": "ok",
            "logs": "ok",
            "record": "ok",
            "payments": "ok",
        },
    )
    assert "no-store" in response.headers["Cache-Control"]
    assert not response.cookies


@pytest.mark.django_db
def test_a_broker_that_is_away_is_told_and_fails_nothing(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    response = client.get("/readyz")

    assert (response.status_code, response.json()["broker"]) == (200, "away")


@pytest.mark.django_db
def test_a_database_without_the_newest_migration_is_not_ready(client, monkeypatch):
    known = health.known_migrations()
    monkeypatch.setattr(health, "known_migrations", lambda: known | {("leads", "9999_not_there")})

    response = client.get("/readyz")

    assert (response.status_code, response.json()["database"]) == (503, "behind")


@pytest.mark.parametrize("error", [OperationalError("canary")])
@pytest.mark.django_db
def test_a_database_that_is_away_is_not_ready(client, monkeypatch, error):
    def refuse(*args, **kwargs):
        raise error

    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.cursor", refuse)
    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.close", lambda self: None)

    response = client.get("/readyz")

    assert (response.status_code, response.json()["database"]) == (503, "away")
    assert b"canary" not in response.content


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_only_reading_is_allowed(client, path):
    assert client.post(path).status_code == 405


@pytest.mark.django_db
def test_payments_that_differ_from_stripes_are_told_and_fail_nothing(client):
    told = {"task": "billing.compare", "ids": {}, "error": "Drift", "attempts": 1}
    DeadLetter.objects.create(organisation_id=None, created_at=timezone.now(), **told)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["status"], answer.json()["payments"]) == (
        200,
        "degraded",
        "differ",
    )
