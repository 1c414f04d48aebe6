"""Addresses of imports, below `/<slug>/staff/imports/`."""

from django.urls import path

from jieyue.interfaces.web.imports.views import columns, covers, downloads, mending, running, start

app_name = "imports"
urlpatterns = [
    path("", start.start, name="start"),
    path("empty/<slug:import_kind>/", downloads.empty_list, name="template"),
    path("<slug:run>/", running.run, name="run"),
    path("<slug:run>/columns/", columns.columns, name="columns"),
    path("<slug:run>/rows/<int:number>/", mending.row, name="row"),
    path("<slug:run>/progress/", running.progress, name="progress"),
    path("<slug:run>/intake/", running.intake, name="intake"),
    path("<slug:run>/covers/", covers.covers, name="covers"),
    path("<slug:run>/stop/", running.stop, name="stop"),
    path("<slug:run>/push/", running.push, name="push"),
    path("<slug:run>/undo/", running.undo, name="undo"),
    path("<slug:run>/oblivion/", running.forget, name="forget"),
    path("<slug:run>/rejected/<slug:file_kind>/", downloads.rejected, name="rejected"),
]
