"""Where a check may connect to: public addresses alone, so that nobody looks through us into what only we can reach."""

import socket
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late
from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from kernel.config import setting

PORTS = frozenset((80, 443, 8080, 8443))
_TRANSLATED = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"), IPv6Network("2002::/16"), IPv6Network("2001::/32"))


class Unreachable(Exception):
    """Nothing was connected to."""


@dataclass(frozen=True)
class Place:
    """`address` is what `host` was found to be: whoever connects takes this, and does not ask again."""

    tls: bool
    host: str
    port: int
    path: str
    address: str


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet. Those with another one inside (mapped, translated) count as what is inside or,
    where a router decides that, as none."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if any(ip in network for network in _TRANSLATED):
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def parts(url: str) -> tuple[bool, str, int, str]:
    """Whether by TLS, host, port and path of a URL. ValueError for what is no plain http(s) address at a port of the web."""
    if not url.isascii() or any(sign <= " " or sign in '\\"<>^`{|}\x7f' for sign in url):
        raise ValueError("a URL has no blanks, and nothing but ASCII")
    found = urlsplit(url)
    if found.scheme not in ("http", "https") or not found.hostname:
        raise ValueError("a URL begins with http:// or https:// and names a host")
    if "@" in found.netloc:
        raise ValueError("a URL names nobody who signs in")
    tls = found.scheme == "https"
    port = found.port if found.port is not None else (443 if tls else 80)
    if port not in PORTS and not _reaches_loopback():
        raise ValueError(f"port {port} is none of {', '.join(map(str, sorted(PORTS)))}")
    return tls, found.hostname, port, (found.path or "/") + (f"?{found.query}" if found.query else "")


def locate(url: str, *, within: float) -> Place:
    """Where a URL leads to. `Unreachable` where one of its host's addresses is not public, or none is found in so many seconds."""
    tls, host, port, path = parts(url)
    addresses = _resolved(host, port, within)
    if private := [each for each in addresses if not (is_public(each) or (_reaches_loopback() and ip_address(each).is_loopback))]:
        raise Unreachable(f"{len(private)} of {len(addresses)} addresses of the host are not public")
    return Place(tls, host, port, path, addresses[0])


def _resolved(host: str, port: int, within: float) -> list[str]:
    """The resolver of the system knows no limit of time."""
    threads = ThreadPoolExecutor(1)
    try:
        found = threads.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM).result(timeout=within)
    except (OSError, UnicodeError, Late) as error:
        raise Unreachable("the host was not found") from error
    finally:
        threads.shutdown(wait=False, cancel_futures=True)
    return [str(address[0]).partition("%")[0] for *_, address in found]


def _reaches_loopback() -> bool:
    """Only on a developer's machine, where what is checked runs beside us."""
    return setting("REACH_LOOPBACK") == "true"
