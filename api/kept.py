"""What pages ask of the dataset again and again, kept as long as the dataset is the same."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from flask import current_app

from kg.store import Dataset

from .cache import Cache
from .engine import Engine

P = ParamSpec("P")
R = TypeVar("R")
_KEPT = 32 << 20  # bytes, in all


def kept(job: Callable[Concatenate[Dataset, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
    """``Engine.call``, or what the same call gave before on this version of the dataset."""
    assert not kwargs, "give the arguments of a job by position"
    engine: Engine = current_app.extensions["engine"]
    cache: Cache[Any] = current_app.extensions.setdefault("kept", Cache(_KEPT))
    key = (engine.version, job.__module__, job.__qualname__, args)
    if (found := cache.get(key)) is not None:
        value: R = found[0]
        return value
    value = engine.call(job, *args, **kwargs)
    cache.put(key, (value,), len(pickle.dumps((args, value))))
    return value
