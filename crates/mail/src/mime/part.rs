//! The parts that a multipart body holds.

use super::header::line;

/// The parts between the lines `--boundary`, each without the line end that belongs to the boundary; what precedes the first and follows the
/// last is nobody's. Without an end the last part reaches to the end. At most `most` parts.
pub(crate) fn split<'a>(body: &'a [u8], boundary: &str, most: usize) -> Vec<&'a [u8]> {
    let boundary = boundary.trim_end().as_bytes();
    let mut parts = Vec::new();
    let mut start = None;
    let mut rest = body;
    while !rest.is_empty() && parts.len() < most {
        let at = body.len() - rest.len();
        let (line, after) = line(rest);
        rest = after;
        let Some(last) = is_boundary(line, boundary) else { continue };
        if let Some(from) = start.take() {
            parts.push(without_end(body.get(from..at).unwrap_or_default()));
        }
        if last {
            return parts;
        }
        start = Some(body.len() - after.len());
    }
    if let Some(from) = start.filter(|_| parts.len() < most) {
        parts.push(body.get(from..).unwrap_or_default());
    }
    parts
}

/// Whether a line is the boundary, and the last one. Exactly that one: a boundary often begins with the name of another.
fn is_boundary(line: &[u8], boundary: &[u8]) -> Option<bool> {
    let rest = line.strip_prefix(b"--")?.strip_prefix(boundary)?.trim_ascii_end();
    match rest {
        [] => Some(false),
        b"--" => Some(true),
        _ => None,
    }
}

fn without_end(part: &[u8]) -> &[u8] {
    let part = part.strip_suffix(b"\n").unwrap_or(part);
    part.strip_suffix(b"\r").unwrap_or(part)
}

/// The boundary of a body whose header names none, or another one: what follows `--` on a line before one that looks like a field.
pub(crate) fn guess(body: &[u8]) -> Option<&str> {
    let mut rest = body;
    for _ in 0..200 {
        let (one, after) = line(rest);
        if let Some(name) = one.strip_prefix(b"--").map(<[u8]>::trim_ascii_end) {
            let (next, _) = line(after);
            let field = next.to_ascii_lowercase().starts_with(b"content-");
            if field && !name.is_empty() && name.len() <= 200 {
                return std::str::from_utf8(name).ok();
            }
        }
        if after.is_empty() {
            return None;
        }
        rest = after;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(body: &str, boundary: &str) -> Vec<String> {
        split(body.as_bytes(), boundary, 5).into_iter().map(|p| String::from_utf8(p.to_vec()).unwrap()).collect()
    }

    #[test]
    fn parts_between_boundaries() {
        let cases: [(&str, &[&str]); 11] = [
            ("", &[]),
            ("no boundary\n", &[]),
            ("pre\r\n--b\r\none\r\n--b\r\ntwo\r\n--b--\r\npost", &["one", "two"]),
            ("--b\none\n\n--b--", &["one\n"]),
            ("--b\nno end\n", &["no end\n"]),
            ("--b  \none\n--b-- \n", &["one"]),
            ("--b\n--b\n--b--\n", &["", ""]),
            ("--b\none --b two\n--bb\n--b--x\n--b--", &["one --b two\n--bb\n--b--x"]),
            ("--b--\n--b\nlate", &[]),
            ("--b\n1\n--b\n2\n--b\n3\n--b\n4\n--b\n5\n--b\n6\n--b--", &["1", "2", "3", "4", "5"]),
            ("--b", &[""]),
        ];
        for (body, want) in cases {
            assert_eq!(parts(body, "b"), want, "{body:?}");
        }
    }

    #[test]
    fn a_boundary_that_nobody_names() {
        assert_eq!(guess(b"text\n--x1\nContent-Type: text/plain\n\nhi\n--x1--"), Some("x1"));
        assert_eq!(guess(b"text\n--\nContent-Type: no\n--x\nother"), None);
        assert_eq!(guess(b""), None);
        assert_eq!(guess(&b"--\n".repeat(10_000)), None);
    }
}
