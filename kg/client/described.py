"""The question catalogue of a service, read from its ``/openapi.json``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..catalogue import TYPES, Column, Option, Parameter, Question

_BEGIN, _END = "/q/", ".json"
_RESERVED = ("lang",)


def questions_in(described: Mapping[str, Any]) -> dict[str, Question]:
    """By id; a question that has no columns described has none (its answer has them all the same)."""
    found: dict[str, Question] = {}
    for path, operations in described.get("paths", {}).items():
        name = path.removeprefix(_BEGIN).removesuffix(_END)
        if not (path.startswith(_BEGIN) and path.endswith(_END)) or "{" in name:
            continue
        asked = operations["get"]
        found[name] = Question(
            id=name,
            vi=asked.get("description", name),
            en=asked.get("summary", name),
            tags=tuple(asked.get("tags", ())),
            parameters=tuple(
                _parameter(p) for p in asked.get("parameters", ()) if p["name"] not in _RESERVED
            ),
            columns=_columns(asked),
            query="",
        )
    return found


def _parameter(told: Mapping[str, Any]) -> Parameter:
    schema = told.get("schema", {})
    labels = told.get("x-label", {})
    kind = told.get("x-type", "text")
    en = labels.get("en") or told.get("description", told["name"])
    return Parameter(
        name=told["name"],
        type=kind if kind in TYPES else "text",
        default=str(schema.get("default", "")),
        label_vi=labels.get("vi") or en,
        label_en=en,
        options=tuple(Option(str(v), str(v), str(v)) for v in schema.get("enum", ())),
    )


def _columns(asked: Mapping[str, Any]) -> tuple[Column, ...]:
    try:
        content = asked["responses"]["200"]["content"]["application/json"]
        told = content["schema"]["items"]["properties"]
    except KeyError:
        return ()
    return tuple(
        Column(name, one.get("x-title-vi") or one["title"], one["title"], one.get("x-unit", ""))
        for name, one in told.items()
    )
