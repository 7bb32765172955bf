"""What somebody may choose about letters, and what a follower by mail sends."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.web.forms import Form

_CHOOSE = _l("Please choose one of the answers.")
_DIGESTS = [
    SelectChoice("daily", _l("Every day, when there is news")),
    SelectChoice("weekly", _l("Every Monday, when there is news")),
]


class LettersForm(Form):
    """The digest's period, and whether letters come at once."""

    period = RadioField(
        _l("A summary of what I follow"),
        choices=[*_DIGESTS, SelectChoice("none", _l("Never"))],
        validators=[InputRequired(_CHOOSE)],
    )
    at_once = RadioField(
        _l("Letters at once"),
        choices=[SelectChoice("yes", _l("Yes")), SelectChoice("no", _l("No"))],
        validators=[InputRequired(_CHOOSE)],
    )


class FollowByMailForm(Form):
    """Where the summary goes and how often; ``clause`` "" is the whole draft."""

    address = StringField(
        _l("E-mail address"),
        validators=[
            InputRequired(_l("Please write your e-mail address.")),
            Length(max=254, message=_l("This is too long.")),
        ],
    )
    period = RadioField(
        _l("How often?"), choices=_DIGESTS, default="daily", validators=[InputRequired(_CHOOSE)]
    )
    clause = HiddenField()
