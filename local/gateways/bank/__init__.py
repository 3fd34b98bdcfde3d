"""An account at a bank, simulated: transfers come and go, and a statement tells of them as JSON or CSV. See the README one folder up."""

import csv
import io
import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

__all__ = ["Bank", "Line"]


@dataclass(frozen=True)
class Line:
    """`amount` in minor units, negative where money left; `text` is what the payer wrote."""

    id: str
    booked_on: str
    amount: int
    currency: str
    text: str


class Bank:
    """Its lines live in `file`, or in memory without one. Whoever asks again is told the same lines under the same ids."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        stored = json.loads(file.read_text()) if file and file.exists() else []
        self.lines = [Line(**each) for each in stored]

    def transfer(self, amount: int, text: str, *, currency: str = "EUR", on: date | None = None) -> Line:
        """Money moves. Returns the line that the next statement has of it."""
        line = Line(f"BK{len(self.lines) + 1:08d}", (on or date.today()).isoformat(), amount, currency, text)
        self.lines.append(line)
        if self._file:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.write_text(json.dumps([asdict(each) for each in self.lines]))
        return line

    def statement(self, since: date | None = None) -> dict[str, list[dict[str, str | int]]]:
        """The body of `POST /v1/gateways/{id}/lines`."""
        return {"lines": [asdict(each) for each in self.lines if since is None or each.booked_on >= since.isoformat()]}

    def csv(self, since: date | None = None) -> str:
        told = io.StringIO()
        writer = csv.DictWriter(told, list(Line.__dataclass_fields__))
        writer.writeheader()
        writer.writerows(self.statement(since)["lines"])
        return told.getvalue()
