"""Reads of threads and comments, for pages, counts and the search index."""

from app.discussions.queries.for_search import (
    SearchableComment,
    find_comment_for_search,
    list_comments_for_search,
)
from app.discussions.queries.reading import (
    PAGE_SIZE,
    find_comments,
    find_page_key,
    find_stamp,
    find_thread_about,
    get_comment,
    get_thread,
    list_comments,
    list_earlier,
    list_threads,
)
from app.discussions.queries.shown import count_words, is_released, talk_seen_by
from app.discussions.queries.views import Comments, CommentView, Marker, ThreadView, Trace

__all__ = [
    "PAGE_SIZE",
    "CommentView",
    "Comments",
    "Marker",
    "SearchableComment",
    "ThreadView",
    "Trace",
    "count_words",
    "find_comment_for_search",
    "find_comments",
    "find_page_key",
    "find_stamp",
    "find_thread_about",
    "get_comment",
    "get_thread",
    "is_released",
    "list_comments",
    "list_comments_for_search",
    "list_earlier",
    "list_threads",
    "talk_seen_by",
]
