//! One invitation of each of the usual calendars, in the shape in which they send it.

use crate::read;

/// Google: IANA zones where the event repeats, UTC else; attendees folded over several lines; its own organiser as an attendee.
#[test]
fn google() {
    let text = "BEGIN:VCALENDAR\r\n\
PRODID:-//Google Inc//Google Calendar 70.9054//EN\r\n\
VERSION:2.0\r\n\
CALSCALE:GREGORIAN\r\n\
METHOD:REQUEST\r\n\
BEGIN:VEVENT\r\n\
DTSTART:20240315T140000Z\r\n\
DTEND:20240315T150000Z\r\n\
DTSTAMP:20240311T091502Z\r\n\
ORGANIZER;CN=Jo Rivera:mailto:jo@yourcompany.com\r\n\
UID:2k7v3q9b0c4m5n6p7r8s9t0u1v@google.com\r\n\
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=\r\n \
TRUE;CN=sarah.rodriguez@acme.dev;X-NUM-GUESTS=0:mailto:sarah.rodriguez@acme\r\n \
.dev\r\n\
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=TRUE\r\n \
;CN=Jo Rivera;X-NUM-GUESTS=0:mailto:jo@yourcompany.com\r\n\
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=OPT-PARTICIPANT;PARTSTAT=TENTATIVE;CN=Alex K\r\n \
umar;X-NUM-GUESTS=0:mailto:alex.kumar@acme.dev\r\n\
ATTENDEE;CUTYPE=RESOURCE;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;CN=Room 4:\r\n \
mailto:c_18800000@resource.calendar.google.com\r\n\
X-GOOGLE-CONFERENCE:https://meet.google.com/abc-defg-hij\r\n\
X-MICROSOFT-CDO-OWNERAPPTID:-1423908716\r\n\
CREATED:20240311T091500Z\r\n\
DESCRIPTION:-::~:~::~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~\r\n \
:~::~:~::-\\nJoin with Google Meet: https://meet.google.com/abc-defg-hij\\n\r\n\
LAST-MODIFIED:20240311T091501Z\r\n\
LOCATION:\r\n\
SEQUENCE:0\r\n\
STATUS:CONFIRMED\r\n\
SUMMARY:Proof of concept: kick-off\\, ACME\r\n\
TRANSP:OPAQUE\r\n\
BEGIN:VALARM\r\n\
ACTION:DISPLAY\r\n\
SUMMARY:Reminder\r\n\
DESCRIPTION:This is an event reminder\r\n\
TRIGGER:-P0DT0H10M0S\r\n\
END:VALARM\r\n\
END:VEVENT\r\n\
END:VCALENDAR\r\n";
    assert_eq!(
        read(text),
        "REQUEST 2k7v3q9b0c4m5n6p7r8s9t0u1v@google.com seq 0\n  \
         Proof of concept: kick-off, ACME\n  \
         2024-03-15T14:00:00Z to 2024-03-15T15:00:00Z\n  \
         by Jo Rivera <jo@yourcompany.com>\n  \
         \u{20}<sarah.rodriguez@acme.dev>: needs-action\n  \
         Jo Rivera <jo@yourcompany.com>: accepted\n  \
         Alex Kumar <alex.kumar@acme.dev>: tentative\n"
    );
}

