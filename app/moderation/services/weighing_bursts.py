"""Say publicly of an article that its status is under review, while a burst of new accounts makes
another one of it; of nobody who they are."""

from __future__ import annotations

from collections import defaultdict

from app.access.actor import VISITOR
from app.consensus.services.evaluating import set_under_review
from app.database import committing
from app.moderation.queries.unusual import WINDOWS, find_answer_peaks, find_word_peaks
from app.moderation.queries.unusual_answers import list_people, list_reviewed
from app.moderation.queries.unusual_counts import list_writers


def weigh_bursts() -> int:
    """A regular duty: look at the answers and words that stand out on public drafts, and at what
    was under review before; how many drafts were looked at."""
    people: dict[int, set[int]] = defaultdict(set)
    for (policy_id, statement), peak in find_answer_peaks(VISITOR, WINDOWS[-1]).items():
        people[policy_id].update(list_people(policy_id, statement, peak))
    for (policy_id, clause), peak in find_word_peaks(VISITOR, WINDOWS[-1]).items():
        people[policy_id].update(list_writers(policy_id, clause, peak))
    drafts = sorted({*people, *list_reviewed()})
    for policy_id in drafts:
        with committing():
            set_under_review(policy_id, people[policy_id])
    return len(drafts)
