"""Tests of pages that PostgreSQL answers too: their statements come from no other test there.

Pages have no SQL of their own (doors import no models), and what they ask has tests on both engines
elsewhere; so the others are looked at once, on SQLite. `tests/statements.py` tells when a test is
missing here. Every page is opened, and every form sent, by the walks of `test_hostile_input.py` and
`test_walls.py` on both.
"""

from typing import Final

ALL: Final = "all"
BOTH: Final[dict[str, str]] = {
    "test_account_page.py": """
        test_a_copied_key_is_noticed_by_its_counter
        test_a_first_e_mail_address_has_no_old_one_to_tell
        test_a_new_number_is_proved_and_the_old_one_is_told
        test_a_new_password_ends_every_other_session
        test_staff_sign_in_with_theirs
    """,
    "test_applications.py": """
        test_a_namesake_on_the_same_phone_is_confirmed_first
        test_slips_for_a_class_are_made_printed_and_ended
    """,
    "test_by_hand.py": "test_a_sheet_is_made_printed_and_given_out",
    "test_calendar_feed.py": """
        test_a_new_address_ends_the_old_one_and_an_ended_one_leads_nowhere
        test_what_is_returned_leaves_it_and_what_waits_comes_in
    """,
    "test_calendar_pages.py": "test_a_vacation_is_shown_first_then_saved_then_changed",
    "test_catalog.py": """
        test_a_book_of_before_1987_starts_with_its_number
        test_the_list_finds_and_shows_what_wants_a_look
    """,
    "test_channels.py": """
        test_a_password_left_empty_stays_but_not_for_another_server
        test_a_service_is_switched_off_and_forgotten
        test_the_mini_program_and_the_website_of_an_account_are_kept_with_it
    """,
    "test_children.py": """
        test_a_book_of_no_age_is_for_children_where_all_readers_are
        test_a_branch_shows_its_own_books
    """,
    "test_classes.py": """
        test_a_teacher_sees_only_their_classes
        test_leavers_with_a_book_get_no_certificate
        test_two_classes_into_one_are_asked_about
    """,
    "test_covers.py": "test_an_old_address_leads_to_the_picture_there_is_now",
    "test_deliveries.py": """
        test_every_state_and_code_is_told_in_words
        test_staff_see_who_could_not_be_told_and_what_helps
    """,
    "test_desk_on_behalf.py": "test_the_journal_lists_what_was_done_on_behalf",
    "test_devices.py": "test_what_was_tapped_in_wechat_is_counted",
    "test_exports.py": "test_readers_are_downloaded_by_whoever_may_see_them",
    "test_family.py": "test_staff_see_what_waits_for_a_yes_and_answer_it_there",
    "test_holds_pages.py": "test_staff_reserve_from_the_reader_and_from_the_title",
    "test_hostile_input.py": ALL,
    "test_import_rows_pages.py": """
        test_a_list_whose_days_are_over_says_so_and_offers_nothing_that_is_gone
        test_a_wrong_row_is_put_right_on_its_page_and_the_next_one_opens
        test_call_numbers_by_the_shelving_scheme_are_offered_told_and_given
        test_covers_are_looked_for_when_staff_ask_and_the_page_says_how_far_it_is
    """,
    "test_imports.py": """
        test_a_check_and_an_import_are_stopped_and_go_on
        test_a_file_that_came_in_before_is_known_again
        test_labels_of_what_came_in_are_printed_without_retyping
        test_rows_that_stayed_out_are_put_right_and_brought_again
        test_undo_says_first_what_goes_and_then_what_stayed
    """,
    "test_joining.py": """
        test_an_invitation_by_its_link_fills_the_class_in
        test_drafts_do_not_fill_the_table_of_sessions
    """,
    "test_journal.py": """
        test_a_change_of_rules_says_from_what_to_what
        test_filters_by_address
    """,
    "test_labels.py": """
        test_cards_of_a_class_carry_name_and_code
        test_helpers_print_labels_only_if_they_see_books
        test_many_labels_come_in_parts
        test_qr_codes_lead_to_the_copies_of_a_title
        test_spines_come_in_the_order_of_the_shelves
        test_todays_books_are_printed_and_yesterdays_are_not
        test_unknown_barcodes_and_those_of_other_libraries_are_named
    """,
    "test_lasting_sign_in.py": ALL,
    "test_locations.py": "test_readers_are_told_the_way_once_for_copies_side_by_side",
    "test_locking.py": """
        test_a_helper_may_practise
        test_htmx_is_sent_to_the_lock_screen_as_a_whole
        test_signing_in_with_the_password_brings_the_pin_back
        test_the_same_person_goes_on_where_they_were
    """,
    "test_losses.py": "test_money_due_back_is_on_the_list_until_it_is_given",
    "test_marc_import_pages.py": "test_records_come_in_and_those_that_cannot_are_given_back",
    "test_merging.py": "test_two_records_stand_side_by_side_and_become_one_and_two_again",
    "test_notices.py": "test_a_reader_sees_and_reads_their_messages",
    "test_opening_pages.py": "test_from_the_front_page_to_the_first_book",
    "test_patron_money.py": "test_a_charge_is_paid_alone_with_a_receipt_and_given_back",
    "test_patrons.py": """
        test_a_dead_address_is_shown_and_tried_again_when_it_works
        test_a_scanned_card_leads_to_its_reader
        test_odd_questions_get_an_answer
        test_typing_changes_the_results_alone
    """,
    "test_pile_origins.py": """
        test_a_described_room_leads_to_a_pile_of_all_its_shelves
        test_a_shelf_leads_to_a_pile_of_what_stands_there
    """,
    "test_piles.py": """
        test_a_large_pile_shows_how_far_it_is
        test_a_pile_is_scanned_looked_at_moved_and_taken_back
    """,
    "test_reader_app.py": "test_home_says_what_is_due_and_renews_what_can_be",
    "test_reader_search.py": """
        test_a_year_that_is_none_is_said_and_kept
        test_never_more_than_eight_names
        test_nothing_found_offers_to_drop_what_narrows
        test_what_narrows_a_search
        test_what_was_chosen_can_be_taken_back_and_the_words_stay
        test_what_was_meant_is_a_link_that_keeps_the_rest
    """,
    "test_reader_title.py": "test_editions_volumes_series_and_other_books_of_the_author",
    "test_self_service.py": """
        test_a_receipt_is_signed_for_gates_without_network
        test_a_returned_book_somebody_waits_for_is_put_onto_the_hold_shelf
        test_a_receipt_shows_others_no_books_and_staff_the_truth
        test_door_scan_borrow_and_receipt
        test_signs_are_printed_and_end_with_new_ones
        test_the_gate_reports_and_staff_settle
    """,
    "test_settings.py": """
        test_a_card_type_is_made_changed_and_put_away
        test_a_source_takes_what_its_kind_needs_and_hides_its_key
        test_the_library_is_saved_and_says_so
    """,
    "test_sign_in_codes.py": """
        test_a_family_chooses_and_changes_later_without_signing_in_again
        test_on_a_shared_computer_the_session_ends_with_the_browser
        test_the_code_comes_by_mail_with_a_link_that_asks_first
    """,
    "test_sign_in_wechat.py": """
        test_a_code_ties_no_wechat_to_a_login_of_another_library
        test_a_computer_shows_a_qr_code_and_knows_the_person_by_unionid
        test_the_first_time_one_proves_who_one_is_and_then_wechat_does
    """,
    "test_signing_in.py": """
        test_a_choice_left_lying_is_over
        test_anywhere_refuses_the_wrong_and_welcomes_who_works_nowhere
        test_signing_out_forgets_everything
    """,
    "test_splitting.py": """
        test_copies_are_chosen_then_the_book_and_nothing_moves_before_it_is_seen
    """,
    "test_stocktaking.py": """
        test_the_report_is_paper_or_a_workbook
        test_the_short_list_is_worked_off_and_taken_back
        test_without_a_script_one_scan_is_a_form
    """,
    "test_teachers.py": """
        test_a_book_of_another_class_is_refused_in_words
        test_the_actions_themselves_refuse_other_classes
    """,
    "test_unreached.py": """
        test_staff_see_whom_nothing_reaches_why_and_what_helps
        test_the_list_pages_on_and_back
        test_who_works_at_one_branch_sees_its_readers_alone
    """,
    "test_uploads.py": "test_a_large_file_lies_without_a_name_in_the_data_folder",
    "test_voice.py": """
        test_a_visitor_writes_with_a_picture_and_reads_the_answer_at_the_pages_address
        test_announcements_are_drafts_first_and_end
        test_limits_are_set_by_whoever_has_the_right
        test_readers_join_wait_leave_and_take_the_date_along
        test_the_front_pages_strip_says_what_is_new
        test_the_question_is_asked_once_a_month_and_nobody_can_tell_who_answered
        test_wishes_are_made_supported_decided_and_exported
    """,
    "test_walls.py": ALL,
    "test_wechat_once.py": "test_two_are_allowed_and_two_messages_go",
}
