"""An article that left the text while somebody wrote about it: the words can go to the whole draft."""

from __future__ import annotations

from flask import render_template
from flask_babel import gettext as _

from app.policies.models import Policy
from app.suggestions.forms import SuggestForm
from app.suggestions.routes.places import Place, place_at
from app.suggestions.routes.write_page import as_shown, door
from app.suggestions.rules import REASON_LIMIT
from app.suggestions.services.sending import Wanted
from app.text.as_read import as_read
from app.text.canonical import normalise
from app.web.error_pages import showable


def gone_page(policy: Policy, form: SuggestForm, wanted: Wanted) -> str:
    """A form about the whole draft that leaves its text as it is; new words for the article go
    behind the reason, where they are read and answered."""
    before = place_at(policy, wanted.base, wanted.clause, wanted.after)
    whole = place_at(policy, policy.head_number, "", "") or Place(policy.head_number)
    words = showable(as_read(wanted.text)).strip()
    is_changed = before is None or normalise(wanted.text.strip()) != normalise(before.base.strip())
    as_shown(policy, form, whole)
    form.clause.data = form.after.data = ""
    reason = showable(wanted.reason).strip()
    if words and is_changed:
        said = _("My words for the article:")
        joined = "\n\n".join(part for part in (reason, f"{said}\n{words}") if part)
        if len(joined) <= REASON_LIMIT:
            reason, words = joined, ""
    form.summary.data = reason
    return render_template(
        "suggestions/gone.html",
        policy=policy,
        form=form,
        words=words if is_changed else "",
        label=before.label if before else "",
        **door(policy),
    )
