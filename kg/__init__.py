"""kehoach: Vietnamese administrative plans as a knowledge graph.

The public verbs, imported when first used:

>>> from kg import read_plan, build, open_dataset, questions, answer
"""

from __future__ import annotations

from importlib import import_module

_VERBS = {
    "read_document": "read",
    "find_clauses": "structure",
    "resolve": "resolution",
    "build_graph": "graph",
    "check": "validation",
    "read_plan": "pipeline",
    "build": "pipeline",
    "open_dataset": "store",
    "questions": "catalogue",
    "answer": "catalogue",
    "connect": "client",
}
__all__ = sorted(_VERBS)


def __getattr__(name: str) -> object:
    if name not in _VERBS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_VERBS[name]}", __name__), name)
