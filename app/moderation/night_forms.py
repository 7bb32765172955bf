"""What volunteers send about their duty: for how long, and a note for the next."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext as _nl
from wtforms import SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice

from app.moderation.rules import SHIFT_HOURS
from app.web.forms import Form


class ShiftForm(Form):
    """Go on duty."""

    hours = SelectField(
        _l("For how long?"),
        choices=[
            SelectChoice(str(hours), _nl("%(num)s hour", "%(num)s hours", hours))
            for hours in SHIFT_HOURS
        ],
        default="2",
        validate_choice=False,
    )


class NoteForm(Form):
    """A note for whoever is on duty next."""

    body = TextAreaField(_l("What should the next volunteer know?"))
