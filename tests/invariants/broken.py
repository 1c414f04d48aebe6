"""A library that can be brought into states which the program never leaves behind."""

from contextlib import contextmanager
from datetime import timedelta
from itertools import count

from django.db import connection, models, transaction

from jieyue.audit.models import Entry
from jieyue.circulation.models import Assessment, Block, Hold, Loan, Manifest, Transit
from jieyue.fees.models import DepositLine, DrawerClose, DrawerLine, LedgerLine
from jieyue.libraries.models import Branch
from tests.world import World

_numbers = count(1)


def _id(kind: str) -> str:
    return f"{kind[:6]}{next(_numbers):04d}"


class Broken:
    """Writes rows past every action; each builder makes a sound row unless told otherwise."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.mine = {"library_id": world.library.pk}
        self.east = Branch.objects.create(
            **self.mine, code="east", name="东馆", created_at=world.now
        )
        self.copy = world.copy(barcode="C1")
        self.patron = world.patron()

    def loan(self, **values) -> Loan:
        now = self.world.now
        given = {
            "copy": self.copy, "patron": self.patron, "branch": self.world.branch, "lent_at": now,
            "due_at": now + timedelta(days=9),
        }  # fmt: skip
        return self._make(Loan, given | values, public_id=_id("loan"))

    def hold(self, state: str = "waiting", **values) -> Hold:
        now = self.world.now
        given = {
            "title": self.copy.title, "patron": self.world.patron(), "queue_class": 1,
            "pickup_branch": self.world.branch, "queued_at": now, "placed_at": now, "state": state,
        }  # fmt: skip
        if state in ("in_transit", "ready"):
            given |= {"captured_copy": self.copy, "captured_at": now}
        if state == "ready":
            given |= {"ready_at": now, "fetch_by": now.date()}
        return self._make(Hold, given | values, public_id=_id("hold"))

    def transit(self, **values) -> Transit:
        given = {
            "copy": self.copy, "from_branch": self.east, "to_branch": self.world.branch,
            "why": "hold" if values.get("hold") else "home", "created_at": self.world.now,
        }  # fmt: skip
        return self._make(Transit, given | values, public_id=_id("transit"))

    def manifest(self, **values) -> Manifest:
        given = {
            "number": 7, "from_branch": self.east, "to_branch": self.world.branch,
            "created_at": self.world.now,
        }  # fmt: skip
        return self._make(Manifest, given | values)

    def line(self, kind: str, cents: int, **values) -> LedgerLine:
        given = {
            "patron": self.patron, "kind": kind, "amount_cents": cents, "reason": "fine",
            "at": self.world.now,
        }  # fmt: skip
        return self._make(LedgerLine, given | values, public_id=_id("line"))

    def deposit(self, kind: str, cents: int, **values) -> DepositLine:
        given = {
            "patron": self.patron, "kind": kind, "amount_cents": cents, "at": self.world.now,
        }  # fmt: skip
        return self._make(DepositLine, given | values, public_id=_id("deposit"))

    def close(self, expected: int, *lines: LedgerLine) -> DrawerClose:
        made = self._make(
            DrawerClose,
            {"branch": self.world.branch, "closed_at": self.world.now, "expected_cents": expected},
            public_id=_id("close"), counted_cents=0,
        )  # fmt: skip
        for line in lines:
            self._make(DrawerLine, {"close": made, "ledger_line": line})
        return made

    def cash(self, cents: int, **values) -> LedgerLine:
        given = {"method": "cash", "branch": self.world.branch}
        return self.line("payment", -cents, **(given | values))

    def assessment(self, loan: Loan, **values) -> Assessment:
        given = {"loan": loan, "kind": "late", "at": self.world.now}
        return self._make(Assessment, given | values, public_id=_id("assessment"))

    def suspension(self, loan: Loan, **values) -> Block:
        given = {
            "patron": self.patron, "kind": "suspension", "starts_on": self.world.now.date(),
            "ends_on": self.world.now.date(), "loan": loan, "created_at": self.world.now,
        }  # fmt: skip
        return self._make(Block, given | values, public_id=_id("block"))

    def tell(self, outcome: str, loan: Loan | str, **data) -> Entry:
        name = loan if isinstance(loan, str) else loan.public_id
        return self._make(
            Entry,
            {"at": self.world.now, "action": "test", "outcome": outcome, "door": "desk"},
            data={"loan": name} | data,
        )

    def _make(self, model, values, **more):
        return model.objects.create(**(self.mine | values | more))


@contextmanager
def without(model: type[models.Model], *names: str):
    """Take constraints of a table away for a while; what was done meanwhile is undone too."""
    saved = transaction.savepoint()
    with connection.cursor() as cursor:
        for name in names:
            _drop(cursor, model, name)
    try:
        yield
    finally:
        transaction.savepoint_rollback(saved)
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA ignore_check_constraints = OFF")


def _drop(cursor, model: type[models.Model], name: str) -> None:
    [constraint] = [c for c in model._meta.constraints if c.name == name]
    if isinstance(constraint, models.UniqueConstraint):
        cursor.execute(f"DROP INDEX {name}")
    elif connection.vendor == "sqlite":  # keys are only checked at the end there
        cursor.execute("PRAGMA ignore_check_constraints = ON")
    else:
        cursor.execute(f"ALTER TABLE {model._meta.db_table} DROP CONSTRAINT {name}")
