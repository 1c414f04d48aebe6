"""What the network does to us, and what we let it do: time, size, hosts, secrets."""

import ipaddress
import logging
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from jieyue.catalog.sources.base import Failed, FailureKind, SourceSettings
from jieyue.catalog.sources.http import MAX_REDIRECTS, Call, Page, Web, fetch
from jieyue.catalog.sources.registry import build
from jieyue.kit.net import http
from jieyue.kit.net.addresses import is_public, refuse_private_address
from jieyue.kit.net.deadline import TooSlowError, within
from tests.sources.answers import BOOK, KEY
from tests.sources.server import FakeSources

HERE = Web(allow_private=True)
LIMIT = 0.4
GENEROUS = 5.0
"""Seconds no request with LIMIT may take, on the busiest machine: the server goes on for 20."""


@pytest.fixture
def server() -> Iterator[FakeSources]:
    with FakeSources() as running:
        yield running


def ask(server: FakeSources, *, seconds: float = GENEROUS) -> Page | Failed:
    return fetch(Call(url=server.url + f"/api/books?k={KEY}"), web=HERE, seconds=seconds)


@pytest.mark.parametrize("mode", ["hang", "drip", "drip_head"])
def test_a_server_that_takes_its_time_is_left_at_the_limit(server: FakeSources, mode: str) -> None:
    server.mode = mode
    started_at = time.monotonic()

    answer = ask(server, seconds=LIMIT)

    assert answer == Failed(FailureKind.TIMEOUT, "no complete answer in time")
    assert time.monotonic() - started_at < GENEROUS


def test_a_server_that_is_merely_slow_is_waited_for(server: FakeSources) -> None:
    server.mode = "slow"

    assert isinstance(ask(server), Page)


def test_a_connection_cut_off_is_unreachable(server: FakeSources) -> None:
    server.mode = "reset"

    assert ask(server) == Failed(FailureKind.UNREACHABLE, "connection failed")


def test_a_closed_port_is_unreachable() -> None:
    with FakeSources() as gone:
        url = gone.url

    answer = fetch(Call(url=url), web=HERE, seconds=GENEROUS)

    assert answer == Failed(FailureKind.UNREACHABLE, "connection failed")


def test_a_name_that_does_not_exist_is_unreachable() -> None:
    answer = fetch(Call(url="http://books.invalid/"), web=HERE, seconds=GENEROUS)

    assert isinstance(answer, Failed)
    assert answer.kind in {FailureKind.UNREACHABLE, FailureKind.TIMEOUT}


def test_a_packed_answer_is_unpacked(server: FakeSources) -> None:
    server.mode = "gzip"

    assert ask(server) == Page(200, b"{}")


@pytest.mark.parametrize("mode", ["huge", "endless", "bomb"])
def test_more_than_two_megabytes_are_not_read(server: FakeSources, mode: str) -> None:
    server.mode = mode

    assert ask(server) == Failed(FailureKind.BAD_ANSWER, "answer too large", 200)


def test_what_is_packed_twice_is_not_unpacked_since_it_could_fill_the_memory(
    server: FakeSources,
) -> None:
    server.mode = "packed_twice"

    assert ask(server) == Failed(FailureKind.BAD_ANSWER, "packed in an unknown way", 200)


def test_a_redirect_stays_on_the_host(server: FakeSources) -> None:
    server.mode = "redirect"
    server.redirect_to = "/elsewhere"

    assert ask(server) == Failed(FailureKind.BAD_ANSWER, "too many redirects")
    assert [path for path, _ in server.requests[1:]] == ["/elsewhere"] * MAX_REDIRECTS


@pytest.mark.parametrize("scheme_and_host", ["http://localhost", "http://127.0.0.2", "//127.0.0.3"])
def test_a_redirect_to_another_host_is_not_followed(
    server: FakeSources, scheme_and_host: str
) -> None:
    server.mode = "redirect"
    server.redirect_to = f"{scheme_and_host}:{server.port}/"

    assert ask(server) == Failed(FailureKind.BAD_ANSWER, "sent us to another host")
    assert len(server.requests) == 1


@pytest.mark.parametrize("target", ["file:///etc/passwd", "https://[", "", "http://127.0.0.1:1/"])
def test_nor_is_one_to_another_port_or_scheme(server: FakeSources, target: str) -> None:
    server.mode = "redirect"
    server.redirect_to = target

    answer = ask(server)

    assert isinstance(answer, Failed)
    assert answer.kind is FailureKind.BAD_ANSWER


@pytest.mark.parametrize("mode", ["ok", "garbage", "reset", "hang", "redirect", "http_401"])
def test_the_key_is_in_no_log_and_no_answer(
    server: FakeSources, mode: str, caplog: pytest.LogCaptureFixture
) -> None:
    server.mode = mode
    server.redirect_to = "http://elsewhere.invalid/"
    settings = SourceSettings(
        kind="juhe", name="n", key=KEY, base_url=server.url, timeout_seconds=LIMIT
    )
    with caplog.at_level(logging.DEBUG):
        source = build(settings, web=HERE)
        answer = source.look_up(BOOK.isbn)

    said = caplog.text + repr(answer) + repr(source) + repr(settings)
    assert KEY not in said
    assert "s3cret" not in said


