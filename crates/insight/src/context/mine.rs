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
}
