"""So many requests a minute from one address: no address is written anywhere, nor kept in memory as such.

The key is a keyed hash of the address (of its /64 in IPv6, which one household shares); the key of the hash is drawn anew
each day and never leaves the process. Several API processes each allow the limit.
"""

import hmac
import secrets
import time
from ipaddress import ip_address, ip_network
from math import ceil

from fastapi import Request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from api.problems import Problem

SALT_LASTS_S = 86_400
IPV6_PREFIX = 64


class TooMany(Problem):
    """429: more than the limit from one address in a minute."""

    def __init__(self, per_minute: int, wait_s: int) -> None:
        detail = f"More than {per_minute} reports in a minute came from your address. Send this one again in {wait_s} seconds."
        super().__init__(429, "too_many", detail, {"Retry-After": str(wait_s)})


class AddressLimit:
    """A limit per client address, in this process's memory."""

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self._item = RateLimitItemPerMinute(per_minute)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._salt, self._salted_at_s = secrets.token_bytes(32), time.monotonic()

    def check(self, address: str) -> None:
        """Count one request from the address. Raises TooMany."""
        key = self._key(address)
        if not self._limiter.hit(self._item, key):
            reset_at_s = self._limiter.get_window_stats(self._item, key).reset_time
            raise TooMany(self.per_minute, max(1, ceil(reset_at_s - time.time())))

    def _key(self, address: str) -> str:
        if time.monotonic() - self._salted_at_s > SALT_LASTS_S:
            self._salt, self._salted_at_s = secrets.token_bytes(32), time.monotonic()
        return hmac.digest(self._salt, household(address).encode(), "sha256").hex()


def household(address: str) -> str:
    """The address, or the /64 network of an IPv6 address. Anything else, as a test's client name, stands for itself."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((known, IPV6_PREFIX), strict=False)) if known.version == 6 else str(known)


def client_address(request: Request) -> str:
    """The address that the request came from; behind a trusted proxy, the one that it names (uvicorn's proxy headers)."""
    return request.client.host if request.client else ""


def limited(request: Request) -> str:
    """The client's address, after its request was counted. Raises TooMany."""
    address = client_address(request)
    limit: AddressLimit = request.app.state.bump_limit
    limit.check(address)
    return address
