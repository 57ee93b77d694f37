//! The user's own blocks in a generated file.

const OPEN: &str = "<!-- mine -->";
const CLOSE: &str = "<!-- /mine -->";

/// The blocks between `<!-- mine -->` and `<!-- /mine -->` of an existing file, markers included, word for word.
///
/// Generated text never holds a raw `<`, so every marker is the user's. A block without an end reaches to the end of the file and gets
/// its end back: better too much kept than a word lost.
pub fn mine_blocks(old: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = old;
    while let Some((_, after)) = rest.split_once(OPEN) {
        match after.split_once(CLOSE) {
            Some((body, next)) => {
                out.push(format!("{OPEN}{body}{CLOSE}"));
                rest = next;
            }
            None => {
                out.push(format!("{OPEN}{}\n{CLOSE}", after.trim_end_matches('\n')));
                break;
            }
        }
    }
    out
}

/// The text with these blocks, markers included, in place of those that it holds.
pub fn with_mine_blocks(text: &str, blocks: &[String]) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once(OPEN) {
        out.push_str(before);
        rest = after.split_once(CLOSE).map_or("", |(_, next)| next);
    }
    out.push_str(rest);
    out.truncate(out.trim_end().len());
    for block in blocks {
        if !out.is_empty() {
            out.push_str("\n\n");
        }
        out.push_str(block);
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

/// What stands outside of the blocks, as far as it says anything: lines without the blanks at their ends, empty ones left out.
pub fn outside_mine(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once(OPEN) {
        out.push_str(before);
        out.push('\n');
        rest = after.split_once(CLOSE).map_or("", |(_, next)| next);
    }
    out.push_str(rest);
    out.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_word_for_word() {
        let old = "# X\n<!-- mine -->\nkeep *this*\n\n<!-- /mine -->\ngone\n<!-- mine -->b<!-- /mine -->";
        assert_eq!(mine_blocks(old), ["<!-- mine -->\nkeep *this*\n\n<!-- /mine -->", "<!-- mine -->b<!-- /mine -->"]);
        assert!(mine_blocks("nothing <!-- /mine -->").is_empty());
    }

    #[test]
    fn an_open_block_is_kept_and_closed_once() {
        let once = mine_blocks("a\n<!-- mine -->\nlast words\n");
        assert_eq!(once, ["<!-- mine -->\nlast words\n<!-- /mine -->"]);
        assert_eq!(mine_blocks(&once[0]), once);
    }

    #[test]
    fn blocks_in_place_of_others() {
        let blocks = ["<!-- mine -->a<!-- /mine -->".to_owned(), "<!-- mine -->b<!-- /mine -->".to_owned()];
        for old in ["# X\n\n<!-- mine -->c<!-- /mine -->\n", "# X\n<!-- mine -->open", "# X"] {
            let new = with_mine_blocks(old, &blocks);
            assert_eq!(new, "# X\n\n<!-- mine -->a<!-- /mine -->\n\n<!-- mine -->b<!-- /mine -->\n");
            assert_eq!(mine_blocks(&new), blocks);
            assert_eq!(with_mine_blocks(&new, &[]), "# X\n");
        }
        assert_eq!(with_mine_blocks("", &[]), "");
    }

    #[test]
    fn what_stands_outside_of_blocks() {
        for same in ["# X\n\n- a\n", "# X\r\n- a  \r\n\r\n", "# X\n<!-- mine -->b\n- c<!-- /mine -->\n\n- a", "# X\n- a\n<!-- mine -->open"]
        {
            assert_eq!(outside_mine(same), "# X\n- a", "{same}");
        }
        assert_eq!(outside_mine("# X<!-- mine -->b<!-- /mine -->y\n  - a"), "# X\ny\n  - a");
        assert_eq!(outside_mine("\n<!-- mine -->b<!-- /mine -->\n \n"), "");
    }
}
