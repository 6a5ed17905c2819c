"""A running service as the place where the data is, over SPARQLWrapper and the service's own addresses."""

from __future__ import annotations

import ast
import email.utils
import json
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeVar
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

import networkx as nx
import pyoxigraph as ox
from SPARQLWrapper import POST, SELECT, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

from ..catalogue import Question
from ..dataset import QueryResult
from ..errors import KgError
from .described import questions_in
from .errors import ServiceError, error_of
from .hits import Hits, of_json
from .source import ACCEPTED, decode

R = TypeVar("R")
_AGAIN = (429, 503)
_FIRST_WAIT = 1.0  # seconds, where the service does not say how long
_STATUS = {"QueryBadFormed": 400, "Unauthorized": 401, "EndPointNotFound": 404, "URITooLong": 414, "EndPointInternalError": 500}  # fmt: skip


class Patience(NamedTuple):
    """What is done when a service says 429 or 503: it is asked again *tries* times, and waited for *seconds* in all."""

    tries: int = 3
    seconds: float = 60.0


class Remote:
    """Answers from the service at *url* («http://127.0.0.1:8000»); *timeout* in seconds, for each request."""

    def __init__(
        self,
        url: str,
        *,
        timeout: float = 60.0,
        patience: Patience | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.where = url.rstrip("/")
        self._timeout = timeout
        self._patience = patience or Patience()
        self._sleep = sleep
        self._questions: Mapping[str, Question] | None = None

    def query(self, text: str) -> QueryResult | list[ox.Triple]:
        return self._patiently(lambda: self._sparql(text))

    def questions(self) -> Mapping[str, Question]:
        if self._questions is None:
            self._questions = questions_in(json.loads(self._get("/openapi.json")))
        return self._questions

    def filled(self, name: str, lang: str, parameters: Mapping[str, str]) -> str:
        body = self._get(f"/q/{quote(name)}.rq", {**parameters, "lang": lang})
        return body.decode("utf-8")

    def search(self, text: str, lang: str, kind: str | None, plan: str | None) -> Hits:
        asked = {"q": text, "lang": lang, "kind": kind or "", "plan": plan or ""}
        return of_json(json.loads(self._get("/search", {k: v for k, v in asked.items() if v})))

    def network(self, asked: Mapping[str, str], lang: str) -> nx.Graph[str]:
        data = json.loads(self._get("/network.json", {**asked, "lang": lang}))
        found: nx.Graph[str] = nx.node_link_graph(data, edges="edges")
        return found

    def _sparql(self, text: str) -> QueryResult | list[ox.Triple]:
        wrapper = SPARQLWrapper(f"{self.where}/sparql")
        wrapper.setMethod(POST)
        wrapper.setOnlyConneg(True)
        wrapper.setQuery(text)
        wrapper.queryType = SELECT  # it would take «added» in a comment for an update
        wrapper.setTimeout(max(1, round(self._timeout)))
        # What it would ask for depends on the form of the query; the engine's own reader takes these two.
        wrapper.addCustomHttpHeader("Accept", ", ".join(ACCEPTED))
        try:
            response = wrapper.query().response
            with response:
                return decode(response.read(), response.headers.get("Content-Type") or ACCEPTED[0])
        except SPARQLWrapperException as fault:
            status = _STATUS.get(type(fault).__name__, 500)
            raise error_of(status, _body_in(fault), None) from None

    def _get(self, path: str, asked: Mapping[str, str] | None = None) -> bytes:
        address = self.where + path + (f"?{urlencode(asked)}" if asked else "")
        request = Request(address, headers={"Accept": "application/json, text/plain, */*;q=0.5"})

        def ask() -> bytes:
            with urlopen(request, timeout=self._timeout) as response:
                body: bytes = response.read()
                return body

        return self._patiently(ask)

    def _patiently(self, ask: Callable[[], R]) -> R:
        """What *ask* gives; again, when the service says that it is worth while and there is time left."""
        waited, wait = 0.0, _FIRST_WAIT
        for tried in range(self._patience.tries + 1):
            try:
                return ask()
            except HTTPError as fault:
                with fault:
                    pause = retry_after(fault.headers.get("Retry-After"), time.time())
                    error: KgError = error_of(fault.code, fault.read(), pause)
                pause = wait if pause is None else pause
                is_last = tried == self._patience.tries or waited + pause > self._patience.seconds
                if fault.code not in _AGAIN or is_last:
                    raise error from None
                self._sleep(pause)
                waited, wait = waited + pause, wait * 2
            except (URLError, OSError, ValueError) as fault:
                if isinstance(fault, ValueError) and not isinstance(fault, OSError):
                    raise ServiceError(
                        f"{self.where}: what came back is not what a service of kehoach sends ({fault})"
                    ) from None
                reason = getattr(fault, "reason", fault)
                raise ServiceError(
                    f"{self.where}: no service answers ({reason}); «kg serve» starts one"
                ) from None
        raise AssertionError("the last try either gives or raises")


def retry_after(value: str | None, now: float) -> float | None:
    """The header's seconds or date as seconds from *now*; None where it says nothing that can be read."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - now)
    except ValueError:
        return None


def _body_in(fault: SPARQLWrapperException) -> bytes:
    """The answer of the service, which SPARQLWrapper writes into its message as Python would print it."""
    try:
        found = ast.literal_eval(str(fault).partition("Response:\n")[2])
    except (ValueError, SyntaxError):
        return b""
    return found if isinstance(found, bytes) else b""
