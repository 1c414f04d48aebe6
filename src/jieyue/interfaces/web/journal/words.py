"""Plain words for every action, outcome and reason in the journal."""

from typing import Any, Final, NamedTuple

from django.utils.translation import gettext_lazy as lazy

from jieyue.circulation.rules.reasons import Reason
from jieyue.interfaces.web.settings.words import TROUBLES
from jieyue.interfaces.web.words import reason_name
from jieyue.libraries.desk import Door
from jieyue.libraries.rules.changes import Trouble


class ActionWords(NamedTuple):
    """What was done, its icon, and the group a reader of the journal filters by."""

    text: Any
    icon: str
    group: str


GROUPS: Final = {
    "lending": lazy("Lending and returns"),
    "readers": lazy("Readers"),
    "money": lazy("Money"),
    "books": lazy("Books"),
    "stock": lazy("Stock-taking"),
    "settings": lazy("Settings"),
    "people": lazy("Colleagues"),
}


def _all(group: str, **actions: tuple[Any, str]) -> dict[str, ActionWords]:
    return {name: ActionWords(text, icon, group) for name, (text, icon) in actions.items()}


ACTIONS: Final[dict[str, ActionWords]] = {
    **_all(
        "lending",
        checkout=(lazy("Lent"), "arrow-right"),
        checkin=(lazy("Taken back"), "arrow-left"),
        renew=(lazy("Renewed"), "refresh-cw"),
        auto_renew=(lazy("Renewed by itself"), "refresh-cw"),
        recall=(lazy("Recalled"), "bell"),
        recall_awaited=(lazy("Recalled by itself"), "bell"),
        undo_recall=(lazy("Recall undone"), "undo-2"),
        redate_return=(lazy("Day of a return corrected"), "calendar"),
        place_hold=(lazy("Reserved"), "bookmark"),
        cancel_hold=(lazy("Reservation cancelled"), "bookmark"),
        suspend_hold=(lazy("Reservation suspended"), "bookmark"),
        resume_hold=(lazy("Reservation goes on"), "bookmark"),
        move_hold=(lazy("Reservation moved in its queue"), "bookmark"),
        change_pickup=(lazy("Reservation to be fetched elsewhere"), "bookmark"),
        expire_holds=(lazy("Reservation not fetched in time"), "bookmark"),
        wake_holds=(lazy("Reservation goes on"), "bookmark"),
        send_copy=(lazy("Sent to another branch"), "package"),
        cancel_transit=(lazy("Not sent after all"), "package"),
        make_manifest=(lazy("Manifest made"), "package"),
        send_manifest=(lazy("Box sent off"), "package"),
        receive=(lazy("Received from another branch"), "package"),
        receive_manifest=(lazy("Box received"), "package"),
        report_lost=(lazy("Reported lost"), "triangle-alert"),
        lose_overdue=(lazy("Counted as lost"), "triangle-alert"),
        withdraw_loss=(lazy("Not lost after all"), "undo-2"),
        accept_replacement=(lazy("Replaced by another copy"), "book-plus"),
        mark_damaged=(lazy("Came back damaged"), "triangle-alert"),
        claim_returned=(lazy("Said to have been returned"), "circle-help"),
        resolve_claim=(lazy("Claim settled"), "check"),
        undo_checkout=(lazy("Loan undone"), "undo-2"),
        undo_checkin=(lazy("Return undone"), "undo-2"),
        undo_renewal=(lazy("Renewal undone"), "undo-2"),
    ),
    **_all(
        "readers",
        add_patron=(lazy("Reader added"), "user-plus"),
        edit_patron=(lazy("Reader changed"), "user"),
        freeze_patron=(lazy("Reader frozen"), "snowflake"),
        unfreeze_patron=(lazy("Reader unfrozen"), "user"),
        add_block=(lazy("Reader blocked"), "snowflake"),
        lift_block=(lazy("Block lifted"), "user"),
        report_card_lost=(lazy("Card reported lost"), "id-card"),
        card_found=(lazy("Lost card found again"), "id-card"),
        replace_card=(lazy("Card replaced"), "id-card"),
        renew_membership=(lazy("Card extended"), "id-card"),
        tell=(lazy("Told"), "mail"),
        read_notices=(lazy("Messages read"), "mail"),
        set_patron_password=(lazy("Reader's password set"), "lock"),
    ),
    **_all(
        "money",
        charge=(lazy("Charged"), "receipt"),
        price_loss=(lazy("Cost of a lost book said"), "receipt"),
        take_payment=(lazy("Payment taken"), "wallet"),
        waive=(lazy("Charge waived"), "receipt"),
        refund=(lazy("Money given back"), "wallet"),
        settle_waited_out=(lazy("Waited out instead of paid"), "clock"),
        close_drawer=(lazy("Cash drawer closed"), "wallet"),
        take_deposit=(lazy("Deposit paid in"), "wallet"),
        ask_deposit_back=(lazy("Deposit asked for back"), "wallet"),
        give_deposit_back=(lazy("Deposit given back"), "wallet"),
        keep_deposit=(lazy("Deposit kept"), "wallet"),
        abolish_deposits=(lazy("Deposits given back to all"), "wallet"),
        abolition_step=(lazy("Deposit given back with all others"), "wallet"),
    ),
    **_all(
        "books",
        add_title=(lazy("Book added"), "book-plus"),
        add_book=(lazy("Book added"), "book-plus"),
        add_by_isbn=(lazy("Book added by ISBN"), "book-plus"),
        edit_title=(lazy("Book changed"), "pencil"),
        confirm_title=(lazy("Book looked through"), "check"),
        merge_titles=(lazy("Records of one book merged"), "book-open"),
        unmerge_titles=(lazy("Merge taken back"), "undo-2"),
        split_title=(lazy("Copies moved to another record"), "book-open"),
        unsplit_title=(lazy("Split taken back"), "undo-2"),
        tell_apart=(lazy("Said to be no doubles"), "book-open"),
        tell_alike=(lazy("“No doubles” taken back"), "undo-2"),
        take_from_source=(lazy("Taken from a book source"), "download"),
        keep_cover=(lazy("Cover added"), "camera"),
        remove_cover=(lazy("Cover removed"), "camera"),
        fill_draft=(lazy("Draft filled in"), "check"),
        put_off_look_up=(lazy("Still unknown, asked again later"), "clock"),
        add_copies=(lazy("Copies added"), "plus"),
        edit_copy=(lazy("Copy changed"), "pencil"),
        set_standing=(lazy("Copy's state changed"), "tag"),
        withdraw_copy=(lazy("Copy withdrawn"), "trash-2"),
        restore_copy=(lazy("Withdrawal taken back"), "undo-2"),
        bring_file=(lazy("List brought"), "upload"),
        choose_columns=(lazy("Columns of a list chosen"), "upload"),
        start_check=(lazy("Checking of a list begun"), "upload"),
        start_import=(lazy("Import of a list begun"), "upload"),
        stop_import=(lazy("Import stopped"), "upload"),
        resume_import=(lazy("Import goes on"), "upload"),
        start_undo=(lazy("Taking an import back begun"), "undo-2"),
        forget_import=(lazy("List thrown away"), "upload"),
        import_rows=(lazy("Came in with a list"), "upload"),
        mend_row=(lazy("Row of a list put right"), "pencil"),
        take_rows_back=(lazy("Taken back with its list"), "undo-2"),
        pass_row_over=(lazy("Row of a list passed over"), "triangle-alert"),
        give_import_up=(lazy("Import stopped after failing"), "triangle-alert"),
        undo_adding=(lazy("Adding undone"), "undo-2"),
        make_pile=(lazy("Pile of copies put together"), "list"),
        begin_pile=(lazy("Change of a pile begun"), "list"),
        step_pile=(lazy("Changed with its pile"), "list"),
        stop_pile=(lazy("Change of a pile stopped"), "triangle-alert"),
        undo_pile=(lazy("Taking a pile's change back begun"), "undo-2"),
    ),
    **_all(
        "stock",
        start_stock_take=(lazy("Stock-take begun"), "list"),
        pause_stock_take=(lazy("Stock-take paused"), "clock"),
        resume_stock_take=(lazy("Stock-take goes on"), "list"),
        close_stock_take=(lazy("Stock-take closed"), "check"),
        reopen_stock_take=(lazy("Stock-take reopened"), "undo-2"),
        scan_stock=(lazy("Seen at a stock-take"), "list"),
        relocate_seen=(lazy("Belongs where it was seen"), "map-pin"),
        note_settled=(lazy("Put right after a stock-take"), "check"),
        note_reopened=(lazy("Not put right after all"), "undo-2"),
        dismiss_unknown=(lazy("Unknown barcode put aside"), "check"),
        mark_not_found=(lazy("Not found at a stock-take"), "triangle-alert"),
        unmark_not_found=(lazy("Not missing after all"), "undo-2"),
    ),
    **_all(
        "settings",
        open_library=(lazy("Library opened"), "library"),
        edit_library=(lazy("Library's details changed"), "library"),
        add_branch=(lazy("Branch added"), "store"),
        edit_branch=(lazy("Branch changed"), "store"),
        close_branch=(lazy("Branch closed"), "store"),
        reopen_branch=(lazy("Branch opened again"), "store"),
        set_hours=(lazy("Opening hours changed"), "clock"),
        add_special_days=(lazy("Holiday or exchanged day added"), "calendar"),
        remove_special_days=(lazy("Holiday or exchanged day removed"), "calendar"),
        close_suddenly=(lazy("Closed for some days"), "calendar"),
        undo_closure=(lazy("Moved dates put back"), "undo-2"),
        move_off_closed_days=(lazy("Due dates moved off closed days"), "calendar"),
        add_vacation=(lazy("Vacation added"), "calendar"),
        edit_vacation=(lazy("Vacation changed"), "calendar"),
        delete_vacation=(lazy("Vacation deleted"), "calendar"),
        add_term_end=(lazy("Last day of term added"), "calendar"),
        delete_term_end=(lazy("Last day of term deleted"), "calendar"),
        add_card_type=(lazy("Card type added"), "id-card"),
        edit_card_type=(lazy("Card type changed"), "id-card"),
        deactivate_card_type=(lazy("Card type no longer offered"), "id-card"),
        reactivate_card_type=(lazy("Card type offered again"), "id-card"),
        add_location=(lazy("Way to a shelf described"), "map-pin"),
        edit_location=(lazy("Way to a shelf changed"), "map-pin"),
        remove_location=(lazy("Way to a shelf removed"), "trash-2"),
        set_shelving=(lazy("Way of making call numbers changed"), "tag"),
        add_item_type=(lazy("Item type added"), "tag"),
        edit_item_type=(lazy("Item type changed"), "tag"),
        deactivate_item_type=(lazy("Item type no longer offered"), "tag"),
        reactivate_item_type=(lazy("Item type offered again"), "tag"),
        add_rule=(lazy("Lending rule added"), "sliders-horizontal"),
        edit_rule=(lazy("Lending rule changed"), "sliders-horizontal"),
        delete_rule=(lazy("Lending rule deleted"), "sliders-horizontal"),
        set_block_rules=(lazy("What stops readers changed"), "sliders-horizontal"),
        add_source=(lazy("Book source added"), "book-plus"),
        edit_source=(lazy("Book source changed"), "book-plus"),
        switch_source=(lazy("Book source switched on or off"), "book-plus"),
        move_source=(lazy("Order of book sources changed"), "book-plus"),
        remove_source=(lazy("Book source removed"), "trash-2"),
        issue_token=(lazy("Key for a program made"), "key-round"),
        revoke_token=(lazy("Key for a program revoked"), "key-round"),
    ),
    **_all(
        "people",
        add_staff=(lazy("Colleague added"), "user-plus"),
        edit_staff=(lazy("Colleague's role or branches changed"), "users-round"),
        deactivate_staff=(lazy("Colleague shut out"), "lock"),
        reactivate_staff=(lazy("Colleague let in again"), "lock-open"),
        reset_password=(lazy("Colleague's password set"), "lock"),
        reset_pin=(lazy("Colleague's PIN forgotten"), "lock"),
        set_own_pin=(lazy("Own PIN changed"), "lock"),
        add_role=(lazy("Role added"), "shield-check"),
        edit_role=(lazy("Role's rights changed"), "shield-check"),
    ),
}