@pytest.mark.parametrize(
    "url",
    ["ftp://example.org/", "http:///x", "nothing", "http://a b/", "http://u:p@example.org/", ""],
)
def test_only_plain_web_addresses_are_asked(url: str) -> None:
    answer = fetch(Call(url=url), web=HERE, seconds=GENEROUS)

    assert answer == Failed(FailureKind.BAD_ANSWER, "not an http address")


def test_a_header_that_cannot_be_sent_is_a_failure(server: FakeSources) -> None:
    call = Call(url=server.url, headers={"X": "a\r\nY: b"})

    answer = fetch(call, web=HERE, seconds=GENEROUS)

    assert answer == Failed(FailureKind.UNREACHABLE, "request could not be made")
    assert server.requests == []


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("8.8.8.8", True),
        ("2400:3200::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("fec0::1", False),
        ("168.63.129.16", False),
        ("192.0.0.192", False),
        ("not an address", False),
    ],
)
def test_which_addresses_are_public(address: str, expected: bool) -> None:
    assert is_public(address) is expected


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://127.0.0.1:8000/", "private_address"),
        ("http://localhost/", "private_address"),
        ("http://[::1]/", "private_address"),
        ("http://2130706433/", "private_address"),
        ("http://0x7f.1/", "private_address"),
        ("http://169.254.169.254/latest/meta-data", "private_address"),
        ("file:///etc/passwd", "bad_address"),
        ("http://8.8.8.8/", None),
    ],
)
def test_staff_may_not_point_a_source_inside(url: str, reason: str | None) -> None:
    assert refuse_private_address(url) == reason


def test_the_installation_may_allow_it() -> None:
    assert refuse_private_address("http://127.0.0.1:8000/", allow_private=True) is None


def test_the_guard_stands_at_the_connection_too(server: FakeSources) -> None:
    answer = fetch(Call(url=server.url), web=Web(), seconds=GENEROUS)

    assert answer == Failed(FailureKind.ADDRESS_REFUSED, "address is not on the public internet")
    assert server.requests == []


def test_the_connection_goes_to_the_address_that_was_checked(
    server: FakeSources, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that resolves differently the second time (DNS rebinding) gains nothing."""
    answers = iter([("127.0.0.1",), ("203.0.113.9",)])
    monkeypatch.setattr(http, "public_addresses", lambda *a, **k: next(answers))
    url = f"http://rebinding.example.org:{server.port}/api/books"

    answer = fetch(Call(url=url), web=Web(), seconds=GENEROUS)

    assert isinstance(answer, Page)
    assert server.requests[0][1]["Host"] == f"rebinding.example.org:{server.port}"


def test_the_next_address_is_tried_when_one_does_not_answer(
    server: FakeSources, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = ("127.0.0.9", "127.0.0.1")  # the server listens on the second only
    monkeypatch.setattr(http, "public_addresses", lambda *a, **k: addresses)

    assert isinstance(ask(server), Page)


def certificate(folder: Path, name: str) -> Path:
    """A self-signed certificate for `name` and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


@pytest.mark.parametrize(
    ("host", "is_trusted", "is_fine"),
    [
        ("books.example.org", True, True),
        ("other.example.org", True, False),
        ("books.example.org", False, False),
    ],
)
def test_a_certificate_must_be_trusted_and_for_the_name_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str, is_trusted: bool, is_fine: bool
) -> None:
    """Although the connection goes to an address, the name is what is verified."""
    path = certificate(tmp_path, "books.example.org")
    trusted = ssl.create_default_context(cafile=str(path) if is_trusted else None)
    monkeypatch.setattr(http, "tls_context", lambda: trusted)
    monkeypatch.setattr(http, "public_addresses", lambda *a, **k: ("127.0.0.1",))
    with FakeSources() as server:
        server.wrap_tls(path)
        url = f"https://{host}:{server.port}/api/books"
        answer = fetch(Call(url=url), web=Web(), seconds=GENEROUS)

    if is_fine:
        assert isinstance(answer, Page)
    else:
        assert answer == Failed(FailureKind.UNREACHABLE, "connection failed")


def test_a_call_that_never_ends_is_given_up_on() -> None:
    never = threading.Event()
    with pytest.raises(TooSlowError):
        within(0.05, never.wait)
    never.set()


def test_a_call_that_ends_in_time_is_returned_or_raised() -> None:
    assert within(GENEROUS, lambda: 7) == 7
    with pytest.raises(ipaddress.AddressValueError):
        within(GENEROUS, lambda: ipaddress.IPv4Address("x"))
