"""The tokens of each clause over its wordings: they match the words, as many as possible are kept,
and who took back whose (measures 1, 1a and 6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .files import Row
from .history import History
from .report import Report
from .words import common, is_bulk, kind_of, wording

NOTHING = {"inserted": 0, "deleted": 0, "kind": "editorial", "undone": [], "is_bulk": False}
Origin = tuple[int, int]  # revision and suggestion; (0, 0) from before the text was public


@dataclass
class State:
    """A wording of a clause: its tokens by number, and whose each is."""

    number: int
    wording: str
    tokens: list[int]
    strict: list[Origin]


@dataclass
class Life:
    """The tokens of one clause: their words, first origins and moments, and its states."""

    words: list[str] = field(default_factory=list)
    origins: list[Origin] = field(default_factory=list)
    moments: list[list[int]] = field(default_factory=list)
    states: list[State] = field(default_factory=list)


def runs(written: Sequence[int]) -> list[Origin]:
    """Origins that are written as revision, suggestion and how many."""
    found: list[Origin] = []
    for number, suggestion, length in zip(written[::3], written[1::3], written[2::3], strict=True):
        found += [(number, suggestion)] * length
    return found


def read_lives(history: History) -> dict[str, Life]:
    """By clause, as the files tell it."""
    found: dict[str, Life] = {}
    for row in history.policy.rows("tokens.jsonl"):
        life = found.setdefault(row["clause"], Life())
        if row["token"] != len(life.words):
            raise ValueError(f"{row['clause']} token {row['token']} is out of order")
        life.words.append(row["text"])
        life.origins.append((row["origin"][0], row["origin"][1]))
        life.moments.append(row["moments"])
    for row in history.policy.rows("alignments.jsonl"):
        starts, sizes = row["tokens"][::2], row["tokens"][1::2]
        tokens = [first + n for first, size in zip(starts, sizes, strict=True) for n in range(size)]
        state = State(row["rev"], row["wording"], tokens, runs(row["strict"]))
        found.setdefault(row["clause"], Life()).states.append(state)
    return found


def check_lives(history: History, lives: Mapping[str, Life], report: Report) -> None:
    """Every wording is spelt by its tokens, and the moments of the tokens follow from the states."""
    measured = history.policy.about["measured"]
    for clause, course in history.courses.items():
        life = lives.get(clause, Life())
        where = f"{history.policy.slug} {clause}"
        wanted = [(number, words) for number, words in course if number <= measured]
        spelt = [
            (state.number, [life.words[token] for token in state.tokens]) for state in life.states
        ]
        if not report.same("alignments words", where, spelt, wanted):
            continue
        for state, (_, words) in zip(life.states, wanted, strict=True):
            key = wording(words) if words else ""
            report.same("alignments wording", f"{where} {state.number}", state.wording, key)
        _check_moments(where, life, report)
        _check_kept(where, life, report)
        _check_origins(where, life, report, is_from_before=history.first > 1)


def _check_moments(where: str, life: Life, report: Report) -> None:
    moments: list[list[int]] = [[] for _ in life.words]
    before: set[int] = set()
    for state in life.states:
        for token in before ^ set(state.tokens):
            moments[token].append(state.number)
        before = set(state.tokens)
    for token, (told, found) in enumerate(zip(life.moments, moments, strict=True)):
        report.same("tokens moments", f"{where} token {token}", told, found)


def _check_kept(where: str, life: Life, report: Report) -> None:
    """Those that stay stand in the same order, and no longer common subsequence exists; a wording
    that was there before has its tokens again."""
    seen: dict[str, State] = {}
    for was, now in steps(life):
        at = f"{where} revision {now.number}"
        kept_then = [token for token in was.tokens if token in set(now.tokens)]
        alive = set(was.tokens)
        kept_now = [token for token in now.tokens if token in alive]
        report.same("alignments order", at, kept_now, kept_then)
        old, new = ([life.words[token] for token in state.tokens] for state in (was, now))
        longest = 0 if is_bulk(old, new) else common(old, new)
        report.same("alignments kept", at, len(kept_now), longest)
        earlier = seen.get(now.wording)
        if earlier is not None:
            again = [
                (told, token)
                for told, token in zip(now.tokens, earlier.tokens, strict=True)
                if told not in alive and token not in alive
            ]
            told, found = [one for one, _ in again], [one for _, one in again]
            report.same("alignments restored", at, told, found)
        seen[now.wording] = now


def _check_origins(where: str, life: Life, report: Report, *, is_from_before: bool) -> None:
    """A token that stays keeps its origin, unless the whole clause is as it was once;
    ``is_from_before``: there was a text before the first revision of the files."""
    known: dict[str, State] = {}
    first: dict[int, Origin] = {}
    for was, now in steps(life):
        at = f"{where} revision {now.number}"
        report.same("alignments origins", at, len(now.strict), len(now.tokens))
        of_old = dict(zip(was.tokens, was.strict, strict=False))
        stayed = [
            (of_old[token], origin)
            for token, origin in zip(now.tokens, now.strict, strict=False)
            if token in of_old
        ]
        earlier = known.get(now.wording)
        if earlier is not None:
            report.same("alignments origins", at, now.strict, earlier.strict)
        elif not (is_from_before and _is_old(now)):
            report.same(
                "alignments origins", at, [new for _, new in stayed], [old for old, _ in stayed]
            )
        for token, origin in zip(now.tokens, now.strict, strict=False):
            first.setdefault(token, origin)
        known[now.wording] = now
    for token, told in enumerate(life.origins):
        if told != (0, 0) or not is_from_before:
            report.same("tokens origin", f"{where} token {token}", told, first.get(token))


def _is_old(state: State) -> bool:
    """Whether the whole may be a wording from before the text was public, with its origins."""
    return all(origin == (0, 0) for origin in state.strict)


def steps(life: Life) -> Iterator[tuple[State, State]]:
    """Each state with the one before it."""
    before = State(0, "", [], [])
    for state in life.states:
        yield before, state
        before = state


def check_changes(history: History, lives: Mapping[str, Life], report: Report) -> None:
    """changes.jsonl: tokens in and out, the kind, and whose actions were taken back."""
    counted = {
        number: row["actor"]
        for number, row in history.revisions.items()
        if (history.first <= 1 or number > history.first) and number not in history.left_out()
    }
    found: dict[tuple[int, str], Row] = {}
    for clause, life in lives.items():
        undone = undone_by(life, counted)
        for was, now in steps(life):
            if now.number > history.first or history.first <= 1:
                row = _change(history, life, was, now)
                row["undone"] = sorted(undone.get(now.number, ()))
                found[now.number, clause] = row
    begun = history.first + 1 if history.first > 1 else 1
    changed = {number for number, _ in found}
    for number in range(begun, history.policy.about["measured"] + 1):
        if number not in changed:  # a row says that it was measured
            found[number, ""] = {**NOTHING}
    marked = history.marked()
    for told in history.policy.rows("changes.jsonl"):
        where = f"{history.policy.slug} {told['clause'] or 'no clause'} revision {told['rev']}"
        key = (told["rev"], told["clause"])
        if key not in found:
            report.fail("changes rows", f"{where} changed nothing there")
            continue
        row = found.pop(key)
        row["is_vandalism"] = told["rev"] in marked
        for name, value in row.items():
            report.same(f"changes {name}", where, told[name], value)
    for number, clause in found:
        report.fail("changes rows", f"{history.policy.slug} {clause} revision {number} is missing")


def _change(history: History, life: Life, was: State, now: State) -> Row:
    old, new = ([life.words[token] for token in state.tokens] for state in (was, now))
    place = {token: n for n, token in enumerate(was.tokens)}
    pairs = [(place[token], n) for n, token in enumerate(now.tokens) if token in place]
    return {
        "inserted": len(new) - len(pairs),
        "deleted": len(old) - len(pairs),
        "kind": kind_of(old, new, pairs, history.variants),
        "is_bulk": is_bulk(old, new),
    }


def undone_by(life: Life, counted: Mapping[int, str]) -> dict[int, set[str]]:
    """By revision that counts: the other people whose token actions it took back. Taken back is a
    token that goes though somebody had put it back in, or comes though somebody had taken it out."""
    found: dict[int, set[str]] = {}
    for moments in life.moments:
        by, was_in, has_gone = "", False, False
        for place, number in enumerate(moments):
            if number not in counted:
                continue
            comes = place % 2 == 0
            if has_gone and comes != was_in and by != counted[number]:
                found.setdefault(number, set()).add(by)
            by, was_in, has_gone = counted[number], comes, has_gone or not comes
    return found
