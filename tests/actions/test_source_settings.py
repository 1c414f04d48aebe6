"""Online book sources: order, keys and addresses."""

import pytest
from django.db import connection

from jieyue.catalog.actions.sources import (
    add_source,
    edit_source,
    move_source,
    remove_source,
    switch_source,
)
from jieyue.catalog.models import SourceConfig
from jieyue.catalog.settings_queries import source_to_try, source_views
from jieyue.libraries.rules.changes import Trouble
from jieyue.libraries.settings.outcomes import NotSaved, Saved
from tests.world import World


def refused(trouble: Trouble) -> NotSaved:
    return NotSaved(trouble=trouble)


def test_a_source_is_asked_after_those_there(world: World) -> None:
    desk = world.desk()
    assert add_source(desk, kind="openlibrary", name="Open Library") == Saved(code="Open Library")
    assert add_source(desk, kind="juhe", name="聚合", key="k-123") == Saved(code="聚合")

    assert [(s.name, s.kind, s.has_key, s.is_enabled) for s in source_views()] == [
        ("Open Library", "openlibrary", False, True),
        ("聚合", "juhe", True, True),
    ]
    assert "k-123" not in repr(source_views())
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM catalog_sourceconfig")
        assert "k-123" not in str(cursor.fetchall())


@pytest.mark.parametrize(
    ("values", "trouble"),
    [
        ({"kind": "nope"}, Trouble.KIND_UNKNOWN),
        ({"kind": "juhe"}, Trouble.KEY_MISSING),
        ({"kind": "sru"}, Trouble.URL_MISSING),
        ({"kind": "openlibrary", "base_url": "ftp://x"}, Trouble.URL_BAD),
        ({"kind": "openlibrary", "timeout_seconds": 16}, Trouble.TIMEOUT_BAD),
        ({"kind": "openlibrary", "name": " "}, Trouble.NAME_MISSING),
        ({"kind": "openlibrary", "name": "名" * 61}, Trouble.TOO_LONG),
        ({"kind": "json", "base_url": "https://a.example"}, Trouble.PARAMS_BAD),
    ],
)
def test_sources_that_cannot_be(world: World, values, trouble) -> None:
    assert add_source(world.desk(), **({"name": "源"} | values)) == refused(trouble)
    assert not SourceConfig.objects.exists()


def test_a_stored_key_stays_unless_the_address_moves(world: World) -> None:
    desk = world.desk()
    add_source(desk, kind="juhe", name="聚合", key="k-123")

    assert edit_source(desk, source="聚合", name="聚合数据", timeout_seconds=6) == Saved(
        code="聚合数据"
    )
    found = source_to_try("聚合数据")
    assert found is not None
    assert (found[0].key, found[0].timeout_seconds) == ("k-123", 6.0)
    assert edit_source(
        desk, source="聚合数据", name="聚合数据", base_url="https://evil.example"
    ) == refused(Trouble.KEY_MISSING)
    assert edit_source(desk, source="聚合数据", name="聚合数据", key="") == refused(
        Trouble.KEY_MISSING
    )


def test_sources_move_switch_off_and_go(world: World) -> None:
    desk = world.desk()
    for name in ("甲", "乙", "丙"):
        add_source(desk, kind="openlibrary", name=name)

    move_source(desk, source="丙", up=True)
    move_source(desk, source="甲", up=True)
    switch_source(desk, source="乙", is_enabled=False)

    assert [(s.name, s.is_enabled) for s in source_views()] == [
        ("甲", True),
        ("丙", True),
        ("乙", False),
    ]
    assert add_source(desk, kind="openlibrary", name="甲") == refused(Trouble.NAME_TAKEN)
    assert remove_source(desk, source="甲") == Saved(code="甲")
    for outcome in (
        remove_source(desk, source="甲"),
        move_source(desk, source="甲", up=False),
        switch_source(desk, source="甲", is_enabled=True),
        edit_source(desk, source="甲", name="丁"),
    ):
        assert outcome == refused(Trouble.UNKNOWN)
