//! What a Markdown viewer makes of a note's file.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};
use sales_files::granola::Section;

use super::{Made, overview, task};

/// A parser with everything that viewers add to CommonMark.
fn events(text: &str) -> impl Iterator<Item = Event<'_>> {
    let body = text.split_once("\n---\n").unwrap().1;
    let extensions = Options::all() - Options::ENABLE_YAML_STYLE_METADATA_BLOCKS - Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS;
    Parser::new_ext(body, extensions)
}

/// Headings of the file: level and words.
fn headings(text: &str) -> Vec<(usize, String)> {
    let mut out: Vec<(usize, String)> = Vec::new();
    let mut open = false;
    for event in events(text) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                open = true;
                out.push((level as usize, String::new()));
            }
            Event::End(TagEnd::Heading(_)) => open = false,
            Event::Text(text) | Event::Code(text) if open => out.last_mut().unwrap().1.push_str(&text),
            _ => {}
        }
    }
    out
}

/// Headings as links find them: each slug numbered from its second use on, with level and words.
pub(super) fn slugs(text: &str) -> Vec<(String, usize, String)> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut out = Vec::new();
    for (level, words) in headings(text) {
        let kept: String = words.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c)).collect();
        let slug = kept.to_lowercase().replace(' ', "-");
        let n = seen.entry(slug.clone()).or_default();
        out.push((if *n == 0 { slug } else { format!("{slug}-{n}") }, level, words));
        *n += 1;
    }
    out
}

/// The file has its title and its sections in their order; all other headings are inside of them.
pub(super) fn check_sections(text: &str) {
    let found = headings(text);
    assert_eq!(found.iter().filter(|(level, _)| *level == 1).count(), 1, "{text}");
    let sections: Vec<&str> = found.iter().filter(|(level, _)| *level == 2).map(|(_, words)| words.as_str()).collect();
    // For who reads by lines as for who reads Markdown; a section that is left out is none of both.
    let lines: Vec<&str> = text.lines().filter_map(|l| l.strip_prefix("## ")).collect();
    let known = Section::ALL.iter().map(|s| s.heading());
    let expected: Vec<&str> = known.filter(|h| lines.contains(h)).collect();
    assert_eq!(sections, expected, "{text}");
    assert_eq!(lines.iter().filter(|l| expected.contains(l)).count(), expected.len(), "{text}");
    assert!(sections.contains(&"Attendees") && sections.contains(&"Summary"), "{text}");
}

/// Nothing in it acts: no HTML, no image, no link but an address that is shown, nothing invisible.
pub(super) fn check(text: &str) {
    check_sections(text);
    for event in events(text) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => panic!("HTML {html:?} in {text}"),
            Event::Start(Tag::Heading { id: Some(id), .. }) => panic!("a heading with the id {id:?} in {text}"),
            Event::Start(Tag::Image { dest_url, .. }) => panic!("image {dest_url:?} in {text}"),
            Event::Start(Tag::Link { link_type, dest_url, .. }) => {
                assert!(link_type == LinkType::Autolink && dest_url.starts_with("http"), "link {link_type:?} {dest_url:?} in {text}");
            }
            Event::Start(Tag::FootnoteDefinition(name)) => panic!("footnote {name:?} in {text}"),
            Event::Text(shown) | Event::Code(shown) => {
                assert!(!shown.contains(|c: char| c.is_control() && c != '\t' && c != '\n'), "{shown:?} in {text}");
                assert!(
                    !shown.contains(|c: char| "\u{61c}\u{200b}\u{200e}\u{200f}\u{202e}\u{2066}\u{feff}".contains(c)),
                    "{shown:?} in {text}"
                );
            }
            _ => {}
        }
    }
}

fn summary(markdown: &str, lines: &[u64]) -> String {
    let mut made = Made { native: "not_1".into(), ..Made::default() };
    made.note.markdown = markdown.into();
    made.tasks = lines.iter().map(|n| task("t", "", *n)).collect();
    let text = made.text();
    check(&text);
    let (_, rest) = text.split_once("\n## Summary\n").unwrap();
    rest.split_once("\n## ").map_or(rest, |(summary, _)| summary).to_owned()
}

