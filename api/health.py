"""Whether the service is alive, and which dataset it serves."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify

from kg.errors import KgError

from .engine import Engine
from .following import Follower

bp = Blueprint("health", __name__)


@bp.get("/health")
def health() -> Response:
    """200 as long as the process answers, with or without plans in the store; *ready*: queries are run."""
    engine: Engine = current_app.extensions["engine"]
    follower: Follower | None = current_app.extensions.get("follower")
    remote = {} if follower is None else {"remote": follower.state()}
    try:
        version = engine.version
        manifest = engine.manifest
    except KgError as fault:
        return jsonify(
            {"status": "live", "ready": False, "version": None, "message": str(fault), **remote}
        )
    idle, busy, waiting = engine.counts()
    return jsonify(
        {
            "status": "live",
            "ready": engine.is_ready,
            "version": version,
            "plans": len(manifest.get("plans", [])),
            "quads": manifest["quads"],
            "workers": {"idle": idle, "busy": busy, "waiting": waiting},
            **remote,
        }
    )
