"""When this happens, these follow: the one table of reactions to events, and of regular duties.

A handler is called in the worker with a list of its unread sealed events; see ``ledger.delivery``
for what it may do. A duty is called without arguments; what it leaves uncommitted is committed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.accounts.services import tidying
from app.consensus import handlers as consensus
from app.consensus.services import (
    evaluating_daily,
    figuring,
    rebuilding,
    telling_totals,
    tending_groups,
)
from app.consultations import handlers as consultations
from app.consultations.services import finishing_acts
from app.discussions import handlers as discussions
from app.discussions.services import releasing as holds
from app.ledger.delivery import Reaction
from app.moderation import handlers as moderation
from app.moderation.services import weighing_bursts
from app.notifications import handlers as notifications
from app.notifications.services import (
    alerting,
    announcing,
    digesting,
    following_by_mail,
    sending,
)
from app.papers.services import tending
from app.policies import handlers as policies
from app.policies.services import moving, publishing, renewing
from app.search import handlers as search
from app.suggestions import handlers as suggestions
from app.suggestions.services import keeping, publishing_answers, releasing, withdrawing


@dataclass(frozen=True, slots=True)
class Duty:
    """Work that time brings, not an event: done every so many seconds, late rather than twice."""

    name: str
    every_seconds: float
    function: Callable[[], object]


REACTIONS: tuple[Reaction, ...] = (
    Reaction("policies.show_new_names", ("PersonRenamed", "PersonErased"), policies.show_new_names),
    Reaction("policies.attribute", ("RevisionSaved",), policies.attribute_revisions),
    Reaction("discussions.reanchor", ("RevisionSaved",), discussions.reanchor),
    Reaction(
        "discussions.show_words",
        ("PersonConfirmed", "PersonRenamed", "PersonErased"),
        discussions.show_words,
    ),
    Reaction(
        "suggestions.show_words",
        ("PersonConfirmed", "PersonRenamed", "PersonErased"),
        suggestions.show_words,
    ),
    Reaction("policies.forget_people", ("PersonErased",), policies.forget_people),
    Reaction("discussions.forget_people", ("PersonErased",), discussions.forget_people),
    Reaction("suggestions.forget_people", ("PersonErased",), suggestions.forget_people),
    Reaction("moderation.forget_people", ("PersonErased",), moderation.forget_people),
    Reaction("consultations.close_rounds", ("PhaseEntered",), consultations.close_rounds),
    Reaction("search.index", search.KINDS, search.index),
    Reaction("consensus.measure_revisions", ("RevisionSaved",), consensus.measure_revisions),
    Reaction(
        "consensus.measure_published",
        ("PolicyPublished", "RevisionMarked"),
        consensus.measure_published,
    ),
    Reaction("suggestions.rebase_pending", ("RevisionSaved",), suggestions.rebase_pending),
    Reaction(
        "suggestions.follow_moves", ("ThreadReplaced", "CommentMoved"), suggestions.follow_moves
    ),
    Reaction(
        "suggestions.group_similar",
        ("ContributionSent", "ContributionChanged", "ContributionMoved", "ContributionWithdrawn"),
        suggestions.group_similar,
    ),
    # After what it counts: measures, groups of contributions, and what follows moved threads.
    Reaction("consensus.evaluate", consensus.EVALUATED, consensus.evaluate_clauses),
    Reaction("notifications.note", notifications.HAPPENINGS, notifications.note),
    Reaction("notifications.tell", notifications.PERSONAL, notifications.tell),
    Reaction("notifications.announce", ("PhaseEntered",), notifications.announce),
    Reaction("notifications.call_duty", ("FlagRaised",), notifications.call_duty),
    Reaction("notifications.forget", ("PersonErased",), notifications.forget),
)

DUTIES: tuple[Duty, ...] = (
    Duty("policies.publish_due", 1.0, publishing.publish_due),
    Duty("policies.move_due", 1.0, moving.move_due),
    Duty("consultations.finish_due", 1.0, finishing_acts.finish_due),
    Duty("discussions.end_due_holds", 1.0, holds.end_due_holds),
    Duty("suggestions.release_due", 1.0, releasing.release_due),
    Duty("suggestions.publish_answers", 1.0, publishing_answers.publish_due),
    Duty("notifications.send_pending", 1.0, sending.send_pending),
    Duty("consensus.evaluate_due", 1.0, evaluating_daily.evaluate_due),
    Duty("notifications.remind_of_closing", 60.0, announcing.remind_of_closing),
    Duty("notifications.tell_at_once", 15.0, alerting.tell_at_once),
    Duty("notifications.send_digests", 5.0, digesting.send_due),
    Duty("notifications.forget_unconfirmed", 3600.0, following_by_mail.forget_unconfirmed),
    Duty("notifications.forget_keys", 3600.0, digesting.forget_keys),
    Duty("search.sweep_removed", 5.0, search.sweep_removed),
    Duty("search.keep_whole", 15.0, search.keep_whole),
    Duty("policies.forget_old_forms", 3600.0, renewing.forget_old_forms),
    Duty("suggestions.forget_kept", 3600.0, keeping.forget_kept),
    Duty("suggestions.erase_withdrawn", 60.0, withdrawing.erase_withdrawn),
    Duty("papers.make_wanted", 1.0, tending.make_wanted),
    Duty("consensus.rebuild_due", 5.0, rebuilding.rebuild_due),
    Duty("consensus.figure_due", 30.0, figuring.figure_due),
    Duty("consensus.find_groups", 60.0, tending_groups.find_due),
    Duty("consensus.tell_totals", 60.0, telling_totals.tell_due),
    Duty("moderation.weigh_bursts", 300.0, weighing_bursts.weigh_bursts),
    Duty("accounts.forget_expired", 600.0, tidying.forget_expired),
)
