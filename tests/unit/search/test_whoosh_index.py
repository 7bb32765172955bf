"""The index in its folder: found, counted, hidden, written, broken and built anew."""

import os
import shutil
from dataclasses import replace
from datetime import date

import pytest

from app.search.port import Document, IndexBusy, IndexDamaged, Query
from app.search.whoosh_index import WhooshIndex

PARKING = Document(
    key="policy:1", type="policy", policy_id=1, slug="parking", title="停车管理规定", language="zh",
    kind="rule", department="交通局", phase="drafting", private=False, dated_on=date(2026, 1, 5),
    body="第五条 公共停車場收費標準由市政府制定。中华人民共和国公民停车。",
)  # fmt: skip
VENDING = replace(
    PARKING, key="policy:2", policy_id=2, title="Street vending", language="en", phase="in_force",
    department="城管局", body="Permits are required for vending on any parking lot at night.",
)  # fmt: skip
SECRET = replace(
    PARKING, key="policy:3", policy_id=3, title="秘密草案", private=True, kind="plan",
    body="停车 xylophone 夜间不得停车",
)  # fmt: skip
COMMENT = replace(
    PARKING, key="comment:9", type="comment", body="停车太贵了 parking costs", labels=("第七条",),
    clause_id="c7",
)  # fmt: skip
ALL = [PARKING, VENDING, SECRET, COMMENT]


@pytest.fixture
def index(tmp_path):
    index = WhooshIndex(tmp_path / "index")
    index.rebuild(ALL, 7)
    return index


def found(index, q, **more):
    return {hit.key for hit in index.search(Query(q, **more)).hits}


@pytest.mark.parametrize(
    ("question", "keys"),
    [
        ("停车", {"policy:1", "comment:9"}),
        ("停車場", {"policy:1"}),
        ("民", {"policy:1"}),
        ("民共", {"policy:1"}),
        ("費標", {"policy:1"}),
        ("停车标准", {"policy:1"}),
        ('"停车标准"', set()),
        ("第5条", {"policy:1"}),
        ("第 五 條", {"policy:1"}),
        ("第七条", {"comment:9"}),
        ("permitted", {"policy:2"}),
        ("PARKED", {"policy:2", "comment:9"}),
        ('"parking lots"', {"policy:2"}),
        ('"lots parking"', set()),
        ("ｐａｒｋｉｎｇ -night", {"comment:9"}),
        ("停车 -太贵", {"policy:1"}),
        ("没有的词", set()),
        ("", set()),
        ("-停车", set()),
    ],
)
def test_a_question_finds_what_it_should(index, question, keys):
    assert found(index, question) == keys


def test_a_private_policy_is_neither_found_nor_counted_nor_guessed(index):
    answer = index.search(Query("停车"))
    assert answer.total == 2
    assert answer.facets["kind"] == {"rule": 2}
    assert found(index, "xylophone") == set()
    assert index.search(Query("xylophon")).corrected is None


def test_who_may_see_a_private_policy_finds_it(index):
    answer = index.search(Query("停车", may_see=frozenset({3})))
    assert {hit.key for hit in answer.hits} == {"policy:1", "policy:3", "comment:9"}
    assert answer.facets["kind"] == {"rule": 2, "plan": 1}
    assert found(index, "停车", may_see=frozenset({2, 99})) == {"policy:1", "comment:9"}


def test_facets_count_what_a_change_of_that_facet_would_find(index):
    answer = index.search(Query("parking", in_="policy"))
    assert answer.total == 1
    assert answer.facets["in"] == {"policy": 1, "comment": 1}
    assert answer.facets["language"] == {"en": 1}


@pytest.mark.parametrize(
    "facet",
    [{"phase": "in_force"}, {"language": "en"}, {"department": "城管局"}, {"in_": "policy"}],
)
def test_each_facet_narrows(index, facet):
    assert found(index, "parking", **facet) == {"policy:2"}


