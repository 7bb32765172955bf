"""The picture of a flow: shapes worked out by hand, in quarters of a pixel."""

from __future__ import annotations

import re

from app.consensus.rules.flow import Cell, Flow
from app.consensus.rules.flow_picture import Picture, lay_out, short
from app.consensus.rules.flow_ribbons import HEIGHT, UNITS
from tests.unit.consensus.test_flow import OLD, A, B, Words, clause, column, flow

# Two versions stand 2,400 apart; the ribbon is the last 600 of it, the last version goes on for 104.
TWENTY: Words = {("officer", 1): 20}
THIRTY: Words = {("officer", 1): 30}


def shapes(drawn: Flow) -> list[list[str]]:
    """By band the paths of its runs."""
    picture = lay_out(drawn, by_age=False, by_time=False)
    return [[path for piece in band.pieces for _, path in piece.shapes] for band in picture.bands]


def ticks(picture: Picture) -> list[int]:
    return [tick.x for tick in picture.ticks]


def test_a_text_that_stays_is_one_even_band() -> None:
    drawn = flow(column(1, (A, OLD)), column(2, (A, OLD)))
    assert shapes(drawn) == [[f"M0 0h1800h600h104v{HEIGHT}h-104h-600h-1800z"]]


def test_a_new_clause_grows_from_the_place_where_it_comes() -> None:
    drawn = flow(column(1, (A, OLD)), column(2, (A, OLD), (B, TWENTY)))
    assert shapes(drawn)[1] == [
        "M1800 693c300 0 300 6 600 6v1387c-300 0 -300 -1393 -600 -1393zM2400 699h104v1387h-104z"
    ]


def test_a_clause_that_goes_shrinks_to_the_place_where_it_was() -> None:
    drawn = flow(column(1, (A, OLD), (B, TWENTY)), column(2, (A, OLD)))
    assert shapes(drawn)[1] == [
        "M0 699h1800v1387h-1800zM1800 699c300 0 300 -6 600 -6v0c-300 0 -300 1393 -600 1393z"
    ]


def test_a_split_clause_is_divided_by_the_sizes_of_its_parts() -> None:
    part = clause("c2", "第二条", split_from="c1")
    drawn = flow(column(1, (A, THIRTY)), column(2, (A, OLD), (part, TWENTY)))
    kept, split = shapes(drawn)
    assert kept == [f"M0 0h1800v{HEIGHT}h-1800z", "M1800 0h600v693h-600zM2400 0h104v693h-104z"]
    assert split == [
        "M1800 693c300 0 300 6 600 6v1387c-300 0 -300 -6 -600 -6zM2400 699h104v1387h-104z"
    ]


def test_joined_clauses_run_into_their_parts_of_the_whole() -> None:
    whole = clause("c1", "第一条", merged_from=("c2",))
    drawn = flow(column(1, (A, OLD), (B, TWENTY)), column(2, (whole, THIRTY)))
    kept, joined = shapes(drawn)
    assert kept[1].startswith("M1800 0h600v693h-600z")
    assert joined == [
        "M0 699h1800v1387h-1800zM1800 699c300 0 300 -6 600 -6v1387c-300 0 -300 6 -600 6z"
    ]


def test_a_moved_clause_crosses_the_others() -> None:
    drawn = flow(column(1, (A, OLD), (B, TWENTY)), column(2, (B, TWENTY), (A, OLD)))
    assert shapes(drawn)[0] == [
        "M0 0h1800c300 0 300 1393 600 1393h104v693h-104c-300 0 -300 -1393 -600 -1393h-1800z"
    ]


def test_colours_divide_a_band_and_one_that_comes_grows_from_nothing() -> None:
    mixed: Words = {("resident", 2): 10, ("officer", 1): 10}
    picture = lay_out(flow(column(1, (A, OLD)), column(2, (A, mixed))), by_age=False, by_time=False)
    old, new = picture.bands[0].pieces
    assert old.shapes == ((1, "M0 0h1800v1040h-1800z"),)
    assert new.shapes[0] == (
        0,
        "M1800 0h600v1040c-300 0 -300 -1040 -600 -1040zM2400 0h104v1040h-104z",
    )
    assert new.cell == Cell(20, (10, 10), (10, 10, 0))


def test_by_age_the_words_of_the_first_version_come_first() -> None:
    mixed: Words = {("resident", 2): 10, ("officer", 1): 10}
    picture = lay_out(flow(column(1, (A, OLD)), column(2, (A, mixed))), by_age=True, by_time=False)
    assert [colour for colour, _ in picture.bands[0].pieces[1].shapes] == [0, 1]


