//! Keys, paths, parameters, pages.

use http::Method;
use jiff::SignedDuration;
use sales_simulator::granola::Order;
use serde_json::{Value, json};

use crate::common::{Lab, ids, numbers, refused, tiny};

#[tokio::test]
async fn without_a_good_key_nothing() {
    let lab = Lab::tiny().await;
    let unauthorized = refused(401, "UNAUTHORIZED");
    for path in
        ["/v1/notes", "/v1/notes/not_Tiny0000000001", "/v1/notes/not_Tiny0000000001/transcript", "/v1/folders", "/v1/notes?page_size=99"]
    {
        let plain = || lab.http.get(lab.url(path));
        assert_eq!(lab.send(plain()).await.unwrap().refusal(), unauthorized, "{path}");
        assert_eq!(lab.send(plain().bearer_auth("grn_other")).await.unwrap().refusal(), unauthorized, "{path}");
    }
    let notes = || lab.http.get(lab.url("/v1/notes"));
    for header in ["grn_tiny", "Basic grn_tiny", "Bearer", "Bearer ", "Bearer grn_tiny grn_tiny", "Bearer GRN_TINY"] {
        assert_eq!(lab.send(notes().header("authorization", header)).await.unwrap().refusal(), unauthorized, "{header}");
    }
    for query in [("key", "grn_tiny"), ("api_key", "grn_tiny"), ("access_token", "grn_tiny")] {
        assert_eq!(lab.send(notes().query(&[query])).await.unwrap().refusal(), unauthorized);
    }
    assert_eq!(lab.send(notes().header("authorization", "bearer grn_tiny")).await.unwrap().status, 200);
    lab.world().write(|w| w.revoke_key("grn_tiny").unwrap());
    assert_eq!(lab.get("/v1/notes", &[("page_size", "1")]).await.refusal(), unauthorized);
    assert_eq!(lab.get_as("grn_tiny_workspace", "/v1/notes", &[]).await.status, 200);
}

#[tokio::test]
async fn only_four_things_can_be_read_and_nothing_written() {
    let lab = Lab::tiny().await;
    for path in [
        "",
        "/",
        "/v1",
        "/v2/notes",
        "/v1/notes/",
        "/v1/notes//transcript",
        "/v1/notes/not_Tiny0000000001/summary",
        "/v1/meetings",
        "/v1/me",
        "/v1/audit",
        "/v1/webhook-endpoints",
        "/v1/folders/fol_TinyAcmeInner0",
        "/v1/notes/not_Tiny0000000001/transcript/x",
        "//v1/folders",
    ] {
        let answer = lab.get(path, &[]).await;
        assert_eq!(answer.refusal(), refused(404, "NOT_FOUND"), "{path}");
    }
    for verb in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        for path in ["/v1/notes", "/v1/notes/not_Tiny0000000001", "/v1/folders"] {
            let answer = lab.send(lab.http.request(verb.clone(), lab.url(path)).bearer_auth("grn_tiny").body("{}")).await.unwrap();
            assert_eq!((answer.refusal(), answer.header("allow")), (refused(405, "METHOD_NOT_ALLOWED"), Some("GET")), "{verb} {path}");
        }
    }
    // The vendor's other doors lead nowhere either.
    let url = |path: &str| format!("{}{path}", lab.sim.base_url());
    assert_eq!(lab.send(lab.http.get(url("/v1/notes")).bearer_auth("grn_tiny")).await.unwrap().status, 404);
    let none = Lab::with(|o| o.granola = None).await;
    assert_eq!(none.get("/v1/notes", &[]).await.status, 404, "no workspace, no double");
    assert_eq!(none.sim.env().iter().filter(|(k, _)| k.starts_with("GRANOLA")).count(), 0);
}

