#!/usr/bin/env python3
"""Fetch the pinned front-end files into the repository and record where they came from.

`python config/vendor_assets.py` downloads with `npm pack` (npm checks the integrity), writes the files and VENDOR.json;
`--check` downloads again and fails when a committed file differs. The sprite is built from `icons.txt`.
Run by a developer, never at run time, and not needed for running or testing: the files are committed.
"""

import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ICONS = Path(__file__).with_name("icons.txt")


@dataclass(frozen=True)
class Pin:
    """One package: `files` maps the path in the package to the name on disk."""

    name: str
    version: str
    licence: str
    home: Path
    files: dict[str, str]

    @property
    def folder(self) -> Path:
        return self.home / f"{self.name}-{self.version}"


PINS = (
    Pin("htmx.org", "4.0.1", "0BSD", ROOT / "static/vendor", {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "LICENSE"}),
    Pin("lucide-static", "1.62.0", "ISC", ROOT / "static/vendor", {"LICENSE": "LICENSE"}),
    Pin(
        "axe-core",
        "4.14.1",
        "MPL-2.0",
        ROOT / "tests/vendor",
        {"axe.min.js": "axe.min.js", "LICENSE": "LICENSE", "LICENSE-3RD-PARTY.txt": "LICENSE-3RD-PARTY.txt"},
    ),
)


def fetch(pin: Pin, folder: str) -> tuple[tarfile.TarFile, str]:
    """The package's archive and npm's integrity string for it."""
    command = ["npm", "pack", f"{pin.name}@{pin.version}", "--json", "--silent"]
    out = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
    meta = json.loads(out[out.index("[") :])[0]
    data = (Path(folder) / meta["filename"]).read_bytes()
    return tarfile.open(fileobj=io.BytesIO(data)), meta["integrity"]


def member(archive: tarfile.TarFile, path: str) -> bytes:
    """One file of the package; a missing one stops the work."""
    file = archive.extractfile(f"package/{path}")
    return file.read() if file else sys.exit(f"{path} is no file")


def sprite(pin: Pin, archive: tarfile.TarFile) -> bytes:
    """One SVG with a `<symbol id="i-NAME">` per line of icons.txt."""
    symbols = []
    for icon in sorted(set(ICONS.read_text().split())):
        drawing = member(archive, f"icons/{icon}.svg").decode()
        inner = " ".join(re.sub(r"^.*?<svg[^>]*>|</svg>\s*$", "", drawing, flags=re.DOTALL).split())
        symbols.append(f'<symbol id="i-{icon}" viewBox="0 0 24 24">{inner}</symbol>')
    body = "\n".join(symbols)
    return f'<!-- Lucide {pin.version}, {pin.licence} -->\n<svg xmlns="http://www.w3.org/2000/svg">\n{body}\n</svg>\n'.encode()


def contents(pin: Pin, archive: tarfile.TarFile) -> dict[str, bytes]:
    """Every file to be written, by its name on disk."""
    wanted = {name: member(archive, path) for path, name in pin.files.items()}
    if pin.name == "lucide-static":
        wanted["icons.svg"] = sprite(pin, archive)
    return wanted


def differing(pin: Pin, wanted: dict[str, bytes]) -> list[Path]:
    files = ((pin.folder / name, data) for name, data in wanted.items())
    return [file for file, data in files if not file.exists() or file.read_bytes() != data]


def write(pin: Pin, wanted: dict[str, bytes]) -> None:
    pin.folder.mkdir(parents=True, exist_ok=True)
    for name, data in wanted.items():
        (pin.folder / name).write_bytes(data)


def record(pin: Pin, integrity: str, wanted: dict[str, bytes]) -> dict:
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in wanted.items()}
    return {"version": pin.version, "licence": pin.licence, "npm_integrity": integrity, "sha256": sums}


def main(check: bool) -> None:
    records: dict[Path, dict] = {}
    with tempfile.TemporaryDirectory() as folder:
        for pin in PINS:
            archive, integrity = fetch(pin, folder)
            wanted = contents(pin, archive)
            if check and (bad := differing(pin, wanted)):
                sys.exit(f"vendored files differ: {bad}")
            if not check:
                write(pin, wanted)
            records.setdefault(pin.home, {})[pin.name] = record(pin, integrity, wanted)
    for home, packages in records.items():
        text = json.dumps(packages, indent=1, sort_keys=True) + "\n"
        if check and (home / "VENDOR.json").read_text() != text:
            sys.exit(f"{home / 'VENDOR.json'} is out of date")
        if not check:
            (home / "VENDOR.json").write_text(text)
    print("ok", *(f"{pin.name} {pin.version}" for pin in PINS))


if __name__ == "__main__":
    main("--check" in sys.argv)
