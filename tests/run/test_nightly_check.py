"""The nightly look for contradictions: written down, and shown to staff with its age."""

from datetime import timedelta

import pytest

from jieyue.circulation.jobs.checks import check_libraries
from jieyue.circulation.models import CheckRun
from jieyue.kit.scope import library_scope
from tests.invariants.broken import Broken
from tests.world import World

pytestmark = pytest.mark.django_db


def test_every_library_is_looked_at_and_old_looks_are_forgotten() -> None:
    sound, wrong = World(slug="sound"), World(slug="wrong")
    with library_scope(wrong.library.pk):
        broken = Broken(wrong)
        loan, hold = broken.loan(), broken.hold("ready")
    hundred_days_ago = sound.now - timedelta(days=100)

    check_libraries(hundred_days_ago)
    assert check_libraries(sound.now) == {"contradictions": {"wrong": 1}}

    kept = CheckRun.across_libraries.order_by("library_id")
    assert list(kept.values("library__slug", "at", "contradictions", "examples")) == [
        {"library__slug": "sound", "at": sound.now, "contradictions": 0, "examples": []},
        {
            "library__slug": "wrong",
            "at": sound.now,
            "contradictions": 1,
            "examples": [
                {
                    "check": "lent_and_kept",
                    "facts": {"copy": "C1", "loan": loan.public_id, "hold": hold.public_id},
                }
            ],
        },
    ]