#[tokio::test]
async fn parameters_are_taken_at_their_word() {
    let lab = Lab::tiny().await;
    let invalid = refused(400, "VALIDATION_ERROR");
    let id = tiny(1);
    let (note, transcript) = (format!("/v1/notes/{id}"), format!("/v1/notes/{id}/transcript"));
    let bad: &[(&str, &str, &str)] = &[
        ("/v1/notes", "page_size", "0"),
        ("/v1/notes", "page_size", "31"),
        ("/v1/notes", "page_size", "-1"),
        ("/v1/notes", "page_size", ""),
        ("/v1/notes", "page_size", "ten"),
        ("/v1/notes", "page_size", "1.0"),
        ("/v1/folders", "page_size", "31"),
        (&transcript, "page_size", "0"),
        (&transcript, "page_size", "101"),
        ("/v1/notes", "created_after", "yesterday"),
        ("/v1/notes", "created_before", "2024-02-30"),
        ("/v1/notes", "updated_after", "1710147600"),
        ("/v1/notes", "updated_after", "2024-03-11T09:00:00"),
        ("/v1/notes", "updated_after", ""),
        ("/v1/notes", "updated_before", "2024-03-11"),
        ("/v1/notes", "query", "acme"),
        ("/v1/notes", "folder_id", "fol_x"),
        ("/v1/notes", "folder_id", &id),
        ("/v1/notes", "include", "transcript"),
        ("/v1/notes", "cursor", ""),
        ("/v1/notes", "cursor", "2"),
        ("/v1/notes", "cursor", "eyJjcmVhdGVkX2F0IjoiMjAyNC0wMS0wMSJ9"),
        (&note, "include", "summary"),
        (&note, "include", ""),
        (&note, "include", "transcript,summary"),
        (&note, "page_size", "10"),
        (&transcript, "include", "transcript"),
        ("/v1/folders", "folder_id", "fol_TinyAcmeInner0"),
    ];
    for (path, name, value) in bad {
        assert_eq!(lab.get(path, &[(name, value)]).await.refusal(), invalid, "{path} {name}={value}");
    }
    for odd in ["%zz", "=", "cursor=%FF%FE", "cursor=%00", "a&b", "page_size=%E2%91%A0"] {
        assert_eq!(lab.get(&format!("/v1/notes?{odd}"), &[]).await.refusal(), invalid, "{odd}");
    }
    let long = "x".repeat(20_000);
    assert_eq!(lab.get("/v1/notes", &[("cursor", &long)]).await.refusal(), invalid);
    for twice in ["page_size=1&page_size=2", "cursor=a&cursor=b"] {
        assert_eq!(lab.get(&format!("/v1/notes?{twice}"), &[]).await.refusal(), invalid);
    }
    for size in ["1", "30"] {
        assert_eq!(lab.get("/v1/notes", &[("page_size", size)]).await.status, 200);
    }
    assert_eq!(lab.get(&transcript, &[("page_size", "100")]).await.status, 200);
}

#[tokio::test]
async fn ids_have_a_pattern_and_a_uuid_is_none() {
    let lab = Lab::tiny().await;
    let url = lab.note(1, &[]).await.json()["web_url"].as_str().unwrap().to_owned();
    let uuid = url.rsplit('/').next().unwrap();
    for bad in [
        uuid,
        "not_",
        "not_123",
        "not_Tiny00000000011",
        "not_Tiny000000000-",
        "NOT_Tiny0000000001",
        "fol_TinyAcmeInner0",
        "%6Eot_Tiny0000000001",
        "..%2F..%2Fetc",
    ] {
        for tail in ["", "/transcript"] {
            assert_eq!(lab.get(&format!("/v1/notes/{bad}{tail}"), &[]).await.refusal(), refused(400, "VALIDATION_ERROR"), "{bad}{tail}");
        }
    }
    assert_eq!(lab.get("/v1/notes/not_00000000000000", &[]).await.refusal(), refused(404, "NOT_FOUND"));
    assert_eq!(lab.get("/v1/notes/not_00000000000000/transcript", &[]).await.refusal(), refused(404, "NOT_FOUND"));
}

