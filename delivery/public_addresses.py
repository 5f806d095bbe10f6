"""Which network addresses are public: anybody on the internet reaches the same machine there."""

import ipaddress

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

#: Networks that Python calls global although they lead to, or wrap, addresses that are not.
_WRAPPERS = tuple(
    ipaddress.ip_network(network)
    for network in ("64:ff9b::/96", "2002::/16", "::/96", "fec0::/10", "192.0.0.0/24")
)


def is_public_ip(address: IPAddress) -> bool:
    """Whether anybody on the internet reaches the same machine at this address."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    wrapped = any(address.version == network.version and address in network for network in _WRAPPERS)
    return address.is_global and not address.is_multicast and not wrapped
