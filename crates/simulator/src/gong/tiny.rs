use serde_json::{Value, json};

use super::{AccessKey, AccessToken, GongWorld, generate::SCOPES, world::region};

impl GongWorld {
    /// A small company with one of everything, independent of the samples: three users (one an avatar), two workspaces, a tracker, a
    /// scorecard and five calls, oldest first: `1001` (a telephone call, no transcript), `1002` (all blocks, a customer `acme.example`),
    /// `1003` (private), `1004` (internal, in the second workspace), `1005` (`globex.example`, blocks that are null). Access keys: `TINY` /
    /// `tiny-secret`, and `TINYREVOKED` and `TINYBLOCKED` with the same secret. Tokens: `tiny-token` (all scopes), `narrow-token` (only
    /// `api:calls:read:basic`).
    pub fn tiny() -> GongWorld {
        let mut w = GongWorld { hostname: region(1), ..GongWorld::default() };
        w.add_key(AccessKey::new("TINY", "tiny-secret"));
        w.add_key(AccessKey { revoked: true, ..AccessKey::new("TINYREVOKED", "tiny-secret") });
        w.add_key(AccessKey { ip_blocked: true, ..AccessKey::new("TINYBLOCKED", "tiny-secret") });
        w.add_token(AccessToken::new("tiny-token", &SCOPES));
        w.add_token(AccessToken::new("narrow-token", &["api:calls:read:basic"]));
        let mut added = vec![
            w.add_workspace(json!({"id": "901", "name": "Sales", "description": "Where we sell"})),
            w.add_workspace(json!({"id": "902", "name": "Success", "description": null})),
            w.add_tracker(tracker()),
        ];
        added.extend(users().into_iter().map(|u| w.add_user(u)));
        w.avatars.insert("503".into());
        w.scorecards.extend(scorecard().as_object().cloned());
        for (call, transcript) in [telephone(), full(), private(), internal(), sparse()] {
            added.push(w.add_call(call, transcript).map(|_| ()));
        }
        debug_assert!(added.iter().all(Result::is_ok), "{added:?}");
        w
    }
}

fn users() -> [Value; 3] {
    [
        json!({"id": "501", "emailAddress": "ada@tiny.example", "created": "2023-02-17T02:30:00-08:00", "firstName": "Ada",
            "lastName": "Archer",
            "title": "Account executive", "emailAliases": ["a.archer@tiny.example"], "trustedEmailAddress": "ada@tiny.example",
            "spokenLanguages": [{"language": "en-US", "primary": true}]}),
        json!({"id": "502", "emailAddress": "ben@tiny.example", "created": "2024-01-08T09:00:00Z", "firstName": "Ben", "lastName": "Bell",
            "active": false, "managerId": "501"}),
        json!({"id": "503", "emailAddress": "support@gong.example", "firstName": "Gong", "lastName": "Support"}),
    ]
}

fn tracker() -> Value {
    json!({"trackerId": "801", "trackerName": "Competitors", "workspaceId": "901",
        "languageKeywords": [{"language": "eng", "keywords": ["RivalDB"], "includeRelatedForms": true}], "affiliation": "NonCompany",
        "partOfQuestion": false, "saidAt": "First", "saidAtInterval": 10, "saidAtUnit": "minutes", "saidInTopics": ["Pricing"],
        "filterQuery": "{\"type\":\"And\",\"filters\":[]}", "created": "2023-02-17T02:30:00-08:00", "creatorUserId": "501",
        "updated": "2023-02-17T02:30:00-08:00", "updaterUserId": null})
}

fn scorecard() -> Value {
    json!({"scorecardId": 6_843_152_929_075_440_037_u64, "scorecardName": "Discovery", "workspaceId": 901, "enabled": true,
        "updaterUserId": 501,
        "created": "2023-02-17T02:30:00-08:00", "updated": "2023-02-19T02:30:00-08:00", "reviewMethod": "MANUAL",
        "questions": [{"questionId": 35_657_219_295_037_524_u64, "questionRevisionId": 43_955_224_753_211_112_u64,
            "questionText": "Was a next step agreed?",
            "isOverall": false, "questionType": "RANGE", "answerGuide": null, "minRange": 1, "maxRange": 5, "answerOptions": null}]})
}

