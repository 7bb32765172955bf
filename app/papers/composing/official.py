"""The text in official form, and what is published with it."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext

from app.papers.blocks import Block, Document, Style, words
from app.papers.composing.phrases import day, language_of, text_name
from app.papers.layout import laid_out
from app.papers.queries.official import Annexes, HistoryStep, OfficialText, StepKind
from app.text.clauses import outline

_GAP = {"zh_Hans_CN": "\u3000", "en": "; "}


def compose(text: OfficialText, locale: str) -> Document:
    """Title, 题注, and the text; no word of the site's."""
    return Document(
        title=text.title,
        language=text.language,
        author=text.office,
        blocks=_blocks(text, locale),
    )


def _blocks(text: OfficialText, locale: str) -> Iterator[Block]:
    yield words(text.title, Style.TITLE)
    note = title_note(text, locale)
    if note:
        yield words(note, Style.NOTE)
    yield from laid_out(text.outline, text.title)


def title_note(text: OfficialText, locale: str) -> str:
    """The 题注 in brackets: body and day, and every amendment in order; of a draft, which one."""
    told = [_step(step) for step in text.steps]
    if text.steps and text.announced_at:
        told.insert(1, gettext("published on %(date)s", date=day(text.announced_at)))
    if text.steps and text.effective_on:
        told.append(gettext("in force from %(date)s", date=day(text.effective_on)))
    if told:
        return gettext("(%(note)s)", note=_GAP[locale].join(told))
    return "" if text.is_announced or text.has_own_history else text_name(text.name)


def _step(step: HistoryStep) -> str:
    on = day(step.on)
    if step.kind is StepKind.CORRECTED:
        return gettext("corrected on %(date)s", date=on)
    body = f"{step.body} {step.document_number}".strip()
    if step.kind is StepKind.AMENDED:
        return gettext("amended by %(body)s on %(date)s", body=body, date=on)
    return gettext("passed by %(body)s on %(date)s", body=body, date=on)


def compose_annexes(annexes: Annexes, locale: str) -> Document:
    """The explanation and the annexes of a draft, one below the other."""
    name = gettext("Explanation and annexes")
    return Document(
        title=f"{annexes.title} · {name}",
        language=language_of(locale),
        author=annexes.office,
        blocks=_annex_blocks(annexes, name),
    )


def _annex_blocks(annexes: Annexes, name: str) -> Iterator[Block]:
    yield words(f"{annexes.title}\n{name}", Style.TITLE)
    if not annexes.papers:
        yield words(gettext("No explanation and no annex has been published yet."), Style.NOTE)
    for title, text in annexes.papers:
        yield words(title, Style.HEADING, 1, annexes.language)
        yield from laid_out(outline(text), title)
