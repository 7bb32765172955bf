"""Who wrote which words: by hand on small laws, and by rule on whatever hypothesis thinks of."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.text.attribution import (
    BULK,
    Past,
    attribute,
    digest,
    inserted_runs,
    pack_dead,
    pack_state,
    pieces,
    unpack_dead,
    unpack_state,
    words_of,
)
from app.text.clauses import outline
from app.text.identity import carry, standing
from app.text.outline import Outline
from app.text.provenance import Credit, Dead, Origin, Origins

BIKES = "共享自行车连续停放超过三日无人使用的，应当在二十四小时内移走。"
BIKES_EN = "A shared bicycle left unused for more than three days shall be removed within 24 hours."
MOVED = "停放点由街道办事处会同居民委员会划定并公布"  # 21 tokens


def law(*articles: str) -> str:
    return "".join(f"第{number}条 {words}\n\n" for number, words in enumerate(articles, start=1))


class History:
    """A policy that is saved again and again, and what is remembered of it."""

    def __init__(self, *articles: str) -> None:
        self.outlines: list[Outline] = [()]
        self.origins: dict[str, Origins] = {}
        self.states: dict[str, dict[str, Origins]] = {}
        self.dead: list[Dead] = []
        self.changed: list[str] = []
        self._next_id = 1
        self.save(law(*articles))

    def save(self, text: str, *credits: Credit, restores: int = 0) -> History:
        keep = standing(self.outlines[restores]) if restores else {}
        carried = carry(self.outlines[-1], text, next_id=self._next_id, keep=keep)
        self._next_id = carried.next_id
        step = attribute(
            self.outlines[-1],
            carried.outline,
            len(self.outlines),
            origins=self.origins,
            past=Past(self.states, self.dead),
            credits=credits,
        )
        self.outlines.append(carried.outline)
        self.changed = sorted(step.changed)
        self.dead += step.dead
        for clause in carried.outline:
            if clause.id in step.changed:
                self.origins[clause.id] = step.changed[clause.id]
                states = self.states.setdefault(clause.id, {})
                states[digest(words_of(clause))] = step.changed[clause.id]
        return self

    def articles(self, *articles: str, credits: Sequence[Credit] = ()) -> History:
        return self.save(law(*articles), *credits)

    def go_back_to(self, number: int) -> History:
        text = "".join(clause.text for clause in self.outlines[number])
        return self.save(text, restores=number)

    def now(self) -> dict[str, Origins]:
        return {clause.id: self.origins[clause.id] for clause in self.outlines[-1]}

    def written(self, ident: str = "c1") -> list[tuple[str, int, int]]:
        """Words, revision and suggestion, in the current wording of a clause without its number."""
        clause = next(clause for clause in self.outlines[-1] if clause.id == ident)
        found = pieces(clause, self.origins[ident])
        return [(text.strip(), *origin) for text, origin in found if origin]


def test_all_words_of_the_first_version_are_from_it() -> None:
    assert History(BIKES, MOVED).written("c2") == [(MOVED, 1, 0)]


def test_a_changed_number_is_one_word_of_the_new_version() -> None:
    history = History(BIKES).articles(BIKES.replace("三", "两"))
    assert history.written() == [
        ("共享自行车连续停放超过", 1, 0),
        ("两", 2, 0),
        ("日无人使用的，应当在二十四小时内移走。", 1, 0),
    ]


def test_a_changed_number_is_one_word_in_english_too() -> None:
    text = "Article 1. " + BIKES_EN
    history = History().save(text).save(text.replace("24", "2"))
    assert history.written() == [
        ("A shared bicycle left unused for more than three days shall be removed within", 2, 0),
        ("2", 3, 0),
        ("hours.", 2, 0),
    ]


def test_words_of_an_adopted_suggestion_are_its_own_and_the_rest_the_savers() -> None:
    suggested = BIKES.replace("使用的", "使用的或者妨碍行人、轮椅通行的")
    credit = Credit(14, tuple(inserted_runs(BIKES, suggested)))
    adopted = suggested.replace("二十四小时", "二小时")
    assert History(BIKES).articles(adopted, credits=[credit]).written() == [
        ("共享自行车连续停放超过三日无人使用的", 1, 0),
        ("或者妨碍行人、轮椅通行的", 2, 14),
        ("，应当在二小时内移走。", 1, 0),
    ]


def test_an_adopted_suggestion_in_english_keeps_its_words_too() -> None:
    text = "Article 1. " + BIKES_EN
    suggested = text.replace("days shall", "days or that blocks people on foot shall")
    credit = Credit(3, tuple(inserted_runs(text, suggested)))
    assert credit.inserted == ("or that blocks people on foot",)
    saved = suggested.replace("removed", "taken away")
    assert History().save(text).save(saved, credit).written() == [
        ("A shared bicycle left unused for more than three days", 2, 0),
        ("or that blocks people on foot", 3, 3),
        ("shall be", 2, 0),
        ("taken away", 3, 0),
        ("within 24 hours.", 2, 0),
    ]


def test_other_words_that_draw_on_a_suggestion_credit_what_they_took() -> None:
    credit = Credit(7, ("妨碍行人通行的",))
    saved = BIKES.replace("使用的", "使用的以及严重妨碍行人的")
    assert History(BIKES).articles(saved, credits=[credit]).written()[1:5] == [
        ("以及严重", 2, 0),
        ("妨碍行人", 2, 7),
        ("的", 2, 0),
        ("，应当在二十四小时内移走。", 1, 0),
    ]


def test_a_suggested_number_is_the_suggestions_even_alone() -> None:
    credit = Credit(5, tuple(inserted_runs(BIKES, BIKES.replace("三", "两"))))
    history = History(BIKES, MOVED).articles(
        BIKES.replace("三", "两"), MOVED.replace("并", "且"), credits=[credit]
    )
    assert history.written()[1] == ("两", 2, 5)
    assert ("且", 2, 0) in history.written("c2")


def test_a_suggestion_that_puts_the_saved_words_elsewhere_credits_nothing() -> None:
    credit = Credit(5, ("完全不同",))
    assert History(BIKES).articles(BIKES.replace("三", "两"), credits=[credit]).written()[1] == (
        "两", 2, 0,
    )  # fmt: skip


def test_who_goes_back_to_a_version_becomes_nobodys_author() -> None:
    history = History(BIKES, MOVED).articles(BIKES.replace("三", "两"), MOVED + "，每年公布一次")
    second = history.now()
    history.articles("空").go_back_to(2)
    assert history.now() == second


def test_an_article_that_says_again_what_it_said_is_as_it_was_then() -> None:
    """By hand, without the button: one number there and back, which no run of words would tell."""
    history = History(BIKES).articles(BIKES.replace("三", "两")).articles(BIKES)
    assert history.written() == [(BIKES, 1, 0)]


def test_words_put_in_again_keep_their_first_origin_and_a_single_one_does_not() -> None:
    history = History(BIKES)
    history.articles("共享自行车停放超过日无人使用的，应当在二十四小时内移走。")
    history.articles("共享自行车连续停放超过三日无人使用的，应当及时在二十四小时内移走。")
    assert history.written() == [
        ("共享自行车连续停放超过", 1, 0),
        ("三", 3, 0),
        ("日无人使用的，应当", 1, 0),
        ("及时", 3, 0),
        ("在二十四小时内移走。", 1, 0),
    ]


def test_suggesting_again_what_was_struck_out_makes_nobody_its_author() -> None:
    history = History(BIKES).articles("共享自行车停放超过三日的，应当移走。")
    credit = Credit(9, ("在二十四小时内",))
    history.articles("共享自行车停放超过三日的，应当在二十四小时内移走。", credits=[credit])
    assert history.written() == [("共享自行车停放超过三日的，应当在二十四小时内移走。", 1, 0)]


def test_a_suggestion_stays_whole_though_two_of_its_words_once_stood_here() -> None:
    history = History("应当及时移走。").articles("应当移走。")
    credit = Credit(9, ("由企业及时派人",))
    history.articles("应当由企业及时派人移走。", credits=[credit])
    assert history.written() == [("应当", 1, 0), ("由企业及时派人", 3, 9), ("移走。", 1, 0)]


def test_a_sentence_moved_to_another_article_keeps_its_origin() -> None:
    history = History(BIKES + MOVED, "本办法由市城市管理部门负责解释。")
    history.articles(BIKES, "本办法由市城市管理部门负责解释。" + MOVED)
    assert history.written("c2") == [("本办法由市城市管理部门负责解释。" + MOVED, 1, 0)]


def test_a_few_words_that_also_left_another_article_are_the_savers() -> None:
    history = History(BIKES + "由企业承担费用", "本办法由市城市管理部门负责解释。")
    history.articles(BIKES, "本办法由市城市管理部门负责解释。由企业承担费用")
    assert history.written("c2")[1] == ("由企业承担费用", 2, 0)


def test_both_parts_of_a_divided_article_keep_their_words() -> None:
    history = History(BIKES + MOVED + "，每年公布一次").articles(BIKES, MOVED + "，每年公布一次")
    clause = history.outlines[-1][1]
    assert (clause.id, clause.split_from) == ("c2", "c1")
    assert history.written("c1") == [(BIKES, 1, 0)]
    assert history.written("c2") == [(MOVED + "，每年公布一次", 1, 0)]


def test_joined_articles_keep_the_words_of_both() -> None:
    history = History(BIKES, MOVED).articles(BIKES + MOVED)
    assert history.outlines[-1][0].merged_from == ("c2",)
    assert history.written("c1") == [(BIKES + MOVED, 1, 0)]


def test_renumbering_and_moving_change_nobodys_words() -> None:
    history = History(BIKES, MOVED)
    before = history.now()
    assert history.articles(MOVED, BIKES).changed == []
    assert history.now() == before


def test_blanks_and_full_width_forms_change_nobodys_words() -> None:
    history = History(BIKES)
    assert history.articles(BIKES.replace("，", ", ")).changed == []
    assert history.now() == {"c1": (Origin(1),) * len("".join(BIKES))}


def test_a_bulk_change_is_not_attributed_to_words_until_it_is_taken_back() -> None:
    first = " ".join(f"w{n}" for n in range(4_501))
    second = " ".join(f"x{n}" if n % 3 == 0 else f"w{n}" for n in range(4_501))
    history = History(first).articles(second)
    assert history.written() == [(second, 2, BULK)]
    assert history.articles(first).written() == [(first, 1, 0)]


@pytest.mark.parametrize(
    ("base", "new", "runs"),
    [
        (BIKES, BIKES, []),
        (BIKES, "", []),
        ("", "第六条 应当让行。", ["第六条 应当让行。"]),
        ("超过三日的，移走。", "超过 5 日的，应当移走。", ["5", "应当"]),
        ("within 24 hours", "within two (2) hours", ["two (2)"]),
    ],
)
def test_what_a_suggestion_puts_in_is_told_as_it_is_written(
    base: str, new: str, runs: list[str]
) -> None:
    assert inserted_runs(base, new) == runs


def test_pieces_leave_the_number_to_nobody_and_blanks_to_the_words_before() -> None:
    [clause] = outline("第1条  甲乙。\n\n丙丁\n")
    one, two = Origin(1), Origin(2, 8)
    assert pieces(clause, (one, one, one, two, one)) == [
        ("第1条  ", None),
        ("甲乙。\n\n", one),
        ("丙", two),
        ("丁\n", one),
    ]


def test_pieces_of_a_heading_begin_with_its_words() -> None:
    [clause] = outline("## 第一章 总则 ##\n\n甲。\n")
    assert pieces(clause, (Origin(1),) * 4) == [
        ("## 第一章 ", None),
        ("总则 ##\n\n甲。\n", Origin(1)),
    ]


def test_origins_counted_of_other_words_are_not_shown() -> None:
    [clause] = outline("第1条 甲乙。\n")
    assert pieces(clause, (Origin(1),)) == [("第1条 甲乙。\n", None)]


def test_a_state_is_stored_as_revision_suggestion_and_length_of_each_run() -> None:
    origins = (Origin(1), Origin(1), Origin(3, 14), Origin(1))
    assert pack_state("ab12", origins) == b'["ab12",1,0,2,3,14,1,1,0,1]'
    assert unpack_state(b'["ab12",1,0,2,3,14,1,1,0,1]') == ("ab12", origins)


def test_what_died_is_read_as_it_was_stored() -> None:
    """A token may hold what separates words elsewhere: the accent alone folds to a blank."""
    dead = [Dead("c1", ("三", " \u0301", "24"), (Origin(1), Origin(1), Origin(2, 5)))]
    assert unpack_dead(pack_dead(dead)) == dead
    assert (pack_dead([]), unpack_dead(b"")) == (b"", [])


ARTICLE = st.text("甲乙丙丁，。", min_size=1, max_size=16)
VERSIONS = st.lists(st.lists(ARTICLE, min_size=1, max_size=4), min_size=1, max_size=5)


def history_of(versions: list[list[str]]) -> History:
    history = History(*versions[0])
    for articles in versions[1:]:
        history.articles(*articles)
    return history


@given(VERSIONS)
@settings(max_examples=60, deadline=None)
def test_every_word_has_an_origin_that_once_held_it(versions: list[list[str]]) -> None:
    history = history_of(versions)
    for clause in history.outlines[-1]:
        words, origins = words_of(clause), history.origins[clause.id]
        assert "".join(text for text, _ in pieces(clause, origins)) == clause.text
        for word, origin in zip(words, origins, strict=True):
            assert any(word in words_of(other) for other in history.outlines[origin.revision])


@given(VERSIONS)
@settings(max_examples=40, deadline=None)
def test_the_same_text_again_changes_nothing(versions: list[list[str]]) -> None:
    history = history_of(versions)
    before = history.now()
    assert history.articles(*versions[-1]).changed == []
    assert history.now() == before


@given(VERSIONS, st.data())
@settings(max_examples=60, deadline=None)
def test_going_back_gives_back_every_origin(versions: list[list[str]], data: st.DataObject) -> None:
    history = History(*versions[0])
    seen = [history.now()]
    for articles in versions[1:]:
        seen.append(history.articles(*articles).now())
    number = data.draw(st.integers(1, len(versions)))
    assert history.go_back_to(number).now() == seen[number - 1]


@given(ARTICLE, st.lists(ARTICLE, max_size=3), st.text("甲乙丙丁子丑寅卯", min_size=2, max_size=8))
@settings(max_examples=60, deadline=None)
def test_words_are_from_the_past_the_revision_or_a_credited_suggestion(
    first: str, others: list[str], inserted: str
) -> None:
    history = history_of([[first], *([words] for words in others)])
    number = len(history.outlines)
    history.articles(first + "戊" + inserted, credits=[Credit(14, (inserted,))])
    for origin in history.origins[history.outlines[-1][0].id]:
        assert origin.suggestion == 0 or origin == (number, 14)
        assert origin.revision <= number


@given(ARTICLE, st.integers(0, 16), st.text("子丑寅卯", min_size=2, max_size=8))
@settings(max_examples=60, deadline=None)
def test_an_adopted_insertion_is_wholly_the_suggestions(
    article: str, place: int, inserted: str
) -> None:
    new = article[:place] + inserted + article[place:]
    runs = tuple(inserted_runs(article, new))
    history = History(article).articles(new, credits=[Credit(14, runs)])
    [clause] = history.outlines[-1]
    assert [origin.suggestion for origin in history.origins[clause.id]].count(14) == len(inserted)
