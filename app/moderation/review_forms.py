"""What somebody concerned sends to ask for a review, a volunteer to decide it, a supervisor to note."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from app.moderation.forms import RULE_CHOICES
from app.moderation.review_rules import NOTE_LIMIT, Outcome
from app.moderation.rules import REASON_LIMIT
from app.web.forms import Form

_LONG = {"maxlength": NOTE_LIMIT, "rows": 6}
_LINE = {"maxlength": REASON_LIMIT}


class ReviewForm(Form):
    """Ask for a review of one action."""

    words = TextAreaField(_l("Why do you disagree?"), render_kw=_LONG)


class VerdictForm(Form):
    """Decide a review."""

    outcome = RadioField(
        _l("Does the decision stand?"),
        choices=[
            SelectChoice(Outcome.UPHELD.value, _l("It stands")),
            SelectChoice(Outcome.OVERTURNED.value, _l("It was wrong and is taken back")),
        ],
        validate_choice=False,
    )
    reason = StringField(_l("Reason"), render_kw=_LINE)


class NoteForm(Form):
    """A supervisor's note; ``about`` and ``policy`` say what it is about."""

    about = HiddenField()
    policy = HiddenField()
    words = TextAreaField(_l("Your note"), render_kw=_LONG)


class CaseNoteForm(NoteForm):
    """What a supervisor says about reported words of an office; the note to the office may be empty."""

    rule = RadioField(_l("Which rule was named?"), choices=RULE_CHOICES, validate_choice=False)
    reason = StringField(_l("Reason"), render_kw=_LINE)


class ReplyForm(Form):
    """The reply of those who are responsible."""

    words = TextAreaField(_l("Your reply"), render_kw=_LONG)
