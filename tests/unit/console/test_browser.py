"""How the tests of the console come to a browser, and what they say where there is none."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import browser


def program(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    file = folder / "chromium"
    file.write_text("#!/bin/sh\nexit 1\n")
    file.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


def test_the_systems_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program(monkeypatch, tmp_path)
    assert browser.of_the_system() == str(tmp_path / "chromium")


def asked(folder: Path) -> list[str]:
    """What a test run says at last, in a process of its own, with this folder for programs, and nowhere to download from."""
    code = "from tests.browser import *\ntry:\n    browser().__enter__()\nexcept NoBrowser as error:\n    print(error)"
    nowhere = {"PATH": str(folder), "PLAYWRIGHT_BROWSERS_PATH": str(folder), "PLAYWRIGHT_DOWNLOAD_HOST": "http://127.0.0.1:1"}
    said = subprocess.run([sys.executable, "-c", code], env=os.environ | nowhere, capture_output=True, text=True, check=True)
    return said.stdout.splitlines()


def test_where_none_can_be_had_one_sentence_says_what_to_do(tmp_path: Path) -> None:
    assert asked(tmp_path) == [browser.NONE]


def test_one_that_does_not_start_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program(monkeypatch, tmp_path)
    [said] = asked(tmp_path)
    assert said.startswith(f"{tmp_path}/chromium does not start (")
    assert said.endswith("install Debian's chromium package or Google Chrome.")
