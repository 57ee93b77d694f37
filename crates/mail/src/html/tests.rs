use super::*;

#[track_caller]
fn check(html: &str, want: &str) {
    assert_eq!(to_text(html), want, "{html}");
}

#[test]
fn blocks_and_lines() {
    for (html, want) in [
        ("", ""),
        ("plain", "plain"),
        ("a  \n b\t c", "a b c"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("<div>one<br></div><div><br></div><div>two</div>", "one\n\ntwo"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("a<br><br><br><br><br>b", "a\n\nb"),
        ("<h1>Title</h1>text<h2>More</h2>", "Title\n\ntext\n\nMore"),
        ("<b>bo</b>ld and <i>it</i> <u>under</u>", "bold and it under"),
        ("<p>one<p>two<div>three", "one\n\ntwo\n\nthree"),
        ("a<hr>b", "a\n---\nb"),
        ("<pre>  two\n    four\n\n  end</pre>after", "  two\n    four\n\n  end\n\nafter"),
        ("<div style=\"white-space:pre-wrap\">a\n  b</div>", "a\n  b"),
        ("&lt;b&gt; &amp; &copy; &#8364; &nbsp;x &bogus;", "<b> & © € x &bogus;"),
        ("<p class=MsoNormal>one<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal>two</p>", "one\n\ntwo"),
        ("<p style=\"margin:0\">one</p><p style=\"margin: 0cm 0cm 0.0001pt;\">two</p>", "one\ntwo"),
        ("<head>\n<title>no</title><meta charset=x><style>p{}</style></head><body>yes</body>", "yes"),
        ("a<br>-- <br>Ana", "a\n-- \nAna"),
        ("a</br>b</p></div></table></td>c", "a\nbc"),
    ] {
        check(html, want);
    }
}

#[test]
fn what_is_not_shown() {
    for (html, want) in [
        ("<style>x</style><script>alert('<b>')</script>a", "a"),
        ("a<!-- c -->b<!--[if mso]><p>outlook</p><![endif]-->c", "abc"),
        ("<!--[if !mso]><!-->shown<!--<![endif]-->", "shown"),
        ("<![if !vml]>shown<![endif]>", "shown"),
        ("<div style=\"display:none;max-height:0\">preheader <b>x</b></div>text", "text"),
        ("<span style='font-size:0px'>hidden</span>text", "text"),
        // Layouts set no size outside and one inside.
        ("<td style='font-size:0px'><div style='font-size:13px'>text</div>no</td>", "text"),
        ("<div style=\"mso-hide:all\">x</div><span aria-hidden=\"true\">x</span><p hidden>x</p>text", "text"),
        ("<img src=\"https://t.example/pixel.gif\" width=1 height=1 alt=\"\">text<img alt=Logo src=x>", "text"),
        ("nice <img alt=\"🙂\" src=x>", "nice 🙂"),
        ("<div style='display:none'>a<div>b</div>c</div>d", "d"),
        ("<svg><title>t</title><text>x</text></svg>a<svg/>b", "ab"),
        ("<noscript><p>x</p></noscript><iframe>x</iframe><select><option>x</select><textarea>x</textarea>a", "a"),
        ("a\u{202e}b\u{200b}\u{200c}&zwnj;&#8203;&#x202E;&shy; c&#0;&#27;", "ab c\u{fffd}"),
        ("&zwnj;&nbsp;&zwnj;&nbsp;&zwnj;&nbsp;a", "a"),
        ("<style>unclosed", ""),
        ("<title>unclosed <p>x", ""),
        ("<ul style='display:none'><li>x</ul><table hidden><tr><td>x</table>y", "y"),
    ] {
        check(html, want);
    }
}

#[test]
fn links() {
    for (html, want) in [
        ("<a href=\"https://acme.example/plan\">the plan</a>.", "the plan (https://acme.example/plan)."),
        ("<a href=\"https://www.acme.example/\">acme.example</a>", "acme.example"),
        ("<a href='https://acme.example/x'>https://acme.example/x</a>", "https://acme.example/x"),
        ("<a href='https://evil.example'>https://acme.example</a>", "https://acme.example (https://evil.example)"),
        ("<a href='mailto:ana@acme.example?subject=x'>Ana</a>", "Ana (ana@acme.example)"),
        ("<a href='mailto:ana@acme.example'>ana@acme.example</a>", "ana@acme.example"),
        ("<a href='javascript:alert(1)'>click</a> <a href='#top'>top</a> <a href='file:///x'>f</a>", "click top f"),
        ("<a href='https://x.example'><img src=x></a>text", "text"),
        ("<a href='https://x.example'><img alt='Open the plan'></a>", "Open the plan (https://x.example)"),
        ("<a href='https://x.example'>one<a href='https://y.example'>two</a>", "one (https://x.example)two (https://y.example)"),
        ("<a href=' https://x.example/a b\n'>x</a>", "x (https://x.example/a%20b)"),
        ("<a title=\"a=b\"href = \"https://x.example/?a=b&amp;c==\"class=x >x</a>", "x (https://x.example/?a=b&c==)"),
        ("<a href=https://x.example/?a=b=c title=x=y>x</a>", "x (https://x.example/?a=b=c)"),
        ("<a =href=x href==y = href='https://x.example/='>x</a>", "x (https://x.example/=)"),
        ("<a href='https://x.example'><div>in a block</div></a>", "in a block\n(https://x.example)"),
    ] {
        check(html, want);
    }
    let long = format!("<a href='https://x.example/{}'>long</a>", "x".repeat(2_000));
    check(&long, "long");
}

#[test]
fn lists() {
    for (html, want) in [
        ("a<ul><li>one<li>two</ul>b", "a\n\n- one\n- two\n\nb"),
        ("<ol><li>one</li><li>two</li></ol>", "1. one\n2. two"),
        ("<ol start=3><li>three<li value=7>seven<li>eight</ol>", "3. three\n7. seven\n8. eight"),
        ("<ul><li>a<ul><li>b</li><li>c</li></ul></li><li>d</li></ul>", "- a\n  - b\n  - c\n- d"),
        ("<ul><li><p>one</p><p>more</p></li><li><p>two</p></li></ul>", "- one\n  more\n- two"),
        ("<ul><li></li><li>x</li></ul>", "- x"),
        ("<li>alone", "- alone"),
        ("<p class=MsoListParagraph>·<span>&nbsp;&nbsp; </span>word</p>", "- word"),
    ] {
        check(html, want);
    }
}

#[test]
fn tables() {
    for (html, want) in [
        ("<table><tr><th>Plan<th>Price</tr><tr><td>Pro</td><td>€ 40</td></tr></table>", "Plan | Price\nPro | € 40"),
        ("<table><tr><td><p>A</p></td><td><p>B</p></td></tr></table>", "A | B"),
        ("<table><td>no<td>row</table>", "no | row"),
        ("<table><tbody><tr><td>a<tr><td>b</table>c", "a\nb\nc"),
        ("<table><tr><td></td><td>only</td><td>&nbsp;</td></tr></table>", "only"),
        ("<table><tr><td>From: </td><td>Ana</td></tr></table>", "From: Ana"),
        // A layout: one column beside another.
        ("<table><tr><td>l1<br>l2</td><td>r1</td></tr></table>", "l1\nl2\nr1"),
        ("<table><tr><td><table><tr><td>in</td><td>ner</td></tr></table></td><td>x</td></tr></table>", "in | ner | x"),
        ("<table><tr><td>a</div></span></p>b</td></tr></table>", "ab"),
        ("<td>no table</td><td>x", "no table\nx"),
    ] {
        check(html, want);
    }
}

#[test]
fn quotes_of_mail_programs() {
    for (html, want) in [
        ("new<blockquote>old<br>older</blockquote>after", "new\n> old\n> older\nafter"),
        ("<blockquote>a<blockquote>b</blockquote>c</blockquote>", "> a\n> > b\n> c"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
        // Gmail.
        (
            "<div>new</div><br><div class=\"gmail_quote gmail_quote_container\"><div class=\"gmail_attr\">On Mon, Ana wrote:<br></div>\
             <blockquote class=\"gmail_quote\"><div>old</div></blockquote></div>",
            "new\n\nOn Mon, Ana wrote:\n> old",
        ),
        ("<div class=gmail_quote>On Mon, Ana wrote:<br>old</div>", "> On Mon, Ana wrote:\n> old"),
        (
            "fyi<div class=gmail_quote>---------- Forwarded message ---------<br>From: Ana<br><br>the news<blockquote>old</blockquote></div>",
            "fyi\n---------- Forwarded message ---------\nFrom: Ana\n\nthe news\n> old",
        ),
        // Apple Mail.
        (
            "new<div><br><blockquote type=cite><div>On 15 Mar 2024, Ana wrote:</div><br><div>old</div></blockquote></div>",
            "new\n\n> On 15 Mar 2024, Ana wrote:\n>\n> old",
        ),
        (
            "fyi<blockquote type=cite><div>Begin forwarded message:</div><br>From: Ana<br></blockquote>",
            "fyi\nBegin forwarded message:\n\nFrom: Ana",
        ),
        // Thunderbird.
        (
            "new<div class=\"moz-cite-prefix\">On 15/03/2024, Ana wrote:<br></div><blockquote type=cite>old</blockquote>",
            "new\nOn 15/03/2024, Ana wrote:\n> old",
        ),
        // Yahoo, Outlook for Mac.
        (
            "new<div id=\"yahoo_quoted_1\" class=\"yahoo_quoted\"><div>On Friday, Ana wrote:</div><div>old</div></div>",
            "new\n> On Friday, Ana wrote:\n> old",
        ),
        ("new<span id=\"OLK_SRC_BODY_SECTION\"><div><b>From: </b>Ana</div>old</span>", "new\n> From: Ana\n> old"),
    ] {
        check(html, want);
    }
}

#[test]
fn headers_that_outlook_puts_above_a_mail() {
    let head = "<b>From:</b> Ana<br><b>Sent:</b> Friday<br><b>To:</b> Us<br>";
    let want = "new\n\n________________________________\nFrom: Ana\nSent: Friday\nTo: Us\nold";
    for html in [
        format!("<div>new</div><hr style='width:98%'><div id=\"divRplyFwdMsg\" dir=ltr>{head}</div><div>old</div>"),
        format!("<div>new</div><div id=\"appendonsend\"></div><hr><div id=\"divRplyFwdMsg\">{head}</div><div>old</div>"),
        format!("<div>new</div><div id=\"x_x_divRplyFwdMsg\">{head}</div><div>old</div>"),
        format!("<p class=MsoNormal>new</p><div style='border:none;border-top:solid #E1E1E1 1.0pt'><p class=MsoNormal>{head}</p></div>old"),
        format!("<div>new</div><div id=\"mail-editor-reference-message-container\"><div>{head}</div>old</div>"),
    ] {
        check(&html, want);
    }
    check("<div>new</div><div id=appendonsend></div><div>not a header</div>", "new\nnot a header");
    check("new<div style='border-top:solid red 1pt'>total: 5</div>", "new\ntotal: 5");
    check("x<div id=appendonsend></div><p>De : Ana</p>", "x\n\n________________________________\nDe : Ana");
}

#[test]
fn hostile_pages_end() {
    let deep = |tag: &str| format!("{}x", format!("<{tag}>").repeat(100_000));
    for tag in [
        "div",
        "blockquote",
        "ul",
        "li",
        "ul><li",
        "table><tr><td",
        "td",
        "tr",
        "span style='display:none'",
        "a href='https://x.example'",
        "p",
        "pre",
        "div class=gmail_quote",
    ] {
        let text = to_text(&deep(tag));
        assert!(text.len() <= 1024 * 1024, "{tag}: {}", text.len());
    }
    for piece in [
        "<",
        "<a ",
        "&",
        "&#",
        "<!--",
        "</div>",
        "<p></b>",
        "<table><tr><td>x",
        "<br>",
        "\u{200c}",
        "<blockquote>x<br>",
        "<li>x",
        "x ",
        "<a href=https://x.example/>x</a>",
    ] {
        let text = to_text(&piece.repeat(100_000));
        assert!(text.len() <= 1024 * 1024, "{piece}: {}", text.len());
    }
    assert_eq!(to_text(&"<div>".repeat(1_000)), "");
    // What stands behind a depth that nobody writes is still read.
    assert_eq!(to_text(&format!("{}deep{}end", "<div>".repeat(1_000), "</div>".repeat(1_000))), "deep\nend");
    let long = to_text(&"word ".repeat(400_000));
    assert!(long.len() > 1_000_000 && long.len() <= 1024 * 1024);
}
