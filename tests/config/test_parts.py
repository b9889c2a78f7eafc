"""What `manage.py up` runs, and whom it gives the demo company with its known passwords."""

from pathlib import Path

import pytest

from config import parts
from config.embedded import addresses

WHERE = addresses(Path("/nowhere"))


@pytest.mark.parametrize(
    "env",
    [{"DATABASE_URL": "postgresql://redress_app@db/redress"}, {"BIND": "0.0.0.0"}, {"BIND": "10.0.0.7"}, {"DEMO": "0"}],
)
def test_no_demo_where_others_could_sign_in(env: dict[str, str]) -> None:
    assert parts.demo_company(env, WHERE) == []


@pytest.mark.parametrize(("empty", "words"), [(True, []), (False, ["--sign-ins"])])
@pytest.mark.parametrize("env", [{}, {"BIND": "127.0.0.1"}, {"BIND": "::1"}])
def test_the_demo_is_made_once_and_its_sign_ins_said_again(
    monkeypatch: pytest.MonkeyPatch, env: dict[str, str], empty: bool, words: list[str]
) -> None:
    monkeypatch.setattr(parts, "_is_empty", lambda _: empty)
    (child,) = parts.demo_company(env, WHERE)
    assert list(child.command[1:]) == ["manage.py", "demo_company", *words]


@pytest.mark.parametrize(
    ("env", "address"),
    [
        ({}, "http://127.0.0.1:8000/"),
        ({"PORT": "8001", "BIND": "0.0.0.0"}, "http://127.0.0.1:8001/"),
        ({"BIND": "10.0.0.7"}, "http://10.0.0.7:8000/"),
        ({"BIND": "::1", "PORT": ""}, "http://[::1]:8000/"),
    ],
)
def test_the_address_is_one_to_click(env: dict[str, str], address: str) -> None:
    assert parts.address(env) == address


def test_parts_are_quiet_unless_told_otherwise() -> None:
    assert parts.environment({})["LOG_LEVEL"] == "WARNING"
    assert parts.environment({"LOG_LEVEL": "DEBUG"})["LOG_LEVEL"] == "DEBUG"


def test_two_workers_a_web_and_a_beat() -> None:
    started = {child.name: " ".join(map(str, child.command)) for child in parts.of_product({}, Path("/nowhere"))}
    assert list(started) == ["web", "clock", "work", "beat"]
    assert "-P solo -Q clock -n clock@%h" in started["clock"]
    assert "-Q work -c 2 -n work@%h" in started["work"]


@pytest.mark.parametrize("name", ["web", "clock", "work", "beat"])
def test_each_part_has_its_unit_and_its_container(name: str) -> None:
    (child,) = [child for child in parts.of_product({}, Path("/nowhere")) if child.name == name]
    words = [str(word) for word in child.command[2:] if word != "--quiet"]
    unit = (parts.ROOT / "deploy" / "systemd" / f"redress-{name}.service").read_text().replace("%%", "%")
    compose = (parts.ROOT / "deploy" / "compose.yaml").read_text()
    known = [word for word in words if not word.startswith("/")]
    assert [word for word in known if word not in unit] == []
    if name != "web":  # the image itself starts the web
        assert [word for word in known if f'"{word}"' not in compose] == []
