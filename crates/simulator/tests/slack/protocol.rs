//! How the double takes requests: tokens, bodies, arguments, scopes, errors.

use crate::common::Lab;
use serde_json::json;

#[tokio::test]
async fn tokens_come_by_header_or_form_and_nowhere_else() {
    let lab = Lab::tiny().await;
    let url = lab.url("auth.test");
    let ok = lab.send(lab.http.get(&url).bearer_auth("xoxb-tiny")).await.unwrap();
    assert_eq!(ok.status, 200);
    assert_eq!(ok.header("content-type"), Some("application/json; charset=utf-8"));
    assert_eq!(ok.header("x-oauth-scopes").unwrap().split(',').count(), 15);
    let form = lab.send(lab.http.post(&url).form(&[("token", "xoxb-tiny")])).await.unwrap();
    assert_eq!(form.json(), ok.json());
    assert_eq!(
        ok.json(),
        json!({"ok": true, "url": "https://tiny.slack.com/", "team": "Tiny", "user": "tinybot", "team_id": "T0TINYTEAM",
            "user_id": "U0BOTUSER1", "bot_id": "B0TINYBOT1", "is_enterprise_install": false})
    );
    let user = lab.get_as("xoxp-tiny", "auth.test", &[]).await.json();
    assert_eq!((user["user_id"].as_str(), user.get("bot_id")), (Some("U0ALICE001"), None));

    let none = lab.send(lab.http.get(&url)).await.unwrap();
    assert_eq!((none.status, none.error().as_str(), none.header("x-oauth-scopes")), (200, "not_authed", None));
    let query = lab.send(lab.http.get(&url).query(&[("token", "xoxb-tiny")])).await.unwrap();
    assert_eq!(query.error(), "not_authed");
    let json = lab.send(lab.http.post(&url).json(&json!({"token": "xoxb-tiny"}))).await.unwrap();
    assert_eq!(json.error(), "not_authed");
    let wrong = lab.send(lab.http.get(&url).bearer_auth("xoxb-wrong")).await.unwrap();
    assert_eq!((wrong.error().as_str(), wrong.header("x-oauth-scopes")), ("invalid_auth", None));
    assert_eq!(lab.get_as("", "auth.test", &[]).await.error(), "not_authed");
    lab.sim.world().write(|w| w.revoke_tokens());
    assert_eq!(lab.get("auth.test", &[]).await.error(), "token_revoked");
}

#[tokio::test]
async fn auth_test_can_point_to_the_double_itself() {
    let lab = Lab::with(|o| o.auth_url_self = true).await;
    let url = lab.get("auth.test", &[]).await.json()["url"].as_str().unwrap().to_owned();
    // Clients append `api/`.
    let again = lab.send(lab.http.get(format!("{url}api/auth.test")).bearer_auth("xoxb-tiny")).await.unwrap();
    assert_eq!(again.json()["url"], url);
}

