"""A remote engine whose answers have the right form and make no sense: told as 502, code ``remote``, and no traceback."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from api import following
from kg.remote.endpoint import Endpoint
from kg.remote.publishing import publish_to
from kg.store import Dataset

from ..badserver import Bad, bad_server
from ..engines import oxigraph
from .test_remote_writing import serving

PATHS = ("/doc/vn-73/ubnd/kh/2021/06.html", "/q/target/list.html", "/cascade", "/compare", "/network.json", "/ont.html",
         "/q/agency/workload.json", "/sparql?query=SELECT%20(COUNT(*)%20AS%20%3Fn)%20%7B%3Fs%20%3Fp%20%3Fo%7D")  # fmt: skip
BIG = {"type": "literal", "value": "9" * 5000,
       "datatype": "http://www.w3.org/2001/XMLSchema#integer"}  # fmt: skip


def twisted(answer: bytes, how: str) -> bytes:
    told = json.loads(answer) if answer.startswith(b"{") else {}
    if "results" not in told:
        return answer
    names = told["head"]["vars"]
    if how == "columns":
        told = {"head": {"vars": ["zz"]}, "results": {"bindings": []}}
    else:
        cell = {"big": BIG, "negative": {**BIG, "value": "-7"}}.get(how)
        rows = [dict.fromkeys(names, cell)] if cell else [{}]
        told["results"]["bindings"] = rows * 2
    return json.dumps(told).encode()


@pytest.fixture(scope="module")
def behind(
    dataset: Dataset, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[FlaskClient, Bad]]:
    folder = tmp_path_factory.mktemp("nonsense")
    with pytest.MonkeyPatch.context() as patch, oxigraph(folder / "engine") as real:
        patch.setattr(following, "_OFTEN", 0.3)
        publish_to(dataset, real)
        with bad_server() as bad:
            bad.engine = real
            endpoint = Endpoint(bad.url, update=bad.url)
            with serving(endpoint, folder / "mirror") as app:
                yield app.test_client(), bad


@pytest.mark.slow
@pytest.mark.parametrize("how", ["columns", "unbound", "big", "negative"])
def test_nonsense_is_told(behind: tuple[FlaskClient, Bad], how: str) -> None:
    client, bad = behind
    bad.twist = lambda answer: twisted(answer, how)
    try:
        for path in PATHS:
            answer = client.get(path, headers={"Accept": "application/json"})
            assert answer.status_code in (200, 502), (path, answer.text)
            if answer.status_code == 502:
                assert answer.json is None or answer.json["error"]["code"] == "remote"
            elif how == "columns":
                pytest.fail(f"{path}: {answer.text[:200]}")
        assert wait_until(client, reachable=False)
    finally:
        bad.twist = lambda answer: answer
    assert wait_until(client, reachable=True)


def wait_until(client: FlaskClient, *, reachable: bool) -> bool:
    until = time.monotonic() + 15
    while time.monotonic() < until:
        if client.get("/health").json["remote"]["reachable"] is reachable:  # type: ignore[index]
            return True
        time.sleep(0.1)
    return False
