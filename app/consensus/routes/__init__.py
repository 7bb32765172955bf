"""The page *How this draft stands* and what hangs on it."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("consensus", __name__)

from app.consensus.routes import clause, dashboard, flow, positions, saying_read  # noqa: E402,F401
