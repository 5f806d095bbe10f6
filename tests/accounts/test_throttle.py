from datetime import timedelta

import pytest
from django.test import RequestFactory

from accounts.throttle import Pace, TooSoon, begin, client_address, succeeded

TRY = {"purpose": "test", "account": "dana@example.org", "address": "203.0.113.7"}


def test_the_wait_doubles_up_to_a_quarter_of_an_hour():
    pace = Pace(free=2)

    waits = [pace.wait(failures).total_seconds() for failures in (0, 1, 2, 3, 4, 5, 11, 12, 1000)]

    assert waits == [0, 0, 1, 2, 4, 8, 512, 900, 900]


def test_a_refused_try_is_not_counted(db):
    for _ in range(5):
        begin(**TRY)
    waits = []
    for _ in range(3):
        with pytest.raises(TooSoon) as refused:
            begin(**TRY)
        waits.append(refused.value.seconds)

    assert waits == [1, 1, 1]


def test_purposes_do_not_slow_each_other_down(db):
    for _ in range(5):
        begin(**TRY)

    begin(**{**TRY, "purpose": "another"})


def test_a_right_try_clears_the_pair(db):
    for _ in range(4):
        begin(**TRY)
    succeeded(begin(**TRY))

    for _ in range(5):
        begin(**TRY)


def test_a_long_wait_is_said_in_minutes():
    assert TooSoon(timedelta(seconds=61)).minutes == 2


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "", "192.0.2.1"),
        (0, "198.51.100.9", "192.0.2.1"),
        (1, "203.0.113.66, 198.51.100.9", "198.51.100.9"),
        (2, "203.0.113.66, 198.51.100.9, 10.0.0.1", "198.51.100.9"),
        (1, "not an address", "unknown"),
        (1, "", "unknown"),
    ],
)
def test_only_trusted_proxies_say_where_a_request_comes_from(settings, proxies, forwarded, expected):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", headers={"X-Forwarded-For": forwarded})

    assert client_address(request) == expected


def test_a_subscriber_of_ipv6_is_one_sender():
    one = RequestFactory().get("/", REMOTE_ADDR="2001:db8:1:2:3::4")
    other = RequestFactory().get("/", REMOTE_ADDR="2001:db8:1:2:9::9")

    assert client_address(one) == client_address(other) == "2001:db8:1:2::/64"


def test_visitors_of_a_socket_for_both_kinds_of_address_are_not_one_sender():
    request = RequestFactory().get("/", REMOTE_ADDR="::ffff:198.51.100.9")

    assert client_address(request) == "198.51.100.9"


def test_a_request_past_the_first_proxy_does_not_choose_its_address(settings):
    settings.TRUSTED_PROXIES = 2
    headers = {"X-Forwarded-For": "203.0.113.66"}

    assert client_address(RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", headers=headers)) == "192.0.2.1"