/// Outlook and Exchange: Windows' zone names with a VTIMEZONE since 1601, `MAILTO:`, names in quotes, the UID over two lines.
#[test]
fn exchange() {
    let text = "BEGIN:VCALENDAR\r\n\
METHOD:REQUEST\r\n\
PRODID:Microsoft Exchange Server 2010\r\n\
VERSION:2.0\r\n\
BEGIN:VTIMEZONE\r\n\
TZID:W. Europe Standard Time\r\n\
BEGIN:STANDARD\r\n\
DTSTART:16010101T030000\r\n\
TZOFFSETFROM:+0200\r\n\
TZOFFSETTO:+0100\r\n\
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\r\n\
END:STANDARD\r\n\
BEGIN:DAYLIGHT\r\n\
DTSTART:16010101T020000\r\n\
TZOFFSETFROM:+0100\r\n\
TZOFFSETTO:+0200\r\n\
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3\r\n\
END:DAYLIGHT\r\n\
END:VTIMEZONE\r\n\
BEGIN:VEVENT\r\n\
ORGANIZER;CN=\"Mori, Haruka\":MAILTO:haruka.mori@globex.example\r\n\
ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=\"Rivera; Jo\"\r\n \
:MAILTO:Jo@YourCompany.com\r\n\
ATTENDEE;ROLE=NON-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=Room West;C\r\n \
UTYPE=ROOM:MAILTO:room.west@globex.example\r\n\
ATTENDEE;ROLE=OPT-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN='lukas.bran\r\n \
dl@globex.example':MAILTO:lukas.brandl@globex.example\r\n\
DESCRIPTION;LANGUAGE=de-DE:\\n________\\nMicrosoft Teams-Besprechung\\n\r\n\
RRULE:FREQ=WEEKLY;UNTIL=20240628T080000Z;INTERVAL=1;BYDAY=FR;WKST=MO\r\n\
UID:040000008200E00074C5B7101A82E00800000000B0C2A1D5C66FDA0100000000000000001\r\n \
0000000E5B1C4F3A2D84A4E9C6B7F1D2E3A4B5C\r\n\
SUMMARY;LANGUAGE=de-DE:Jour fixe: Ausbau auf 120 Pl\u{e4}tze\r\n\
DTSTART;TZID=W. Europe Standard Time:20240405T100000\r\n\
DTEND;TZID=W. Europe Standard Time:20240405T110000\r\n\
CLASS:PUBLIC\r\n\
PRIORITY:5\r\n\
DTSTAMP:20240311T100000Z\r\n\
TRANSP:OPAQUE\r\n\
STATUS:CONFIRMED\r\n\
SEQUENCE:2\r\n\
LOCATION;LANGUAGE=de-DE:Microsoft Teams-Besprechung\r\n\
X-MICROSOFT-CDO-APPT-SEQUENCE:2\r\n\
X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE\r\n\
X-MICROSOFT-CDO-ALLDAYEVENT:FALSE\r\n\
X-MICROSOFT-SKYPETEAMSMEETINGURL:https://teams.microsoft.com/l/meetup-join/1\r\n\
BEGIN:VALARM\r\n\
DESCRIPTION:REMINDER\r\n\
TRIGGER;RELATED=START:-PT15M\r\n\
ACTION:DISPLAY\r\n\
END:VALARM\r\n\
END:VEVENT\r\n\
END:VCALENDAR\r\n";
    assert_eq!(
        read(text),
        "REQUEST 040000008200E00074C5B7101A82E00800000000B0C2A1D5C66FDA01000000000000000010000000E5B1C4F3A2D84A4E9C6B7F1D2E3A4B5C seq 2\n  \
         Jour fixe: Ausbau auf 120 Pl\u{e4}tze | Microsoft Teams-Besprechung\n  \
         2024-04-05T08:00:00Z to 2024-04-05T09:00:00Z, repeated\n  \
         by Mori, Haruka <haruka.mori@globex.example>\n  \
         Rivera; Jo <jo@yourcompany.com>: needs-action\n  \
         \u{20}<lukas.brandl@globex.example>: needs-action\n"
    );
}

/// Apple: a principal's path in place of an address, the address in EMAIL; a whole VTIMEZONE beside an IANA name; LF only.
#[test]
fn apple() {
    let text = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Apple Inc.//macOS 14.3//EN\nCALSCALE:GREGORIAN\nMETHOD:REQUEST\n\
BEGIN:VTIMEZONE\nTZID:America/Los_Angeles\nBEGIN:DAYLIGHT\nTZOFFSETFROM:-0800\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\n\
DTSTART:20070311T020000\nTZNAME:PDT\nTZOFFSETTO:-0700\nEND:DAYLIGHT\nBEGIN:STANDARD\nTZOFFSETFROM:-0700\n\
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\nDTSTART:20071104T020000\nTZNAME:PST\nTZOFFSETTO:-0800\nEND:STANDARD\nEND:VTIMEZONE\n\
BEGIN:VEVENT\nCREATED:20240312T180000Z\nUID:7C9B1A52-3E44-4D0A-9A57-6E2D1B0F8C33\n\
DTEND;TZID=America/Los_Angeles:20240320T103000\n\
ATTENDEE;CN=\"Grace Adeyemi\";CUTYPE=INDIVIDUAL;EMAIL=\"grace.adeyemi@acme.dev\";\n PARTSTAT=ACCEPTED;ROLE=CHAIR:/aMTIzNDU2Nzg5/principal/\n\
ATTENDEE;CN=\"Jo Rivera\";CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;SCH\n EDULE-STATUS=1.1:mailto:jo@yourcompany.com\n\
SUMMARY:Spending review \u{1f4b6}\nDTSTART;TZID=America/Los_Angeles:20240320T093000\nDTSTAMP:20240312T180101Z\n\
LOCATION:Building 4\\nRoom 12\\, 2nd floor\nSEQUENCE:1\n\
ORGANIZER;CN=\"Grace Adeyemi\";EMAIL=\"grace.adeyemi@acme.dev\":/aMTIzNDU2Nzg5/pr\n incipal/\nEND:VEVENT\nEND:VCALENDAR\n";
    assert_eq!(
        read(text),
        "REQUEST 7C9B1A52-3E44-4D0A-9A57-6E2D1B0F8C33 seq 1\n  \
         Spending review \u{1f4b6} | Building 4 Room 12, 2nd floor\n  \
         2024-03-20T16:30:00Z to 2024-03-20T17:30:00Z\n  \
         by Grace Adeyemi <grace.adeyemi@acme.dev>\n  \
         Grace Adeyemi <grace.adeyemi@acme.dev>: accepted\n  \
         Jo Rivera <jo@yourcompany.com>: needs-action\n"
    );
}

