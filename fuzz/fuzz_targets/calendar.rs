//! Calendars: any bytes, and what a conversation of them comes to.
#![cfg_attr(not(feature = "drive"), no_main)]

use sales_fuzz::target;
use sales_mail::calendar::{self, Meeting};

target!(|input: (Option<&str>, &[u8])| {
    let (method, bytes) = input;
    let events = calendar::read_bytes(bytes, method);
    assert!(events.len() <= 100, "{}", events.len());
    for event in &events {
        assert!(event.end.is_none() || event.start.is_none() || event.end >= event.start, "{event:?}");
        assert!(!event.method.is_empty() && !event.title.contains(char::is_control), "{event:?}");
        assert!(event.attendees.len() <= 1_000 && event.attendees.iter().all(|(p, _)| p.email.contains('@')), "{event:?}");
        let people = event.attendees.iter().map(|(p, _)| p.email.as_str()).collect();
        let meeting = Meeting { uids: vec![event.uid.clone()], title: &event.title, start: event.start, end: event.end, people };
        calendar::same_meeting(event, &meeting);
    }
    assert!(calendar::state(&events).len() <= events.len());
    if let Ok(text) = std::str::from_utf8(bytes) {
        assert_eq!(calendar::read(text, method), events);
    }
});
