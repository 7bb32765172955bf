"""Questions for tests of the search, asked as a person asks them."""

from __future__ import annotations

from flask import current_app

from app.access.actor import VISITOR, Actor
from app.database import db
from app.search.forms import question_of
from app.search.services.searching import Results, search
from app.worker import Worker


def drain() -> None:
    """Let the worker do all that is due; nothing may stand still."""
    troubles = Worker(current_app.config["SETTINGS"].instance_dir).drain()
    assert troubles == [], troubles


def ask(q: str, actor: Actor = VISITOR, **more: str) -> Results:
    """What a person finds, by the service."""
    page = int(more.pop("page", 1))
    results = search(question_of({"q": q, **more}, page), actor)
    db.session.rollback()
    return results


def found(q: str, actor: Actor = VISITOR, **more: str) -> list[str]:
    """The addresses of what a person finds, best first."""
    return [hit.url for hit in ask(q, actor, **more).hits]


def texts(results: Results) -> str:
    """Every word that a page of hits would show, marks left out."""
    shown = [text for hit in results.hits for text, _ in (*hit.title, *hit.words.parts)]
    return "\n".join([*shown, *(hit.label for hit in results.hits), results.corrected or ""])
