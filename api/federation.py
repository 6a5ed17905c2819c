"""Asks the endpoints that queries may name in SERVICE: those of the allow-list given at start, and no others.

An address counts as it is written, letter by letter.  Its name is looked up anew for each query and the connection
goes to the address that was found and judged, so that a name which changes in between leads nowhere else.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late
from dataclasses import dataclass, field

from kg.errors import ForbiddenQuery, KgError
from kg.remote.endpoint import Endpoint
from kg.remote.errors import RemoteError, RemoteGone, RemoteSlow
from kg.remote.http import split_url
from kg.remote.question import Question
from kg.remote.services import Answered, Service, find_services

_MOST = 4 << 20  # bytes that one of them may answer
_BEFORE = 0.5  # seconds before the deadline of a query: the rest of it is yet to be run


@dataclass
class Federation:
    """*allowed*: addresses as they were given; may be asked from any thread."""

    allowed: frozenset[str]
    _lookups: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(8, "lookup"))

    def services(self, text: str) -> tuple[Service, ...]:
        """Each SERVICE of a query; ``ForbiddenQuery`` where one is not allowed."""
        found = find_services(text)
        for service in found:
            if service.iri not in self.allowed:
                raise ForbiddenQuery(
                    f"SERVICE <{service.iri[:200]}>: this server is not asked; those that are: "
                    f"{', '.join(sorted(self.allowed))}"
                )
        return found

    def ask(self, services: Sequence[Service], until: float) -> tuple[Answered, ...]:
        """What each answers, *until* (monotonic seconds); ``RemoteError``, ``ForbiddenQuery``."""
        return tuple(Answered(service, self._ask(service, until - _BEFORE)) for service in services)

    def _ask(self, service: Service, until: float) -> bytes | None:
        try:
            address = self._address(service.iri, until)
            return Endpoint(service.iri, address=address).ask(
                Question(service.query), until, _MOST
            )[1]
        except RemoteError as fault:
            if service.is_silent:
                return None
            raise type(fault)(f"SERVICE: {fault}", fault.retry_after) from None

    def _address(self, url: str, until: float) -> str:
        """Where to connect; ``ForbiddenQuery`` for a name that leads into a private network."""
        host = str(split_url(url).hostname)
        if host == "localhost" or _is_number(host):
            return host  # it was listed as what it is
        lookup = self._lookups.submit(socket.getaddrinfo, host, None, type=socket.SOCK_STREAM)
        try:
            found = lookup.result(max(0.0, until - time.monotonic()))
        except Late:
            raise RemoteSlow(f"{url}: its name could not be looked up in time") from None
        except (OSError, UnicodeError) as fault:
            raise RemoteGone(f"{url}: there is no such name ({fault})") from None
        addresses = [str(one[4][0]) for one in found]
        if not addresses or not all(map(is_public, addresses)):
            raise ForbiddenQuery(
                f"SERVICE <{url}>: its name leads into a private network; to allow that, list it by its address"
            )
        return addresses[0]


def is_public(address: str) -> bool:
    """Whether anybody on the Internet could have it."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not found.is_multicast


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def allowed(urls: Sequence[str]) -> frozenset[str]:
    """The allow-list; ``KgError`` for what is no address."""
    for url in urls:
        split_url(url)
        if any(c in url for c in ' <>"{}|\\^`'):
            raise KgError(f"--allow-service «{url}»: this cannot stand in a query")
    return frozenset(urls)
