"""The page on deployment is followed: nginx with its configuration, TLS and a path prefix before a real service;
the units as systemd checks them."""

from __future__ import annotations

import json
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urljoin

import pytest
from rdflib import Graph

from kg.cli.settings import COMMANDS

from .serving import HEADERS, TOKEN, Served

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "deployment.md"
FILES = ROOT / "docs" / "deployment"
PLAN = "/doc/vn-73/ubnd/kh/2021/06"


class Answer(NamedTuple):
    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


class Site:
    """The service as it is seen from outside, at *url*."""

    def __init__(self, url: str, certificate: Path) -> None:
        self.url = url
        context = ssl.create_default_context(cafile=str(certificate))
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=context), _Stay
        )

    def ask(self, path: str, *, data: bytes | None = None, **headers: str) -> Answer:
        """*path*: below the prefix, or a whole address."""
        url = path if path.startswith("https://") else self.url + path
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(url, data, {"Accept": "text/html,*/*;q=0.8", **sent})
        try:
            with self._opener.open(request, timeout=60) as answer:
                return Answer(answer.status, answer.read(), dict(answer.headers))
        except urllib.error.HTTPError as fault:
            return Answer(fault.code, fault.read(), dict(fault.headers))


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, _tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if name in ("href", "src", "action") and value is not None:
                self.found.add(value)
            if name == "srcset" and value:
                self.found |= {part.split()[0] for part in value.split(",")}


