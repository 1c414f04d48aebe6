"""What each provider has to be told, and choosing one: a library's ways to reach its readers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Gateway
from jieyue.libraries.rules.changes import Trouble
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.outcomes import NotSaved, Saved, not_saved, saved
from jieyue.notices.channels.letters import plain_address
from jieyue.notices.channels.sms.generic import BLANKS, BadFormError, build
from jieyue.notices.rules.approved import is_sound

MAX_VALUE: Final = 300
MAX_LONG: Final = 5_000
MAX_CENTS: Final = 100_000_000
LONG: Final = frozenset({"body", "headers", "url"})
Texts = Mapping[str, Mapping[str, Mapping[str, Any]]]  # by kind and language


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """What is asked of a library: in the clear, as secrets, what cannot be left out."""

    code: str
    plain: tuple[str, ...]
    secret: tuple[str, ...]
    needed: tuple[str, ...]
    has_texts: bool = False


PROVIDERS: Final[Mapping[str, tuple[Provider, ...]]] = {
    "email": (
        Provider(
            code="smtp",
            plain=("host", "port", "security", "user", "sender", "reply_to"),
            secret=("password",),
            needed=("host", "sender"),
        ),
    ),
    "sms": (
        Provider(
            code="aliyun",
            plain=("key_id", "sign_name", "countries"),
            secret=("key_secret",),
            needed=("key_id", "sign_name", "key_secret"),
            has_texts=True,
        ),
        Provider(
            code="tencent",
            plain=("key_id", "app_id", "sign_name", "region", "countries"),
            secret=("key_secret",),
            needed=("key_id", "app_id", "sign_name", "key_secret"),
            has_texts=True,
        ),
        Provider(
            code="http",
            plain=(
                *("url", "method", "headers", "body_kind", "body", "number_format", "sign_name"),
                *("good_field", "good_values", "reference_field", "countries"),
            ),
            secret=("key",),
            needed=("url",),
        ),
    ),
    "wechat": (
        Provider(
            code="official_account",
            plain=("app_id", "once_template", "scope", "web_app_id", "mini_app_id"),
            secret=("app_secret", "web_app_secret", "mini_app_secret"),
            needed=("app_id", "app_secret"),
            has_texts=True,
        ),
        Provider(
            code="mini_program",
            plain=("app_id",),
            secret=("app_secret",),
            needed=("app_id", "app_secret"),
            has_texts=True,
        ),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelView:
    """A library's own service as its settings page shows it: secrets are only said to be there."""

    kind: str
    provider: str
    values: dict[str, Any] = field(repr=False)
    texts: Texts  # those the provider approved
    stored: frozenset[str]  # names of secrets that are kept
    is_active: bool
    cost_cents: int
    daily_limit: int | None
    monthly_cents: int | None


def provider_of(kind: str, code: str) -> Provider | None:
    """Return a provider of a kind; None if there is none of this name."""
    return next((found for found in PROVIDERS.get(kind, ()) if found.code == code), None)


def channel_views() -> dict[str, ChannelView]:
    """Return the library's own services by kind, switched off ones too. One statement."""
    return {row.kind: _view(row) for row in Gateway.objects.all()}


