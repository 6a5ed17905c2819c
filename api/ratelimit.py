"""How often one client may ask (``--rate-limit "60/minute"``)."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from kg.errors import KgError

from .clients import client_in

_FREE = ("/health", "/metrics")  # those who watch the service must not be locked out
_COUNTED = "kg.counted"  # asked again after it was not finished


def rate_limits(given: str) -> list[RateLimitItem]:
    """The limits in a text such as «10/second; 300/hour»."""
    try:
        limits = parse_many(given)
    except ValueError:
        limits = []
    if not limits or any(limit.amount < 1 for limit in limits):
        raise KgError(
            f"--rate-limit {given}: not understood; write it as 60/minute or «10/second; 300/hour»"
        )
    return limits


class RateLimit:
    """429 with Retry-After for a client that asks too often."""

    def __init__(self, app: WSGIApplication, limits: list[RateLimitItem]) -> None:
        self._app = app
        self._limits = limits
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") in _FREE or _COUNTED in environ:
            return self._app(environ, start_response)
        client = client_in(environ)
        for limit in self._limits:
            if not self._limiter.hit(limit, client):
                reset = self._limiter.get_window_stats(limit, client).reset_time
                return _refuse(
                    environ, start_response, limit, max(1, math.ceil(reset - time.time()))
                )
        environ[_COUNTED] = True
        return self._app(environ, start_response)


def _refuse(
    environ: WSGIEnvironment, start_response: StartResponse, limit: RateLimitItem, seconds: int
) -> Iterable[bytes]:
    environ.setdefault("kg.note", {})["outcome"] = "rate-limit"
    message = f"more than {limit}; ask again in {seconds} s"
    error = {"code": "rate-limit", "message": message, "detail": {"retry_after": seconds}}
    body = json.dumps({"error": error}).encode()
    start_response(
        "429 Too Many Requests",
        [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
            ("Retry-After", str(seconds)),
            ("Access-Control-Allow-Origin", "*"),
        ],
    )
    return [body]
