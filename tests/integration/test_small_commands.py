"""Commands too small for a file of their own."""

from __future__ import annotations

from flask import Flask

from app.access.actor import Role
from tests.builders.accounts import make_actor
from tests.builders.policies import TEXT, make_policy, save_text


def test_an_auditor_reads_any_stored_text(app: Flask) -> None:
    officer = make_actor(Role.OFFICER)
    slug = make_policy(officer, is_public=False).slug
    save_text(slug, TEXT.replace("三日", "两日"), actor=officer, base=1)
    run = app.test_cli_runner().invoke
    assert run(args=["text", "cat", slug, "1"]).output == TEXT
    assert "两日" in run(args=["text", "cat", slug, "2"]).output
    missing = run(args=["text", "cat", slug, "3"])
    assert (missing.exit_code, missing.output) == (1, f"Error: {slug} has no revision 3\n")
    assert run(args=["text", "cat", "nowhere", "1"]).exit_code == 1


def test_the_figures_are_rebuilt_by_command(app: Flask) -> None:
    make_policy()
    answer = app.test_cli_runner().invoke(args=["consensus", "rebuild"])
    assert (answer.exit_code, answer.output) == (0, "1 revisions measured\n")
