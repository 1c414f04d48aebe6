"""What readers agree to, each to the words they read."""

import pytest
from django.db import IntegrityError, transaction

from jieyue.audit.models import Entry
from jieyue.kit.ids import public_id
from jieyue.kit.scope import library_scope
from jieyue.libraries.actions import ForbiddenError, OtherBranchError
from jieyue.libraries.desk import Door
from jieyue.libraries.rules.changes import Trouble
from jieyue.libraries.rules.permissions import HELPER
from jieyue.libraries.settings.outcomes import NotSaved, Saved
from jieyue.patrons.joining.consents import (
    KINDS,
    ConsentGiven,
    ConsentRefused,
    ConsentWithdrawn,
    agreement_of,
    consents_of,
    edit_consent_text,
    give_consent,
    has_consent,
    texts,
    with_consent,
    withdraw_consent,
)
from jieyue.patrons.models import Consent, ConsentText
from jieyue.patrons.rules.joining.texts import BUILT_IN, MAX_WORDS
from tests.world import World


def test_a_reader_agrees_and_changes_their_mind(world: World) -> None:
    patron = world.patron()
    desk = world.reader_desk(patron)
    assert not has_consent(patron.pk, "messages")

    given = give_consent(desk, kind="messages", version=1, language="zh-hans")

    assert given == ConsentGiven(kind="messages", version=1)
    assert has_consent(patron.pk, "messages") and not has_consent(patron.pk, "history")
    [one] = consents_of(patron.pk)
    assert (one.words, one.giver, one.door) == (BUILT_IN["messages"][0], "self", "reader")
    assert (one.given_at, one.withdrawn_at) == (world.now, None)

    gone = withdraw_consent(desk, kind="messages")

    assert gone == ConsentWithdrawn(kind="messages")
    assert not has_consent(patron.pk, "messages")
    assert [one.withdrawn_at for one in consents_of(patron.pk)] == [world.now]
    assert [entry.data for entry in Entry.objects.order_by("id")] == [
        {"consent": "messages", "version": 1},
        {"consent": "messages"},
    ]


def test_saying_it_twice_is_one_consent(world: World) -> None:
    desk = world.reader_desk(world.patron())
    for _ in range(2):
        assert give_consent(desk, kind="history", version=1, language="en") == ConsentGiven(
            kind="history", version=1
        )
    assert Consent.objects.count() == 1
    for _ in range(2):
        assert withdraw_consent(desk, kind="history") == ConsentWithdrawn(kind="history")
    assert Consent.objects.count() == 1


def test_new_words_are_a_new_version_and_who_agreed_to_the_old_ones_agreed_to_those(
    world: World,
) -> None:
    patron = world.patron()
    desk = world.reader_desk(patron)
    give_consent(desk, kind="messages", version=1, language="en")

    saved = edit_consent_text(world.desk(), kind="messages", words_zh=" 愿意 ", words_en="Yes.")

    assert saved == Saved(code="messages")
    now = texts()["messages"]
    assert (now.version, now.words_zh, now.words_en, now.is_built_in) == (2, "愿意", "Yes.", False)
    assert has_consent(patron.pk, "messages")
    assert give_consent(desk, kind="messages", version=1, language="en") == ConsentRefused(
        code="words_changed"
    )
    give_consent(desk, kind="messages", version=2, language="en")
    newer, older = consents_of(patron.pk)
    assert (newer.version, newer.words, newer.withdrawn_at) == (2, "Yes.", None)
    assert (older.version, older.words) == (1, BUILT_IN["messages"][1])
    assert older.withdrawn_at == world.now


def test_the_installations_words_come_back_when_both_are_emptied(world: World) -> None:
    edit_consent_text(world.desk(), kind="privacy", words_zh="甲", words_en="A")
    edit_consent_text(world.desk(), kind="privacy", words_zh="", words_en=" ")
    now = texts()["privacy"]
    assert (now.version, (now.words_zh, now.words_en)) == (3, BUILT_IN["privacy"])
    assert now.is_built_in
    edit_consent_text(world.desk(), kind="privacy", words_zh="", words_en="")
    assert ConsentText.objects.count() == 2


