"""How the two large clouds want requests signed. Pure: the moment and the nonce are given.

Aliyun: V3, ACS3-HMAC-SHA256 (help.aliyun.com, "V3版请求体&签名机制").
Tencent: TC3-HMAC-SHA256 (cloud.tencent.com, "签名方法 v3").
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote


def canonical_query(query: Mapping[str, str]) -> str:
    """Return a query string, sorted and percent-encoded (RFC 3986) as both are signed."""
    return "&".join(
        f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}"
        for name, value in sorted(query.items())
    )


def aliyun_headers(
    *,
    key_id: str,
    secret: str,
    host: str,
    action: str,
    version: str,
    query: Mapping[str, str],
    now: datetime,
    nonce: str,
) -> dict[str, str]:
    """Return the headers of a POST to `/` without a body. `host` has the port if there is one."""
    body_hash = hashlib.sha256(b"").hexdigest()
    signed = {
        "host": host,
        "x-acs-action": action,
        "x-acs-content-sha256": body_hash,
        "x-acs-date": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": nonce,
        "x-acs-version": version,
    }
    names = ";".join(sorted(signed))
    lines = "".join(f"{name}:{signed[name]}\n" for name in sorted(signed))
    canonical = f"POST\n/\n{canonical_query(query)}\n{lines}\n{names}\n{body_hash}"
    to_sign = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    credential = f"Credential={key_id},SignedHeaders={names},Signature={signature}"
    return signed | {"authorization": f"ACS3-HMAC-SHA256 {credential}"}


def tencent_authorization(
    *, key_id: str, secret: str, host: str, service: str, body: bytes, now: datetime
) -> str:
    """Return the Authorization header of a POST of JSON to `/`.

    Signed with it is the header `Content-Type: application/json; charset=utf-8`.
    """
    day = now.astimezone(UTC).strftime("%Y-%m-%d")
    canonical = (
        f"POST\n/\n\ncontent-type:application/json; charset=utf-8\nhost:{host}\n\n"
        f"content-type;host\n{hashlib.sha256(body).hexdigest()}"
    )
    scope = f"{day}/{service}/tc3_request"
    to_sign = (
        f"TC3-HMAC-SHA256\n{int(now.timestamp())}\n{scope}\n"
        f"{hashlib.sha256(canonical.encode()).hexdigest()}"
    )
    key = f"TC3{secret}".encode()
    for part in (day, service, "tc3_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    return (
        f"TC3-HMAC-SHA256 Credential={key_id}/{scope}, "
        f"SignedHeaders=content-type;host, Signature={signature}"
    )
