"""What an officer may send who answers a contribution or takes its words into the text."""

from __future__ import annotations

import re

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import HiddenInput

from app.policies.forms import EditForm
from app.suggestions.rules import CHANGES_TEXT, Outcome
from app.web.forms import Form

OUTCOMES = {
    Outcome.ADOPTED: _l("Adopted"),
    Outcome.PARTLY_ADOPTED: _l("Partly adopted"),
    Outcome.NOT_ADOPTED: _l("Not adopted"),
    Outcome.ALREADY_COVERED: _l("Already covered"),
    Outcome.OUTSIDE_SCOPE: _l("Outside this document"),
    Outcome.EXPLAINED: _l("Explained"),
    Outcome.NOTED: _l("Noted"),
}
_IDS = re.compile(r"c[0-9]{1,9}(?:\s+c[0-9]{1,9})*")
_BETWEEN = re.compile(r"[,，、;；\n]")
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


class AnswerForm(Form):
    """One answer. ``clauses`` holds labels, or ids with blanks or commas between."""

    outcome = RadioField(
        _l("What became of it?"),
        choices=[SelectChoice(outcome.value, words) for outcome, words in OUTCOMES.items()],
    )
    revision = IntegerField(_l("In which version?"), validators=[Optional()])
    clauses = StringField(_l("Which articles does it change?"))
    reference = StringField(_l("Which law and article, or which office?"))
    reason = TextAreaField(_l("The reason"))

    @property
    def named_clauses(self) -> tuple[str, ...]:
        """Ids or labels one by one; a label may have blanks in it."""
        pieces = [piece.strip() for piece in _BETWEEN.split((self.clauses.data or "")[:4000])]
        return tuple(
            name
            for piece in pieces
            if piece
            for name in (piece.split() if _IDS.fullmatch(piece) else [piece])
        )


class DeskForm(AnswerForm):
    """An answer written at the desk: ``part`` is the point it is to, ``seen`` the token of the draft
    that was there, ``leave_out`` the numbers of similar ones that do not get it too."""

    outcome = RadioField(
        _l("Outcome"),
        choices=[SelectChoice(outcome.value, words) for outcome, words in OUTCOMES.items()],
        validate_choice=False,
    )
    part = IntegerField(widget=HiddenInput(), default=0, validators=[Optional()])
    seen = HiddenField()
    together = BooleanField(_l("answer together"))
    leave_out = SelectMultipleField(validate_choice=False)
    kept_reason = HiddenField()
    reason_name = StringField(_l("Short name"))

    @property
    def left_out(self) -> tuple[int, ...]:
        """The numbers in ``leave_out``."""
        return tuple(int(one) for one in self.leave_out.data or () if _NUMBER.fullmatch(one))


class AdoptForm(EditForm):
    """Words for the text and the answer that goes with them; ``way`` as in ``Adoption``.

    ``after`` is the clause that a new article follows, ``part`` the point of a split suggestion that
    is answered with it, ``also`` holds numbers however they come.
    A request without ``base`` has looked at the draft as it is.
    """

    base = IntegerField(
        widget=HiddenInput(),
        validators=[
            Optional(),
            NumberRange(1, 2**31 - 1, _l("Your page was made from a version that does not exist.")),
        ],
    )

    summary = edit_token = None
    way = HiddenField()
    after = HiddenField()
    part = IntegerField(widget=HiddenInput(), validators=[Optional()])
    parts = SelectMultipleField(_l("Which of the changes do you take?"), validate_choice=False)
    also = SelectMultipleField(_l("Does it draw on other suggestions?"), validate_choice=False)
    outcome = RadioField(
        _l("What became of it?"),
        choices=[SelectChoice(one.value, OUTCOMES[one]) for one in Outcome if one in CHANGES_TEXT],
        validate_choice=False,
    )
    reason = TextAreaField(_l("The reason"))
    looked = BooleanField(_l("I have read this, and the text is right as it stands"))

    @property
    def others(self) -> tuple[int, ...]:
        """The numbers of other suggestions, ticked or written."""
        found = _NUMBER.findall(" ".join(self.also.data or [])[:1000])
        return tuple(dict.fromkeys(map(int, found)))
