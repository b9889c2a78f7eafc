"""The secrets of an installation: where they come from and which are refused.

A company gives them in the environment. On one machine (`make run`, no DATABASE_URL) they are made once and kept in
DATA_DIR/secrets, readable only by their owner. Losing HISTORY_KEY means that the history can no longer be verified.
"""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

NAMES = ("SECRET_KEY", "HISTORY_KEY")
SHORTEST = 50


def given_key(name: str) -> str:
    """The key from the environment. Raises ImproperlyConfigured when it is missing, a sample or too short."""
    value = os.environ.get(name, "")
    how = 'Make one with: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. Redress does not start with a default secret. {how}")
    if "change" in value.lower() or "insecure" in value.lower():
        raise ImproperlyConfigured(f"{name} is still the sample from the documentation. {how}")
    if len(value) < SHORTEST or len(set(value)) < 10:
        raise ImproperlyConfigured(f"{name} is too short or too simple: {SHORTEST} random characters are needed. {how}")
    return value


def kept_keys(data_dir: Path) -> dict[str, str]:
    """The keys kept in `data_dir`/secrets, made at the first call; the environment wins over the file."""
    path = data_dir / "secrets"
    if not path.exists():
        _make(path)
    lines = (line.partition("=") for line in path.read_text(encoding="ascii").splitlines() if "=" in line)
    kept = {name: value for name, _, value in lines}
    return {name: os.environ.get(name) or kept[name] for name in NAMES}


def _make(path: Path) -> None:
    """Write new keys beside and link them into place: of two processes that start at once, one wins, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"secrets.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.writelines(f"{name}={secrets.token_urlsafe(48)}\n" for name in NAMES)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
