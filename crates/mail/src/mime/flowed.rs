//! `format=flowed` (RFC 3676): paragraphs that were broken into lines for sending.

/// The text with its paragraphs put together; quotes have `> ` once per level. `del_sp`: the space before a soft line end is not the text's.
pub(crate) fn unfold(text: &str, del_sp: bool) -> String {
    let mut out = String::with_capacity(text.len());
    // The level of the paragraph that goes on in the next line.
    let mut open: Option<usize> = None;
    for line in text.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let bare = line.trim_start_matches('>');
        let level = line.len() - bare.len();
        let content = bare.strip_prefix(' ').unwrap_or(bare);
        let signature = content == "-- ";
        let flows = content.ends_with(' ') && !signature;
        if open != Some(level) || signature {
            if !out.is_empty() || open.is_some() {
                out.push('\n');
            }
            // Levels are bounded by the line's length; what is deeper reads no better.
            (0..level.min(50)).for_each(|_| out.push_str("> "));
            if content.is_empty() {
                out.truncate(out.trim_end_matches(' ').len());
            }
        }
        let kept = if flows && del_sp { content.strip_suffix(' ').unwrap_or(content) } else { content };
        out.push_str(kept);
        open = flows.then_some(level);
        if !flows && out.is_empty() {
            // An empty first line.
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs() {
        let cases = [
            ("", false, "\n"),
            ("one \ntwo \nthree\nfour\n", false, "one two three\nfour\n"),
            ("one \ntwo", true, "onetwo"),
            ("> a \n> b\n>> c \n>> d\n>\n> e", false, "> a b\n> > c d\n>\n> e"),
            ("> a \nb", false, "> a \nb"),
            (" > no quote\n From \n x", false, "> no quote\nFrom x"),
            ("text\n-- \nAna", false, "text\n-- \nAna"),
            ("soft \n-- \nAna", false, "soft \n-- \nAna"),
            ("a\n\nb", false, "a\n\nb"),
        ];
        for (text, del_sp, want) in cases {
            assert_eq!(unfold(text, del_sp), want, "{text:?}");
        }
    }
}