#[tokio::test]
async fn pages_hold_ten_and_end() {
    let lab = Lab::tiny().await;
    let first = lab.get("/v1/notes", &[]).await.json();
    assert_eq!((first["notes"].as_array().unwrap().len(), &first["hasMore"]), (10, &json!(true)));
    assert!(first["cursor"].as_str().unwrap().starts_with("eyJjcmVhdGVk"));
    let (all, pages) = lab.all("/v1/notes", &[("page_size", "4")], "notes").await;
    assert_eq!((numbers(&all), pages), (vec![15, 14, 13, 12, 11, 10, 9, 6, 5, 4, 3, 2, 1], 4), "newest first, each once");
    let (folders, pages) = lab.all("/v1/folders", &[("page_size", "3")], "folders").await;
    let names: Vec<&str> = folders.iter().map(|f| f["name"].as_str().unwrap()).collect();
    assert_eq!((names, pages), (vec!["Acme", "customers", "deal room", "\u{c9}tudes"], 2), "alphabetical, whatever the case");
    // A page that ends with the list is the last.
    assert_eq!(lab.all("/v1/folders", &[("page_size", "2")], "folders").await.1, 2);
}

#[tokio::test]
async fn notes_of_one_moment_are_not_lost_between_pages() {
    let lab = Lab::with(|o| {
        let world = o.granola.as_mut().unwrap();
        for n in 1..=15 {
            world.change_note(&tiny(n), |n| n.created_at = "2024-03-20T09:00:00Z".parse().unwrap()).unwrap();
        }
    })
    .await;
    let (all, pages) = lab.all("/v1/notes", &[("page_size", "2")], "notes").await;
    assert_eq!((all.len(), ids(&all).len(), pages), (13, 13, 7));
}

#[tokio::test]
async fn the_order_is_the_vendors_to_choose() {
    let mut seen = Vec::new();
    for order in [Order::NewestFirst, Order::OldestFirst, Order::UpdatedNewestFirst, Order::UpdatedOldestFirst, Order::Scrambled] {
        let lab = Lab::with(|o| {
            let world = o.granola.as_mut().unwrap();
            world.manner.order = order;
            world.edit_note(&tiny(5), Some("Edited"), None, "2024-04-01T00:00:00Z".parse().unwrap()).unwrap();
        })
        .await;
        let (all, _) = lab.all("/v1/notes", &[("page_size", "3")], "notes").await;
        assert_eq!(ids(&all).len(), 13, "{order:?} loses nothing");
        seen.push(numbers(&all));
    }
    let down = vec![15, 14, 13, 12, 11, 10, 9, 6, 5, 4, 3, 2, 1];
    let up: Vec<u64> = down.iter().rev().copied().collect();
    let edited = vec![5, 15, 14, 13, 12, 11, 10, 9, 6, 4, 3, 2, 1];
    let edited_up: Vec<u64> = edited.iter().rev().copied().collect();
    assert_eq!(&seen[..4], &[down.clone(), up.clone(), edited, edited_up]);
    assert!(seen[4] != down && seen[4] != up);
}

