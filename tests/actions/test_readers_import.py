"""A school's list of readers on its way in, and out again."""

from datetime import date

from django.apps import apps
from django.db import connection

from jieyue.audit.models import Entry
from jieyue.circulation.queries.contradictions import contradictions
from jieyue.imports.models import ImportRow
from jieyue.kit.encryption import keyed_hash
from jieyue.patrons.importing.readers import READERS
from jieyue.patrons.models import Card, Patron, PatronCategory
from tests.bringing import Bringing
from tests.world import World

LIST = """某小学读者名册,,,,,,
学号,姓名,年级,班级,家长电话,证号,类型,状态
2023001,林晓雨,3,2,13800138000,A0001,学生,正常
2023002,王小明,3,2,13900139000/13700137000,,学生,挂失
2023003,,3,2,,,学生,
2023001,陈静,3,2,,,学生,
2023004,周周,3,2,12,A0001,学生,
2023005,吴老师,,,,,教师,停用
"""


def bring(world: World, text: str = LIST, **options) -> Bringing:
    if not PatronCategory.objects.filter(code="student").exists():
        PatronCategory.objects.create(library_id=world.library.pk, code="student", name="学生",
                                      valid_months=12)  # fmt: skip
    return Bringing(world.desk(), READERS, text, **options)


def readers() -> list[tuple]:
    """Return every reader's columns as they are stored."""
    return [
        (*row, list(Card.objects.filter(patron_id=row[0]).order_by("id").values_list("barcode")))
        for row in Patron.objects.order_by("id").values_list()
    ]


def test_the_dry_run_says_what_would_become_of_every_row(world: World) -> None:
    there = world.patron("王小明", card="B0002", student_number="2023002")
    before = readers()

    found = bring(world, categories={"教师": "adult"}).check()

    assert found.verdicts() == [
        (3, "new", [], []),
        (4, "update", [], ["only_first_taken"]),
        (5, "wrong", ["name_missing"], []),
        (6, "wrong", ["student_number_repeated"], []),
        (7, "wrong", ["card_repeated"], ["phone_bad"]),
        (8, "new", [], []),
    ]
    assert ImportRow.objects.get(number=4).changed == ["group_name", "phone"]
    assert readers() == before
    assert there.name == "王小明"


def test_readers_come_in_with_cards_states_and_what_they_are_found_by(world: World) -> None:
    bring(world, categories={"教师": "adult"}).check().bring_in()

    lin, wang, wu = Patron.objects.order_by("id")
    assert (lin.name, lin.group_name, lin.phone) == ("林晓雨", "三年级2班", "13800138000")
    assert (lin.name_key.split("|")[2:4], lin.sort_key) == (["linxiaoyu", "lxy"], "lin xiao yu")
    assert (lin.phone_hash, lin.category.code) == (keyed_hash("13800138000"), "student")
    assert (lin.branch, lin.frozen_at) == (world.branch, None)
    assert lin.expires_on is not None
    assert lin.expires_on > date(2027, 1, 1)
    assert [card.barcode for card in Card.objects.filter(patron=lin)] == ["A0001"]
    [card] = Card.objects.filter(patron=wang)
    assert (card.barcode, card.lost_at is not None) == ("200000016", True)
    assert (wu.frozen_reason, wu.frozen_at is not None, wu.category.code) == (
        *("停用", True, "adult"),
    )
    assert contradictions() == []


def test_every_reader_brought_in_is_in_the_journal_without_a_name(world: World) -> None:
    found = bring(world).check().bring_in()

    lin = Patron.objects.get(name="林晓雨")
    [entry] = Entry.objects.filter(patron_id=lin.pk)
    assert (entry.action, entry.outcome, entry.data, entry.staff_id) == (
        *("import_rows", "patron_saved", {"import": found.run}, world.staff.pk),
    )


def test_a_card_type_nobody_knows_stops_a_row_and_can_be_explained(world: World) -> None:
    text = "姓名,类型\n林晓雨,三年级学生\n陈静,\n"

    assert bring(world, text).check().verdicts() == [
        (2, "wrong", ["category_unknown"], []),
        (3, "new", [], []),
    ]
    bring(world, text, categories={"三年级学生": "student"}, category="student").check().bring_in()
    assert {row.category.code for row in Patron.objects.all()} == {"student"}


def test_bringing_the_same_list_twice_changes_nothing(world: World) -> None:
    bring(world).check().bring_in()
    before = readers()

    again = bring(world).check()

    assert [verdict for _, verdict, _, _ in again.verdicts()] == [
        *("duplicate", "duplicate", "wrong", "wrong", "wrong", "wrong"),
    ]
    assert readers() == before