def links(answer: Answer, base: str) -> set[str]:
    """The addresses that a page leads to, without what follows «#»."""
    parser = _Links()
    parser.feed(answer.text)
    return {urljoin(base, link).partition("#")[0] for link in parser.found}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def configuration(folder: Path, port: int, plain: int, behind: int) -> str:
    """The configuration that stands in the page, with this machine's ports and places."""
    (text,) = re.findall(r"```nginx\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    for stands, here in (
        ("127.0.0.1:8000", f"127.0.0.1:{behind}"),
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("listen 80", f"listen 127.0.0.1:{plain}"),
        ("server_name data.example.vn", "server_name localhost"),
        ("https://$host$request_uri", f"https://$host:{port}$request_uri"),
        ("/etc/ssl/kehoach", str(folder)),
    ):
        assert stands in text, stands
        text = text.replace(stands, here)
    places = "".join(
        f"{name}_temp_path {folder}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if Path("/proc/self").stat().st_uid == 0 else ""
    return (
        f"{user}pid {folder}/nginx.pid;\nerror_log {folder}/error.log;\nworker_processes 1;\n"
        f"events {{}}\nhttp {{\naccess_log {folder}/nginx.log;\n{places}{text}\n}}\n"
    )


@pytest.fixture(scope="module")
def deployed(
    store_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Site, Served, int, Path]]:
    nginx, openssl = shutil.which("nginx", path="/usr/sbin:/usr/bin:/bin"), shutil.which("openssl")
    if nginx is None or openssl is None:
        pytest.skip("nginx or openssl is not here")
    folder = tmp_path_factory.mktemp("deployed")
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    names = ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    words = [
        openssl,
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        *names,
        *subject,
    ]
    subprocess.run(words, check=True, capture_output=True)
    shutil.copytree(store_folder, folder / "store")
    port, plain = free_port(), free_port()
    url = f"https://localhost:{port}/kehoach"
    options = ["--public-url", url, "--trusted-proxy", "127.0.0.1"]
    log = ["--access-log", str(folder / "access.log"), "--access-log-rotate", "never"]
    service = Served(folder / "store", *options, *log)
    file = folder / "nginx.conf"
    file.write_text(configuration(folder, port, plain, service.port), "utf-8")
    checked = subprocess.run(
        [nginx, "-t", "-c", str(file)], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
    assert "warn" not in checked.stderr, checked.stderr
    proxy = subprocess.Popen([nginx, "-c", str(file), "-g", "daemon off;"])
    try:
        until = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert time.monotonic() < until
                time.sleep(0.05)
        yield Site(url, folder / "fullchain.pem"), service, plain, folder
    finally:
        proxy.terminate()
        proxy.wait(30)
        service.stop()


pytestmark = pytest.mark.slow
Deployed = tuple[Site, Served, int, Path]


def resolves(site: Site, address: str) -> str | None:
    """What is wrong with an address that a page leads to; None where it is well."""
    if address.startswith(
        ("https://w3id.org/", "mailto:", "http", "data:")
    ) and not address.startswith(site.url.rsplit("/", 1)[0]):
        return None  # elsewhere, or an IRI of the data
    if not address.startswith(site.url):
        return f"{address} lies outside the prefix"
    for _ in range(4):
        answer = site.ask(address)
        if answer.status not in (301, 302, 303, 307, 308):
            return None if answer.status in (200, 304) else f"{address}: {answer.status}"
        address = urljoin(address, answer.headers["Location"])
        if not address.startswith(site.url):
            return f"{address} (a redirect) lies outside the prefix"
    return f"{address} leads on and on"


@pytest.mark.parametrize("path", ["/", f"{PLAN}.html", "/q", "/q/task/list", "/network", "/sparql", "/ont",
                                  "/agency", "/search?q=cong+thuong", "/compare"])  # fmt: skip
def test_every_link_resolves_under_the_prefix(deployed: Deployed, path: str) -> None:
    site, *_ = deployed
    page = site.ask(path)
    while page.status in (303, 308):
        path = urljoin(site.url + path, page.headers["Location"]).removeprefix(site.url)
        page = site.ask(path)
    assert page.status == 200, page.text
    found = links(page, site.url + path)
    assert len(found) > 5
    ours = sorted(found)
    chosen = ours if path in ("/", f"{PLAN}.html") else ours[:: max(1, len(ours) // 15)]
    assert [fault for link in chosen if (fault := resolves(site, link)) is not None] == []


def test_redirects_stay_under_the_prefix(deployed: Deployed) -> None:
    site, _, plain, _ = deployed
    host = site.url.rsplit("/", 1)[0]
    assert urljoin(site.url, site.ask(host + "/kehoach").headers["Location"]) == f"{host}/kehoach/"
    for path, status, target in (
        (PLAN, 303, f"{PLAN}.html"),
        ("/q/", 308, "/q"),
    ):
        answer = site.ask(path)
        assert answer.status == status
        assert urljoin(site.url + path, answer.headers["Location"]) == site.url + target
    turtle = site.ask(PLAN, Accept="text/turtle")
    assert urljoin(site.url + PLAN, turtle.headers["Location"]) == f"{site.url}{PLAN}.ttl"
    assert site.ask(f"{PLAN}.ttl").status == 200
    with pytest.raises(urllib.error.HTTPError) as fault:
        urllib.request.build_opener(_Stay).open(
            f"http://localhost:{plain}/kehoach/q?a=b", timeout=30
        )
    assert fault.value.headers["Location"] == f"{site.url}/q?a=b"
    fault.value.close()


def test_scripts_and_styles_come_through(deployed: Deployed) -> None:
    site, *_ = deployed
    page = site.ask("/sparql")
    assert "'self'" in page.headers["Content-Security-Policy"]
    static = [link for link in links(page, site.url + "/sparql") if "/static/" in link]
    assert static
    for link in static:
        answer = site.ask(link)
        assert (answer.status, link.startswith(site.url)) == (200, True)
        assert answer.headers["Content-Type"].split(";")[0] != "text/html"


def test_queries_updates_and_tags(deployed: Deployed) -> None:
    site, *_ = deployed
    path = "/sparql?query=" + quote("SELECT (COUNT(*) AS ?n) { ?s a kh:Task }")
    first = site.ask(path, Accept="application/sparql-results+json")
    assert json.loads(first.body)["results"]["bindings"][0]["n"]["value"] == "36"
    assert (
        site.ask(
            path, Accept="application/sparql-results+json", If_None_Match=first.headers["ETag"]
        ).status
        == 304
    )
    packed = site.ask(path, Accept="application/sparql-results+json", Accept_Encoding="gzip")
    assert packed.status == 200
    long = "SELECT * { ?s ?p ?o FILTER(?s != <a:" + "x" * 30_000 + ">) } LIMIT 1"
    assert site.ask("/sparql", data=long.encode(), Content_Type="application/sparql-query",
                    Accept="text/csv").status == 200  # fmt: skip
    refused = site.ask("/update", data=b"INSERT DATA { <a:a> <a:b> <a:c> }",
                       Content_Type="application/sparql-update")  # fmt: skip
    assert refused.status == 401
    big = (
        'INSERT DATA { <a:a> <a:b> "' + "x" * 3_000_000 + '" }'
    ).encode()  # more than nginx takes by itself
    done = site.ask(
        "/update", data=big, Content_Type=HEADERS["Content-Type"], Authorization=f"Bearer {TOKEN}"
    )
    assert done.status == 204, done.text
    asked = site.ask(
        "/sparql?query=" + quote("ASK { <a:a> <a:b> ?text }"),
        Accept="application/sparql-results+json",
    )
    assert json.loads(asked.body)["boolean"] is True


def test_the_service_calls_itself_by_its_public_address(deployed: Deployed) -> None:
    site, *_ = deployed
    host = site.url.rsplit("/", 1)[0]
    for address in (f"{site.url}/.well-known/void", f"{host}/.well-known/void"):
        answer = site.ask(address, Accept="text/turtle")
        assert answer.status == 200
        graph = Graph().parse(data=answer.body, format="turtle")
        assert f"{site.url}/sparql" in {str(o) for o in graph.objects()}
        assert "127.0.0.1" not in answer.text
    api = json.loads(site.ask("/openapi.json", Accept="application/json").body)
    assert api["servers"][0]["url"].rstrip("/") in (site.url, "/kehoach")


def test_the_log_has_the_client_and_not_the_proxy(deployed: Deployed) -> None:
    site, service, _, folder = deployed
    assert site.ask("/health?mark", X_Forwarded_For="203.0.113.9").status == 200
    assert service.request("GET", "/q", None, {"X-Forwarded-For": "198.51.100.7"})[0] == 200
    lines = [json.loads(line) for line in (folder / "access.log").read_text().splitlines()]
    through = next(line for line in reversed(lines) if line["path"] == "/health")
    assert through["client"] == "127.0.0.1"  # who asked nginx, whatever that one said of itself
    told = next(line for line in reversed(lines) if line["path"] == "/q")
    assert told["client"] == "198.51.100.7"  # as a trusted proxy tells it


def test_the_doctor_finds_it_well(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    from kg.doctor.service import examine_service

    site, _, _, folder = deployed
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "fullchain.pem"))
    assert [found.state for found in examine_service(site.url)] == ["ok"] * 4


def test_the_units_are_what_systemd_wants(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not here")
    program = Path(sys.executable).with_name("kg")
    units = []
    for file in sorted([*FILES.glob("*.service"), *FILES.glob("*.timer")]):
        text = file.read_text("utf-8")
        text = text.replace("/opt/kehoach/.venv/bin/kg", f'"{program}"')
        units.append(tmp_path / file.name)
        units[-1].write_text(text, "utf-8")
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, units)],
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in checked.stderr.splitlines() if "kehoach" in line]
    assert (checked.returncode, ours) == (0, []), checked.stderr


def test_the_settings_of_the_page_are_settings(tmp_path: Path) -> None:
    import tomllib

    from kg.cli import main
    from kg.cli.settings import known_variables, read_settings

    read_settings(FILES / "kehoach.toml", main)
    named = re.findall(r"^(?:# )?(KEHOACH_\w+)=", (FILES / "kehoach.env").read_text(), re.MULTILINE)
    pages = "".join(p.read_text("utf-8") for p in (PAGE, PAGE.with_name("operating.md")))
    named += re.findall(r"\b(KEHOACH_[A-Z]\w+)", pages)
    assert set(named) <= known_variables(main)
    for block in re.findall(r"```toml\n(.*?)```", pages, re.DOTALL):
        (tmp_path / "kehoach.toml").write_text(block, "utf-8")
        assert set(tomllib.loads(block)) <= {"store", *COMMANDS}
        read_settings(tmp_path / "kehoach.toml", main)


def test_links_of_the_pages_lead_somewhere() -> None:
    for page in (PAGE, PAGE.with_name("operating.md")):
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), target
