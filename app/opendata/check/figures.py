"""Figures of a whole policy: which is counted how, and which are older than what they are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from .files import Row, time
from .heartbeat import heartbeat
from .history import History
from .lives import Life
from .people import people, talk
from .report import Report, alike
from .shaped import Shaped, fate, half_life, shaped

Count = Callable[[History, Shaped, datetime], Row]
COUNTS: dict[str, Count] = {
    "heartbeat": heartbeat,
    "shaped": shaped,
    "fate": fate,
    "half_life": half_life,
    "talk": talk,
    "people": people,
}


def check_figures(history: History, lives: Mapping[str, Life], report: Report) -> None:
    """figures.jsonl, member by member. A figure is counted once a day: what came in since is in the
    other files already, so an older one that differs is said to be late."""
    about = history.policy.about
    for row in history.policy.rows("figures.jsonl"):
        name, computed = row["name"], time(row["computed_ts"])
        if name not in COUNTS:
            continue
        is_late = row["rev"] != history.head or computed < time(about["updated_ts"])
        counted = COUNTS[name](history, Shaped(history, lives), computed)
        found = {"first": history.first, **counted}
        if is_late and not alike(row["data"], found):
            report.late[f"figures {name}"] += 1
            continue
        report.same(f"figures {name}", f"{about['policy']}", sorted(row["data"]), sorted(found))
        for key, value in found.items():
            where = f"{about['policy']} {name} {key}"
            report.same(f"figures {name} {key}", where, row["data"].get(key), value)
