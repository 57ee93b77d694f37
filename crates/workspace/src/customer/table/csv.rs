//! CSV as RFC 4180 has it, and as it is written: `,` `;` or tabs, quotes with line ends in them, lines that are torn.

/// What nobody writes into a cell; a quote that is never closed would take in the rest of the file.
const LONGEST: usize = 64 * 1024;

/// One line of a table, which may span several of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// Where it begins, counted from 1.
    pub(super) number: usize,
    /// Its cells; or why it can't be read.
    pub(super) cells: Result<Vec<String>, &'static str>,
}

/// All lines that are not empty.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let (mut rest, separator, mut number) = hint(text);
    let mut out = Vec::new();
    while !rest.is_empty() {
        let (cells, after) = match line(rest, separator) {
            Ok((cells, after)) => (Ok(cells), after),
            // What follows is read from the next line end on, as if this one had been torn there.
            Err(why) => (Err(why), rest.split_once('\n').map_or("", |(_, after)| after)),
        };
        let read = rest.len() - after.len();
        let spanned = rest.bytes().take(read).filter(|b| *b == b'\n').count();
        if cells.as_ref().map_or(true, |c| c.iter().any(|cell| !cell.trim().is_empty())) {
            out.push(Line { number, cells });
        }
        number += spanned;
        rest = after;
    }
    out
}

/// The separator: the one that stands most often in the first line; Excel may name it in a line `sep=;`.
fn hint(text: &str) -> (&str, char, usize) {
    let (first, after) = text.split_once('\n').unwrap_or((text, ""));
    if let Some(named) = first.trim_end().strip_prefix("sep=").and_then(|s| s.chars().next()) {
        return (after, named, 2);
    }
    let count = |c: &char| first.matches(*c).count();
    // Of equally many the first: `max_by_key` would take the last.
    let separator = ['\t', ';', ','].into_iter().max_by_key(count).unwrap_or(',');
    (text, separator, 1)
}

fn line(text: &str, separator: char) -> Result<(Vec<String>, &str), &'static str> {
    let (mut cells, mut cell) = (Vec::new(), String::new());
    let mut chars = text.char_indices().peekable();
    let mut quoted = false;
    while let Some((at, c)) = chars.next() {
        if cell.len() > LONGEST {
            return Err(if quoted { "a quote is opened and never closed" } else { "a cell is longer than 64 KB" });
        }
        match c {
            '"' if quoted => match chars.peek() {
                Some((_, '"')) => {
                    cell.push('"');
                    chars.next();
                }
                _ => quoted = false,
            },
            // Inside an unquoted cell it is a sign like any other: 19" rack.
            '"' if cell.trim().is_empty() => {
                cell.clear();
                quoted = true;
            }
            '\n' if !quoted => {
                cells.push(cell.trim().to_owned());
                return Ok((cells, text.get(at + 1..).unwrap_or_default()));
            }
            _ if c == separator && !quoted => cells.push(std::mem::take(&mut cell).trim().to_owned()),
            _ => cell.push(c),
        }
    }
    if quoted {
        return Err("a quote is opened and never closed");
    }
    cells.push(cell.trim().to_owned());
    Ok((cells, ""))
}

#[cfg(test)]
mod tests {
    use super::lines;

    fn read(text: &str) -> Vec<(usize, Result<Vec<String>, &'static str>)> {
        lines(text).into_iter().map(|l| (l.number, l.cells)).collect()
    }

    fn cells(of: &[&str]) -> Result<Vec<String>, &'static str> {
        Ok(of.iter().map(|c| (*c).to_owned()).collect())
    }

    #[test]
    fn forms() {
        for (text, wanted) in [
            ("a,b\r\n1, 2 \r\n", vec![(1, cells(&["a", "b"])), (2, cells(&["1", "2"]))]),
            ("a;b;c\n1,5;2;3", vec![(1, cells(&["a", "b", "c"])), (2, cells(&["1,5", "2", "3"]))]),
            ("a\tb\n\n \t \n1\t2\n", vec![(1, cells(&["a", "b"])), (4, cells(&["1", "2"]))]),
            ("sep=;\na;b\n", vec![(2, cells(&["a", "b"]))]),
            (
                "a,b\n\"x\ny\",\"say \"\"hi\"\"\"\nz,\n",
                vec![(1, cells(&["a", "b"])), (2, cells(&["x\ny", "say \"hi\""])), (4, cells(&["z", ""]))],
            ),
            ("a\n19\" rack\n", vec![(1, cells(&["a"])), (2, cells(&["19\" rack"]))]),
            ("", vec![]),
        ] {
            assert_eq!(read(text), wanted, "{text:?}");
        }
    }

    #[test]
    fn a_torn_line_leaves_its_neighbours() {
        let torn = Err("a quote is opened and never closed");
        assert_eq!(
            read("a,b\n\"x,1\ny,2\nz,3"),
            [(1, cells(&["a", "b"])), (2, torn.clone()), (3, cells(&["y", "2"])), (4, cells(&["z", "3"]))]
        );
        let many = format!("a\n{}", "\"x\n".repeat(3));
        assert_eq!(read(&many).len(), 3, "each second quote closes the one before");
        let long = format!("a\n\"{}\nok\n", "x".repeat(100_000));
        assert_eq!(read(&long).last(), Some(&(3, cells(&["ok"]))));
    }
}