#[tokio::test]
async fn filters_by_time_and_folder() {
    let lab = Lab::tiny().await;
    // Note n is made at 9:00 on the n-th day after 2024-03-11, and changed 75 minutes later.
    let listed = async |args: &[(&str, &str)]| lab.listed("grn_tiny", args).await;
    assert_eq!(listed(&[("created_after", "2024-03-24")]).await, [13, 14, 15]);
    assert_eq!(listed(&[("created_after", "2024-03-24T09:00:00Z")]).await, [14, 15]);
    assert_eq!(listed(&[("created_after", "2024-03-24T10:59:59+02:00")]).await, [13, 14, 15]);
    assert_eq!(listed(&[("created_before", "2024-03-13")]).await, [1]);
    assert_eq!(listed(&[("created_before", "2024-03-13T09:00:00.001Z")]).await, [1, 2]);
    assert_eq!(listed(&[("updated_after", "2024-03-24T10:14:59Z")]).await, [13, 14, 15]);
    assert_eq!(listed(&[("updated_after", "2024-03-24T10:15:00Z")]).await, [14, 15]);
    assert_eq!(
        listed(&[("created_after", "2024-03-12T09:30:00Z"), ("created_before", "2024-03-15"), ("updated_after", "2024-03-14")]).await,
        [3]
    );
    assert_eq!(listed(&[("created_after", "2024-03-15"), ("created_before", "2024-03-12")]).await, Vec::<u64>::new());
    assert_eq!(listed(&[("folder_id", "fol_TinyAcmeInner0")]).await, [1]);
    assert_eq!(listed(&[("folder_id", "fol_TinyCustomers0")]).await, [1], "child folders included");
    assert_eq!(listed(&[("folder_id", "fol_TinyDealRoom00")]).await, [10]);
    assert_eq!(listed(&[("folder_id", "fol_TinyEmpty00000")]).await, Vec::<u64>::new());
    assert_eq!(listed(&[("folder_id", "fol_00000000000000")]).await, Vec::<u64>::new(), "nothing tells that there is none");
    let inclusive = Lab::mannered(|m| m.inclusive = true).await;
    assert_eq!(inclusive.listed("grn_tiny", &[("updated_after", "2024-03-24T10:15:00Z")]).await, [13, 14, 15]);
    assert_eq!(inclusive.listed("grn_tiny", &[("created_before", "2024-03-12T09:00:00Z")]).await, [1]);
}

#[tokio::test]
async fn cursors_are_good_for_one_question_and_one_hour() {
    let lab = Lab::tiny().await;
    let args = [("page_size", "3"), ("created_after", "2024-03-01")];
    let first = lab.get("/v1/notes", &args).await.json();
    let cursor = first["cursor"].as_str().unwrap();
    let ask = async |key: &str, path: &str, args: &[(&str, &str)]| {
        let mut with = args.to_vec();
        with.push(("cursor", cursor));
        lab.get_as(key, path, &with).await
    };
    let invalid = refused(400, "VALIDATION_ERROR");
    let second = ask("grn_tiny", "/v1/notes", &args).await.json();
    assert_eq!(numbers(second["notes"].as_array().unwrap()), [12, 11, 10]);
    assert_eq!(ask("grn_tiny", "/v1/notes", &args).await.json()["notes"], second["notes"], "it may be used again");
    assert_eq!(ask("grn_tiny_personal", "/v1/notes", &args).await.refusal(), invalid, "another's");
    assert_eq!(ask("grn_tiny", "/v1/notes", &args[..1]).await.refusal(), invalid, "another filter");
    assert_eq!(ask("grn_tiny", "/v1/folders", &[("page_size", "3")]).await.refusal(), invalid, "another endpoint");
    assert_eq!(ask("grn_tiny", &format!("/v1/notes/{}/transcript", tiny(6)), &[]).await.refusal(), invalid);
    assert_eq!(lab.get("/v1/notes", &[args[0], args[1], ("cursor", cursor.split_at(cursor.len() - 4).0)]).await.refusal(), invalid, "cut");
    lab.clock.forward(SignedDuration::from_secs(3599));
    assert_eq!(ask("grn_tiny", "/v1/notes", &args).await.status, 200);
    lab.clock.forward(SignedDuration::from_secs(1));
    assert_eq!(ask("grn_tiny", "/v1/notes", &args).await.refusal(), invalid, "expired");
    lab.world().write(|w| w.manner.cursor_seconds = None);
    assert_eq!(ask("grn_tiny", "/v1/notes", &args).await.status, 200);
    lab.event(json!({"do": "granola.expire_cursors"})).await;
    assert_eq!(ask("grn_tiny", "/v1/notes", &args).await.refusal(), invalid);
    let other = lab.get(&format!("/v1/notes/{}/transcript", tiny(6)), &[]).await.json();
    let (one, cursor) = (tiny(1), other["cursor"].as_str().unwrap());
    assert_eq!(lab.get(&format!("/v1/notes/{one}/transcript"), &[("cursor", cursor)]).await.refusal(), invalid, "another note's");
}