@action(needs=Permission.SETTINGS, whole_library=True)
def save_channel(
    desk: Desk,
    *,
    kind: str,
    provider: str,
    values: dict[str, Any],
    secrets: dict[str, str],
    texts: Texts | None = None,
    cost_cents: int = 0,
    daily_limit: int | None = None,
    monthly_cents: int | None = None,
) -> Saved | NotSaved:
    """Use a service of the library's own. A secret left empty stays as it is.

    Another provider, or another server, has none of the secrets kept for the one before. `texts`
    are those it approved: {"due_soon": {"zh-hans": {"code": "SMS_1", "blanks": ["day=date"]}}}.
    """
    asked = provider_of(kind, provider)
    row = lock_one(Gateway.objects.filter(kind=kind))
    if asked is None:
        return not_saved(Trouble.KIND_UNKNOWN)
    before = json.loads(row.settings or "{}") if row and row.provider == provider else {}
    place = {"smtp": ("host", "port", "security"), "http": ("url",)}.get(provider, ())
    if any(str(before.get(n, "")) != str(values.get(n, "")) for n in place):
        before = {}  # a password is for whom it was given to, not for whoever comes instead
    settings = {name: values[name] for name in asked.plain if values.get(name) not in (None, "")}
    for name in asked.secret:
        if kept := secrets.get(name) or before.get(name):
            settings[name] = kept
    trouble = _trouble(asked, settings, (cost_cents, daily_limit, monthly_cents))
    if trouble is None and asked.has_texts:
        settings["templates"] = texts or {}
        trouble = None if is_sound(settings["templates"]) else Trouble.PARAMS_BAD
    if trouble is not None:
        return not_saved(trouble)
    settings |= {name: before[name] for name in ("base_url", "lasting") if name in before}
    row = row or Gateway(library_id=desk.library_id, kind=kind)
    row.provider, row.settings = provider, json.dumps(settings, ensure_ascii=False)
    row.cost_cents, row.daily_limit, row.monthly_cents = cost_cents, daily_limit, monthly_cents
    row.is_active = True
    row.save()
    return saved(kind, channel=kind, provider=provider)


@action(needs=Permission.SETTINGS, whole_library=True)
def switch_channel(desk: Desk, *, kind: str, is_active: bool) -> Saved | NotSaved:
    """Send by this service again, or no more; its settings stay."""
    del desk
    row = lock_one(Gateway.objects.filter(kind=kind))
    if row is None:
        return not_saved(Trouble.UNKNOWN)
    row.is_active = is_active
    row.save(update_fields=["is_active"])
    return saved(kind, channel=kind, is_active=is_active)


@action(needs=Permission.SETTINGS, whole_library=True)
def remove_channel(desk: Desk, *, kind: str) -> Saved | NotSaved:
    """Forget a service with its secrets; the installation's is used again, if there is one."""
    del desk
    count, _ = Gateway.objects.filter(kind=kind).delete()
    return saved(kind, channel=kind) if count else not_saved(Trouble.UNKNOWN)


def _trouble(
    asked: Provider, settings: dict[str, Any], numbers: tuple[int | None, ...]
) -> Trouble | None:
    if any(name not in settings for name in asked.needed):
        is_secret = any(name not in settings for name in asked.needed if name in asked.secret)
        return Trouble.KEY_MISSING if is_secret else Trouble.PARAMS_BAD
    if any(number is not None and not 0 <= number <= MAX_CENTS for number in numbers):
        return Trouble.NUMBER_BAD
    for name, value in settings.items():
        if len(str(value)) > (MAX_LONG if name in LONG else MAX_VALUE):
            return Trouble.TOO_LONG
    if asked.code == "smtp" and plain_address(str(settings["sender"])) is None:
        return Trouble.PARAMS_BAD
    if asked.code == "http":
        try:
            build(settings, dict.fromkeys(BLANKS, "1"))
        except BadFormError as error:
            return Trouble.URL_BAD if error.where == "url" else Trouble.PARAMS_BAD
    return None


def _view(row: Gateway) -> ChannelView:
    settings = json.loads(row.settings or "{}")
    asked = provider_of(row.kind, row.provider)
    secret = asked.secret if asked else tuple(settings)
    values = {name: value for name, value in settings.items() if name not in secret}
    texts = values.pop("templates", {})
    return ChannelView(
        kind=row.kind,
        provider=row.provider,
        values=values,
        texts=texts,
        stored=frozenset(name for name in secret if settings.get(name)),
        is_active=row.is_active,
        cost_cents=row.cost_cents,
        daily_limit=row.daily_limit,
        monthly_cents=row.monthly_cents,
    )