#[test]
fn blocks_stay_in_their_section() {
    for (raw, wanted) in [
        // Headings in all forms, kept in their order of levels, below those of the file.
        ("# A\nx\n## B\n### C ##\n#### D\n##### E", "### A\nx\n#### B\n##### C\n###### D\n###### E\n"),
        ("### Next steps\n#### Mine", "### Next steps\n#### Mine\n"),
        ("A\n===\nx\n\nB\n---\ny", "### A\n\nx\n\n#### B\n\ny\n"),
        ("x\ny\n---\nz\n=\n--\n-", "x\ny\n***\nz\n\\=\n\\--\n"),
        ("   ## B\n\t# C\n- # D\n> ## E\n1) ###### F", "#### B\n### C\n- **D**\n> **E**\n1) **F**\n"),
        ("> ---\n> a\n> ===\n- -\n* * *\n---", "> \\---\n> a\n> \\===\n\n***\n***\n"),
        ("## x {#summary}\n## {a} b\n: # c", "### x {#summary&#125;\n### {a} b\n\\: # c\n"),
        ("#hash\n####### seven\n#\n##  \n", "\\#hash\n\\####### seven\n"),
        // Those of the file's own sections are no headings.
        ("## Action Items\nx\n### _Transcript_\n## Other", "**Action Items**\n\nx\n\n**_Transcript_**\n\n### Other\n"),
        // Lists, quotes and tables.
        ("1. a\n   - b\n     * [ ] c\n     * [x] d\n+ e\n> q\n>> r", "1. a\n   - b\n     * [ ] c\n     * [x] d\n+ e\n> q\n>> r\n"),
        ("| a | b |\n|---|:-:|\n| `x` | <b> |", "| a | b |\n|---|:-:|\n| `x` | &lt;b> |\n"),
        // Code ends where it has to.
        ("```rust\nlet a = \"<b>\";\n# no heading\n```\nx <b>", "```rust\nlet a = \"<b>\";\n# no heading\n```\n\nx &lt;b>\n"),
        ("~~~ sh &evil\n``` <b>\n~~~~\n<b>", "````sh\n``` <b>\n````\n\n&lt;b>\n"),
        ("- a\n  ```\n  ## Action Items", "- a\n```\n  ## Action Items\n```\n"),
        ("```\n<b>\n\n\n## Action Items", "```\n<b>\n\n\n ## Action Items\n```\n"),
        ("```", "```\n```\n"),
        ("a ``` b\n## c", "a \\`\\`\\` b\n### c\n"),
        // What a link without words leaves behind.
        ("[* # a](https://a.example)\n[1. # b](x)\n[> # c](x)", "\\* # a <https://a.example>\n1\\. # b\n\\> # c\n"),
        ("a\n[](x)# b\n![](y)- c\n[](x)~~~\n- [](x)\n# [](x)\n> [](x)", "a\n\\# b\nimage- c\n\\~~~\n\n>\n"),
        // What reaches into other lines, or out of the text.
        (
            "[a]: javascript:x\n[a]\n![a]\n<!--\n-->\n<div\nonclick=x>",
            "\\[a]: javascript:x\n\\[a]\n!\\[a]\n&lt;!--\n-->\n&lt;div\nonclick=x>\n",
        ),
        ("a ` b\nc ` <b> ` d", "a \\` b\nc ` <b> ` d\n"),
        ("\u{1b}[31mred\u{202e}<scr\u{200b}ipt>\u{2028}# x\r\ny\u{e0041}", "\\[31mred&lt;script> # x\ny\n"),
        ("\n\n\na\n\n\n\nb\n\n", "a\n\nb\n"),
    ] {
        assert_eq!(summary(raw, &[]), wanted, "{raw}");
    }
}

