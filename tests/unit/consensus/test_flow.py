"""The flow of a text over its versions: which bands there are, how many words of whom, what joins."""

from __future__ import annotations

import json
from collections.abc import Mapping

from app.consensus.rules.flow import Column, Flow, age_starts, draw, sample
from app.consensus.rules.flow_parts import group
from app.text.outline import Clause, ClauseKind

Words = Mapping[tuple[str, int], int]


def clause(
    ident: str,
    label: str = "",
    *,
    path: tuple[str, ...] = (),
    kind: ClauseKind = ClauseKind.ARTICLE,
    text: str = "words",
    split_from: str | None = None,
    merged_from: tuple[str, ...] = (),
) -> Clause:
    return Clause(
        kind, label, path, 0, len(text), text, "", ident, split_from=split_from,
        merged_from=merged_from,
    )  # fmt: skip


def column(number: int, *parts: tuple[Clause, Words]) -> Column:
    return Column(
        number,
        f"2026-03-{number:02}T04:00:00+00:00",
        tuple(part for part, _ in parts),
        {part.id: words for part, words in parts},
    )


def flow(*columns: Column, changes: Mapping[str, list[int]] | None = None) -> Flow:
    numbers = [one.number for one in columns]
    return draw(columns, numbers, ["resident", "officer"], changes or {})


A, B = clause("c1", "第一条"), clause("c2", "第二条")
OLD: Words = {("officer", 1): 10}


def test_a_sample_is_even_and_holds_the_first_and_the_last() -> None:
    assert sample(range(1, 8), 4) == [1, 3, 5, 7]
    assert sample(range(1, 1001), 48)[-1] == 1000
    assert sample([3, 4], 4) == [3, 4]


def test_the_first_version_is_an_age_and_the_later_ones_are_four() -> None:
    assert age_starts(range(1, 11)) == (1, 2, 4, 6, 8)
    assert age_starts([7]) == (7,)
    assert age_starts([7, 9]) == (7, 9)
    assert age_starts([]) == ()


def test_words_are_counted_by_role_and_by_age() -> None:
    drawn = flow(column(1, (A, OLD)), column(2, (A, {("officer", 1): 7, ("resident", 2): 5})))
    first, second = (run.cell for run in drawn.bands[0].runs)
    assert (first.words, first.roles, first.ages) == (10, (0, 10), (10, 0, 0))
    assert (second.words, second.roles, second.ages) == (12, (5, 7), (7, 5, 0))


def test_words_that_are_not_traced_have_an_age_of_their_own() -> None:
    drawn = draw([column(1, (A, {("pending", 0): 4}))], [1], ["pending"], {})
    assert drawn.bands[0].runs[0].cell.ages == (0, 4)


def test_a_band_that_stays_the_same_is_one_run() -> None:
    drawn = flow(*(column(number, (A, OLD)) for number in (1, 2, 3)))
    assert [(run.first, run.last) for run in drawn.bands[0].runs] == [(0, 2)]


def test_a_band_says_when_it_came_was_changed_and_went() -> None:
    drawn = flow(
        column(1, (A, OLD)),
        column(2, (A, OLD), (B, OLD)),
        column(3, (A, OLD), (B, {("officer", 1): 9})),
        column(4, (A, OLD)),
        changes={"c2": [2, 3, 4]},
    )
    came = {band.ident: (band.came, band.changed, band.went) for band in drawn.bands}
    assert came == {"c1": (1, 0, 0), "c2": (2, 1, 4)}


def test_a_sampled_picture_knows_when_a_clause_really_came_and_went() -> None:
    columns = [column(1, (A, OLD)), column(5, (A, OLD), (B, OLD)), column(9, (A, OLD))]
    drawn = draw(columns, range(1, 10), ["officer"], {"c2": [3, 4, 6, 8]})
    band = drawn.bands[1]
    assert (band.came, band.changed, band.went) == (3, 2, 8)
    assert drawn.revisions == 9


