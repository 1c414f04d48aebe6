"""The nightly sweep takes what is out of date and leaves everything else."""

from datetime import timedelta

from django.contrib.sessions.models import Session

from jieyue.accounts.jobs import forget_expired_sessions, forget_old_attempts
from jieyue.accounts.models import SignInAttempt
from jieyue.audit.jobs import forget_old_refusals
from jieyue.audit.models import Entry
from jieyue.imports.jobs import forget_old_imports
from jieyue.imports.models import Import, ImportPart, ImportRow
from jieyue.libraries.jobs import forget_old_keys
from jieyue.libraries.models import IdempotencyKey
from tests.world import NOON


def test_idempotency_keys_are_kept_seven_days(world):
    for key, days in (("old", 8), ("new", 6)):
        IdempotencyKey.objects.create(
            library=world.library, caller="staff:1", key=key, fingerprint="",
            created_at=NOON - timedelta(days=days),
        )  # fmt: skip

    assert forget_old_keys(NOON) == 1
    assert [row.key for row in IdempotencyKey.objects.all()] == ["new"]


def test_refusals_are_kept_ninety_days_and_what_was_done_for_good(world):
    for outcome, days in (("refused", 91), ("refused", 89), ("lent", 400)):
        Entry.objects.create(
            library=world.library, at=NOON - timedelta(days=days), action="checkout",
            outcome=outcome, door="desk",
        )  # fmt: skip

    assert forget_old_refusals(NOON) == 1
    assert sorted(row.outcome for row in Entry.objects.all()) == ["lent", "refused"]


def test_failed_sign_ins_are_kept_a_day(db):
    for hours in (25, 23):
        SignInAttempt.objects.create(who_hash="x", at=NOON - timedelta(hours=hours))

    assert forget_old_attempts(NOON) == 1
    assert SignInAttempt.objects.count() == 1


def test_files_and_rows_of_an_import_go_after_thirty_days_and_it_stays(world):
    for name, days in (("old", 31), ("new", 29)):
        run = Import.objects.create(
            library=world.library, public_id=name, kind="books", file_name="书.csv", file_bytes=1,
            branch_id=world.branch.pk, state="done", created_at=NOON - timedelta(days=40),
            ended_at=NOON - timedelta(days=days), samples="[]",
        )  # fmt: skip
        ImportPart.objects.create(library=world.library, run=run, number=1, content=b"-")
        ImportRow.objects.create(library=world.library, run=run, number=1, verdict="new")

    assert forget_old_imports(NOON) == 2
    assert forget_old_imports(NOON) == 0
    assert [row.run.public_id for row in ImportRow.objects.all()] == ["new"]
    assert [row.run.public_id for row in ImportPart.objects.all()] == ["new"]
    assert dict(Import.objects.values_list("public_id", "samples")) == {"old": "", "new": "[]"}


def test_sessions_go_when_they_no_longer_sign_anybody_in(db):
    for key, hours in (("over", -1), ("valid", 1)):
        Session.objects.create(
            session_key=key, session_data="", expire_date=NOON + timedelta(hours=hours)
        )

    assert forget_expired_sessions(NOON) == 1
    assert Session.objects.get().session_key == "valid"


def test_more_rows_than_a_batch_go_too(world, monkeypatch):
    monkeypatch.setattr("jieyue.kit.batches.BATCH", 3)
    IdempotencyKey.objects.bulk_create(
        IdempotencyKey(
            library=world.library,
            caller="staff:1",
            key=str(n),
            fingerprint="",
            created_at=NOON - timedelta(days=30),
        )
        for n in range(10)
    )

    assert forget_old_keys(NOON) == 10
