"""Addresses of borrowing and returning without staff, below `/<slug>/`."""

from django.urls import path

from jieyue.interfaces.web.selfservice import door, receipts, rules, staff, views

app_name = "selfservice"
SETTINGS = "staff/settings/self-service"
urlpatterns = [
    path("scan", views.scan, name="scan"),
    path("here/<str:code>", views.here, name="here"),
    path("door/<str:code>", door.door, name="door"),
    path("door/<str:code>/now", door.door_now, name="door_now"),
    path("r/<slug:receipt>", receipts.receipt, name="receipt"),
    path("staff/self-service/", staff.shelving, name="shelving"),
    path("staff/gate/", staff.gate, name="gate"),
    path("staff/gate/keys", staff.keys, name="keys"),
    path("staff/gate/reports/", staff.report, name="report"),
    path("staff/gate/reports/<slug:report>/", staff.settled, name="settled"),
    path("staff/gate/<slug:receipt>/", staff.check, name="check"),
    path("staff/gate/<slug:receipt>/passing/", staff.passed, name="passed"),
    path(f"{SETTINGS}/", rules.listing, name="settings"),
    path(f"{SETTINGS}/<slug:branch>/", rules.branch, name="branch"),
    path(f"{SETTINGS}/<slug:branch>/signs/", door.signs, name="signs"),
    path(f"{SETTINGS}/<slug:branch>/renewal/", rules.renew, name="renew"),
    path(f"{SETTINGS}/<slug:branch>/points/", rules.add_point, name="add_point"),
    path(f"{SETTINGS}/<slug:branch>/points/<slug:point>/", rules.switch_point, name="switch_point"),
]
