"""What people have put right in a plan: a file beside it, applied after extraction, before resolution.

``load_corrections`` reads the file, ``apply_corrections`` gives the corrected plan.  Its form is told in
docs/corrections.md.
"""

from __future__ import annotations

from .apply import apply_corrections
from .file import SUFFIX, corrections_path, load_corrections
from .model import Anchor, Correction

__all__ = [
    "SUFFIX",
    "Anchor",
    "Correction",
    "apply_corrections",
    "corrections_path",
    "load_corrections",
]
