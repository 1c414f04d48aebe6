"""Which online book sources a library asks, in which order, with which key."""

from typing import Any, Final

from jieyue.catalog.models import SourceConfig
from jieyue.catalog.sources.base import BadSettingsError, SourceSettings
from jieyue.catalog.sources.http import Web
from jieyue.catalog.sources.registry import build
from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.changes import Trouble, name_trouble
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.outcomes import NotSaved, Saved, changed, not_saved, saved

MAX_SOURCE_NAME: Final = 60
MAX_SOURCES: Final = 20
MAX_KEY: Final = 300
MAX_URL: Final = 300
TROUBLES: Final = {
    "unknown_kind": Trouble.KIND_UNKNOWN,
    "key_missing": Trouble.KEY_MISSING,
    "url_missing": Trouble.URL_MISSING,
    "url_bad": Trouble.URL_BAD,
    "timeout_bad": Trouble.TIMEOUT_BAD,
    "params_bad": Trouble.PARAMS_BAD,
}


@action(needs=Permission.SETTINGS, whole_library=True)
def add_source(
    desk: Desk,
    *,
    kind: str,
    name: str,
    key: str = "",
    base_url: str = "",
    timeout_seconds: int = 4,
    params: dict[str, Any] | None = None,
) -> Saved | NotSaved:
    """Switch on a source; it is asked after those already there.

    The door has checked that `base_url` leads to no private address; that is checked again, and
    binding, each time the source is asked. The key never comes back out.
    """
    name = name.strip()
    settings = SourceSettings(
        kind=kind,
        name=name,
        base_url=base_url.strip(),
        key=key.strip(),
        timeout_seconds=float(timeout_seconds),
        params=params or {},
    )
    rows = list(SourceConfig.objects.select_for_update(of=("self",)).order_by("id"))
    trouble = _trouble(settings)
    if trouble is None and any(row.name == name for row in rows):
        trouble = Trouble.NAME_TAKEN
    if trouble is None and len(rows) >= MAX_SOURCES:
        trouble = Trouble.NUMBER_BAD
    if trouble is not None:
        return not_saved(trouble)
    SourceConfig.objects.create(
        library_id=desk.library_id,
        kind=kind,
        name=name,
        base_url=settings.base_url,
        secret=settings.key,
        params=params or {},
        timeout_seconds=timeout_seconds,
        position=max((row.position for row in rows), default=0) + 1,
    )
    return saved(name, source=name, kind=kind)


@action(needs=Permission.SETTINGS, whole_library=True)
def edit_source(
    desk: Desk,  # noqa: ARG001
    *,
    source: str,
    name: str,
    key: str | None = None,
    base_url: str = "",
    timeout_seconds: int = 4,
    params: dict[str, Any] | None = None,
) -> Saved | NotSaved:
    """Change a source. `key` None keeps the stored one, "" removes it; `params` None keeps them.

    A stored key is not sent to a new address: whoever changes the address gives the key again.
    """
    name, base_url = name.strip(), base_url.strip()
    row = lock_one(SourceConfig.objects.filter(name=source))
    if row is None:
        return not_saved(Trouble.UNKNOWN)
    if key is None and row.secret and base_url != row.base_url:
        return not_saved(Trouble.KEY_MISSING)
    settings = SourceSettings(
        kind=row.kind,
        name=name,
        base_url=base_url,
        key=row.secret if key is None else key.strip(),
        timeout_seconds=float(timeout_seconds),
        params=row.params if params is None else params,
    )
    trouble = _trouble(settings)
    if trouble is None and SourceConfig.objects.filter(name=name).exclude(pk=row.pk).exists():
        trouble = Trouble.NAME_TAKEN
    if trouble is not None:
        return not_saved(trouble)
    values = {
        "name": name,
        "base_url": base_url,
        "secret": settings.key,
        "timeout_seconds": timeout_seconds,
        "params": dict(settings.params),
    }
    differing = changed(row, values)
    row.save(update_fields=differing)
    return saved(name, source=name, kind=row.kind, changed=differing)


@action(needs=Permission.SETTINGS, whole_library=True)
def switch_source(desk: Desk, *, source: str, is_enabled: bool) -> Saved | NotSaved:  # noqa: ARG001
    """Ask a source from now on, or leave it alone. Its settings stay."""
    if not SourceConfig.objects.filter(name=source).update(is_enabled=is_enabled):
        return not_saved(Trouble.UNKNOWN)
    return saved(source, source=source, on=is_enabled)


@action(needs=Permission.SETTINGS, whole_library=True)
def move_source(desk: Desk, *, source: str, up: bool) -> Saved | NotSaved:  # noqa: ARG001
    """Ask a source one place earlier (`up`) or later; at the end of the list nothing moves."""
    rows = list(SourceConfig.objects.select_for_update(of=("self",)).order_by("position", "id"))
    at = next((n for n, row in enumerate(rows) if row.name == source), None)
    if at is None:
        return not_saved(Trouble.UNKNOWN)
    to = at - 1 if up else at + 1
    if 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]
    for position, row in enumerate(rows, start=1):
        SourceConfig.objects.filter(pk=row.pk).update(position=position)
    return saved(source, source=source)


@action(needs=Permission.SETTINGS, whole_library=True)
def remove_source(desk: Desk, *, source: str) -> Saved | NotSaved:  # noqa: ARG001
    """Forget a source with its key. What it answered about books stays known."""
    gone, _ = SourceConfig.objects.filter(name=source).delete()
    return saved(source, source=source) if gone else not_saved(Trouble.UNKNOWN)


def _trouble(settings: SourceSettings) -> Trouble | None:
    if trouble := name_trouble(settings.name, limit=MAX_SOURCE_NAME):
        return trouble
    if len(settings.key) > MAX_KEY or len(settings.base_url) > MAX_URL:
        return Trouble.TOO_LONG
    try:
        build(settings, web=Web())
    except BadSettingsError as error:
        return TROUBLES.get(error.code, Trouble.PARAMS_BAD)
    return None
