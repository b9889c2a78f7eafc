"""Secrets: given in a company, made once on one machine, never a default."""

import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.keys import given_key, kept_keys

GOOD = "xK9-mQ2vR7_tB4nL8wE3pZ6yU1sD5fG0hJ-cV2aN9oI4kM7qX1"


def test_a_given_key_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", GOOD)
    assert given_key("SECRET_KEY") == GOOD


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ("", "is not set"),
        ("change-me-" * 6, "still the sample"),
        ("django-insecure-" + GOOD, "still the sample"),
        ("short", "too short"),
        ("ab" * 40, "too simple"),
    ],
)
def test_bad_keys_are_refused_and_the_way_out_is_said(monkeypatch: pytest.MonkeyPatch, value: str, complaint: str) -> None:
    monkeypatch.setenv("HISTORY_KEY", value)
    with pytest.raises(ImproperlyConfigured, match=rf"HISTORY_KEY .*{complaint}.*Make one with: python3 -c"):
        given_key("HISTORY_KEY")


def test_kept_keys_are_made_once_for_their_owner_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.delenv("HISTORY_KEY", raising=False)
    first = kept_keys(tmp_path / "var")
    assert kept_keys(tmp_path / "var") == first
    assert set(first) == {"SECRET_KEY", "HISTORY_KEY"}
    assert first["SECRET_KEY"] != first["HISTORY_KEY"]
    assert min(map(len, first.values())) >= 64
    assert stat.S_IMODE((tmp_path / "var" / "secrets").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secrets"]


def test_the_environment_wins_over_the_kept_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", GOOD)
    assert kept_keys(tmp_path)["SECRET_KEY"] == GOOD
