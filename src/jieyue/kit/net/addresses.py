"""Which addresses a service may live at: never inside our own network unless that is allowed.

Library staff type addresses, so a service could be pointed at the machine itself or at a cloud's
metadata service. Names are resolved here once, and the connection goes to the address checked.
"""

import ipaddress
import socket
from urllib.parse import urlsplit

from jieyue.kit.net.deadline import TooSlowError, within

RESOLVE_SECONDS = 5.0

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# Public by their numbers, but of the machine's own surroundings: clouds answer there with secrets.
_INSIDE = tuple(
    ipaddress.ip_network(each) for each in ("168.63.129.16/32", "192.0.0.0/24", "fec0::/10")
)


class AddressRefusedError(Exception):
    """The host has an address that is not on the public internet."""


class UnresolvableError(Exception):
    """The host's name has no address, or none in time."""


def public_addresses(
    host: str, port: int, *, allow_private: bool, seconds: float = RESOLVE_SECONDS
) -> tuple[str, ...]:
    """The addresses of `host`, in the resolver's order, at least one.

    Raises:
        AddressRefusedError: one of them is private, loopback, link-local or reserved, and
            `allow_private` is not set. One is enough: a name that mixes them is a trick.
        UnresolvableError: there are none.

    """
    try:
        found = within(seconds, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    except (OSError, UnicodeError, ValueError, TooSlowError):
        raise UnresolvableError from None
    addresses = tuple(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not addresses:
        raise UnresolvableError
    if not allow_private and not all(is_public(address) for address in addresses):
        raise AddressRefusedError
    return addresses


def is_public(address: str) -> bool:
    """Whether an IP address is reachable on the public internet, seen through its wrappings."""
    try:
        ip = ipaddress.ip_address(address.split("%", 1)[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    if any(ip in network for network in _INSIDE):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def refuse_private_address(url: str, *, allow_private: bool = False) -> str | None:
    """Why staff may not configure `url`, as a code, or None if they may. Resolves its name.

    Codes: `bad_address` (not http or https, no host, credentials in it), `unresolvable`,
    `private_address`. The check is made again, and binding, whenever the source is asked.
    """
    host, port = host_and_port(url)
    if not host:
        return "bad_address"
    try:
        public_addresses(host, port, allow_private=allow_private)
    except AddressRefusedError:
        return "private_address"
    except UnresolvableError:
        return "unresolvable"
    return None


def host_and_port(url: str) -> tuple[str, int]:
    """The host and port of an http(s) address; ("", 0) if it is none or carries credentials."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    except ValueError:
        return "", 0
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        return "", 0
    if len(url) > 2_000 or any(char.isspace() or ord(char) < 32 for char in url):
        return "", 0
    return parts.hostname, port
