"""An export through everything: the gateway's exact route, the queue, the bucket, the link, and the mail; with the template's rights alone."""

import csv
import io
import urllib.request
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

ISSUER = {"name": "Acme Software GmbH", "email": "billing@acme.example.test", "address": {"line1": "Lindenstr. 1", "city": "Berlin", "country": "DE"}}


@pytest.fixture
def exported(ask: Callable[..., Any], token: dict[str, str], until: Callable[..., Any]) -> Callable[..., Any]:
    """`exported("tenants", format="csv")`: the finished export and its file."""

    def export(resource: str, **body: Any) -> tuple[dict[str, Any], bytes]:
        status, made, headers = ask("POST", f"/v1/{resource}/exports", body, **token)
        assert (status, headers["location"]) == (202, f"/v1/exports/{made['id']}"), made

        def ended() -> Any:
            code, found, _ = ask("GET", f"/v1/exports/{made['id']}", **token)
            assert code == 200, found
            return found["status"] in ("done", "failed") and found

        found = until(ended, 30, "the export's end")
        assert found["status"] == "done", found
        with urllib.request.urlopen(found["url"], timeout=10) as answer:
            return found, answer.read()

    return export


@pytest.fixture
def issuer(ask: Callable[..., Any], token: dict[str, str]) -> None:
    """Who writes the mail."""
    if not ask("GET", "/v1/settings/issuers", **token)[1]["data"]:
        assert ask("POST", "/v1/settings/issuers", ISSUER, **token)[0] == 201


@pytest.mark.usefixtures("issuer")
def test_tenants_are_exported_as_files_that_spreadsheets_read(
        cloud: Any, ask: Callable[..., Any], token: dict[str, str], exported: Callable[..., Any], mails: Callable[..., Any],
        until: Callable[..., Any]) -> None:
    for name in ("=1+1", "Globex"):
        status, body, _ = ask("POST", "/v1/tenants", {"name": name, "email": "x@example.test"}, **token)
        assert status == 201, body
    export, content = exported("tenants", format="csv", columns=["id", "name", "created_at"], sort="-created_at")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["ID", "Name", "Created at"]
    assert [row[1] for row in rows[1:3]] == ["Globex", "'=1+1"]
    assert export["rows"] == len(rows) - 1 and export["bytes"] == len(content)

    _, book = exported("tenants", format="xlsx", columns=["name"], sort="-created_at")
    sheet = openpyxl.load_workbook(io.BytesIO(book)).worksheets[0]
    assert [(sheet.cell(row, 1).value, sheet.cell(row, 1).data_type) for row in (2, 3)] == [("Globex", "s"), ("'=1+1", "s")]

    subject = "Your export of tenants is ready"
    mail = until(lambda: next((str(mail) for mail in mails(cloud.facts["email"]) if subject in str(mail) and export["id"] in str(mail)), ""),
                 60, "the mail")
    assert "X-Amz" not in mail


@pytest.mark.parametrize("resource", ["invoices/balances", "settings/tax-rates", "test-clocks", "transactions"])
def test_the_exact_route_wins_over_the_features_own(exported: Callable[..., Any], resource: str) -> None:
    export, content = exported(resource, format="jsonl")
    assert export["resource"] == resource and export["rows"] == content.count(b"\n")
