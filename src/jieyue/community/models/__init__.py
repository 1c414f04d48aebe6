"""What readers say and wish, what they are told and invited to."""

from jieyue.community.models.activities import Activity, SignUp
from jieyue.community.models.announcements import Announcement
from jieyue.community.models.feedback import Feedback, FeedbackLine, FeedbackPicture
from jieyue.community.models.messages import GroupMessage, MessageRecipient
from jieyue.community.models.settings import CommunityRules
from jieyue.community.models.survey import SurveyAnswer, SurveyAsked, SurveyQuestion
from jieyue.community.models.wishes import Wish, WishSupporter

__all__ = [
    "Activity",
    "Announcement",
    "CommunityRules",
    "Feedback",
    "FeedbackLine",
    "FeedbackPicture",
    "GroupMessage",
    "MessageRecipient",
    "SignUp",
    "SurveyAnswer",
    "SurveyAsked",
    "SurveyQuestion",
    "Wish",
    "WishSupporter",
]
