"""Makes sure of what the tests need from the system: a Chromium, a font with Chinese characters, gettext.

Looks first, then installs by the system's package manager when it may (root, or sudo without a password), else lets
Playwright bring a browser of its own. Ends with an error that says what is missing; no test is ever skipped for it.
"""

import os
import shutil
import subprocess
import sys

# The shell first: the same engine without the windows around it takes half the time.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
PACKAGES = {"chromium": ("chromium-headless-shell", "chromium"), "font": ("fonts-noto-cjk",), "gettext": ("gettext",)}


def chromium() -> str | None:
    """The browser's path: CHROMIUM, or the system's; None when only Playwright's own is there."""
    given = os.environ.get("CHROMIUM")
    return given or next((path for name in BROWSERS if (path := shutil.which(name))), None)


def missing() -> set[str]:
    lacks = set()
    if not chromium() and not _playwrights_own():
        lacks.add("chromium")
    if not _chinese_font():
        lacks.add("font")
    if not shutil.which("xgettext"):
        lacks.add("gettext")
    return lacks


def _chinese_font() -> bool:
    if not shutil.which("fc-list"):
        return sys.platform == "darwin"  # the system brings one
    return bool(subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True, check=False).stdout.strip())  # noqa: S607


def _playwrights_own() -> bool:
    code = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return os.path.exists(found.stdout.strip())


def install(lacks: set[str]) -> None:
    """Try; whether it helped is seen by looking again."""
    rights = [] if os.geteuid() == 0 else ["sudo", "-n"]
    allowed = not rights or (shutil.which("sudo") and not subprocess.run(["sudo", "-n", "true"], check=False).returncode)  # noqa: S607
    if shutil.which("apt-get") and allowed:
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run([*rights, "apt-get", "update", "-qq"], check=False, env=quiet)
        for name in sorted(lacks):
            for package in PACKAGES[name]:  # the next where a system does not know the one before
                subprocess.run([*rights, "apt-get", "install", "-y", "-qq", "--no-install-recommends", package], check=False, env=quiet)
                if name not in missing():
                    break
    if "chromium" in missing():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def main() -> None:
    if lacks := missing():
        print(f"Installing for the tests: {', '.join(sorted(lacks))} …", flush=True)
        install(lacks)
    if lacks := missing():
        sys.exit(f"The tests need {', '.join(sorted(PACKAGES[name][-1] for name in lacks))}; please install by hand.")


if __name__ == "__main__":
    main()
