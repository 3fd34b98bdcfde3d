"""Where checks may not look: a listener on this machine hears of none of these."""

import socket

import pytest

from functions.health import guard, probes
from functions.health.probes import Result

INSIDE = (
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254",
    "100.64.0.1", "224.0.0.1", "255.255.255.255", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[fd00::1]", "[fe80::1]", "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]", "localhost", "localhost.")


@pytest.mark.parametrize("host", INSIDE)
def test_an_address_that_is_not_public_is_not_connected_to(monkeypatch, host):
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("connected"))
    found = probes.http(f"http://{host}/", method="GET", seconds=2, judge=lambda *_: Result("ok", None, ""))
    assert found.outcome == "failed"


def test_a_name_with_one_private_address_among_public_ones_is_refused(monkeypatch):
    found = [(2, 1, 6, "", ("93.184.216.34", 80)), (2, 1, 6, "", ("10.0.0.1", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(guard.Unreachable, match="1 of 2"):
        guard.locate("http://example.com/", within=1)


def test_the_address_that_was_looked_at_is_the_one_that_is_connected_to(monkeypatch):
    answers, asked = iter(["93.184.216.34", "127.0.0.1"]), []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", (next(answers), 80))])

    def connect(address, **_):
        asked.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    found = probes.http("http://example.com/", method="GET", seconds=1, judge=lambda *_: Result("ok", None, ""))
    assert (found.detail, asked) == ("nobody answers there", [("93.184.216.34", 80)])


@pytest.mark.parametrize("url", [
    "ftp://example.com/", "gopher://example.com", "http://", "http://a:b@example.com/", "http://example.com:22/", "http://exa mple.com/",
    "http://example.com\r\nX: y/", "http://example.com\\@127.0.0.1/", "//example.com", "http://exämple.com/"])  # fmt: skip
def test_what_is_no_plain_address_of_the_web_is_none(url):
    with pytest.raises(ValueError):
        guard.parts(url)
