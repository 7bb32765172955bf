"""What production insists on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

import config
from app import create_app
from app.database import db


def test_a_foreign_host_header_is_refused(
    app: Flask, settings: config.Settings, tmp_path: Path
) -> None:
    site = create_app(
        replace(
            settings,
            app_env="production",
            site_url="https://wiki.example.org",
            instance_dir=tmp_path,
        )
    )
    with site.app_context():
        db.engine.dispose()
    own = site.test_client().get("/healthz", base_url="https://wiki.example.org")
    foreign = site.test_client().get("/healthz", base_url="https://evil.example.net")
    assert (own.status_code, foreign.status_code) == (200, 400)
    assert own.headers["Strict-Transport-Security"]
    with site.app_context():
        db.engine.dispose()
    site.extensions["gongyi_renderer"].close()


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"APP_ENV": "production", "SECRET_KEY": "k"}, "SITE_URL is required"),
        ({"APP_ENV": "production", "SITE_URL": "https://a.example"}, "SECRET_KEY is required"),
        (
            {"APP_ENV": "production", "SECRET_KEY": "k", "SITE_URL": "https://a.example",
             "THROTTLES": "off"},
            "not for production",
        ),
        ({"APP_ENV": "nonsense"}, "not one of"),
        ({"TRUSTED_PROXIES": "99"}, "number of proxies"),
        ({"SITE_URL": "wiki.example.org"}, "not an address"),
    ],
)  # fmt: skip
def test_unsafe_settings_are_refused_with_one_sentence(
    environ: dict[str, str], sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(config.SettingRefused, match=sentence):
        config.read({"INSTANCE_DIR": str(tmp_path), **environ})
