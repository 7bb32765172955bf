"""The acts that somebody may want to do; every route and service names one of them."""

from __future__ import annotations

from enum import StrEnum


class Act(StrEnum):
    """What one may do. The value is the name used in docs/permissions.md and templates."""

    READ_POLICY = "read_policy"
    CREATE_POLICY = "create_policy"
    EDIT_POLICY = "edit_policy"
    KEEP_DRAFT = "keep_draft"
    RENAME_POLICY = "rename_policy"
    CHANGE_SETTINGS = "change_settings"
    NAME_PEOPLE = "name_people"
    MAKE_PUBLIC = "make_public"
    MOVE_PHASE = "move_phase"
    POST_COMMENT = "post_comment"
    SUGGEST = "suggest"
    CHANGE_OWN_CONTRIBUTION = "change_own_contribution"
    ANSWER = "answer"
    PREPARE_ANSWERS = "prepare_answers"
    MARK_OWED = "mark_owed"
    ENTER_PAPER = "enter_paper"
    CONFIRM = "confirm"
    NAME_SOURCES = "name_sources"
    REVIEW_LEGALITY = "review_legality"
    DECIDE = "decide"
    GIVE_OPINION = "give_opinion"
    KEEP_PAPERS = "keep_papers"
    SEE_OFFICE = "see_office"
    EDIT_OWN_COMMENT = "edit_own_comment"
    CLOSE_OWN_OBJECTION = "close_own_objection"
    MODERATE = "moderate"
    CHANGE_OWN_ACCOUNT = "change_own_account"
    ADMINISTER = "administer"
