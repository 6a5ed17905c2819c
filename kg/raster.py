"""A drawing as PNG, with letters that have every Vietnamese mark."""

from __future__ import annotations

import subprocess
import sys
from importlib.resources import files

from .errors import KgError

FONT = "Open Sans"
WIDTHS = (200, 6000)
_FACES = ("OpenSans-Regular.ttf", "OpenSans-SemiBold.ttf")


class Slow(KgError):
    """A picture that takes longer to draw than it may."""


def to_png(svg: str, width: int = 2400) -> bytes:
    """*svg* drawn *width* pixels wide, with a font of our own: the same everywhere."""
    import resvg_py

    folder = files("ttf_opensans") / "ttf"
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            width=width,
            dpi=96,
            background="#ffffff",
            skip_system_fonts=True,
            font_files=[str(folder / face) for face in _FACES],
            font_family=FONT,
            sans_serif_family=FONT,
        )
    )


def to_png_apart(svg: bytes, width: int, seconds: float) -> bytes:
    """The same in a process of its own, which is killed after *seconds*; ``Slow`` then."""
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-c", f"from {__name__} import main; main()", str(width)],
            input=svg,
            capture_output=True,
            timeout=seconds,
            check=True,
        )
    except subprocess.TimeoutExpired:
        raise Slow(
            f"the picture took longer than {seconds:g} seconds; take the svg, or a part of the network"
        ) from None
    return done.stdout


def main() -> None:
    """An SVG from standard input to a PNG on standard output; the width is the first argument."""
    svg = sys.stdin.buffer.read().decode("utf-8")
    sys.stdout.buffer.write(to_png(svg, int(sys.argv[1])))
