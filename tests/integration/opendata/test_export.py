"""The package of open data is whole, says what everybody may read, and nothing else."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from flask import Flask

from app.access.actor import Role
from app.opendata.services.exporting import FILES, VARIANTS, export
from tests.builders.accounts import make_actor
from tests.builders.policies import make_policy, save_text

SECRET = "a key of pseudonyms"
FIRST = "第一条　共享单车停放不超过三日。\n\n第二条　违反的，处五十元罚款。\n"
SECOND = "第一条　共享单车停放不超过五日。\n\n第二条　违反的，处五十元罚款。\n"


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / name).read_text("utf-8").splitlines()]


def test_every_file_is_as_the_manifest_says(app: Flask, tmp_path: Path) -> None:
    make_policy(is_public=True, text=FIRST)
    export(tmp_path, SECRET)
    files = json.loads((tmp_path / "manifest.json").read_text("utf-8"))["files"]
    assert set(files) == {*FILES, VARIANTS}
    for name, said in files.items():
        data = (tmp_path / name).read_bytes()
        assert hashlib.sha256(data).hexdigest() == said["sha256"], name
        if name in FILES:
            heading = int(name.endswith(".csv") and said["rows"] > 0)
            assert data.count(b"\n") == said["rows"] + heading, name


def test_a_private_policy_is_in_no_file(app: Flask, tmp_path: Path) -> None:
    make_policy(is_public=False, title="Kept back", text="第一条　杨絮。\n")
    export(tmp_path, SECRET)
    for path in (tmp_path / name for name in FILES):
        assert "kept-back" not in path.read_text("utf-8"), path.name
        assert "杨絮" not in path.read_text("utf-8"), path.name


def test_clause_versions_hold_every_wording_of_every_clause(app: Flask, tmp_path: Path) -> None:
    owner = make_actor(Role.OFFICER)
    policy = make_policy(owner, is_public=True, text=FIRST)
    save_text(policy.slug, SECOND, actor=owner, base=1)
    export(tmp_path, SECRET)
    found = [
        (row["clause"], row["rev"], row["body"]) for row in rows(tmp_path, "clause_versions.jsonl")
    ]
    assert found == [
        ("c1", 1, "共享单车停放不超过三日。"),
        ("c2", 1, "违反的，处五十元罚款。"),
        ("c1", 2, "共享单车停放不超过五日。"),
    ]
