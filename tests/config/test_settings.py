"""A company's settings: Django's own checks find nothing, cookies and headers are strict, defaults are refused."""

import json
import os
import subprocess
import sys
from pathlib import Path

from config.hashers import SmallArgon2Hasher

ROOT = Path(__file__).resolve().parents[2]
KEY = "uT7-rK2mX9_vB4nQ8wL3pZ6yE1sD5fG0hJ-cA2aN9oI4kM7qR1-{}"
COMPANY = {
    "DATABASE_URL": os.environ["DATABASE_URL"],
    "DATABASE_OWNER_URL": os.environ["DATABASE_URL"],
    "REDIS_URL": os.environ["REDIS_URL"],
    "SECRET_KEY": KEY.format("secret"),
    "HISTORY_KEY": KEY.format("history"),
    "ALLOWED_HOSTS": "redress.example",
    "DATA_DIR": os.environ["DATA_DIR"],
    "PATH": os.environ["PATH"],
}
SHOW = """
import json, django
from django.conf import settings
django.setup()
print(json.dumps({name: getattr(settings, name) for name in %r}, default=str))
"""


def python(*words: str, env: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def settings_with(names: list[str], env: dict[str, str]) -> dict[str, object]:
    done = python("-c", SHOW % names, env={**env, "DJANGO_SETTINGS_MODULE": "config.settings"})
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_djangos_deployment_checks_find_nothing() -> None:
    done = python("manage.py", "check", "--deploy", "--fail-level", "WARNING", env=COMPANY)
    assert (done.returncode, done.stdout) == (0, "System check identified no issues (0 silenced).\n"), done.stderr


def test_a_company_without_secrets_is_refused_in_words() -> None:
    for name in ("SECRET_KEY", "HISTORY_KEY"):
        env = {key: value for key, value in COMPANY.items() if key != name}
        done = python("manage.py", "check", env=env)
        assert done.returncode == 1
        assert done.stderr.startswith(f"Redress is not set up: {name} is not set.")
        assert "Traceback" not in done.stderr


def test_cookies_are_bound_to_the_host_and_to_tls() -> None:
    wanted = {
        "SESSION_COOKIE_NAME": "__Host-session",
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "SESSION_COOKIE_DOMAIN": None,
        "CSRF_COOKIE_NAME": "__Host-csrf",
        "CSRF_COOKIE_SECURE": True,
        "LANGUAGE_COOKIE_NAME": "__Host-language",
        "LANGUAGE_COOKIE_SECURE": True,
        "SECURE_HSTS_SECONDS": 31536000,
        "SECURE_SSL_REDIRECT": True,
        "SILENCED_SYSTEM_CHECKS": [],
        "DEBUG": False,
        "ALLOWED_HOSTS": ["redress.example"],
    }
    assert settings_with(list(wanted), COMPANY) == wanted


def test_one_machine_needs_nothing_and_speaks_plain_http(tmp_path: Path) -> None:
    env = {"DATA_DIR": str(tmp_path), "PATH": os.environ["PATH"]}
    wanted = {
        "SESSION_COOKIE_NAME": "session",
        "SESSION_COOKIE_SECURE": False,
        "SECURE_SSL_REDIRECT": False,
        "DEBUG": False,
        "ALLOWED_HOSTS": ["localhost", "127.0.0.1", "[::1]"],
        "MEDIA_ROOT": str(tmp_path / "files"),
    }
    assert settings_with(list(wanted), env) == wanted


def test_migrations_run_as_the_owner_and_everything_else_as_the_application() -> None:
    env = {**COMPANY, "DATABASE_URL": "postgresql://app@db/r", "DATABASE_OWNER_URL": "postgresql://owner@db/r"}
    users = []
    for more in ({}, {"DATABASE_ROLE": "owner"}):
        databases = settings_with(["DATABASES"], {**env, **more})["DATABASES"]
        assert isinstance(databases, dict)
        users.append(databases["default"]["USER"])
    assert users == ["app", "owner"]


def test_passwords_cost_nineteen_mebibytes_and_two_passes() -> None:
    hasher = SmallArgon2Hasher()
    assert hasher.encode("correct horse", hasher.salt()).startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
