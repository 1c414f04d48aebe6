"""One adapter for every service that answers a GET or a form with JSON.

What differs between services is data: a `JsonMapping`, made of a preset (`presets.py`) or of what
a library enters for a service of its own. HTTP 200 may carry an error anywhere, so success is a
condition, and the ISBN in the answer is compared with the one asked for.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from jieyue.catalog.rules.isbn import isbn13_of
from jieyue.catalog.rules.record_values import clean
from jieyue.catalog.rules.records import is_suspicious_title, record_of
from jieyue.catalog.sources.base import (
    Answer,
    BadSettingsError,
    Failed,
    FailureKind,
    Found,
    NotFound,
)
from jieyue.catalog.sources.http import Call, Web, fetch, json_of

FIELDS = frozenset(
    (
        *("isbn", "title", "subtitle", "authors", "translators", "publisher", "place"),
        *("published", "price", "pages", "binding", "series", "clc", "language", "summary"),
        *("cover_url", "edition", "volume", "subjects"),
    )
)
MAX_PATH = 200
MAX_STEPS = 8

_QUOTA = re.compile(
    r"过快|频繁|频率|次数|上限|超限|限流|余额|欠费|套餐|quota|rate.?limit|too many|exceed",
    re.IGNORECASE,
)
_KEY = re.compile(r"key|token|密钥|秘钥|授权|鉴权|无权|未登录|unauthori|forbidden", re.IGNORECASE)
_UNKNOWN_BOOK = re.compile(
    r"(?:未|没有?|无法?)(?:能|有)?(?:查询?到|查找?到|找到|检索到|收录|匹配|相关|数据|结果|此书|该书|该图书|记录)"
    r"|查(?:询)?(?:不到|无)|不存在|暂无|not.?found|no (?:data|result|record)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonMapping:
    """How to ask a service and where its answer keeps what.

    `path` and `form` values and `headers` may hold `{isbn}` and `{key}`. A place in the answer is
    written `result.data`, `items.0.volumeInfo` or `identifiers.*.value` (* takes every element).
    `success` maps places to the values any of which means success; all must hold. `fields` maps
    our field names to places relative to `data`, the first that is not empty counts.
    """

    path: str
    data: str = ""
    fields: Mapping[str, tuple[str, ...]]
    success: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    messages: tuple[str, ...] = ()
    price_unit: str = "yuan"
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    is_404_unknown: bool = False
    """Whether the service says "no such book" by status 404."""
    default_currency: str = "CNY"


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonService:
    """A `Source` that follows a `JsonMapping`."""

    name: str
    identity: str
    timeout_seconds: float
    base_url: str
    key: str = field(repr=False)
    mapping: JsonMapping
    web: Web

    def look_up(self, isbn13: str) -> Answer:
        """Ask the service. See `base.Source`."""
        page = fetch(self._call(isbn13), web=self.web, seconds=self.timeout_seconds)
        if isinstance(page, Failed):
            return page
        if page.status == 404:
            if self.mapping.is_404_unknown:
                return NotFound()
            return Failed(FailureKind.HTTP_STATUS, "HTTP 404", 404)
        value = json_of(page)
        if isinstance(value, Failed):
            return value
        return answer_of(value, self.mapping, isbn13, source=self.name)

    def _call(self, isbn13: str) -> Call:
        def fill(text: str, *, is_address: bool = False) -> str:
            key = quote(self.key, safe="") if is_address else self.key
            return text.replace("{isbn}", isbn13).replace("{key}", key)

        mapping = self.mapping
        return Call(
            url=self.base_url.rstrip("/") + fill(mapping.path, is_address=True),
            headers={name: fill(text) for name, text in mapping.headers.items()},
            form={name: fill(text) for name, text in mapping.form.items()} or None,
        )


def answer_of(value: object, mapping: JsonMapping, isbn13: str, *, source: str) -> Answer:
    """What a decoded answer says about the book asked for."""
    for place, wanted in mapping.success.items():
        if _as_word(at(value, place)) not in wanted:
            return _failure(value, mapping)
    data = at(value, mapping.data) if mapping.data else value
    if not isinstance(data, dict) or not data:
        return NotFound()
    raw: dict[str, object] = {
        name: next((v for p in places if (v := at(data, p)) not in (None, "", [], {})), None)
        for name, places in mapping.fields.items()
    }
    title = clean(raw.get("title"), 500)
    if is_suspicious_title(title):  # isbn.work is known to put its error text there
        return _failure_of_text(title)
    stated = _isbns(raw.get("isbn"))
    if stated and isbn13 not in stated:
        return Failed(FailureKind.WRONG_ISBN, "answered for another ISBN")
    if not title:
        return NotFound()
    raw["isbn"] = isbn13 if stated else ""
    record = record_of(
        raw,
        source=source,
        price_unit=mapping.price_unit,
        default_currency=mapping.default_currency,
    )
    return Found(record)


def at(value: object, place: str) -> object:
    """What stands at `place` in a JSON value, or None. `*` gives a list of all that is there."""
    return _walk(value, place.split("."))


def mapping_from(params: Mapping[str, object]) -> JsonMapping:
    """Read a mapping as a library enters or a preset holds it.

    Raises:
        BadSettingsError: params_bad, with the entry that is wrong.

    """
    path = _text(params, "path")
    form = _texts(params, "form")
    if not path.startswith("/") or not any("{isbn}" in t for t in (path, *form.values())):
        raise BadSettingsError("params_bad", "path")
    if re.search(r"\s|#|[^\x21-\x7e]", path):
        raise BadSettingsError("params_bad", "path")
    fields = {name: _places("fields", v) for name, v in _table(params, "fields").items()}
    if "title" not in fields or not FIELDS.issuperset(fields):
        raise BadSettingsError("params_bad", "fields")
    success = {
        place: tuple(_as_word(v) for v in (wanted if isinstance(wanted, list) else [wanted]))
        for place, wanted in _table(params, "success").items()
    }
    headers = _texts(params, "headers")
    for name, text in headers.items():
        is_name = re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{0,50}", name)
        if not is_name or name.lower() in {"host", "content-length", "transfer-encoding"}:
            raise BadSettingsError("params_bad", "headers")
        if re.search(r"[^\x20-\x7e]", text):
            raise BadSettingsError("params_bad", "headers")
    unit = _text(params, "price_unit") or "yuan"
    if unit not in {"yuan", "fen"}:
        raise BadSettingsError("params_bad", "price_unit")
    mapping = JsonMapping(
        path=path,
        data=_place("data", params.get("data", "")),
        fields=fields,
        success=success,
        messages=_places("messages", params.get("messages", [])),
        price_unit=unit,
        headers=headers,
        form=form,
        is_404_unknown=params.get("is_404_unknown") is True,
    )
    currency = _text(params, "default_currency")
    return replace(mapping, default_currency=currency) if currency else mapping


def _walk(value: object, steps: list[str]) -> object:
    for number, step in enumerate(steps):
        if step == "*" and isinstance(value, list):
            rest = steps[number + 1 :]
            return [_walk(item, rest) if rest else item for item in value[:100]]
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal():
            value = value[int(step)] if int(step) < len(value) else None
        else:
            return None
    return value


def _isbns(value: object) -> frozenset[str]:
    """Every valid ISBN a field holds; a list may mix both forms and other numbers."""
    items = value if isinstance(value, list) else [value]
    found = (isbn13_of(clean(item, 100)) for item in items[:100])
    return frozenset(isbn13 for isbn13 in found if isbn13)


def _failure(value: object, mapping: JsonMapping) -> NotFound | Failed:
    texts = (clean(at(value, place), 300) for place in mapping.messages)
    return _failure_of_text(" ".join(text for text in texts if text))


def _failure_of_text(text: str) -> NotFound | Failed:
    """Services word their refusals as they like, in Chinese or English; the words decide.

    The text itself goes no further: some services repeat the key in it.
    """
    if _QUOTA.search(text):
        return Failed(FailureKind.QUOTA, "service says its limit is reached")
    if _UNKNOWN_BOOK.search(text):
        return NotFound()
    if _KEY.search(text):
        return Failed(FailureKind.KEY_REFUSED, "service refuses the key")
    return Failed(FailureKind.BAD_ANSWER, "service answered with an error")


def _as_word(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return clean(value, 50)


def _table(params: Mapping[str, object], name: str) -> dict[str, object]:
    value = params.get(name, {})
    if not isinstance(value, Mapping) or len(value) > 40:
        raise BadSettingsError("params_bad", name)
    if not all(isinstance(key, str) and 0 < len(key) <= MAX_PATH for key in value):
        raise BadSettingsError("params_bad", name)
    return dict(value)


def _text(params: Mapping[str, object], name: str) -> str:
    value = params.get(name, "")
    if not isinstance(value, str) or len(value) > 1_000:
        raise BadSettingsError("params_bad", name)
    return value


def _texts(params: Mapping[str, object], name: str) -> dict[str, str]:
    table = _table(params, name)
    return {key: _text(table, key) for key in table}


def _place(name: str, value: object) -> str:
    if not isinstance(value, str) or len(value) > MAX_PATH or value.count(".") >= MAX_STEPS:
        raise BadSettingsError("params_bad", name)
    return value


def _places(name: str, value: object) -> tuple[str, ...]:
    places = value if isinstance(value, (list, tuple)) else [value]
    if len(places) > 10:
        raise BadSettingsError("params_bad", name)
    return tuple(_place(name, place) for place in places)
