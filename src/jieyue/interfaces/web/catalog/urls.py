"""Addresses of the catalogue's staff pages, below `/<slug>/staff/catalog/`."""

from django.urls import path

from jieyue.interfaces.web.catalog.views import (
    copies,
    covers,
    doubles,
    locations,
    merging,
    scanning,
    sources,
    splitting,
    titles,
)

app_name = "catalog"
urlpatterns = [
    path("", titles.listing, name="list"),
    path("scan/", scanning.scan, name="scan"),
    path("scan/books/", scanning.add_scanned, name="add_scanned"),
    path("scan/undo/", scanning.undo, name="undo"),
    path("scan/settings/", scanning.settings, name="scan_settings"),
    path("titles/new/", titles.new_title, name="new_title"),
    path("titles/<slug:title>/", titles.title, name="title"),
    path("titles/<slug:title>/edit/", titles.edit, name="edit_title"),
    path("titles/<slug:title>/cover/", covers.cover, name="cover"),
    path("titles/<slug:title>/cover/removal/", covers.uncover, name="uncover"),
    path("titles/<slug:title>/merge/", merging.merge, name="merge"),
    path("titles/<slug:title>/merge/undo/", merging.unmerge, name="unmerge"),
    path("titles/<slug:title>/split/", splitting.split, name="split"),
    path("splits/<slug:split>/undo/", splitting.unsplit, name="unsplit"),
    path("doubles/", doubles.doubles, name="doubles"),
    path("titles/<slug:title>/different/", doubles.different, name="different"),
    path("titles/<slug:title>/different/undo/", doubles.alike, name="alike"),
    path("titles/<slug:title>/sources/", sources.ask, name="ask_sources"),
    path("titles/<slug:title>/sources/choice/", sources.take, name="take_from_source"),
    path("titles/<slug:title>/confirmation/", titles.confirm, name="confirm_title"),
    path("titles/<slug:title>/copies/", titles.copies, name="add_copies"),
    path("copies/<slug:copy>/", copies.copy, name="copy"),
    path("copies/<slug:copy>/standing/", copies.standing, name="standing"),
    path("copies/<slug:copy>/withdrawal/", copies.withdraw, name="withdraw"),
    path("copies/<slug:copy>/restoration/", copies.restore, name="restore"),
    path("copies/<slug:copy>/qr.svg", copies.qr, name="qr"),
    path("locations/", locations.listing, name="locations"),
    path("locations/new/", locations.new, name="new_location"),
    path("locations/<slug:location>/", locations.edit, name="location"),
    path("locations/<slug:location>/removal/", locations.remove, name="remove_location"),
    path("labels/", copies.labels, name="labels"),
]
