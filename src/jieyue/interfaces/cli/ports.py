"""The port: taken once, before anything else, and kept across restarts of the web server."""

import errno
import socket
from typing import Final

from jieyue.interfaces.cli.troubles import TroubleError
from jieyue.interfaces.cli.words import _

BACKLOG: Final = 1024
TRIES: Final = 200
EVERYWHERE: Final = {"0.0.0.0", "::", ""}  # noqa: S104 (only compared with)


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; nobody can take the port from now on.

    Raises TroubleError: the port is taken (with a free one to use instead), reserved for root, or
    the host is no address of this machine.
    """
    try:
        return _bound(host, port)
    except socket.gaierror:
        raise TroubleError(
            _("{host} is no address of this machine. Try --host 127.0.0.1.").format(host=host)
        ) from None
    except OSError as error:
        raise TroubleError(_why_not(host, port, error)) from None


def _bound(host: str, port: int) -> socket.socket:
    family, kind, protocol, _name, address = socket.getaddrinfo(
        host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    made = socket.socket(family, kind, protocol)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
        made.listen(BACKLOG)
    except OSError:
        made.close()
        raise
    return made


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        text = _("Port {port} is taken by another program.").format(port=port)
        free = free_port(host, port + 1)
        return text + (_(" Free is: --port {port}").format(port=free) if free else "")
    if error.errno == errno.EACCES:
        return _("Port {port} is reserved for the system's own services. Try --port 8000.").format(
            port=port
        )
    if error.errno == errno.EADDRNOTAVAIL:
        return _("{host} is no address of this machine. Try --host 127.0.0.1.").format(host=host)
    return _("Port {port} cannot be used: {why}").format(port=port, why=error.strerror)


def free_port(host: str, start: int) -> int | None:
    """Return the first port from `start` on that could be taken just now."""
    for port in range(start, min(start + TRIES, 65536)):
        try:
            _bound(host, port).close()
        except OSError:
            continue
        return port
    return None


def own_addresses() -> list[str]:
    """Return this machine's addresses on its network, the one it reaches others with first."""
    found: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Nothing is sent: connecting a datagram socket only chooses a route.
            probe.connect(("192.0.2.1", 9))
            found.append(str(probe.getsockname()[0]))
        except OSError:
            pass
    try:
        entries = socket.getaddrinfo(socket.gethostname(), None, family=socket.AF_INET)
    except OSError:
        entries = []
    found += [str(entry[4][0]) for entry in entries]
    return [a for a in dict.fromkeys(found) if not a.startswith(("127.", "0."))]


def is_everywhere(host: str) -> bool:
    """Say whether the host means every address of the machine."""
    return host in EVERYWHERE


def url(host: str, port: int, *, https: bool = False) -> str:
    """Return the address of the first page, an IPv6 address in brackets."""
    return f"http{'s' if https else ''}://{f'[{host}]' if ':' in host else host}:{port}/"
