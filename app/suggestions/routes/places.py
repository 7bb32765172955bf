"""What a form is about: one clause, the gap behind one for a new article, or the whole text."""

from __future__ import annotations

from dataclasses import dataclass

from app.discussions.rules import is_clause_id
from app.errors import NotFound
from app.policies.models import Policy
from app.policies.queries import first_number
from app.policies.versions import Version, get_version
from app.suggestions.forms import SuggestForm
from app.suggestions.routes.begun import opened
from app.suggestions.services.sending import Wanted
from app.text.as_read import as_written
from app.text.canonical import MAX_TEXT_BYTES
from app.text.labels import label_key, spoken
from app.text.outline import Clause
from app.web.guard import current_actor

LONGEST_TOKEN = 60


@dataclass(frozen=True, slots=True)
class Place:
    """``clause`` is the one to be changed or, with ``is_gap``, the one a new article follows;
    None for the whole text. ``number`` is the version it was read in."""

    number: int
    clause: Clause | None = None
    is_gap: bool = False
    text: str = ""

    @property
    def base(self) -> str:
        """The words that a form about this place begins with, their marks included."""
        if self.is_gap:
            return ""
        return self.clause.text.strip("\n") if self.clause else self.text

    @property
    def sisters(self) -> str:
        """Words whose marks new words take: an article written behind another looks like it."""
        return self.clause.text.strip("\n") if self.clause else self.text

    @property
    def label(self) -> str:
        """What the clause is called within a sentence ("Article 5." without its dot), "" for a
        paragraph without number and for the whole text."""
        return spoken(self.clause.label) if self.clause else ""

    @property
    def kind(self) -> str:
        """``clause``, ``gap`` or ``whole``, for the sentences of a page."""
        return "gap" if self.is_gap else "clause" if self.clause else "whole"


def clause_named(policy: Policy, wanted: str) -> str:
    """The id of a clause that an address names by id or as it is called now; "" for none."""
    wanted = wanted.strip()
    if not wanted or is_clause_id(wanted):
        return wanted
    outline = get_version(policy.id, policy.head_number).outline
    labels = {label_key(one.label): one.id for one in outline if one.label}
    return labels.get(label_key(wanted), "")


def place_at(policy: Policy, number: int, clause: str, after: str) -> Place | None:
    """The place in version ``number``; None when that version or the clause does not exist."""
    if number < first_number(policy, current_actor()):
        return None
    try:
        version: Version = get_version(policy.id, number)
    except NotFound:
        return None
    if not (clause or after):
        return Place(number, text=version.text)
    found = version.clause(clause or after)
    return Place(number, found, is_gap=not clause) if found else None


def base_of(form: SuggestForm) -> int:
    """The version a form says it was made from; 0 for what no version can be."""
    base = form.base.data or 0
    return base if 0 < base < 2**31 else 0


def wanted_by(form: SuggestForm, policy: Policy) -> Wanted:
    """What a form asks for; words shown as read have their marks again, and a form without the
    field leaves the words as they are."""
    base, token = base_of(form), (form.edit_token.data or "")[:LONGEST_TOKEN]
    clause, after = form.clause.data or "", form.after.data or ""
    place = place_at(policy, base, clause, "" if clause else after)
    words = form.text.data
    if words is None:
        words = place.base if place else ""
    words = words.replace("\r\n", "\n")
    if form.hides_marks and place is not None and len(words) <= MAX_TEXT_BYTES:
        words = as_written(words, place.sisters)
    return Wanted(
        base=base,
        text=words,
        reason=(form.summary.data or "").replace("\r\n", "\n"),
        clause=clause,
        after="" if clause else after,
        kind=form.wanted_kind,
        token=token,
        begun_at=opened(form.begun.data or "", policy.id, token),
    )
