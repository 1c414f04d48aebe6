"""Addresses of what the catalogue writes out, below `/<slug>/staff/exports/`."""

from django.urls import path

from jieyue.interfaces.web.exports import readers, records, registers, views

app_name = "exports"
urlpatterns = [
    path("books/", views.books, name="books"),
    path("readers/", readers.readers, name="readers"),
    path("titles/<slug:title>/record/", records.record, name="record"),
    path("titles/<slug:title>/record/file/", records.file, name="record_file"),
    path("registers/", registers.whole, name="registers"),
    path("registers/sheet/", registers.whole_sheet, name="register_sheet"),
    path("registers/file/", registers.whole_file, name="register_file"),
    path("registers/copies/", registers.copies, name="accessions"),
    path("registers/copies/sheet/", registers.copies_sheet, name="accessions_sheet"),
    path("registers/copies/file/", registers.copies_file, name="accessions_file"),
]
