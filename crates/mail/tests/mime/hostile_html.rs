//! Pages that were made to cost much.

use sales_mail::html::to_text;

const MEGA: usize = 1024 * 1024;

fn bounded(page: &str) -> String {
    let text = to_text(page);
    assert!(text.len() <= MEGA, "{}", text.len());
    assert!(!text.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\t')));
    text
}

#[test]
fn tags_without_end() {
    for tag in ["div", "b", "p", "blockquote", "span style='display:none'", "li", "td", "x-y", "a href=https://x.example/"] {
        let page = format!("first{}last", format!("<{tag}>").repeat(if tag == "div" { 1_000_000 } else { 100_000 }));
        assert!(bounded(&page).starts_with("first"), "{tag}");
    }
    for tag in ["b", "div", "blockquote", "td", "li", "p", "x"] {
        // Ends that belong to nothing, below as many elements as are told apart.
        let page = format!("{}{}last", "<i><u>".repeat(200), format!("</{tag}>").repeat(50_000));
        assert_eq!(bounded(&page), "last", "{tag}");
    }
}

#[test]
fn deep_tables() {
    let page = format!("{}in{}out", "<table><tr><td>x<td>".repeat(50_000), "</table>".repeat(50_000));
    let text = bounded(&page);
    assert!(text.contains("in") && text.ends_with("out"), "{}", text.len());
    // Cells, rows and rules that show nothing are nothing.
    for piece in ["<td>", "<tr>", "<tr><td>", "<td><td><br>", "<table>", "</table><table>", "<tr></table>", "<td>&nbsp;"] {
        assert_eq!(bounded(&format!("<table>{}", piece.repeat(100_000))), "", "{piece}");
    }
    let wide = bounded(&format!("<table><tr>{}</table>", "<td>x".repeat(200_000)));
    assert!(wide.starts_with("x | x | x"));
}

#[test]
fn lines_of_one_letter() {
    // The marks of quotes and lists cost more than what stands behind them.
    for (open, line) in
        [("<blockquote>", "x<br>"), ("<ul>", "<li>x"), ("<ol>", "<li value=999999999999999999>x"), ("", "<hr>"), ("<pre>", "x\n")]
    {
        let page = format!("{}{}", open.repeat(300), line.repeat(300_000));
        let text = bounded(&page);
        assert!(!text.is_empty() && text.lines().count() <= 101_000, "{open}{line}: {}", text.lines().count());
    }
}

#[test]
fn attributes_and_entities() {
    for attribute in [" a=x", " a=\"x\"", " a='x'", "a=\"\"", " a=\"&amp;\"", " a", "/", " =", " a =\"x\"", " a=\"x\"/", "\"", "\n"] {
        assert_eq!(bounded(&format!("<p{}>x", attribute.repeat(50_000))), "x", "{attribute}");
        assert_eq!(bounded(&format!("<p{}", attribute.repeat(50_000))), "", "{attribute}");
        assert_eq!(bounded(&format!("</p{}>x", attribute.repeat(50_000))), "x", "{attribute}");
    }
    let styles = format!("<p style='{}'>x", "color:red;".repeat(200_000));
    assert_eq!(bounded(&styles), "x");
    assert_eq!(bounded(&format!("<p class='{}'>x", "a ".repeat(1_000_000))), "x");
    assert_eq!(bounded(&format!("<a href='https://x.example/{}'>x</a>", "y".repeat(MEGA))), "x");
    for piece in [
        "&",
        "&#",
        "&#x",
        "&amp",
        "&#0;",
        "&lt;",
        "&CounterClockwiseContourIntegral",
        "<!",
        "<!-",
        "<!--",
        "<!---->",
        "<?",
        "</",
        "<a b='",
        "]]>",
        "<![CDATA[",
    ] {
        bounded(&piece.repeat(MEGA / piece.len()));
    }
    for name in ["script", "style", "title", "textarea", "svg", "noscript", "plaintext", "xmp", "template", "select"] {
        bounded(&format!("<{name}>{}", "<p>x</p".repeat(100_000)));
        bounded(&format!("<{name}>").repeat(100_000));
    }
}

#[test]
fn links_in_links() {
    bounded(&format!("{}x", "<a href=https://x.example/>y".repeat(200_000)));
    let alt = format!("<a href=https://x.example/><img alt='{}'></a>", "y".repeat(MEGA));
    assert_eq!(bounded(&alt).len(), 200 + " (https://x.example/)".len());
}
