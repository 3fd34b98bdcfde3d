"""The Makefile: what it offers, what it says on a machine that is not ready, and where PORT moves things."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def make(folder: Path, *arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(["make", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60)
    return done.stdout + done.stderr


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("Makefile", "requirements.txt", "requirements-uv.txt"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def python_that(folder: Path, prelude: str) -> Path:
    """A Python that believes what the prelude says of it."""
    script = folder / "python"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "import sys; {prelude}; exec(sys.argv[1])" "$2"\n')
    script.chmod(0o755)
    return script


def test_help_lists_every_command() -> None:
    offered = re.findall(r"^make (\S+)", make(ROOT, "help"), re.MULTILINE)
    declared = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert declared and offered == declared[1].split()


def test_an_old_python_gets_one_sentence(checkout: Path) -> None:
    said = make(checkout, "run", f"PYTHON={python_that(checkout, 'sys.version_info = (3, 9, 1)')}")
    assert said.startswith("Python 3.11 or newer is needed and ")
    assert "is 3.9: name a newer one: make PYTHON=python3.13\nmake: ***" in said


def test_a_python_without_venv_gets_one_sentence(checkout: Path) -> None:
    said = make(checkout, "test", f"PYTHON={python_that(checkout, 'sys.modules.update(ensurepip=None)')}")
    assert "has no venv module: install it (Debian, Ubuntu: apt install python3-venv).\nmake: ***" in said
    assert not (checkout / ".venv").exists()


def test_no_python_at_all_gets_one_sentence(checkout: Path) -> None:
    said = make(checkout, "run", "PYTHON=no-such-python")
    assert said.startswith("no-such-python was not found: install Python 3.11 or newer")


@pytest.mark.parametrize(
    ("variables", "ports"),
    [
        ({}, "8080 4566 12111"),
        ({"PORT": "8090"}, "8090 8091 8092"),
        ({"PORT": "8090", "AWS_PORT": "5000", "STRIPE_PORT": "6000"}, "8090 5000 6000"),
    ],
)
def test_port_moves_all_three_unless_they_are_named(variables: dict[str, str], ports: str) -> None:
    unset = {name: value for name, value in os.environ.items() if not name.endswith("PORT")}
    program = "from local import settings as s; print(s.PORT, s.AWS_PORT, s.STRIPE_PORT)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env={**unset, **variables}, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ports


def test_every_requirement_is_pinned_with_its_hashes() -> None:
    for file in [*ROOT.glob("requirements*.txt"), *ROOT.glob("layers/*/requirements.txt")]:
        blocks = re.split(r"\n(?=\S)", file.read_text().replace("\\\n", " "))
        pins = [block for block in blocks if block and not block.startswith("#")]
        assert pins and all("==" in pin and "--hash=sha256:" in pin for pin in pins), file


def test_a_layer_ships_what_the_tests_run_with() -> None:
    def pins(file: Path) -> set[str]:
        return set(re.findall(r"^([\w.\[\]-]+==[^\s;]+)", file.read_text(), re.MULTILINE))

    for layer in ROOT.glob("layers/*/requirements.txt"):
        assert pins(layer) <= pins(ROOT / "requirements.txt"), layer
