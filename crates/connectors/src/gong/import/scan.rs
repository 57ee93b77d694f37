//! Where calls and transcripts stand in a file of any size: their places in it, found byte by byte, so that each is taken as it is written
//! and none needs to be in memory with its neighbours. What is between the brackets is only counted here; whoever reads it finds out
//! whether it is JSON.

use std::io::{self, BufRead, BufReader, Read};

/// What stands in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// A call object.
    Call,
    /// A transcript that names its call.
    Transcript,
    /// The list of a transcript, beside the call that is named by the place before it.
    Beside,
}

/// A place in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) what: What,
    /// The first byte.
    pub(super) from: u64,
    /// How many bytes.
    pub(super) size: u64,
    /// The line that it begins in, from 1.
    pub(super) line: u64,
}

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) ranges: Vec<Range>,
    /// What cannot be read: (line, why).
    pub(super) failures: Vec<(u64, String)>,
}

/// Most lists within lists.
const DEEPEST: u32 = 3;
/// Most failures: of a file that is something else everything is one.
const MOST: usize = 1_000;
/// Longest name of a field that means anything.
const NAME: usize = 32;

/// Why reading ends.
enum Broken {
    End,
    Wrong(String),
    Io(io::Error),
}

impl From<io::Error> for Broken {
    fn from(e: io::Error) -> Self {
        Broken::Io(e)
    }
}

type Run<T> = Result<T, Broken>;

/// Looks through a file.
///
/// # Errors
/// If it cannot be read at all.
pub(super) fn scan(file: impl Read) -> io::Result<Found> {
    let mut scan = Scan { file: BufReader::with_capacity(256 << 10, file), at: 0, line: 1, found: Found::default() };
    if scan.file.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
        scan.file.consume(3);
        scan.at = 3;
    }
    loop {
        match scan.value_at_top() {
            Ok(true) => {}
            Ok(false) => break,
            Err(Broken::Io(e)) => return Err(e),
            Err(Broken::End) => {
                scan.fail("the file ends in the middle of it".to_owned());
                break;
            }
            Err(Broken::Wrong(why)) => {
                scan.fail(why);
                // In a file with a call to a line the next line is another one.
                if scan.found.failures.len() > MOST || !scan.next_object()? {
                    break;
                }
            }
        }
    }
    Ok(scan.found)
}

struct Scan<R> {
    file: BufReader<R>,
    at: u64,
    line: u64,
    found: Found,
}

/// What an object has, of what tells objects apart.
#[derive(Default)]
struct Seen {
    lists: bool,
    call: Option<Range>,
    transcript: Option<Range>,
    meta: bool,
    id: bool,
    started: bool,
    call_id: bool,
    request: bool,
}

impl<R: Read> Scan<R> {
    fn fail(&mut self, why: String) {
        let line = self.line;
        self.found.failures.push((line, why));
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        Ok(self.file.fill_buf()?.first().copied())
    }

    fn step(&mut self) -> io::Result<Option<u8>> {
        let byte = self.peek()?;
        if let Some(b) = byte {
            self.file.consume(1);
            self.at += 1;
            self.line += u64::from(b == b'\n');
        }
        Ok(byte)
    }

    /// The next byte that is no white space.
    fn next(&mut self) -> Run<u8> {
        self.next_or_end()?.ok_or(Broken::End)
    }

    fn next_or_end(&mut self) -> Run<Option<u8>> {
        while self.peek()?.is_some_and(|b| b.is_ascii_whitespace()) {
            self.step()?;
        }
        Ok(self.peek()?)
    }

    /// A value outside all others; false at the file's end.
    fn value_at_top(&mut self) -> Run<bool> {
        match self.next_or_end()? {
            None => Ok(false),
            Some(b',') => self.step().map(|_| true).map_err(Broken::Io),
            Some(_) => self.value(0).map(|()| true),
        }
    }

    fn value(&mut self, depth: u32) -> Run<()> {
        match self.next()? {
            b'{' => self.object(depth),
            b'[' if depth < DEEPEST => {
                self.step()?;
                self.members(b']', |scan| scan.value(depth + 1))
            }
            b'}' | b']' | b':' => Err(Broken::Wrong("it is no JSON".into())),
            _ => {
                self.skip(What::Call)?;
                self.fail("it is neither a call nor a transcript".into());
                Ok(())
            }
        }
    }

    /// What stands in brackets that were opened, up to `close`.
    fn members(&mut self, close: u8, mut each: impl FnMut(&mut Self) -> Run<()>) -> Run<()> {
        let mut first = true;
        loop {
            match self.next()? {
                b if b == close => {
                    self.step()?;
                    return Ok(());
                }
                b',' if !first => {
                    self.step()?;
                    self.next()?;
                    each(self)?;
                }
                _ if first => each(self)?,
                _ => return Err(Broken::Wrong("it is no JSON: a comma is missing".into())),
            }
            first = false;
        }
    }

