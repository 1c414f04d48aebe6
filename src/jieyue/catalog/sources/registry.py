"""Every kind of source there is, what each needs, and how one is built from settings."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from jieyue.catalog.sources import openlibrary
from jieyue.catalog.sources.base import (
    MAX_TIMEOUT_SECONDS,
    BadSettingsError,
    Source,
    SourceSettings,
)
from jieyue.catalog.sources.http import Web
from jieyue.catalog.sources.json_service import JsonService, mapping_from
from jieyue.catalog.sources.openlibrary import OpenLibrary
from jieyue.catalog.sources.presets import JSON_PRESETS, SRU_PRESETS
from jieyue.catalog.sources.sru import Sru, form_from
from jieyue.kit.net.addresses import host_and_port


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a kind of source takes. A form asks for exactly this.

    `base_url` is the service's own address, "" if the library must give one. `is_paid` services
    charge per call. `takes_params`: the library says how to ask and where the answer keeps what.
    """

    code: str
    protocol: str
    base_url: str = ""
    needs_key: bool = False
    may_take_key: bool = False
    is_paid: bool = False
    takes_params: bool = False

    @property
    def needs_url(self) -> bool:
        """Whether settings without an address are refused."""
        return not self.base_url


def _all_kinds() -> dict[str, Kind]:
    kinds = [
        Kind(code="openlibrary", protocol="openlibrary", base_url=openlibrary.BASE_URL),
        Kind(code="json", protocol="json", may_take_key=True, takes_params=True),
        Kind(code="sru", protocol="sru", takes_params=True),
    ]
    for code, preset in JSON_PRESETS.items():
        is_paid = code != "google_books"
        kinds.append(
            Kind(
                code=code,
                protocol="json",
                base_url=str(preset["base_url"]),
                needs_key=True,
                may_take_key=True,
                is_paid=is_paid,
            )
        )
    for code, preset in SRU_PRESETS.items():
        kinds.append(Kind(code=code, protocol="sru", base_url=str(preset["base_url"])))
    return {kind.code: kind for kind in kinds}


KINDS: Final[Mapping[str, Kind]] = _all_kinds()
"""By code, in the order a form offers them."""


def build(settings: SourceSettings, *, web: Web) -> Source:
    """Make the source that `settings` describe. Touches neither network nor resolver.

    Raises:
        BadSettingsError: settings that no source can work with.

    """
    kind = KINDS.get(settings.kind)
    if kind is None:
        raise BadSettingsError("unknown_kind", "kind")
    if kind.needs_key and not settings.key.strip():
        raise BadSettingsError("key_missing", "key")
    base_url = settings.base_url.strip() or kind.base_url
    if not base_url:
        raise BadSettingsError("url_missing", "base_url")
    if not host_and_port(base_url)[0] or "#" in base_url or not base_url.isascii():
        raise BadSettingsError("url_bad", "base_url")
    if not 0 < settings.timeout_seconds <= MAX_TIMEOUT_SECONDS:
        raise BadSettingsError("timeout_bad", "timeout_seconds")
    identity = _identity(settings, base_url)
    seconds = settings.timeout_seconds
    if kind.protocol == "json":
        return JsonService(
            name=settings.name,
            identity=identity,
            timeout_seconds=seconds,
            base_url=base_url,
            key=settings.key.strip(),
            mapping=mapping_from(JSON_PRESETS.get(kind.code, settings.params)),
            web=web,
        )
    if kind.protocol == "sru":
        return Sru(
            name=settings.name,
            identity=identity,
            timeout_seconds=seconds,
            base_url=base_url,
            form=form_from(SRU_PRESETS.get(kind.code, settings.params)),
            web=web,
        )
    return OpenLibrary(
        name=settings.name,
        identity=identity,
        timeout_seconds=seconds,
        base_url=base_url,
        web=web,
    )


def _identity(settings: SourceSettings, base_url: str) -> str:
    """Two libraries share a breaker only if they share service and key."""
    text = repr((settings.kind, settings.name, base_url, settings.key))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
