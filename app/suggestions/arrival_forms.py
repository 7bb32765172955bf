"""What a person may send after writing: where the answer goes, or the code of an earlier visit."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField
from wtforms.validators import Length

from app.web.forms import Form

_TOO_LONG = _l("This is too long.")


class WhoForm(Form):
    """One of ``phone`` and ``email``, as the page asks; ``kept`` says which words are meant."""

    phone = StringField(_l("Mobile number"), validators=[Length(max=40, message=_TOO_LONG)])
    email = StringField(_l("E-mail address"), validators=[Length(max=254, message=_TOO_LONG)])
    name = StringField(_l("Name shown to others"), validators=[Length(max=200, message=_TOO_LONG)])
    kept = HiddenField()


class LookUpForm(Form):
    """A look-up code of something sent, or the continue code of something kept."""

    code = StringField(_l("Your code"), validators=[Length(max=60, message=_TOO_LONG)])
