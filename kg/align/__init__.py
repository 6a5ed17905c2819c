"""Plans laid beside the documents above them: targets by indicator and value, tasks by their words.

What is found is a proposal with a confidence, in a graph of its own (graph/alignments), until a person confirms
or rejects it; see docs/alignment.md.
"""

from __future__ import annotations

from .deciding import decide
from .decisions import SUFFIX, DecisionsError, load_decisions
from .renewing import decisions_fingerprint, renew_alignments
from .routes import routes
from .targets import compare_targets
from .wording import compare_tasks

__all__ = [
    "SUFFIX",
    "DecisionsError",
    "compare_targets",
    "compare_tasks",
    "decide",
    "decisions_fingerprint",
    "load_decisions",
    "renew_alignments",
    "routes",
]
