"""Which settings make a source, and how a mapping finds its way in an answer."""

import pytest

from jieyue.catalog.sources.base import BadSettingsError, SourceSettings
from jieyue.catalog.sources.http import Web
from jieyue.catalog.sources.json_service import at
from jieyue.catalog.sources.presets import JSON_PRESETS, SRU_PRESETS
from jieyue.catalog.sources.registry import KINDS, build
from tests.sources.answers import KEY

SRU_21 = {"query": "isbn={isbn}", "record_schema": "marcxml", "version": "1.2"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "nothing"}, "unknown_kind"),
        ({"key": " "}, "key_missing"),
        ({"base_url": "ftp://example.org"}, "url_bad"),
        ({"base_url": "file:///etc/passwd"}, "url_bad"),
        ({"base_url": "http://user:pass@example.org"}, "url_bad"),
        ({"base_url": "http://exa mple.org"}, "url_bad"),
        ({"base_url": "http://例子.org"}, "url_bad"),
        ({"timeout_seconds": 0}, "timeout_bad"),
        ({"timeout_seconds": 600}, "timeout_bad"),
        ({"kind": "json", "base_url": ""}, "url_missing"),
        ({"kind": "json", "params": {}}, "params_bad"),
        ({"kind": "json", "params": {"path": "/{isbn}", "fields": {}}}, "params_bad"),
        ({"kind": "json", "params": {"path": "//x/{isbn}", "fields": {"no": "x"}}}, "params_bad"),
        ({"kind": "json", "params": {"path": 7}}, "params_bad"),
        ({"kind": "sru", "params": {"query": "isbn=1"}}, "params_bad"),
        ({"kind": "sru", "params": SRU_21 | {"version": "2.0"}}, "params_bad"),
        ({"kind": "sru", "params": SRU_21 | {"flavour": "vanilla"}}, "params_bad"),
    ],
)
def test_settings_that_cannot_work_are_refused(changes: dict[str, object], code: str) -> None:
    good: dict[str, object] = {
        "kind": "juhe",
        "name": "n",
        "key": KEY,
        "base_url": "http://example.org",
    }
    with pytest.raises(BadSettingsError) as refused:
        build(SourceSettings(**(good | changes)), web=Web())

    assert refused.value.code == code
    assert KEY not in str(refused.value)


def test_every_preset_is_a_kind_with_an_address() -> None:
    assert {*JSON_PRESETS, *SRU_PRESETS} < set(KINDS)
    assert [kind.code for kind in KINDS.values() if kind.needs_url] == ["json", "sru"]
    for kind in KINDS.values():
        if not kind.needs_url:
            build(SourceSettings(kind=kind.code, name="n", key="k"), web=Web())


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("a.b.1", 2),
        ("a.b.9", None),
        ("a.c.*.d", [1, None]),
        ("a.b.*", [1, 2]),
        ("a.b.*.x", [None, None]),
        ("z.y", None),
        ("a.b.-1", None),
    ],
)
def test_places_in_an_answer(place: str, expected: object) -> None:
    assert at({"a": {"b": [1, 2], "c": [{"d": 1}, {}]}}, place) == expected
