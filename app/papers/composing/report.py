"""The report on a consultation, section by section."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from flask_babel import format_time, gettext, ngettext

from app.consultations.queries.sources import SourcedChange, SourceKind
from app.papers.blocks import Block, Document, Row, Style, Table, cell, words
from app.papers.composing.answers import totals_table
from app.papers.composing.names import BECAME, KINDS, MEETINGS, ROLES, WAYS, name_of
from app.papers.composing.phrases import day, language_of, listed, text_name
from app.papers.queries.reporting import Report
from app.text.as_read import as_read

if TYPE_CHECKING:
    from app.consultations.models import ConsultationCall, Meeting


def compose(report: Report, locale: str) -> Document:
    """The report as a document."""
    name = gettext("Consultation report")
    return Document(
        title=f"{report.title} · {name}",
        language=language_of(locale),
        author=report.office,
        blocks=_blocks(report, name, locale),
    )


def _blocks(report: Report, name: str, locale: str) -> Iterator[Block]:
    yield words(f"{report.title}\n{name}", Style.TITLE)
    if report.office:
        yield words(report.office, Style.NOTE, language=report.language)
    yield _heading(gettext("When and how people were asked"))
    for call in report.rounds:
        yield from _round(call, report)
    if not report.rounds:
        yield words(gettext("Nobody has been asked for comment yet."))
    yield _heading(gettext("Meetings and other departments"))
    yield from _meetings(report)
    yield from _departments(report)
    yield _heading(gettext("What came"))
    yield from _came(report)
    yield _heading(gettext("What became of it"))
    yield from totals_table(report.totals)
    yield _heading(gettext("The main reasons"))
    yield from _reasons(report)
    yield _heading(gettext("What changed in the text, and where it came from"))
    yield from _changes(report, locale)
    yield _heading(gettext("What came after closing"))
    yield from _late(report, locale)


def _heading(text: str) -> Block:
    return words(text, Style.HEADING, 2)


def _round(call: ConsultationCall, report: Report) -> Iterator[Block]:
    """One call for comment: question, period, ways."""
    if len(report.rounds) > 1:
        yield words(gettext("Round %(number)s", number=call.round), Style.HEADING, 3)
    yield words(call.question, language=report.language)
    is_last = call is report.rounds[-1]
    closed = call.closed_at or (report.closes_at if is_last else None)
    if closed is None:
        yield words(gettext("Open from %(date)s.", date=day(call.opened_at)))
    else:
        yield words(
            gettext(
                "Open from %(start)s to %(end)s (%(days)s days).",
                start=_moment(call.opened_at),
                end=_moment(closed),
                days=(closed - call.opened_at).days,
            )
        )
    for told, sentence in (
        (
            call.short_reason,
            gettext("Why it was shorter than 30 days: %(words)s", words=call.short_reason),
        ),
        (call.ended_early, gettext("It was taken back: %(words)s", words=call.ended_early)),
        (call.audience, gettext("Who was asked: %(words)s", words=call.audience)),
        (call.address, gettext("Letters went to: %(words)s", words=call.address)),
        (call.how_else, gettext("Other ways: %(words)s", words=call.how_else)),
        (call.meetings, gettext("Meetings and hearings: %(words)s", words=call.meetings)),
    ):
        if told:
            yield words(sentence)


def _moment(moment: datetime) -> str:
    """A day and a time of day, in the site's time zone."""
    return f"{day(moment)} {format_time(moment, 'HH:mm')}"


def _meetings(report: Report) -> Iterator[Block]:
    heads = (gettext("Meeting"), gettext("When and where"), gettext("What came of it"))
    if report.meetings:
        rows = [_meeting(one) for one in report.meetings]
        yield Table(heads, (20, 40, 40), rows, holds_sentences=True)
    else:
        yield words(gettext("No meeting was announced on this site."))


def _meeting(one: Meeting) -> Row:
    outcome = gettext("Called off: %(reason)s", reason=one.called_off) if one.called_off else ""
    told = [part for part in (one.participants, one.record, one.signed_by) if part]
    return Row(
        (
            cell(name_of(MEETINGS, one.kind)),
            cell(f"{_moment(one.starts_at)}\n{one.place}"),
            cell(outcome or "\n".join(told)),
        )
    )


