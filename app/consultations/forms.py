"""What an officer may send about a call; the words per field, no decisions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields import DateTimeLocalField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.consultations.rules import (
    ANSWER_DAYS,
    MOST_ADDRESS,
    MOST_CARDS,
    MOST_REASON,
    MOST_WORDS,
    Card,
    WantedCall,
)
from app.policies.forms import EditForm
from app.web.forms import Form


class SendForm(Form):
    """What is sent for approval: when it takes effect, in the site's zone, and the public reason of
    an officer who has no second one."""

    at = DateTimeLocalField(
        _l("Date and time"),
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        validators=[Optional()],
    )
    alone_reason = TextAreaField(
        _l("Why do you do this alone?"), validators=[Length(max=MOST_REASON)]
    )

    def moment(self, zone: tzinfo) -> datetime | None:
        """The chosen moment in UTC; None where none was chosen."""
        chosen: datetime | None = self.at.data
        return chosen.replace(tzinfo=zone).astimezone(UTC) if chosen else None


class SecondForm(Form):
    """What the second officer says when sending back, and anybody who calls off."""

    note = TextAreaField(_l("What has to change?"), validators=[Length(max=MOST_REASON)])


class CorrectForm(EditForm):
    """The corrected words; while comments are open, whether it is a slip or changes what is said."""

    matter = RadioField(
        _l("What kind of correction is it?"),
        choices=[
            SelectChoice("editorial", _l("A slip: a typing error, a wrong number of an article")),
            SelectChoice("substance", _l("It changes what the article says")),
        ],
        validators=[Optional()],
    )


class TakeBackForm(Form):
    """Why the call is taken back; everybody reads it."""

    reason = TextAreaField(
        _l("What was wrong with the text?"),
        validators=[InputRequired(_l("Please say why; everybody will see it.")), Length(max=500)],
    )
    sure = BooleanField(
        _l("End this call for comment now"),
        validators=[DataRequired(_l("Please confirm that it ends now."))],
    )


class CallForm(SendForm):
    """A call with its closing time in the site's zone; ``clause_1``, ``question_1`` … are cards."""

    question = StringField(
        _l("Your question to residents"),
        validators=[InputRequired(_l("Please put the question to residents.")), Length(max=200)],
    )
    at = DateTimeLocalField(
        _l("Comments open on"),
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        validators=[Optional()],
    )
    closes_at = DateTimeLocalField(
        _l("Comments close on"),
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        validators=[InputRequired(_l("Please choose a date and time."))],
    )
    short_reason = TextAreaField(
        _l("Why fewer than 30 days?"), validators=[Length(max=MOST_REASON)]
    )
    answer_days = IntegerField(
        _l("Every comment is answered within this many days of closing"),
        default=ANSWER_DAYS,
        validators=[InputRequired(_l("Please write a number."))],
    )
    audience = StringField(_l("Whom do you ask?"), validators=[Length(max=MOST_ADDRESS)])
    address = StringField(_l("Address for letters"), validators=[Length(max=MOST_ADDRESS)])
    meetings = TextAreaField(_l("Meetings and hearings"), validators=[Length(max=MOST_WORDS)])
    how_else = TextAreaField(_l("Other ways to comment"), validators=[Length(max=MOST_WORDS)])

    @property
    def cards(self) -> Iterator[tuple[Any, Any]]:
        """The fields of each card: the article's name and the question."""
        for place in range(1, MOST_CARDS + 1):
            yield self[f"clause_{place}"], self[f"question_{place}"]

    def put_cards(self, cards: Sequence[Card]) -> None:
        """Show these cards and no others, their clauses as people call them."""
        for place, (clause, question) in enumerate(self.cards):
            card = cards[place] if place < len(cards) else Card("", "")
            clause.data, question.data = card.clause, card.question

    def wanted(self, zone: tzinfo) -> WantedCall:
        """What a valid form asks for; a card left empty is none, and those below it move up."""
        closes_at: datetime = self.closes_at.data
        cards = [
            Card(clause.data or "", question.data or "")
            for clause, question in self.cards
            if clause.data or question.data
        ]
        self.put_cards(cards)
        return WantedCall(
            question=self.question.data,
            closes_at=closes_at.replace(tzinfo=zone),
            cards=tuple(cards),
            short_reason=self.short_reason.data or "",
            answer_days=self.answer_days.data,
            audience=self.audience.data or "",
            address=self.address.data or "",
            meetings=self.meetings.data or "",
            how_else=self.how_else.data or "",
        )


for _place in range(1, MOST_CARDS + 1):
    setattr(
        CallForm,
        f"clause_{_place}",
        StringField(_l("%(place)s. Which article?", place=_place), validators=[Length(max=200)]),
    )
    setattr(
        CallForm,
        f"question_{_place}",
        StringField(_l("Question about it"), validators=[Length(max=200)]),
    )


class SourceForm(Form):
    """Where changes after the consultation come from; chosen nothing, it is said later."""

    source_kind = RadioField(
        _l("Where does the change come from?"),
        choices=[
            SelectChoice("contribution", _l("From comments on this draft")),
            SelectChoice("legal_review", _l("From the legality review")),
            SelectChoice("own", _l("The department's own change")),
        ],
        validators=[Optional()],
    )
    source_numbers = StringField(_l("Numbers of the comments"), validators=[Length(max=200)])
    source_reason = TextAreaField(
        _l("Why? Everybody will see it."), validators=[Length(max=MOST_WORDS)]
    )
