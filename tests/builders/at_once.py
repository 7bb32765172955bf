"""Requests that leave at one moment, each from a thread of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask
from werkzeug.test import TestResponse

from app.access.actor import Actor
from app.accounts.models import Person
from app.database import db
from tests.builders.accounts import sign_in
from tests.checking_client import CheckingClient

Sending = Callable[[], TestResponse]


def browser(app: Flask, actor: Actor | Person) -> CheckingClient:
    """A browser of its own, signed in."""
    client = app.test_client()
    assert isinstance(client, CheckingClient)
    sign_in(client, actor)
    return client


def at_once(app: Flask, *sendings: Sending) -> list[int]:
    """The statuses of requests that leave at one moment, the lowest first."""
    return sorted(in_order(app, *sendings))


def in_order(app: Flask, *sendings: Sending) -> list[int]:
    """The same, in the order of the sendings."""
    together = Barrier(len(sendings))

    def send(sending: Sending) -> int:
        with app.app_context():
            together.wait(10)
            try:
                return sending().status_code
            finally:
                db.session.remove()

    db.session.rollback()
    with ThreadPoolExecutor(len(sendings)) as pool:
        return list(pool.map(send, sendings))
