"""Who was named to write on a draft before there were seats holds a drafter's seat afterwards."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from tests.builders.old_site import OldSite

BEFORE = (
    "INSERT INTO person (id, public_id, name, role, speaks_for, confirmation, locale, created_at)"
    " VALUES (1, 'p1', 'Owner', 'officer', '', 'contact', '', '2026-01-01'),"
    " (2, 'p2', 'Zhao', 'officer', '', 'contact', '', '2026-01-01'),"
    " (3, 'p3', 'Wang', 'officer', '', 'contact', '', '2026-01-01')",
    "INSERT INTO policy (id, slug, title, language, kind, owner_id, phase, mode, is_public,"
    " publish_history, public_from, plain_summary, is_imported, round, head_number, page_version,"
    " next_clause, created_at, updated_at, held_phase) VALUES (1, 'bikes', 'Bikes', 'en', 'policy',"
    " 1, 'drafting', 'group', 1, 0, 1, '', 0, 0, 1, 1, 1, '2026-01-01', '2026-01-01', '')",
    "INSERT INTO policy_member (policy_id, person_id, named_by_id, named_at, edits)"
    " VALUES (1, 2, 1, '2026-02-01', 1), (1, 3, 1, '2026-02-02', 1)",
    "INSERT INTO seat (policy_id, kind, person_id, body, shows_name, named_by_id, named_at)"
    " VALUES (1, 'expert', 3, '', 1, 1, '2026-02-02')",
)


def test_a_named_person_becomes_a_drafter_unless_there_is_a_seat_already(tmp_path: Path) -> None:
    site = OldSite(tmp_path, "0016")
    with site.engine.begin() as connection:
        for statement in BEFORE:
            connection.execute(text(statement))
    site.upgrade("0017")
    rows = site.rows("SELECT person_id, kind, named_by_id, shows_name FROM seat ORDER BY person_id")
    assert rows == [(2, "drafter", 1, 1), (3, "expert", 1, 1)]
