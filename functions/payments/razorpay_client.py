"""HTTP to Razorpay: JSON with basic authentication, and what of its answers can be relied on."""

import json
from typing import Any
from urllib.parse import urlencode

import urllib3

from functions.payments.gateways import KeysRefused, Unanswered

TIMEOUT_SECONDS = 10
PAGE = 100

Json = dict[str, Any]


class Refusal(Exception):
    """A 400: Razorpay has understood and does not do it. `payment`: the id of the payment that was tried and failed, if one was."""

    def __init__(self, error: Json) -> None:
        super().__init__(error.get("description") or "refused")
        self.reason = str(error.get("reason") or error.get("code") or "refused").lower()
        self.description = str(error.get("description") or "")
        self.field = error.get("field")
        self.payment: str | None = (error.get("metadata") or {}).get("payment_id")


class Client:
    """One account. No call is repeated by itself: who gets no answer asks again later."""

    def __init__(self, key_id: str, key_secret: str, api_base: str) -> None:
        self._base = api_base
        self._http = urllib3.PoolManager(retries=False, timeout=TIMEOUT_SECONDS,
                                         headers=urllib3.make_headers(basic_auth=f"{key_id}:{key_secret}"))

    def get(self, path: str, **query: str | int) -> Json:
        return self._ask("GET", f"{path}?{urlencode(query)}" if query else path, None, {})

    def post(self, path: str, body: Json, headers: dict[str, str] | None = None) -> Json:
        return self._ask("POST", path, json.dumps(body), {"Content-Type": "application/json", **(headers or {})})

    def delete(self, path: str) -> Json:
        return self._ask("DELETE", path, None, {})

    def all(self, path: str, **query: str | int) -> list[Json]:
        """Every item of a list, page by page."""
        found: list[Json] = []
        while True:
            items = self.get(path, **query, count=PAGE, skip=len(found))["items"]
            found += items
            if len(items) < PAGE:
                return found

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Json:
        """`Unanswered` for a lost connection, a 5xx, a 409 (the same key is being worked on) and a 429; `Refusal` for other 4xx."""
        try:
            answer = self._http.request(method, self._base + path, body=body, headers={**self._http.headers, **headers})
            told = json.loads(answer.data) if answer.status < 500 else {}
        except (urllib3.exceptions.HTTPError, ValueError) as error:
            raise Unanswered(type(error).__name__) from error
        if answer.status in (401, 403):
            raise KeysRefused(f"{answer.status}")
        if answer.status >= 500 or answer.status in (409, 429):
            raise Unanswered(f"{answer.status}")
        if answer.status >= 400:
            raise Refusal(told.get("error") or {})
        return dict(told)
