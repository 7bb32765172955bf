"""Pages that signed-in people share: rendered with holes for what is one person's alone.

The name and the form token are left open and filled in for each reader. A page that asks for more
of its reader than these is never kept.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import g
from flask_wtf.csrf import generate_csrf
from markupsafe import escape

from app.access.actor import Actor

# Random, so that nobody can write a hole into a text.
NAME_HOLE = f"name-{secrets.token_hex(16)}"
TOKEN_HOLE = f"token-{secrets.token_hex(16)}"


class SharedReader:
    """Stands for the actor in templates; remembers when something personal was asked for.

    The role is not: people of one standing have one role (``policies.stamps.find_standing``).
    """

    is_anonymous = False
    name = NAME_HOLE

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self.role = actor.role
        self.was_personal = False

    def __getattr__(self, attribute: str) -> Any:
        self.was_personal = True
        return getattr(self._actor, attribute)


@contextmanager
def rendering(actor: Actor) -> Iterator[SharedReader]:
    """Within the block, pages are rendered with holes; see ``languages`` and ``form_token``."""
    g.shared_reader = SharedReader(actor)
    try:
        yield g.shared_reader
    finally:
        g.pop("shared_reader")


def is_personal(reader: SharedReader) -> bool:
    """Whether the page holds more of its reader than the holes; a form of Flask-WTF does."""
    return reader.was_personal or "csrf_token" in g


def form_token() -> str:
    """The hidden field of forms in templates: a hole while a shared page is rendered."""
    return TOKEN_HOLE if "shared_reader" in g else generate_csrf()


def filled(body: bytes, actor: Actor) -> bytes:
    """The page as ``actor`` gets it."""
    name, token = str(escape(actor.name)), generate_csrf()
    return body.replace(NAME_HOLE.encode(), name.encode()).replace(
        TOKEN_HOLE.encode(), token.encode()
    )
