"""What plants secrets in requests, and looks for them everywhere."""

import json
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from kernel.http import Api
from tests.callers import ask
from tests.integration.writes.company import Company
from tests.integration.writes.everywhere import logged, stored, told_to_all

CANARY = "canary7Q"


class Watch:
    """Answers are kept, all but what is meant to hand a secret over."""

    def __init__(self, company: Company) -> None:
        self.company, self.answers = company, []

    def ask(self, method: str, path: str, body: Any = None, *, api: Api | None = None, **more: Any) -> SimpleNamespace:
        found = (self.company.ask(method, path, body, **more) if api is None
                 else ask(api, method, path, body, headers=more.pop("headers", self.company.headers), **more))
        self.answers.append(f"{method} {path} {json.dumps(vars(found))}")
        return found


@pytest.fixture
def watch(company: Company) -> Iterator[tuple[Watch, Any]]:
    """A watch, and the log."""
    with logged() as text:
        yield Watch(company), text


def as_code(code: str) -> re.Pattern[str]:
    """Six digits on their own: no part of a number, a hash, or the fraction of a second."""
    return re.compile(rf"(?<![\w.]){code}(?!\w)")


def leaks(watch: Watch, text: Any, *more: str | re.Pattern[str]) -> list[str]:
    """Where a canary, or a secret of another form, is found."""
    told_to_all(watch.company)
    places = {"the log": text.getvalue(), **stored(), **{each[:60]: each for each in watch.answers}}
    needles = (CANARY, *more, watch.company.headers["authorization"].removeprefix("Bearer "))
    found = [each if isinstance(each, re.Pattern) else re.compile(re.escape(each), re.IGNORECASE) for each in needles]
    return [f"{place}: …{text[max(0, hit.start() - 80):][:200]}…" for place, text in places.items() for each in found if (hit := each.search(text))]
