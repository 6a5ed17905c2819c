"""The reference page of the service's addresses, from its OpenAPI description."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from kg.api.openapi import document

from .languages import word
from .tables import plain, table

FORMS = ["html", "csv", "xlsx", "json", "rq", "ttl"]


def page(lang: str) -> str:
    parts = [f"# {word('addresses', lang)}\n\n{word('made', lang)} (`/openapi.json`)\n"]
    heads = [word(key, lang) for key in ("address", "method_", "what", "parameters")]
    rows = [
        (_tag(operation), (f"`{path}`", method.upper(), _told(operation, lang), _takes(operation)))
        for path, methods in document("http://127.0.0.1:8000")["paths"].items()
        if not _is_other_form(path)
        for method, operation in methods.items()
    ]
    for tag, members in groupby(sorted(rows, key=lambda row: row[0]), key=lambda row: row[0]):
        parts.append(f"## {plain(tag)}\n\n{table(heads, (row for _, row in members))}")
    return "\n".join(parts)


def _is_other_form(path: str) -> bool:
    """Each question is told once, by its page: the other forms differ in their ending alone."""
    ending = path.rsplit(".", 1)[-1]
    return path.startswith("/q/") and "{" not in path and ending in FORMS and ending != "html"


def _tag(operation: dict[str, Any]) -> str:
    return str(operation.get("tags", ["Service"])[0])


def _told(operation: dict[str, Any], lang: str) -> str:
    """Questions are told in Vietnamese by their description; the rest in English."""
    if lang == "vi" and str(operation.get("operationId", "")).endswith("-html"):
        return plain(operation["description"])
    return plain(operation.get("summary", ""))


def _takes(operation: dict[str, Any]) -> str:
    return ", ".join(f"`{one['name']}`" for one in operation.get("parameters", []) if "name" in one)
