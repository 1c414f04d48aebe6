"""A row of everything that readers' voice has addresses for, of one library."""

from datetime import timedelta
from typing import Any

from jieyue.community.models import (
    Activity,
    Announcement,
    Feedback,
    GroupMessage,
    MessageRecipient,
    SignUp,
    Wish,
)
from tests.world import World


def voices(world: World, patron: Any) -> dict[str, str]:
    """Make them, published where that is possible; return their ids by the addresses' names."""
    mine: dict[str, Any] = {"library_id": world.library.pk}
    new = {"created_at": world.now, "changed_at": world.now}
    Feedback.objects.create(**mine, **new, public_id="THEIRVOICE", kind="idea", text="椅子")
    Wish.objects.create(**mine, **new, public_id="THEIRWISH", key="name:三体|", name="三体")
    Announcement.objects.create(
        **mine, public_id="THEIRNEWS", name="闭馆", starts_on=world.desk().today,
        published_at=world.now, created_at=world.now,
    )  # fmt: skip
    activity = Activity.objects.create(
        **mine, public_id="THEIRPARTY", name="读书会", starts_at=world.now,
        ends_at=world.now + timedelta(days=30000), published_at=world.now, created_at=world.now,
    )  # fmt: skip
    SignUp.objects.create(
        **mine, public_id="THEIRSIGNUP", activity=activity, patron=patron, state="comes",
        asked_at=world.now,
    )  # fmt: skip
    message = GroupMessage.objects.create(
        **mine, public_id="THEIRMAIL", name="新书", text="-", created_at=world.now
    )
    MessageRecipient.objects.create(
        **mine, public_id="THEIRCOPY", message=message, patron=patron, step=1, at=world.now
    )
    return {
        "feedback": "THEIRVOICE", "wish": "THEIRWISH", "announcement": "THEIRNEWS",
        "activity": "THEIRPARTY", "sign_up": "THEIRSIGNUP", "message": "THEIRMAIL",
        "recipient": "THEIRCOPY",
    }  # fmt: skip
