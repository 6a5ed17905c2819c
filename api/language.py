"""Vietnamese or English: by ``?lang=``, else by Accept-Language, else Vietnamese; and links that keep the choice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, request

LANGUAGES = ("vi", "en")


def chosen_language() -> str:
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        return asked
    return request.accept_languages.best_match(LANGUAGES, "vi") or "vi"


def link(path: str, **parameters: object) -> str:
    """A path of ours with *parameters* (None: left out), in the language that the address of this page names.

    A page whose address names no language links to pages that name none either: what is passed on then opens
    in the language of whoever opens it.
    """
    pairs = {name: value for name, value in parameters.items() if value is not None and value != ""}
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        pairs.setdefault("lang", asked)
    address, hash_, fragment = path.partition("#")
    joint = "&" if "?" in address else "?"
    query = joint + urlencode(pairs, doseq=True) if pairs else ""
    return quote(address, safe="/:?=&%@,;+!()*~'") + query + hash_ + fragment


def in_language(lang: str) -> str:
    """The address of this page in another language."""
    pairs = [(k, v) for k, v in request.args.items(multi=True) if k != "lang"]
    return f"{quote(request.path)}?{urlencode([*pairs, ('lang', lang)])}"


def register(app: Flask) -> None:
    """What every template has: ``lang``, ``t("Việt", "English")``, ``link(path, name=value)``, ``in_language``."""

    @app.context_processor
    def words() -> dict[str, Any]:
        lang = chosen_language()
        return {
            "lang": lang,
            "vi": lang == "vi",
            "t": _chooser(lang),
            "link": link,
            "in_language": in_language,
        }


def _chooser(lang: str) -> Callable[[str, str], str]:
    return lambda vi, en: vi if lang == "vi" else en
