"""`make test`: every check in turn, all of them even when one fails, and at the end one line for each.

The exit code is 0 only when all passed.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from config.binaries import debian_postgres, postgres_major
from tests import install_browser

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
WORKERS = os.environ.get("TEST_WORKERS", "2")

Step = tuple[str, list[str | Path], dict[str, str]]


def steps() -> list[Step]:
    found: list[Step] = [
        ("formatting", [BIN / "ruff", "format", "--check", "."], {}),
        ("lint", [BIN / "ruff", "check", "."], {}),
        ("types", [BIN / "mypy"], {"DEBUG": "1"}),
        ("layers", [BIN / "lint-imports"], {"DEBUG": "1"}),
        ("templates", [BIN / "djlint", "templates", "--lint", "--quiet"], {}),
        ("tests", [BIN / "pytest", "-n", WORKERS], {}),
    ]
    if oldest := debian_postgres():
        number = postgres_major(oldest[0])
        found.append(
            (
                f"tests on PostgreSQL {number}",
                [BIN / "pytest", "-q", "-n", WORKERS, "-m", "postgres"],
                {"POSTGRES_BIN": str(oldest[0]), "DATABASE_URL": ""},
            )
        )
    else:
        print("No older PostgreSQL on this machine: the second pass is left out.")
    return found


def run(step: Step, data_dir: str) -> tuple[str, int, float]:
    name, command, more = step
    print(f"\n── {name} " + "─" * (76 - len(name)), flush=True)
    before = time.monotonic()
    code = subprocess.run(command, cwd=ROOT, env={**os.environ, "DATA_DIR": data_dir, **more}, check=False).returncode
    return name, code, time.monotonic() - before


def main() -> int:
    install_browser.main()
    with tempfile.TemporaryDirectory() as data_dir:
        results = [run(step, data_dir) for step in steps()]
    print("\n── summary " + "─" * 69)
    for name, code, seconds in results:
        print(f"{'ok    ' if code == 0 else 'FAILED'}  {name:<30} {seconds:6.1f} s")
    return int(any(code for _, code, _ in results))


if __name__ == "__main__":
    sys.exit(main())
