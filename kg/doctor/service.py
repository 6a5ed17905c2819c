"""A running service, asked as any client would."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any

from .finding import Finding, fail, ok, warn

_SECONDS = 15.0
_SKEW = 60.0


def examine_service(url: str) -> Iterator[Finding]:
    root = url.rstrip("/")
    began = time.monotonic()
    try:
        body, headers = _get(f"{root}/health", "application/json")
        told = json.loads(body)
    except (OSError, ValueError) as fault:
        yield fail(
            "service", f"{root}/health: {_reason(fault)}", "is it running, and is this its address?"
        )
        return
    took = time.monotonic() - began
    says = f"{root}: version {told.get('version')}, {told.get('plans')} plan(s), answered in {took * 1000:.0f} ms"
    if not told.get("ready"):
        yield fail("service", f"{says}; not ready: {told.get('message', '')}", "see its log")
        return
    yield ok("service", says)
    yield _query(root)
    yield _address(root)
    yield _skew(headers)


def _get(url: str, accept: str) -> tuple[bytes, Any]:
    if not url.startswith(("http://", "https://")):
        raise ValueError("an address begins with http:// or https://")
    request = urllib.request.Request(url, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
        return answer.read(1 << 20), answer.headers


def _reason(fault: Exception) -> str:
    if isinstance(fault, urllib.error.HTTPError):
        return f"status {fault.code}"
    return str(getattr(fault, "reason", fault))[:200]


def _query(root: str) -> Finding:
    try:
        body, _ = _get(f"{root}/sparql?query=ASK%7B%7D", "application/sparql-results+json")
        if json.loads(body).get("boolean") is not True:
            raise ValueError("not the answer that was to be expected")
    except (OSError, ValueError) as fault:
        return fail("queries", f"{root}/sparql: {_reason(fault)}", "see the log of the service")
    return ok("queries", "are answered")


def _address(root: str) -> Finding:
    """Whether the service knows the address that it is asked by."""
    try:
        body, _ = _get(f"{root}/.well-known/void", "application/n-triples")
    except (OSError, ValueError) as fault:
        return fail(
            "address", f"{root}/.well-known/void: {_reason(fault)}", "see the log of the service"
        )
    if f"<{root}/sparql>".encode() not in body:
        remedy = (
            f"start it with --public-url {root}, or let the proxy send X-Forwarded-* and trust it"
        )
        return warn("address", f"the service does not call itself {root}", remedy)
    return ok("address", f"the service calls itself {root}")


def _skew(headers: Any) -> Finding:
    try:
        apart = abs(parsedate_to_datetime(headers["Date"]).timestamp() - time.time())
    except (TypeError, ValueError):
        return warn("clocks", "the service tells no time", "see what stands between")
    if apart > _SKEW:
        return warn("clocks", f"{apart:.0f} s apart", "set the clock of one of the two machines")
    return ok("clocks", "of this machine and of the service agree")
