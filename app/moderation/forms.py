"""What a moderator sends: what to do, under which rule, and why."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice

from app.moderation.rules import REASON_LIMIT, Rule
from app.web.forms import Form

RULE_CHOICES = [
    SelectChoice(Rule.INSULT.value, _l("No insults")),
    SelectChoice(Rule.PERSONAL_DATA.value, _l("No personal details")),
    SelectChoice(Rule.DANGER.value, _l("Nothing that puts people in danger")),
    SelectChoice(Rule.UNLAWFUL.value, _l("Nothing unlawful")),
    SelectChoice(Rule.ADVERTISING.value, _l("No advertising")),
    SelectChoice(Rule.OFF_TOPIC.value, _l("Stay with the subject")),
]


class DecisionForm(Form):
    """Hide or show one thing."""

    action = HiddenField()
    rule = RadioField(_l("Which rule is it about?"), choices=RULE_CHOICES, validate_choice=False)
    reason = StringField(_l("Reason"), render_kw={"maxlength": REASON_LIMIT})
