"""What the state folder may look like at a start, and what is said about it."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def call(state: Path, verb: str, **variables: str) -> tuple[int, str]:
    """Runs a function of local.state as a start would: in a process of its own."""
    environment = {**os.environ, "LOCAL_STATE": str(state), "FRESH": "0", **variables}
    program = [sys.executable, "-c", f"from local import state; print(state.{verb} or '', end='')"]
    done = subprocess.run(program, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=30)
    return done.returncode, done.stdout + done.stderr


def kept(folder: Path) -> None:
    """A state as a graceful stop leaves it."""
    (folder / "saved").mkdir(parents=True)
    (folder / "saved" / "dynamodb.json").write_text(json.dumps({"tables": {}}))
    (folder / "complete").touch()


def test_a_first_start_says_nothing(tmp_path: Path) -> None:
    assert call(tmp_path, "prepare()") == (0, "")


def test_what_a_graceful_stop_left_is_taken_as_it_is(tmp_path: Path) -> None:
    kept(tmp_path)
    assert call(tmp_path, "prepare()") == (0, "")
    assert (tmp_path / "saved" / "dynamodb.json").exists()


def test_half_a_save_is_refused_and_fresh_starts_over(tmp_path: Path) -> None:
    kept(tmp_path)
    (tmp_path / "saving").touch()
    code, said = call(tmp_path, "prepare()")
    assert code == 1
    assert "half a state: `make run FRESH=1` starts over" in said
    assert call(tmp_path, "prepare()", FRESH="1") == (0, "")
    assert not (tmp_path / "saved").exists()


def test_a_file_cut_short_is_named(tmp_path: Path) -> None:
    kept(tmp_path)
    for content in ('{"tables": {', ""):
        (tmp_path / "saved" / "dynamodb.json").write_text(content)
        code, said = call(tmp_path, "prepare()")
        assert code == 1
        assert said.startswith(f"{tmp_path / 'saved' / 'dynamodb.json'} is damaged: `make run FRESH=1`")


def test_a_first_start_that_was_killed_is_started_over(tmp_path: Path) -> None:
    (tmp_path / "objects").mkdir()
    assert call(tmp_path, "prepare()") == (0, "The last run ended before it had saved anything: starting over.\n")
    assert not (tmp_path / "objects").exists()


def test_the_owner_is_known_as_long_as_it_lives(tmp_path: Path) -> None:
    holder = "from local import state; lock = state.hold(); print('held', flush=True); input()"
    environment = {**os.environ, "LOCAL_STATE": str(tmp_path)}
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", holder], cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        assert call(tmp_path, "owner()") == (0, str(process.pid))
        code, said = call(tmp_path, "hold()")
        assert (code, said) == (1, "The local cloud of this checkout is already running: `make stop` ends it.\n")
        process.kill()
    assert call(tmp_path, "owner()") == (0, "")


def test_without_a_running_cloud_the_facts_are_a_sentence(tmp_path: Path) -> None:
    assert call(tmp_path, "facts()") == (1, "The local cloud is not running: `make run` or `make api` starts it.\n")
