"""A use case that lost a race reads again and decides anew."""

import random
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from kernel.problems import Conflict, Refused

TRIES = 6
P = ParamSpec("P")
R = TypeVar("R")


def again(function: Callable[P, R]) -> Callable[P, R]:
    """Calls the function up to six times while it raises `Conflict`. What a rule refuses stays refused."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(1, TRIES):
            try:
                return function(*args, **kwargs)
            except Refused:
                raise
            except Conflict:
                pause(attempt)
        return function(*args, **kwargs)

    return run


def pause(attempt: int) -> None:
    """Full jitter, so that those who collided part."""
    time.sleep(random.uniform(0, 0.02 * 2**attempt))
