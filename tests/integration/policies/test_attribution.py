"""Attribution in service: kept by the worker as revisions arrive, rebuilt, and read with care."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, select

import config
from app.access.actor import VISITOR, Actor, Role
from app.accounts.events import PersonRenamed
from app.accounts.models import Person
from app.database import committing, db
from app.errors import NotFound
from app.ledger.services import record
from app.policies.authorship import (
    RoleShare,
    Source,
    Span,
    attributed_until,
    list_roles,
    share,
    who_wrote,
    words_of_suggestion,
)
from app.policies.models import ClauseOrigin
from app.policies.queries import get_policy
from app.policies.services import attributing
from app.policies.services.adopting import Adopted, Credit, save_adopted
from app.policies.services.importing import Choices, import_source
from app.policies.services.reading_sources import read_source
from app.policies.services.saving import restore
from app.policies.services.writing_revisions import lock_head
from app.text.attribution import inserted_runs
from app.worker import Worker
from tests.builders.accounts import make_actor
from tests.builders.policies import TEXT, make_policy, save_text
from tests.checking_client import CheckingClient

ARTICLE = "共享自行车连续停放超过三日无人使用的，运营企业应当在二十四小时内移走。"
BETTER = ARTICLE.replace("使用的", "使用的，或者妨碍行人、轮椅通行的")


def work(settings: config.Settings) -> None:
    Worker(settings.instance_dir).drain()


def adopt(
    policy_id: int, text: str, *, officer: Actor, suggester: Actor, suggestion: int = 14
) -> int:
    """An officer takes ``suggester``'s words for the second article into ``text``."""
    with committing():
        credit = Credit(
            suggestion, suggester.person_id, suggester.role, inserted_runs(ARTICLE, BETTER)
        )
        saved = save_adopted(
            lock_head(policy_id), Adopted(text, {}, "adopted", (credit,)), actor=officer
        )
    return saved.number


def shown(spans: list[Span]) -> list[tuple[str, str, int, int]]:
    return [
        (span.words, span.writer.name or span.writer.source, span.writer.revision,
         span.writer.suggestion) for span in spans
    ]  # fmt: skip


def adopted_policy(settings: config.Settings) -> tuple[str, Actor, Actor]:
    """Two versions: the officer's draft, and a resident's words that the officer took in while
    changing the hours; attributed."""
    officer, resident = make_actor(Role.OFFICER, name="王主任"), make_actor(name="居民0001")
    policy = make_policy(officer)
    slug = policy.slug
    text = TEXT.replace(ARTICLE, BETTER.replace("二十四", "二"))
    adopt(policy.id, text, officer=officer, suggester=resident)
    work(settings)
    return slug, officer, resident


def test_each_word_has_the_person_the_role_and_the_revision_behind_it(
    app: Flask, settings: config.Settings
) -> None:
    slug, _officer, resident = adopted_policy(settings)
    policy = get_policy(slug, VISITOR)
    spans = who_wrote(policy, 2, VISITOR)["c3"]
    assert shown(spans) == [
        ("第二条", "number", 0, 0),
        ("共享自行车连续停放超过三日无人使用的，", "王主任", 1, 0),
        ("或者妨碍行人、轮椅通行的，", "居民0001", 2, 14),
        ("运营企业应当在二小时内移走。", "王主任", 1, 0),
    ]
    assert {span.writer.role for span in spans} == {"", "officer", "resident"}
    assert spans[2].writer.public_id == resident.public_id
    assert "".join(span.text for span in spans).strip() == f"第二条 {BETTER}".replace(
        "二十四", "二"
    )


def test_the_words_of_a_suggestion_are_found_in_the_text_of_today(
    app: Flask, settings: config.Settings
) -> None:
    slug, officer, _resident = adopted_policy(settings)
    text = TEXT.replace(ARTICLE, BETTER.replace("二十四", "二").replace("、轮椅", ""))
    save_text(slug, text, actor=officer, base=2)
    work(settings)
    policy = get_policy(slug, VISITOR)
    found = words_of_suggestion(policy, 3, 14, VISITOR)
    assert list(found) == ["c3"]
    theirs = [span.text for span in found["c3"] if span.writer.suggestion == 14]
    assert theirs == ["或者妨碍行人通行的，"]
    assert words_of_suggestion(policy, 3, 15, VISITOR) == {}
    assert words_of_suggestion(policy, 1, 14, VISITOR) == {}


def test_who_restores_a_version_is_not_its_author(app: Flask, settings: config.Settings) -> None:
    slug, officer, _resident = adopted_policy(settings)
    save_text(slug, "# 停放办法\n\n第一条 空。\n", actor=officer, base=2)
    restore(slug, 2, actor=officer, summary="back")
    db.session.commit()
    work(settings)
    policy = get_policy(slug, VISITOR)
    assert who_wrote(policy, 4, VISITOR) == who_wrote(policy, 2, VISITOR)


