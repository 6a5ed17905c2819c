"""Python, libraries, limits of the system, clock, letters."""

from __future__ import annotations

import locale
import os
import re
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution, requires, version
from pathlib import Path

from ..room import free_bytes
from .finding import Finding, fail, ok, warn

_FILES = 1024
_STACK = 64 << 20
_MEMORY = 2 << 30
_ROOM = 256 << 20
_LOCK = "requirements.txt"
_DAY = 86400


def examine_machine() -> Iterator[Finding]:
    yield _python()
    yield _libraries()
    yield from _limits()
    yield _memory()
    yield _temporary()
    yield _clock()
    yield _locale()
    yield _letters()


def _python() -> Finding:
    says = f"{'.'.join(map(str, sys.version_info[:3]))} on {sys.platform}"
    if sys.platform != "linux":
        return warn("python", says, "«kg serve» runs on Linux only; the other commands run here")
    return ok("python", says)


def _libraries() -> Finding:
    """All that the program needs, in the versions of its lock file, where that is at hand."""
    needed = [line for line in requires("kehoach") or [] if "extra ==" not in line]
    names = [re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0] for line in needed]
    missing: list[str] = []
    for name in names:
        try:
            distribution(name)
        except PackageNotFoundError:
            missing.append(name)
    again = "install the program again (make setup, or pip install kehoach)"
    if missing:
        return fail("libraries", f"missing: {', '.join(missing)}", again)
    told = f"kehoach {version('kehoach')}, engine pyoxigraph {version('pyoxigraph')}"
    lock = Path(__file__).parents[2] / _LOCK
    if not lock.is_file():
        return ok("libraries", f"{told}; no lock file here to compare with")
    pairs = re.findall(
        r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(.*)", lock.read_text("utf-8"), re.MULTILINE
    )
    # What is locked in several versions, for different machines, is not compared.
    locked = {_plain(name): number for name, number, rest in pairs if ";" not in rest}
    other = [
        f"{name} {version(name)} (locked: {locked[_plain(name)]})"
        for name in names
        if locked.get(_plain(name), version(name)) != version(name)
    ]
    if other:
        return warn("libraries", f"{told}; not as tested: {', '.join(other)}", again)
    return ok("libraries", f"{told}, all as in {_LOCK}")


def _plain(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def _limits() -> Iterator[Finding]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    says = f"{_shown(soft)} open files"
    if soft != resource.RLIM_INFINITY and soft < _FILES:
        remedy = f"raise it: ulimit -n {_FILES}, or LimitNOFILE={_FILES} in the unit"
        yield warn("limit -n", says, f"{remedy} (the system allows {_shown(hard)})")
    else:
        yield ok("limit -n", says)
    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    says = "no limit of address space" if soft < 0 else f"{soft >> 20:,} MB of address space"
    if 0 <= soft < _MEMORY:
        yield fail("limit -v", says, "workers cannot start: lift it (ulimit -v unlimited)")
    else:
        yield ok("limit -v", says)
    _, hard = resource.getrlimit(resource.RLIMIT_STACK)
    says = "no limit of the stack" if hard < 0 else f"at most {hard >> 20:,} MB of stack"
    if 0 <= hard < _STACK:
        yield warn(
            "limit -s", says, "deeply nested queries kill their worker: lift it (ulimit -Hs)"
        )
    else:
        yield ok("limit -s", says)


def _shown(limit: int) -> str:
    return "unlimited" if limit == resource.RLIM_INFINITY else f"{limit:,}"


def _memory() -> Finding:
    page = os.sysconf("SC_PAGE_SIZE")
    all_, free = (os.sysconf(n) * page >> 20 for n in ("SC_PHYS_PAGES", "SC_AVPHYS_PAGES"))
    says = f"{all_:,} MB, {free:,} MB free, {os.cpu_count()} processors"
    if all_ < 1024:
        return warn(
            "memory", says, "serve from disk: kg serve --engine disk --workers 2 --memory 128"
        )
    return ok("memory", says)


def _temporary() -> Finding:
    place = Path(tempfile.gettempdir())
    says = f"{place}: {free_bytes(place) >> 20:,} MB free"
    if free_bytes(place) < _ROOM:
        return warn(
            "temporary files", says, "large answers go by way of it: free some, or set TMPDIR"
        )
    return ok("temporary files", says)


def _clock() -> Finding:
    """Against the newest file of the program, which cannot be of tomorrow."""
    now = time.time()
    shown = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(now))
    newest = max(f.stat().st_mtime for f in Path(__file__).parents[1].glob("*.py"))
    if now < newest - _DAY:
        return fail("clock", shown, "it is behind: set it (timedatectl set-ntp true)")
    return ok("clock", shown)


def _locale() -> Finding:
    name = locale.getencoding()
    is_unicode = name.lower().replace("-", "") == "utf8" or sys.flags.utf8_mode == 1
    if not is_unicode:
        return warn("locale", name, "names of files are read in it: export LANG=C.UTF-8")
    return ok("locale", f"{name} (LANG={os.environ.get('LANG', 'not set')})")


def _letters() -> Finding:
    """Whether a picture with Vietnamese letters can be drawn: they come with the program."""
    from ..raster import to_png

    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="40"><text y="30">{}</text></svg>'
    remedy = "install the program again: ttf-opensans or resvg-py is missing or damaged"
    try:
        drawn, blank = (to_png(svg.format(text), 200) for text in ("Đổi mới", ""))
    except Exception as fault:
        return fail("letters for PNG", f"{type(fault).__name__}: {fault}"[:200], remedy)
    if drawn == blank:
        return fail("letters for PNG", "nothing is drawn", remedy)
    return ok("letters for PNG", "drawn with the program's own font; no browser is needed")
