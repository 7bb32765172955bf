"""What every form says in this house's words, and what its page does when it was not accepted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from flask_babel import gettext
from flask_wtf import FlaskForm

from app.access.actor import Actor
from app.errors import DomainError
from app.messages import N_
from app.text.canonical import TextRefused
from app.web.error_pages import showable, translated
from app.web.guard import STALE

# What the form library says by itself, in the words that a resident reads here.
OURS = {
    "Not a valid choice.": N_("Please choose one of the answers."),
    "Not a valid integer value.": N_("Please write a number."),
    "Not a valid datetime value.": N_("Please choose a date and time."),
    "This field is required.": N_("Please fill this in."),
    "Field cannot be longer than %(max)d character.": N_("At most %(max)s characters, please."),
}


class _OurWords:
    """What WTForms takes for its catalog."""

    def gettext(self, text: str) -> str:
        return gettext(OURS.get(text, text))

    def ngettext(self, one: str, many: str, count: int) -> str:
        return self.gettext(one)


class Form(FlaskForm):
    """The base of every form: sentences of ours, and one sentence for a stale token."""

    class Meta(FlaskForm.Meta):
        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            """Only what a form sent: JSON and files would bring values that are no words."""
            if formdata is None or not form.is_submitted():
                return None
            return request.form or None

        def get_translations(self, form: FlaskForm) -> _OurWords:
            return _OurWords()

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        accepted: bool = super().validate(extra_validators)
        if "csrf_token" in self.errors:
            self["csrf_token"].errors = [gettext(STALE)]
        if not accepted:
            _give_back(self)
        return accepted


def token_for(actor: Actor) -> dict[str, bool]:
    """``meta`` of a form on a page that visitors see too: for them there is nothing to send, and
    making a token would start a session for everybody who reads."""
    return {"csrf": not actor.is_anonymous}


def failed(form: FlaskForm) -> int:
    """400 for a stale token (the page comes back with a fresh one), 422 for wrong input."""
    return 400 if "csrf_token" in form.errors else 422


def refused(error: DomainError | TextRefused) -> int:
    """413 for a text that is too large, 422 for every other rule."""
    return 413 if isinstance(error, TextRefused) and error.code == "too_large" else 422


def put_error(form: FlaskForm, error: DomainError | TextRefused, default: str = "text") -> None:
    """Show a refusal of the service beside the field it is about."""
    _give_back(form)
    name = error.field if error.field in form else default
    if name in form:
        field = form[name]
        field.errors = [*field.errors, translated(error.message)]


def _give_back(form: FlaskForm) -> None:
    """What was sent is shown again; characters that no page can hold are shown as U+FFFD."""
    for field in form:
        if isinstance(field.data, str):
            field.data = showable(field.data)