fn telephone() -> (Value, Value) {
    let data = json!({
        "metaData": {"id": "1001", "title": "Call with +1 202-555-0100", "scheduled": null, "started": "2024-03-01T10:00:00Z",
            "duration": 180,
            "primaryUserId": "501", "direction": "Outbound", "system": "Dialer", "media": "Audio", "sdrDisposition": "Connected",
            "clientUniqueId": "dialer-77", "customData": "queue=7", "purpose": "Demo Call"},
        "context": [], "parties": [{"id": "7101", "emailAddress": null, "name": null, "title": null, "userId": null, "speakerId": null,
            "context": [],
            "affiliation": "Unknown", "phoneNumber": "+1 202-555-0100", "methods": ["Attendee"]}],
        "content": {"topics": [], "trackers": [], "callOutcome": {"id": "CONNECTED", "category": "Answered", "name": "Connected"}},
        "interaction": {"speakers": [], "interactionStats": [], "video": [], "questions": {"companyCount": 0, "nonCompanyCount": 0}},
        "collaboration": {"publicComments": []},
        "media": {"audioUrl": "https://media.gong.example/1001/audio", "videoUrl": null},
    });
    (data, Value::Null)
}

fn full() -> (Value, Value) {
    let at = json!({"startTime": 32.56, "speakerId": "6202"});
    let data = json!({
        "metaData": {"id": "1002", "title": "Acme - POC results", "scheduled": "2024-03-15T15:00:00Z",
            "started": "2024-03-15T08:01:12.041977-07:00",
            "duration": 2460, "primaryUserId": "501", "meetingUrl": "https://zoom.us/j/123", "calendarEventId": "abcde@calendar.example"},
        "context": [{"system": "Salesforce", "objects": [
            {"objectType": "Opportunity", "objectId": "0061Q00000mkU1fQAE", "timing": "Now",
                "fields": [{"name": "StageName", "value": "Proposal"}, {"name": "Amount", "value": 50_000}, {"name": "CloseDate",
                    "value": "2024-06-28"}]},
            {"objectType": "Opportunity", "objectId": "0061Q00000mkU1fQAE", "timing": "TimeOfCall",
                "fields": [{"name": "StageName", "value": "Evaluation"}, {"name": "Amount", "value": null}]},
            {"objectType": "Account", "objectId": "0013601230sV7grAAC", "timing": "Now",
                "fields": [{"name": "Name", "value": "Acme Inc"}, {"name": "Website", "value": "acme.example"}]}]}],
        "parties": [
            {"id": "7201", "emailAddress": "ada@tiny.example", "name": "Ada Archer", "title": "Account executive", "userId": "501",
                "speakerId": "6201",
                "context": [], "affiliation": "Internal", "phoneNumber": null, "methods": ["Invitee", "Attendee"]},
            {"id": "7202", "emailAddress": "cto@acme.example", "name": "Jane Doe", "title": "CTO", "userId": null, "speakerId": "6202",
                "context": [{"system": "Salesforce", "objects": [{"objectType": "Contact", "objectId": "0031Q00002", "timing": "Now",
                    "fields": [{"name": "Department", "value": "Technology"}]}]}],
                "affiliation": "External", "phoneNumber": null, "methods": ["Attendee"]},
            {"id": "7203", "emailAddress": "silent@acme.example", "name": "Sam Silent", "title": null, "userId": null, "speakerId": null,
                "context": [], "affiliation": "External", "phoneNumber": null, "methods": ["Invitee"]}],
        "content": {
            "structure": [{"name": "Meeting Setup", "duration": 67}], "topics": [{"name": "Pricing",
                "duration": 86}, {"name": "Security", "duration": 0}],
            "trackers": [{"id": "801", "name": "Competitors", "count": 1, "type": "KEYWORD", "occurrences": [at],
                "phrases": [{"phrase": "RivalDB", "count": 1, "occurrences": [at]}]},
                {"id": "802", "name": "Budget", "count": 1, "type": "SMART", "occurrences": [at], "phrases": []}],
            "brief": "The team reviewed the POC numbers.",
            "outline": [{"section": "POC results", "startTime": 120.0, "duration": 600.0, "items": [{"text": "Latency down 40%",
                "startTime": 150.5}]}],
            "highlights": [{"title": "Next steps", "items": [{"text": "Send contract draft by Friday", "startTimes": [2210.0]}]}],
            "callOutcome": {"id": "MEETING_BOOKED", "category": "Answered", "name": "Meeting booked"},
            "keyPoints": [{"text": "Security review is the last blocker"}]},
        "interaction": {
            "speakers": [{"id": "7201", "userId": "501", "talkTime": 945.0}, {"id": "7202", "userId": null, "talkTime": 1200.5}],
            "interactionStats": [{"name": "Talk Ratio", "value": 0.44}, {"name": "Longest Monologue", "value": 125},
                {"name": "Longest Customer Story", "value": 95}, {"name": "Interactivity", "value": 6.2}, {"name": "Patience",
                    "value": 0.9}],
            "video": [{"name": "Presentation", "duration": 580.5}], "questions": {"companyCount": 12, "nonCompanyCount": 9}},
        "collaboration": {"publicComments": [{"id": "9201", "audioStartTime": 26.0, "audioEndTime": 40.0, "commenterUserId": "501",
            "comment": "Good recap @[Ben Bell](502)", "posted": "2024-03-15T17:00:00Z", "inReplyTo": null, "duringCall": false}]},
        "media": {"audioUrl": "https://media.gong.example/1002/audio", "videoUrl": "https://media.gong.example/1002/video"},
    });
    let transcript = json!([
        {"speakerId": "6201", "topic": "Meeting Setup", "sentences": [{"start": 460, "end": 2343,
            "text": "Shall we start with the numbers?"}]},
        {"speakerId": "6202", "topic": null, "sentences": [{"start": 2400, "end": 4100, "text": "Yes \u{2013} latency is down 40 %."},
            {"start": 4200, "end": 6000, "text": "\"RivalDB\" was slower."}]},
    ]);
    (data, transcript)
}

