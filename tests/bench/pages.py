"""A server on the loopback that answers as DynamoDB and S3 would: pages of 100,000 made-up invoices, and thanks for every file.

The emulator sorts a whole index partition again for every page, so it cannot be read through; and a stub in the process that is measured
would leave out the HTTP client and the parsing of answers, which are most of the work. Pages end where DynamoDB ends them: at the limit
asked for, or at 1 MB. A process of its own, so that its work is in nobody's figures: `python -m tests.bench.pages` prints its port.
"""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ROWS, MONTHS, MEGABYTE = 100_000, 12, 1024 * 1024
NAMES = [f"2025-{n:02d}" for n in range(1, MONTHS + 1)]
PER_MONTH = [ROWS // MONTHS + (n < ROWS % MONTHS) for n in range(MONTHS)]
UPLOAD = "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>"
COMPLETE = "<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>"


def template() -> str:
    """An invoice as it is stored, with signs where invoices differ."""
    from datetime import UTC, datetime

    from functions.invoices.models import Invoice

    at = datetime(2025, 1, 1, tzinfo=UTC)
    record = Invoice(
        "inv_01KG000000000000000~ID~", tenant_id="ten_01KG000000000000000~ID~", subscription_id="sub_01KG000000000000000~ID~",
        issuer_id="set_01KG00000000000000000000AA", status="paid", number="INV-2025-~ID~", series="set_1:2025", currency="EUR", language="de",
        zone="Europe/Berlin", collect=True, subtotal=70001, tax=70002, total=70003, amount_due=70003, amount_paid=70003, version=4,
        issued_on="2025-01-01", due_on="2025-01-15", issued_at=at, due_at=at, period_start=at, period_end=at, lines_digest="0" * 64,
        pdf_sha256="1" * 64, xlsx_sha256="2" * 64, paid_at=at, created_at=at, updated_at=at)
    item = record.item()
    item["gsi1pk"], item["gsi1sk"] = {"S": "~PARTITION~"}, {"S": "~SK~"}
    return json.dumps(item)


class Pages(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    text = ""

    def log_message(self, *_: Any) -> None:
        """Says nothing."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        call = self.headers.get("x-amz-target", "").partition(".")[2]
        if not call:
            return self._answer((UPLOAD if self.path.endswith("?uploads") else COMPLETE).encode(), "application/xml")
        asked = json.loads(body)
        return self._answer({"Query": self._query, "GetItem": self._get, "UpdateItem": lambda _: b"{}"}[call](asked), "application/x-amz-json-1.0")

    def do_PUT(self) -> None:
        left = int(self.headers["content-length"])
        while left:
            left -= len(self.rfile.read(min(left, MEGABYTE)))
        self._answer(b"", "application/xml")

    def _answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        for name, value in (("content-type", kind), ("content-length", str(len(body))), ("etag", '"e"')):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _get(self, asked: dict[str, Any]) -> bytes:
        """The months of a partition; nothing else is asked for."""
        return json.dumps({"Item": {**asked["Key"], "months": {"SS": NAMES}}}).encode()

    def _query(self, asked: dict[str, Any]) -> bytes:
        """Invoices of a month, newest first: sort keys count down."""
        partition = asked["ExpressionAttributeValues"][":p"]["S"]
        month = partition.rpartition("@")[2]
        first = int(asked["ExclusiveStartKey"]["n"]["N"]) if "ExclusiveStartKey" in asked else 0
        size = min(asked["Limit"], MEGABYTE // len(self.text))
        last = min(first + size, PER_MONTH[NAMES.index(month)])
        whole = ",".join(self._item(partition, month, n) for n in range(first, last))
        more = f', "LastEvaluatedKey": {{"n": {{"N": "{last}"}}}}' if last < PER_MONTH[NAMES.index(month)] else ""
        return f'{{"Items": [{whole}]{more}}}'.encode()

    def _item(self, partition: str, month: str, n: int) -> str:
        id = f"{NAMES.index(month):02d}{n:05d}"
        left = 99_999 - n
        at = f"{month}-{left // 86400 + 1:02d}T{left // 3600 % 24:02d}:{left // 60 % 60:02d}:{left % 60:02d}.000000Z"
        made = self.text.replace("~ID~", id).replace("~PARTITION~", partition).replace("~SK~", f"{at}#inv_{id}")
        return made.replace("2025-01-01T00:00:00.000000Z", at).replace("7000", f"{n + 1}")


def main() -> None:
    Pages.text = template()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