    fn object(&mut self, depth: u32) -> Run<()> {
        let (from, line) = (self.at, self.line);
        self.step()?;
        let mut seen = Seen::default();
        self.members(b'}', |scan| scan.field(&mut seen, depth))?;
        let whole = |what| Range { what, from, size: 0, line };
        let size = self.at - from;
        let mut put = |range: Range| self.found.ranges.push(Range { size: if range.size == 0 { size } else { range.size }, ..range });
        match seen {
            Seen { call: Some(call), transcript, .. } => {
                put(call);
                transcript.into_iter().for_each(put);
            }
            Seen { lists: true, .. } => {}
            Seen { call_id: true, transcript: Some(_), .. } => put(whole(What::Transcript)),
            Seen { meta: true, .. } | Seen { id: true, started: true, .. } => put(whole(What::Call)),
            Seen { request: true, .. } => {}
            _ => self.found.failures.push((line, "it is neither a call nor a transcript".into())),
        }
        Ok(())
    }

    fn field(&mut self, seen: &mut Seen, depth: u32) -> Run<()> {
        if self.next()? != b'"' {
            return Err(Broken::Wrong("it is no JSON: a field has no name".into()));
        }
        let name = self.text()?;
        if self.next()? != b':' {
            return Err(Broken::Wrong("it is no JSON: a colon is missing".into()));
        }
        self.step()?;
        let opens = self.next()?;
        match (name.as_slice(), opens) {
            (b"calls", b'[') => {
                seen.lists = true;
                self.list(What::Call)
            }
            (b"callTranscripts", b'[') => {
                seen.lists = true;
                self.list(What::Transcript)
            }
            // Somebody put whole answers side by side.
            (b"calls" | b"callTranscripts" | b"transcripts", b'{') if depth < DEEPEST => {
                seen.lists = true;
                self.object(depth + 1)
            }
            (b"call", b'{') => {
                seen.call = Some(self.skip(What::Call)?);
                Ok(())
            }
            (b"transcript", b'[') => {
                seen.transcript = Some(self.skip(What::Beside)?);
                Ok(())
            }
            (b"transcript", b'{') if depth < DEEPEST => {
                seen.lists = true;
                self.object(depth + 1)
            }
            (name, _) => {
                seen.meta |= name == b"metaData" && opens == b'{';
                seen.id |= name == b"id";
                seen.started |= name == b"started" || name == b"scheduled";
                seen.call_id |= name == b"callId";
                seen.request |= name == b"requestId";
                self.skip(What::Call).map(|_| ())
            }
        }
    }

    fn list(&mut self, what: What) -> Run<()> {
        self.step()?;
        self.members(b']', |scan| {
            let range = scan.skip(what)?;
            scan.found.ranges.push(range);
            Ok(())
        })
    }

    /// A text's first bytes, as they are written.
    fn text(&mut self) -> Run<Vec<u8>> {
        self.step()?;
        let (mut out, mut escaped) = (Vec::new(), false);
        loop {
            match self.step()?.ok_or(Broken::End)? {
                b'"' if !escaped => return Ok(out),
                b => {
                    escaped = b == b'\\' && !escaped;
                    if out.len() < NAME {
                        out.push(b);
                    }
                }
            }
        }
    }

    /// Over a value, whatever stands in it.
    fn skip(&mut self, what: What) -> Run<Range> {
        let first = self.next()?;
        let (from, line) = (self.at, self.line);
        match first {
            b'"' => _ = self.text()?,
            b'{' | b'[' => self.brackets()?,
            _ => {
                while self.peek()?.is_some_and(|b| !matches!(b, b',' | b'}' | b']' | b'{' | b'[' | b'"') && !b.is_ascii_whitespace()) {
                    self.step()?;
                }
                if self.at == from {
                    return Err(Broken::Wrong("it is no JSON: a value is missing".into()));
                }
            }
        }
        Ok(Range { what, from, size: self.at - from, line })
    }

    /// Over brackets and all within, a buffer at a time.
    fn brackets(&mut self) -> Run<()> {
        let (mut depth, mut quoted, mut escaped) = (0_u64, false, false);
        loop {
            let buffer = self.file.fill_buf()?;
            if buffer.is_empty() {
                return Err(Broken::End);
            }
            let (mut used, mut lines, mut done) = (0, 0, false);
            for b in buffer {
                used += 1;
                match b {
                    b'\n' => lines += 1,
                    _ if escaped => escaped = false,
                    b'\\' if quoted => escaped = true,
                    b'"' => quoted = !quoted,
                    _ if quoted => {}
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => depth -= 1,
                    _ => {}
                }
                if depth == 0 && !quoted {
                    done = true;
                    break;
                }
            }
            self.file.consume(used);
            self.at += used as u64;
            self.line += lines;
            if done {
                return Ok(());
            }
        }
    }

