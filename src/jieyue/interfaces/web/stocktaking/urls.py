"""Addresses of stock-taking, below `/<slug>/staff/stock/`."""

from django.urls import path

from jieyue.interfaces.web.stocktaking import results, views, weeding

app_name = "stock"
urlpatterns = [
    path("", views.home, name="home"),
    path("new/", views.new, name="new"),
    path("weeding/", weeding.weeding, name="weeding"),
    path("<slug:take>/", views.counting, name="take"),
    path("<slug:take>/scans/", views.scans, name="scans"),
    path("<slug:take>/progress/", views.progress_now, name="progress"),
    path("<slug:take>/state/", views.change_state, name="state"),
    path("<slug:take>/found/", results.found, name="found"),
    path("<slug:take>/missing/", results.missing, name="missing"),
    path("<slug:take>/unknown/", results.dismiss, name="dismiss"),
    path("<slug:take>/copies/<slug:copy>/", results.deal_with, name="settle"),
    path("<slug:take>/report/", results.report, name="report"),
    path("<slug:take>/report.xlsx", results.workbook, name="workbook"),
]
