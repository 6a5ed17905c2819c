"""Vietnamese or English: by ``?lang=``, else by Accept-Language, else Vietnamese."""

from __future__ import annotations

from flask import request


def chosen_language() -> str:
    asked = request.args.get("lang")
    if asked in ("vi", "en"):
        return asked
    return request.accept_languages.best_match(["vi", "en"], "vi") or "vi"
