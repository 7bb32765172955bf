"""What the operator chose that these services need; ``create_app`` hands it over once.

Services never see Flask, so the settings of the process stand here.
"""

from __future__ import annotations

import hashlib
import hmac

import config

_settings: config.Settings | None = None


def configure(settings: config.Settings) -> None:
    """Called when the routes of people are attached to an application."""
    global _settings
    _settings = settings


def settings() -> config.Settings:
    """The settings of this process."""
    if _settings is None:
        raise RuntimeError("accounts.services.setup.configure was not called")
    return _settings


def keyed_hash(purpose: str, *parts: str) -> bytes:
    """32 octets that only this installation can compute; a six-figure code needs the key, because
    a stolen table of plain hashes would give it away within a second."""
    message = "\x1f".join((purpose, *parts)).encode("utf-8", "replace")
    return hmac.digest(settings().secret_key.encode(), message, hashlib.sha256)
