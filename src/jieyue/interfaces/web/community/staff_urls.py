"""Addresses of readers' voice, below `/<slug>/staff/voice/`."""

from django.urls import path

from jieyue.interfaces.web.community import (
    agreeing,
    staff_activities,
    staff_feedback,
    staff_messages,
    staff_news,
    staff_survey,
    staff_wishes,
)

app_name = "voices"
urlpatterns = [
    path("", staff_feedback.listing, name="feedback"),
    path("close/", staff_feedback.close, name="close"),
    path("feedback/<slug:feedback>/", staff_feedback.one, name="feedback_one"),
    path("feedback/<slug:feedback>/change/", staff_feedback.change, name="change_feedback"),
    path("feedback/<slug:feedback>/picture.webp", staff_feedback.picture, name="picture"),
    path("wishes/", staff_wishes.listing, name="wishes"),
    path("wishes/decide/", staff_wishes.decide, name="decide"),
    path("wishes.xlsx", staff_wishes.workbook, name="workbook"),
    path("announcements/", staff_news.listing, name="announcements"),
    path("announcements/new/", staff_news.write, name="new_announcement"),
    path("announcements/<slug:announcement>/", staff_news.preview, name="announcement"),
    path("announcements/<slug:announcement>/edit/", staff_news.write, name="edit_announcement"),
    path(
        "announcements/<slug:announcement>/change/", staff_news.change, name="change_announcement"
    ),
    path("activities/", staff_activities.listing, name="activities"),
    path("activities/new/", staff_activities.write, name="new_activity"),
    path("activities/<slug:activity>/", staff_activities.one, name="activity"),
    path("activities/<slug:activity>/edit/", staff_activities.write, name="edit_activity"),
    path("activities/<slug:activity>/change/", staff_activities.change, name="change_activity"),
    path("activities/<slug:activity>/list/", staff_activities.sheet, name="sheet"),
    path("messages/", staff_messages.listing, name="messages"),
    path("messages/new/", staff_messages.write, name="new_message"),
    path("messages/<slug:message>/", staff_messages.one, name="message"),
    path("messages/<slug:message>/edit/", staff_messages.write, name="edit_message"),
    path("messages/<slug:message>/change/", staff_messages.change, name="change_message"),
    path("readers/<slug:patron>/", agreeing.of_reader, name="agreement"),
    path("survey/", staff_survey.report, name="survey"),
    path("settings/", staff_survey.rules, name="rules"),
]
