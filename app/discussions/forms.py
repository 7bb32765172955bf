"""What a person may send to a discussion; ``rules`` decides what of it can stay."""

from __future__ import annotations

import re

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
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


class SummaryForm(Form):
    """What a volunteer says a thread comes down to."""

    body = TextAreaField(_l("Summary"))


class ClauseForm(Form):
    """The clause that a whole thread is about; "" the whole draft."""

    clause = SelectField(_l("What is it about?"), validate_choice=False)


class TargetForm(Form):
    """Another thread of the draft: one of the list, or (OTHER) the one at ``address``."""

    target = RadioField(_l("Which discussion?"), validate_choice=False)
    address = StringField(_l("Its address, or its number"))


class MoveReplyForm(TargetForm):
    """Another thread, or (NEW) one of its own on ``clause``."""

    clause = SelectField(_l("What is the new discussion about?"), validate_choice=False)


OTHER, NEW = "other", "new"


def give_back(form: Form) -> None:
    """Leave out of refused words what no page can hold, so that the rest can be shown again."""
    for field in form:
        if isinstance(field.data, str):
            field.data = _UNSHOWABLE.sub("", field.data)
