"""Whether the service is alive, and which dataset it serves."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify

from kg.errors import StoreError

from .engine import Engine

bp = Blueprint("health", __name__)


@bp.get("/health")
def health() -> Response:
    """200 as long as the process answers, with or without plans in the store."""
    engine: Engine = current_app.extensions["engine"]
    try:
        dataset = engine.dataset
    except StoreError as fault:
        return jsonify({"status": "live", "ready": False, "version": None, "message": str(fault)})
    return jsonify(
        {
            "status": "live",
            "ready": True,
            "version": dataset.version,
            "plans": len(dataset.manifest.get("plans", [])),
            "quads": dataset.manifest.get("quads"),
        }
    )