@pytest.mark.parametrize(
    ("words_zh", "words_en", "trouble"),
    [
        ("同意", "", Trouble.NAME_MISSING),
        ("同" * (MAX_WORDS + 1), "Yes", Trouble.TOO_LONG),
    ],
)
def test_words_are_in_both_languages_and_not_endless(
    world: World, words_zh: str, words_en: str, trouble: Trouble
) -> None:
    outcome = edit_consent_text(world.desk(), kind="history", words_zh=words_zh, words_en=words_en)
    assert outcome == NotSaved(trouble=trouble)
    assert not ConsentText.objects.exists()


def test_staff_note_what_was_agreed_to_on_paper(world: World) -> None:
    patron = world.patron()
    give_consent(
        world.desk(), kind="messages", version=1, language="zh-hans", patron=patron.public_id
    )
    row = Consent.objects.get()
    assert (row.patron_id, row.staff_id, row.door) == (patron.pk, world.staff.pk, "desk")


def test_a_child_is_not_written_to_until_a_guardian_says_so_to_staff(world: World) -> None:
    child = world.patron("王小明", group_name="三年级2班")
    me, given = world.reader_desk(child), {"kind": "messages", "version": 1, "language": "zh"}
    assert agreement_of(me, child.pk).needs_guardian
    assert give_consent(me, **given) == ConsentRefused(code="guardian_needed")
    assert give_consent(me, **given | {"kind": "history"}).type == "consent_given"

    assert give_consent(world.desk(), patron=child.public_id, **given).type == "consent_given"
    assert agreement_of(me, child.pk).stands
    assert withdraw_consent(me, kind="messages").type == "consent_withdrawn"
    assert not agreement_of(me, child.pk).stands
    grown = world.patron("王大明", group_name="高三1班")
    assert not agreement_of(me, grown.pk).needs_guardian
    assert give_consent(world.reader_desk(grown), **given).type == "consent_given"


def test_nobody_agrees_for_another(world: World) -> None:
    mine, other = world.patron("林晓雨"), world.patron("周小满")
    for desk in (world.reader_desk(mine), world.desk(permissions=HELPER)):
        with pytest.raises(ForbiddenError):
            give_consent(desk, kind="messages", version=1, language="en", patron=other.public_id)
    assert not Consent.objects.exists()
    with pytest.raises(OtherBranchError):
        edit_consent_text(
            world.desk(branch_ids=frozenset({world.branch.pk})),
            kind="messages", words_zh="甲", words_en="A",
        )  # fmt: skip


def test_what_is_not_there_is_refused(world: World) -> None:
    patron = world.patron()
    desk = world.desk()
    assert give_consent(
        desk, kind="messages", version=1, language="en", patron="NOBODY"
    ) == ConsentRefused(code="patron_unknown")
    assert withdraw_consent(desk, kind="soul", patron=patron.public_id) == ConsentRefused(
        code="kind_unknown"
    )
    assert edit_consent_text(desk, kind="soul", words_zh="甲", words_en="A") == NotSaved(
        trouble=Trouble.UNKNOWN
    )


def test_many_are_asked_about_in_one_statement(world: World, django_assert_num_queries) -> None:
    willing, unwilling = world.patron("林晓雨"), world.patron("周小满")
    give_consent(world.reader_desk(willing), kind="messages", version=1, language="en")
    with django_assert_num_queries(1):
        assert with_consent([willing.pk, unwilling.pk], "messages") == {willing.pk}


def test_the_database_keeps_one_consent_of_a_kind_at_a_time(world: World) -> None:
    patron = world.patron()
    give_consent(world.reader_desk(patron), kind="history", version=1, language="en")
    row = Consent.objects.get()
    row.pk, row.public_id = None, public_id()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_every_kind_has_words_in_both_languages_that_name_the_library(world: World) -> None:
    assert set(KINDS) == set(ConsentText.Kind.values)
    for text in texts().values():
        for language in ("zh-hans", "en"):
            words = text.words(language, "北原书馆")
            assert "北原书馆" in words and "{" not in words


def test_other_libraries_have_words_of_their_own(world: World) -> None:
    edit_consent_text(world.desk(), kind="privacy", words_zh="甲", words_en="A")
    with library_scope(World(slug="southfield").library.pk):
        assert texts()["privacy"].is_built_in


def test_a_consent_through_the_api_keeps_its_door(world: World) -> None:
    patron = world.patron()
    desk = world.desk(door=Door.API, staff_id=None, caller="token:1")
    give_consent(desk, kind="messages", version=1, language="en", patron=patron.public_id)
    assert [(one.door, one.giver) for one in consents_of(patron.pk)] == [("api", "self")]
