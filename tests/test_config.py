"""Settings: flag before environment before file before default; what is wrong names file and key."""

from __future__ import annotations

import json
import os
import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.cli import main
from kg.cli.settings import COMMANDS, key, options, variable


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith("KEHOACH_"):
            monkeypatch.delenv(name)


def run(*words: str, **environment: str) -> Result:
    return CliRunner().invoke(main, list(words), env=environment)


def settings(*words: str, **environment: str) -> dict[tuple[str, str], tuple[object, str]]:
    result = run(*words, "config", "--format", "json", **environment)
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    return {(one["command"], one["key"]): (one["value"], one["source"]) for one in told}


def test_what_counts_more(tmp_path: Path) -> None:
    assert settings()["serve", "port"] == (8000, "default")
    Path("kehoach.toml").write_text("[serve]\nport = 8001\ntimeout = 5\n", "utf-8")
    found = settings(KEHOACH_SERVE_TIMEOUT="7.5")
    assert found["serve", "port"] == (8001, "file kehoach.toml")
    assert found["serve", "timeout"] == (7.5, "environment KEHOACH_SERVE_TIMEOUT")
    other = tmp_path / "other.toml"
    other.write_text("[serve]\nport = 8002\n", "utf-8")
    assert settings("--config", str(other))["serve", "port"] == (8002, f"file {other}")
    assert settings(KEHOACH_CONFIG=str(other))["serve", "port"] == (8002, f"file {other}")


