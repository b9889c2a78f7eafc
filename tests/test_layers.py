"""Every module of the apps stands in the layers of pyproject.toml, so that none escapes the rule about imports."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
APPS = ("organisation", "complaints", "escalation", "reports")
HOW = "add it to `layers` of [[tool.importlinter.contracts]] in pyproject.toml, on the lowest line whose modules it does not import"


def layered() -> set[str]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    return {
        module.strip() for contract in contracts for layer in contract.get("layers", []) for module in layer.replace("|", ":").split(":")
    }


def existing() -> set[str]:
    found = {path for app in APPS for path in (ROOT / app).iterdir()}
    modules = {path for path in found if path.suffix == ".py" or (path / "__init__.py").exists()}
    return {f"{path.parent.name}.{path.stem}" for path in modules if path.stem not in {"__init__", "migrations"}}


def test_every_module_stands_in_a_layer() -> None:
    assert sorted(existing() - layered()) == [], HOW


def test_every_layer_names_a_module_that_exists() -> None:
    assert sorted(layered() - existing()) == []
