"""The words for the codes of kinds, outcomes, ways and roles, as the pages of the site say them."""

from __future__ import annotations

from flask_babel import gettext

from app.messages import N_
from app.suggestions.channels import NAMES as CHANNELS

KINDS = {
    "suggestion": N_("Suggestion"),
    "comment": N_("Comment"),
    "question": N_("Question"),
    "objection": N_("Objection"),
}
BECAME = {
    "adopted": N_("Adopted"),
    "partly_adopted": N_("Partly adopted"),
    "not_adopted": N_("Not adopted"),
    "already_covered": N_("Already covered"),
    "outside_scope": N_("Outside this document"),
    "explained": N_("Explained"),
    "noted": N_("Noted"),
    "in_points": N_("Answered point by point"),
    "waiting": N_("Not answered yet"),
    "not_owed": N_("From people who work on the draft"),
    "withdrawn": N_("Taken back"),
    "replaced": N_("Replaced by its author"),
    "hidden": N_("Hidden, answered to the author"),
    "late": N_("Sent after closing"),
}
ROLES = {
    "resident": N_("Resident"),
    "volunteer": N_("Volunteer"),
    "officer": N_("Officer"),
    "supervisor": N_("Supervisor"),
    "administrator": N_("System administrator"),
}
WAYS = {"": N_("Through this site"), **CHANNELS}
MEETINGS = {
    "hearing": N_("Hearing"),
    "round_table": N_("Round table"),
    "expert": N_("Expert meeting"),
}


def name_of(names: dict[str, str], code: str) -> str:
    """The words for a code; a code nobody knows stands as it is."""
    return gettext(names[code]) if code in names else code