    /// Goes on to the next line that begins with an object.
    fn next_object(&mut self) -> io::Result<bool> {
        loop {
            match self.step()? {
                None => return Ok(false),
                Some(b'\n') if self.peek()? == Some(b'{') => return Ok(true),
                Some(_) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was found, as it stands in the text; then the failures.
    fn found(text: &str) -> Vec<String> {
        let found = scan(text.as_bytes()).unwrap();
        let ranges = found.ranges.iter().map(|r| {
            let bytes = &text.as_bytes()[r.from as usize..(r.from + r.size) as usize];
            format!("{} {:?} {}", r.line, r.what, std::str::from_utf8(bytes).unwrap())
        });
        ranges.chain(found.failures.iter().map(|(line, why)| format!("{line} {why}"))).collect()
    }

    #[test]
    fn all_shapes_that_the_api_and_people_make() {
        let call = r#"{"metaData": {"id": "1"}, "parties": [{"name": "a \"]}"}]}"#;
        let basic = r#"{"id":"2","started":"x"}"#;
        let transcript = r#"{"callId": "1","transcript": [{}]}"#;
        let one = [format!("1 Call {call}")];
        assert_eq!(found(call), one);
        assert_eq!(found(&format!("\u{feff} {call}\n")), one);
        assert_eq!(found(&format!("[{call}]")), one);
        assert_eq!(found(&format!(r#"{{"requestId":"r","records":{{"calls":[]}},"calls":[{call}]}}"#)), one);
        assert_eq!(found(&format!(r#"{{"requestId":"r","call":{call}}}"#)), one);
        assert_eq!(found(&format!("[[{{\"calls\":[{call}]}}]]")), one);
        assert_eq!(found(basic), [format!("1 Call {basic}")]);
        assert_eq!(found(transcript), [format!("1 Transcript {transcript}")]);
        let pair = format!(r#"{{"transcript": [ 1, 2 ], "call": {call}}}"#);
        assert_eq!(found(&pair), [one[0].clone(), "1 Beside [ 1, 2 ]".into()]);
        let both = [one[0].clone(), format!("1 Transcript {transcript}")];
        assert_eq!(found(&format!(r#"{{"calls":[{call}],"callTranscripts":[{transcript}]}}"#)), both);
        assert_eq!(found(&format!(r#"{{"calls":{{"calls":[{call}]}},"transcripts":{{"callTranscripts":[{transcript}]}}}}"#)), both);
        assert_eq!(
            found(&format!("{call}\n{basic}\n\n{transcript}\n")),
            [one[0].clone(), format!("2 Call {basic}"), format!("4 Transcript {transcript}")]
        );
        assert_eq!(found(r#"{"requestId":"r","errors":["No calls found"]}"#), Vec::<String>::new());
        assert_eq!(found(r#"{"calls":[]}"#), Vec::<String>::new());
        assert_eq!(found(""), Vec::<String>::new());
    }

    #[test]
    fn damage_costs_what_it_touches() {
        let (a, b) = (r#"{"metaData":{"id":"1"}}"#, r#"{"metaData":{"id":"2"}}"#);
        let end = "the file ends in the middle of it";
        assert_eq!(found(&format!("{{\"calls\":[{a},\n{{\"metaData\":")), [format!("1 Call {a}"), format!("2 {end}")]);
        assert_eq!(
            found(&format!("{a}\n{{\"metaData\" 5}}\n{b}\n")),
            [format!("1 Call {a}"), format!("3 Call {b}"), "2 it is no JSON: a colon is missing".into()]
        );
        assert_eq!(found(&format!("[{a} {b}]")), [format!("1 Call {a}"), "1 it is no JSON: a comma is missing".into()]);
        assert_eq!(found(&format!("[{a},]")), [format!("1 Call {a}"), "1 it is no JSON".into()]);
        assert_eq!(found("{\"a\":}"), ["1 it is no JSON: a value is missing"]);
        assert_eq!(found("{5}"), ["1 it is no JSON: a field has no name"]);
        assert_eq!(found("{\"a"), [format!("1 {end}")]);
        assert_eq!(found("]"), ["1 it is no JSON"]);
        let neither = "it is neither a call nor a transcript";
        assert_eq!(found("[1, \"x\", {\"a\":1}, {}]"), vec![format!("1 {neither}"); 4]);
        assert_eq!(found("[[[[[1]]]]]"), [format!("1 {neither}")]);
        for open in ["[", "{\"calls\":[", "{\"a\":", "{\"transcript\":{"] {
            let found = scan(open.repeat(100_000).as_bytes()).unwrap();
            assert_eq!((found.ranges.len(), found.failures.len()), (0, 1), "{open}");
        }
        assert_eq!(scan("]\n{".repeat(2_000).as_bytes()).unwrap().ranges, []);
    }
}
