"""The four walls between libraries (design §4), checked on every model there is."""

from datetime import date, time
from pathlib import Path

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from jieyue.circulation.actions.checkout import checkout
from jieyue.fees.models import LedgerLine
from jieyue.kit.constraints import Known, SameLibrary
from jieyue.kit.ids import public_id
from jieyue.kit.models import LibraryOwned
from jieyue.kit.scope import NoLibraryScopeError, library_scope
from jieyue.libraries.models import ApiToken, OpeningHours, SpecialDays, StaffBranch
from tests.shape.stock import one_of_everything
from tests.world import World

# Belong to no library: tenants, people who sign in, facts about books, the installation's jobs.
GLOBAL = {"Library", "Account", "SignInAttempt", "SignIn", "Passkey", "WechatIdentity"} | {
    *("SourceAnswer", "Schedule"),
}
# May look across libraries, each for the reason given.
CROSSING = {
    "kit/models.py": "declares the manager",
    "kit/scope.py": "declares the manager",
    "kit/sql.py": "declares rows_across",
    "kit/rotation.py": "encrypts every library's secrets with the newest key",
    "community/jobs.py": "forgets at night who wrote and who was asked",
    "notices/jobs.py": "forgets old messages of every library at night",
    "patrons/readers.py": "a login that opens another library is not changed from here",
    "patrons/joining/applications.py": "erases old answers of every library at night",
    "patrons/codes.py": "empties old one-time codes of every library at night",
    "notices/by_hand.py": "settles at night what every library's people need not tell any more",
    "notices/planning.py": "plans messages of every library",
    "notices/sending.py": "sends messages of every library",
    "notices/weekly_sending.py": "sends every library's weekly messages to its class teachers",
    "audit/jobs.py": "forgets old refusals of every library at night",
    "libraries/jobs.py": "forgets old idempotency keys of every library at night",
    "interfaces/bench/stock.py": "stocks a library of its own",
    "outbox/tasks.py": "the worker serves every library",
    "libraries/tokens.py": "signing in finds the library by the token",
    "accounts/queries.py": "signing in finds the libraries of a person",
    "libraries/queries.py": "signing in finds the libraries of a person",
    "libraries/settings/elsewhere.py": "a password that opens another library stays as it is",
}
# Looked up before the library is known (signing in).
UNSCOPED_INDEXES = {"api_token_secret"}

OURS = [
    model
    for model in apps.get_models()
    if model.__module__.startswith("jieyue.") and not model._meta.proxy
]
OWNED = [model for model in OURS if issubclass(model, LibraryOwned)]
by_name = pytest.mark.parametrize("model", OWNED, ids=lambda m: m.__name__)


def test_every_model_belongs_to_a_library_or_is_listed() -> None:
    assert {model.__name__ for model in OURS if model not in OWNED} == GLOBAL


@by_name
def test_a_query_without_a_library_raises(model) -> None:
    for queryset in (
        model.objects.all,
        model._base_manager.all,
        model._default_manager.all,
    ):
        with pytest.raises(NoLibraryScopeError):
            queryset()


@by_name
def test_every_key_stays_in_the_library(model) -> None:
    constraints = {
        c.field: c for c in model._meta.constraints if isinstance(c, (SameLibrary, Known))
    }
    anchored = {
        m for m in OWNED
        if any(
            isinstance(c, models.UniqueConstraint) and tuple(c.fields) == ("library", "id")
            for c in m._meta.constraints
        )
    }  # fmt: skip
    for key in model._meta.get_fields():
        if not isinstance(key, models.ForeignKey) or key.name == "library":
            continue
        assert key.db_constraint is False, key
        wanted = SameLibrary if issubclass(key.related_model, LibraryOwned) else Known
        assert isinstance(constraints.get(key.name), wanted), f"{key} wants {wanted.__name__}"
        if wanted is SameLibrary:
            assert key.related_model in anchored, f"{key.related_model} wants anchor()"


@by_name
def test_unique_constraints_and_indexes_start_with_the_library(model) -> None:
    def first(made) -> str:
        return made.fields[0] if made.fields else made.expressions[0].name

    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            assert first(constraint) == "library", constraint.name
    for index in model._meta.indexes:
        assert first(index) == "library" or index.name in UNSCOPED_INDEXES, index.name
    for field in model._meta.local_fields:
        is_sign_in = isinstance(field, models.ForeignKey) and field.name == "account"
        assert not field.unique or field.primary_key, field
        assert not field.db_index or is_sign_in, f"{field}: choose its index by hand"


def test_only_listed_modules_look_across_libraries() -> None:
    source = Path(apps.get_app_config("libraries").path).parent
    crossing = {
        str(path.relative_to(source))
        for path in source.rglob("*.py")
        if any(word in path.read_text() for word in ("across_libraries", "rows_across"))
        and "migrations" not in path.parts
    }
    assert crossing <= set(CROSSING), crossing - set(CROSSING)


def stocked(slug: str) -> World:
    """Return a library with a row in every table that has keys."""
    world = World(slug=slug)
    with library_scope(world.library.pk):
        mine = {"library_id": world.library.pk}
        copy, patron = world.copy(), world.patron()
        checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=patron.card)
        LedgerLine.objects.create(
            **mine, public_id=public_id(), patron=patron, kind="charge", amount_cents=100,
            reason="test", at=world.now,
        )  # fmt: skip
        OpeningHours.objects.create(
            **mine, branch=world.branch, weekday=0, opens_at_time=time(9),
            closes_at_time=time(17),
        )  # fmt: skip
        SpecialDays.objects.create(
            **mine, branch=world.branch, name="元旦", starts_on=date(2027, 1, 1),
            ends_on=date(2027, 1, 1),
        )  # fmt: skip
        StaffBranch.objects.create(**mine, staff=world.staff, branch=world.branch)
        ApiToken.objects.create(
            **mine, name="t", secret_hash=slug, branch=world.branch, created_by=world.staff,
            created_at=world.now,
        )  # fmt: skip
        world.policy(branch=world.branch, category=world.category, item_type=world.item_type)
        one_of_everything(world, copy, patron)
    return world


@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_a_key_into_another_library() -> None:
    here, there = stocked("here"), stocked("there")
    tried = set()
    for model in OWNED:
        for constraint in model._meta.constraints:
            if not isinstance(constraint, SameLibrary):
                continue
            key = model._meta.get_field(constraint.field)
            with library_scope(there.library.pk):
                other = key.related_model.objects.values_list("pk", flat=True).first()
            with library_scope(here.library.pk):
                row = model.objects.first()
                assert row is not None and other is not None, f"stock a {model.__name__}"
                with pytest.raises(IntegrityError), transaction.atomic():
                    model.objects.filter(pk=row.pk).update(**{key.attname: other})
            tried.add(constraint.name)
    assert len(tried) >= 20


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite checks keys at commit")
def test_postgresql_checks_our_keys_with_the_statement() -> None:
    tables = [model._meta.db_table for model in OURS]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint JOIN pg_class c ON c.oid = conrelid"
            " WHERE contype = 'f' AND condeferred AND relname = ANY(%s)",
            [tables],
        )
        deferred = {name for (name,) in cursor.fetchall()}
    assert {name for name in deferred if "practice_of" not in name} == set()


@pytest.mark.django_db
def test_raw_sql_without_the_library_is_refused() -> None:
    from jieyue.kit import sql

    with library_scope(1), pytest.raises(sql.UnscopedSqlError):
        sql.rows("SELECT id FROM circulation_loan")
