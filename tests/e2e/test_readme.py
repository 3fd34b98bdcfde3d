"""The README's ten lines, as they stand there."""

import re
import subprocess
from pathlib import Path
from typing import Any

README = Path(__file__).resolve().parents[2] / "README.md"


def test_what_the_readme_shows_of_the_api_works(cloud: Any, tmp_path: Path) -> None:
    script = re.search(r"## The API in short\n\n```sh\n(.*?)```", README.read_text(), re.DOTALL)
    assert script
    lines = script[1].replace("http://localhost:8080", cloud.facts["url"])
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", lines], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"name": "Pro 2"' in done.stdout
    assert (tmp_path / "openapi.json").read_text().startswith("{")
