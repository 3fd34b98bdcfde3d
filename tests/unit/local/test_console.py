"""The console is built by whoever comes first, and not twice at once."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from local import console


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A console that is built in no time: each build adds a line to what was built."""
    folder = tmp_path / "console"
    folder.mkdir()
    package = {"name": "small", "version": "1.0.0", "scripts": {"build": "mkdir -p dist && sleep 0.3 && echo built >> dist/index.html"}}
    (folder / "package.json").write_text(json.dumps(package))
    lock = {"name": "small", "version": "1.0.0", "lockfileVersion": 3, "packages": {"": {"name": "small", "version": "1.0.0"}}}
    (folder / "package-lock.json").write_text(json.dumps(lock))
    (folder / "node_modules").mkdir()
    document = tmp_path / "openapi.json"
    document.write_text("{}")
    for name, path in {"ROOT": tmp_path, "SOURCE": folder, "DIST": folder / "dist", "DOCUMENT": document}.items():
        monkeypatch.setattr(console, name, path)
    return folder


def test_two_that_start_at_once_build_it_once(sources: Path) -> None:
    with ThreadPoolExecutor(2) as both:
        built = [both.submit(console.build) for _ in range(2)]
    assert sorted(one.result() for one in built) == [False, True]
    assert (sources / "dist" / "index.html").read_text() == "built\n"


def test_a_changed_source_is_built_anew(sources: Path) -> None:
    assert console.build()
    (sources / "main.tsx").write_text("changed")
    assert console.build()
    assert not console.build()
