"""The library's limits for what readers say, wish and are told."""

from jieyue.community.actions.outcomes import VoiceRefused, VoiceSaved, against, done
from jieyue.community.models import CommunityRules
from jieyue.community.rules.faults import VoiceFault
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission

MOST = {"wishes_per_month": 100, "messages_per_month": 31}


@action(needs=Permission.SETTINGS, whole_library=True)
def set_voice_rules(
    desk: Desk,
    *,
    takes_feedback: bool,
    takes_visitors: bool,
    wishes_per_month: int,
    messages_per_month: int,
) -> VoiceSaved | VoiceRefused:
    """Say what the library takes, and how much a month of one reader or to one reader."""
    given = {"wishes_per_month": wishes_per_month, "messages_per_month": messages_per_month}
    for name, value in given.items():
        if not 0 <= value <= MOST[name]:
            return against(VoiceFault.NUMBER_BAD, name, MOST[name])
    CommunityRules.objects.update_or_create(
        library_id=desk.library_id,
        defaults={"takes_feedback": takes_feedback, "takes_visitors": takes_visitors, **given},
    )
    return done("", limits=given)
