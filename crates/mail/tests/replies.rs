//! From the bytes of a reply, as mail programs write it, to what is new in it.

use sales_mail::{mime, quote::split};

fn page(html: &str) -> String {
    let raw = format!("From: ana@acme.example\nSubject: Re: plan\nContent-Type: text/html; charset=utf-8\n\n{html}");
    mime::read(raw.as_bytes()).body
}

#[test]
fn what_is_new_in_replies_that_are_pages() {
    let earlier = "<p>Does Tuesday work?</p><p>Bob</p>";
    let head = "<b>From:</b> Bob &lt;bob@us.example&gt;<br><b>Sent:</b> Thursday, March 14, 2024 9:00 AM<br><b>To:</b> Ana Lee &lt;ana@acme.example&gt;<br><b>Subject:</b> plan";
    let cases = [
        (
            "Gmail",
            format!(
                "<div dir=ltr>Yes, it does.</div><br><div class=\"gmail_quote gmail_quote_container\"><div dir=ltr class=gmail_attr>On Thu, Mar 14, 2024 at \
                 9:00&#8239;AM Bob &lt;<a href=\"mailto:bob@us.example\">bob@us.example</a>&gt; wrote:<br></div><blockquote class=gmail_quote>{earlier}</blockquote></div>"
            ),
        ),
        (
            "Apple Mail",
            format!(
                "<body>Yes, it does.<br id=lineBreakAtBeginningOfMessage><div><br><blockquote type=cite><div>On 14 Mar 2024, at 09:00, Bob \
                 &lt;bob@us.example&gt; wrote:</div><br class=Apple-interchange-newline><div>{earlier}</div></blockquote></div></body>"
            ),
        ),
        (
            "Outlook on the web",
            format!(
                "<div class=elementToProof>Yes, it does.</div><div id=appendonsend></div><hr style='display:inline-block;width:98%'>\
                 <div id=divRplyFwdMsg dir=ltr><font face=Calibri>{head}</font><div>&nbsp;</div></div><div>{earlier}</div>"
            ),
        ),
        (
            "Outlook on a desk",
            format!(
                "<div class=WordSection1><p class=MsoNormal>Yes, it does.<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>\
                 <div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal>{head}<o:p></o:p></p></div>{earlier}</div>"
            ),
        ),
        (
            "Outlook on a Mac",
            format!(
                "<div>Yes, it does.</div><div id=mail-editor-reference-message-container><div><div style='border-top:solid #B5C4DF 1pt'><p>{head}</p></div>{earlier}</div></div>"
            ),
        ),
        (
            "Thunderbird",
            format!(
                "<p>Yes, it does.</p><div class=moz-cite-prefix>On 14/03/2024 09:00, Bob wrote:<br></div><blockquote type=cite cite='mid:a@x'>{earlier}</blockquote>"
            ),
        ),
        (
            "Yahoo",
            format!(
                "<div>Yes, it does.</div><div id=ydp1yahoo_quoted_2 class=yahoo_quoted><div>On Thursday, March 14, 2024 at 09:00 AM GMT, Bob &lt;bob@us.example&gt; wrote:</div>{earlier}</div>"
            ),
        ),
        (
            "Proton",
            format!(
                "<div>Yes, it does.</div><div class=protonmail_quote>On Thursday, March 14th, 2024 at 9:00 AM, Bob &lt;bob@us.example&gt; wrote:<br><blockquote class=protonmail_quote type=cite>{earlier}</blockquote></div>"
            ),
        ),
    ];
    for (program, html) in cases {
        let body = page(&html);
        let split = split(&body, &[]);
        assert_eq!(split.new_text().trim(), "Yes, it does.", "{program}: {body}");
        assert!(body.contains("Does Tuesday work?"), "{program}: {body}");
    }
}

#[test]
fn answers_between_quotes_stay() {
    let body = page(
        "<div>My answers:</div><blockquote type=cite><div>On 14 Mar 2024, at 09:00, Bob &lt;bob@us.example&gt; wrote:</div><div>How many seats?</div></blockquote>\
         <div>Forty.</div><blockquote type=cite><div>From when?</div></blockquote><div>April.</div>",
    );
    let new = split(&body, &[]).new_text();
    for answer in ["My answers:", "Forty.", "April."] {
        assert!(new.contains(answer), "{new}");
    }
}

#[test]
fn a_forward_is_content() {
    let body = page(
        "<div>fyi</div><div class=gmail_quote>---------- Forwarded message ---------<br>From: Bob &lt;bob@us.example&gt;<br>Date: Thu, Mar 14, 2024<br>\
         Subject: plan<br>To: Ana<br><br><p>We need forty seats.</p></div>",
    );
    assert!(split(&body, &[]).new_text().contains("We need forty seats."), "{body}");
}
