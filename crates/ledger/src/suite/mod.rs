//! What every [`Store`](crate::Store) has to do, as cases that any adapter can be run through: see [`store_suite!`](crate::store_suite).
//!
//! Each case takes an empty store, asserts with panics, and ends with a clean `verify`.

mod attribution;
mod erasure;
mod fixture;
mod lease;
mod mail;
mod meetings;
mod misc;
mod page;
mod projection;
mod read_time;
mod removal;
mod search;

pub use attribution::*;
pub use erasure::*;
pub use fixture::Desk;
pub use lease::*;
pub use mail::*;
pub use meetings::*;
pub use misc::*;
pub use page::*;
pub use projection::*;
pub use read_time::*;
pub use removal::*;
pub use search::*;

/// One `#[tokio::test]` per case. `$open` is a function that gives an empty store and something that is kept until the case is over.
#[macro_export]
macro_rules! store_suite {
    ($open:path) => {
        $crate::store_suite! { $open;
            a_stream_has_one_holder
            an_old_lease_writes_nothing
            a_turn_ends_in_one_of_three_ways
            an_empty_page_only_moves_the_checkpoint
            an_unchanged_page_changes_nothing
            a_changed_record_gets_a_version
            bytes_that_mean_the_same_make_no_version
            a_partial_record_never_replaces_a_whole_one
            an_undated_record_replaces_only_what_was_edited_earlier
            a_record_twice_in_a_page_is_one
            a_record_keeps_its_identity_across_threads
            a_record_may_move_to_another_unit
            a_large_page_of_hostile_texts
            a_page_may_span_places
            records_missing_from_a_covered_range_are_deleted
            a_deleted_first_record_with_replies_is_a_stub
            replies_of_a_missing_first_record_are_due_again
            a_conversation_that_falls_silent_is_due_again
            missing_replies_are_deleted
            unread_records_are_not_missing
            tombstones_have_no_text
            told_deletions
            a_deleted_record_may_come_back
            times_read_are_merged_with_their_page
            only_so_many_times_read_are_kept
            accounts_are_asked_on_days
            records_are_listed_without_what_they_say
            work_waits_until_it_is_done_for_its_marker
            failures_last_until_the_item_is_read
            failures_are_over_whoever_reads_the_item
            people_and_places_are_replaced
            raw_items_without_records_are_kept_once
            values_jobs_and_audit
            marks_are_cleared_only_up_to_the_one_seen
            a_projection_is_one_transaction
            paths_are_remembered
            what_is_announced_is_ours
            findings_and_stale_contexts
            parts_belong_to_their_record
            work_is_due_again_for_what_is_back
            records_missing_from_a_covered_time_are_deleted
            signs_stand_beside_calls
            work_that_is_put_off_waits
            decided_conversations_lose_what_is_not_said
            mails_with_a_key_in_common_are_one_conversation
            an_orphan_is_brought_home
            a_mail_lives_while_a_copy_is_held
            copies_that_a_whole_list_lacks_are_gone
            a_copy_stays_with_its_record
            a_whole_mail_is_kept
            places_are_attributed
            conversations_are_attributed
            words_are_found_where_they_stand
            queries_are_only_words
            a_place_is_erased_with_all_that_was_made_of_it
            a_conversation_is_erased_and_may_be_had_again
            single_records_are_erased_out_of_a_conversation_that_stays
            a_person_is_taken_out
            a_stream_is_taken_anew_after_an_erasure
            what_is_too_old_goes
        }
    };
    ($open:path; $($case:ident)*) => {
        $(
            #[tokio::test]
            async fn $case() {
                let (store, _kept) = $open();
                $crate::suite::$case(store).await;
            }
        )*
    };
}