# What the action's own words leave open; "" needs no more words.
OUTCOMES: Final = {
    "refused": lazy("refused"),
    "not_on_loan": lazy("was not on loan"),
    "unknown_copy": lazy("unknown barcode"),
    "arrived": lazy("arrived"),
    "loan_brought": lazy("on loan since then"),
    "loan_taken_back": lazy("loan taken back"),
    "hold_brought": lazy("reserved since then"),
    "hold_taken_back": lazy("reservation taken back"),
} | dict.fromkeys(
    (
        "file_brought", "import_changed", "rows_settled", "given_up",
        "cover_kept", "cover_removed", "location_saved", "location_removed",
        "merged", "unmerged", "split", "unsplit", "told_alike", "told_apart", "taken_from_source",
        "pile_made", "pile_begun", "pile_step",
        "adding_undone", "awaited_recalled", "blocked", "booked", "card", "catalogued", "checkin",
        "checkout",
        "claim_resolved", "claimed", "copies_added", "copy_edited", "copy_sent", "damaged",
        "abolition_begun", "abolition_step", "deposit_asked", "deposit_booked", "draft_filled",
        "drawer_closed",
        "hold_cancelled", "hold_moved", "hold_placed", "hold_resumed", "hold_suspended",
        "holds_expired", "holds_woken", "lent", "library_opened", "lifted", "look_up_put_off",
        "lost", "manifest_made", "manifest_sent", "not_lost", "notices_read", "overdue_lost",
        "patron_saved", "pickup_changed", "recalled", "redated", "renewals", "renewed", "replaced",
        "restored", "returned", "saved", "standing_set", "title_added", "title_edited",
        "token_issued", "token_revoked", "told", "transit_cancelled", "undone", "waited_out",
        "withdrawn", "counted", "line_reopened", "line_settled", "marked_missing", "relocated",
        "stock_scans", "stock_take_changed", "stock_take_started",
    ),
    "",
)  # fmt: skip

