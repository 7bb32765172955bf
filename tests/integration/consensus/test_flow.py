"""The page *How the text changed*: the picture of a text over its versions, for everybody."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask import Flask

import config
from app.access.actor import VISITOR, Actor, Role
from app.consensus.queries.disputes import list_disputes
from app.consensus.rules.flow import MOST_COLUMNS, Flow
from app.consensus.services import figuring
from app.consensus.services.drawing_flow import draw_flow
from app.database import committing, db
from app.policies.queries import get_policy
from app.worker import Worker
from tests.builders.accounts import make_actor
from tests.builders.policies import TEXT, make_policy, plan_publication, save_text
from tests.builders.policy_files import bring_in
from tests.checking_client import CheckingClient

SVG = "{http://www.w3.org/2000/svg}"
MORE = TEXT.replace("第三条", "第三条 车辆应当停放在划定的区域内。\n\n第四条")


def counted(slug: str, settings: config.Settings) -> Flow:
    """The flow of a policy after the worker did its part."""
    Worker(settings.instance_dir).drain()
    policy = get_policy(slug, VISITOR)
    figuring.figure(policy.id)
    return Flow.from_json(draw_flow(get_policy(slug, VISITOR)))


def picture(page: str) -> ElementTree.Element:
    """The one history flow of a page, parsed as strictly as XML is."""
    found = re.findall(r'<svg class="flow-picture".*?</svg>', page, re.DOTALL)
    assert len(found) == 1
    return ElementTree.fromstring(
        found[0].replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    )


def grown() -> tuple[str, Actor]:
    """A law of three articles, to which a resident adds a fourth in the second version."""
    slug = make_policy(mode="open").slug
    resident = make_actor()
    save_text(slug, MORE, actor=resident, base=1)
    return slug, resident


def test_words_are_drawn_by_the_role_of_who_wrote_them(
    app: Flask, settings: config.Settings
) -> None:
    slug, _ = grown()
    flow = counted(slug, settings)
    assert (flow.numbers, flow.roles) == ((1, 2), ("resident", "officer"))
    came = {band.label: (band.came, band.runs[-1].cell.roles) for band in flow.bands}
    assert came["第三条"] == (2, (14, 0))
    assert came["第四条"][0] == 1
    assert came["第二条"][1][0] == 0


def test_every_band_and_every_version_is_a_link_and_has_its_words(
    app: Flask, client: CheckingClient, settings: config.Settings
) -> None:
    slug, _ = grown()
    flow = counted(slug, settings)
    svg = picture(client.get(f"/policies/{slug}/consensus/flow").text)
    links = [link.get("href", "") for link in svg.iter(f"{SVG}a")]
    assert [link for link in links if "/history" in link] == [
        f"/policies/{slug}/clauses/{band.ident}/history" for band in flow.bands
    ]
    assert [link for link in links if "/revisions/" in link] == [
        f"/policies/{slug}/revisions/{number}" for number in (1, 2)
    ]
    assert all(client.get(link).status_code == 200 for link in links)
    titles = [title.text for title in svg.iter(f"{SVG}title")]
    assert "第三条 · version 2 · 14 words" in titles


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "query", ["", "?colour=age", "?colour=role&space=time", "?colour=x&space=y"]
)
def test_every_way_of_drawing_is_a_picture_with_its_table(
    app: Flask, client: CheckingClient, settings: config.Settings, query: str, lang: str
) -> None:
    slug, _ = grown()
    counted(slug, settings)
    client.set_cookie("lang", lang)
    page = client.get(f"/policies/{slug}/consensus/flow{query}").text
    assert len([*picture(page).iter(f"{SVG}path")]) > 8
    assert f'<td><a href="/policies/{slug}/revisions/2">' in page


def test_the_colour_is_by_age_where_one_role_wrote_everything(
    app: Flask, client: CheckingClient, settings: config.Settings
) -> None:
    slug = make_policy().slug
    counted(slug, settings)
    page = client.get(f"/policies/{slug}/consensus/flow").text
    assert "Words by the version that they came with" in page
    assert "There is only one version so far." in page


def test_before_anything_is_counted_the_page_says_so(app: Flask, client: CheckingClient) -> None:
    slug = make_policy().slug
    page = client.get(f"/policies/{slug}/consensus/flow").text
    assert "The figures are being counted." in page
    assert "<svg class" not in page.split("<main")[1]


def test_versions_from_before_the_publication_are_in_no_picture(
    app: Flask, client: CheckingClient, settings: config.Settings
) -> None:
    officer = make_actor(Role.OFFICER)
    slug = make_policy(officer, is_public=False).slug
    save_text(slug, TEXT.replace("三日", "私下两日"), actor=officer, base=1)
    save_text(slug, MORE, actor=officer, base=2)
    plan_publication(slug, at=None, with_history=False, actor=officer)
    save_text(slug, MORE.replace("十月", "十一月").replace("10月", "11月"), actor=officer, base=3)
    flow = counted(slug, settings)
    assert (flow.numbers, flow.roles) == ((3, 4), ("officer", "earlier"))
    assert {band.came for band in flow.bands} == {3}
    page = client.get(f"/policies/{slug}/consensus/flow").text
    assert "Counted from version 3 on" in page
    assert "/revisions/2" not in page
    assert "Before the draft was made public" in page


def test_a_picture_of_more_than_became_public_is_not_shown(
    app: Flask, client: CheckingClient, settings: config.Settings
) -> None:
    officer = make_actor(Role.OFFICER)
    slug = make_policy(officer, is_public=False, text=TEXT.replace("第三条", "第九条")).slug
    save_text(slug, TEXT, actor=officer, base=1)
    # Counted while its history was to be published with it …
    with committing():
        get_policy(slug, officer).publish_history = True
    Worker(settings.instance_dir).drain()
    figuring.figure(get_policy(slug, officer).id)
    # … which then it was not.
    plan_publication(slug, at=None, with_history=False, actor=officer)
    db.session.commit()
    page = client.get(f"/policies/{slug}/consensus/flow").text
    assert "The figures are being counted." in page
    assert "第九条" not in page
    assert list_disputes(get_policy(slug, VISITOR), VISITOR).number == 0


def test_a_visitor_gets_no_picture_of_a_private_draft(
    app: Flask, client: CheckingClient, settings: config.Settings
) -> None:
    slug = make_policy(is_public=False).slug
    Worker(settings.instance_dir).drain()
    assert client.get(f"/policies/{slug}/consensus/flow").status_code in (303, 404)


def test_words_that_nobody_traced_yet_are_said_to_be_so(
    app: Flask, settings: config.Settings
) -> None:
    slug, _ = grown()
    flow = Flow.from_json(draw_flow(get_policy(slug, VISITOR)))
    assert flow.roles == ("pending",)
    assert all(sum(band.runs[0].cell.ages[:-1]) == 0 for band in flow.bands)


def test_of_many_versions_the_picture_shows_some_and_the_page_says_which(
    app: Flask, client: CheckingClient, settings: config.Settings
) -> None:
    officer = make_actor(Role.OFFICER)
    slug = make_policy(officer).slug
    for base in range(1, MOST_COLUMNS + 3):
        save_text(slug, TEXT.replace("三日", f"{base}日"), actor=officer, base=base)
    flow = counted(slug, settings)
    assert (len(flow.numbers), flow.revisions) == (MOST_COLUMNS, MOST_COLUMNS + 3)
    assert flow.bands[2].changed == MOST_COLUMNS + 2
    page = client.get(f"/policies/{slug}/consensus/flow").text
    assert "room for 48 of the 51 versions" in page


def test_a_law_of_1300_articles_is_drawn_by_chapters_within_the_size_of_a_page(
    app: Flask, client: CheckingClient, settings: config.Settings
) -> None:
    officer = make_actor(Role.OFFICER)
    chapters = (
        f"## 第{n}章 规定\n\n"
        + "\n\n".join(f"第{n * 26 + k + 1}条 居民可以在{k}处停放。" for k in range(26))
        for n in range(50)
    )
    law = "\n\n".join(chapters) + "\n"
    slug = make_policy(officer, text=law).slug
    save_text(slug, law.replace("居民可以在3处", "居民不得在3处"), actor=officer, base=1)
    flow = counted(slug, settings)
    assert len(flow.bands) == 50
    assert {(band.clauses, band.changed) for band in flow.bands} == {(27, 1)}
    answer = client.get(f"/policies/{slug}/consensus/flow")
    assert "Each band is a part of the text" in answer.text
    assert len(answer.data) < 300_000
    assert len(gzip.compress(answer.data)) < 20_000


@pytest.mark.corpus
def test_the_picture_of_every_real_history_renders(
    app: Flask,
    client: CheckingClient,
    settings: config.Settings,
    corpus: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pictures = {name: figuring.FIGURES[name] for name in ("flow", "disputes")}
    monkeypatch.setattr(figuring, "FIGURES", pictures)
    folders = sorted(path for path in (corpus / "histories").iterdir() if path.is_dir())
    for folder in folders:
        bring_in(folder)
    Worker(settings.instance_dir).drain()
    for folder in folders:
        figuring.figure(get_policy(folder.name, VISITOR).id)
        answer = client.get(f"/policies/{folder.name}/consensus/flow")
        ticks = [*picture(answer.text).iterfind(f".//{SVG}a[@class='flow-tick']")]
        assert len(ticks) == len([*folder.glob("*.md")])
        assert len(answer.data) < 150_000
