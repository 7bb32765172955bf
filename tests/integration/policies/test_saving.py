"""Saving: revisions, merging on the way, conflicts, tokens, restoring."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.access.actor import VISITOR, Role
from app.database import db
from app.errors import NotAllowed, NotFound, RuleBroken, SignInNeeded
from app.policies.models import Draft, Revision
from app.policies.queries import find_gone, get_policy
from app.policies.rules import EditConflict
from app.policies.services.drafting import keep_draft
from app.policies.services.moving import set_phase
from app.policies.services.saving import Edit, restore, save_edit
from app.policies.versions import get_version
from tests.builders.accounts import make_actor
from tests.builders.policies import TEXT, make_policy, save_text


def count_revisions() -> int:
    return db.session.scalar(select(func.count(Revision.id))) or 0


def test_an_edit_becomes_the_next_revision_with_the_same_clause_ids(app: Flask) -> None:
    officer = make_actor(Role.OFFICER)
    policy = make_policy(officer)
    number = save_text(policy.slug, TEXT.replace("三日", "两日"), actor=officer, base=1)
    before, after = get_version(policy.id, 1), get_version(policy.id, number)
    assert number == 2
    assert "两日" in after.text
    assert [c.id for c in before.outline] == [c.id for c in after.outline]


def test_two_edits_of_different_articles_are_joined(app: Flask) -> None:
    officer = make_actor(Role.OFFICER)
    policy = make_policy(officer)
    save_text(policy.slug, TEXT.replace("三日", "两日"), actor=officer, base=1)
    saved = save_edit(
        policy.slug,
        Edit(base=1, text=TEXT.replace("10月1日", "12月1日"), summary="later"),
        actor=officer,
    )
    db.session.commit()
    text = get_version(policy.id, saved.number).text
    assert saved.is_merged
    assert "两日" in text
    assert "12月1日" in text


def test_two_edits_of_one_sentence_conflict_and_keep_both_wordings(app: Flask) -> None:
    officer = make_actor(Role.OFFICER)
    policy = make_policy(officer)
    save_text(policy.slug, TEXT.replace("三日", "两日"), actor=officer, base=1)
    with pytest.raises(EditConflict) as caught:
        save_edit(
            policy.slug,
            Edit(base=1, text=TEXT.replace("三日", "五日"), summary="five"),
            actor=officer,
        )
    db.session.rollback()
    (conflict,) = caught.value.conflicts
    assert "两日" in conflict.theirs
    assert "五日" in conflict.mine
    assert count_revisions() == 2


def test_a_clause_is_edited_alone_however_much_it_changes(app: Flask) -> None:
    officer = make_actor(Role.OFFICER)
    policy = make_policy(officer)
    clause = get_version(policy.id, 1).outline[2]
    assert clause.label == "第二条"
    edit = Edit(base=1, text="第二条 全部改写，另起炉灶。", summary="rewritten", clause=clause.id)
    saved = save_edit(policy.slug, edit, actor=officer)
    db.session.commit()
    version = get_version(policy.id, saved.number)
    assert version.clause(clause.id).text == "第二条 全部改写，另起炉灶。\n\n"  # type: ignore[union-attr]
    assert "第三条 本办法自" in version.text


def test_deleting_a_clause_leaves_a_trace_and_its_words_bring_its_id_back(app: Flask) -> None:
    officer = make_actor(Role.OFFICER)
    policy = make_policy(officer)
    clause = get_version(policy.id, 1).outline[2]
    save_edit(policy.slug, Edit(1, "", "out", clause=clause.id), actor=officer)
    db.session.commit()
    gone = find_gone(policy.id, clause.id)
    assert gone is not None
    assert gone.last_number == 1
    save_text(policy.slug, TEXT, actor=officer, base=2)
    assert get_version(policy.id, 3).clause(clause.id) is not None
    assert find_gone(policy.id, clause.id) is None


def test_the_same_form_sent_twice_makes_one_revision(app: Flask) -> None:
    officer = make_actor(Role.OFFICER)
    policy = make_policy(officer)
    edit = Edit(base=1, text=TEXT + "\n第四条 新增。\n", summary="new", token="once")
    first = save_edit(policy.slug, edit, actor=officer)
    db.session.commit()
    second = save_edit(policy.slug, edit, actor=officer)
    db.session.commit()
    assert (first.number, second.number) == (2, 2)
    assert count_revisions() == 2


def test_an_unchanged_text_makes_no_revision_and_ends_the_draft(app: Flask) -> None:
    officer = make_actor(Role.OFFICER)
    policy = make_policy(officer)
    edit = Edit(base=1, text=TEXT, summary="nothing")
    keep_draft(policy.slug, edit, actor=officer)
    db.session.commit()
    saved = save_edit(policy.slug, edit, actor=officer)
    db.session.commit()
    assert saved.is_unchanged
    assert count_revisions() == 1
    assert db.session.scalar(select(func.count()).select_from(Draft)) == 0


def test_a_restore_is_a_new_revision_with_the_old_ids(app: Flask) -> None:
    officer = make_actor(Role.OFFICER)
    policy = make_policy(officer)
    save_text(policy.slug, "第一条 只剩一条。\n", actor=officer, base=1)
    saved = restore(policy.slug, 1, actor=officer, summary="back")
    db.session.commit()
    assert saved.number == 3
    old, new = get_version(policy.id, 1), get_version(policy.id, 3)
    assert old.text == new.text
    assert [c.id for c in old.outline] == [c.id for c in new.outline]


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.VOLUNTEER, Role.OFFICER])
def test_people_whom_the_owner_did_not_name_cannot_edit(app: Flask, role: Role) -> None:
    policy = make_policy()
    with pytest.raises(NotAllowed):
        save_edit(policy.slug, Edit(1, TEXT + "x\n", "no"), actor=make_actor(role))


def test_a_visitor_is_asked_to_sign_in(app: Flask) -> None:
    policy = make_policy(mode="open")
    with pytest.raises(SignInNeeded):
        save_edit(policy.slug, Edit(1, TEXT + "x\n", "no"), actor=VISITOR)


def test_everybody_signed_in_edits_an_open_page(app: Flask) -> None:
    policy = make_policy(mode="open")
    assert save_text(policy.slug, TEXT + "\n第四条 好。\n", actor=make_actor(), base=1) == 2


def test_the_text_is_closed_in_consultation(app: Flask) -> None:
    officer = make_actor(Role.OFFICER)
    policy = make_policy(officer)
    set_phase(policy.slug, "consultation", actor=officer)
    db.session.commit()
    with pytest.raises(RuleBroken):
        save_edit(policy.slug, Edit(1, TEXT + "x\n", "no"), actor=officer)


def test_a_private_policy_is_absent_for_others(app: Flask) -> None:
    policy = make_policy(is_public=False)
    with pytest.raises(NotFound):
        get_policy(policy.slug, make_actor(Role.OFFICER))


def test_eight_people_save_at_once_and_every_word_is_there(app: Flask) -> None:
    text = "".join(f"第{n}条 原文{n}。\n\n" for n in "一二三四五六七八")
    policy = make_policy(mode="open", text=text)
    slug = policy.slug
    actors = [make_actor() for _ in range(8)]
    errors: list[BaseException] = []

    def work(number: int) -> None:
        with app.app_context():
            try:
                mine = text.replace(f"原文{'一二三四五六七八'[number]}。", f"改写{number}。")
                save_text(slug, mine, actor=actors[number], base=1)
            except BaseException as error:
                errors.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert errors == []
    head = get_policy(slug, VISITOR).head_number
    final = get_version(policy.id, head).text
    assert head == 9
    assert all(f"改写{n}。" in final for n in range(8))


def test_a_text_of_too_many_paragraphs_is_refused_with_a_sentence(app: Flask) -> None:
    officer = make_actor(Role.OFFICER)
    policy = make_policy(officer)
    with pytest.raises(RuleBroken, match="articles and paragraphs"):
        save_edit(policy.slug, Edit(1, "a\n\n" * 5_001, "flood"), actor=officer)


def test_one_token_counts_once_on_each_policy(app: Flask) -> None:
    officer = make_actor(Role.OFFICER)
    first, second = make_policy(officer), make_policy(officer)
    edit = Edit(base=1, text=TEXT.replace("三日", "两日"), summary="same", token="same")
    assert save_edit(first.slug, edit, actor=officer).number == 2
    db.session.commit()
    saved = save_edit(second.slug, edit, actor=officer)
    db.session.commit()
    assert (saved.slug, saved.number) == (second.slug, 2)
