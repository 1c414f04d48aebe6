"""Addresses of readers' voice, for readers."""

from django.urls import path

from jieyue.interfaces.web.community import activities, agreeing, feedback, messages, wishes

app_name = "voice"
urlpatterns = [
    path("feedback", feedback.mine, name="mine"),
    path("feedback/new", feedback.write, name="write"),
    path("feedback/<slug:feedback>", feedback.one, name="feedback"),
    path("feedback/<slug:feedback>/more", feedback.more, name="more"),
    path("feedback/<slug:feedback>/picture.webp", feedback.picture, name="picture"),
    path("wishes", wishes.listing, name="wishes"),
    path("wishes/new", wishes.new, name="new_wish"),
    path("wishes/<slug:wish>", wishes.one, name="wish"),
    path("wishes/<slug:wish>/support", wishes.support, name="support"),
    path("wishes/<slug:wish>/leave", wishes.leave, name="leave_wish"),
    path("announcements", activities.announcements, name="announcements"),
    path("announcements/<slug:announcement>", activities.announcement, name="announcement"),
    path("activities", activities.activities, name="activities"),
    path("activities/<slug:activity>", activities.activity, name="activity"),
    path("activities/<slug:activity>/sign-up", activities.join, name="join"),
    path("activities/<slug:activity>.ics", activities.calendar, name="calendar"),
    path("sign-ups/<slug:sign_up>/leave", activities.leave, name="leave_activity"),
    path("my/agreement", agreeing.own, name="agreement"),
    path("messages/<slug:recipient>", messages.message, name="message"),
    path("messages/<slug:recipient>/unsubscribe", messages.unsubscribe, name="unsubscribe"),
    path("survey", messages.survey, name="survey"),
    path("survey/answer", messages.survey_answer, name="survey_answer"),
]