def test_the_same_events_again_change_nothing(app: Flask, settings: config.Settings) -> None:
    slug, _officer, _resident = adopted_policy(settings)
    policy = get_policy(slug, VISITOR)
    before, version = stored(), policy.page_version
    with committing():
        attributing.attribute([(policy.id, 1), (policy.id, 2)])
    assert (stored(), get_policy(slug, VISITOR).page_version) == (before, version)


def stored() -> list[tuple[int, str, int, bytes]]:
    rows = db.session.scalars(
        select(ClauseOrigin).order_by(
            ClauseOrigin.policy_id, ClauseOrigin.number, ClauseOrigin.clause
        )
    )
    return [(row.policy_id, row.clause, row.number, row.runs) for row in rows]


def test_a_late_revision_brings_the_missing_ones_before_it(
    app: Flask, settings: config.Settings
) -> None:
    slug, officer, _resident = adopted_policy(settings)
    policy = get_policy(slug, VISITOR)
    for base, hours in ((2, "三"), (3, "四")):
        save_text(slug, TEXT.replace("二十四", hours), actor=officer, base=base)
    with committing():
        attributing.attribute([(policy.id, 4)])
    step_by_step = stored()
    assert attributed_until(policy.id) == 4
    assert attributing.rebuild() == 4
    assert stored() == step_by_step


def test_a_rebuild_makes_what_was_lost_again(app: Flask, settings: config.Settings) -> None:
    adopted_policy(settings)
    before = stored()
    with committing():
        db.session.execute(delete(ClauseOrigin))
    answer = app.test_cli_runner().invoke(args=["policies", "attribute"])
    assert answer.output.startswith("2 versions attributed in ")
    assert stored() == before


def test_an_unsealed_revision_is_not_attributed_yet_and_says_so(
    app: Flask, settings: config.Settings
) -> None:
    slug, officer, _resident = adopted_policy(settings)
    save_text(slug, TEXT.replace("三日", "两日"), actor=officer, base=2)
    policy = get_policy(slug, VISITOR)
    found = who_wrote(policy, 3, VISITOR)
    assert [span.writer.source for span in found["c3"]] == [Source.PENDING]
    assert [span.writer.source for span in found["c2"]] == [Source.NUMBER, Source.PERSON]


def test_outsiders_see_no_names_from_before_the_publication(
    app: Flask, settings: config.Settings
) -> None:
    officer, resident = make_actor(Role.OFFICER), make_actor(name="居民0001")
    policy = make_policy(officer, is_public=False)
    slug = policy.slug
    adopt(policy.id, TEXT.replace(ARTICLE, BETTER), officer=officer, suggester=resident)
    with committing():
        row = lock_head(get_policy(slug, officer).id)
        row.is_public, row.public_from = True, 3
        row.published_at = row.updated_at
    save_text(slug, TEXT.replace(ARTICLE, BETTER.replace("三日", "两日")),
              actor=officer, base=2)  # fmt: skip
    work(settings)
    policy = get_policy(slug, VISITOR)
    spans = who_wrote(policy, 3, VISITOR, {"c3"})["c3"]
    assert [(span.writer.source, span.writer.name, span.writer.suggestion) for span in spans] == [
        ("number", "", 0),
        ("earlier", "", 0),
        ("person", officer.name, 0),
        ("earlier", "", 0),
    ]
    assert words_of_suggestion(policy, 3, 14, VISITOR) == {}
    assert list(words_of_suggestion(policy, 3, 14, officer)) == ["c3"]
    assert [row.source for row in list_roles(policy, 3, VISITOR)] == ["earlier", "person"]
    with pytest.raises(NotFound):
        who_wrote(policy, 2, VISITOR)


def test_roles_are_counted_in_words_people_and_rounded_shares(
    app: Flask, settings: config.Settings
) -> None:
    slug, _officer, _resident = adopted_policy(settings)
    policy = get_policy(slug, VISITOR)
    # The heading has 4 words, the first article 13, the second 33 and the resident's 13, the third,
    # with its three figures, 14.
    assert list_roles(policy, 2, VISITOR) == [
        RoleShare(Source.PERSON, "officer", 64, 1, 85),
        RoleShare(Source.PERSON, "resident", 13, 1, 15),
    ]


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [(1, 19, None), (1, 100, 0), (3, 100, 5), (50, 100, 50), (99, 100, 95), (100, 100, 100)],
)
def test_shares_go_in_steps_of_five_and_only_the_whole_is_everything(
    part: int, whole: int, percent: int | None
) -> None:
    assert share(part, whole) == percent


