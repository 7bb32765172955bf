"""What a person may send to a discussion; ``rules`` decides what of it can stay."""

from __future__ import annotations

import re

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from app.discussions.rules import ThreadKind
from app.web.forms import Form

_UNSHOWABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")

KIND_CHOICES = [
    SelectChoice(ThreadKind.COMMENT.value, _l("A comment")),
    SelectChoice(ThreadKind.QUESTION.value, _l("A question")),
    SelectChoice(ThreadKind.OBJECTION.value, _l("An objection: it should not stay as it is")),
]


class ThreadForm(Form):
    """Open a thread on a clause, or on the whole draft when ``clause`` is empty."""

    kind = RadioField(
        _l("What kind of comment is it?"),
        choices=KIND_CHOICES,
        default="comment",
        validate_choice=False,
    )
    title = StringField(_l("Title"))
    body = TextAreaField(_l("Your words"))
    clause = HiddenField()


class WordsForm(Form):
    """A reply, or other words for one's own comment."""

    body = TextAreaField(_l("Your words"))


def give_back(form: Form) -> None:
    """Leave out of refused words what no page can hold, so that the rest can be shown again."""
    for field in form:
        if isinstance(field.data, str):
            field.data = _UNSHOWABLE.sub("", field.data)
