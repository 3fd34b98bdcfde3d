"""Pages, keys, unknown paths, mounting, and what survives a restart."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.routing import Mount
from stripe._encode import _api_encode

import local.gateways
from local.gateways.stripe import create_app
from local.gateways.stripe.forms import decode
from local.gateways.stripe.routes import ENDPOINTS
from local.gateways.stripe.server import running
from local.gateways.stripe.store import Store
from tests.integration.gateways.support import SECRET, Shop, eventually, receiving

README = Path(local.gateways.__file__).with_name("README.md")
WORDS = st.text("abcxyz_", min_size=1, max_size=5)
VALUES = st.recursive(
    st.text(max_size=5), lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(WORDS, inner, min_size=1, max_size=3)
)


COMMAND = [sys.executable, "-m", "local.gateways.stripe"]


@contextmanager
def standing_alone(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().split()[-1]
        finally:
            process.kill()


def status(url: str, method: str, path: str, headers: dict[str, str]) -> int:
    connection = HTTPConnection(urlsplit(url).netloc, timeout=5)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse().status
    connection.close()
    return answer


@given(st.dictionaries(WORDS, VALUES, max_size=4))
def test_what_the_sdk_encodes_is_read_back(sent: dict[str, object]) -> None:
    assert decode(urlencode(list(_api_encode(sent)))) == sent


def test_lists_are_walked_page_by_page_newest_first_without_gaps(shop: Shop) -> None:
    customer, card = shop.customer()
    made = [shop.charge(customer, card, 100 + number).latest_charge for number in range(7)]
    page = shop.api.charges.list({"limit": 3})
    assert ([charge.id for charge in page.data], page.has_more) == (made[:3:-1], True)
    assert [charge.id for charge in page.auto_paging_iter()] == made[::-1]
    back = shop.api.charges.list({"limit": 3, "ending_before": made[2]})
    assert ([charge.id for charge in back.data], back.has_more) == (made[5:2:-1], True)
    last = shop.api.charges.list({"limit": 3, "starting_after": made[3]})
    assert ([charge.id for charge in last.data], last.has_more) == (made[2::-1], False)
    assert shop.api.charges.list({"created": {"gte": 4_000_000_000}}).data == []
    other, _ = shop.customer()
    assert shop.api.charges.list({"customer": other}).data == []
    expanded = shop.api.charges.list({"limit": 1, "expand": ["data.balance_transaction"]}).data
    assert expanded[0].balance_transaction.amount == 106


@pytest.mark.parametrize("wrong", [{"limit": 0}, {"limit": 101}, {"starting_after": "ch_unknown"}, {"created": {"near": 1}}])
def test_a_wrong_page_is_refused(shop: Shop, wrong: dict[str, object]) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        shop.api.charges.list(wrong)


def test_an_unknown_path_is_a_404_and_remembered(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError) as raised:
        shop.api.products.list()
    with pytest.raises(stripe.InvalidRequestError):
        shop.api.customers.delete("cus_1")
    assert raised.value.http_status == 404
    assert shop.control.unknown() == ["GET /v1/products", "DELETE /v1/customers/cus_1"]
    shop.control.post("reset")


def test_an_unknown_id_is_a_404_that_names_it(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="ch_unknown") as raised:
        shop.api.charges.retrieve("ch_unknown")
    assert (raised.value.http_status, raised.value.code) == (404, "resource_missing")


def test_a_key_is_needed_and_web_pages_are_kept_out(shop: Shop) -> None:
    assert status(shop.url, "GET", "/v1/charges", {}) == 401
    assert status(shop.url, "GET", "/v1/charges", {"Authorization": "Bearer pk_test_1"}) == 401
    assert status(shop.url, "GET", "/v1/charges", {"Authorization": "Basic c2tfdGVzdF8xOg=="}) == 200
    assert status(shop.url, "POST", "/_sim/reset", {"Origin": "http://evil.example"}) == 403


@pytest.mark.parametrize("wrong", [{"drop": 2}, {"duplicate": True}, {"drop_connection": -1}, {"dorp": 1}])
def test_a_wrong_fault_is_refused(shop: Shop, wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"fault|Invalid"):
        shop.control.faults(**wrong)


def test_the_readme_lists_every_endpoint_and_they_stay_few() -> None:
    listed = set(re.findall(r"`(GET|POST) (/v1/[^`]+)`", README.read_text()))
    assert listed == {(endpoint.method, endpoint.path) for endpoint in ENDPOINTS}
    assert len({endpoint.path for endpoint in ENDPOINTS}) <= 25


def test_it_works_under_a_path_of_another_application() -> None:
    with running(Starlette(routes=[Mount("/gateways/stripe", create_app(None))])) as url:
        shop = Shop(f"{url}/gateways/stripe")
        assert shop.charge(*shop.customer()).status == "succeeded"
        with pytest.raises(stripe.InvalidRequestError):
            shop.api.products.list()
        assert shop.control.unknown() == ["GET /v1/products"]
        shop.control.faults(drop_connection_next=1)
        with pytest.raises(stripe.APIConnectionError):
            shop.charge(*shop.customer(), metadata={"invoice_id": "inv_1"})
        assert shop.control.charged("invoice_id")["inv_1"]["count"] == 1


def test_a_webhook_in_hand_when_the_process_dies_is_sent_again(tmp_path: Path) -> None:
    file = tmp_path / "stripe.sqlite3"
    died = Store(file)
    died.schedule("evt_1", "we_1", due=0)
    assert [delivery.event for delivery in died.claim(8, parallel=True)] == ["evt_1"]
    assert died.claim(8, parallel=True) == []
    assert [delivery.event for delivery in Store(file).claim(8, parallel=True)] == ["evt_1"]


@pytest.mark.parametrize("signal", [signal.SIGKILL, signal.SIGTERM])
def test_standing_alone_it_keeps_its_money_whatever_ends_it(tmp_path: Path, signal: signal.Signals) -> None:
    with standing_alone("--port", "0", "--state", str(tmp_path / "state" / "stripe.sqlite3")) as (process, url):
        shop = Shop(url)
        charge = shop.charge(*shop.customer()).latest_charge
        process.send_signal(signal)
        process.wait(timeout=5)
    with running(create_app(tmp_path / "state" / "stripe.sqlite3")) as url:
        assert [kept.id for kept in Shop(url).api.charges.list().data] == [charge]


def test_a_port_in_use_and_a_damaged_state_are_one_sentence(tmp_path: Path, simulator_url: str) -> None:
    taken = subprocess.run([*COMMAND, "--port", str(urlsplit(simulator_url).port)], capture_output=True, text=True, timeout=10, check=False)
    assert (taken.returncode, taken.stderr.count("\n")) == (1, 1)
    assert "in use" in taken.stderr
    (tmp_path / "state").write_bytes(b"half-written" * 100)
    damaged = subprocess.run(
        [*COMMAND, "--port", "0", "--state", tmp_path / "state"], capture_output=True, text=True, timeout=10, check=False
    )
    assert (damaged.returncode, damaged.stderr.count("\n")) == (1, 1)
    assert "delete it" in damaged.stderr


def test_a_restart_keeps_objects_keys_faults_and_webhooks(tmp_path: Path) -> None:
    file = tmp_path / "stripe.sqlite3"
    with receiving() as inbox:
        with running(create_app(file)) as url:
            shop = Shop(url)
            customer, card = shop.customer()
            shop.control.ask("PUT", "webhook_endpoint", {"url": inbox.url, "secret": SECRET})
            shop.control.faults(delay_seconds=2)
            first = shop.charge(customer, card, key="inv_1")
        assert inbox.events == []
        with running(create_app(file)) as url:
            shop = Shop(url)
            assert eventually(lambda: len(inbox.events) == 3, seconds=10)  # nothing but the start itself has woken the dispatcher
            assert shop.charge(customer, card, key="inv_1").id == first.id
            assert len(shop.api.charges.list().data) == 1
            assert shop.control.ask("GET", "state")["faults"]["delay_seconds"] == 2
