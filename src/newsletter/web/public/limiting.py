"""How often a form may be used: by one network, and for one address."""

import ipaddress

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

_FOR_ADDRESS = parse("5 per hour")
_FROM_NETWORK = parse("30 per hour")

RETRY_SECONDS = 1200
"""After which a network may try again, roughly."""


class FormLimits:
    """Counts in memory: it starts anew with the program."""

    def __init__(self) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def allows_network(self, host: str) -> bool:
        """Count a use by the network of this client; return whether it may."""
        return self._limiter.hit(_FROM_NETWORK, "network", network_of(host))

    def allows_address(self, hashed: str) -> bool:
        """Count a use for this address, given as a hash; return whether it may."""
        return self._limiter.hit(_FOR_ADDRESS, "address", hashed)


def network_of(host: str) -> str:
    """Return the network of a client: what one household or provider's customer has."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return "unknown"
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    address = mapped or address
    return str(ipaddress.ip_network(f"{address}/{24 if address.version == 4 else 56}", strict=False))
