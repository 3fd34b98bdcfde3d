"""The console is built where the machine has no Node, too."""

import os
import subprocess
from pathlib import Path

from local import console


def test_where_there_is_no_node_one_is_fetched_with_an_npm_that_works(monkeypatch, tmp_path):
    monkeypatch.setattr(console, "NODE", tmp_path / "node")
    monkeypatch.setenv("PATH", os.pathsep.join(each for each in os.environ["PATH"].split(os.pathsep) if not Path(each, "node").exists()))
    folder = console.node()
    assert folder.is_relative_to(tmp_path)
    said = subprocess.run([folder / "npm", "--version"], env={"PATH": str(folder), "HOME": str(tmp_path)}, capture_output=True, text=True, check=True)
    assert said.stdout.strip()
