"""What a volunteer sends to propose a removal for good, and a supervisor to decide on it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice

from app.moderation.removal_rules import Ground
from app.moderation.rules import REASON_LIMIT
from app.web.forms import Form

_LINE = {"maxlength": REASON_LIMIT}


class ProposalForm(Form):
    """Propose to remove one text."""

    ground = RadioField(
        _l("Why must it be removed for good?"),
        choices=[
            SelectChoice(Ground.PERSONAL_DATA.value, _l("It shows personal details of somebody")),
            SelectChoice(Ground.COURT_ORDER.value, _l("A court ordered it")),
        ],
        validate_choice=False,
    )
    reason = StringField(_l("Reason"), render_kw=_LINE)


class VerdictForm(Form):
    """Decide; the button that was pressed says how."""

    reason = StringField(_l("Your reason, if you refuse"), render_kw=_LINE)
