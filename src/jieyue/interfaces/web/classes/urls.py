"""Addresses of classes; which class is in the query, since its name may be anything."""

from django.urls import path

from jieyue.interfaces.web.classes import promotions, views

app_name = "classes"
urlpatterns = [
    path("", views.home, name="home"),
    path("room/", views.room, name="room"),
    path("room/tiles/", views.tiles, name="tiles"),
    path("room/scans/", views.scans, name="scans"),
    path("room/taps/", views.taps, name="taps"),
    path("room/loans/", views.loans, name="loans"),
    path("room/undo/", views.undo, name="undo"),
    path("sheet/", views.sheet, name="sheet"),
    path("list/", views.who_has_what, name="list"),
    path("years/", promotions.plan, name="promotions"),
    path("years/<slug:promotion_id>/", promotions.one, name="promotion"),
    path("years/<slug:promotion_id>/undo/", promotions.undo, name="undo_promotion"),
    path("years/<slug:promotion_id>/lists/", promotions.lists, name="leavers"),
]