def test_bands_stand_in_the_order_of_the_text_and_a_gone_one_where_it_was() -> None:
    gone = clause("c3", "旧第一条")
    drawn = flow(column(1, (A, OLD), (gone, OLD), (B, OLD)), column(2, (A, OLD), (B, OLD)))
    assert [band.ident for band in drawn.bands] == ["c1", "c3", "c2"]
    assert [drawn.order_at(0), drawn.order_at(1)] == [(0, 1, 2), (0, 2)]


def test_a_move_changes_the_order_alone() -> None:
    drawn = flow(column(1, (A, OLD), (B, OLD)), column(2, (B, OLD), (A, OLD)))
    assert drawn.orders == ((0, (0, 1)), (1, (1, 0)))
    assert all(len(band.runs) == 1 for band in drawn.bands)


def test_a_split_leads_from_the_old_clause_to_the_new_one() -> None:
    part = clause("c2", "第二条", split_from="c1")
    drawn = flow(column(1, (A, OLD)), column(2, (A, OLD), (part, OLD)))
    assert drawn.links == ((1, 0, 1),)


def test_a_join_leads_from_the_clause_that_went_to_the_one_that_has_its_words() -> None:
    whole = clause("c1", "第一条", merged_from=("c2",))
    drawn = flow(column(1, (A, OLD), (B, OLD)), column(2, (whole, OLD)))
    assert drawn.links == ((1, 1, 0),)


def test_a_split_that_was_long_ago_is_no_link() -> None:
    part = clause("c2", "第二条", split_from="c1")
    drawn = flow(column(1, (A, OLD), (part, OLD)), column(2, (A, OLD), (part, OLD)))
    assert drawn.links == ()


def test_a_flow_is_the_same_after_it_was_stored() -> None:
    part = clause("c2", "第二条", split_from="c1")
    drawn = flow(column(1, (A, OLD)), column(2, (A, OLD), (part, OLD)))
    assert Flow.from_json(json.loads(json.dumps(drawn.to_json()))) == drawn


def test_a_text_that_changes_everywhere_is_drawn_in_fewer_columns() -> None:
    clauses = [clause(f"c{n}", f"第{n}条") for n in range(50)]
    columns = [
        column(number, *((one, {("officer", 1): 10 + number}) for one in clauses))
        for number in range(1, 31)
    ]
    drawn = flow(*columns)
    assert len(drawn.numbers) == 12  # 30, 22, 16, 12: fifty bands of twelve runs
    assert (drawn.numbers[0], drawn.numbers[-1], drawn.revisions) == (1, 30, 30)


def test_a_text_of_few_clauses_has_a_band_for_each() -> None:
    bare = clause("c9", text="### Every dog\nneeds a lead in the park.")
    assert group([(A, bare)]) == {"c1": ("c1", "第一条"), "c9": ("c9", "Every dog needs a lead i")}


def test_too_many_clauses_are_drawn_as_their_chapters() -> None:
    chapters = [clause(f"h{n}", f"第{n}章", kind=ClauseKind.HEADING) for n in (1, 2)]
    articles = [clause(f"c{n}", f"第{n}条", path=(f"第{n % 2 + 1}章",)) for n in range(6)]
    outline = (chapters[0], *articles[::2], chapters[1], *articles[1::2])
    bands = group([outline], most=4)
    assert bands["c0"] == ("h1", "第1章")
    assert bands["c1"] == bands["h2"] == ("h2", "第2章")
    assert len(set(bands.values())) == 2


def test_too_many_clauses_without_chapters_are_drawn_in_stretches() -> None:
    outline = tuple(clause(f"c{n}", f"第{n}条") for n in range(100))
    bands = group([outline], most=80)
    assert bands["c0"] == bands["c2"] == ("c0", "第0条 – 第2条")
    assert len(set(bands.values())) == 34


def test_a_clause_that_came_later_belongs_to_the_stretch_it_stands_in() -> None:
    first = tuple(clause(f"c{n}", f"第{n}条") for n in range(90))
    late = clause("c99", "第1条之一")
    bands = group([first, (*first[:2], late, *first[2:])], most=80)
    assert bands["c99"] == bands["c1"]
