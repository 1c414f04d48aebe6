"""Everything `jieyue up` keeps running: port, data folder, database, web server, worker."""

import contextlib
import http
import http.client
import os
import platform
import socket
import ssl
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

import jieyue
from jieyue.interfaces.cli import certificates, places, ports
from jieyue.interfaces.cli.supervisor import Child, Signals, keep_running, stop_all, wait_for
from jieyue.interfaces.cli.troubles import TroubleError
from jieyue.interfaces.cli.words import _

START_SECONDS: Final = 120.0


@dataclass
class Household:
    """One start of the installation. `demo` says whether its data is to be there, or made anew."""

    host: str
    port: int
    data: Path | None
    demo: Literal["", "keep", "fresh"] = ""
    https: bool = False  # with a certificate of our own
    signals: Signals = field(default_factory=Signals)
    _authority: Path = Path()

    def run(self) -> int:
        """Start everything, say where it is, keep it running until a signal; return 0 then."""
        with ports.listen(self.host, self.port) as listener, self._beside() as plain:
            folder = places.data_folder(self.data)
            places.make_ready(folder)
            about = {"address": self._local_url(), "pid": os.getpid()}
            with places.hold(folder, **about), self.signals.caught():
                return self._live(listener, plain, folder)

    @contextlib.contextmanager
    def _beside(self) -> Iterator[socket.socket | None]:
        """Take the next free port for the page about the certificate, with https only."""
        port = ports.free_port(self.host, self.port + 1) if self.https else None
        if port is None:
            yield None
            return
        with ports.listen(self.host, port) as listener:
            yield listener

    def _certificates(self, folder: Path) -> certificates.Certificates:
        keys = Path(os.environ.get("JIEYUE_KEYS_DIR", folder / "keys")).resolve()
        names = ["localhost", "127.0.0.1", "::1", *os.environ["JIEYUE_HOSTS"].split(",")]
        made = certificates.ready(keys, names, datetime.now(UTC))
        os.environ["JIEYUE_OWN_HTTPS"] = "1"  # the settings: cookies by https only
        self._authority = made.authority
        return made

    def _live(self, listener: socket.socket, plain: socket.socket | None, folder: Path) -> int:
        self._answer_to_own_names()
        files = self._certificates(folder) if self.https else certificates.Certificates(folder)
        print(f"借阅 · Jieyue {jieyue.__version__}")
        print(_("  data     {folder}").format(folder=folder))
        code = wait_for(self._started(Child("prepare", self._prepare())), self.signals)
        if code is None or code != 0:
            return code or 0
        # Web first on the way out: no new work comes in while the worker ends its own.
        web = Child("web", ["web", "--fd", str(listener.fileno())], (listener.fileno(),))
        children = [web, Child("worker", ["worker"])]
        if self.https:
            web.arguments += ["--cert", str(files.server), "--key", str(files.server_key)]
        if plain is not None:
            children.append(self._trust(plain, files))
        try:
            for child in children:
                self._started(child)
            if self._wait_for_the_page(web):
                self._say_where(plain)
                keep_running(children, self.signals, crashed=self._crashed)
        finally:
            if self.signals.is_ending:
                print(_("\nStopping …"), flush=True)
            stop_all(children)
        print(_("Stopped. Everything is saved."))
        return 0

    def _trust(self, plain: socket.socket, files: certificates.Certificates) -> Child:
        fd = plain.fileno()
        given = ["--fd", str(fd), "--folder", str(files.folder), "--https-port", str(self.port)]
        return Child("trust", ["trust", *given], (fd,))

    def _prepare(self) -> list[str]:
        return ["prepare", *([f"--demo={self.demo}"] if self.demo else [])]

    @staticmethod
    def _started(child: Child) -> Child:
        child.start()
        return child

    def _answer_to_own_names(self) -> None:
        """Let pages be asked for by this machine's addresses when the network may see them."""
        if "JIEYUE_HOSTS" in os.environ:
            return
        names = ["localhost", "127.0.0.1", "[::1]"]
        if ports.is_everywhere(self.host):
            name = platform.node().lower()
            names += [*ports.own_addresses(), name, f"{name}.local"]
        elif self.host not in names:
            names.append(f"[{self.host}]" if ":" in self.host else self.host)
        os.environ["JIEYUE_HOSTS"] = ",".join(name for name in names if name)

    def _local_host(self) -> str:
        return "127.0.0.1" if ports.is_everywhere(self.host) else self.host

    def _is_public(self) -> bool:
        return ports.is_everywhere(self.host)

    def _local_url(self) -> str:
        return ports.url(self._local_host(), self.port, https=self.https)

    def _wait_for_the_page(self, web: Child) -> bool:
        """Wait until the first page answers; False when we are to stop. Raises TroubleError."""
        deadline = time.monotonic() + START_SECONDS
        while not self.signals.is_ending:
            if web.code is not None:
                raise TroubleError(
                    _("The web server did not start (exit code {code}). Its words are above.")
                    .format(code=web.code)
                )  # fmt: skip
            status = self._page_status()
            if status is not None and status >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
                raise TroubleError(_("The first page shows an error. Its words are above."))
            if status is not None:
                return True
            if time.monotonic() > deadline:
                raise TroubleError(
                    _("The page does not answer after {seconds} seconds.").format(
                        seconds=int(START_SECONDS)
                    )
                )
            self.signals.wait(0.2)
        return False

    def _page_status(self) -> int | None:
        connection = self._connection()
        try:
            connection.request("GET", "/", headers={"Host": "localhost", "Connection": "close"})
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        if not self.https:
            return http.client.HTTPConnection(self._local_host(), self.port, timeout=2)
        trusted = ssl.create_default_context(cafile=self._authority)
        return http.client.HTTPSConnection(
            self._local_host(), self.port, timeout=2, context=trusted
        )

    def _say_where(self, plain: socket.socket | None = None) -> None:
        print(_("  open     {address}").format(address=self._local_url()))
        if ports.is_everywhere(self.host):
            for address in ports.own_addresses():
                print(_("           {address}   (from the network)").format(
                    address=ports.url(address, self.port, https=self.https)
                ))  # fmt: skip
        if plain is not None:
            first = next(iter(ports.own_addresses()), "") if self._is_public() else ""
            address = ports.url(first or self._local_host(), plain.getsockname()[1])
            print(_("  phones   {address}   (how to trust the certificate)").format(
                address=address
            ))  # fmt: skip
            print(_("  SHA-256  {fingerprint}").format(
                fingerprint=certificates.fingerprint(self._authority)
            ))  # fmt: skip
        if self.demo:
            from jieyue.interfaces.cli.demo.sign_ins import print_sign_ins

            print_sign_ins(self._local_url())
        print(_("  stop     Ctrl-C"), flush=True)

    @staticmethod
    def _crashed(child: Child, code: int, pause: float) -> None:
        print(
            _("jieyue: {name} ended (code {code}); it starts again in {pause:.0f} s.").format(
                name=child.name, code=code, pause=pause
            ),
            file=sys.stderr,
        )
