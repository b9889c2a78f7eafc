"""Every text of code and templates is there in Simplified Chinese, and none is doubtful."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.messages import LOCALE, gaps

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("config", "organisation", "complaints", "escalation", "reports", "templates", "manage.py")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalogue made from a copy of the sources, so that the real one is not touched."""
    copy = tmp_path_factory.mktemp("sources")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, copy / name)
    (copy / "locale").mkdir()
    command = [sys.executable, "manage.py", "makemessages", "--locale", "zh_Hans"]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return copy / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def test_chinese_is_complete(fresh: Path) -> None:
    assert gaps(LOCALE / "zh_Hans" / "LC_MESSAGES" / "django.po", fresh) == []
