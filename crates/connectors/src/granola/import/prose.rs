//! ProseMirror documents to Markdown: headings, lists, tasks and paragraphs; bold and the like are left out. Pure.

use serde_json::Value;

/// Deeper nesting than any editor makes; what stands below it is left out.
const DEEPEST: usize = 64;

/// A document as Markdown. A text is taken as it is, unless it is HTML.
pub(super) fn markdown(document: &Value) -> String {
    let mut out = Vec::new();
    match document {
        Value::String(text) if !text.trim_start().starts_with('<') => return text.trim().to_owned(),
        Value::Object(_) => block(document, &Place::default(), &mut out),
        _ => {}
    }
    let text = out.join("\n");
    text.trim().to_owned()
}

/// Where a block stands.
#[derive(Debug, Clone, Default)]
struct Place {
    depth: usize,
    /// Before each line.
    indent: String,
    /// Within a list: no empty lines between paragraphs.
    tight: bool,
}

fn kind(node: &Value) -> String {
    let kind = node.get("type").and_then(Value::as_str).unwrap_or_default();
    kind.chars().filter(|c| *c != '_').collect::<String>().to_ascii_lowercase()
}

fn children(node: &Value) -> &[Value] {
    node.get("content").and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn attribute<'a>(node: &'a Value, name: &str) -> Option<&'a Value> {
    node.get("attrs")?.get(name)
}

fn block(node: &Value, place: &Place, out: &mut Vec<String>) {
    if place.depth > DEEPEST {
        return;
    }
    match kind(node).as_str() {
        "heading" => {
            let level = attribute(node, "level").and_then(Value::as_u64).unwrap_or(1).clamp(1, 6);
            let marks = "#".repeat(usize::try_from(level).unwrap_or(1));
            paragraph(place, &format!("{marks} {}", inline(node).replace('\n', " ")), out);
        }
        "paragraph" => paragraph(place, &inline(node), out),
        "codeblock" => paragraph(place, &format!("```\n{}\n```", inline(node)), out),
        "horizontalrule" => paragraph(place, "---", out),
        "bulletlist" => list(node, place, out, |_, _| "- ".into()),
        "orderedlist" => {
            let start = attribute(node, "start").and_then(Value::as_u64).unwrap_or(1);
            list(node, place, out, move |n, _| format!("{}. ", start.saturating_add(n)));
        }
        "tasklist" => list(node, place, out, |_, item| {
            let done = attribute(item, "checked").or_else(|| attribute(item, "done")).and_then(Value::as_bool).unwrap_or(false);
            if done { "- [x] ".into() } else { "- [ ] ".into() }
        }),
        "text" | "hardbreak" | "mention" => paragraph(place, &inline_node(node), out),
        _ => inside(node, place, out),
    }
}

/// Everything in a block that says nothing by itself.
fn inside(node: &Value, place: &Place, out: &mut Vec<String>) {
    let place = Place { depth: place.depth + 1, ..place.clone() };
    children(node).iter().for_each(|child| block(child, &place, out));
}

fn paragraph(place: &Place, text: &str, out: &mut Vec<String>) {
    if text.trim().is_empty() {
        return;
    }
    out.extend(text.trim_end().lines().map(|line| format!("{}{line}", place.indent).trim_end().to_owned()));
    if !place.tight {
        out.push(String::new());
    }
}

fn list(node: &Value, place: &Place, out: &mut Vec<String>, mark: impl Fn(u64, &Value) -> String) {
    for (n, item) in (0..).zip(children(node)) {
        let mark = mark(n, item);
        // What stands in an item is as far in as its text; a box counts as text.
        let width = if mark.starts_with("- ") { 2 } else { mark.len() };
        let inner = Place { depth: place.depth, indent: format!("{}{}", place.indent, " ".repeat(width)), tight: true };
        let before = out.len();
        inside(item, &inner, out);
        let first = format!("{}{mark}", place.indent);
        match out.get_mut(before) {
            Some(line) => *line = format!("{first}{}", line.trim_start()),
            None => out.push(first.trim_end().to_owned()),
        }
    }
    if !place.tight {
        out.push(String::new());
    }
}

/// The text in a block.
fn inline(node: &Value) -> String {
    children(node).iter().map(inline_node).collect()
}

fn inline_node(node: &Value) -> String {
    match kind(node).as_str() {
        "text" => node.get("text").and_then(Value::as_str).unwrap_or_default().to_owned(),
        "hardbreak" => "\n".into(),
        "mention" => {
            let name = ["label", "id"].iter().find_map(|n| attribute(node, n)?.as_str()).unwrap_or_default();
            format!("@{name}")
        }
        _ => children(node).iter().filter(|c| kind(c) == "text").map(inline_node).collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn text(t: &str) -> Value {
        json!({"type": "text", "text": t, "marks": [{"type": "bold"}]})
    }

    fn paragraph(t: &str) -> Value {
        json!({"type": "paragraph", "content": [text(t)]})
    }

    fn item(kind: &str, content: Vec<Value>) -> Value {
        json!({"type": kind, "content": content})
    }

    #[test]
    fn headings_lists_and_tasks_become_markdown() {
        let bullets = item("bulletList", vec![item("listItem", vec![paragraph("inner")]), item("list_item", vec![])]);
        let document = item(
            "doc",
            vec![
                json!({"type": "heading", "attrs": {"level": 3}, "content": [text("Next"), text(" steps")]}),
                paragraph("Two\nlines"),
                item("paragraph", vec![]),
                item("bullet_list", vec![item("listItem", vec![paragraph("first"), bullets]), item("listItem", vec![paragraph("second")])]),
                json!({"type": "orderedList", "attrs": {"start": 9}, "content": [
                    item("listItem", vec![paragraph("nine"), paragraph("more of it")]), item("listItem", vec![paragraph("ten")])]}),
                item(
                    "taskList",
                    vec![
                        json!({"type": "taskItem", "attrs": {"checked": true}, "content": [paragraph("done")]}),
                        json!({"type": "taskItem", "attrs": {"checked": false}, "content": [paragraph("open")]}),
                    ],
                ),
                json!({"type": "horizontalRule"}),
                item(
                    "something_new",
                    vec![item(
                        "paragraph",
                        vec![
                            text("kept"),
                            json!({"type": "hardBreak"}),
                            text("all the same"),
                            json!({"type": "mention", "attrs": {"label": "Jo"}}),
                        ],
                    )],
                ),
                json!({"type": "heading", "attrs": {"level": 99}, "content": [text("Deep")]}),
                json!({"type": "image", "attrs": {"src": "x"}}),
                json!(17),
            ],
        );
        let expected = "\
### Next steps

Two
lines

- first
  - inner
  -
- second

9. nine
   more of it
10. ten

- [x] done
- [ ] open

---

kept
all the same@Jo

###### Deep";
        assert_eq!(markdown(&document), expected);
    }

    #[test]
    fn what_is_no_document_is_nothing() {
        for odd in [
            json!(null),
            json!([1]),
            json!(5),
            json!({}),
            json!({"content": "x"}),
            json!({"type": 5, "content": [null]}),
            json!("<p>x</p>"),
        ] {
            assert_eq!(markdown(&odd), "", "{odd}");
        }
        assert_eq!(markdown(&json!(" ### As it is\n")), "### As it is");
        let mut deep = paragraph("deep");
        for _ in 0..200 {
            deep = item("blockquote", vec![deep]);
        }
        assert_eq!(markdown(&deep), "");
    }
}
