"""修改前后对照表: before, after, reason; what is unchanged is folded, in the CSV nothing is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from flask_babel import gettext

from app.papers.blocks import Block, Cell, Document, Mark, Paragraph, Row, Run, Style, Table, words
from app.papers.composing.phrases import language_of, listed, reason_words, text_name
from app.papers.queries.comparing import Compared, ComparedClause
from app.text.as_read import as_read_pieces
from app.text.compare import ClauseChange
from app.text.labels import spoken

COLUMNS = ("current", "proposed", "reason", "change", "clause", "label_current", "label_proposed")
_WIDTHS = (37, 37, 26)
_SHOWN = {"-": Mark.DELETED, "+": Mark.INSERTED, "=": Mark.PLAIN}


def records(compared: Compared, locale: str) -> Iterator[tuple[str, ...]]:
    """The rows of the CSV: one for every clause, in reading order."""
    for one in compared.clauses:
        if not one.is_place:
            yield (
                one.before,
                one.after,
                "\n".join(reason_words(reason, locale) for reason in one.reasons),
                " ".join(one.change),
                one.clause,
                one.label_before,
                one.label_after,
            )


def compose(compared: Compared, locale: str) -> Document:
    """The table as a document."""
    name = gettext("Comparison table")
    return Document(
        title=f"{compared.title} · {name}",
        language=language_of(locale),
        author=compared.office,
        blocks=_blocks(compared, name, locale),
        is_wide=True,
    )


def _blocks(compared: Compared, name: str, locale: str) -> Iterator[Block]:
    yield Paragraph((Run(f"{compared.title}\n{name}"),), Style.TITLE)
    yield words(
        gettext(
            "Words that came are underlined, words that went are struck through. Articles that "
            "stayed as they were are named in one line."
        ),
        Style.NOTE,
    )
    if compared.is_shortened:
        yield words(
            gettext(
                "This is a large change. Some articles are shown as a whole instead of word by word."
            ),
            Style.NOTE,
        )
    heads = (text_name(compared.before), text_name(compared.after), gettext("Reason"))
    yield Table(heads, _WIDTHS, _rows(compared, locale), holds_sentences=True)


def _rows(compared: Compared, locale: str) -> Iterator[Row]:
    for folded, group in groupby(compared.clauses, key=_fold):
        if folded:
            yield Row(((words(_folded(list(group), folded)),),))
        else:
            yield from (_row(one, compared.language, locale) for one in group)


def _fold(one: ComparedClause) -> str:
    """Under what name a clause is folded with its neighbours; "" for one that is shown."""
    if one.is_unchanged:
        return ClauseChange.UNCHANGED
    return ClauseChange.RENUMBERED if one.is_only_renumbered else ""


def _folded(group: list[ComparedClause], folded: str) -> str:
    """One line for clauses whose words stayed, by the first and the last article among them."""
    named = [one for one in group if one.is_article] or [one for one in group if one.label_after]
    if not named:
        return gettext("Unchanged")
    first, last = named[0], named[-1]
    if folded == ClauseChange.RENUMBERED:
        return _renumbered(first, last)
    if first is last:
        return gettext("%(label)s unchanged", label=spoken(first.label_after))
    return gettext(
        "%(first)s to %(last)s unchanged",
        first=spoken(first.label_after),
        last=spoken(last.label_after),
    )


def _renumbered(first: ComparedClause, last: ComparedClause) -> str:
    if first is last:
        return gettext(
            "%(before)s is now %(after)s, its words unchanged",
            before=spoken(first.label_before),
            after=spoken(first.label_after),
        )
    return gettext(
        "%(first)s to %(last)s are now %(now_first)s to %(now_last)s, their words unchanged",
        first=spoken(first.label_before),
        last=spoken(last.label_before),
        now_first=spoken(first.label_after),
        now_last=spoken(last.label_after),
    )


def _row(one: ComparedClause, language: str, locale: str) -> Row:
    reasons = [words(reason_words(reason, locale)) for reason in one.reasons]
    what = [words(sentence) for sentence in _what_happened(one, locale)]
    if one.is_place:
        return Row((_cell(one, "-=", language, plain=True), (), tuple(what)))
    plain = ClauseChange.CHANGED not in one.change
    return Row(
        (
            _cell(one, "-=", language, plain=plain and bool(one.after)),
            _cell(one, "+=", language, plain=plain and bool(one.before)),
            (*what, *reasons),
        )
    )


def _cell(one: ComparedClause, side: str, language: str, *, plain: bool) -> Cell:
    """One side of a clause, a paragraph for each of its lines; ``plain`` marks nothing."""
    signs = [sign for sign, _ in one.runs if sign in side]
    pieces = as_read_pieces([text for sign, text in one.runs if sign in side])
    if plain and one.is_place:
        pieces, signs = [one.before], ["="]
    runs = [
        Run(text, Mark.PLAIN if plain else _SHOWN[sign])
        for sign, text in zip(signs, pieces, strict=True)
    ]
    return tuple(Paragraph(line, language=language) for line in _lines(runs))


def _lines(runs: Iterable[Run]) -> Iterator[tuple[Run, ...]]:
    """Runs cut at line ends; lines that hold nothing to read are left out."""
    line: list[Run] = []
    for run in runs:
        first, *others = run.text.split("\n")
        line.append(Run(first, run.mark))
        for text in others:
            if any(part.text.strip() for part in line):
                yield tuple(part for part in line if part.text)
            line = [Run(text, run.mark)]
    if any(part.text.strip() for part in line):
        yield tuple(part for part in line if part.text)


def _what_happened(one: ComparedClause, locale: str) -> Iterator[str]:
    """What became of the clause besides a change of its words, a sentence each."""
    before, after = spoken(one.label_before), spoken(one.label_after)
    if one.is_place:
        yield gettext("Moved; see %(label)s.", label=after) if after else gettext("Moved.")
    elif ClauseChange.MOVED in one.change:
        yield gettext("Moved; it was %(label)s.", label=before) if before else gettext("Moved.")
    elif ClauseChange.RENUMBERED in one.change:
        yield gettext("Renumbered: %(before)s is now %(after)s.", before=before, after=after)
    if ClauseChange.NEW in one.change and not one.split_from:
        yield gettext("New.")
    if ClauseChange.SPLIT in one.change and one.split_from:
        yield gettext("Split off from %(label)s.", label=spoken(one.split_from))
    if ClauseChange.DELETED in one.change:
        joined = ClauseChange.JOINED in one.change
        yield gettext("Joined with another article.") if joined else gettext("Removed.")
    elif one.joined:
        names = listed([spoken(label) for label in one.joined], locale)
        yield gettext("Joined with %(labels)s.", labels=names)
