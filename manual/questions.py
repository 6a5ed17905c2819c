"""The reference page of the question catalogue."""

from __future__ import annotations

from itertools import groupby

from kg.api.topics import topic_name

from kg.catalogue import Question, questions

from .languages import word
from .tables import plain, table


def page(lang: str) -> str:
    parts = [f"# {word('questions', lang)}\n\n{word('made', lang)}\n"]
    every = sorted(questions().values(), key=lambda q: (q.topic, q.id))
    for topic, members in groupby(every, key=lambda q: q.topic):
        parts.append(f"## {plain(topic_name(topic, lang))}\n")
        parts += [_question(question, lang) for question in members]
    return "\n".join(parts)


def _question(question: Question, lang: str) -> str:
    named = "".join(f' {p.name}="…"' for p in question.parameters)
    parts = [f"### {plain(question.text(lang))}\n"]
    parts.append(f"`kg ask {question.id}{named}` · `/q/{question.id}`\n")
    if question.parameters:
        parts.append(f"{word('parameters', lang)}:\n")
        for one in question.parameters:
            options = ", ".join(f"`{o.value}` ({plain(o.label(lang))})" for o in one.options)
            default = f" = `{one.default}`" if one.default else ""
            shown = f": {options}" if options else ""
            parts.append(f"- `{one.name}`{default} ({plain(one.label(lang))}){shown}")
        parts.append("")
    if question.columns:
        heads = (word("columns", lang), word("label", lang))
        rows = ((f"`{c.name}`", plain(c.heading(lang))) for c in question.columns)
        parts.append(table(heads, rows))
    if note := question.empty(lang):
        parts.append(f"{plain(note)}\n")
    indented = "\n".join(f"    {line}".rstrip() for line in _body(question.query).splitlines())
    parts.append(f'??? note "{word("query", lang)}"\n\n    ```sparql\n{indented}\n    ```\n')
    return "\n".join(parts)


def _body(query: str) -> str:
    """The query without its header."""
    return "\n".join(line for line in query.splitlines() if not line.startswith("#+")).strip()