#[tokio::test]
async fn a_transcript_that_is_too_large_comes_in_pages() {
    let lab = Lab::tiny().await;
    assert_eq!(lab.note(6, &[("include", "transcript")]).await.refusal(), refused(413, "TRANSCRIPT_TOO_LARGE"));
    assert_eq!(lab.note(6, &[]).await.status, 200, "all but the transcript");
    let path = format!("/v1/notes/{}/transcript", tiny(6));
    let texts = |items: &[Value]| items.iter().map(|i| i["text"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let (items, pages) = lab.all(&path, &[], "transcript").await;
    let expected: Vec<String> = (0..230).map(|i| format!("Sentence {i}.")).collect();
    assert_eq!((texts(&items), pages), (expected.clone(), 5), "50 a page");
    let (items, pages) = lab.all(&path, &[("page_size", "100")], "transcript").await;
    assert_eq!((texts(&items), pages), (expected, 3));
    // Nothing is sorted for the client, on either way.
    let path = format!("/v1/notes/{}/transcript", tiny(5));
    let (paged, _) = lab.all(&path, &[("page_size", "3")], "transcript").await;
    assert_eq!(texts(&paged), ["Third.", "First.", "Second.", "Also second."]);
    assert_eq!(lab.note(5, &[("include", "transcript")]).await.json()["transcript"], json!(paged));
    // A note without one.
    let empty = lab.get(&format!("/v1/notes/{}/transcript", tiny(11)), &[]).await.json();
    assert_eq!(empty, json!({"transcript": [], "hasMore": false, "cursor": null}));
}

#[tokio::test]
async fn edges_come_through_as_they_are() {
    let lab = Lab::tiny().await;
    let note = async |n: u64| lab.note(n, &[("include", "transcript")]).await.json();
    let phone = note(2).await;
    assert_eq!((&phone["title"], &phone["calendar_event"]), (&Value::Null, &Value::Null));
    assert!(phone["transcript"].as_array().unwrap().iter().all(|i| i["speaker"] == json!({"source": "microphone"})));
    let nulls = note(3).await;
    assert_eq!(nulls["owner"], json!({"name": null, "email": "sam@us.example"}));
    let event = json!({"event_title": null, "invitees": [], "organiser": null, "calendar_event_id": null, "scheduled_start_time": null,
        "scheduled_end_time": null});
    assert_eq!((&nulls["calendar_event"], &nulls["summary_markdown"]), (&event, &Value::Null));
    let hostile = note(4).await;
    for sign in ["<script>", "\u{1b}[31m", "\u{202e}", "javascript:", "\n---\n", "\u{0}", "```"] {
        assert!(hostile["summary_markdown"].as_str().unwrap().contains(sign), "{sign:?}");
    }
    assert_eq!(note(5).await["transcript"][1]["speaker"], json!({"source": "telepathy", "attribution": "me"}));
    assert_eq!((&note(11).await["title"], &note(11).await["transcript"]), (&json!(""), &Value::Null));
}

#[tokio::test]
async fn the_environment_leads_a_client_here() {
    let lab = Lab::tiny().await;
    let env = lab.sim.env();
    let var = |name: &str| env.iter().find(|(k, _)| k == name).map(|(_, v)| v.clone());
    assert_eq!(var("GRANOLA_API_URL"), Some(format!("{}/granola", lab.sim.base_url())));
    assert_eq!(var("GRANOLA_API_KEY"), Some("grn_tiny".into()));
    assert!(var("SLACK_API_URL").is_some());
}
