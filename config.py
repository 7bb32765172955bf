"""Settings, read once from the environment and typed; production refuses unsafe defaults.

Every name is documented in docs/settings.md, and a test holds the two together.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent
LOCALES = ("zh_Hans_CN", "en")
WRITING = ("anyone", "contact", "mobile")
ENVIRONMENTS = ("demo", "production", "test")
SEATS = (
    "decision_maker",
    "legal_reviewer",
    "drafter",
    "expert",
    "evaluator",
    "community_representative",
    "enterprise",
    "front_line",
    "district_office",
    "technical_service",
)


class SettingRefused(ValueError):
    """A setting that would be unsafe or that nobody can have meant; one sentence says which."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator may choose. Paths are absolute, ``site_url`` has no trailing slash."""

    app_env: str
    database_url: str
    secret_key: str
    redis_url: str
    mail_url: str
    sms_url: str
    writing: str
    site_name: str
    site_url: str
    site_timezone: str
    default_locale: str
    trusted_proxies: int
    instance_dir: Path
    throttles: bool
    read_only: bool
    seats_required: tuple[str, ...]
    night: tuple[time, time] | None
    emergency_numbers: str
    duty_address: str

    @property
    def is_demo(self) -> bool:
        return self.app_env == "demo"

    @property
    def is_production(self) -> bool:
        return self.app_env == "production"

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")


def read(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings of ``environ`` (the process's own when None); raises SettingRefused."""
    env = os.environ if environ is None else environ
    app_env = _choice(env, "APP_ENV", "demo", ENVIRONMENTS)
    instance = Path(env.get("INSTANCE_DIR") or ROOT / "instance").absolute()
    instance.mkdir(parents=True, exist_ok=True)
    settings = Settings(
        app_env=app_env,
        database_url=env.get("DATABASE_URL") or f"sqlite:///{instance}/gongyi.db",
        secret_key=env.get("SECRET_KEY") or _generated_key(app_env, instance),
        redis_url=env.get("REDIS_URL", ""),
        mail_url=env.get("MAIL_URL", ""),
        sms_url=env.get("SMS_URL", ""),
        writing=_choice(env, "WRITING", "contact", WRITING),
        site_name=env.get("SITE_NAME") or "共议 Gongyi",
        site_url=_site_url(env, app_env),
        site_timezone=env.get("SITE_TIMEZONE") or "Asia/Shanghai",
        default_locale=_choice(env, "DEFAULT_LOCALE", "zh_Hans_CN", LOCALES),
        trusted_proxies=_count(env, "TRUSTED_PROXIES"),
        instance_dir=instance,
        throttles=_choice(env, "THROTTLES", "on", ("on", "off")) == "on",
        read_only=_choice(env, "READ_ONLY", "off", ("on", "off")) == "on",
        seats_required=_several(env, "SEATS_REQUIRED", "decision_maker,legal_reviewer", SEATS),
        night=_hours(env, "NIGHT", "22:00-08:00" if app_env == "production" else "none"),
        emergency_numbers=env.get("EMERGENCY_NUMBERS") or "110 · 119 · 120",
        duty_address=env.get("DUTY_ADDRESS", ""),
    )
    if settings.is_production and not settings.throttles:
        raise SettingRefused("THROTTLES=off is for tests and benchmarks, not for production")
    return settings


def _choice(env: Mapping[str, str], name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = env.get(name) or default
    if value not in allowed:
        raise SettingRefused(f"{name}={value!r} is not one of {', '.join(allowed)}")
    return value


def _several(
    env: Mapping[str, str], name: str, default: str, allowed: tuple[str, ...]
) -> tuple[str, ...]:
    """The values between commas, each once; ``none`` stands for none of them."""
    wanted = [value.strip() for value in (env.get(name) or default).split(",")]
    if wanted == ["none"]:
        return ()
    for value in wanted:
        if value not in allowed:
            raise SettingRefused(f"{name}: {value!r} is not one of {', '.join(allowed)}")
    return tuple(dict.fromkeys(wanted))


def _hours(env: Mapping[str, str], name: str, default: str) -> tuple[time, time] | None:
    """Two times of day with a hyphen between, in the zone of the site; None for ``none``."""
    value = env.get(name) or default
    if value == "none":
        return None
    try:
        begins, ends = (time.fromisoformat(part) for part in value.split("-"))
    except ValueError:
        begins = ends = time()
    if begins == ends:
        raise SettingRefused(f"{name}={value!r} is not two times of day such as 22:00-08:00")
    return begins, ends


def _count(env: Mapping[str, str], name: str) -> int:
    value = env.get(name) or "0"
    if not value.isdecimal() or int(value) > 10:
        raise SettingRefused(f"{name}={value!r} is not a number of proxies from 0 to 10")
    return int(value)


def _site_url(env: Mapping[str, str], app_env: str) -> str:
    url = (env.get("SITE_URL") or "").rstrip("/")
    if not url:
        if app_env == "production":
            raise SettingRefused(
                "SITE_URL is required in production: links in mails are made of it"
            )
        return f"http://127.0.0.1:{env.get('PORT') or '8000'}"
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise SettingRefused(f"SITE_URL={url!r} is not an address such as https://wiki.example.org")
    return url


def _generated_key(app_env: str, instance: Path) -> str:
    if app_env == "production":
        raise SettingRefused("SECRET_KEY is required in production")
    path = instance / "secret_key"
    if not path.exists():
        # O_EXCL: web server and worker may start at once on an empty instance.
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_hex(32))
    return path.read_text().strip()