def test_columns_stand_evenly_or_at_their_date() -> None:
    drawn = flow(*(column(day, (A, OLD)) for day in (1, 2, 11)))
    assert ticks(lay_out(drawn, by_age=False, by_time=False)) == [0, 300, 600]
    first, second, third = ticks(lay_out(drawn, by_age=False, by_time=True))
    assert (first, third) == (0, 600)
    assert 60 <= second <= 70  # a tenth of the way, and the least that a column has


def test_versions_of_one_moment_and_a_clock_that_went_back_still_stand_in_order() -> None:
    drawn = flow(*(column(day, (A, OLD)) for day in (5, 5, 3, 9)))
    places = ticks(lay_out(drawn, by_age=False, by_time=True))
    assert places == sorted(set(places))
    at_once = flow(*(column(5, (A, OLD)) for _ in range(3)))
    assert ticks(lay_out(at_once, by_age=False, by_time=True)) == [0, 300, 600]


def test_one_version_and_an_empty_one_are_pictures_too() -> None:
    one = lay_out(flow(column(1, (A, OLD))), by_age=True, by_time=True)
    assert [shape for piece in one.bands[0].pieces for shape in piece.shapes] == [
        (0, f"M0 0h104v{HEIGHT}h-104z")
    ]
    wordless = lay_out(flow(column(1, (A, {}))), by_age=True, by_time=False)
    assert wordless.bands[0].pieces[0].shapes == ()


def test_names_stand_at_the_largest_bands_and_never_over_each_other() -> None:
    clauses = [clause(f"c{n}", f"第{n}条") for n in range(70)]
    words = {n: {("officer", 1): 500 if n == 30 else 30} for n in range(70)}
    drawn = flow(column(1, *((one, words[n]) for n, one in enumerate(clauses))))
    picture = lay_out(drawn, by_age=False, by_time=False)
    named = sorted(band.left for band in picture.bands if band.has_left and band.left is not None)
    assert picture.bands[30].has_left
    assert all(b - a >= 13 for a, b in zip(named, named[1:], strict=False))


def test_names_take_as_much_room_as_the_widest_written_one() -> None:
    preamble = clause("c2", "Street trees of the district")
    short_names = flow(column(1, (A, TWENTY)))
    mixed = flow(column(1, (A, TWENTY), (preamble, TWENTY)))
    narrow, wide = (lay_out(drawn, by_age=False, by_time=False) for drawn in (short_names, mixed))
    assert A.label == "第一条", "as wide as 6 letters of 6 pixels; 20 pixels stay free"
    assert (narrow.side, wide.side) == (56, 140)


def test_an_unwritten_name_is_cut_to_the_room_of_the_written_ones() -> None:
    thin = clause("c2", "示例市非机动车停放管理办法")
    drawn = flow(column(1, (A, {("officer", 1): 2000}), (thin, {("officer", 1): 1})))
    picture = lay_out(drawn, by_age=False, by_time=False)
    assert [band.has_left for band in picture.bands] == [True, False]
    assert picture.bands[1].name == "示例…"
    assert picture.side == 56


def test_shapes_meet_on_whole_pixels() -> None:
    drawn = flow(*(column(number, (A, {("officer", 1): 20 + number})) for number in range(1, 8)))
    for by_time in (False, True):
        picture = lay_out(drawn, by_age=False, by_time=by_time)
        paths = [path for piece in picture.bands[0].pieces for _, path in piece.shapes]
        starts = [int(x) for path in paths for x in re.findall(r"M(\d+)", path)]
        assert len(starts) > 7
        assert not [x for x in starts if x % UNITS]


def test_long_names_are_cut_to_what_has_room() -> None:
    assert short("第十二条") == "第十二条"
    assert short("第二章 食品安全风险监测和评估") == "第二章 食品安全风…"
    assert short("Maximizing Community Involvement") == "Maximizing Communit…"


def test_a_picture_that_is_full_of_changes_stays_small() -> None:
    columns = [
        column(
            number,
            *(
                (
                    clause(f"c{n}", f"第{n}条"),
                    {("resident", number): number + n, ("officer", 1): 40 + n},
                )
                for n in range(60)
            ),
        )
        for number in range(1, 31)
    ]
    picture = lay_out(flow(*columns), by_age=False, by_time=False)
    paths = [path for band in picture.bands for piece in band.pieces for _, path in piece.shapes]
    assert all(re.fullmatch(r"(M\d+ \d+([hvc][-\d ]+)+z)+", path) for path in paths)
    assert sum(map(len, paths)) < 90_000