def _departments(report: Report) -> Iterator[Block]:
    if not report.departments:
        return
    heads = (
        gettext("Department asked"),
        gettext("Asked and answered"),
        gettext("Remaining disagreement"),
    )
    yield Table(
        heads,
        (30, 30, 40),
        [
            Row(
                (
                    cell(one.department),
                    cell(
                        f"{day(one.asked_on)} – {day(one.received_on)}"
                        if one.received_on
                        else gettext("%(date)s, no answer yet", date=day(one.asked_on))
                    ),
                    cell(one.remaining or gettext("None")),
                )
            )
            for one in report.departments
        ],
    )


def _came(report: Report) -> Iterator[Block]:
    yield words(
        gettext(
            "%(count)s contributions from %(people)s people.",
            count=report.totals.all,
            people=report.people,
        )
    )
    if report.came:
        heads = (
            gettext("Kind"),
            gettext("How it came"),
            gettext("From whom"),
            gettext("Number of contributions"),
        )
        yield Table(
            heads,
            (25, 30, 25, 20),
            [
                Row(
                    (
                        cell(name_of(KINDS, one.kind)),
                        cell(name_of(WAYS, one.channel)),
                        cell(name_of(ROLES, one.role)),
                        cell(str(one.count)),
                    )
                )
                for one in report.came
            ],
        )


def _reasons(report: Report) -> Iterator[Block]:
    if not report.reasons:
        yield words(gettext("No answer has been published yet."))
        return
    heads = (
        gettext("What became of it"),
        gettext("The reason"),
        gettext("Number of contributions"),
    )
    yield Table(
        heads,
        (20, 60, 20),
        [
            Row((cell(name_of(BECAME, one.outcome)), cell(one.reason), cell(str(one.count))))
            for one in report.reasons
        ],
    )


def _changes(report: Report, locale: str) -> Iterator[Block]:
    if report.consulted is None:
        yield words(gettext("Nobody has been asked for comment yet."))
        return
    yield words(
        gettext(
            "Compared: %(before)s and %(after)s.",
            before=text_name(report.consulted),
            after=text_name(report.now),
        )
    )
    if not report.changes:
        yield words(gettext("The text is as people were asked about it."))
        return
    own = [
        one
        for one in report.changes
        if one.kind in (SourceKind.OWN, SourceKind.NONE, SourceKind.LEGAL_REVIEW)
    ]
    others = [one for one in report.changes if one not in own]
    for name, changes in (
        (gettext("Changes nobody asked for in the consultation"), own),
        (gettext("Changes that contributions led to"), others),
    ):
        if changes:
            yield words(name, Style.HEADING, 3)
            heads = (
                gettext("Article"),
                gettext("Words before"),
                gettext("Words after"),
                gettext("Where it came from"),
            )
            yield Table(
                heads,
                (14, 30, 30, 26),
                [_change(one, report.language, locale) for one in changes],
                holds_sentences=True,
            )


def _change(one: SourcedChange, language: str, locale: str) -> Row:
    return Row(
        (
            cell(one.label, language),
            cell(as_read(one.before), language),
            cell(as_read(one.after), language),
            cell("\n".join(_source(one, locale))),
        )
    )


def _source(one: SourcedChange, locale: str) -> Iterator[str]:
    if one.is_moved:
        yield gettext("Moved.")
    if one.numbers:
        yield gettext(
            "Adopts no. %(numbers)s.", numbers=listed([str(n) for n in one.numbers], locale)
        )
    if one.kind is SourceKind.LEGAL_REVIEW:
        yield gettext("Legality review: %(words)s", words=one.reason)
    elif one.kind is SourceKind.OWN:
        yield gettext("The department's own change: %(words)s", words=one.reason)
    elif one.kind is SourceKind.NONE:
        yield gettext("No source has been named yet.")
    elif one.reason:
        yield one.reason


def _late(report: Report, locale: str) -> Iterator[Block]:
    if not report.late:
        yield words(gettext("Nothing came after closing."))
        return
    yield words(
        ngettext(
            "%(num)s was begun before closing and sent within 24 hours after it. It is listed apart, and no answer is owed to it.",
            "%(num)s were begun before closing and sent within 24 hours after it. They are listed apart, and no answer is owed to them.",
            len(report.late) + report.more_late,
        )
    )
    numbers = listed([str(number) for number in report.late], locale)
    if report.more_late:
        yield words(
            gettext(
                "Numbers %(numbers)s and %(more)s more.", numbers=numbers, more=report.more_late
            )
        )
    else:
        yield words(gettext("Numbers %(numbers)s.", numbers=numbers))
