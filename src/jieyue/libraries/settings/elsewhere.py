"""Whether a login is used beyond this library (listed in the wall tests: it crosses libraries)."""

from jieyue.libraries.models import Staff


def works_elsewhere(account_id: int, library_id: int) -> bool:
    """Say whether the account works at another library; practice copies of this one are none."""
    return (
        Staff.across_libraries.filter(account_id=account_id)
        .exclude(library_id=library_id)
        .exclude(library__practice_of_id=library_id)
        .exists()
    )
