"""The demo as it is really made: something of everything is going on in it, and nothing is odd."""

import json

import pytest

from tests.run.installation import Installation

pytestmark = pytest.mark.slow

COUNT = """
import json
from django.apps import apps
def count(label, **only):
    return apps.get_model(label).across_libraries.filter(**only).count()
print(json.dumps({
    "waiting": count("circulation.Hold", state="waiting"),
    "ready": count("circulation.Hold", state="ready"),
    "boxes": count("circulation.Transit", ended_at=None),
    "fines": count("fees.LedgerLine", reason="late"),
    "lost": count("circulation.Loan", lost_at__isnull=False),
    "claimed": count("circulation.Loan", claimed_at__isnull=False),
    "blocks": count("circulation.Block", kind="manual"),
    "imports": count("imports.Import", state="done"),
    "stock_takes": count("circulation.StockTake", state="open"),
    "waiting_applications": count("patrons.Application", state="sent"),
    "families": count("patrons.PatronLink", confirmed_at__isnull=False),
    "asked_links": count("patrons.PatronLink", confirmed_at=None),
    "class_teachers": count("patrons.StaffGroup"),
    "weekly_messages": count("notices.TeacherDigest"),
    "told_by_hand": count("notices.NoticeSettings", by_hand__isnull=False),
    "open_forms": count("patrons.JoiningForm", is_open=True),
    "self_service": count("circulation.SelfService", may_borrow=True, may_return=True),
    "strange_labels": count("circulation.StockLine", copy=None),
    "written_again": count("catalog.Title", match_key__in=[
        row["match_key"] for row in apps.get_model("catalog.Title").across_libraries.exclude(
            isbn13="").values("match_key")], isbn13=""),
}))
"""


def test_a_demo_has_queues_fines_and_losses_and_contradicts_itself_nowhere(
    installation: Installation,
):
    made = installation.run("prepare", "--demo=keep")
    assert made.returncode == 0, made.stderr

    checked = installation.run("check")
    assert (checked.returncode, checked.stdout.strip()) == (0, "0 contradictions")
    counts = json.loads(installation.script(COUNT))
    assert all(count >= 1 for count in counts.values()), counts
