"""The fields of a question's form: what kind of control, what it holds, what can be chosen, what is wrong."""

from __future__ import annotations

from dataclasses import dataclass

from kg.catalogue import Parameter, Question
from kg.choices import Choice
from kg.errors import UnknownValue
from kg.names import BASE

from . import asking
from .kept import kept

_FEW = 20  # values that a list to choose from holds; more are found by typing
_KNOWN = {"plan": 60, "theme": 60, "unit": 60, "year": 60}  # those whose names people know less
_LISTED = 200  # of those, in a page without scripts


@dataclass(frozen=True, slots=True)
class Field:
    """*kind*: "select", "pick" (typing finds it), "date" or "text"; *value*: what the address holds, *shown*: its name.

    *suggestions*: (value, name), where *fault* tells what is wrong.
    """

    name: str
    label: str
    type: str
    kind: str
    value: str
    shown: str
    choices: tuple[Choice, ...] = ()
    fault: str = ""
    suggestions: tuple[tuple[str, str], ...] = ()
    is_required: bool = False


def field(
    parameter: Parameter, given: dict[str, str], lang: str, fault: UnknownValue | None
) -> Field:
    value = given.get(parameter.name, parameter.default)
    offered = _offered(parameter, lang)
    plain = parameter.type in ("text", "date") and not parameter.options
    kind = parameter.type if plain else "pick"
    is_offered = not value or any(choice.value == _iri(value) for choice in offered)
    if kind == "pick" and len(offered) <= _KNOWN.get(parameter.type, _FEW) and is_offered:
        kind = "select"
    told = fault if fault is not None and fault.parameter == parameter.name else None
    return Field(
        name=parameter.name,
        label=parameter.label(lang),
        type=parameter.type,
        kind=kind,
        value=_iri(value) if is_offered else value,
        shown=name_of(value, offered),
        choices=offered if kind == "select" else offered[:_LISTED],
        fault=str(told).partition(": ")[2] or str(told) if told else "",
        suggestions=told.suggestions if told else (),
        is_required=bool(parameter.options),
    )


def looked_for(question: Question, given: dict[str, str], lang: str) -> list[tuple[str, str]]:
    """(label, value in words) of every parameter that has a value."""
    found: list[tuple[str, str]] = []
    for parameter in question.parameters:
        if value := given.get(parameter.name, parameter.default):
            label = parameter.label(lang).partition(" (")[0]
            found.append((label, name_of(value, _offered(parameter, lang))))
    return found


def name_of(value: str, offered: tuple[Choice, ...]) -> str:
    """What *value* is called; the value itself where it is not among those *offered*."""
    iri = _iri(value)
    return next((choice.label for choice in offered if choice.value == iri), value)


def _iri(value: str) -> str:
    return BASE + value[1:] if value.startswith("/") else value


def _offered(parameter: Parameter, lang: str) -> tuple[Choice, ...]:
    if parameter.options:
        return tuple(Choice(o.value, o.label(lang), 0) for o in parameter.options)
    if parameter.type in ("text", "date"):
        return ()
    return kept(asking.values, parameter.type, lang)
