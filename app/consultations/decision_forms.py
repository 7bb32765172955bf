"""What the office may send to move a draft on, review it, and record the decision."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from app.consultations.decision_rules import (
    MOST_BODY,
    MOST_NUMBER,
    MOST_REASON,
    MOST_SIGNED,
    MOST_WORDS,
    Outcome,
    WantedDecision,
)
from app.policies.phases import SKIPPABLE, Phase
from app.web.forms import Form

ISO = "%Y-%m-%d"


class MoveForm(Form):
    """Move a draft to ``phase``; ``seen`` is where it stood on the page, ``waiver_…`` the reason
    why a step is left out."""

    phase = HiddenField()
    seen = HiddenField()
    reason = TextAreaField(_l("Reason"), validators=[Length(max=MOST_REASON)])
    waiver_experience = TextAreaField(
        _l("Why was nobody asked what they have seen?"), validators=[Length(max=MOST_REASON)]
    )
    waiver_trial = TextAreaField(
        _l("Why is there no trial run?"), validators=[Length(max=MOST_REASON)]
    )
    waiver_examination = TextAreaField(
        _l("Why is there no independent check?"), validators=[Length(max=MOST_REASON)]
    )

    def of(self, phase: str) -> MoveForm:
        """The same form as one of several on a page: its fields get ids of their own."""
        for field in self:
            if field.name != "csrf_token":
                field.id = f"{field.name}-{phase}"
        return self

    @property
    def waivers(self) -> dict[str, str]:
        """Phase → why it is left out, where something was written."""
        words = {phase: self[f"waiver_{phase}"].data for phase in SKIPPABLE}
        return {Phase(phase): said for phase, said in words.items() if said}


class ReviewForm(Form):
    """The conclusion of the legality review of version ``seen``."""

    seen = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    conclusion = RadioField(
        _l("Conclusion"),
        choices=[SelectChoice("lawful", _l("Lawful")), SelectChoice("unlawful", _l("Unlawful"))],
        validators=[InputRequired(_l("Please choose one of the answers."))],
    )
    words = TextAreaField(
        _l("The conclusion in words"),
        validators=[
            InputRequired(_l("Please write the conclusion in words.")),
            Length(max=MOST_WORDS),
        ],
    )


class DecisionForm(Form):
    """What was decided; ``seen`` is the decision that was recorded before."""

    seen = IntegerField(widget=HiddenInput(), default=0)
    outcome = RadioField(
        _l("What was decided?"),
        choices=[
            SelectChoice(Outcome.ADOPT, _l("The text is adopted")),
            SelectChoice(Outcome.RETURN, _l("It goes back to be written again")),
            SelectChoice(Outcome.REJECT, _l("It is rejected; the work ends")),
        ],
        validators=[InputRequired(_l("Please choose what was decided."))],
    )
    body = StringField(
        _l("Who decided?"),
        validators=[InputRequired(_l("Please say who decided.")), Length(max=MOST_BODY)],
    )
    document_number = StringField(_l("Document number"), validators=[Length(max=MOST_NUMBER)])
    passed_on = DateField(_l("Passed on"), format=ISO, validators=[Optional()])
    signed_by = StringField(_l("Signed by"), validators=[Length(max=MOST_SIGNED)])
    effective_on = DateField(_l("In force from"), format=ISO, validators=[Optional()])
    short_reason = TextAreaField(
        _l("Why fewer than 30 days before it binds?"), validators=[Length(max=MOST_REASON)]
    )
    reasons = TextAreaField(_l("Reasons of the decision"), validators=[Length(max=MOST_WORDS)])
    dissent = TextAreaField(_l("Who disagreed, and why"), validators=[Length(max=MOST_WORDS)])

    def wanted(self) -> WantedDecision:
        """What a valid form asks to be recorded."""
        return WantedDecision(
            outcome=self.outcome.data,
            body=self.body.data or "",
            document_number=self.document_number.data or "",
            passed_on=self.passed_on.data,
            signed_by=self.signed_by.data or "",
            effective_on=self.effective_on.data,
            short_reason=self.short_reason.data or "",
            reasons=self.reasons.data or "",
            dissent=self.dissent.data or "",
            seen=self.seen.data or 0,
        )


class HolidayForm(Form):
    """A day that is otherwise than its weekday."""

    day = DateField(_l("Day"), format=ISO, validators=[InputRequired(_l("Please choose a day."))])
    kind = RadioField(
        _l("What is it?"),
        choices=[SelectChoice("free", _l("Free")), SelectChoice("worked", _l("A working day"))],
        default="free",
    )
    name = StringField(_l("Name"), validators=[Length(max=80)])
