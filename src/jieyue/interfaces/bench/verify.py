"""Is every acknowledged operation in the database, once?"""

from django.apps import apps
from django.db import connection

from jieyue.kit.scope import library_scope


def analyze() -> None:
    """Tell the planner how large the tables are, as autovacuum does within a minute."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def verify(lent: dict[str, str], returned: set[str], library_id: int, *, before: int) -> None:
    """Compare what clients were told with the rows beyond the `before` first loans.

    Raises SystemExit on a difference.
    """
    with library_scope(library_id):
        loans = apps.get_model("circulation", "Loan").objects.select_related("copy")
        found = {loan.public_id: loan for loan in loans.order_by("-id")[: loans.count() - before]}
        keys = apps.get_model("libraries", "IdempotencyKey").objects.count()
    problems = {
        "acknowledged loans are missing": lent.keys() - found.keys(),
        "loans were made that nobody was told of": found.keys() - lent.keys(),
        "loans are of another copy": {
            loan
            for loan, copy in lent.items()
            if loan in found and found[loan].copy.barcode != copy
        },
        "acknowledged returns are missing": {
            loan for loan in returned if loan in found and found[loan].returned_at is None
        },
    }
    wrong = {what: len(which) for what, which in problems.items() if which}
    if wrong:
        raise SystemExit(f"bench: {wrong} ({len(lent)} loans, {keys} keys)")
