"""What may be sent about what stands beside a draft: meetings, opinions, papers."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields import DateTimeLocalField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.consultations.services import (
    asking_departments,
    holding_meetings,
    keeping_annexes,
    signing_opinions,
)
from app.web.forms import Form

if TYPE_CHECKING:
    from app.consultations.models import DepartmentOpinion, Meeting

ISO = "%Y-%m-%d"
ISO_MINUTE = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]


class MeetingForm(Form):
    """A meeting before it is held; its time in the site's zone."""

    kind = RadioField(
        _l("What kind of meeting?"),
        choices=[
            SelectChoice("hearing", _l("Hearing")),
            SelectChoice("round_table", _l("Round table")),
            SelectChoice("expert", _l("Expert meeting")),
        ],
        default="round_table",
    )
    starts_at = DateTimeLocalField(
        _l("Date and time of the meeting"),
        format=ISO_MINUTE,
        validators=[InputRequired(_l("Please choose a date and time."))],
    )
    short_reason = TextAreaField(
        _l("Why fewer than 30 days ahead?"), validators=[Length(max=holding_meetings.MOST_REASON)]
    )
    place = StringField(
        _l("Place of the meeting"), validators=[Length(max=holding_meetings.MOST_LINE)]
    )
    how = TextAreaField(_l("How to take part"))
    choice = TextAreaField(_l("How the participants are chosen"))
    papers = TextAreaField(_l("Papers"))
    participants = TextAreaField(_l("Participants"))

    def show(self, meeting: Meeting, zone: tzinfo) -> None:
        """Begin with what is announced."""
        for name in ("kind", "short_reason", "place", "how", "choice", "papers", "participants"):
            self[name].data = getattr(meeting, name)
        self.starts_at.data = meeting.starts_at.astimezone(zone)

    def wanted(self, zone: tzinfo) -> holding_meetings.NewMeeting:
        """The meeting that a valid form asks for."""
        starts_at: datetime = self.starts_at.data
        return holding_meetings.NewMeeting(
            kind=self.kind.data,
            starts_at=starts_at.replace(tzinfo=zone),
            place=self.place.data or "",
            how=self.how.data or "",
            choice=self.choice.data or "",
            papers=self.papers.data or "",
            participants=self.participants.data or "",
            short_reason=self.short_reason.data or "",
        )


class RecordForm(Form):
    """What is published after a meeting."""

    participants = TextAreaField(_l("Participants"))
    record = TextAreaField(_l("Record of the meeting"))
    signed_by = StringField(_l("Signed by"), validators=[Length(max=holding_meetings.MOST_LINE)])


class CallOffForm(Form):
    """Why a meeting is not held."""

    reason = TextAreaField(
        _l("Why? Everybody will see it."), validators=[Length(max=holding_meetings.MOST_REASON)]
    )


class OpinionForm(Form):
    """An expert's signed opinion."""

    words = TextAreaField(_l("Your opinion"))
    clause = StringField(_l("Which article?"), validators=[Length(max=200)])
    name = StringField(_l("Your name"), validators=[Length(max=signing_opinions.MOST_NAME)])
    affiliation = StringField(
        _l("Where you work or whom you belong to"),
        validators=[Length(max=signing_opinions.MOST_AFFILIATION)],
    )
    interest = TextAreaField(
        _l("Your own interest in this matter"),
        validators=[Length(max=signing_opinions.MOST_INTEREST)],
    )

    def wanted(self) -> signing_opinions.NewOpinion:
        """The opinion as it would be signed."""
        return signing_opinions.NewOpinion(
            name=self.name.data or "",
            affiliation=self.affiliation.data or "",
            interest=self.interest.data or "",
            words=self.words.data or "",
            clause=self.clause.data or "",
        )


class DepartmentForm(Form):
    """What another department was asked, and what it said."""

    department = StringField(
        _l("Department"), validators=[Length(max=asking_departments.MOST_NAME)]
    )
    asked_on = DateField(
        _l("Asked on"), format=ISO, validators=[InputRequired(_l("Please choose a date."))]
    )
    due_on = DateField(
        _l("Answer due by"), format=ISO, validators=[InputRequired(_l("Please choose a date."))]
    )
    received_on = DateField(_l("Answer received on"), format=ISO, validators=[Optional()])
    words = TextAreaField(_l("What the department said"))
    remaining = TextAreaField(_l("Disagreement that remains"))

    def show(self, row: DepartmentOpinion) -> None:
        """Begin with what is stored."""
        for name in ("department", "asked_on", "due_on", "received_on", "words", "remaining"):
            self[name].data = getattr(row, name)

    def wanted(self) -> asking_departments.Asked:
        """The row that a valid form asks for."""
        values: dict[str, Any] = {
            name: self[name].data for name in ("asked_on", "due_on", "received_on")
        }
        return asking_departments.Asked(
            department=self.department.data or "",
            words=self.words.data or "",
            remaining=self.remaining.data or "",
            **values,
        )


class AnnexForm(Form):
    """A paper that is published with the draft."""

    kind = HiddenField()
    title = StringField(_l("Title"), validators=[Length(max=200)])
    text = TextAreaField(_l("Text"))

    def wanted(self) -> keeping_annexes.Paper:
        """The paper as it would be saved."""
        return keeping_annexes.Paper(
            kind=self.kind.data or keeping_annexes.PAPER,
            title=self.title.data or "",
            text=self.text.data or "",
        )
