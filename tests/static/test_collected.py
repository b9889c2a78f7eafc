"""What `collectstatic` makes of our scripts: every module names the others by their hashed names."""

import re
import shutil
from pathlib import Path

from config.static import StaticStorage

STATIC = Path(__file__).resolve().parent.parent.parent / "static"


def test_modules_import_each_other_by_hashed_names(tmp_path: Path) -> None:
    shutil.copytree(STATIC / "js", tmp_path / "js")
    storage = StaticStorage(location=str(tmp_path), base_url="/static/")
    names = [f"js/{file.name}" for file in (STATIC / "js").glob("*.js")]
    list(storage.post_process({name: (storage, name) for name in names}))
    hashed = [storage.hashed_files[name] for name in names]
    imports = [name for file in hashed for name in re.findall(r'(?:from|import) ?"\./([^"]+)"', (tmp_path / file).read_text())]
    assert set(imports) == {file.removeprefix("js/") for file in hashed if not file.startswith("js/app.")}
