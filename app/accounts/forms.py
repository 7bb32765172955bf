"""What a person may send about their account; the words per field, no decisions."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.web.forms import Form

LANGUAGES = [
    SelectChoice("", _l("As my browser asks")),
    SelectChoice("zh_Hans_CN", "简体中文"),
    SelectChoice("en", "English"),
]
_ADDRESS_NEEDED = _l("Please write your e-mail address or mobile number.")
_TOO_LONG = _l("This is too long.")


class SignInForm(Form):
    """With a password, or without one: then a code is sent."""

    email = StringField(
        _l("E-mail address or mobile number"),
        validators=[InputRequired(_ADDRESS_NEEDED), Length(max=254, message=_TOO_LONG)],
    )
    password = PasswordField(_l("Password"), validators=[Length(max=1000, message=_TOO_LONG)])


class RegisterForm(Form):
    """One of ``email`` and ``phone``; all else may stay empty."""

    phone = StringField(_l("Mobile number"), validators=[Length(max=40, message=_TOO_LONG)])
    email = StringField(_l("E-mail address"), validators=[Length(max=254, message=_TOO_LONG)])
    name = StringField(_l("Name shown to others"), validators=[Length(max=200, message=_TOO_LONG)])
    password = PasswordField(_l("Password"), validators=[Length(max=1000, message=_TOO_LONG)])


class CodeForm(Form):
    """The six figures; the button *Send again* needs none."""

    code = StringField(_l("6-figure code"), validators=[Length(max=40, message=_TOO_LONG)])


class ForgottenForm(Form):
    """Where the link is to go."""

    email = StringField(
        _l("E-mail address or mobile number"),
        validators=[InputRequired(_ADDRESS_NEEDED), Length(max=254, message=_TOO_LONG)],
    )


class ResetForm(Form):
    """The new password."""

    password = PasswordField(
        _l("New password"),
        validators=[
            InputRequired(_l("Please write a new password.")),
            Length(max=1000, message=_TOO_LONG),
        ],
    )


class AccountForm(Form):
    """One's own account; the two passwords only to change the password."""

    name = StringField(
        _l("Name shown to others"),
        validators=[
            InputRequired(_l("Please write a name.")),
            Length(max=200, message=_TOO_LONG),
        ],
    )
    locale = SelectField(_l("Language of the site and of messages to you"), choices=LANGUAGES)
    password = PasswordField(
        _l("Present password"), validators=[Length(max=1000, message=_TOO_LONG)]
    )
    new_password = PasswordField(
        _l("New password"), validators=[Length(max=1000, message=_TOO_LONG)]
    )
    hides_list = BooleanField(_l("Do not show others the list of what I wrote"))


class LeaveForm(Form):
    """The password, or the name of somebody who has none, to show that it is meant."""

    password = PasswordField(
        _l("Present password"), validators=[Length(max=1000, message=_TOO_LONG)]
    )
    name = StringField(
        _l("Your name, as it is shown"), validators=[Length(max=200, message=_TOO_LONG)]
    )
