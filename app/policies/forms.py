"""What a person may send about a policy; the words per field, no decisions."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FileField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields import DateTimeLocalField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from app.text.as_read import as_read_over
from app.web.forms import Form

KIND_CHOICES = [
    SelectChoice("policy", _l("Policy")),
    SelectChoice("work_plan", _l("Work plan")),
    SelectChoice("rules", _l("House rules")),
    SelectChoice("practice", _l("Practice page")),
]
LANGUAGE_CHOICES = [
    SelectChoice("zh-Hans", "简体中文"),
    SelectChoice("zh-Hant", "繁體中文"),
    SelectChoice("en", "English"),
]
MODE_CHOICES = [
    SelectChoice("reviewed", _l("The people I name (and I); changes by others become suggestions")),
    SelectChoice("group", _l("The people I name (and I); others only comment")),
    SelectChoice("open", _l("Everybody who is signed in, at once")),
    SelectChoice("closed", _l("Nobody for now")),
]


def new_token() -> str:
    """A once-only token for an edit form."""
    return secrets.token_urlsafe(18)


class EditForm(Form):
    """Edit the whole text or one clause.

    ``marks`` is ``hidden`` while ``text`` holds words as read; a request without it is Markdown.
    """

    text = TextAreaField(_l("Text"))
    summary = StringField(
        _l("What did you change, and why?"),
        validators=[Length(max=500, message=_l("Please keep this under 500 characters."))],
    )
    minor = BooleanField(
        _l("Only spelling or punctuation"),
        description=_l("Nobody gets a letter about it; the history shows it all the same."),
    )
    base = IntegerField(
        widget=HiddenInput(),
        validators=[
            InputRequired(_l("Your page was made from a version that does not exist.")),
            NumberRange(1, 2**31 - 1, _l("Your page was made from a version that does not exist.")),
        ],
    )
    edit_token = HiddenField()
    clause = HiddenField()
    marks = HiddenField()

    def show(self, text: str, base: str, *, with_marks: bool = False) -> None:
        """Hold ``text``, made from ``base``: as read when ``base`` can bring its marks back."""
        words = None if with_marks else as_read_over(text, base)
        self.text.data = text if words is None else words
        self.marks.data = "" if words is None else "hidden"

    @property
    def hides_marks(self) -> bool:
        """Whether the words are as read, and the marks must come back from the base."""
        return bool(self.marks.data == "hidden")


class NewPolicyForm(Form):
    """Begin a draft. A request without ``visibility`` stays public, as programs expect."""

    title = StringField(
        _l("Title"), validators=[InputRequired(_l("Please give the draft a title."))]
    )
    language = SelectField(_l("Language of the text"), choices=LANGUAGE_CHOICES)
    kind = SelectField(_l("What kind of text is it?"), choices=KIND_CHOICES, default="policy")
    department = StringField(_l("Responsible department"), validators=[Length(max=120)])
    text = TextAreaField(_l("Text"))
    summary = StringField(_l("Why is this draft started?"), validators=[Length(max=500)])
    visibility = RadioField(
        _l("Who can see it for now?"),
        choices=[
            SelectChoice("private", _l("Only my department and the people I name")),
            SelectChoice("public", _l("Everybody")),
        ],
        validators=[Optional()],
    )
    mode = RadioField(
        _l("Who may edit?"), choices=MODE_CHOICES, default="reviewed", validators=[Optional()]
    )
    phase = RadioField(
        _l("Where does it begin?"),
        choices=[
            SelectChoice("drafting", _l("The text is being drafted")),
            SelectChoice("registered", _l("It is accepted for work; the drafting begins later")),
            SelectChoice("proposed", _l("It is a proposal; the department answers within 30 days")),
        ],
        default="drafting",
        validators=[Optional()],
    )


class WordForm(Form):
    """A Word file, or the words of one."""

    file = FileField(_l("Word file (.docx)"))
    text = TextAreaField(_l("Or paste the text here"))


class SettingsForm(Form):
    """Who edits, whose draft it is, and its one-sentence summary."""

    mode = RadioField(_l("Who may edit?"), choices=MODE_CHOICES)
    department = StringField(_l("Responsible department"), validators=[Length(max=120)])
    plain_summary = TextAreaField(
        _l("In plain words: what does it do for a resident?"), validators=[Length(max=1000)]
    )


class RenameForm(Form):
    """A new title and, if wanted, a new address."""

    title = StringField(
        _l("Title"), validators=[InputRequired(_l("Please give the draft a title."))]
    )
    slug = StringField(_l("Address"), validators=[Optional(), Length(max=80)])


SEAT_CHOICES = [
    SelectChoice("drafter", _l("Drafter")),
    SelectChoice("decision_maker", _l("Decision maker")),
    SelectChoice("legal_reviewer", _l("Legal reviewer")),
    SelectChoice("expert", _l("Expert")),
    SelectChoice("evaluator", _l("Independent evaluator")),
    SelectChoice("community_representative", _l("Community representative")),
    SelectChoice("enterprise", _l("Business or organisation")),
    SelectChoice("front_line", _l("Front-line officer")),
    SelectChoice("district_office", _l("District office")),
    SelectChoice("technical_service", _l("Technical service")),
]


class SeatForm(Form):
    """Name somebody who works on the draft. A request without ``kind`` names a drafter."""

    kind = SelectField(_l("What for?"), choices=SEAT_CHOICES, default="drafter")
    address = StringField(_l("E-mail address, mobile number or the number of their page"))
    body = StringField(_l("Office, firm or community"), validators=[Length(max=120)])
    hides_name = BooleanField(_l("Show only “Front-line officer” and the district, not the name"))


class WaiveForm(Form):
    """Leave a required seat open; ``needed`` are the kinds that may be left so."""

    seat = SelectField(_l("Which seat stays open?"))
    reason = TextAreaField(_l("Why? Everybody will see it."), validators=[Length(max=500)])

    def __init__(self, *args: Any, needed: Collection[str] = (), **values: Any) -> None:
        super().__init__(*args, **values)
        self.seat.choices = [choice for choice in SEAT_CHOICES if choice.value in needed]


class VisibilityForm(Form):
    """Make public at a time, with or without the earlier history."""

    at = DateTimeLocalField(
        _l("Date and time"),
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        validators=[Optional()],
    )
    alone_reason = TextAreaField(_l("Why do you do this alone?"), validators=[Length(max=500)])
    history = BooleanField(_l("Show the earlier versions too"))
    sure = BooleanField(
        _l("I have read the text above and want everybody to see it"),
        validators=[DataRequired(_l("Please confirm that you have read it."))],
    )


class NoteForm(Form):
    """Plain words, basis and reason of one clause."""

    plain = TextAreaField(_l("In plain words"), validators=[Length(max=1000)])
    basis = TextAreaField(_l("Legal basis"), validators=[Length(max=1000)])
    reason = TextAreaField(_l("Why it says this"), validators=[Length(max=2000)])
