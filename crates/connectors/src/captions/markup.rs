//! Tags and entities within cues.

/// Longest tag that is looked for, in characters.
const TAG: usize = 500;

/// A cue's words with their voices: one entry for each `<v Name>`, in order; lines are kept.
pub(super) fn voices(payload: &str) -> Vec<(Option<String>, String)> {
    let mut out: Vec<(Option<String>, String)> = vec![(None, String::new())];
    let mut rest = payload;
    while let Some((before, after)) = rest.split_once('<') {
        push(&mut out, before);
        match tag(after) {
            Some((Tag::Voice(name), following)) => {
                out.push((Some(name), String::new()));
                rest = following;
            }
            Some((Tag::VoiceEnd, following)) => {
                out.push((None, String::new()));
                rest = following;
            }
            Some((Tag::Other, following)) => rest = following,
            None => {
                push(&mut out, "<");
                rest = after;
            }
        }
    }
    push(&mut out, rest);
    out.retain(|(_, text)| !text.trim().is_empty());
    for (_, text) in &mut out {
        *text = entities(text);
    }
    out
}

/// The words alone, as `SubRip` files have them: tags and `{\an8}` are how it looks.
pub(super) fn plain(payload: &str) -> String {
    let mut text = String::with_capacity(payload.len());
    for (_, part) in voices(payload) {
        text.push_str(&part);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("{\\") {
        let end = after.char_indices().take(TAG).find(|(_, c)| matches!(c, '{' | '}')).filter(|(_, c)| *c == '}').map(|(at, _)| at + 1);
        out.push_str(before);
        rest = end.and_then(|end| after.get(end..)).unwrap_or_else(|| {
            out.push_str("{\\");
            after
        });
    }
    out.push_str(rest);
    out
}

fn push(out: &mut [(Option<String>, String)], text: &str) {
    if let Some((_, last)) = out.last_mut() {
        last.push_str(text);
    }
}

enum Tag {
    Voice(String),
    VoiceEnd,
    Other,
}

/// What follows a `<`, if that begins a tag: a tag's name, a closing slash or a time, up to `>` in the same line.
fn tag(after: &str) -> Option<(Tag, &str)> {
    let end = after.char_indices().take(TAG).find(|(_, c)| matches!(c, '>' | '<' | '\n')).filter(|(_, c)| *c == '>')?.0;
    let (inner, rest) = (after.get(..end)?, after.get(end + 1..)?);
    if inner.starts_with(|c: char| c.is_ascii_digit()) {
        return super::times::parse(inner).map(|_| (Tag::Other, rest));
    }
    if !inner.trim_start_matches('/').starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    // `<v.loud.first Jane Doe>`: classes stand between the tag's name and the speaker's.
    let (name, annotation) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
    Some(match name.split('.').next() {
        Some("v") => (Tag::Voice(super::cue::one_line(&entities(annotation))), rest),
        Some("/v") => (Tag::VoiceEnd, rest),
        _ => (Tag::Other, rest),
    })
}

/// Longest entity that is looked for, with `&` and `;`.
const ENTITY: usize = 10;

fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let end = after.char_indices().take(ENTITY).find(|(_, c)| *c == ';').map(|(at, _)| at);
        match end.and_then(|at| Some((entity(after.get(..at)?)?, after.get(at + 1..)?))) {
            Some((decoded, following)) => {
                out.push(decoded);
                rest = following;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "lrm" => '\u{200e}',
        "rlm" => '\u{200f}',
        _ => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(code).filter(|c| !c.is_control())?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(payload: &str) -> Vec<(Option<String>, String)> {
        voices(payload)
    }

    fn by(name: &str, text: &str) -> (Option<String>, String) {
        ((!name.is_empty()).then(|| name.to_owned()), text.into())
    }

    #[test]
    fn voices_and_what_is_only_looks() {
        assert_eq!(told("<v Jane Doe>Hello <c.loud>there</c></v>"), [by("Jane Doe", "Hello there")]);
        assert_eq!(told("<v.first.loud  Zo&euml; &amp; Jo >Hi"), [by("Zo&euml; & Jo", "Hi")]);
        assert_eq!(told("<v A>One</v>\n<v B>two</v> three"), [by("A", "One"), by("B", "two"), by("", " three")]);
        assert_eq!(told("a <00:00:01.000>b<i>c</i> <lang en>d</lang><ruby>e<rt>f</rt></ruby>"), [by("", "a bc def")]);
        assert_eq!(told("1 < 2 and I <3 it > that"), [by("", "1 < 2 and I <3 it > that")]);
        assert_eq!(told("<v Jane"), [by("", "<v Jane")]);
        assert_eq!(told("<v>nobody"), [by("", "nobody")].map(|(_, t)| (Some(String::new()), t)));
        assert_eq!(told("  "), []);
        assert_eq!(
            plain("{\\an8}<font color=\"#fff\">JANE:</font> <i>R&amp;D &#39;x&#x27; &#0; &bogus; &"),
            "JANE: R&D 'x' &#0; &bogus; &"
        );
        assert_eq!(plain("{\\an8 never closed"), "{\\an8 never closed");
    }
}
