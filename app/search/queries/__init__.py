"""Reads for the search: documents to index, rights of a person, and hits checked against today."""

from app.search.queries.documents import (
    list_comments,
    list_newest_comments,
    list_newest_policies,
    list_newest_revisions,
    list_newest_suggestions,
    list_policies,
    list_revisions,
    list_suggestions,
    list_titles,
    list_whole_policy,
)
from app.search.queries.hits import Found, find_sources
from app.search.queries.standing import (
    State,
    find_private_policies,
    get_state,
    has_unread_withdrawals,
    is_out_of_step,
    list_comments_of_people,
    list_policy_ids,
)
from app.suggestions.queries.for_search import list_suggestions_of_people

__all__ = [
    "Found",
    "State",
    "find_private_policies",
    "find_sources",
    "get_state",
    "has_unread_withdrawals",
    "is_out_of_step",
    "list_comments",
    "list_comments_of_people",
    "list_newest_comments",
    "list_newest_policies",
    "list_newest_revisions",
    "list_newest_suggestions",
    "list_policies",
    "list_policy_ids",
    "list_revisions",
    "list_suggestions",
    "list_suggestions_of_people",
    "list_titles",
    "list_whole_policy",
]
