"""The one question after self-service: who was asked is kept apart from what was answered."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, Literal

from jieyue.community.actions.outcomes import VoiceRefused, VoiceSaved, against, done
from jieyue.community.models import SurveyAnswer, SurveyAsked, SurveyQuestion
from jieyue.community.rules.faults import VoiceFault
from jieyue.community.rules.limits import MAX_QUESTION, MAX_REMARK
from jieyue.community.rules.moments import month_of
from jieyue.community.rules.texts import one_line
from jieyue.kit.encryption import keyed_hash
from jieyue.kit.ids import public_id
from jieyue.kit.transactions import lock_all, lock_one
from jieyue.libraries.actions import ForbiddenError, action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission

FACES: Final = (1, 2, 3)
OPEN_FOR: Final = timedelta(hours=2)  # a page that is loaded again asks again


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The question for this reader now; empty when there is none, or it was asked this month."""

    type: Literal["survey_asked"] = "survey_asked"
    question: str = ""
    text: str = ""


def ask_survey(desk: Desk) -> Asked:
    """Ask a reader, at most once a month."""
    return _ask_survey(_nobody(desk))


def answer_survey(
    desk: Desk, *, question: str, face: int, remark: str = ""
) -> VoiceSaved | VoiceRefused:
    """Keep what a reader who was asked this month answered, without who it was."""
    return _answer_survey(_nobody(desk), question=question, face=face, remark=remark)


def _nobody(desk: Desk) -> Desk:
    """Return the desk without what would be kept: a request's key, its caller and fingerprint."""
    if desk.patron_id is None:
        raise ForbiddenError(Permission.OWN_LOANS)
    return replace(desk, key=None)


@action(needs=None)
def _ask_survey(desk: Desk) -> Asked:
    row = SurveyQuestion.objects.filter(is_asked=True).first()
    if row is None:
        return Asked()
    month = month_of(desk.today)
    mark, _ = SurveyAsked.objects.get_or_create(
        library_id=desk.library_id,
        month=month,
        who_hash=_who(desk),
        defaults={"asked_at": desk.now},
    )
    if mark.is_answered or mark.asked_at + OPEN_FOR < desk.now:
        return Asked()
    return Asked(question=row.public_id, text=row.text)


@action(needs=None)
def _answer_survey(
    desk: Desk, *, question: str, face: int, remark: str
) -> VoiceSaved | VoiceRefused:
    remark = one_line(remark)
    if face not in FACES:
        return against(VoiceFault.CHOICE_BAD, "face")
    if len(remark) > MAX_REMARK:
        return against(VoiceFault.TOO_LONG, "remark", MAX_REMARK)
    row = SurveyQuestion.objects.filter(public_id=question).first()
    month = month_of(desk.today)
    mark = lock_one(SurveyAsked.objects.filter(month=month, who_hash=_who(desk)))
    if row is None or mark is None:
        return against(VoiceFault.UNKNOWN)
    if mark.is_answered:
        return done("", "answered")  # twice clicked: the first one counts
    SurveyAsked.objects.filter(pk=mark.pk).update(is_answered=True)
    SurveyAnswer.objects.create(
        library_id=desk.library_id, question=row, month=month, face=face, remark=remark
    )
    return done("", "answered")


def _who(desk: Desk) -> str:
    month = month_of(desk.today).isoformat()
    return keyed_hash(f"survey:{desk.library_id}:{desk.patron_id}:{month}")


@action(needs=Permission.SETTINGS, whole_library=True)
def set_survey(desk: Desk, *, text: str, is_asked: bool) -> VoiceSaved | VoiceRefused:
    """Say what readers are asked, or that they are not."""
    text = one_line(text)
    if is_asked and not text:
        return against(VoiceFault.TEXT_MISSING, "text")
    if len(text) > MAX_QUESTION:
        return against(VoiceFault.TOO_LONG, "text", MAX_QUESTION)
    now = lock_all(SurveyQuestion.objects.filter(is_asked=True))
    if is_asked and now and now[0].text == text:
        return done(now[0].public_id)
    SurveyQuestion.objects.filter(is_asked=True).update(is_asked=False)
    if not is_asked:
        return done("", "off")
    same = SurveyQuestion.objects.filter(text=text).first()
    if same is not None:
        SurveyQuestion.objects.filter(pk=same.pk).update(is_asked=True)
        return done(same.public_id, "on")
    made = SurveyQuestion.objects.create(
        library_id=desk.library_id, public_id=public_id(), text=text, created_at=desk.now
    )
    return done(made.public_id, "on")