/// Zoom: a file to take into the calendar, without method and attendees.
#[test]
fn zoom() {
    let text = "BEGIN:VCALENDAR\r\nPRODID:-//zoom.us//iCalendar Event//EN\r\nVERSION:2.0\r\nCALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\nCLASS:PUBLIC\r\n\
BEGIN:VTIMEZONE\r\nTZID:Europe/London\r\nTZURL:http://tzurl.org/zoneinfo-outlook/Europe/London\r\nX-LIC-LOCATION:Europe/London\r\n\
BEGIN:DAYLIGHT\r\nTZOFFSETFROM:+0000\r\nTZOFFSETTO:+0100\r\nTZNAME:BST\r\nDTSTART:19700329T010000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n\
END:DAYLIGHT\r\nEND:VTIMEZONE\r\n\
BEGIN:VEVENT\r\nDTSTAMP:20240320T101500Z\r\nDTSTART;TZID=Europe/London:20240402T113000\r\nDTEND;TZID=Europe/London:20240402T121500\r\n\
SUMMARY:Security review\r\nUID:20240320T101500Z-81234567890@fe80:0:0:0:31:49ff:fec0:dc52ens5\r\nTZID:Europe/London\r\n\
DESCRIPTION:Jo Rivera is inviting you to a scheduled Zoom meeting.\\n\\nJoin\r\n  Zoom Meeting\\n\r\n\
LOCATION:https://us02web.zoom.us/j/81234567890\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    assert_eq!(
        read(text),
        "PUBLISH 20240320T101500Z-81234567890@fe80:0:0:0:31:49ff:fec0:dc52ens5 seq 0\n  \
         Security review | https://us02web.zoom.us/j/81234567890\n  \
         2024-04-02T10:30:00Z to 2024-04-02T11:15:00Z\n"
    );
}

/// An answer, a cancelled occurrence, another time that is asked for.
#[test]
fn answers_and_changes() {
    let text = "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\n\
ATTENDEE;PARTSTAT=DECLINED;CN=Jo Rivera:MAILTO:jo@yourcompany.com\r\nCOMMENT;LANGUAGE=en-US:On a plane\r\nUID:a\r\n\
RECURRENCE-ID;TZID=W. Europe Standard Time:20240412T100000\r\nSUMMARY;LANGUAGE=en-US:Declined: Jour fixe\r\n\
DTSTART;TZID=W. Europe Standard Time:20240412T100000\r\nDTEND;TZID=W. Europe Standard Time:20240412T110000\r\nSEQUENCE:2\r\n\
END:VEVENT\r\nEND:VCALENDAR\r\n\
BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a\r\nRECURRENCE-ID:20240419T080000Z\r\nSTATUS:CANCELLED\r\nSEQUENCE:3\r\n\
DTSTART:20240419T080000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n\
BEGIN:VCALENDAR\r\nmethod:counter\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a\r\nRECURRENCE-ID;VALUE=DATE:20240426\r\nSUMMARY:Jour fixe\r\n\
DTSTART:20240426T120000Z\r\nDTEND:20240426T130000Z\r\nATTENDEE;PARTSTAT=TENTATIVE:mailto:jo@yourcompany.com\r\nSEQUENCE:2\r\n\
END:VEVENT\r\nEND:VCALENDAR\r\n";
    assert_eq!(
        read(text),
        "REPLY a seq 2\n  occurrence 2024-04-12T08:00:00Z\n  Declined: Jour fixe\n  2024-04-12T08:00:00Z to 2024-04-12T09:00:00Z\n  \
         Jo Rivera <jo@yourcompany.com>: declined\n\
         CANCEL a seq 3\n  occurrence 2024-04-19T08:00:00Z\n  \n  2024-04-19T08:00:00Z to ?\n\
         COUNTER a seq 2\n  occurrence 2024-04-26T00:00:00Z\n  Jour fixe\n  2024-04-26T12:00:00Z to 2024-04-26T13:00:00Z\n  \
         \u{20}<jo@yourcompany.com>: tentative\n"
    );
}
