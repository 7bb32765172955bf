"""``flask text``: the formats that people and scripts rely on."""

import json

import pytest
from click.testing import CliRunner

from app.commands.text import group

OLD = "第一条 停车费200元。逾期加收。不得拒绝缴纳。\n\n第二条 养犬人应当登记，遛犬应当牵绳。\n"


@pytest.fixture
def run(tmp_path):
    """Run a command on texts, each in a file of its own."""

    def run(command, *texts, options=()):
        files = []
        for number, text in enumerate(texts):
            file = tmp_path / f"{number}.md"
            file.write_bytes(text if isinstance(text, bytes) else text.encode())
            files.append(str(file))
        arguments = [*files, *(files.pop() if one == "LAST" else one for one in options)]
        if options:
            arguments = [*files, *arguments[len(files) + 1 :]]
        return CliRunner().invoke(group, [command, *arguments])

    return run


def test_clauses_are_a_list_with_ids_labels_and_offsets(run):
    done = run("clauses", OLD)
    found = json.loads(done.stdout)
    assert done.exit_code == 0
    assert [(c["id"], c["label"], c["kind"], c["path"]) for c in found] == [
        ("c1", "第一条", "article", []),
        ("c2", "第二条", "article", []),
    ]
    assert [OLD[c["start"] : c["end"]] for c in found] == [c["text"] for c in found]
    assert all(len(c["hash"]) == 64 for c in found)


def test_clauses_carry_the_ids_of_a_parent(run):
    new = "第一条 新增的规定，街道设意见箱。\n\n" + OLD.replace("第二条", "第三条").replace(
        "第一条", "第二条"
    )
    found = json.loads(run("clauses", new, OLD, options=("--parent", "LAST")).stdout)
    assert [c["id"] for c in found] == ["c3", "c1", "c2"]


def test_a_diff_gives_both_texts_back_and_lists_numbers_and_modals(run):
    new = OLD.replace("200", "300").replace("应当牵绳", "可以牵绳")
    done = run("diff", OLD, new)
    found = json.loads(done.stdout)
    assert done.exit_code == 0
    runs = [tuple(one) for row in found["clauses"] for one in row["runs"]]
    assert "".join(text for sign, text in runs if sign in "=-") == OLD
    assert "".join(text for sign, text in runs if sign in "=+") == new
    assert found["numbers"] == [{"clause": "c1", "before": "200", "after": "300"}]
    assert found["modals"] == [{"clause": "c2", "before": "应当", "after": "可以"}]
    assert found["truncated"] is False
    assert [row["change"] for row in found["clauses"]] == [["changed"], ["changed"]]
    assert {
        "id",
        "label_before",
        "label_after",
        "change",
        "split_from",
        "merged_from",
        "runs",
    } <= found["clauses"][0].keys()


def test_a_clean_merge_prints_the_text_and_nothing_else(run):
    mine, theirs = OLD.replace("200", "300"), OLD.replace("牵绳", "系绳")
    done = run("merge", OLD, mine, theirs)
    assert done.exit_code == 0
    assert done.stdout == mine.replace("牵绳", "系绳")
    assert done.stderr == ""


def test_warnings_of_a_merge_go_to_stderr(run):
    mine = OLD + "\n第三条 街道应当设立意见箱并且每周开启。\n"
    theirs = "第三条 本办法适用于全部城市道路。\n\n" + OLD
    done = run("merge", OLD, mine, theirs)
    assert done.exit_code == 0
    assert done.stdout == "第三条 本办法适用于全部城市道路。\n\n" + mine
    assert done.stderr == "warning: duplicate_label: 第3条\n"


def test_conflicts_are_json_with_exit_code_1(run):
    mine, theirs = OLD.replace("200", "300"), OLD.replace("200", "250")
    done = run("merge", OLD, mine, theirs)
    assert done.exit_code == 1
    first = OLD.partition("第二条")[0]
    assert json.loads(done.stdout) == {
        "conflicts": [
            {
                "clause": "c1",
                "label": "第一条",
                "kind": "text",
                "base": first,
                "mine": first.replace("200", "300"),
                "theirs": first.replace("200", "250"),
            }
        ]
    }


def test_rendering_gives_a_section_for_each_clause(run):
    done = run("render", OLD)
    assert done.exit_code == 0
    assert [f'<section id="c-c{n}">' in done.stdout for n in (1, 2, 3)] == [True, True, False]


def test_a_hostile_text_is_rendered_as_its_source(run):
    done = run("render", "![" * 4000)
    assert done.exit_code == 0
    assert "![![![" in done.stdout


@pytest.mark.parametrize("command", ["clauses", "diff", "render"])
def test_front_matter_is_skipped(run, command):
    text = f"---\ntitle: 停车\n---\n{OLD}"
    done = run(command, text, text) if command == "diff" else run(command, text)
    assert done.exit_code == 0
    assert "title" not in done.stdout


def test_a_merge_keeps_front_matter(run):
    text = f"---\ntitle: 停车\n---\n{OLD}"
    done = run("merge", text, text, text.replace("200", "300"))
    assert done.stdout == text.replace("200", "300")


def test_line_ends_and_composition_are_normalised(run):
    done = run("merge", OLD, OLD.replace("\n", "\r\n"), "\ufeff" + OLD.rstrip() + "cafe\u0301")
    assert done.stdout == OLD.rstrip() + "café\n"


@pytest.mark.parametrize("odd", ["\x00", "\u202e", "\u200b", "\x1b", "\u2028"])
def test_no_character_is_refused(run, odd):
    done = run("merge", OLD, OLD, OLD.replace("车", odd))
    assert done.exit_code == 0
    assert odd in done.stdout


@pytest.mark.parametrize("command", ["clauses", "diff", "merge", "render"])
def test_a_file_that_is_not_there_is_exit_code_2(command, tmp_path):
    count = {"diff": 2, "merge": 3}.get(command, 1)
    done = CliRunner().invoke(group, [command, *[str(tmp_path / "absent.md")] * count])
    assert done.exit_code == 2
    assert "absent.md" in done.stderr


def test_a_file_that_is_no_text_is_exit_code_2(run):
    assert run("clauses", b"\xff\xfe\x00").exit_code == 2


def test_an_empty_file_has_no_clauses(run):
    assert json.loads(run("clauses", "").stdout) == []
