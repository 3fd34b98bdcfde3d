"""Sample events: each is named after an entry point, has the form in which AWS sends it, and is run by a test."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.unit.source import FUNCTIONS, ROOT, files

SAMPLES = sorted((ROOT / "events").rglob("*.json"))
ENTRY_POINTS = sorted(path for path in FUNCTIONS.glob("*/*.py") if path.stem in ("api", "worker", "sockets"))


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@cache
def source_of(feature: str) -> str:
    return "\n".join(path.read_text() for path in files(ROOT / "tests" / "integration" / feature))


def is_run(feature: str, stem: str) -> bool:
    """Whether a test loads it by its name, which may be put together from a list of cases."""
    source = source_of(feature)
    ways: list[tuple[str, ...]] = [(f'"{feature}/{stem}"',)]
    ways += [(f'f"{feature}/{stem[:n]}{{', f'"{stem[n:]}"') for n in [0, *(n + 1 for n, sign in enumerate(stem) if sign == "-")]]
    return "sample(" in source and any(all(part in source for part in way) for way in ways)


@pytest.mark.parametrize("path", SAMPLES, ids=name_of)
def test_a_sample_is_named_after_an_entry_point_and_run_by_a_test(path: Path) -> None:
    assert path.parent.parent == ROOT / "events"
    entry, _, case = path.stem.partition("-")
    assert (FUNCTIONS / path.parent.name / f"{entry}.py").exists()
    assert case, "a name says what happens"
    assert is_run(path.parent.name, path.stem)


@pytest.mark.parametrize("path", ENTRY_POINTS, ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_every_entry_point_has_a_sample(path: Path) -> None:
    assert [sample for sample in SAMPLES if sample.parent.name == path.parent.name and sample.stem.startswith(path.stem + "-")]


@pytest.mark.parametrize("path", SAMPLES, ids=name_of)
def test_a_sample_has_the_form_in_which_aws_sends_it(path: Path) -> None:
    event: dict[str, Any] = json.loads(path.read_text())
    if path.stem.startswith("api-"):
        assert event["version"] == "2.0"
        assert {"rawPath", "headers", "requestContext", "isBase64Encoded"} <= set(event)
        assert {"requestId", "timeEpoch", "http"} <= set(event["requestContext"])
        assert event["requestContext"]["http"]["method"].isupper()
        assert "authorization" not in {name.lower() for name in event["headers"]}, "who calls is said by the test"
    elif path.stem.startswith("sockets-"):
        kinds = {"connect": ("$connect", "CONNECT"), "message": ("$default", "MESSAGE"), "disconnect": ("$disconnect", "DISCONNECT")}
        about = event["requestContext"]
        assert (about["routeKey"], about["eventType"]) == kinds[path.stem.split("-")[1]]
        assert {"connectionId", "apiId", "stage", "domainName", "requestTimeEpoch"} <= set(about)
    elif "Records" in event:
        assert event["Records"]
        for record in event["Records"]:
            assert record["eventSource"] in ("aws:sqs", "aws:dynamodb")
            assert record["eventSource"] != "aws:sqs" or {"messageId", "body", "attributes"} <= set(record)
    else:
        assert set(event) == {"time", "slot"}
