"""Whose request it was, believing our own proxies only."""

import pytest

from leads.addresses import client_address, network


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "198.51.100.1", "10.0.0.1"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        (2, "6.6.6.6, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        (2, "198.51.100.1", "10.0.0.1"),
        (1, "", ""),
        (1, "nonsense", ""),
        (1, "::ffff:198.51.100.1", "198.51.100.1"),
        (1, "2001:DB8::1", "2001:db8::1"),
    ],
)
def test_forwarded_address_counts_from_our_side(
    settings, proxies: int, forwarded: str, expected: str
) -> None:
    settings.TRUSTED_PROXIES = proxies

    assert client_address({"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": forwarded}) == expected


def test_socket_without_an_address_is_unknown(settings) -> None:
    settings.TRUSTED_PROXIES = 0

    assert client_address({"REMOTE_ADDR": ""}) == ""


def test_neighbours_in_one_ipv6_network_are_one_visitor() -> None:
    assert network("2001:db8:1:2::1") == network("2001:db8:1:2:ffff::9")
    assert network("2001:db8:1:2::1") != network("2001:db8:1:3::1")
    assert network("198.51.100.1") == "198.51.100.1"
