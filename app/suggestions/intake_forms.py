"""What an officer may send who enters a letter, a call or a statement at a hearing."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.suggestions.channels import NAMES
from app.suggestions.rules import Kind
from app.suggestions.services.storing_paper import REMOVAL, PaperWords
from app.web.forms import Form


class IntakeForm(Form):
    """One contribution as it came; ``clause`` is an id, "" for the whole draft."""

    edit_token = HiddenField(validators=[Length(max=60)])
    channel = SelectField(
        _l("How did it come?"),
        validate_choice=False,
        validators=[InputRequired(_l("Please choose how it came."))],
    )
    received_on = DateField(
        _l("On which day was it received?"),
        validators=[InputRequired(_l("Please choose the day."))],
    )
    kind = RadioField(
        _l("What is it?"),
        choices=[
            SelectChoice(Kind.COMMENT.value, _l("A comment")),
            SelectChoice(Kind.QUESTION.value, _l("A question")),
            SelectChoice(Kind.OBJECTION.value, _l("An objection")),
            SelectChoice(Kind.SUGGESTION.value, _l("Other words for an article")),
            SelectChoice(REMOVAL, _l("A wish to take an article out")),
        ],
        default=Kind.COMMENT.value,
    )
    clause = SelectField(_l("Which article is it about?"), validate_choice=False)
    place = StringField(_l("Place in the text, as the sender says it"))
    text = TextAreaField(_l("The exact words"))
    reason = TextAreaField(_l("The reason that is given"))
    name = StringField(_l("Who is it from?"))
    shows_name = BooleanField(_l("The sender agrees that the name is shown"))
    speaks_for = StringField(_l("For whom does the sender speak?"))
    scan = FileField(_l("Scan"))

    def offer(self, places: list[tuple[str, str]]) -> None:
        """The articles that can be chosen: id and label."""
        self.clause.choices = [SelectChoice("", gettext("The whole draft"))] + [
            SelectChoice(ident, label) for ident, label in places
        ]
        self.channel.choices = [SelectChoice("", gettext("Please choose"))] + [
            SelectChoice(code, gettext(words)) for code, words in NAMES.items()
        ]

    def wanted(self) -> PaperWords:
        """What a valid form asks for."""
        received_on: date = self.received_on.data
        return PaperWords(
            channel=self.channel.data or "",
            received_on=received_on,
            text=self.text.data or "",
            clause=self.clause.data or "",
            kind=self.kind.data or "",
            reason=self.reason.data or "",
            name=self.name.data or "",
            shows_name=bool(self.shows_name.data),
            speaks_for=self.speaks_for.data or "",
            place=self.place.data or "",
            token=self.edit_token.data or "",
        )


class UploadForm(Form):
    """A table of answers, or the token under which one that was looked at is kept."""

    kept = HiddenField(validators=[Length(max=40)])
    file = FileField(_l("The table"))
