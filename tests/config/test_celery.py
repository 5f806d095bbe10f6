import pytest
from kombu import Connection
from kombu.transport.redis import Channel

from config.celery import BEAT_SCHEDULE, app, broker_url


def test_only_json_travels():
    assert (app.conf.accept_content, app.conf.task_serializer, app.conf.result_serializer) == (
        ["json"],
        "json",
        "json",
    )


def test_a_killed_workers_task_comes_back():
    assert (app.conf.task_acks_late, app.conf.task_reject_on_worker_lost) == (True, True)
    assert app.conf.worker_prefetch_multiplier == 1
    assert app.conf.broker_transport_options["visibility_timeout"] > app.conf.task_time_limit


def test_the_broker_knows_every_option_it_is_given():
    """A misspelt option would be ignored in silence."""
    assert set(app.conf.broker_transport_options) <= set(Channel.from_transport_options)


@pytest.mark.parametrize(
    ("given", "spelt"),
    [
        ("redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379/0"),
        ("unix:///run/valkey.sock?db=3", "redis+socket:///run/valkey.sock?virtual_host=3"),
        ("unix:///run/valkey.sock", "redis+socket:///run/valkey.sock?virtual_host=0"),
    ],
)
def test_a_redis_url_is_spelt_as_celery_wants_it(given, spelt):
    assert broker_url(given) == spelt
    assert Connection(spelt).transport_cls == "redis"


def test_what_beat_rings_exists():
    app.loader.import_default_modules()

    assert {entry["task"] for entry in BEAT_SCHEDULE.values()} <= set(app.tasks)


def test_a_drain_that_nobody_took_is_not_piled_up():
    assert BEAT_SCHEDULE["drain"]["options"] == {"expires": 1}