#[tokio::test]
async fn bodies_are_forms_or_json() {
    let lab = Lab::tiny().await;
    let url = lab.url("conversations.info");
    let plain = lab.get("conversations.info", &[("channel", "C0GENERAL1")]).await.json();
    assert_eq!(lab.post("conversations.info", &[("channel", "C0GENERAL1")]).await.json(), plain);
    let typed = |kind: &str, body: &str| {
        let request = lab.http.post(&url).bearer_auth("xoxb-tiny").header("content-type", kind.to_owned()).body(body.to_owned());
        lab.send(request)
    };
    let utf8 = "application/json; charset=utf-8";
    assert_eq!(typed(utf8, r#"{"channel":"C0GENERAL1"}"#).await.unwrap().json(), plain);
    let bare = typed("application/json", r#"{"channel":"C0GENERAL1"}"#).await.unwrap().json();
    assert_eq!(bare["warning"], "missing_charset");
    assert_eq!(bare["response_metadata"], json!({"warnings": ["missing_charset"]}));
    assert_eq!(bare["channel"], plain["channel"]);
    for (kind, body, error) in [
        (utf8, "{", "invalid_json"),
        (utf8, "[]", "json_not_object"),
        ("application/json; charset=utf-16", "{}", "invalid_charset"),
        ("text/csv", "a,b", "invalid_post_type"),
        (utf8, r#"{"channel":7}"#, "invalid_arguments"),
        (utf8, r#"{"channel":null}"#, "invalid_arguments"),
    ] {
        assert_eq!(typed(kind, body).await.unwrap().error(), error, "{kind} {body}");
    }
    let untyped = lab.send(lab.http.post(&url).bearer_auth("xoxb-tiny").body("channel=C0GENERAL1")).await.unwrap();
    assert_eq!(untyped.error(), "missing_post_type");
    let put = lab.send(lab.http.put(&url).bearer_auth("xoxb-tiny")).await.unwrap();
    assert_eq!(put.status, 405);
}

#[tokio::test]
async fn arguments_are_checked() {
    let lab = Lab::tiny().await;
    assert_eq!(lab.get("conversations.explode", &[]).await.error(), "unknown_method");
    let reply = lab.get("conversations.replies", &[("limit", "many"), ("chanel", "C1")]).await.json();
    assert_eq!(reply["error"], "invalid_arguments");
    assert_eq!(
        reply["response_metadata"]["messages"],
        json!([
            "[ERROR] missing required field: channel",
            "[ERROR] missing required field: ts",
            "[ERROR] unrecognized argument: chanel",
            "[ERROR] must be an integer [json-pointer:/limit]",
        ])
    );
    let general = ("channel", "C0GENERAL1");
    for (method, args, error) in [
        ("conversations.history", vec![("channel", "")], "channel_not_found"),
        ("conversations.history", vec![("channel", "general")], "channel_not_found"),
        ("conversations.history", vec![general, ("limit", "0")], "invalid_limit"),
        ("conversations.history", vec![general, ("limit", "-1")], "invalid_limit"),
        ("conversations.history", vec![general, ("oldest", "yesterday")], "invalid_ts_oldest"),
        ("conversations.history", vec![general, ("latest", "1e9")], "invalid_ts_latest"),
        ("conversations.history", vec![general, ("inclusive", "maybe")], "invalid_arguments"),
        ("conversations.history", vec![general, ("cursor", "bmV4dF90czoxNTEyMDg1ODYxMDAwNTQz")], "invalid_cursor"),
        ("conversations.replies", vec![general, ("ts", "")], "thread_not_found"),
        ("conversations.replies", vec![general, ("ts", "1710493200.000101")], "thread_not_found"),
        ("conversations.list", vec![("types", "public_channel,secret")], "invalid_types"),
        ("users.info", vec![("user", "U0NOBODY01")], "user_not_found"),
        ("users.info", vec![("user", "U0STRANGER")], "user_not_visible"),
        ("bots.info", vec![("bot", "B0NOBODY01")], "bot_not_found"),
        ("team.info", vec![("team", "T0NOBODY01")], "team_not_found"),
        ("users.lookupByEmail", vec![("email", "former@tiny.example")], "users_not_found"),
        ("chat.getPermalink", vec![general, ("message_ts", "1710493200.000101")], "message_not_found"),
    ] {
        assert_eq!(lab.get(method, &args).await.error(), error, "{method} {args:?}");
    }
}

#[tokio::test]
async fn scopes_decide_by_the_kind_of_channel() {
    let lab = Lab::tiny().await;
    let narrow = |method: &'static str, args: Vec<(&'static str, &'static str)>| {
        let lab = &lab;
        async move { lab.get_as("xoxb-narrow", method, &args).await }
    };
    assert_eq!(narrow("conversations.history", vec![("channel", "C0GENERAL1")]).await.json()["ok"], true);
    let refused = narrow("conversations.history", vec![("channel", "C0PRIVATE1")]).await;
    assert_eq!(
        refused.json(),
        json!({"ok": false, "error": "missing_scope", "needed": "groups:history", "provided": "channels:history,channels:read"})
    );
    assert_eq!(refused.header("x-oauth-scopes"), Some("channels:history,channels:read"));
    assert_eq!(refused.header("x-accepted-oauth-scopes"), Some("channels:history,groups:history,mpim:history,im:history"));
    let types = narrow("users.conversations", vec![("types", "public_channel,private_channel")]).await.json();
    assert_eq!((types["error"].as_str(), types["needed"].as_str()), (Some("missing_scope"), Some("groups:read")));
    assert_eq!(narrow("users.list", vec![]).await.json()["needed"], "users:read");
    assert_eq!(narrow("team.info", vec![]).await.json()["needed"], "team:read");
    assert_eq!(narrow("search.messages", vec![("query", "x")]).await.error(), "not_allowed_token_type");
    assert_eq!(narrow("conversations.join", vec![("channel", "C0NOTIN001")]).await.json()["needed"], "channels:join");
    // A token without any scope of the family learns all of them.
    lab.sim.world().write(|w| w.add_token(sales_simulator::Token::new(sales_simulator::TokenKind::Bot, "xoxb-bare", "U0BOTUSER1", &[])));
    let bare = lab.get_as("xoxb-bare", "conversations.history", &[("channel", "C0GENERAL1")]).await.json();
    assert_eq!(
        (bare["needed"].as_str(), bare["provided"].as_str()),
        (Some("channels:history,groups:history,mpim:history,im:history"), Some(""))
    );
}

#[tokio::test]
async fn who_sees_which_channel() {
    let lab = Lab::tiny().await;
    let history = |token: &'static str, channel: &'static str| {
        let lab = &lab;
        async move { lab.get_as(token, "conversations.history", &[("channel", channel)]).await.json() }
    };
    assert_eq!(history("xoxb-tiny", "C0NOTIN001").await["error"], "not_in_channel");
    assert_eq!(history("xoxp-tiny", "C0NOTIN001").await["messages"].as_array().unwrap().len(), 1);
    lab.sim
        .world()
        .write(|w| w.add_channel(json!({"id": "C0SECRET01", "name": "secret", "is_private": true, "members": ["U0BRUNO001"]})))
        .unwrap();
    assert_eq!(history("xoxb-tiny", "C0SECRET01").await["error"], "channel_not_found");
    assert_eq!(history("xoxp-tiny", "C0SECRET01").await["error"], "channel_not_found");
    let types = [("types", "public_channel,private_channel,mpim,im")];
    let ids = |channels: &[serde_json::Value]| channels.iter().map(|c| c["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let (all, _) = lab.all("xoxb-tiny", "conversations.list", &types, "channels").await;
    assert_eq!(ids(&all), ["C0GENERAL1", "C0NOTIN001", "C0OLD00001", "C0PRIVATE1", "C0SHARED01", "D0DIRECT01"]);
    let (mine, pages) =
        lab.all("xoxb-tiny", "users.conversations", &[types[0], ("exclude_archived", "true"), ("limit", "1")], "channels").await;
    assert_eq!((ids(&mine), pages), (["C0GENERAL1", "C0PRIVATE1", "C0SHARED01", "D0DIRECT01"].map(str::to_owned).to_vec(), 4));
    assert!(mine.iter().all(|c| c.get("is_member").is_none() && c.get("num_members").is_none()));
    let of_bruno = lab.get("users.conversations", &[("user", "U0BRUNO001")]).await.json();
    assert_eq!(ids(of_bruno["channels"].as_array().unwrap()), ["C0GENERAL1", "C0NOTIN001"]);

    let joined = lab.post("conversations.join", &[("channel", "C0NOTIN001")]).await.json();
    assert_eq!((joined["ok"].clone(), joined["channel"]["is_member"].clone()), (json!(true), json!(true)));
    assert_eq!(history("xoxb-tiny", "C0NOTIN001").await["messages"][0]["subtype"], "channel_join");
    assert_eq!(lab.post("conversations.join", &[("channel", "C0NOTIN001")]).await.json()["warning"], "already_in_channel");
    assert_eq!(lab.post("conversations.join", &[("channel", "C0OLD00001")]).await.error(), "is_archived");
    assert_eq!(lab.post("conversations.join", &[("channel", "C0PRIVATE1")]).await.error(), "method_not_supported_for_channel_type");
}

#[tokio::test]
async fn people() {
    let lab = Lab::tiny().await;
    let (members, pages) = lab.all("xoxb-tiny", "users.list", &[("limit", "2")], "members").await;
    assert_eq!(pages, 3);
    let ids: Vec<&str> = members.iter().map(|m| m["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["U0ALICE001", "U0BOTUSER1", "U0BRUNO001", "U0FORMER01", "USLACKBOT"], "nobody of other companies");
    assert_eq!(members[0]["profile"]["email"], "alice@tiny.example");
    assert!(members[0].get("locale").is_none());
    let franz = lab.get("users.info", &[("user", "U0FRANZ001"), ("include_locale", "1")]).await.json();
    assert_eq!((&franz["user"]["team_id"], &franz["user"]["locale"]), (&json!("T0FOREIGN1"), &json!("en-US")));
    assert!(franz["user"]["profile"].get("email").is_none());
    lab.sim.world().write(|w| {
        w.add_message("general", json!({"ts": "1710000000.000100", "user": "U0STRANGER", "text": "Before I left"})).unwrap();
    });
    let stranger = lab.get("users.info", &[("user", "U0STRANGER")]).await.json();
    assert_eq!(stranger["user"]["is_stranger"], true, "who has written is known");
    let found = lab.get("users.lookupByEmail", &[("email", "ALICE@tiny.example")]).await.json();
    assert_eq!(found["user"]["id"], "U0ALICE001");

    // Without users:read.email no address, anywhere.
    lab.sim.world().write(|w| {
        w.add_token(sales_simulator::Token::new(sales_simulator::TokenKind::Bot, "xoxb-shy", "U0BOTUSER1", &["users:read"]));
    });
    let shy = String::from_utf8(lab.get_as("xoxb-shy", "users.list", &[]).await.body).unwrap();
    assert!(!shy.contains("email") && !shy.contains("tiny.example"), "{shy}");
    // A large workspace insists on a limit.
    lab.sim.world().write(|w| {
        for n in 0..600 {
            w.add_user(json!({"id": format!("U0MANY{n:04}"), "name": format!("many{n}")})).unwrap();
        }
    });
    assert_eq!(lab.get("users.list", &[]).await.error(), "limit_required");
    assert_eq!(lab.all("xoxb-tiny", "users.list", &[("limit", "200")], "members").await.0.len(), 605);
    let bot = lab.get("bots.info", &[("bot", "B0CLASSIC1")]).await.json();
    assert_eq!(bot["bot"]["name"], "Build", "known from its messages only");
    let team = lab.get("team.info", &[("team", "T0FOREIGN1")]).await.json();
    assert_eq!(team["team"]["domain"], "foreign");
    let members = lab.all("xoxb-tiny", "conversations.members", &[("channel", "C0SHARED01"), ("limit", "2")], "members").await;
    assert_eq!(members, (vec![json!("U0ALICE001"), json!("U0BOTUSER1"), json!("U0FRANZ001")], 2));
}

#[tokio::test]
async fn tokens_rotate_once() {
    let lab = Lab::tiny().await;
    let refresh = |secret: &'static str, token: String| {
        let args = [("client_id", "111.222"), ("client_secret", secret), ("grant_type", "refresh_token"), ("refresh_token", &token)];
        let request = lab.http.post(lab.url("oauth.v2.access")).form(&args);
        lab.send(request)
    };
    let old = "xoxe-tiny-refresh".to_owned();
    assert_eq!(refresh("wrong", old.clone()).await.unwrap().error(), "bad_client_secret");
    let pair = refresh("tiny-secret", old.clone()).await.unwrap().json();
    assert_eq!(pair["ok"], true, "{pair}");
    assert_eq!((pair["expires_in"].as_i64(), pair["token_type"].as_str()), (Some(43_200), Some("bot")));
    assert_eq!(refresh("tiny-secret", old).await.unwrap().error(), "invalid_refresh_token", "used up");
    let token = pair["access_token"].as_str().unwrap();
    let who = lab.get_as(token, "auth.test", &[]).await.json();
    assert_eq!((who["user_id"].as_str(), who["expires_in"].as_i64()), (Some("U0BOTUSER1"), Some(43_200)));
    lab.clock.forward(jiff::SignedDuration::from_hours(12));
    assert_eq!(lab.get_as(token, "auth.test", &[]).await.error(), "token_expired");
    let basic = lab.http.post(lab.url("oauth.v2.access")).basic_auth("111.222", Some("tiny-secret"));
    let second = pair["refresh_token"].as_str().unwrap();
    let next = lab.send(basic.form(&[("grant_type", "refresh_token"), ("refresh_token", second)])).await.unwrap().json();
    assert_eq!(lab.get_as(next["access_token"].as_str().unwrap(), "auth.test", &[]).await.json()["ok"], true);
}