def test_a_policy_without_department_counts_under_none(tmp_path):
    index = WhooshIndex(tmp_path)
    index.rebuild([replace(PARKING, department="")], 1)
    assert index.search(Query("停车")).facets["department"] == {}


def test_a_forked_process_reads_on_its_own(index, tmp_path):
    assert found(index, "停车")
    child = os.fork()
    if not child:
        is_right = found(index, "parking -night") == {"comment:9"}
        os._exit(0 if is_right else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert found(index, "民") == {"policy:1"}


def test_an_unknown_facet_value_finds_nothing(index):
    assert found(index, "停车", phase="public") == set()


def test_a_word_in_the_title_ranks_above_a_word_in_the_text(tmp_path):
    index = WhooshIndex(tmp_path)
    text_only = replace(PARKING, key="policy:4", title="规定", body="停车。" + "别的内容。" * 20)
    title_too = replace(text_only, key="policy:5", title="停车规定", body="别的内容。" * 20)
    index.rebuild([text_only, title_too], 1)
    assert [hit.key for hit in index.search(Query("停车")).hits] == ["policy:5", "policy:4"]


def test_equally_good_hits_come_newest_first(tmp_path):
    index = WhooshIndex(tmp_path)
    index.rebuild(
        [replace(COMMENT, key=f"comment:{day}", dated_on=date(2026, 1, day)) for day in (3, 9, 5)],
        1,
    )
    assert [hit.key for hit in index.search(Query("太贵")).hits] == [
        "comment:9",
        "comment:5",
        "comment:3",
    ]


def test_pages_follow_one_another_without_gap_or_repeat(tmp_path):
    index = WhooshIndex(tmp_path)
    index.rebuild([replace(COMMENT, key=f"comment:{n}") for n in range(25)], 1)
    pages = [found(index, "停车", page=page) for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [10, 10, 5, 0]
    assert len(set.union(*pages)) == 25


@pytest.mark.parametrize("odd", [{"page": 0}, {"page": -5}, {"size": 0}, {"size": 10**9}])
def test_odd_pages_are_answered(index, odd):
    assert index.search(Query("停车", **odd)).total == 2


def test_a_misspelt_english_word_is_corrected(index):
    assert index.search(Query("Pakring")).corrected == "parking"
    assert index.search(Query("parking")).corrected is None
    assert index.search(Query("停车 vennding")).corrected is None  # nothing has both


def test_a_written_document_is_found_by_other_readers_and_its_old_words_are_not(index, tmp_path):
    reader = WhooshIndex(tmp_path / "index")
    assert found(reader, "太贵") == {"comment:9"}
    index.write([replace(COMMENT, body="夜间收费")], [], 8)
    assert found(reader, "太贵") == set()
    assert found(reader, "夜间收费") == {"comment:9"}
    assert reader.watermark() == 8


def test_a_deleted_document_is_neither_found_nor_counted(index):
    index.write([], ["comment:9", "comment:404"], 9)
    answer = index.search(Query("停车"))
    assert (answer.total, answer.facets["in"]) == (1, {"policy": 1})


def test_the_last_of_two_documents_with_one_key_counts(index):
    index.write([replace(COMMENT, body="甲乙"), replace(COMMENT, body="丙丁")], [], 8)
    assert found(index, "甲乙") == set()
    assert found(index, "丙丁") == {"comment:9"}


def test_hundreds_of_small_commits_leave_few_segments_and_every_word(index, tmp_path):
    for n in range(120):
        index.write([replace(COMMENT, key=f"comment:{n % 40}", body=f"意见 word{n}")], [], n)
    assert len(list((tmp_path / "index").glob("generation-*/*.trm"))) < 20
    assert index.search(Query("意见")).total == 40
    assert found(index, "word119") == {"comment:39"}
    assert found(index, "word79") == set()
    assert found(index, "停車場") == {"policy:1"}
    assert index.watermark() == 119


def test_a_second_writer_is_told_that_the_index_is_busy(index, tmp_path):
    def documents():
        with pytest.raises(IndexBusy):
            WhooshIndex(tmp_path / "index").write([COMMENT], [], 9)
        yield PARKING

    index.rebuild(documents(), 8)
    assert found(index, "停车") == {"policy:1"}


def test_readers_go_on_while_the_index_is_rebuilt(index, tmp_path):
    reader = WhooshIndex(tmp_path / "index")
    seen = []

    def documents():
        seen.append(found(reader, "太贵"))
        yield PARKING

    index.rebuild(documents(), 8)
    assert seen == [{"comment:9"}]
    assert found(reader, "太贵") == set()
    assert reader.watermark() == 8


def test_a_rebuild_that_fails_leaves_the_index_as_it_was(index, tmp_path):
    def documents():
        yield PARKING
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError, match="the database went away"):
        index.rebuild(documents(), 8)
    assert found(index, "太贵") == {"comment:9"}
    assert len(list((tmp_path / "index").glob("generation-*"))) == 1


def test_an_index_of_nothing_answers_nothing(tmp_path):
    index = WhooshIndex(tmp_path)
    index.rebuild([], 3)
    assert (index.search(Query("停车")).total, index.watermark()) == (0, 3)
    assert not index.is_damaged()


def test_a_missing_index_is_damaged(tmp_path):
    index = WhooshIndex(tmp_path / "never")
    assert index.is_damaged()
    for ask in (lambda: index.search(Query("停车")), index.watermark, index.refresh):
        with pytest.raises(IndexDamaged):
            ask()
    with pytest.raises(IndexDamaged):
        index.write([PARKING], [], 1)


def _files(folder):
    return sorted(path for path in folder.glob("generation-*/*") if path.stat().st_size)


@pytest.mark.parametrize("suffix", [".toc", ".trm", "key.col"])
@pytest.mark.parametrize("harm", ["garbled", "emptied", "halved", "deleted"])
def test_a_damaged_file_is_noticed_and_a_rebuild_heals(index, tmp_path, suffix, harm):
    (victim,) = [path for path in _files(tmp_path / "index") if path.name.endswith(suffix)]
    content = victim.read_bytes()
    match harm:
        case "garbled":
            victim.write_bytes(bytes(byte ^ 0xA5 for byte in content))
        case "emptied":
            victim.write_bytes(b"")
        case "halved":
            victim.write_bytes(content[: len(content) // 2])
        case "deleted":
            victim.unlink()
    fresh = WhooshIndex(tmp_path / "index")
    assert fresh.is_damaged()
    with pytest.raises(IndexDamaged):
        fresh.search(Query("停车"))
    fresh.rebuild(ALL, 9)
    assert not fresh.is_damaged()
    assert found(fresh, "停车") == {"policy:1", "comment:9"}


def test_one_wrong_bit_in_the_terms_is_noticed(index, tmp_path):
    (terms,) = (tmp_path / "index").glob("generation-*/*.trm")
    content = bytearray(terms.read_bytes())
    content[len(content) // 3] ^= 1
    terms.write_bytes(content)
    assert WhooshIndex(tmp_path / "index").is_damaged()


def test_a_reader_notices_that_the_folder_went_away_under_it(index, tmp_path):
    assert found(index, "停车")
    shutil.rmtree(tmp_path / "index")
    with pytest.raises(IndexDamaged):
        index.search(Query("停车"))
    index.rebuild(ALL, 9)
    assert found(index, "停车") == {"policy:1", "comment:9"}


def test_a_full_disk_is_no_damage(index, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.search.whoosh_index.Terms.add_postings", full)
    with pytest.raises(OSError, match="No space left"):
        index.write([replace(COMMENT, body="新")], [], 8)
    monkeypatch.undo()
    assert found(index, "太贵") == {"comment:9"}
    index.write([replace(COMMENT, body="新词")], [], 8)
    assert found(index, "新词") == {"comment:9"}


def test_the_folder_is_private(index, tmp_path):
    folders = [tmp_path / "index", *(tmp_path / "index").glob("generation-*")]
    assert {folder.stat().st_mode & 0o077 for folder in folders} == {0}
