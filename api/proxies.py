"""The true address of a client and of the service, where trusted proxies stand before it."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.middleware.proxy_fix import ProxyFix

from kg.errors import KgError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def networks(given: Iterable[str]) -> tuple[Network, ...]:
    """Addresses and networks («10.0.0.0/8») as given with ``--trusted-proxy``."""
    found = []
    for text in given:
        try:
            found.append(ipaddress.ip_network(text, strict=False))
        except ValueError as fault:
            raise KgError(f"--trusted-proxy {text}: {fault}") from None
    return tuple(found)


class TrustedProxies:
    """Believes ``X-Forwarded-*`` from the proxies named, and from nobody else."""

    def __init__(self, app: WSGIApplication, trusted: tuple[Network, ...]) -> None:
        self._plain = app
        self._forwarded = ProxyFix(app, x_for=1, x_proto=1, x_host=1, x_port=1, x_prefix=1)
        self._trusted = trusted

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            client = ipaddress.ip_address(environ.get("REMOTE_ADDR", ""))
        except ValueError:
            return self._plain(environ, start_response)
        if any(client in network for network in self._trusted):
            return self._forwarded(environ, start_response)
        return self._plain(environ, start_response)
