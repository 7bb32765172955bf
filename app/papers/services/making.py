"""Make one paper, or all that are wanted: with the eyes of its readers, in their language."""

from __future__ import annotations

import logging
from pathlib import Path

from flask_babel import force_locale

from app.database import db
from app.errors import DomainError
from app.messages import N_
from app.papers import csv_writer, docx_writer, html_writer, pdf_writer
from app.papers.blocks import Document
from app.papers.composing import comparison, official
from app.papers.queries.comparing import compare_versions
from app.papers.queries.official import get_official_text, list_annexes
from app.papers.queries.standing import reader_for, stamp_of
from app.papers.rules import Format, Order, Paper
from app.papers.shelf import shelf
from app.policies.queries import get_policy
from app.web.languages import FORMATS

FAILED = N_("This file could not be made. The other formats may work.")
TOO_LARGE = N_("This file could not be made: it needs too much memory. The other formats may work.")

log = logging.getLogger(__name__)


def make(order: Order) -> Path:
    """Write the file of ``order`` and answer where it lies."""
    language = FORMATS.get(order.locale, order.locale)
    with shelf.writing(order) as path, force_locale(language):
        _write(order, path)
    return shelf.folder / order.file_name


def make_wanted() -> int:
    """Make all that is wanted, oldest first; how many files that were.

    An order whose policy has moved on meanwhile is dropped: the page that waits asks anew.
    """
    made = 0
    while (order := shelf.begin()) is not None:
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
    if order.format is Format.CSV:
        _write_table(order, path)
    else:
        _write_document(order, document_of(order), path)


def _write_document(order: Order, document: Document, path: Path) -> None:
    if order.format is Format.DOCX:
        docx_writer.write(document, path)
    elif order.format is Format.HTML:
        html_writer.write(document, path)
    else:
        pdf_writer.write("".join(html_writer.pieces(document)), path)


def document_of(order: Order) -> Document:
    """The paper as a document."""
    actor = reader_for(order.slug, order.standing)
    policy = get_policy(order.slug, actor)
    if order.paper is Paper.TEXT:
        return official.compose(get_official_text(policy, actor), order.locale)
    if order.paper is Paper.EXPLANATION:
        office = policy.department.name if policy.department else ""
        annexes = list_annexes(policy)
        return official.compose_annexes(
            policy.title, policy.language, office, annexes, order.locale
        )
    compared = compare_versions(policy, order.before, order.after, actor)
    return comparison.compose(compared, order.locale)


def _write_table(order: Order, path: Path) -> None:
    actor = reader_for(order.slug, order.standing)
    policy = get_policy(order.slug, actor)
    compared = compare_versions(policy, order.before, order.after, actor)
    csv_writer.write(path, comparison.COLUMNS, comparison.records(compared, order.locale))
