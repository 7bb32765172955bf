"""What a person may send: one press of a button about an article or a suggestion, and what an
officer sets for a draft."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from app.consensus.rules.wording import CHOICES, NONE
from app.web.forms import Form

BACK = "back"  # the step that takes back


class StanceForm(Form):
    """``choice`` is a position or "none"; ``next`` is the page where the button stood."""

    choice = RadioField(choices=[SelectChoice(choice, choice) for choice in (*CHOICES, NONE)])
    next = HiddenField()


class ReadForm(Form):
    """``step`` "back" takes back; ``next`` as above."""

    step = HiddenField()
    next = HiddenField()


class ThresholdsForm(Form):
    """From how many on something counts; ``seen`` is the id of the last change when it was made."""

    seen = IntegerField(widget=HiddenInput(), default=0, validators=[InputRequired()])
    undoing = IntegerField(
        _l("Versions that undo what others did, within 28 days"), validators=[InputRequired()]
    )
    undo_people = IntegerField(
        _l("People who undo each other's changes"), validators=[InputRequired()]
    )
    swing = IntegerField(
        _l("Percent of the changed words that went back and forth"), validators=[InputRequired()]
    )
    swing_words = IntegerField(
        _l("Words changed in all while going back and forth"), validators=[InputRequired()]
    )
    swing_people = IntegerField(
        _l("People who take part in going back and forth"), validators=[InputRequired()]
    )
    swing_revisions = IntegerField(
        _l("Versions while going back and forth"), validators=[InputRequired()]
    )
    objections = IntegerField(_l("Open objections"), validators=[InputRequired()])
    rivals = IntegerField(
        _l("People who want different words in the same place"), validators=[InputRequired()]
    )
    gap = IntegerField(
        _l("Percentage points between officers and residents who agree"),
        validators=[InputRequired()],
    )
    quiet_days = IntegerField(_l("Days without a change"), validators=[InputRequired()])
    readers = IntegerField(_l("People who have read it"), validators=[InputRequired()])
    service_days = IntegerField(
        _l("Days in which a question is to be answered"), validators=[InputRequired()]
    )
    reason = StringField(_l("Reason"))
