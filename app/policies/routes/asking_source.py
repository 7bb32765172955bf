"""Asked beside an edit while the department answers: where does this change come from?"""

from __future__ import annotations

from app.access.actor import Actor
from app.access.acts import Act
from app.access.grants import may
from app.consultations.forms import SourceForm
from app.consultations.services.sourcing import Source, check_source, name_source_of_revision
from app.policies.models import Policy
from app.policies.phases import Phase
from app.policies.queries import get_policy
from app.policies.queries.course import office_facts
from app.policies.rules import Saved
from app.policies.services.saving import Edit, save_edit
from app.web.guard import current_actor


def source_form(policy: Policy) -> SourceForm | None:
    """The fields, for an officer of the draft in the phase of answering; None for all others."""
    if policy.phase_now != Phase.RESPONSE:
        return None
    if not may(current_actor(), Act.NAME_SOURCES, office_facts(policy, current_actor())):
        return None
    return SourceForm(meta={"csrf": False})  # the edit form beside it has the token


def save_with_source(slug: str, wanted: Edit, *, actor: Actor) -> Saved:
    """Save the edit; where its source is said, all that it changed has that source.

    Refused as either of the two would be, and then nothing is saved.
    """
    policy = get_policy(slug, actor)
    source = _said(source_form(policy))
    if source is not None:
        check_source(policy, source)
    saved = save_edit(slug, wanted, actor=actor)
    if source is not None and not saved.is_unchanged:
        name_source_of_revision(saved.slug, saved.number, source, actor=actor)
    return saved


def _said(form: SourceForm | None) -> Source | None:
    """None while nothing is chosen: then it is said later, on the page of sources."""
    if form is None or not form.source_kind.data:
        return None
    return Source(
        form.source_kind.data, form.source_numbers.data or "", form.source_reason.data or ""
    )
