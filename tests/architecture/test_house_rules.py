"""The house rules that only a test keeps."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest
from flask import Flask

import config
from app.commands.docs import lines
from app.web import assets
from app.web.guard import gate_of

ROOT = config.ROOT
CODE = sorted((ROOT / "app").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "tools"}


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_of_the_app_is_short_named_and_says_what_it_is(path: Path) -> None:
    source = path.read_text()
    assert len(source.splitlines()) <= 300
    assert path.stem not in FORBIDDEN_NAMES
    docstring = ast.get_docstring(ast.parse(source))
    assert docstring, "a module without docstring"


def test_packages_are_not_called_utils_either() -> None:
    assert not [path for path in (ROOT / "app").rglob("*") if path.stem in FORBIDDEN_NAMES]


def test_every_page_is_guarded(app: Flask) -> None:
    closed = [
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint not in assets.ENDPOINTS and gate_of(view) is None
    ]
    assert closed == []


def test_the_permission_document_is_what_the_code_does(app: Flask) -> None:
    written = (ROOT / "docs" / "permissions.md").read_text().splitlines()
    assert written == list(lines(app)), "run: flask docs permissions > docs/permissions.md"


def test_every_post_view_that_checks_its_own_token_really_does(app: Flask) -> None:
    """A view marked ``own_token_check`` refuses a form without token, or sends to sign-in."""
    client = app.test_client()
    client.strict = False  # type: ignore[attr-defined]
    for rule in app.url_map.iter_rules():
        gate = gate_of(app.view_functions.get(rule.endpoint))
        if gate is None or not gate.own_token_check or "POST" not in (rule.methods or set()):
            continue
        path = rule.rule
        for argument in rule.arguments:
            path = re.sub(rf"<(?:\w+:)?{argument}>", "1", path)
        answer = client.post(path, data={})
        sent_away = answer.status_code == 303 and "/account/sign-in" in answer.location
        assert sent_away or answer.status_code in (400, 403, 404), (path, answer.status_code)


def test_templates_compile(app: Flask) -> None:
    names = {str(path.relative_to(ROOT / "templates")) for path in TEMPLATES}
    assert "base.html" in names
    assert {app.jinja_env.get_template(name).name for name in names} == names


def test_html_passes_unescaped_in_one_place_only() -> None:
    for path in TEMPLATES:
        if path.name != "policy_text.html":
            assert not re.search(r"\|\s*safe\b", path.read_text()), path
    markup = re.compile(r"\bMarkup\(")
    users = [p.relative_to(ROOT) for p in CODE if markup.search(p.read_text())]
    assert users == [Path("app/text/render.py")]


def test_templates_hold_no_code_and_no_style() -> None:
    for path in TEMPLATES:
        source = path.read_text()
        assert not re.search(r"\sstyle=", source), path
        assert not re.search(r"\son[a-z]+=", source), path
        assert not re.search(r"<script(?![^>]*\ssrc=)", source), path


def test_templates_hold_no_chinese_because_catalogs_do() -> None:
    for path in TEMPLATES:
        assert not re.search(r"[\u4e00-\u9fff]", path.read_text()), path


def test_every_setting_is_documented() -> None:
    names = set(re.findall(r'"([A-Z][A-Z_]+)"', (ROOT / "config.py").read_text()))
    document = (ROOT / "docs" / "settings.md").read_text()
    assert {name for name in names if f"`{name}`" not in document} == set()


def test_every_table_and_event_stands_in_the_glossary() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text()
    names = set()
    for path in CODE:
        names_tables = path.name in ("models.py", "events.py", "visibility.py")
        if not names_tables and path.parent.name != "models":
            continue
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and {"Model", "Event", "ActionEvent"} & {
                base.id for base in node.bases if isinstance(base, ast.Name)
            }:
                names.add(node.name)
    assert {name for name in names if f"`{name}`" not in glossary} == set()


def test_every_command_is_documented(app: Flask) -> None:
    document = (ROOT / "docs" / "operations.md").read_text()
    own = {name for name in app.cli.commands if name not in ("db", "shell", "run", "routes")}
    assert {name for name in own if f"flask {name}" not in document} == set()


def test_the_repository_names_no_machine() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    pattern = re.compile(r"/(?:work|root|farm)/[a-z.]")
    for name in listed:
        path = ROOT / name
        if path.suffix in (".py", ".md", ".html", ".toml", ".js", ".css", ".txt") and path.exists():
            assert not pattern.search(path.read_text()), name


OWNERS = {
    "whoosh": {"app/search/whoosh_index.py"},
    "rjieba": {"app/search/analyzer.py"},
    "opencc": {"app/text/variants.py"},
    "markdown": {"app/text/render.py", "app/text/law_markdown.py"},
    "nh3": {"app/text/render.py"},
    "diff_match_patch": {"app/text/diff.py"},
    "regex": {"app/text/diff.py"},
    "yaml": {"app/text/policyfile.py"},
    "zstandard": {"app/text/archive.py"},
    "rfc8785": {"app/ledger/chain.py", "app/ledger/services.py"},
    "argon2": {"app/accounts/passwords.py"},
    "flask_login": {"app/accounts/login.py"},
    "phonenumbers": {"app/accounts/addresses.py"},
    "email_validator": {"app/accounts/addresses.py"},
    "segno": {"app/consultations/qr_code.py"},
    "weasyprint": {"app/papers/pdf_writer.py"},
    "pypdf": {"app/papers/pdf_writer.py"},
    "docx": {"app/papers/docx_writer.py"},
    "openpyxl": {"app/suggestions/spreadsheet.py"},
    # A Word file is read without its images and macros ever being opened, part by part.
    "lxml": {
        f"app/text/{name}.py"
        for name in ("word", "word_package", "word_numbering", "word_runs", "word_styles")
    },
}


@pytest.mark.parametrize("library", OWNERS)
def test_each_outside_library_has_its_owner(library: str) -> None:
    wanted = re.compile(rf"^\s*(?:import|from) {library}\b", re.MULTILINE)
    users = {str(p.relative_to(ROOT)) for p in CODE if wanted.search(p.read_text())}
    assert users == OWNERS[library]


def test_every_pinned_package_is_used_or_needed_by_one_that_is() -> None:
    """The first sections of requirements.txt are imported; the others say whom they serve."""
    pinned = (ROOT / "requirements.txt").read_text()
    direct = pinned.split("# what these need")[0]
    decisions = (ROOT / "docs" / "adr" / "0002-dependencies.md").read_text().lower()
    names = re.findall(r"^([\w-]+)==", direct, re.MULTILINE)
    assert [name for name in names if name.replace("-binary", "") not in decisions] == []


def test_what_may_commit_by_itself_is_a_short_list() -> None:
    """Services never commit, but for what is named here and in ADR 6."""
    commits = re.compile(r"(?<!def )\b(?:committing\(\)|session\.commit\(\))")
    keeps = re.compile(r"(?<![\w.] )(?<!def )\bkeep\((?:lambda|\w)")
    found = {str(p.relative_to(ROOT)): p.read_text() for p in CODE if "commands/" not in str(p)}
    assert {path for path, source in found.items() if commits.search(source)} == {
        "app/database.py",
        "app/web/transaction.py",  # the edge
        "app/ledger/delivery.py",  # the worker: a batch and its cursor, a batch of seals
        "app/ledger/sealing.py",
        "app/worker.py",
        "app/notifications/services/sending.py",  # one message sent, one row gone
        "app/notifications/services/announcing.py",  # a portion of the people who are told
        "app/notifications/services/telling_followers.py",  # a portion of their letters
        "app/notifications/services/alerting.py",  # a portion of the letters at once
        "app/notifications/services/digesting.py",  # a portion of the digests
        "app/consensus/services/rebuilding.py",  # a rebuild by command, policy by policy
        "app/consensus/services/figuring.py",  # the figures of one policy
        "app/consensus/services/grouping.py",  # its opinion groups
        "app/consensus/services/telling_totals.py",  # its totals of a day
        "app/moderation/services/weighing_bursts.py",  # what stands out in it
        "app/policies/services/attributing.py",  # the same
        "app/discussions/services/releasing.py",  # a portion of the comments that waited
        "app/suggestions/services/releasing.py",  # a portion of the contributions that waited
        "app/suggestions/services/rebasing.py",  # a portion of the suggestions that wait
        "app/suggestions/services/grouping.py",  # a portion of the words that came
        "app/suggestions/services/publishing_answers.py",  # a portion of the answers (ADR 12)
        "app/accounts/services/throttling.py",  # a try is spent at once (ADR 6)
        "app/accounts/services/codes.py",
    }
    assert {path for path, source in found.items() if keeps.search(source)} == {
        "app/policies/routes/editing.py",  # the words of a refused save
        "app/accounts/services/throttling.py",  # what counts also when it was refused
        "app/accounts/routes/demonstration.py",  # signing in by a link, in a demonstration
        "app/suggestions/routes/own.py",  # that its author has seen the news
        "app/suggestions/routes/safekeeping.py",  # the words of a refused sending
    }
