"""Addresses of the readers' staff pages, below `/<slug>/staff/patrons/`; endpoints are nouns."""

from django.urls import path

from jieyue.interfaces.web.patrons.views import (
    account,
    blocks,
    changes,
    editing,
    listing,
    money,
    person,
    recalls,
    renewals,
)

app_name = "patrons"
urlpatterns = [
    path("", listing.listing, name="list"),
    path("new/", editing.add, name="add"),
    path("<slug:patron>/", person.patron, name="patron"),
    path("<slug:patron>/edit/", editing.edit, name="edit"),
    path("<slug:patron>/history/", person.history, name="history"),
    path("<slug:patron>/suspension/", changes.suspend, name="suspension"),
    path("<slug:patron>/suspension/end/", changes.lift, name="lift"),
    path("<slug:patron>/blocks/", blocks.blocks, name="blocks"),
    path("<slug:patron>/blocks/<str:block>/end/", blocks.lift, name="block_end"),
    path("<slug:patron>/card/", changes.new_card, name="card"),
    path("<slug:patron>/card/loss/", changes.lose_card, name="card_lost"),
    path("<slug:patron>/card/loss/end/", changes.find_card, name="card_found"),
    path("<slug:patron>/validity/", changes.extend, name="validity"),
    path("<slug:patron>/addresses/<slug:channel>/", changes.revive, name="revive"),
    path("<slug:patron>/password/", changes.password, name="password"),
    path("<slug:patron>/charges/", money.charges, name="charges"),
    path("<slug:patron>/payments/", money.payments, name="payments"),
    path("<slug:patron>/waivers/", money.waivers, name="waivers"),
    path("<slug:patron>/refunds/", money.refunds, name="refunds"),
    path("<slug:patron>/account/", account.account, name="account"),
    path("<slug:patron>/account/receipts/<int:number>/", account.receipt, name="receipt"),
    path("<slug:patron>/renewals/", renewals.renewals, name="renewals"),
    path("<slug:patron>/recalls/", recalls.recalls, name="recalls"),
    path("returns/<slug:loan>/", recalls.return_date, name="return_date"),
]
