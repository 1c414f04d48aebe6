"""What a guardian may see and hear of a child, by age."""

from datetime import date

import pytest

from jieyue.patrons.rules.family import (
    CAREFUL,
    FamilyChoice,
    Reminds,
    age_on,
    reminds_guardian,
    shows_titles,
    still_counts,
)


@pytest.mark.parametrize(
    ("age", "shares", "seen"),
    [
        (8, None, True),
        (13, None, True),
        (13, False, True),  # the guardian's until 14
        (14, None, False),
        (14, True, True),
        (None, None, False),
        (None, True, True),
    ],
)
def test_a_guardian_sees_the_titles_of_a_young_child(age, shares, seen) -> None:
    assert shows_titles(CAREFUL, kind="guardian", age=age, shares=shares) is seen


@pytest.mark.parametrize("kind", ["teacher", "helper"])
def test_others_see_titles_only_when_shown(kind) -> None:
    assert not shows_titles(CAREFUL, kind=kind, age=8, shares=None)
    assert shows_titles(CAREFUL, kind=kind, age=8, shares=True)


def test_a_guardians_link_ends_with_eighteen_and_a_helpers_does_not() -> None:
    assert still_counts(CAREFUL, kind="guardian", age=17)
    assert not still_counts(CAREFUL, kind="guardian", age=18)
    assert still_counts(CAREFUL, kind="guardian", age=None)
    assert still_counts(CAREFUL, kind="helper", age=80)


def test_age_counts_from_the_birthday_and_else_by_class() -> None:
    born = date(2012, 2, 29)
    assert age_on(date(2026, 2, 28), born) == 13
    assert age_on(date(2026, 3, 1), born) == 14
    assert age_on(date(2026, 3, 1), born, likely=9) == 14
    assert age_on(date(2026, 3, 1), None, likely=9) == 9
    assert age_on(date(2026, 3, 1), None) is None


def test_guardians_are_reminded_as_the_library_chose() -> None:
    always, never = FamilyChoice(reminds=Reminds.ALWAYS), FamilyChoice(reminds=Reminds.NEVER)
    assert reminds_guardian(CAREFUL, age=8, is_reached=False)
    assert not reminds_guardian(CAREFUL, age=8, is_reached=True)
    assert reminds_guardian(always, age=8, is_reached=True)
    assert not reminds_guardian(always, age=18, is_reached=False)
    assert not reminds_guardian(never, age=8, is_reached=False)
