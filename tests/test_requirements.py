"""requirements.txt holds exactly what the product imports and what that needs in turn, each pinned to one version."""

import ast
import re
import sys
from importlib.metadata import packages_distributions, requires, version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PRODUCT = ("config", "organisation", "complaints", "escalation", "reports")
NOT_IMPORTED = {"gunicorn", "argon2-cffi", "django-htmx"}  # a program we start; what Django imports for us
EXTRAS = {"kombu": {"redis"}}  # the transport we use


def pinned(name: str) -> dict[str, str]:
    """Distribution to version, of this file alone, as far as its markers hold here."""
    lines = (line.partition("#")[0].strip() for line in (ROOT / name).read_text().splitlines())
    found = [Requirement(line) for line in lines if line and not line.startswith("-r")]
    return {canonicalize_name(one.name): str(one.specifier) for one in found if one.marker is None or one.marker.evaluate()}


def imported() -> set[str]:
    """The distributions whose modules the product imports."""
    modules = set()
    for path in (path for app in PRODUCT for path in (ROOT / app).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                modules.add(str(node.module).split(".")[0])
    known = packages_distributions()
    outside = modules - set(sys.stdlib_module_names) - set(PRODUCT)
    return {canonicalize_name(known[module][0]) for module in outside}


def with_all_they_need(names: set[str]) -> set[str]:
    found: set[str] = set()
    waiting = set(names)
    while waiting:
        name = waiting.pop()
        found.add(name)
        wanted = [Requirement(text) for text in requires(name) or []]
        extras = EXTRAS.get(name, set()) | {""}
        holds = [one for one in wanted if one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in extras)]
        waiting |= {canonicalize_name(one.name) for one in holds} - found
    return found


def test_what_the_product_needs_is_pinned_and_nothing_else() -> None:
    assert set(pinned("requirements.txt")) == with_all_they_need(imported() | NOT_IMPORTED)


def test_each_pin_is_one_exact_version_and_the_one_the_tests_run_with() -> None:
    files = ("requirements.txt", "requirements-embedded.txt", "requirements-test.txt")
    pins = {name: wanted for file in files for name, wanted in pinned(file).items()}
    assert {name: wanted for name, wanted in pins.items() if not re.fullmatch(r"==[0-9][\w.]*", wanted)} == {}
    assert {name: wanted for name, wanted in pins.items() if wanted != f"=={version(name)}"} == {}
