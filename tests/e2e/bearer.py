"""Who is signed in for as long as the tests take: an access token lasts a quarter of an hour."""

import time
from collections.abc import Callable, Iterator, Mapping

from local.client import Answer

EARLY = 120  # seconds before its end a token is not used any more


class Bearer(Mapping[str, str]):
    """The header of requests, as in `ask("GET", "/v1/plans", **token)`; signs in anew before a token runs out."""

    def __init__(self, sign_in: Callable[[], Answer]) -> None:
        self._sign_in, self._until, self._value = sign_in, 0.0, ""

    def __getitem__(self, name: str) -> str:
        if name != "authorization":
            raise KeyError(name)
        if time.monotonic() > self._until:
            status, body, _ = self._sign_in()
            assert status == 200, body
            self._value, self._until = f"Bearer {body['access_token']}", time.monotonic() + body["expires_in"] - EARLY
        return self._value

    def __iter__(self) -> Iterator[str]:
        return iter(("authorization",))

    def __len__(self) -> int:
        return 1
