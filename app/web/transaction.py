"""Services never commit; this edge does: a successful POST commits, everything else rolls back."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, current_app, request

from app.database import committing, db, is_used, take_kept
from app.errors import DomainError
from app.messages import N_

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
READ_ONLY = N_("The site is read-only for now. Your words are below; keep them.")


class ReadOnly(DomainError):
    """503: the site is in read-only mode; the words come back with the page."""


class EdgeFlask(Flask):
    """Flask whose views run inside one transaction.

    The commit happens in here, not in an after-request hook, so that a commit which fails still
    becomes an error page that gives the person's words back.
    """

    def dispatch_request(self) -> Any:
        if request.method not in SAFE and current_app.config["SETTINGS"].read_only:
            raise ReadOnly(READ_ONLY)
        response: Response = self.make_response(super().dispatch_request())
        if request.method not in SAFE and response.status_code < 400:
            db.session.commit()
            take_kept()
        else:
            abandon()
        return response


def abandon() -> None:
    """Roll back, then keep what the request asked to keep even so (``database.keep``).

    In read-only mode nothing is kept: a link of the demonstration signs in by a GET.
    """
    if not is_used():
        return
    kept = take_kept()
    db.session.rollback()
    if current_app.config["SETTINGS"].read_only:
        return
    for remember in kept:
        with committing():
            remember()
