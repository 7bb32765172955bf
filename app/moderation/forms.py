"""What a reader reports, and what a moderator decides: what to do, under which rule, and why."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from app.moderation.rules import FLAG_LIMIT, REASON_LIMIT, Action, Rule
from app.web.forms import Form

RULE_CHOICES = [
    SelectChoice(Rule.INSULT.value, _l("No insults")),
    SelectChoice(Rule.PERSONAL_DATA.value, _l("No personal details")),
    SelectChoice(Rule.DANGER.value, _l("Nothing that puts people in danger")),
    SelectChoice(Rule.UNLAWFUL.value, _l("Nothing unlawful")),
    SelectChoice(Rule.ADVERTISING.value, _l("No advertising")),
    SelectChoice(Rule.OFF_TOPIC.value, _l("Stay with the subject")),
]
# What a reader sees that is wrong; the rules above are what it breaks.
REPORT_CHOICES = [
    SelectChoice(Rule.INSULT.value, _l("It insults somebody")),
    SelectChoice(Rule.PERSONAL_DATA.value, _l("It shows personal details (name, number, home)")),
    SelectChoice(Rule.DANGER.value, _l("Somebody is in danger")),
    SelectChoice(Rule.UNLAWFUL.value, _l("It is against the law")),
    SelectChoice(Rule.ADVERTISING.value, _l("It is advertising")),
    SelectChoice(Rule.OFF_TOPIC.value, _l("It has nothing to do with the subject")),
]


class FlagForm(Form):
    """Report words."""

    kind = HiddenField()
    id = HiddenField()
    rule = RadioField(_l("What is wrong?"), choices=REPORT_CHOICES, validate_choice=False)
    words = TextAreaField(_l("Anything to add?"), render_kw={"maxlength": FLAG_LIMIT})


class MeasureForm(Form):
    """Do something about a thread, a draft's talk or a person: the choices of ``action`` are those
    that fit, such as ``suspend:3``."""

    action = RadioField(_l("What do you do?"), choices=[], validate_choice=False)
    rule = RadioField(_l("Which rule is it about?"), choices=RULE_CHOICES, validate_choice=False)
    reason = StringField(_l("Reason"), render_kw={"maxlength": REASON_LIMIT})


class CaseForm(MeasureForm):
    """Decide on a case; ``seen`` is the stamp of the words that were read."""

    seen = HiddenField()


class MarkForm(Form):
    """Mark a change of the text, or take the mark off; its rule is the one for changes."""

    action = HiddenField()
    reason = StringField(_l("Reason"), render_kw={"maxlength": REASON_LIMIT})


class SelectionForm(Form):
    """Decide on a selection at once."""

    action = RadioField(
        _l("What do you do?"),
        choices=[
            SelectChoice(Action.HIDE.value, _l("Hide (with reason)")),
            SelectChoice(Action.NONE.value, _l("Nothing: it may stay")),
            SelectChoice(Action.SHOW.value, _l("Show again")),
        ],
        validate_choice=False,
    )
    rule = RadioField(_l("Which rule is it about?"), choices=RULE_CHOICES, validate_choice=False)
    reason = StringField(_l("Reason"), render_kw={"maxlength": REASON_LIMIT})


class DecisionForm(Form):
    """Hide or show one thing."""

    action = HiddenField()
    rule = RadioField(_l("Which rule is it about?"), choices=RULE_CHOICES, validate_choice=False)
    reason = StringField(_l("Reason"), render_kw={"maxlength": REASON_LIMIT})