def test_next_years_list_moves_classes_where_a_person_said_so(world: World) -> None:
    bring(world).check().bring_in()
    text = "学号,姓名,班级\n2023001,林晓雨,四年级2班\n2023002,王小明,四年级1班\n"

    kept = bring(world, text).check()
    found = bring(world, text, replaces=["group_name"]).check().bring_in()

    assert [verdict for _, verdict, _, _ in kept.verdicts()] == ["duplicate", "duplicate"]
    assert list(Patron.objects.order_by("id").values_list("group_name", flat=True)) == [
        *("四年级2班", "四年级1班"),
    ]
    found.undo()
    assert list(Patron.objects.order_by("id").values_list("group_name", flat=True)) == [
        *("三年级2班", "三年级2班"),
    ]


def test_a_desk_that_was_quicker_wins(world: World) -> None:
    found = bring(world).check()
    world.patron("何人", card="A0001")

    found.bring_in()

    assert found.verdicts()[0] == (3, "wrong", ["card_taken", "other_name"], [])
    assert not Patron.objects.filter(name="林晓雨").exists()


def test_an_undo_leaves_everything_as_it_was_before(world: World) -> None:
    world.patron("王小明", card="B0002", student_number="2023002", email="w@example.cn")
    before = readers()
    found = bring(world).check().bring_in()
    assert readers() != before

    found.undo()

    assert readers() == before
    assert found.states() == [
        (3, "undone"),
        (4, "undone"),
        (5, "left_out"),
        (6, "left_out"),
        (7, "left_out"),
        (8, "left_out"),
    ]
    assert contradictions() == []


def test_who_has_borrowed_since_stays_when_the_list_is_taken_back(world: World) -> None:
    from jieyue.circulation.actions.checkout import checkout

    found = bring(world).check().bring_in()
    copy = world.copy()
    checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode="A0001")

    found.undo()

    assert found.states()[:2] == [(3, "kept"), (4, "undone")]
    assert found.verdicts()[0] == (3, "new", ["something_followed"], [])
    assert list(Patron.objects.values_list("name", flat=True)) == ["林晓雨"]
    assert contradictions() == []


def test_what_somebody_corrected_since_stays_corrected(world: World) -> None:
    there = world.patron("王小明", card="B0002", student_number="2023002")
    found = bring(world).check().bring_in()
    Patron.objects.filter(pk=there.pk).update(group_name="四年级1班")

    found.undo()

    there.refresh_from_db()
    assert (there.group_name, there.phone, there.phone_hash) == ("四年级1班", "", "")
    assert found.states()[1] == (4, "kept")


def test_personal_data_of_a_list_is_nowhere_in_plain(world: World) -> None:
    bring(world).check()

    for model in apps.get_models():
        if model._meta.app_label not in ("imports", "audit", "outbox"):
            continue
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
            stored = repr([[bytes(v) if isinstance(v, memoryview) else v for v in row]
                           for row in cursor.fetchall()])  # fmt: skip
        for secret in ("林晓雨", "13800138000", "2023001", "A0001", "三年级", "\\u6797"):
            assert secret not in stored, (model, secret)
            assert repr(secret.encode())[2:-1] not in stored, (model, secret)


def test_a_batch_is_judged_and_written_in_a_fixed_number_of_statements(
    world: World, django_assert_max_num_queries
) -> None:
    head = "学号,姓名,班级,电话\n"
    lists = [
        head + "".join(f"{n}{i},读者{n}{i},1班,1380000{n}{i:03}\n" for i in range(size))
        for n, size in ((1, 2), (2, 120))
    ]
    counts = []
    for text in lists:
        found = bring(world, text)
        for step in (found.check, found.bring_in, found.undo):
            with django_assert_max_num_queries(80) as counted:
                step()
            counts.append(len(counted))
    assert all(many - few <= 2 for few, many in zip(counts[:3], counts[3:], strict=True))


def test_what_was_wrong_may_be_right_by_the_time_of_the_import(world: World) -> None:
    text = "姓名,类型,证号,学号\n林晓雨,馆员,A0001,\n陈静,,A0002,2023009\n"
    world.patron("陈静", card="B0002", student_number="2023009")
    found = bring(world, text).check()
    assert found.verdicts() == [
        (2, "wrong", ["category_unknown"], []),
        (3, "duplicate", [], ["card_kept"]),
    ]
    PatronCategory.objects.create(library_id=world.library.pk, code="librarian", name="馆员")

    found.bring_in()

    assert found.verdicts()[0] == (2, "new", [], [])
    assert Patron.objects.get(name="林晓雨").category.name == "馆员"