def test_the_commands_take_what_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same of a command as it runs: what it gets is what «kg config» tells."""
    got: list[dict[str, object]] = []
    monkeypatch.setattr(main.commands["serve"], "callback", lambda **given: got.append(given))
    text = 'store = "here"\n[serve]\nport = 8001\ntrusted_proxy = ["10.0.0.1", "::1"]\nvalidate-updates = true\n'
    Path("kehoach.toml").write_text(text, "utf-8")
    environment = {"KEHOACH_SERVE_WORKERS": "3", "KEHOACH_SERVE_PORT": "8002"}
    assert run("serve", "--port", "8003", **environment).exit_code == 0
    assert run("serve", **environment).exit_code == 0
    first, second = got
    assert (first["port"], second["port"]) == (8003, 8002)
    assert (second["workers"], second["validate_updates"]) == (3, True)
    assert second["trusted_proxy"] == ("10.0.0.1", "::1")
    assert second["store"] == Path("here")
    assert run("serve", "--help").exit_code == 0


def test_every_option_of_the_long_running_commands_has_a_variable() -> None:
    for name in COMMANDS:
        for option in options(main.commands[name]):
            assert variable(name, option) in (option.envvar or ()), (name, key(option))
    assert variable("serve", next(options(main.commands["serve"]))) == "KEHOACH_SERVE_STORE"


def test_a_common_store_is_for_those_that_read(monkeypatch: pytest.MonkeyPatch) -> None:
    got: list[dict[str, object]] = []
    for name in ("ask", "load", "backup"):
        monkeypatch.setattr(main.commands[name], "callback", lambda **given: got.append(given))
    assert run("ask", KEHOACH_STORE="mine").exit_code == 0
    assert run("backup", "-o", "b.tar", KEHOACH_STORE="mine").exit_code == 0
    assert [given["store"] for given in got] == [Path("mine")] * 2
    refused = run("load", "x.nq", KEHOACH_STORE="mine")
    assert refused.exit_code == 2
    assert "Missing option '--store'" in refused.output


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("port = 1", "«port» is unknown"),
        ("[serv]\nport = 1", "«serv» is unknown; did you mean «serve»?"),
        ("[serve]\nprot = 1", "[serve] prot: there is no such option; did you mean «port»?"),
        ('[serve]\nport = "8000"', "[serve] port: '8000' is not a whole number"),
        ("[serve]\nport = true", "[serve] port: True is not a whole number"),
        ("[serve]\nport = 70000", "[serve] port: 70000 is not in the range"),
        ("[serve]\ntimeout = [1]", "[serve] timeout: [1] is not a number"),
        ("[serve]\nvalidate-updates = 1", "[serve] validate-updates: 1 is not true or false"),
        ('[serve]\nengine = "fast"', "[serve] engine: 'fast' is not one of"),
        ('[serve]\ntrusted-proxy = "::1"', "[serve] trusted-proxy: '::1' is no list"),
        ("serve = 1", "serve: write it as a section, [serve]"),
        ("store = 1", "store: 1 is not a text"),
        ("[serve]\ntimeout = nan", "[serve] timeout: nan is no number of seconds"),
        ("[build]\nlimit = inf", "[build] limit: inf is no number of seconds"),
        ('[serve]\nrate-limit = "foo"', "[serve] rate-limit: --rate-limit foo: not understood"),
        ('[serve]\npublic-url = "javascript:1"', "[serve] public-url: --public-url javascript:1"),
        ('[serve]\ntrusted-proxy = ["foo"]', "[serve] trusted-proxy: --trusted-proxy foo"),
        ('[serve]\nallow-service = ["foo"]', "[serve] allow-service: «foo» is no address"),
        ('[serve]\naccess-log-rotate = "foo"', "[serve] access-log-rotate: --access-log-rotate"),
        (r'store = "a\u0000b"', "store: 'a\\x00b' has a character in it that nothing can have"),
        (r"[serve]" + "\n" + r'public-url = "http://a\u0000b"', "[serve] public-url: 'http://a"),
        ('store = ""', "store: name a file or folder"),
        ('[serve]\naccess-log = ""', "[serve] access-log: name a file or folder"),
        ('[serve]\nhost = ""', "[serve] host: --host '': no address to listen on"),
        ('[serve]\nhost = "a b"', "[serve] host: --host 'a b': no address to listen on"),
        (r"[serve]" + "\n" + r'host = "a\u001bb\n"', "[serve] host: --host 'a\\x1bb"),
        ('[serve]\nhost = "a..b"', "[serve] host: --host 'a..b': no address"),
        ('[serve]\nrate-limit = "0/minute"', "[serve] rate-limit: --rate-limit 0/minute"),
        ('[serve]\nrate-limit = ""', "[serve] rate-limit: --rate-limit : not understood"),
        ("[serve", "this is no TOML"),
        pytest.param(f"a = {'[' * 100_000}", "this is no TOML", id="deep"),
    ],
)
def test_what_is_wrong_names_file_and_key(text: str, says: str) -> None:
    Path("kehoach.toml").write_text(text, "utf-8")
    result = run("config")
    assert result.exit_code == 2
    assert result.stderr.startswith("kg: kehoach.toml: ")
    assert says in result.stderr
    assert result.stderr.count("\n") == 1


def test_what_is_wrong_in_the_environment_is_told() -> None:
    result = run("config", KEHOACH_SERVE_PORT="many")
    assert result.exit_code == 2
    assert "KEHOACH_SERVE_PORT: 'many' is not a valid integer" in result.stderr
    served = run("serve", KEHOACH_SERVE_PORT="many")
    assert served.exit_code == 2
    assert "KEHOACH_SERVE_PORT" in served.stderr
    unknown = run("config", KEHOACH_SERVE_PROT="1")
    assert unknown.exit_code == 0
    assert "KEHOACH_SERVE_PROT sets nothing" in unknown.stderr
    missing = run("--config", "missing.toml", "config")
    assert missing.exit_code == 2
    assert "missing.toml: the settings cannot be read" in missing.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TIMEOUT", "nan"),
        ("RATE_LIMIT", "foo"),
        ("RATE_LIMIT", "0/minute"),
        ("HOST", "a b"),
        ("PUBLIC_URL", "javascript:1"),
        ("TRUSTED_PROXY", "foo"),
        ("ALLOW_SERVICE", "foo"),
        ("ACCESS_LOG_ROTATE", "foo"),
    ],
)
def test_what_the_service_would_refuse_is_not_shown_as_good(name: str, value: str) -> None:
    told = run("config", "serve", **{f"KEHOACH_SERVE_{name}": value})
    assert told.exit_code == 2
    assert told.stderr.startswith(f"kg: KEHOACH_SERVE_{name}: ")
    assert told.stderr.count("\n") == 1
    assert value in told.stderr
    served = run("serve", f"--{name.lower().replace('_', '-')}", value)
    assert served.exit_code == 2
    assert value in served.stderr


def test_the_printed_file_sets_what_it_says() -> None:
    printed = run("config", "--format", "toml").stdout
    assert tomllib.loads(printed) == {name: {} for name in COMMANDS}
    live = re.sub(r"^# ([a-z-]+ = (?!\.\.\.))", r"\1", printed, flags=re.MULTILINE)
    Path("kehoach.toml").write_text(live, "utf-8")
    assert settings()["serve", "port"] == (8000, "file kehoach.toml")
    assert settings()["doctor", "store"] == ("my-store", "file kehoach.toml")
    again = run("config", "serve", "--format", "toml").stdout
    assert "\nport = 8000\n" in again


def test_as_text() -> None:
    said = run("config", "serve", KEHOACH_SERVE_PORT="8001").stdout
    assert "file of settings: none" in said
    line = next(line for line in said.splitlines() if line.startswith("port "))
    assert line.split() == ["port", "8001", "environment", "KEHOACH_SERVE_PORT"]
    assert run("config", "ask").exit_code == 2
