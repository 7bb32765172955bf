"""What every form page does with a form that was not accepted."""

from __future__ import annotations

from flask_wtf import FlaskForm

from app.errors import DomainError
from app.text.canonical import TextRefused
from app.web.error_pages import translated


def failed(form: FlaskForm) -> int:
    """400 for a stale token (the page comes back with a fresh one), 422 for wrong input."""
    return 400 if "csrf_token" in form.errors else 422


def refused(error: DomainError | TextRefused) -> int:
    """413 for a text that is too large, 422 for every other rule."""
    return 413 if isinstance(error, TextRefused) and error.code == "too_large" else 422


def put_error(form: FlaskForm, error: DomainError | TextRefused, default: str = "text") -> None:
    """Show a refusal of the service beside the field it is about."""
    named = getattr(error, "field", None)
    name = named if named in form else default
    if name in form:
        field = form[name]
        field.errors = [*field.errors, translated(error.message)]
