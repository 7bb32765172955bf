"""Rows of a SELECT as plain values that JSON and a spreadsheet can hold."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Select

from app.database import db

PORTION = 500
Value = str | int | None
Row = dict[str, Value]
AnySelect = Select[*tuple[Any, ...]]


def rows_of(query: AnySelect) -> Iterator[Row]:
    names = [column.name for column in query.selected_columns]
    result = db.session.execute(query.execution_options(yield_per=PORTION))
    for row in result:
        yield dict(zip(names, map(plain, row), strict=True))


def plain(value: Any) -> Value:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, bool):
        return int(value)
    return value if isinstance(value, str | int) or value is None else json.dumps(value)
