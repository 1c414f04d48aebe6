"""A certificate authority of this installation's own, so that phones reach it by https.

For a machine on a local network no public authority gives a certificate, and browsers open a
camera by https only. Whoever trusts this authority once on a phone reaches the pages safely. Its
key never leaves the folder of keys; it may only vouch for local names and private addresses.
"""

import hashlib
import ipaddress
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_YEARS: Final = 10
SERVER_DAYS: Final = 397  # phones take no longer ones
RENEW_DAYS: Final = 90  # a server is seldom started; what ends sooner is made anew
EARLIER: Final = timedelta(days=1)  # a phone's clock may be behind
FOLDER: Final = "https"


@dataclass(frozen=True, slots=True)
class Certificates:
    """The files of one folder."""

    folder: Path

    @property
    def authority(self) -> Path:
        """The authority's certificate, which phones are to trust (PEM)."""
        return self.folder / "authority.crt"

    @property
    def authority_key(self) -> Path:
        """The authority's private key."""
        return self.folder / "authority.key"

    @property
    def server(self) -> Path:
        """The server's certificate, the authority's behind it (PEM)."""
        return self.folder / "server.crt"

    @property
    def server_key(self) -> Path:
        """The server's private key."""
        return self.folder / "server.key"


def ready(keys: Path, names: Iterable[str], now: datetime) -> Certificates:
    """Return certificates for these names and addresses, made or renewed where they must be."""
    found = Certificates(keys / FOLDER)
    found.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not _holds(found.authority, found.authority_key, now):
        _make_authority(found, now)
        found.server.unlink(missing_ok=True)
    given = dict.fromkeys(name.strip("[]").lower() for name in names if name)
    wanted = tuple(name for name in given if _may_vouch(found.authority, name))
    if not _holds(found.server, found.server_key, now) or _names_of(found.server) != set(wanted):
        _make_server(found, wanted, now)
    return found


def fingerprint(certificate: Path) -> str:
    """Return the SHA-256 of a certificate as phones show it: `A1 B2 …`."""
    read = x509.load_pem_x509_certificate(certificate.read_bytes())
    digest = hashlib.sha256(read.public_bytes(serialization.Encoding.DER)).hexdigest().upper()
    return " ".join(digest[at : at + 2] for at in range(0, len(digest), 2))


def as_der(certificate: Path) -> bytes:
    """Return a certificate in the form that Android and Windows install."""
    read = x509.load_pem_x509_certificate(certificate.read_bytes())
    return read.public_bytes(serialization.Encoding.DER)


def _holds(certificate: Path, key: Path, now: datetime) -> bool:
    """Say whether a certificate and its key are there and hold long enough."""
    if not (certificate.exists() and key.exists()):
        return False
    try:
        read = x509.load_pem_x509_certificate(certificate.read_bytes())
    except ValueError:
        return False
    return read.not_valid_after_utc - now > timedelta(days=RENEW_DAYS)


def _names_of(certificate: Path) -> set[str]:
    read = x509.load_pem_x509_certificate(certificate.read_bytes())
    names = read.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    addresses = {str(each) for each in names.get_values_for_type(x509.IPAddress)}
    return {*names.get_values_for_type(x509.DNSName), *addresses}


def _may_vouch(authority: Path, name: str) -> bool:
    """Say whether the authority is for this name: one name too many spoils a certificate."""
    read = x509.load_pem_x509_certificate(authority.read_bytes())
    limits = read.extensions.get_extension_for_class(x509.NameConstraints).value
    permitted = limits.permitted_subtrees or []
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        ends = [each.value for each in permitted if isinstance(each, x509.DNSName)]
        return any(name == end or name.endswith(f".{end}") for end in ends)
    networks = [str(each.value) for each in permitted if isinstance(each, x509.IPAddress)]
    return any(address in ipaddress.ip_network(network) for network in networks)


def _make_authority(files: Certificates, now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    mark = hashlib.sha256(_public(key)).hexdigest()[:6].upper()  # two machines' differ by name
    name = x509.Name([
        x509.NameAttribute(NameOID.COMMON_NAME, f"Jieyue local authority {mark}"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Jieyue"),
    ])  # fmt: skip
    private = [
        x509.IPAddress(ipaddress.ip_network(network))
        for network in (
            "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16",
            "100.64.0.0/10", "fc00::/7", "fe80::/10", "::1/128",
        )
    ]  # fmt: skip
    made = (
        _begun(name, name, key, now, timedelta(days=365 * AUTHORITY_YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        # Whoever steals the key can pretend to be nobody on the internet.
        .add_extension(
            x509.NameConstraints(
                [*private, x509.DNSName("local"), x509.DNSName("localhost"),
                 *[x509.DNSName(own) for own in _own_names()]],
                None,
            ),
            critical=True,
        )
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    _keep(files.authority_key, _pem(key))
    _keep(files.authority, made.public_bytes(serialization.Encoding.PEM))


def _own_names() -> list[str]:
    """Return this machine's name: the only one besides *.local that may be vouched for."""
    import platform

    name = platform.node().lower()
    return [name] if name and "." not in name and name != "localhost" else []


def _make_server(files: Certificates, names: tuple[str, ...], now: datetime) -> None:
    authority = x509.load_pem_x509_certificate(files.authority.read_bytes())
    signer = serialization.load_pem_private_key(files.authority_key.read_bytes(), password=None)
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Jieyue")])
    made = (
        _begun(subject, authority.subject, key, now, timedelta(days=SERVER_DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_name(each) for each in names]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
        .sign(signer, hashes.SHA256())
    )
    _keep(files.server_key, _pem(key))
    chain = made.public_bytes(serialization.Encoding.PEM) + files.authority.read_bytes()
    _keep(files.server, chain)


def _begun(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    now: datetime,
    for_: timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLIER)
        .not_valid_after(now - EARLIER + for_)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=signs, crl_sign=signs,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _public(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _keep(path: Path, content: bytes) -> None:
    """Write a file that only this user reads, whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    beside.replace(path)
