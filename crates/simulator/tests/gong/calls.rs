//! Calls, their blocks, their pages and their transcripts.

use jiff::SignedDuration;
use sales_simulator::{GongEvent, GongGenerate, GongWorld, gong::Ready};
use serde_json::{Value, json};

use crate::common::{Lab, NO_CALLS, everything, ids};

const EXTENSIVE: &str = "/v2/calls/extensive";
const TRANSCRIPT: &str = "/v2/calls/transcript";

/// The call `1002` with what is asked for.
async fn acme(lab: &Lab, selector: Value) -> Value {
    let answer = lab.post(EXTENSIVE, &json!({"filter": {"callIds": ["1002"]}, "contentSelector": selector})).await.good();
    assert_eq!(answer["records"], json!({"totalRecords": 1, "currentPageSize": 1, "currentPageNumber": 0}));
    answer["calls"][0].clone()
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn only_what_is_asked_for_is_given() {
    let lab = Lab::tiny().await;
    let all = acme(&lab, everything()).await;
    assert_eq!(keys(&all), ["collaboration", "content", "context", "interaction", "media", "metaData", "parties"]);
    assert_eq!(all["metaData"], lab.get("/v2/calls/1002").await.good()["call"]);
    assert_eq!(keys(&all["content"]), ["brief", "callOutcome", "highlights", "keyPoints", "outline", "structure", "topics", "trackers"]);
    assert_eq!(keys(&all["interaction"]), ["interactionStats", "questions", "speakers", "video"]);
    // What the world holds is what is given, but for contexts, which come by timing.
    let told = lab.world().read(|w| w.call("1002")).unwrap();
    for block in ["collaboration", "content", "interaction", "media", "metaData"] {
        assert_eq!(all[block], told[block], "{block}");
    }
    for selector in
        [json!({}), json!({"context": "None"}), json!({"exposedFields": {}}), json!({"exposedFields": {"parties": false}}), Value::Null]
    {
        assert_eq!(keys(&acme(&lab, selector.clone()).await), ["metaData"], "{selector}");
    }
    for (flags, block, fields) in [
        (json!({"content": {"topics": true, "brief": false}}), "content", vec!["topics"]),
        (json!({"content": {"highlights": true, "callOutcome": true}}), "content", vec!["callOutcome", "highlights"]),
        (json!({"interaction": {"personInteractionStats": true}}), "interaction", vec!["interactionStats"]),
        (json!({"interaction": {"questions": true, "speakers": true}}), "interaction", vec!["questions", "speakers"]),
        (json!({"collaboration": {"publicComments": true}}), "collaboration", vec!["publicComments"]),
        (json!({"media": true}), "media", vec!["audioUrl", "videoUrl"]),
    ] {
        let call = acme(&lab, json!({"exposedFields": flags})).await;
        assert_eq!((keys(&call).len(), keys(&call[block])), (2, fields), "{flags}");
    }
}

#[tokio::test]
async fn trackers_tell_times_only_when_asked() {
    let lab = Lab::tiny().await;
    let content = |flags: Value| json!({"exposedFields": {"content": flags}});
    let trackers = acme(&lab, content(json!({"trackers": true}))).await["content"]["trackers"].clone();
    assert_eq!(
        trackers[0],
        json!({"id": "801", "name": "Competitors", "count": 1, "type": "KEYWORD", "occurrences": [],
            "phrases": [{"phrase": "RivalDB", "count": 1, "occurrences": []}]})
    );
    let told = acme(&lab, content(json!({"trackers": true, "trackerOccurrences": true}))).await["content"]["trackers"].clone();
    assert_eq!(told[0]["occurrences"], json!([{"startTime": 32.56, "speakerId": "6202"}]));
    assert_eq!(told[0]["phrases"][0]["occurrences"], told[0]["occurrences"]);
    assert_eq!(acme(&lab, content(json!({"trackerOccurrences": true}))).await["content"], json!({}), "only together with `trackers`");
}

#[tokio::test]
async fn contexts_come_as_links_or_with_fields_by_timing() {
    let lab = Lab::tiny().await;
    let seen = |call: &Value| -> Vec<String> {
        let entries = call["context"].as_array().unwrap().iter();
        entries
            .flat_map(|e| {
                e["objects"].as_array().unwrap().iter().map(move |o| {
                    assert_eq!(e["timing"], o["timing"], "in both places");
                    let fields = o["fields"].as_array().unwrap().len();
                    format!(
                        "{} {} {} {fields}",
                        e["system"].as_str().unwrap(),
                        o["objectType"].as_str().unwrap(),
                        o["timing"].as_str().unwrap()
                    )
                })
            })
            .collect()
    };
    let basic = acme(&lab, json!({"context": "Basic", "exposedFields": {"parties": true}})).await;
    assert_eq!(seen(&basic), ["Salesforce Opportunity Now 0", "Salesforce Account Now 0"]);
    assert_eq!(
        basic["parties"][1]["context"][0]["objects"][0],
        json!({"objectType": "Contact", "objectId": "0031Q00002", "timing": "Now", "fields": []})
    );
    let now = acme(&lab, json!({"context": "Extended"})).await;
    assert_eq!(seen(&now), ["Salesforce Opportunity Now 3", "Salesforce Account Now 2"]);
    assert_eq!(seen(&acme(&lab, json!({"context": "Extended", "contextTiming": ["Now"]})).await), seen(&now));
    let then = acme(&lab, json!({"context": "Extended", "contextTiming": ["TimeOfCall"]})).await;
    assert_eq!(seen(&then), ["Salesforce Opportunity TimeOfCall 2"]);
    let both = acme(&lab, json!({"context": "Extended", "contextTiming": ["TimeOfCall", "Now"], "exposedFields": {"parties": true}})).await;
    assert_eq!(seen(&both).len(), 3);
    assert_eq!(both["parties"][1]["context"][0]["timing"], "Now");
    let parties = acme(&lab, json!({"exposedFields": {"parties": true}})).await["parties"].clone();
    assert_eq!((parties.as_array().unwrap().len(), &parties[1]["context"], &parties[2]["speakerId"]), (3, &json!([]), &Value::Null));
}

#[tokio::test]
async fn blocks_that_are_null_stay_null_and_missing_ones_missing() {
    let lab = Lab::tiny().await;
    let answer = lab.post(EXTENSIVE, &json!({"filter": {"callIds": ["1005", "1001"]}, "contentSelector": everything()})).await.good();
    assert_eq!(ids(&answer), ["1001", "1005"], "oldest first, whatever the order of the ids");
    assert_eq!(keys(&answer["calls"][0]["content"]), ["callOutcome", "topics", "trackers"], "what is not available is not returned");
    assert_eq!(answer["calls"][1]["content"]["brief"], Value::Null);
    assert_eq!(answer["calls"][1]["interaction"]["speakers"], Value::Null);
    assert_eq!(answer["calls"][1]["media"], json!({"audioUrl": null, "videoUrl": null}));
}

#[tokio::test]
async fn filters_find_by_time_workspace_owner_and_id() {
    let lab = Lab::tiny().await;
    let found = async |filter: Value| {
        let answer = lab.post(EXTENSIVE, &json!({"filter": filter})).await;
        if answer.status == 404 {
            assert_eq!(answer.error(), (404, NO_CALLS.into()));
            return String::new();
        }
        ids(&answer.good()).join(" ")
    };
    assert_eq!(found(json!({})).await, "1001 1002 1004 1005");
    assert_eq!(found(json!({"fromDateTime": "2024-03-15T15:00:00Z"})).await, "1002 1004 1005", "from is inclusive");
    assert_eq!(found(json!({"fromDateTime": "2024-03-15T15:00:00.000001Z"})).await, "1004 1005");
    assert_eq!(found(json!({"toDateTime": "2024-03-15T15:00:00Z"})).await, "1001", "to is exclusive");
    assert_eq!(found(json!({"toDateTime": "2024-03-15T15:00:00.000001Z"})).await, "1001 1002");
    assert_eq!(found(json!({"fromDateTime": "2024-03-15T08:00:00-07:00", "toDateTime": "2024-04-01T10:00:00+01:00"})).await, "1002");
    // Of a web conference the scheduled time counts: this one began two minutes before.
    assert_eq!(found(json!({"fromDateTime": "2024-04-01T09:00:00Z", "toDateTime": "2024-04-02T00:00:00Z"})).await, "1004");
    assert_eq!(found(json!({"fromDateTime": "2024-04-01T08:50:00Z", "toDateTime": "2024-04-01T09:00:00Z"})).await, "");
    assert_eq!(found(json!({"workspaceId": "902"})).await, "1004");
    assert_eq!(found(json!({"workspaceId": "999"})).await, "");
    assert_eq!(found(json!({"primaryUserIds": ["502", "999"]})).await, "1004");
    assert_eq!(found(json!({"callIds": ["1005", "1002", "1002", "42"]})).await, "1002 1005");
    assert_eq!(found(json!({"callIds": ["1005", "1002"], "toDateTime": "2024-04-01T00:00:00Z"})).await, "1002", "both hold");
    assert_eq!(found(json!({"callIds": ["1002"], "toDateTime": "2024-03-15T15:00:00Z"})).await, "", "exclusive there too");
    assert_eq!(found(json!({"fromDateTime": "2024-04-01T00:00:00Z", "toDateTime": "2024-04-01T00:00:00Z"})).await, "");
    assert_eq!(
        ids(&lab.get("/v2/calls?workspaceId=902&fromDateTime=2024-01-01T00:00:00Z&toDateTime=2024-05-01T00:00:00Z").await.good()),
        ["1004"]
    );
    assert_eq!(
        lab.get("/v2/calls?fromDateTime=2024-05-01T00:00:00Z&toDateTime=2024-06-01T00:00:00Z").await.error(),
        (404, NO_CALLS.into())
    );
}

#[tokio::test]
async fn private_and_deleted_calls_are_nowhere() {
    let lab = Lab::tiny().await;
    let nowhere = async |id: &str| {
        let filter = json!({"filter": {"callIds": [id]}});
        assert_eq!(lab.get(&format!("/v2/calls/{id}")).await.error(), (404, "Call ID was not found".into()));
        assert_eq!(lab.post(EXTENSIVE, &filter).await.error(), (404, NO_CALLS.into()));
        assert_eq!(lab.post(TRANSCRIPT, &filter).await.error(), (404, NO_CALLS.into()));
        assert!(!ids(&lab.get("/v2/calls").await.good()).contains(&id.to_owned()));
        assert!(!ids(&lab.post(EXTENSIVE, &json!({"filter": {}})).await.good()).contains(&id.to_owned()));
    };
    nowhere("1003").await;
    lab.happens(&GongEvent::MakePublic { call: Some("1003".into()) });
    let call = lab.get("/v2/calls/1003").await.good();
    assert_eq!(call["call"]["isPrivate"], false);
    assert_eq!(ids(&lab.post(TRANSCRIPT, &json!({"filter": {"callIds": ["1003"]}})).await.good()), ["1003"]);
    assert_eq!(lab.happens(&GongEvent::MakePrivate { call: Some("1002".into()) }).as_deref(), Some("1002"));
    nowhere("1002").await;
    assert_eq!(lab.happens(&GongEvent::DeleteCall { call: None }).as_deref(), Some("1005"), "the newest");
    nowhere("1005").await;
}

#[tokio::test]
async fn transcripts_are_there_from_a_time_on() {
    let lab = Lab::tiny().await;
    let three = lab.post(TRANSCRIPT, &json!({"filter": {}})).await.good();
    assert_eq!(ids(&three), ["1002", "1004", "1005"], "one has none, one is private");
    assert_eq!(three["records"]["totalRecords"], 3);
    assert_eq!(three["callTranscripts"][0]["transcript"], lab.world().read(|w| w.transcript("1002")).unwrap());
    let asked = json!({"filter": {"callIds": ["1002", "1005"]}});
    lab.happens(&GongEvent::TranscriptReady { call: Some("1005".into()), in_seconds: 3600 });
    assert_eq!(ids(&lab.post(TRANSCRIPT, &asked).await.good()), ["1002"], "missing, not empty");
    let alone = json!({"filter": {"callIds": ["1005"]}});
    assert_eq!(lab.post(TRANSCRIPT, &alone).await.error(), (404, NO_CALLS.into()));
    lab.clock.forward(SignedDuration::from_secs(3599));
    assert_eq!(lab.post(TRANSCRIPT, &alone).await.status, 404);
    lab.clock.forward(SignedDuration::from_secs(1));
    assert_eq!(ids(&lab.post(TRANSCRIPT, &alone).await.good()), ["1005"]);
    lab.happens(&GongEvent::TranscriptNever { call: Some("1005".into()) });
    lab.clock.forward(SignedDuration::from_hours(10_000));
    assert_eq!(lab.post(TRANSCRIPT, &alone).await.status, 404);
    lab.get("/v2/calls/1005").await.good();
    // A new call's is ready when the call has ended.
    let now = "2025-06-02T07:00:00Z";
    let meta = json!({"metaData": {"id": "1006", "started": now, "duration": 60}});
    lab.world().write(|w| w.add_call(meta, json!([{"speakerId": null, "topic": null, "sentences": []}]))).unwrap();
    assert_eq!(lab.world().read(|w| w.ready("1006")), Some(Ready::From("2025-06-02T07:01:00Z".parse().unwrap())));
    assert_eq!(lab.world().read(|w| w.ready("1001")), Some(Ready::Never));
}

#[tokio::test]
async fn pages_are_followed_by_cursors_oldest_first() {
    let until = "2024-04-08T00:00:00Z".parse().unwrap();
    let lab = Lab::with(|o| o.gong = Some(GongWorld::generate(&GongGenerate::new(250, 3, until), 1))).await;
    lab.world().write(|w| w.add_key(sales_simulator::gong::AccessKey::new("TINY", "tiny-secret")));
    let all = lab.world().read(GongWorld::calls);
    for (path, key) in [(EXTENSIVE, "calls"), (TRANSCRIPT, "callTranscripts")] {
        let pages = lab.pages(path, &json!({"filter": {}}), key).await;
        let records: Vec<Value> = pages
            .iter()
            .map(|p| {
                let mut records = p["records"].clone();
                records.as_object_mut().unwrap().remove("cursor");
                records
            })
            .collect();
        let page = |size: usize, number: usize| json!({"totalRecords": 250, "currentPageSize": size, "currentPageNumber": number});
        assert_eq!(records, [page(100, 0), page(100, 1), page(50, 2)]);
        assert!(pages[2]["records"].get("cursor").is_none(), "absent, not null");
        assert_eq!(pages.iter().flat_map(ids).collect::<Vec<_>>(), all);
    }
    // The same by GET, with pages of another size.
    lab.world().write(|w| w.page_size = 99);
    let mut seen = Vec::new();
    let mut path = "/v2/calls?fromDateTime=2020-01-01T00:00:00Z".to_owned();
    for size in [99, 99, 52] {
        let page = lab.get(&path).await.good();
        assert_eq!(page["records"]["currentPageSize"], size);
        seen.extend(ids(&page));
        path = format!("/v2/calls?fromDateTime=2020-01-01T00:00:00Z&cursor={}", page["records"]["cursor"].as_str().unwrap_or_default());
    }
    assert_eq!(seen, all);
    // A page that is exactly full is the last.
    lab.world().write(|w| w.page_size = 125);
    assert_eq!(lab.pages(EXTENSIVE, &json!({"filter": {}}), "calls").await.len(), 2);
}

#[tokio::test]
async fn cursors_are_bound_to_the_question_and_expire() {
    let lab = Lab::tiny().await;
    lab.world().write(|w| (w.page_size, w.cursor_seconds) = (2, 600));
    let refused = (400, "cursor: is invalid or has expired".to_owned());
    let question = json!({"filter": {"fromDateTime": "2024-01-01T00:00:00Z"}});
    let cursor = lab.post(EXTENSIVE, &question).await.good()["records"]["cursor"].clone();
    let with = |change: Value| {
        let mut body = question.clone();
        body["cursor"] = cursor.clone();
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        body
    };
    assert_eq!(ids(&lab.post(EXTENSIVE, &with(json!({}))).await.good()), ["1004", "1005"]);
    assert_eq!(ids(&lab.post(EXTENSIVE, &with(json!({}))).await.good()), ["1004", "1005"], "as often as one likes");
    for change in [
        json!({"filter": {}}),
        json!({"filter": {"fromDateTime": "2024-01-01T00:00:01Z"}}),
        json!({"contentSelector": {"exposedFields": {"parties": true}}}),
        json!({"cursor": "eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmVk"}),
        json!({"cursor": ""}),
    ] {
        assert_eq!(lab.post(EXTENSIVE, &with(change.clone())).await.error(), refused, "{change}");
    }
    assert_eq!(lab.post(TRANSCRIPT, &with(json!({}))).await.error(), refused, "another path");
    lab.clock.forward(SignedDuration::from_secs(599));
    lab.post(EXTENSIVE, &with(json!({}))).await.good();
    lab.clock.forward(SignedDuration::from_secs(1));
    assert_eq!(lab.post(EXTENSIVE, &with(json!({}))).await.error(), refused, "its time is over");
    let users = "/v2/users?includeAvatars=true";
    let cursor = lab.get(users).await.good()["records"]["cursor"].as_str().unwrap().to_owned();
    assert_eq!(lab.get(&format!("{users}&cursor={cursor}")).await.good()["users"][0]["id"], "503");
    assert_eq!(lab.get(&format!("/v2/users?cursor={cursor}")).await.error(), refused);
    lab.happens(&GongEvent::ExpireCursors {});
    assert_eq!(lab.get(&format!("{users}&cursor={cursor}")).await.error(), refused);
    // Another simulator does not know it.
    let other = Lab::with(|o| o.seed = 2).await;
    assert_eq!(other.get(&format!("{users}&cursor={cursor}")).await.error(), refused);
}

#[tokio::test]
async fn a_changing_world_loses_nothing_between_pages() {
    let lab = Lab::tiny().await;
    lab.world().write(|w| w.page_size = 2);
    let first = lab.post(EXTENSIVE, &json!({"filter": {}})).await.good();
    assert_eq!(ids(&first), ["1001", "1002"]);
    // An older call appears, one of the first page goes, a new one comes at the end.
    lab.world().write(|w| {
        w.delete_call("1001");
        w.add_call(json!({"metaData": {"id": "999", "started": "2024-02-01T00:00:00Z"}}), Value::Null).unwrap();
    });
    let added = lab.happens(&GongEvent::AddCall { data: None, transcript: None, title: Some("Brand new".into()) }).unwrap();
    let second = lab.post(EXTENSIVE, &json!({"filter": {}, "cursor": first["records"]["cursor"]})).await.good();
    assert_eq!(ids(&second), ["1004", "1005"]);
    assert_eq!(
        (&second["records"]["totalRecords"], &second["records"]["currentPageNumber"]),
        (&json!(4), &json!(1)),
        "as the first page said"
    );
    let third = lab.post(EXTENSIVE, &json!({"filter": {}, "cursor": second["records"]["cursor"]})).await.good();
    assert_eq!((ids(&third), &third["calls"][0]["metaData"]["title"]), (vec![added.clone()], &json!("Brand new")));
    assert_eq!(third["calls"][0]["metaData"]["started"], "2024-04-08T08:40:00Z", "it has just ended");
    // Where the rest has gone, there is nothing.
    lab.world().write(|w| w.delete_call(&added));
    assert_eq!(lab.post(EXTENSIVE, &json!({"filter": {}, "cursor": second["records"]["cursor"]})).await.error(), (404, NO_CALLS.into()));
}

#[tokio::test]
async fn calls_change() {
    let lab = Lab::tiny().await;
    let acme_call = Some("1002".to_owned());
    let events: Vec<GongEvent> = [
        json!({"do": "retitle", "call": "1002", "title": "Acme \u{2013} \"results\""}),
        json!({"do": "associate", "call": "1002", "object_type": "Account", "object_id": "0013601230sV7grAAC",
            "fields": {"Name": "Acme Renamed"}}),
        json!({"do": "associate", "call": "1002", "system": "HubSpot", "object_type": "Opportunity", "object_id": "77"}),
        json!({"do": "change_party", "call": "1002", "party": "cto@acme.example", "fields": {"name": "Jane Roe", "title": null}}),
        json!({"do": "set_field", "call": "1002", "path": "/content/topics", "value": "none"}),
    ]
    .into_iter()
    .map(|e| serde_json::from_value(e).unwrap())
    .collect();
    for event in &events {
        assert_eq!(lab.happens(event), acme_call);
    }
    let call = acme(&lab, everything()).await;
    assert_eq!(call["metaData"]["title"], "Acme \u{2013} \"results\"");
    let objects: Vec<&Value> = call["context"].as_array().unwrap().iter().flat_map(|e| e["objects"].as_array().unwrap()).collect();
    assert_eq!(objects.len(), 4, "the account is replaced, not doubled");
    let account = objects.iter().find(|o| o["objectType"] == "Account").unwrap();
    assert_eq!(account["fields"], json!([{"name": "Name", "value": "Acme Renamed"}]));
    assert_eq!(
        (&call["parties"][1]["name"], &call["parties"][1]["title"], &call["parties"][0]["name"]),
        (&json!("Jane Roe"), &Value::Null, &json!("Ada Archer"))
    );
    assert_eq!(call["content"]["topics"], "none");
    // What can't be says why, and changes nothing.
    let now = crate::common::NOW.parse().unwrap();
    let error = |event: Value| {
        let event: GongEvent = serde_json::from_value(event).unwrap();
        lab.world().write(|w| w.apply(&event, now)).unwrap_err().to_string()
    };
    assert_eq!(error(json!({"do": "retitle", "call": "42", "title": "x"})), "there is no call `42`");
    assert_eq!(error(json!({"do": "delete_call", "call": "42"})), "there is no call `42`");
    assert_eq!(
        error(json!({"do": "change_party", "call": "1002", "party": "nobody", "fields": {}})),
        "nobody is `nobody` in the call 1002"
    );
    assert_eq!(error(json!({"do": "set_field", "call": "1002", "path": "/metaData/id", "value": "7"})), "a call keeps its id");
    assert_eq!(
        error(json!({"do": "set_field", "call": "1002", "path": "/metaData/started", "value": 7})),
        "`started` of the call 1002 is no time"
    );
    assert_eq!(error(json!({"do": "set_field", "call": "1002", "path": "/nothing", "value": 7})), "the call 1002 has no `/nothing`");
    assert_eq!(acme(&lab, everything()).await, call);
    // A call that is moved stands in its new place.
    lab.world()
        .write(|w| {
            w.change_call("1001", |data| {
                data["metaData"]["started"] = json!("2024-03-30T10:00:00Z");
                data["metaData"]["workspaceId"] = json!("902");
            })
        })
        .unwrap();
    assert_eq!(ids(&lab.get("/v2/calls").await.good()), ["1002", "1001", "1004", "1005"]);
    assert_eq!(ids(&lab.get("/v2/calls?workspaceId=902").await.good()), ["1001", "1004"]);
}

#[tokio::test]
async fn shifted_calls_keep_weekday_and_time() {
    let mut world = GongWorld::tiny();
    world.shift_to("2026-11-22T10:00:00Z".parse().unwrap());
    let lab = Lab::with(|o| o.gong = Some(world.clone())).await;
    let call = acme(&lab, everything()).await;
    // 2024-03-15 and 137 weeks; the newest call, of 2024-04-05, is then on 2026-11-20.
    assert_eq!(call["metaData"]["started"], "2026-10-30T08:01:12.041977-07:00");
    assert_eq!(call["metaData"]["scheduled"], "2026-10-30T15:00:00Z");
    assert_eq!(call["collaboration"]["publicComments"][0]["posted"], "2026-10-30T17:00:00Z");
    assert_eq!(call["context"][0]["objects"][0]["fields"][2], json!({"name": "CloseDate", "value": "2027-02-12"}));
    assert_eq!(world.newest().unwrap().to_string(), "2026-11-20T16:00:00Z");
    assert_eq!(world.ready("1005"), Some(Ready::From("2026-11-20T16:20:00Z".parse().unwrap())));
    let before = world.calls();
    world.shift_to("2026-11-22T10:00:00Z".parse().unwrap());
    assert_eq!((world.calls(), world.newest().unwrap().to_string()), (before, "2026-11-20T16:00:00Z".into()), "once is enough");
}

/// Two thousand calls of three hundred sentences: made when they are asked for, so that nothing is made for nothing.
#[tokio::test]
async fn many_calls_are_served_page_by_page() {
    let until = "2024-04-08T00:00:00Z".parse().unwrap();
    let mut world = GongWorld::generate(&GongGenerate::new(2_000, 300, until), 1);
    world.add_key(sales_simulator::gong::AccessKey::new("TINY", "tiny-secret"));
    let lab = Lab::with(|o| o.gong = Some(world)).await;
    let mut sentences = 0;
    for page in lab.pages(TRANSCRIPT, &json!({"filter": {}}), "callTranscripts").await.iter().step_by(5) {
        for call in page["callTranscripts"].as_array().unwrap() {
            sentences += call["transcript"].as_array().unwrap().iter().map(|m| m["sentences"].as_array().unwrap().len()).sum::<usize>();
        }
    }
    assert_eq!(sentences, 4 * 100 * 300);
    assert_eq!(lab.pages(EXTENSIVE, &json!({"filter": {}, "contentSelector": everything()}), "calls").await.len(), 20);
}
