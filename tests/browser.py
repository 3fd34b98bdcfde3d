"""The browser that the console is tested in: the system's, else Debian's, else Playwright's own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Error, Playwright, sync_playwright

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NONE = "No browser was found to test the console in, and none could be installed: install Debian's chromium package or Google Chrome."
# It asks nobody but the console; its sandbox does not start for root.
QUIET = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]


class NoBrowser(Exception):
    """With one sentence that says what to do."""


@contextmanager
def browser() -> Iterator[Browser]:
    """One for many pages: it takes a second to start."""
    with sync_playwright() as playwright:
        found = launched(playwright, program(playwright))
        yield found
        found.close()


def launched(playwright: Playwright, path: str) -> Browser:
    try:
        return playwright.chromium.launch(executable_path=path, args=QUIET, chromium_sandbox=os.geteuid() != 0)
    except Error as error:  # a library of the system's is missing
        raise NoBrowser(f"{path} does not start ({str(error).splitlines()[0]}): install Debian's chromium package or Google Chrome.") from error


def program(playwright: Playwright) -> str:
    return of_the_system() or of_debian() or of_playwright(playwright)


def of_the_system() -> str | None:
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


def of_debian() -> str | None:
    """Where it may be installed: as root, with apt."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
        if subprocess.run(["apt-get", *arguments], env=quietly, capture_output=True, check=False).returncode:
            return None
    return of_the_system()


def of_playwright(playwright: Playwright) -> str:
    kept = Path(playwright.chromium.executable_path)
    if not kept.exists():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], capture_output=True, check=False)
    if not kept.exists():
        raise NoBrowser(NONE)
    return str(kept)
