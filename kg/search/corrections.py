"""A likely spelling for a search that finds nothing: one letter off, by the words that the index has."""

from __future__ import annotations

import json
import sqlite3
import string

from .query import Query

_LONGEST = 12  # letters; Vietnamese syllables have seven at most


def correct(connection: sqlite3.Connection, query: Query) -> str | None:
    """*query* with each unknown word replaced by the most used one that is a letter away; None where one has none."""
    found: list[str] = []
    is_changed = False
    for exact, plain in zip(query.exact, query.plain, strict=True):
        known = connection.execute("SELECT uses FROM word WHERE plain = ?", (plain,)).fetchone()
        if known is not None or not plain.isalpha() or not 2 < len(plain) <= _LONGEST:
            found.append(exact)
            continue
        near = connection.execute(
            f"""SELECT word.{"exact" if query.has_marks else "plain"} FROM json_each(?) JOIN word ON word.plain = json_each.value
               ORDER BY word.uses DESC, word.plain LIMIT 1""",
            (json.dumps(sorted(_one_off(plain))),),
        ).fetchone()
        if near is None:
            return None
        found.append(near[0])
        is_changed = True
    return " ".join(found) if is_changed else None


def _one_off(word: str) -> set[str]:
    """All words that differ from *word* in one letter, or in the order of two."""
    parts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    letters = string.ascii_lowercase
    return (
        {a + b[1:] for a, b in parts if b}
        | {a + b[1] + b[0] + b[2:] for a, b in parts if len(b) > 1}
        | {a + c + b[1:] for a, b in parts if b for c in letters}
        | {a + c + b for a, b in parts for c in letters}
    ) - {word}
