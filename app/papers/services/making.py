"""Make one paper, or all that are wanted: with the eyes of its readers, in their language."""

from __future__ import annotations

import logging
import time
from pathlib import Path

from flask_babel import force_locale

from app.database import db
from app.errors import DomainError
from app.messages import N_
from app.papers import csv_writer, docx_writer, html_writer, pdf_writer
from app.papers.blocks import Document
from app.papers.composing import answers, comparison, official, report
from app.papers.queries.answering import get_answers_table
from app.papers.queries.comparing import compare_versions
from app.papers.queries.official import get_annexes, get_official_text
from app.papers.queries.reporting import get_report
from app.papers.queries.standing import reader_for, stamp_of
from app.papers.rules import MOST_ROWS, Format, Order, Paper
from app.papers.services.filing import write_archive
from app.papers.shelf import shelf
from app.policies.queries import get_policy
from app.web.languages import FORMATS

FAILED = N_("This file could not be made. The other formats may work.")
TOO_LARGE = N_("This file could not be made: it needs too much memory. The other formats may work.")

TURN = 120.0  # seconds after which the next one is left to another process, with all of its time

log = logging.getLogger(__name__)


def make(order: Order) -> Path:
    """Write the file of ``order`` and answer where it lies."""
    language = FORMATS.get(order.locale, order.locale)
    with shelf.writing(order) as path, force_locale(language):
        _write(order, path)
    return shelf.folder / order.file_name


def make_wanted() -> int:
    """Make what is wanted, oldest first, for one turn; how many files that were.

    An order whose policy has moved on meanwhile is dropped: the page that waits asks anew.
    """
    made, end = 0, time.monotonic() + TURN
    while time.monotonic() < end and (order := shelf.begin()) is not None:
        try:
            if _is_current(order):
                make(order)
                made += 1
            shelf.finish(order)
        except MemoryError:
            shelf.fail(order, TOO_LARGE)
        except Exception:
            log.exception("the paper %s of %s could not be made", order.file_name, order.slug)
            shelf.fail(order, FAILED)
        finally:
            db.session.rollback()  # what was read is not held on to while the next one is made
    return made


def _is_current(order: Order) -> bool:
    try:
        policy = get_policy(order.slug, reader_for(order.slug, order.standing))
    except DomainError:
        return False
    return stamp_of(policy) == order.stamp


def _write(order: Order, path: Path) -> None:
    if order.format is Format.ZIP:
        write_archive(order, path, make)
    elif order.format is Format.CSV:
        _write_table(order, path)
    else:
        _write_document(order, path)


def _write_document(order: Order, path: Path) -> None:
    document = document_of(order)
    if order.format is Format.DOCX:
        docx_writer.write(document, path)
    elif order.format is Format.HTML:
        html_writer.write(document, path, is_alone=order.is_alone)
    else:
        pdf_writer.write(document, path)


def document_of(order: Order) -> Document:
    """The paper as a document, in the language that is chosen around this."""
    actor = reader_for(order.slug, order.standing)
    policy = get_policy(order.slug, actor)
    if order.paper is Paper.TEXT:
        return official.compose(get_official_text(policy), order.locale)
    if order.paper is Paper.EXPLANATION:
        return official.compose_annexes(get_annexes(policy), order.locale)
    if order.paper is Paper.ANSWERS:
        most = None if order.format is Format.DOCX else MOST_ROWS
        table = get_answers_table(policy, actor, order.standing)
        return answers.compose(table, order.locale, most)
    if order.paper is Paper.REPORT:
        return report.compose(get_report(policy, order.standing), order.locale)
    compared = compare_versions(policy, order.before, order.after, actor)
    return comparison.compose(compared, order.locale)


def _write_table(order: Order, path: Path) -> None:
    actor = reader_for(order.slug, order.standing)
    policy = get_policy(order.slug, actor)
    if order.paper is Paper.ANSWERS:
        table = get_answers_table(policy, actor, order.standing)
        csv_writer.write(path, answers.COLUMNS, answers.records(table))
        return
    compared = compare_versions(policy, order.before, order.after, actor)
    csv_writer.write(path, comparison.COLUMNS, comparison.records(compared, order.locale))
