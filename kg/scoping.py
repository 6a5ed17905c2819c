"""What people write (a plan's number, a theme's name, «2021-2025») → a part of the dataset."""

from __future__ import annotations

import re

import pyoxigraph as ox

from .choices import find_named
from .dataset import Dataset
from .errors import ScopeError, UnknownName
from .names import BASE, VOC
from .network.model import AS, Scope

_LISTS = {"plan": "document/plans", "theme": "task/by-theme"}


def find_scope(
    dataset: Dataset,
    *,
    plan: str | None = None,
    theme: str | None = None,
    period: str | None = None,
    as_: str | None = None,
) -> Scope:
    """The scope with this *plan* (IRI, path of its page or number), *theme* (IRI, slug or name), *period* ("2025", "2021-2025") and
    groups *as_* "written" or "expanded"; what is None or empty bounds nothing.

    Raises ``ScopeError`` for what is no period or no way to see groups, ``UnknownName`` for a plan or theme that the
    dataset does not have.
    """
    if as_ and as_ not in AS:
        raise ScopeError(f"as: groups are seen {' or '.join(AS)}, not «{as_}»")
    return Scope(
        _find(dataset, "plan", plan),
        _find(dataset, "theme", theme),
        _period(period),
        as_ == "expanded",
    )


def _find(dataset: Dataset, kind: str, name: str | None) -> str | None:
    if not name:
        return None
    hint = f"«kg ask {_LISTS[kind]}» (/q/{_LISTS[kind]}) lists what there is"
    if name.startswith("/"):  # the path of its page
        name = BASE + name[1:]
    if re.match(r"https?://", name):
        try:
            node = ox.NamedNode(name)
        except ValueError as fault:
            raise ScopeError(f"{kind}: «{name}» is no IRI ({fault})") from None
        types = {"plan": "kh:AdministrativePlan", "theme": "kh:PolicyTheme"}
        if dataset.query(f"ASK {{ {node} a {types[kind]} }}"):
            return name
        raise UnknownName(f"{kind}: the dataset has no {kind} <{name}>; {hint}")
    found = find_named(dataset, kind, name)
    if kind == "theme":
        slug = str(VOC["theme/" + name])
        found = [pair for pair in found if pair[0] == slug] or found
    if not found:
        raise UnknownName(f"{kind}: no {kind} is called «{name}» here; {hint}")
    if len(found) > 1:
        names = "; ".join(f"{label} <{iri}>" for iri, label in found[:4])
        raise ScopeError(f"{kind}: «{name}» can be {names}; give the IRI")
    return found[0][0]


def _period(text: str | None) -> tuple[int, int] | None:
    if not text:
        return None
    match = re.fullmatch(r"\s*(\d{4})\s*(?:[-–]\s*(\d{4})\s*)?", text, re.ASCII)
    if match is None:
        raise ScopeError(f"period: a year or two, such as 2025 or 2021-2025, not «{text}»")
    first, last = int(match.group(1)), int(match.group(2) or match.group(1))
    if last < first:
        raise ScopeError(f"period: «{text}» ends before it begins; write {last}-{first}")
    return first, last
