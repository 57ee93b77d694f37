use super::*;
use proptest::prelude::*;

const TYPE: &str = "multipart/mixed; boundary=batch_x";

fn part(n: &str, status: &str, body: &str) -> String {
    format!(
        "--batch_x\r\nContent-Type: application/http\r\nContent-ID: <response-item-{n}>\r\n\r\nHTTP/1.1 {status}\r\nContent-Type: application/json\r\n\r\n{body}\r\n"
    )
}

fn read_all(document: &str, asked: usize) -> Vec<Option<(u16, String)>> {
    let parts = decode(TYPE, &Bytes::from(document.to_owned()), asked).unwrap();
    parts.into_iter().map(|p| p.map(|p| (p.status, String::from_utf8_lossy(&p.body).into_owned()))).collect()
}

#[test]
fn what_is_sent() {
    let sent = encode(["/gmail/v1/users/me/messages/a?format=raw", "/b"]);
    assert_eq!(
        String::from_utf8_lossy(&sent),
        "--batch_sales_workspace\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <item-1>\r\n\r\n\
         GET /gmail/v1/users/me/messages/a?format=raw HTTP/1.1\r\n\r\n\r\n\
         --batch_sales_workspace\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <item-2>\r\n\r\n\
         GET /b HTTP/1.1\r\n\r\n\r\n--batch_sales_workspace--\r\n"
    );
    assert_eq!(encode([]), Bytes::from_static(b"--batch_sales_workspace--\r\n"));
}

#[test]
fn parts_in_any_order_each_with_its_status() {
    let document = format!(
        "{}{}{}--batch_x--\r\n",
        part("3", "429 Too Many", "{}"),
        part("1", "200 OK", "{\"a\":\r\n1}"),
        part("2", "404 Not Found", "")
    );
    assert_eq!(read_all(&document, 3), [Some((200, "{\"a\":\r\n1}".into())), Some((404, String::new())), Some((429, "{}".into()))]);
    // With line ends of the other kind, and a quoted boundary.
    let unix = document.replace("\r\n", "\n");
    let parts = decode("Multipart/Mixed; charset=x; Boundary=\"batch_x\"", &Bytes::from(unix), 3).unwrap();
    assert!(parts.iter().all(Option::is_some));
}

#[test]
fn what_is_missing_torn_doubled_or_nobodys_is_left_out() {
    let whole = |inner: &str| format!("{inner}--batch_x--\r\n");
    // Torn in the last part: only that one is missing.
    let torn = format!("{}{}", part("1", "200 OK", "{}"), part("2", "200 OK", "{\"x\":"));
    assert_eq!(read_all(&torn, 2), [Some((200, "{}".into())), None]);
    // The first of two counts; numbers of nobody do nothing.
    let doubled = whole(&[part("1", "200 OK", "1"), part("1", "500 X", "2"), part("0", "200 OK", ""), part("9", "200 OK", "")].concat());
    assert_eq!(read_all(&doubled, 2), [Some((200, "1".into())), None]);
    for bad in [
        part("", "200 OK", ""),
        part("99999999999999999999999", "200 OK", ""),
        part("-1", "200 OK", ""),
        part("1", "OK", ""),
        part("1", "999999 X", ""),
        "--batch_x\r\nHTTP/1.1 200 OK\r\n\r\n{}\r\n".to_owned(),
        "--batch_x\r\n".to_owned(),
        "--batch_x\r\nContent-ID: <response-item-1>\r\n\r\n".to_owned(),
        format!("--batch_x\r\n{}\r\nContent-ID: <response-item-1>\r\n\r\nHTTP/1.1 200 OK\r\n\r\n\r\n", "x: y\r\n".repeat(100)),
    ] {
        assert_eq!(read_all(&whole(&bad), 1), [None], "{bad}");
    }
    // A line in a body that only begins like the delimiter is content.
    let inside = whole(&part("1", "200 OK", "a\r\n--batch_xy\r\nb"));
    assert_eq!(read_all(&inside, 1), [Some((200, "a\r\n--batch_xy\r\nb".into()))]);
    assert_eq!(read_all("", 2), [None, None]);
}

#[test]
fn no_batch_at_all() {
    for kind in
        ["", "application/json", "multipart/mixed", "multipart/mixed; boundary=", "text/html; boundary=x", "multipart/mixed; boundary=\"\""]
    {
        assert_eq!(decode(kind, &Bytes::from_static(b"--x--"), 1), None, "{kind}");
    }
    assert_eq!(decode(&format!("multipart/mixed; boundary={}", "x".repeat(300)), &Bytes::new(), 1), None);
}

proptest! {
    #[test]
    fn nothing_panics(text in "(--batch_x(--)?|\r\n|\n|Content-ID: <response-item-[0-9]>|HTTP/1.1 200 OK|: |.)*", asked in 0_usize..5) {
        let parts = decode(TYPE, &Bytes::from(text), asked).unwrap();
        prop_assert_eq!(parts.len(), asked);
    }
}
