"""A real server on a free port, and a client without one."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from kg.api import create_app


@pytest.fixture(scope="session")
def client(store_folder: Path) -> FlaskClient:
    client: FlaskClient = create_app({"STORE": store_folder}).test_client()
    return client


@pytest.fixture(scope="session")
def server(store_folder: Path) -> Iterator[str]:
    """The address of ``kg serve`` run as a user runs it."""
    command = [sys.executable, "-m", "kg", "serve", "--store", str(store_folder), "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        counts = process.stdout.readline()
        assert re.match(r"1 plan\(s\), 36 tasks, 15 targets, [\d,]+ statements$", counts)
        yield process.stdout.readline().strip().rstrip("/")
        process.terminate()
        assert process.wait(20) == 0