fn private() -> (Value, Value) {
    let data = json!({
        "metaData": {"id": "1003", "title": "Private talk", "scheduled": "2024-03-20T09:00:00Z", "started": "2024-03-20T09:00:10Z",
            "duration": 600,
            "primaryUserId": "501", "isPrivate": true},
        "parties": [], "content": {}, "interaction": {},
    });
    (data, json!([{"speakerId": "6301", "topic": null, "sentences": [{"start": 0, "end": 900, "text": "Nobody reads this."}]}]))
}

fn internal() -> (Value, Value) {
    let data = json!({
        "metaData": {"id": "1004", "title": "Pipeline review", "scheduled": "2024-04-01T09:00:00Z", "started": "2024-04-01T08:58:00Z",
            "duration": 900,
            "primaryUserId": "502", "scope": "Internal", "workspaceId": "902"},
        "context": [],
        "parties": [{"id": "7401", "emailAddress": "ben@tiny.example", "name": "Ben Bell", "title": null, "userId": "502",
            "speakerId": "6401",
            "context": [], "affiliation": "Internal", "phoneNumber": null, "methods": ["Attendee"]}],
        "content": {"topics": [], "trackers": []}, "interaction": {"speakers": [], "interactionStats": [{"name": "Patience",
            "value": 0.5}]},
    });
    (data, json!([{"speakerId": "6401", "topic": null, "sentences": [{"start": 0, "end": 900, "text": "All is well."}]}]))
}

fn sparse() -> (Value, Value) {
    let data = json!({
        "metaData": {"id": "1005", "title": "Globex intro", "started": "2024-04-05T16:00:00Z", "duration": 1200, "primaryUserId": "501",
            "language": "und"},
        "context": [{"system": "Generic", "objects": [{"objectType": "Account", "objectId": "g-1", "timing": "Now", "fields": []}]}],
        "parties": [{"id": "7501", "emailAddress": "hank@globex.example", "name": "Hank", "title": null, "userId": null,
            "speakerId": "6501",
            "context": [], "affiliation": "External", "phoneNumber": null, "methods": []}],
        "content": {"structure": [], "topics": null, "trackers": null, "brief": null, "outline": null, "highlights": null,
            "callOutcome": null,
            "keyPoints": null},
        "interaction": {"speakers": null, "interactionStats": null, "video": null, "questions": null},
        "collaboration": {"publicComments": null}, "media": {"audioUrl": null, "videoUrl": null},
    });
    (data, json!([{"speakerId": "6501", "topic": "Pricing", "sentences": [{"start": 100, "end": 2900, "text": "What does it cost?"}]}]))
}
