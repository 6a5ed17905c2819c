"""What every answer says to browsers."""

from __future__ import annotations

GUARD = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
)
PAGE_POLICY = (
    "default-src 'self'; script-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
# The editor's own scripts write style attributes, and its pictures stand in its sheet.
EDITOR_POLICY = f"{PAGE_POLICY}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:"
# Any page may ask and read: there is nothing to steal, and no cookie to borrow.
OPEN = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", "ETag, Location, Retry-After"),
)
