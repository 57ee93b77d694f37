#![expect(clippy::string_slice, reason = "tests look at stretches that they know")]

use serde_json::{json, value::to_raw_value};

use super::*;

fn of_blocks(v: serde_json::Value) -> Text {
    blocks(&to_raw_value(&v).unwrap())
}

fn of_attachments(v: serde_json::Value, own_only: bool) -> String {
    attachments(&to_raw_value(&v).unwrap(), own_only).plain
}

#[test]
fn rich_text_reads_like_the_message() {
    let t = of_blocks(json!([{"type":"rich_text","block_id":"b1","elements":[
        {"type":"rich_text_section","elements":[
            {"type":"text","text":"Hello <@U1> & ","style":{"bold":true}},
            {"type":"user","user_id":"U012ABC"},
            {"type":"text","text":" see "},
            {"type":"link","url":"https://acme.dev/plan","text":"the plan"},
            {"type":"text","text":" in "},
            {"type":"channel","channel_id":"C012ABC"},
            {"type":"text","text":" "},
            {"type":"emoji","name":"tada","unicode":"1f389"},
            {"type":"broadcast","range":"here"},
            {"type":"usergroup","usergroup_id":"S012"},
            {"type":"date","timestamp":1392734382,"format":"{date}","fallback":"Feb 18"},
            {"type":"date","timestamp":1392734382,"format":"{date}"},
            {"type":"color","value":"#F405B3"}]},
        {"type":"rich_text_list","style":"bullet","indent":1,"elements":[
            {"type":"rich_text_section","elements":[{"type":"text","text":"one"}]},
            {"type":"rich_text_section","elements":[{"type":"text","text":"two"}]}]},
        {"type":"rich_text_list","style":"ordered","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"first"}]}]},
        {"type":"rich_text_quote","elements":[{"type":"text","text":"quoted"}]},
        {"type":"rich_text_preformatted","elements":[{"type":"text","text":"let x = 1;"}]},
        {"type":"rich_text_section","elements":[{"type":"text","text":"end"}]}]}]));
    assert_eq!(
        t.plain,
        "Hello <@U1> & @U012ABC see the plan (https://acme.dev/plan) in #C012ABC :tada:@here@S012Feb 182014-02-18 14:39 UTC#F405B3\n  \
         - one\n  - two\n1. first\n> quoted\nlet x = 1;\nend"
    );
    let keys: Vec<_> = t.refs.iter().map(|r| (&t.plain[r.start as usize..r.end as usize], r.key.as_str())).collect();
    assert_eq!(keys, [("U012ABC", "slack:U012ABC"), ("C012ABC", "slack:C012ABC")]);
}

#[test]
fn app_blocks_give_all_their_words() {
    let t = of_blocks(json!([
        {"type":"header","text":{"type":"plain_text","text":"Deal moved","emoji":true}},
        {"type":"section","text":{"type":"mrkdwn","text":"*ACME* by <@U012ABC>"},"fields":[
            {"type":"mrkdwn","text":"*Stage*\nnegotiation"},{"type":"plain_text","text":"600,000 USD"}],
            "accessory":{"type":"button","text":{"type":"plain_text","text":"Open"}}},
        {"type":"divider"},
        {"type":"context","elements":[{"type":"image","image_url":"https://x/y.png","alt_text":"logo"},{"type":"mrkdwn","text":"from the CRM"}]},
        {"type":"image","image_url":"https://x/z.png","alt_text":"chart","title":{"type":"plain_text","text":"Pipeline"}},
        {"type":"markdown","text":"**done**"},
        {"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"Approve"}}]},
        {"type":"something_new","text":{"type":"plain_text","text":"later"}}]));
    assert_eq!(t.plain, "Deal moved\n*ACME* by @U012ABC\n*Stage*\nnegotiation\n600,000 USD\nlogo\nfrom the CRM\nchart\n**done**\nlater");
}

#[test]
fn what_is_broken_gives_nothing_and_never_fails() {
    for v in [json!({}), json!("x"), json!([1, null]), json!([{"type": 5}]), json!([{"elements":[{"text":[]}]}]), json!([])] {
        of_blocks(v);
    }
    // As deep as the JSON reader allows.
    let mut v = json!({"type":"text","text":"deep"});
    for _ in 0..60 {
        v = json!({"type":"rich_text_section","elements":[v]});
    }
    assert_eq!(of_blocks(json!([v])).plain, "");
}

#[test]
fn attachments_give_their_parts_in_order() {
    let v = json!([
        {"fallback":"fb","pretext":"New &amp; open:","author_name":"Jira","title":"ACME-12 SSO","title_link":"https://jira.example/ACME-12",
         "text":"Needs <@U012ABC>","fields":[{"title":"Priority","value":"High","short":true},{"title":"Points","value":5},{"title":"","value":"bare"}],
         "ts":1710493200,"color":"#fff"},
        {"fallback":"only fallback"},
        {"from_url":"https://acme.dev","title":"ACME","text":"A preview"},
        {"is_share":true,"author_name":"Michael Chen","message_blocks":[{"team":"T1","channel":"C1","ts":"1.0","message":{"blocks":[
            {"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"shared words"}]}]}]}}]}]);
    let own =
        "New & open:\nJira\nACME-12 SSO (https://jira.example/ACME-12)\nNeeds @U012ABC\nPriority: High\nPoints: 5\nbare\nonly fallback\n";
    assert_eq!(of_attachments(v.clone(), true), format!("{own}Michael Chen\nshared words"));
    assert_eq!(of_attachments(v, false), format!("{own}ACME\nA preview\nMichael Chen\nshared words"));
    assert_eq!(of_attachments(json!({"not":"a list"}), false), "");
}
