"""The nightly sweep: what may no longer be kept, or is of no use any more."""

from datetime import datetime
from typing import Any, Final

from jieyue.interfaces.worker.registry import named

# Each deletes in batches and may be stopped and run again at any time.
SWEEPS: Final[dict[str, str]] = {
    "kept_promises": "jieyue.outbox.tasks:forget_done",
    "idempotency_keys": "jieyue.libraries.jobs:forget_old_keys",
    "sign_in_attempts": "jieyue.accounts.jobs:forget_old_attempts",
    "sessions": "jieyue.accounts.jobs:forget_expired_sessions",
    "sign_ins": "jieyue.accounts.sessions:forget_unused",
    "imports": "jieyue.imports.jobs:forget_old_imports",
    "one_time_codes": "jieyue.patrons.codes:empty_old_codes",
    "applications": "jieyue.patrons.joining.applications:erase_old_answers",
    "feedback_senders": "jieyue.community.jobs:forget_senders",
    "survey_asked": "jieyue.community.jobs:forget_asked",
    "told_by_hand": "jieyue.notices.by_hand:drop_everywhere",
    "notices": "jieyue.notices.jobs:forget_old_notices",
    "teachers": "jieyue.notices.jobs:forget_teachers",
    "piles": "jieyue.circulation.jobs.piles:forget_old_piles",
    "receipts": "jieyue.circulation.jobs.self_service:forget_old_receipts",
    "refusals": "jieyue.audit.jobs:forget_old_refusals",
    "practice_libraries": "jieyue.circulation.practice:remove_old_practices",
}


def tidy_up(now: datetime) -> dict[str, Any]:
    """Run every sweep; one that fails holds none of the others up, and fails the job at the end.

    Returns how many rows each removed.
    """
    removed: dict[str, Any] = {}
    failed: list[Exception] = []
    for name, path in SWEEPS.items():
        try:
            removed[name] = named(path)(now)
        except Exception as error:  # noqa: BLE001 (raised below)
            failed.append(error)
    if failed:
        raise failed[0]
    return removed
