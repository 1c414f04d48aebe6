"""Whether a login is used beyond this library (listed in the wall tests: it crosses libraries)."""

from collections.abc import Iterable

from jieyue.libraries.models import Staff


def works_elsewhere(account_id: int, library_id: int) -> bool:
    """Say whether the account works at another library; practice copies of this one are none."""
    return (
        Staff.across_libraries.filter(account_id=account_id)
        .exclude(library_id=library_id)
        .exclude(library__practice_of_id=library_id)
        .exists()
    )


def who_work(account_ids: Iterable[int]) -> set[int]:
    """Return which of the accounts open staff pages of some library. One statement, no scope."""
    rows = Staff.across_libraries.filter(account_id__in=list(account_ids), is_active=True)
    return set(rows.values_list("account_id", flat=True))


def who_worked(account_ids: Iterable[int]) -> set[int]:
    """Return which of the accounts open staff pages of some library, or did and may again."""
    rows = Staff.across_libraries.filter(account_id__in=list(account_ids))
    return set(rows.values_list("account_id", flat=True))
