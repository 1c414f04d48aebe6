"""Everything `jieyue up` keeps running: port, data folder, database, web server, worker."""

import http
import http.client
import os
import platform
import socket
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import jieyue
from jieyue.interfaces.cli import places, ports
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
    signals: Signals = field(default_factory=Signals)

    def run(self) -> int:
        """Start everything, say where it is, keep it running until a signal; return 0 then."""
        with ports.listen(self.host, self.port) as listener:
            folder = places.data_folder(self.data)
            places.make_ready(folder)
            about = {"address": self._local_url(), "pid": os.getpid()}
            with places.hold(folder, **about), self.signals.caught():
                return self._live(listener, folder)

    def _live(self, listener: socket.socket, folder: Path) -> int:
        self._answer_to_own_names()
        print(f"借阅 · Jieyue {jieyue.__version__}")
        print(_("  data     {folder}").format(folder=folder))
        code = wait_for(self._started(Child("prepare", self._prepare())), self.signals)
        if code is None or code != 0:
            return code or 0
        # Web first on the way out: no new work comes in while the worker ends its own.
        web = Child("web", ["web", "--fd", str(listener.fileno())], (listener.fileno(),))
        worker = Child("worker", ["worker"])
        try:
            self._started(web)
            self._started(worker)
            if self._wait_for_the_page(web):
                self._say_where()
                keep_running([web, worker], self.signals, crashed=self._crashed)
        finally:
            if self.signals.is_ending:
                print(_("\nStopping …"), flush=True)
            stop_all([web, worker])
        print(_("Stopped. Everything is saved."))
        return 0

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

    def _local_url(self) -> str:
        return ports.url(self._local_host(), self.port)

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
        connection = http.client.HTTPConnection(self._local_host(), self.port, timeout=2)
        try:
            connection.request("GET", "/", headers={"Host": "localhost", "Connection": "close"})
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def _say_where(self) -> None:
        print(_("  open     {address}").format(address=self._local_url()))
        if ports.is_everywhere(self.host):
            for address in ports.own_addresses():
                print(_("           {address}   (from the network)").format(
                    address=ports.url(address, self.port)
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
