"""The page *How this draft stands* and what hangs on it."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("consensus", __name__)

from app.consensus.routes import (  # noqa: E402 - the views register themselves
    clause,
    dashboard,
    flow,
    more,
    positions,
    saying_read,
    site,
    thresholds,
)

__all__ = [
    "blueprint",
    "clause",
    "dashboard",
    "flow",
    "more",
    "positions",
    "saying_read",
    "site",
    "thresholds",
]
