//! Invitations: iCalendar (RFC 5545, 5546) as mail carries it.

use sales_model::Invitation;

/// The events of a `text/calendar` part. `method` is the part's own parameter, which holds where the calendar names none.
pub fn read(_text: &str, _method: Option<&str>) -> Vec<Invitation> {
    Vec::new()
}
