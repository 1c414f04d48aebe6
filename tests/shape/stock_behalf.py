"""Rows of who acts for whom, of a colleague's class, and of a promotion, every key filled in."""

from datetime import date

from jieyue.kit.ids import public_id
from jieyue.patrons.models import (
    FamilyRules,
    Patron,
    PatronLink,
    PromotedReader,
    Promotion,
    StaffGroup,
)
from tests.world import World


def stock_behalf(world: World, patron: Patron) -> None:
    """Add one of each."""
    mine = {"library_id": world.library.pk}
    day = date(2026, 8, 31)
    PatronLink.objects.create(
        **mine, public_id=public_id(), actor=world.patron("王芳"), reader=patron, kind="guardian",
        asked_by="staff", asked_at=world.now,
    )  # fmt: skip
    FamilyRules.objects.create(
        **mine, titles_until_age=14, guardians_until_age=18, reminds="no_phone",
        readers_may_ask=True, changed_at=world.now,
    )  # fmt: skip
    StaffGroup.objects.create(**mine, staff=world.staff, group_name="三年级2班")
    promotion = Promotion.objects.create(
        **mine, public_id=public_id(), state="done", leave_on=day, total=1,
        made_by=world.staff, started_at=world.now, ended_at=world.now,
    )  # fmt: skip
    PromotedReader.objects.create(
        **mine, promotion=promotion, patron=patron, was_group="三年级2班", now_group="四年级2班"
    )
