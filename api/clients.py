"""Who asks: what turns, places and limits are counted by."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from contextvars import ContextVar
from functools import lru_cache
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_ASKING: ContextVar[str] = ContextVar("client", default="")


@lru_cache(4096)
def client_at(address: str) -> str:
    """Who asks from *address*: an address, or in IPv6 the network that one subscriber has."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return address


def client_in(environ: WSGIEnvironment) -> str:
    """Who has sent a request, where the trusted proxies have been looked at."""
    return client_at(str(environ.get("REMOTE_ADDR", "")))


def asking() -> str:
    """For whom this thread works now; "" for nobody in particular."""
    return _ASKING.get()


class Clients:
    """Lets all that is done for a request know whose it is.  Stands behind the trusted proxies."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        _ASKING.set(client_in(environ))
        return self._app(environ, start_response)