#[test]
fn tasks_are_listed_once() {
    let note = "\
## Action items
- [ ] one
- [ ] two
## Later
Intro:
1. three
   1. four
Text
";
    for (lines, wanted) in [
        (&[2, 3][..], "### Later\nIntro:\n1. three\n   1. four\nText\n"),
        (&[2], "**Action items**\n\n- [ ] two\n### Later\nIntro:\n1. three\n   1. four\nText\n"),
        // "four" would hang under something else, "three" with it not.
        (&[6], "**Action items**\n\n- [ ] one\n- [ ] two\n### Later\nIntro:\n1. three\n   1. four\nText\n"),
        (&[6, 7], "**Action items**\n\n- [ ] one\n- [ ] two\n### Later\nText\n"),
        (&[2, 3, 6, 7], "### Later\nText\n"),
        // Lines that are none, or none of a list.
        (&[0, 1, 4, 99], "**Action items**\n\n- [ ] one\n- [ ] two\n### Later\nIntro:\n1. three\n   1. four\nText\n"),
    ] {
        assert_eq!(summary(note, lines), wanted, "{lines:?}");
    }
    assert_eq!(summary("**Next steps**\n\n- a\n- b\n\n**Other**\n- c", &[3, 4]), "**Other**\n- c\n");
    assert_eq!(summary("Next steps:\n- a\n\n- b", &[2]), "Next steps:\n\n- b\n");
    assert_eq!(summary("## A\n### B\n- a\n", &[3]), "Only action items.\n");
    assert_eq!(summary("## A\n### B\n- a\n## C\nc", &[3]), "### C\nc\n");
}

/// The parser that checks must see what is to be kept out.
#[test]
fn the_check_can_fail() {
    for bad in ["<b>x</b>", "<div>\n", "![x](y)", "[x](https://y)", "# x", "x\n---", "```\n<b>\n", "[^1]: x\n\n[^1]", "### x {#summary}"] {
        let text = overview().text().replace("Go-live by end of Q2.", bad);
        assert!(std::panic::catch_unwind(|| check(&text)).is_err(), "{bad}");
    }
}

/// Pieces that mean something to Markdown.
const PIECES: &[&str] = &[
    "\n",
    "\n",
    "\n",
    "\n\n",
    " ",
    "  ",
    "    ",
    "\t",
    "a",
    "b c",
    "#",
    "## ",
    "# Action Items",
    "=",
    "===",
    "-",
    "- ",
    "---",
    "* ",
    "***",
    "+ ",
    "1. ",
    "2) ",
    ">",
    "> ",
    "`",
    "``",
    "```",
    "~~~",
    "~",
    "|",
    "| a | b |\n|---|---|\n",
    "[",
    "]",
    "(",
    ")",
    "![",
    "](",
    "](https://a.example)",
    "](javascript:x)",
    "[a]: https://a.example",
    "[^1]",
    "[^1]: x",
    "<",
    ">",
    "<b>",
    "</b>",
    "<!--",
    "-->",
    "<div>",
    "<script>",
    "<https://a.example>",
    "<a@b.example>",
    "<?",
    "<![CDATA[",
    "&lt;",
    "&#x202e;",
    "&rlm;",
    "\\",
    "\\\\",
    "\\<",
    "\\`",
    "*",
    "**",
    "_",
    "$",
    "$$",
    ":::",
    "{#id}",
    "{.c}",
    "\r",
    "\r\n",
    "\u{2028}",
    "\u{200b}",
    "\u{202e}",
    "\u{a0}",
    "\u{b}",
    "\0",
    "[ ] ",
    "[x] ",
    "!",
    ": ",
    "https://a.example/x",
    "\"",
    "'",
];

fn nasty() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..40).prop_map(|p| p.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_note_acts(markdown in nasty(), private in nasty(), title in nasty(), name in nasty(), text in nasty(), lines in prop::collection::btree_set(1_u64..12, 0..4)) {
        let mut made = overview();
        made.note.markdown = markdown;
        made.note.private = private;
        made.note.title = title;
        made.attendees[0].name = name.clone();
        made.attendees[1].title = Some(name.clone());
        made.speakers[0].1 = name.clone();
        made.tasks = lines.iter().map(|n| task(&text, &name, *n)).collect();
        made.transcript.as_mut().unwrap().turns[0].text = text;
        check(&made.text());
    }
}

#[test]
fn headings_are_read_as_viewers_read_them() {
    let found: BTreeSet<String> = slugs(&overview().text()).into_iter().map(|(slug, _, _)| slug).collect();
    let expected =
        ["executive-overview-meeting", "attendees", "summary", "budget", "timeline", "action-items", "notes", "mine", "transcript"];
    assert_eq!(found, expected.into_iter().map(str::to_owned).collect());
}