def test_the_page_says_whose_each_word_is_by_role_and_by_article(
    app: Flask, client: CheckingClient, settings: config.Settings
) -> None:
    slug, _officer, _resident = adopted_policy(settings)
    page = client.get(f"/policies/{slug}/attribution?clause=c3").text
    assert "about 85%" in page
    assert "about 15%" in page
    assert '<span class="wrote wrote-resident">或者妨碍行人、轮椅通行的，</span>' in page
    assert f'href="/policies/{slug}/compare/1...2"' in page
    assert f'href="/policies/{slug}/suggestions/14">from suggestion no. 14' in page
    assert "为了规范停放" not in page
    whole = client.get(f"/policies/{slug}/attribution").text
    assert "All of it:" in whole
    assert "为了规范停放，制定本办法。" in whole
    missing = client.get(f"/policies/{slug}/attribution?clause=c99")
    assert missing.status_code == 404


def test_the_page_speaks_chinese(
    app: Flask, client: CheckingClient, settings: config.Settings
) -> None:
    slug, _officer, _resident = adopted_policy(settings)
    page = client.get(f"/policies/{slug}/attribution", headers={"Accept-Language": "zh"}).text
    assert "谁写了哪些字" in page
    assert "约85%" in page


def test_before_the_worker_came_the_page_says_so(app: Flask, client: CheckingClient) -> None:
    slug = make_policy().slug
    assert "being traced" in client.get(f"/policies/{slug}/attribution").text


def test_after_a_save_the_page_shows_the_version_before_until_the_worker_came(
    app: Flask, client: CheckingClient, settings: config.Settings
) -> None:
    slug, officer, _resident = adopted_policy(settings)
    save_text(slug, TEXT.replace("三日", "两日"), actor=officer, base=2)
    address = f"/policies/{slug}/attribution"
    assert "This shows version 2" in client.get(address).text
    work(settings)
    page = client.get(address).text
    assert "This shows" not in page
    assert "两" in page


def test_a_long_law_comes_in_pages(
    app: Flask, client: CheckingClient, settings: config.Settings
) -> None:
    law = "".join(f"第{number}条 停放应当有序，编号{number}。\n\n" for number in range(1, 66))
    slug = make_policy(text=law).slug
    work(settings)
    pages = [client.get(f"/policies/{slug}/attribution?page={n}").text for n in (1, 2, 3)]
    assert [page.count('class="written"') for page in pages] == [30, 30, 5]
    assert "page=3" in pages[1]
    assert "The articles before" not in pages[0]
    assert "The articles after" not in pages[2]
    assert client.get(f"/policies/{slug}/attribution?page=4").status_code == 404


def test_an_outsider_reads_no_name_from_before_the_publication(
    app: Flask, client: CheckingClient, settings: config.Settings
) -> None:
    slug, _officer, _resident = adopted_policy(settings)
    with committing():
        row = lock_head(get_policy(slug, VISITOR).id)
        row.public_from, row.published_at = 2, row.updated_at
        row.page_version += 1
    page = client.get(f"/policies/{slug}/attribution").text
    assert "Before the draft was made public" in page
    assert "王主任" not in page
    assert "居民0001" in page


def test_a_person_who_suggested_and_is_renamed_has_the_new_name_on_the_page(
    app: Flask, client: CheckingClient, settings: config.Settings
) -> None:
    slug, _officer, resident = adopted_policy(settings)
    assert "居民0001" in client.get(f"/policies/{slug}/attribution").text
    with committing():
        person = db.session.get_one(Person, resident.person_id)
        person.name = "李阿姨"
        record(PersonRenamed(person=resident.public_id), actor=resident, is_public=True)
    work(settings)
    assert "李阿姨" in client.get(f"/policies/{slug}/attribution").text


@pytest.mark.corpus
def test_a_real_history_is_attributed_as_its_texts_arrive(
    app: Flask, client: CheckingClient, settings: config.Settings, corpus: Path
) -> None:
    with committing():
        outcome = import_source(
            read_source(corpus / "histories" / "en-open-source-policy"), Choices()
        )
    work(settings)
    policy = get_policy(outcome.slug, VISITOR)
    assert attributed_until(policy.id) == policy.head_number == 42
    for ident, spans in who_wrote(policy, 42, VISITOR).items():
        assert Source.PENDING not in {span.writer.source for span in spans}, ident
    assert "imported" in client.get(f"/policies/{outcome.slug}/attribution").text
    before = stored()
    attributing.rebuild()
    assert stored() == before


def test_the_words_of_a_suggestion_are_marked_and_no_others(
    app: Flask, settings: config.Settings
) -> None:
    slug, _officer, _resident = adopted_policy(settings)
    [spans] = words_of_suggestion(get_policy(slug, VISITOR), 2, 14, VISITOR).values()
    macros = app.jinja_env.get_template("components/attributed.html").module
    assert macros.attributed(spans, 14) == (  # type: ignore[attr-defined]
        "第二条 共享自行车连续停放超过三日无人使用的，"
        '<mark class="own-words">或者妨碍行人、轮椅通行的，</mark>'
        "运营企业应当在二小时内移走。"
    )
