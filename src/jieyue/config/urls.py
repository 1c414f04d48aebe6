"""Every address of the installation."""

from django.urls import include, path

from jieyue.interfaces.api.app import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("<slug:slug>/staff/desk/", include("jieyue.interfaces.web.desk.urls")),
    path("<slug:slug>/staff/catalog/", include("jieyue.interfaces.web.catalog.urls")),
    path("<slug:slug>/staff/exports/", include("jieyue.interfaces.web.exports.urls")),
    path("<slug:slug>/staff/labels/", include("jieyue.interfaces.web.labels.urls")),
    path("<slug:slug>/staff/piles/", include("jieyue.interfaces.web.piles.urls")),
    path("<slug:slug>/staff/imports/", include("jieyue.interfaces.web.imports.urls")),
    path("<slug:slug>/staff/patrons/", include("jieyue.interfaces.web.patrons.urls")),
    path("<slug:slug>/staff/classes/", include("jieyue.interfaces.web.classes.urls")),
    path("<slug:slug>/staff/deliveries/", include("jieyue.interfaces.web.deliveries.urls")),
    path("<slug:slug>/staff/family/", include("jieyue.interfaces.web.family.staff_urls")),
    path("<slug:slug>/staff/holds/", include("jieyue.interfaces.web.holds.urls")),
    path("<slug:slug>/staff/losses/", include("jieyue.interfaces.web.losses.urls")),
    path("<slug:slug>/staff/money/", include("jieyue.interfaces.web.money.urls")),
    path("<slug:slug>/staff/transits/", include("jieyue.interfaces.web.transits.urls")),
    path("<slug:slug>/staff/stock/", include("jieyue.interfaces.web.stocktaking.urls")),
    path("<slug:slug>/staff/settings/", include("jieyue.interfaces.web.settings.urls")),
    path("<slug:slug>/staff/voice/", include("jieyue.interfaces.web.community.staff_urls")),
    path("<slug:slug>/staff/journal/", include("jieyue.interfaces.web.journal.urls")),
    path("<slug:slug>/staff/why/", include("jieyue.interfaces.web.why.urls")),
    path("<slug:slug>/", include("jieyue.interfaces.web.library.urls")),
    path("<slug:slug>/children/", include("jieyue.interfaces.web.children.urls")),
    path("<slug:slug>/staff/joining/", include("jieyue.interfaces.web.joining.staff_urls")),
    path("<slug:slug>/join/", include("jieyue.interfaces.web.joining.urls")),
    path("", include("jieyue.interfaces.web.site.urls")),
    path("<slug:slug>/", include("jieyue.interfaces.web.selfservice.urls")),
    path("<slug:slug>/", include("jieyue.interfaces.web.community.urls")),
    path("<slug:slug>/my/family/", include("jieyue.interfaces.web.family.urls")),
    path("<slug:slug>/", include("jieyue.interfaces.web.reader.urls")),
]

handler400 = "jieyue.interfaces.web.errors.bad_request"
handler403 = "jieyue.interfaces.web.errors.forbidden"
handler404 = "jieyue.interfaces.web.errors.not_found"
handler500 = "jieyue.interfaces.web.errors.server_error"
