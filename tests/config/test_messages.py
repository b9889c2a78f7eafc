"""Translations compiled without gettext."""

import gettext
import os
from pathlib import Path

from config.messages import compile_all, gaps

SOURCE = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Complaint"
msgstr "投诉"

#, fuzzy
msgid "Customer"
msgstr "顾问"

msgid "Department"
msgstr ""
"""


def catalogue(folder: Path, text: str = SOURCE) -> Path:
    path = folder / "zh_Hans" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_compiled_texts_are_read_by_gettext_and_doubtful_ones_left_out(tmp_path: Path) -> None:
    source = catalogue(tmp_path)
    assert compile_all(tmp_path) == [source.with_suffix(".mo")]
    texts = gettext.translation("django", tmp_path, ["zh_Hans"])
    assert [texts.gettext(word) for word in ("Complaint", "Customer", "Department")] == ["投诉", "Customer", "Department"]


def test_only_what_is_older_than_its_source_is_compiled_again(tmp_path: Path) -> None:
    source = catalogue(tmp_path)
    compile_all(tmp_path)
    assert compile_all(tmp_path) == []
    os.utime(source, (source.stat().st_atime, source.stat().st_mtime + 10))
    assert compile_all(tmp_path) == [source.with_suffix(".mo")]


def test_gaps_are_named(tmp_path: Path) -> None:
    ours = catalogue(tmp_path / "ours")
    wanted = catalogue(tmp_path / "code", SOURCE + '\nmsgid "Seal"\nmsgstr ""\n')
    assert gaps(ours, wanted) == ["fuzzy: Customer", "untranslated: Department", "missing: Seal"]
