"""A remote SPARQL 1.1 endpoint: how it is asked, how often again, and what its answers have to look like."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from ..errors import KgError, QueryError
from .errors import RemoteBusy, RemoteError, RemoteGone, RemoteNonsense, RemoteUnknown
from .http import Call, Reply, Server, split_url
from .question import GRAPH, Question

_FORM = "application/x-www-form-urlencoded"
_UPDATE = {"Content-Type": "application/sparql-update", "Accept": "*/*"}
_TOLD = 1 << 20  # bytes of what is answered to an update
_SOON = (0.2, 0.6, 1.8, 5.0)  # seconds before it is asked again
_AGAIN = (429, 502, 503, 504)
MOST = 256 << 20  # bytes of one answer, where nothing else is told
# How engines say of a table or graph, with status 200, that it is not whole.
_CUT = ("x-sql-state", "x-sparql-anytime")
_MAX_ROWS = "x-sparql-maxrows"


@dataclass(frozen=True, slots=True)
class Access:
    """Who asks: a user with a password, or a token."""

    user: str | None = None
    password: str | None = None
    token: str | None = None

    def headers(self) -> dict[str, str]:
        if self.token is not None:
            return {"Authorization": f"Bearer {self.token}"}
        if self.user is not None:
            told = f"{self.user}:{self.password or ''}".encode()
            return {"Authorization": "Basic " + base64.b64encode(told).decode("ascii")}
        return {}


def read_secret(file: Path) -> str:
    """The first line of *file*."""
    try:
        text = file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise KgError(
            f"{file}: cannot be read ({getattr(fault, 'strerror', None) or fault})"
        ) from None
    if not text or "\n" in text or not text.isprintable():
        raise KgError(f"{file}: put one line in it, the password or the token")
    return text


class Endpoint:
    """The engine whose queries go to *url*, updates to *update*, graphs to *store* (Graph Store protocol)."""

    def __init__(
        self,
        url: str,
        *,
        update: str | None = None,
        store: str | None = None,
        access: Access | None = None,
        address: str | None = None,
    ) -> None:
        self.url, self.update_url, self.store_url = url, update, store
        self.access = access or Access()
        self._servers: dict[str, Server] = {}
        for one in filter(None, (url, update, store)):
            parts = split_url(one)
            key = f"{parts.scheme}://{parts.netloc}"
            self._servers.setdefault(key, Server(one, address=address))
        self.software = ""  # what it calls itself, once it has answered

    def ask(self, question: Question, until: float, most: int = MOST) -> tuple[str, bytes]:
        """The media type, one of those accepted, and the bytes; ``RemoteError``, ``QueryError``."""
        fields = [
            ("query", question.text),
            *(("default-graph-uri", iri) for iri in question.default),
            *(("named-graph-uri", iri) for iri in question.named),
        ]
        headers = {"Content-Type": _FORM, "Accept": question.accept}
        reply = self._send(
            "POST", self.url, headers, urlencode(fields).encode("ascii"), until, most
        )
        self._require(reply, question.accept)
        return reply.media_type, reply.body

    def update(self, text: str, until: float) -> None:
        """Send an update that does no harm where it is done twice."""
        url = self._updated()
        self._send("POST", url, _UPDATE, text.encode("utf-8"), until, _TOLD)

    def update_once(self, text: str, until: float) -> None:
        """Send an update that is not to be done twice: it is not repeated.

        ``RemoteUnknown`` where nobody can tell whether it was done; after any other ``RemoteError`` it was not.
        """
        url = self._updated()
        server, call = self._call("POST", url, _UPDATE, text.encode("utf-8"))
        try:
            reply = server.send(call, until, _TOLD, is_repeatable=False)
        except RemoteError as fault:
            if fault.was_sent:
                raise RemoteUnknown(str(fault)) from None
            raise
        if reply.status in (429, 503):
            raise _busy(url, reply)
        if reply.status >= 500:
            raise RemoteUnknown(str(_refusal(url, reply)))
        if reply.status // 100 != 2:
            raise _refusal(url, reply)

    def _updated(self) -> str:
        if self.update_url is None:
            raise KgError(f"{self.url}: where do updates go? Give --remote-update URL")
        return self.update_url

    def put_graph(self, iri: str, data: bytes, until: float) -> None:
        """Make N-Triples the content of a graph, by the Graph Store protocol."""
        assert self.store_url is not None
        url = f"{self.store_url}{'&' if '?' in self.store_url else '?'}{urlencode({'graph': iri})}"
        headers = {"Content-Type": GRAPH, "Accept": "*/*"}
        self._send("PUT", url, headers, data, until, 1 << 20)

    def delete_graph(self, iri: str, until: float) -> None:
        assert self.store_url is not None
        url = f"{self.store_url}{'&' if '?' in self.store_url else '?'}{urlencode({'graph': iri})}"
        self._send("DELETE", url, {"Accept": "*/*"}, b"", until, 1 << 20, also=(404,))

    def _send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        until: float,
        most: int,
        also: tuple[int, ...] = (),
    ) -> Reply:
        """The reply to a request that may be repeated: queries, and updates that set what is to be."""
        server, call = self._call(method, url, headers, body)
        is_query = headers["Accept"] != "*/*"
        for pause in (*_SOON, None):
            fault: RemoteError
            try:
                reply = server.send(call, until, most, is_repeatable=is_query)
            except RemoteGone as gone:
                fault = gone
            else:
                self.software = reply.headers.get("server", "")
                if reply.status not in _AGAIN:
                    if reply.status // 100 != 2 and reply.status not in also:
                        raise _refusal(url, reply)
                    return reply
                fault = _busy(url, reply)
                if fault.retry_after is not None:
                    pause = max(pause or _SOON[-1], float(fault.retry_after))
            if pause is None or time.monotonic() + pause > until:
                raise fault
            time.sleep(pause)
        raise AssertionError

    def _call(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[Server, Call]:
        parts = split_url(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        told = {
            "Accept-Encoding": "identity",
            "User-Agent": "kehoach",
            **self.access.headers(),
            **headers,
        }
        return self._servers[f"{parts.scheme}://{parts.netloc}"], Call(method, path, told, body)

    def _require(self, reply: Reply, accept: str) -> None:
        if reply.headers.get("content-encoding", "identity") != "identity":
            raise RemoteNonsense(f"{self.url}: the answer is packed, which was not asked for")
        kind = reply.media_type
        if kind not in accepted_types(accept):
            what = (
                "an HTML page"
                if "html" in kind
                else f"«{kind}»"
                if kind
                else "something without a type"
            )
            raise RemoteNonsense(
                f"{self.url}: it answers with {what}, not with {accept.partition(',')[0]}; is this the address of a "
                "SPARQL endpoint?"
            )
        rows = reply.headers.get(_MAX_ROWS)
        if any(name in reply.headers for name in _CUT) or rows is not None:
            limit = f" after {rows} rows" if rows else ""
            raise RemoteNonsense(
                f"{self.url}: the engine cuts its answers{limit}; raise its limits (Virtuoso: ResultSetMaxRows and "
                "MaxQueryExecutionTime in its ini file)"
            )


def accepted_types(accept: str) -> tuple[str, ...]:
    return tuple(part.partition(";")[0].strip() for part in accept.split(","))


def _busy(url: str, reply: Reply) -> RemoteBusy:
    told = reply.headers.get("retry-after", "")
    seconds = int(told) if re.fullmatch(r"[0-9]{1,6}", told) else None
    later = f"; it says to ask again in {seconds} seconds" if seconds is not None else ""
    return RemoteBusy(f"{url}: it answers {reply.status}: {_first_words(reply)}{later}", seconds)


def _refusal(url: str, reply: Reply) -> KgError:
    status = reply.status
    if status // 100 == 3:
        where = reply.headers.get("location", "nowhere")[:200]
        return RemoteNonsense(
            f"{url}: it sends on to «{where}», which is not followed; give that address if it is right"
        )
    if status in (401, 403):
        return RemoteNonsense(
            f"{url}: it refuses this ({status}); give --remote-user and --remote-password-file, or --remote-token-file, or the right to do it there"
        )
    if status == 400:
        return QueryError(f"{url} does not run this: {_first_words(reply)}")
    if status == 404:
        return RemoteNonsense(
            f"{url}: there is nothing (404); is this the address of the endpoint?"
        )
    return RemoteNonsense(f"{url}: it answers {status}: {_first_words(reply)}")


def _first_words(reply: Reply) -> str:
    """What an answer says, if it says it in words."""
    if "html" in reply.media_type:
        return "an HTML page"
    words = " ".join(reply.body[:600].decode("utf-8", "replace").split())
    plain = "".join(c for c in words if c.isprintable())
    return plain[:240] or "nothing more"
