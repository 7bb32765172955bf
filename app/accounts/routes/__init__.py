"""The pages of people: sign in, register, code, new password, settings, a person's page."""

from flask import Blueprint

from app.accounts.services import setup

blueprint = Blueprint("accounts", __name__)
blueprint.record(lambda state: setup.configure(state.app.config["SETTINGS"]))

from app.accounts.routes import (  # noqa: E402 - the views register themselves on the blueprint
    demonstration,
    leaving,
    people,
    registering,
    resetting,
    signing_in,
)

__all__ = [
    "blueprint",
    "demonstration",
    "leaving",
    "people",
    "registering",
    "resetting",
    "signing_in",
]
