"""The sentences of what happened, as message ids; said in a reader's language by pages and letters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from app.messages import N_, Message

PHASES = {
    "proposed": N_("Proposed"),
    "registered": N_("Accepted for work"),
    "declined": N_("Not taken up"),
    "experience": N_("Tell us what you have seen"),
    "drafting": N_("Being drafted"),
    "consultation": N_("Open for comment"),
    "response": N_("The department is answering"),
    "trial": N_("Trial run"),
    "examination": N_("Independent check"),
    "legality_review": N_("Legality review"),
    "decision": N_("Awaiting decision"),
    "published": N_("Published"),
    "in_force": N_("In force"),
    "evaluation": N_("Under evaluation"),
    "on_hold": N_("On hold"),
    "withdrawn": N_("Stopped by the department"),
    "archived": N_("Archived"),
}
OUTCOMES = {
    "adopted": N_("Adopted"),
    "partly_adopted": N_("Partly adopted"),
    "not_adopted": N_("Not adopted"),
    "already_covered": N_("Already covered"),
    "outside_scope": N_("Outside this document"),
    "explained": N_("Explained"),
    "noted": N_("Noted"),
}
RULES = {
    "insult": N_("No insults"),
    "personal_data": N_("No personal details"),
    "danger": N_("Nothing that puts people in danger"),
    "unlawful": N_("Nothing unlawful"),
    "advertising": N_("No advertising"),
    "off_topic": N_("Stay with the subject"),
    "vandalism": N_("No vandalism of the text"),
}
ROLES = {
    "volunteer": N_("Volunteer"),
    "supervisor": N_("Supervisor"),
    "site": N_("The site, at a report"),
}
NAMES = {
    "suggestion": N_("Suggestion %(number)s"),
    "question": N_("Question %(number)s"),
    "objection": N_("Objection %(number)s"),
    "comment": N_("Comment %(number)s"),
}
DECISIONS = {
    "adopt": N_("The decision is announced"),
    "return": N_("The decision maker sent the draft back"),
    "reject": N_("The decision maker did not adopt the draft"),
}
# What was done to which kind of thing, for everybody who follows.
ACTIONS = {
    ("comment", "hide"): N_("A comment was hidden"),
    ("comment", "set_aside"): N_("A comment was set aside until somebody has looked"),
    ("comment", "show"): N_("A comment is shown again"),
    ("suggestion", "hide"): N_("A suggestion was hidden"),
    ("suggestion", "set_aside"): N_("A suggestion was set aside until somebody has looked"),
    ("suggestion", "show"): N_("A suggestion is shown again"),
    ("summary", "hide"): N_("The reason of a version was hidden"),
    ("summary", "set_aside"): N_("The reason of a version was set aside until somebody has looked"),
    ("summary", "show"): N_("The reason of a version is shown again"),
    ("revision", "mark"): N_("A change of the text was marked as vandalism"),
    ("revision", "unmark"): N_("A change of the text is no longer marked as vandalism"),
    ("thread", "lock"): N_("Replies were stopped in a discussion"),
    ("thread", "unlock"): N_("A discussion is open for replies again"),
    ("policy", "slow"): N_("The discussion was slowed down"),
    ("policy", "end_slow"): N_("The discussion is no longer slowed down"),
}
# The same for the person whom it is about.
DONE_TO_YOU = {
    ("comment", "hide"): N_("Your comment was hidden"),
    ("comment", "set_aside"): N_("Your comment was set aside until somebody has looked"),
    ("comment", "show"): N_("Your comment is shown again"),
    ("suggestion", "hide"): N_("Your suggestion was hidden"),
    ("suggestion", "set_aside"): N_("Your suggestion was set aside until somebody has looked"),
    ("suggestion", "show"): N_("Your suggestion is shown again"),
    ("summary", "hide"): N_("The reason you gave for a version was hidden"),
    ("summary", "set_aside"): N_(
        "The reason you gave for a version was set aside until somebody has looked"
    ),
    ("summary", "show"): N_("The reason you gave for a version is shown again"),
    ("revision", "mark"): N_("Your change of the text was marked as vandalism"),
    ("revision", "unmark"): N_("Your change of the text is no longer marked as vandalism"),
    ("name", "hide"): N_("Your name was replaced by a neutral one"),
    ("name", "set_aside"): N_("Your name was set aside until somebody has looked"),
    ("name", "show"): N_("Your name is shown again"),
    ("thread", "lock"): N_("Replies were stopped in a discussion that you began"),
    ("thread", "unlock"): N_("A discussion that you began is open for replies again"),
    ("person", "remind"): N_("A volunteer reminds you of a rule"),
    ("person", "suspend"): N_("You cannot write until %(when)s"),
    ("person", "end_suspend"): N_("You can write again"),
}
FITS = {
    "fits": N_("The text changed. Your suggestion no. %(number)s still fits; nothing to do."),
    "rework": N_("The text changed and your suggestion no. %(number)s no longer fits"),
    "superseded": N_("Your suggestion no. %(number)s was replaced by no. %(by)s"),
}
FLAGGED = {
    "hide": N_("What you reported was hidden"),
    "show": N_("What you reported is shown again"),
    "none": N_("What you reported was looked at, and nothing was done"),
}
REVIEWS = {
    "upheld": N_("Another person looked at it again: the decision stands"),
    "overturned": N_("Another person looked at it again: the decision is taken back"),
}


@dataclass(frozen=True, slots=True)
class Voice:
    """Says messages in one language; ``say`` is its catalog's gettext, ``zone`` the site's."""

    say: Callable[[str], str]
    locale: str
    zone: ZoneInfo

    def said(self, message: Message) -> str:
        """``message`` in words; its values may be messages, moments, or tuples of words."""
        words = self.say(message.text)
        if not message.values:
            return words
        return words % {name: self._value(value) for name, value in message.values.items()}

    def _value(self, value: Any) -> str:
        if isinstance(value, Message):
            return self.said(value)
        if isinstance(value, tuple):
            return self.say(N_(", ")).join(map(self._value, value))
        if isinstance(value, datetime):
            local = value.astimezone(self.zone).replace(tzinfo=None)
            day = format_date(local, "long", locale=self.locale)
            return f"{day} {format_time(local, 'HH:mm', locale=self.locale)}"
        return str(value)
