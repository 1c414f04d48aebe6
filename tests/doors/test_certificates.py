"""The installation's own certificate: whom it vouches for, when it is renewed, who may read it."""

import contextlib
import plistlib
import ssl
import stat
import threading
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from jieyue.interfaces.cli.certificates import (
    RENEW_DAYS,
    SERVER_DAYS,
    Certificates,
    as_der,
    fingerprint,
    ready,
)
from jieyue.interfaces.cli.trust_page import Trust, handler_for

pytestmark = pytest.mark.once
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NAMES = ("localhost", "127.0.0.1", "[::1]", "192.168.1.20", "library.local")


def read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def shown(made: Certificates) -> tuple[bytes, bytes]:
    return made.authority.read_bytes(), made.server.read_bytes()


def shaken(here: ssl.SSLContext, there: ssl.SSLContext, name: str) -> str | None:
    """Return the protocol that two ends agree on, in memory. Raises what the client refuses."""
    out, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = here.wrap_bio(back, out, server_hostname=name)
    server = there.wrap_bio(out, back, server_side=True)
    for end in (client, server) * 3:
        with contextlib.suppress(ssl.SSLWantReadError):
            end.do_handshake()
    return client.version()


def test_the_server_has_a_certificate_of_the_authority_for_local_names(tmp_path: Path) -> None:
    made = ready(tmp_path, (*NAMES, "library.example.org", "8.8.8.8", "*"), NOW)

    server, authority = read(made.server), read(made.authority)
    names = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost", "library.local"]
    assert [str(ip) for ip in names.get_values_for_type(x509.IPAddress)] == [
        "127.0.0.1",
        "::1",
        "192.168.1.20",
    ]
    key = authority.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(server.signature, server.tbs_certificate_bytes, ec.ECDSA(hashes.SHA256()))
    assert server.issuer == authority.subject
    assert (server.not_valid_after_utc - server.not_valid_before_utc).days == SERVER_DAYS
    assert authority.extensions.get_extension_for_class(x509.BasicConstraints).value == (
        x509.BasicConstraints(ca=True, path_length=0)
    )


def test_only_this_user_reads_the_keys(tmp_path: Path) -> None:
    made = ready(tmp_path, NAMES, NOW)

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in made.folder.iterdir()}
    assert modes == dict.fromkeys(
        ("authority.crt", "authority.key", "server.crt", "server.key"), 0o600
    )


def test_nothing_is_made_anew_while_it_holds(tmp_path: Path) -> None:
    first = shown(ready(tmp_path, NAMES, NOW))

    assert shown(ready(tmp_path, NAMES, NOW + timedelta(days=200))) == first


@pytest.mark.parametrize(
    ("names", "later"),
    [((*NAMES, "192.168.1.77"), 0), (NAMES, SERVER_DAYS - RENEW_DAYS)],
)
def test_another_address_or_an_end_in_sight_renews_the_server_only(
    tmp_path: Path, names: tuple[str, ...], later: int
) -> None:
    authority, server = shown(ready(tmp_path, NAMES, NOW))

    again = shown(ready(tmp_path, names, NOW + timedelta(days=later)))

    assert again[0] == authority
    assert again[1] != server


def test_a_damaged_or_old_authority_is_made_anew_with_its_server(tmp_path: Path) -> None:
    made = ready(tmp_path, NAMES, NOW)
    before = shown(made)
    made.authority.write_text("damaged")

    after = shown(ready(tmp_path, NAMES, NOW))
    much_later = shown(ready(tmp_path, NAMES, NOW + timedelta(days=3650)))

    assert after[0] != before[0]
    assert after[1] != before[1]
    assert much_later[0] != after[0]


def test_a_browser_that_trusts_the_authority_believes_the_server(tmp_path: Path) -> None:
    """OpenSSL checks the whole chain, the names and their limits, as phones do."""
    made = ready(tmp_path, NAMES, datetime.now(UTC))
    there = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    there.load_cert_chain(made.server, made.server_key)
    here = ssl.create_default_context(cafile=made.authority)
    versions = [shaken(here, there, name) for name in ("localhost", "192.168.1.20")]
    assert versions == ["TLSv1.3", "TLSv1.3"]
    with pytest.raises(ssl.SSLCertVerificationError):
        shaken(here, there, "evil.example")


def test_the_plain_page_says_how_to_trust_it_and_leads_on(tmp_path: Path) -> None:
    made = ready(tmp_path, NAMES, NOW)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_for(Trust(made, 8443)))
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def get(path: str, **headers: str) -> tuple[str, bytes]:
        connection = HTTPConnection("127.0.0.1", server.server_port, timeout=10)
        connection.request("GET", path, headers={"Host": "192.168.1.20:8444"} | headers)
        answer = connection.getresponse()
        return answer.headers["Content-Type"], answer.read()

    try:
        kind, page = get("/")
        english = get("/", **{"Accept-Language": "en-GB"})[1].decode()
        iphone = get("/", **{"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0)"})[1].decode()
        hostile = get("/", Host='"><script>:1')[1].decode()
        certificate = get("/jieyue.crt")
        profile = get("/jieyue.mobileconfig")
    finally:
        server.shutdown()
        server.server_close()
    text = page.decode()
    assert kind == "text/html; charset=utf-8"
    assert 'href="https://192.168.1.20:8443/"' in text
    assert fingerprint(made.authority) in text
    assert ("安卓手机" in text, "Install a certificate" in english) == (True, True)
    assert '<a href="/?en" lang="en">English</a>' in text
    assert "<details open>" not in text
    assert iphone.count("<details open><summary>iPhone") == 1
    assert ("/jieyue.mobileconfig" in iphone, "/jieyue.crt" in iphone) == (True, False)
    assert "<script>" not in hostile
    assert certificate == ("application/x-x509-ca-cert", as_der(made.authority))
    assert profile[0] == "application/x-apple-aspen-config"
    [content] = plistlib.loads(profile[1])["PayloadContent"]
    assert content["PayloadContent"] == as_der(made.authority)
