"""What a person may send about an article or a suggestion: one press of a button."""

from __future__ import annotations

from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice

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
