"""Running ``kg.read.worker``: a deadline, and a message instead of a death in every case."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from .parts import Fault
from .worker import MEMORY, TOO_MUCH_MEMORY

DEADLINE = 120.0  # seconds
_ROOT = str(Path(__file__).parent.parent.parent)
# Isolated from the user's settings and the folder it runs in, with the package that runs here.
_START = "import sys; sys.path.insert(0, sys.argv[1]); from kg.read.worker import main; main(sys.argv[2])"


def take_apart(kind: str, raw: bytes, deadline: float = DEADLINE) -> tuple[str, tuple[str, ...]]:
    """The text of a document of *kind* ("docx", "pdf", "html") and the remarks on it; raises ``Fault``."""
    command = [sys.executable, "-I", "-X", "utf8", "-c", _START, _ROOT, kind]
    try:
        done = subprocess.run(
            command, input=raw, capture_output=True, timeout=deadline, check=False
        )
    except subprocess.TimeoutExpired:
        raise Fault(
            f"took longer than {deadline:g} seconds to take apart; is it a plan? split the file"
        ) from None
    if done.returncode == TOO_MUCH_MEMORY:
        raise Fault(
            f"needs more than {MEMORY // 2**20} MB to take apart, more than a plan does; split the file"
        )
    answer = _parse(done.stdout) if done.returncode == 0 else None
    if answer is None:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["no word"]
        raise Fault(
            f"the reader of this format failed on it ({last[0][:150]}); the file may be damaged"
        )
    if "fault" in answer:
        raise Fault(answer["fault"])
    return answer["text"], tuple(answer["remarks"])


def _parse(out: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(out)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
