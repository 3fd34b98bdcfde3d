"""How the demonstration tells what it does: one line a step, checked; and what it sees of the outside: mails, documents, the gateway."""

import io
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from local.client import LocalCloud, until
from local.gateways.stripe.remote import Remote


class Wrong(Exception):
    """An outcome that is not what it must be. Ends the demonstration with exit code 1."""


def check(holds: Any, what: str) -> None:
    if not holds:
        raise Wrong(what)


class Story:
    """Steps against one local cloud, as a signed-in owner."""

    def __init__(self, cloud: LocalCloud) -> None:
        self.cloud = cloud
        self.stripe = Remote(f"http://127.0.0.1:{cloud.environment['STRIPE_PORT']}")
        self.token: dict[str, str] = {}
        self.failed = False

    @contextmanager
    def step(self, what: str) -> Iterator[Callable[[str], None]]:
        """Prints the step with its outcome and how long it took. `said(…)` within it adds what was seen."""
        seen: list[str] = []
        began = time.perf_counter()
        status = "ok"
        try:
            yield seen.append
        except (Wrong, TimeoutError) as error:
            status, self.failed = "FAILED", True
            seen.append(str(error))
            raise Wrong(what) from error
        finally:
            print(f"{what:<58} {status:<7}{(time.perf_counter() - began) * 1000:>7.0f} ms   {'; '.join(seen)}", flush=True)

    def ask(self, method: str, path: str, body: Any = None, *, status: int | None = None, **headers: str) -> Any:
        """The body of an answer whose status is the one expected (any 2xx where none is named)."""
        found, answer, _ = self.cloud.ask(method, path, body, **self.token, **headers)
        check(found == status if status else 200 <= found < 300, f"{method} {path} answered {found}: {answer}")
        return answer

    def sign_in(self) -> str:
        status, body, _ = self.cloud.sign_in()
        check(status == 200, f"sign-in answered {status}: {body}")
        self.token = {"authorization": f"Bearer {body['access_token']}"}
        return str(self.cloud.facts["email"])

    def until(self, path: str, holds: Callable[[Any], Any], what: str) -> Any:
        """The record at `path` once it is as it must become."""

        def look() -> Any:
            record = self.ask("GET", path)
            return record if holds(record) else None

        return until(look, 40, what)

    def settle(self) -> None:
        """Waits until no message waits or is worked on: what is on its way between two queues has a second to arrive."""
        seen: list[bool] = []

        def look() -> bool:
            time.sleep(0.2)
            seen.append(not any(count for name, count in self.cloud.waiting().items() if not name.endswith("Parked")))
            return len(seen) >= 5 and all(seen[-5:])

        until(look, 60, "rest")

    def advance(self, clock: str, to: str) -> None:
        """Moves a test clock and waits until it has arrived."""
        self.ask("POST", f"/v1/test-clocks/{clock}/advance", {"to": to}, status=202)
        arrived = self.until(f"/v1/test-clocks/{clock}", lambda c: c["status"] != "advancing", "the clock's arrival")
        check(arrived["status"] == "ready", f"the clock is {arrived['status']}: {arrived['failure']}")

    def invoices_of(self, tenant: str) -> list[Any]:
        """Oldest first."""
        return list(self.ask("GET", f"/v1/invoices?tenant_id={tenant}&sort=created_at")["data"])

    def types_of(self, path: str) -> list[str]:
        return [entry["type"] for entry in self.ask("GET", f"{path}/timeline")["data"]]

    def mail(self, recipient: str, words: str) -> Any:
        """The mail to an address whose subject holds `words`, once it was sent; exactly one."""

        def sent() -> list[Any]:
            return [mail for mail in self.cloud.mails(recipient) if words.lower() in str(mail.get("Subject", mail)).lower()]

        found = until(sent, 20, f"a mail “{words}” to {recipient}")
        check(len(found) == 1, f"{len(found)} mails “{words}” to {recipient}")
        return found[0]

    def document(self, invoice: str, kind: str) -> bytes:
        link = self.ask("GET", f"/v1/invoices/{invoice}/{kind}")
        with urllib.request.urlopen(link["url"], timeout=10) as answer:
            return bytes(answer.read())


def words_of_pdf(pdf: bytes) -> str:
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def cells_of_xlsx(xlsx: bytes) -> set[Any]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(xlsx))
    return {cell for sheet in book.worksheets for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None}
