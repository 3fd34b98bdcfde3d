"""Before Python 3.11.8 two threads cannot read source at once (CPython issue 106905), which Hypothesis does in each worker of Schemathesis."""

import ast
import threading
from typing import Any

_parse, _alone = ast.parse, threading.Lock()


def _one_at_a_time(*args: Any, **more: Any) -> Any:
    with _alone:
        return _parse(*args, **more)


ast.parse = _one_at_a_time
