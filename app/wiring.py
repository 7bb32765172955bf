"""Which blueprints and commands the application has, and who hands the person to the edge."""

from __future__ import annotations

from flask import Blueprint, Flask

from app import cli
from app.accounts import login

load_actor = login.load_actor


def register(app: Flask) -> None:
    """Attach every domain's routes and every command group."""
    login.init_app(app)
    for blueprint in _blueprints():
        app.register_blueprint(blueprint)
    cli.register(app)


def _blueprints() -> list[Blueprint]:
    import importlib

    found = []
    for name in ("home", "policies", "discussions", "moderation", "consensus", "search", "accounts"):
        try:  # while the house is being built
            module = importlib.import_module(f"app.{name}.routes")
        except ImportError:
            continue
        if not hasattr(module, "blueprint"):
            continue
        found.append(module.blueprint)
        if hasattr(module, "help_blueprint"):
            found.append(module.help_blueprint)
    return found