DOORS: Final[dict[str, Any]] = {
    Door.DESK: "",
    Door.READER: lazy("by the reader"),
    Door.API: lazy("by another program"),
    Door.WORKER: lazy("by itself"),
    Door.CLI: lazy("on the computer"),
    Door.SETUP: lazy("when the library was opened"),
}

# Reasons of the catalogue, of readers and of money; lending and settings have their own words.
FAULTS: Final = {
    "title_unknown": lazy("book unknown"),
    "branch_unknown": lazy("branch unknown"),
    "item_type_unknown": lazy("item type unknown"),
    "number_out_of_range": lazy("number impossible"),
    "isbn_bad": lazy("not a valid ISBN"),
    "isbn_taken": lazy("ISBN already there"),
    "count_out_of_range": lazy("too many copies"),
    "count_differs": lazy("number of barcodes differs"),
    "barcode_bad": lazy("not a barcode"),
    "barcode_is_isbn": lazy("barcode is an ISBN"),
    "barcode_twice": lazy("barcode scanned twice"),
    "barcode_taken": lazy("barcode taken"),
    "barcode_is_card": lazy("barcode is a reader's card"),
    "accession_bad": lazy("accession number does not run on"),
    "accession_taken": lazy("accession number taken"),
    "loss_of_loan": lazy("said at the loan"),
    "value_unreadable": lazy("unreadable"),
    "number_rounded": lazy("number cut short by a spreadsheet"),
    "text_damaged": lazy("damaged characters"),
    "barcode_repeated": lazy("barcode twice in the list"),
    "accession_repeated": lazy("accession number twice in the list"),
    "row_repeated": lazy("twice in the list"),
    "cells_shifted": lazy("more cells than headings"),
    "standing_unknown": lazy("state unknown"),
    "copy_not_withdrawn": lazy("copy not withdrawn"),
    "reason_missing": lazy("no reason given"),
    "copy_held": lazy("kept for a reader"),
    "same_title": lazy("the same record"),
    "merge_unknown": lazy("taken back already"),
    "merge_too_old": lazy("merged too long ago"),
    "copies_out_of_range": lazy("no copies chosen, or too many"),
    "book_the_same": lazy("described just the same"),
    "split_unknown": lazy("taken back already"),
    "split_too_old": lazy("split too long ago"),
    "change_missing": lazy("nothing to change"),
    "pile_unknown": lazy("pile unknown"),
    "pile_empty": lazy("no copy chosen"),
    "pile_too_large": lazy("too many copies"),
    "pile_begun": lazy("begun already"),
    "pile_too_old": lazy("changed too long ago"),
    "copy_in_transit": lazy("on its way"),
    "copy_elsewhere": lazy("belongs to another branch"),
    "nothing_changes": lazy("so already"),
    "no_right": lazy("no right to it any more"),
    "changed_since": lazy("changed since"),
    "field_changed": lazy("changed meanwhile"),
    "call_number_taken": lazy("call number taken"),
    "location_unknown": lazy("no longer described"),
    "location_taken": lazy("described already"),
    "shelf_missing": lazy("no shelf named"),
    "directions_missing": lazy("no way described"),
    "link_bad": lazy("not a link to a map"),
    "picture_missing": lazy("no picture chosen"),
    "picture_unreadable": lazy("not a picture"),
    "picture_too_large": lazy("picture too large"),
    "picture_too_small": lazy("picture too small"),
    "reason_too_long": lazy("reason too long"),
    "amount_bad": lazy("amount impossible"),
    "more_than_owed": lazy("more than owed"),
    "more_than_paid": lazy("more than was paid"),
    "charge_unknown": lazy("no such charge"),
    "method_unknown": lazy("not a way to pay"),
    "nothing_to_count": lazy("nothing to count"),
    "changed_meanwhile": lazy("changed meanwhile"),
    "count_bad": lazy("amount impossible"),
    "difference_unexplained": lazy("difference not explained"),
    "note_too_long": lazy("note too long"),
    "no_deposit": lazy("no deposit here"),
    "has_loans": lazy("has loans"),
    "owes_money": lazy("owes money"),
    "owes_nothing": lazy("owes nothing"),
    "asked_already": lazy("asked already"),
    "running_already": lazy("running already"),
    "category_unknown": lazy("card type unknown"),
    "phone_bad": lazy("telephone number impossible"),
    "email_bad": lazy("e-mail address impossible"),
    "card_bad": lazy("not a card number"),
    "card_taken": lazy("card number taken"),
    "card_is_copy": lazy("card number is a book's barcode"),
    "student_number_taken": lazy("student number taken"),
    "maybe_same": lazy("perhaps there already"),
    "password_short": lazy("password too short"),
    "date_past": lazy("date in the past"),
    "no_card": lazy("no card"),
    "block_unknown": lazy("lifted already"),
    "nothing_chosen": lazy("nothing chosen"),
    "missing": lazy("something missing"),
    "slug_bad": lazy("address impossible"),
    "slug_reserved": lazy("address reserved"),
    "slug_taken": lazy("address taken"),
    "account_unknown": lazy("sign-in unknown"),
}


def action_words(action: str) -> ActionWords:
    """Return what was done in words; an action of another version is named as it is."""
    return ACTIONS.get(action, ActionWords(action, "info", ""))


def outcome_words(outcome: str) -> str:
    """Return what the action's words leave open."""
    return str(OUTCOMES.get(outcome, outcome))


def why_words(code: str) -> str:
    """Return a reason in a few words; one of another version is named as it is."""
    if code in set(Reason):
        return reason_name(Reason(code))
    if code in FAULTS:
        return str(FAULTS[code])
    return str(TROUBLES[Trouble(code)]) if code in set(Trouble) else code


def actions_of(group: str) -> tuple[str, ...]:
    """Return the actions of a group; none for an unknown group."""
    return tuple(name for name, words in ACTIONS.items() if words.group == group)
