"""The clients: a process of its own that sends calls over keep-alive connections.

Started as `python -m jieyue.interfaces.bench.load`; reads a Job as JSON, writes a Done as JSON.
"""

import json
import socket
import sys
import threading
import time
from collections import deque
from typing import Final

from pydantic import TypeAdapter

from jieyue.interfaces.bench.plan import Call, Done, Job

HEAD_END: Final = b"\r\n\r\n"
TIMEOUT: Final = 30.0


class Connection:
    """One keep-alive connection, as thin as it can be so that it leaves the processor alone."""

    def __init__(self, port: int, token: str) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._head = f"Host: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"

    def send(self, call: Call) -> tuple[int, bytes]:
        """Send the call and return status and body."""
        body = call.body.encode()
        head = (
            f"POST {call.path} HTTP/1.1\r\n{self._head}Idempotency-Key: {call.key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self._socket.sendall(head.encode() + body)
        return self._receive()

    def _receive(self) -> tuple[int, bytes]:
        data = self._more(b"")
        while HEAD_END not in data:
            data = self._more(data)
        head, _, body = data.partition(HEAD_END)
        [length] = [
            int(line.partition(b":")[2])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        ]
        while len(body) < length:
            body = self._more(body)
        return int(head.split(b" ", 2)[1]), body

    def _more(self, data: bytes) -> bytes:
        more = self._socket.recv(65536)
        if not more:
            raise ConnectionError("the server closed the connection")
        return data + more

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()


def work_off(job: Job) -> Done:
    """Work off the job's calls with its clients; return when time or calls are used up."""
    done, waiting = Done(), deque(job.calls)
    start = threading.Barrier(job.clients + 1)
    threads = [
        threading.Thread(target=_client, args=(job, waiting, done, start))
        for _ in range(job.clients)
    ]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    done.elapsed = time.perf_counter() - began
    return done


def _client(job: Job, waiting: deque[Call], done: Done, start: threading.Barrier) -> None:
    connection = Connection(job.port, job.token)
    start.wait()
    until = time.perf_counter() + job.seconds
    try:
        while time.perf_counter() < until:
            try:
                call = waiting.popleft()
            except IndexError:
                return
            sent = time.perf_counter()
            status, body = connection.send(call)
            done.latencies.append(time.perf_counter() - sent)
            if status in (200, 201):
                done.answers[call.key] = body.decode()
            else:
                done.failures.append(f"{status} {body[:300].decode()}")
    except (OSError, ValueError) as error:
        done.failures.append(f"{type(error).__name__}: {error}")
    finally:
        connection.close()


def main() -> None:
    """Read a job, do it, write what became of it."""
    job = TypeAdapter(Job).validate_json(sys.stdin.buffer.read())
    json.dump(TypeAdapter(Done).dump_python(work_off(job)), sys.stdout)


if __name__ == "__main__":
    main()
