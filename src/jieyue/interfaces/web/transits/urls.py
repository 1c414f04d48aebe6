"""Addresses of what travels between branches, below `/<slug>/staff/transits/`."""

from django.urls import path

from jieyue.interfaces.web.transits import manifests, views

app_name = "transits"
urlpatterns = [
    path("", views.home, name="home"),
    path("scans/", views.scans, name="scans"),
    path("elsewhere/", views.elsewhere_here, name="elsewhere"),
    path("slips/", views.slips_to_print, name="slips"),
    path("ways/<str:transit>/cancellation/", views.cancel, name="cancel"),
    path("manifests/", manifests.make, name="make"),
    path("manifests/<int:number>/", manifests.manifest, name="manifest"),
    path("manifests/<int:number>/sheet/", manifests.sheet, name="sheet"),
    path("manifests/<int:number>/sending/", manifests.send, name="send"),
    path("manifests/<int:number>/receipt/", manifests.take_in, name="receive"),
]
