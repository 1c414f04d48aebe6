"""Reading item types and online sources as the settings pages show them."""

from dataclasses import dataclass

from django.conf import settings as installation
from django.db.models import Count

from jieyue.catalog.models import Copy, ItemType, ShelvingScheme, SourceConfig
from jieyue.catalog.rules.shelving import Scheme
from jieyue.catalog.sources.base import SourceSettings
from jieyue.catalog.sources.http import Web
from jieyue.catalog.sources.registry import KINDS


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemTypeSetting:
    """A kind of thing, and how many copies the library still has of it."""

    code: str
    name: str
    is_default: bool
    is_active: bool
    floats: bool
    copies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """An online source. Its key stays inside: only whether there is one is said."""

    name: str
    kind: str
    base_url: str  # empty: the service's own address
    has_key: bool
    timeout_seconds: int
    params: dict[str, object]
    is_enabled: bool
    is_known: bool  # False: a later version's kind


def item_type_settings() -> list[ItemTypeSetting]:
    """Return every kind, those in use first, oldest first. Two statements."""
    kept = Copy.objects.exclude(standing="withdrawn").values_list("item_type")
    copies = dict(kept.annotate(n=Count("id")).order_by())
    return [
        ItemTypeSetting(
            code=row.code,
            name=row.name,
            is_default=row.is_default,
            is_active=row.is_active,
            floats=row.floats,
            copies=copies.get(row.pk, 0),
        )
        for row in ItemType.objects.order_by("-is_active", "id")
    ]


def shelving_schemes() -> dict[str, Scheme]:
    """Return how call numbers are made, by branch code; "" is the library. One statement.

    A library that never said it has no row, and running numbers.
    """
    rows = ShelvingScheme.objects.values_list("branch__code", "kind")
    return {code or "": Scheme(kind) for code, kind in rows}


def source_views() -> list[SourceView]:
    """Return the library's sources in the order they are asked. One statement."""
    return [
        SourceView(
            name=row.name,
            kind=row.kind,
            base_url=row.base_url,
            has_key=bool(row.secret),
            timeout_seconds=row.timeout_seconds,
            params=row.params,
            is_enabled=row.is_enabled,
            is_known=row.kind in KINDS,
        )
        for row in SourceConfig.objects.order_by("position", "id")
    ]


def source_to_try(name: str) -> tuple[SourceSettings, Web] | None:
    """Return one source's settings, key included, and how to go out. One statement.

    For a door to build and ask, outside any transaction; switched off sources can be tried too.
    """
    row = SourceConfig.objects.filter(name=name).first()
    if row is None:
        return None
    found = SourceSettings(
        kind=row.kind,
        name=row.name,
        base_url=row.base_url,
        key=row.secret,
        timeout_seconds=float(row.timeout_seconds),
        params=row.params,
    )
    return found, Web(allow_private=installation.SOURCES_ALLOW_PRIVATE)
