"""意见采纳情况表: how many came, what became of them, and each one with its answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flask_babel import gettext, ngettext

from app.papers.blocks import Block, Document, Row, Style, Table, cell, words
from app.papers.composing.names import BECAME, KINDS, name_of
from app.papers.composing.phrases import language_of
from app.papers.queries.answering import AnswersTable, became, number_of
from app.suggestions.queries.answer_rows import AnswerRow
from app.suggestions.queries.answers_table import Totals

COLUMNS = (
    "number", "kind", "clause", "contribution", "outcome", "reason", "office", "revision", "count",
)  # fmt: skip
_WIDTHS = (7, 12, 33, 12, 28, 8)
Record = tuple[str | int, ...]


def records(table: AnswersTable) -> Iterator[Record]:
    """The rows of the CSV: every contribution, every point, every further answer."""
    for row in table.rows:
        yield (
            number_of(row),
            row.kind,
            row.clause or "",
            contribution(row),
            became(row),
            row.reason,
            row.office,
            row.revision or "",
            row.same,
        )


def contribution(row: AnswerRow) -> str:
    """The words of a contribution: those it suggests for the text, then why."""
    return "\n".join(part for part in (row.change, row.words) if part)


def compose(table: AnswersTable, locale: str, most_rows: int | None = None) -> Document:
    """The table as a document. ``most_rows``: what a page or a PDF can hold; above that, the same
    answers to much the same words stand in one row, and the rest is left to the other formats."""
    name = gettext("Table of answers")
    return Document(
        title=f"{table.title} · {name}",
        language=language_of(locale),
        author=table.office,
        blocks=_blocks(table, name, most_rows),
        is_wide=True,
    )


def _blocks(table: AnswersTable, name: str, most_rows: int | None) -> Iterator[Block]:
    yield words(f"{table.title}\n{name}", Style.TITLE)
    if table.for_office:
        yield words(
            gettext(
                "For the office only: with answers that are not published yet. Not for publication."
            ),
            Style.NOTE,
        )
    yield from totals_table(table.totals)
    is_bounded = most_rows is not None and table.totals.all > most_rows
    rows: Iterable[AnswerRow] = table.rows
    if is_bounded and most_rows is not None:
        yield words(
            gettext(
                "There are too many contributions for this format. Here the same answer to much "
                "the same words stands once, and at most %(most)s rows are shown; the DOCX and CSV "
                "files hold every one.",
                most=most_rows,
            )
        )
        rows = _first(_folded(table.rows), most_rows)
    late: list[AnswerRow] = []
    heads = (
        gettext("Number"),
        gettext("Kind, place"),
        gettext("Contribution"),
        gettext("What became of it"),
        gettext("The reason"),
        gettext("Version"),
    )
    yield Table(heads, _WIDTHS, _rows(rows, late), holds_sentences=True)
    if late:
        yield words(gettext("Sent after closing"), Style.HEADING, 2)
        yield words(gettext("These are listed apart; no answer is owed to them."))
        yield Table(heads, _WIDTHS, map(_row, late), holds_sentences=True)


def totals_table(totals: Totals) -> Iterator[Block]:
    """How many came and what became of them; the lines add up to the first one."""
    counts = {
        **dict(totals.by_outcome),
        "in_points": totals.in_points,
        "waiting": totals.waiting,
        "not_owed": totals.not_owed,
        "withdrawn": totals.withdrawn,
        "replaced": totals.replaced,
        "hidden": totals.hidden,
        "late": totals.late,
    }
    rows = [_count(gettext("Contributions in all"), totals.all)]
    rows += [_count(name_of(BECAME, code), counts[code]) for code in BECAME if counts.get(code)]
    yield Table(
        (gettext("What became of them"), gettext("Number of contributions")), (60, 40), rows
    )


def _count(what: str, count: int) -> Row:
    return Row((cell(what), cell(str(count))))


def _rows(rows: Iterable[AnswerRow], late: list[AnswerRow]) -> Iterator[Row]:
    """Those in time as they come; the late ones are put aside."""
    for row in rows:
        if row.is_late:
            late.append(row)
        else:
            yield _row(row)


def _row(row: AnswerRow) -> Row:
    what = name_of(BECAME, became(row))
    if row.is_draft:
        what = gettext("%(outcome)s (not published yet)", outcome=what)
    return Row(
        (
            cell(number_of(row)),
            cell("\n".join(part for part in (name_of(KINDS, row.kind), row.label) if part)),
            cell("\n".join(_said(row))),
            cell("\n".join(part for part in (what, row.office) if part)),
            cell("\n".join(part for part in (row.reason, row.reference) if part)),
            cell(str(row.revision or "")),
        )
    )


def _said(row: AnswerRow) -> Iterator[str]:
    if row.change:
        yield gettext("Suggested words: %(words)s", words=row.change)
    if row.words:
        yield row.words
    if not (row.change or row.words) and row.state == "unseen":
        yield gettext(
            "Not shown online: its writer has confirmed no number or address. It is registered "
            "and answered all the same."
        )
    if row.same > 1:
        yield ngettext(
            "%(num)s comment says much the same",
            "%(num)s comments say much the same",
            row.same,
        )


def _folded(rows: Iterable[AnswerRow]) -> Iterator[AnswerRow]:
    """One row for those of a group that were answered in the same words."""
    seen: set[tuple[int, str, str]] = set()
    for row in rows:
        group = row.view.group_id if row.view else None
        if group is not None and not row.part:
            told = (group, became(row), row.reason)
            if told in seen:
                continue
            seen.add(told)
        yield row


def _first(rows: Iterable[AnswerRow], most: int) -> Iterator[AnswerRow]:
    for place, row in enumerate(rows):
        if place == most:
            return
        yield row
