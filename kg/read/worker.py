"""The process in which a DOCX, PDF or page is taken apart; ``kg.read.sandbox`` starts it.

The file comes on standard input; one JSON object goes to standard output: {"text", "remarks"} or
{"fault"}.  The process limits itself before it reads anything: memory, processor time, files written.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

MEMORY = 512 * 1024 * 1024  # bytes
PROCESSOR = 90  # seconds
TOO_MUCH_MEMORY = 77  # exit status


def main(kind: str) -> None:
    _limit()
    raw = sys.stdin.buffer.read()
    out = sys.stdout
    sys.stdout = sys.stderr  # what a library prints is no answer
    out.write(json.dumps(_answer(kind, raw)))
    out.flush()


def _answer(kind: str, raw: bytes) -> dict[str, Any]:
    from .blocks import render
    from .parts import Fault

    try:
        if kind == "docx":
            from .docx import read_docx

            reading = read_docx(raw)
        elif kind == "pdf":
            from .pdf import read_pdf

            reading = read_pdf(raw)
        else:
            from .html import read_html

            reading = read_html(raw.decode("utf-8"))
        return {"text": render(reading.blocks), "remarks": list(reading.remarks)}
    except Fault as fault:
        return {"fault": str(fault)}
    except (RecursionError, OverflowError):
        return {"fault": "its parts are nested deeper, or are more, than those of a document"}
    except MemoryError:
        os._exit(TOO_MUCH_MEMORY)


def _limit() -> None:
    """Limits of the operating system, and a watch on the memory for those that do not keep theirs."""
    try:
        import resource
    except ImportError:  # not a POSIX system: the parent's deadline holds alone
        return
    limits = (
        ("RLIMIT_AS", 2 * MEMORY),
        ("RLIMIT_CPU", PROCESSOR),
        ("RLIMIT_FSIZE", 0),
        ("RLIMIT_CORE", 0),
    )
    for name, value in limits:
        try:
            resource.setrlimit(getattr(resource, name), (value, value))
        except (AttributeError, ValueError, OSError):
            continue
    threading.Thread(target=_watch, daemon=True).start()


def _watch() -> None:
    while _used() < MEMORY:
        time.sleep(0.02)
    os._exit(TOO_MUCH_MEMORY)


def _used() -> int:
    """The most memory that this process held so far, in bytes.

    Linux counts what the starting process held into ``ru_maxrss``; its own count is in /proc.
    """
    try:
        status = Path("/proc/self/status").read_text("ascii", "replace")
        return int(status.partition("VmHWM:")[2].split(maxsplit=1)[0]) * 1024
    except (OSError, ValueError, IndexError):
        import resource

        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
