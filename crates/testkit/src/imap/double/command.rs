//! Commands as RFC 9051 and RFC 3501 write them, read strictly: one space between words, nothing left over.

/// A piece of a command: a line's text, or a literal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Text(Vec<u8>),
    Literal(Vec<u8>),
}

/// Why a command is none.
pub(super) type Bad = String;
pub(super) type Read<T> = Result<T, Bad>;

/// Reads a command from left to right.
pub(super) struct Cursor<'a> {
    pieces: &'a [Piece],
    /// In the first piece.
    at: usize,
}

fn atom_char(b: u8) -> bool {
    matches!(b, 0x21..=0x7e) && !b"(){%*\"\\]".contains(&b)
}

impl<'a> Cursor<'a> {
    pub(super) fn new(pieces: &'a [Piece]) -> Self {
        Cursor { pieces, at: 0 }
    }

    fn rest(&self) -> &'a [u8] {
        match self.pieces.first() {
            Some(Piece::Text(text)) => &text[self.at..],
            _ => b"",
        }
    }

    /// What stands there, for messages and for verbs of several words.
    pub(super) fn peek(&self) -> Option<u8> {
        self.rest().first().copied()
    }

    /// Whether these bytes come next.
    pub(super) fn starts(&self, with: &[u8]) -> bool {
        self.rest().starts_with(with)
    }

    pub(super) fn is_end(&self) -> bool {
        self.rest().is_empty() && self.pieces.len() <= 1
    }

    pub(super) fn end(&self) -> Read<()> {
        if self.is_end() { Ok(()) } else { Err(format!("something is left over: {:?}", String::from_utf8_lossy(self.rest()))) }
    }

    /// Exactly this byte.
    pub(super) fn byte(&mut self, b: u8) -> Read<()> {
        if self.peek() != Some(b) {
            return Err(format!("{:?} is missing before {:?}", char::from(b), String::from_utf8_lossy(self.rest())));
        }
        self.at += 1;
        Ok(())
    }

    /// One space.
    pub(super) fn sp(&mut self) -> Read<()> {
        self.byte(b' ')
    }

    fn while_(&mut self, ok: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.rest();
        let n = rest.iter().position(|b| !ok(*b)).unwrap_or(rest.len());
        self.at += n;
        &rest[..n]
    }

    /// An atom, in upper case.
    pub(super) fn atom(&mut self) -> Read<String> {
        match self.while_(atom_char) {
            b"" => Err(format!("an atom is missing before {:?}", String::from_utf8_lossy(self.rest()))),
            atom => Ok(String::from_utf8_lossy(atom).to_ascii_uppercase()),
        }
    }

    /// A word up to a delimiter of fetch items, in upper case: `BODY.PEEK`.
    pub(super) fn item(&mut self) -> Read<String> {
        match self.while_(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b)) {
            b"" => Err(format!("a word is missing before {:?}", String::from_utf8_lossy(self.rest()))),
            word => Ok(String::from_utf8_lossy(word).to_ascii_uppercase()),
        }
    }

    /// Everything up to the end of the line, for Base64.
    pub(super) fn line(&mut self) -> Vec<u8> {
        self.while_(|_| true).to_vec()
    }

    /// `nz-number` or, with `zero`, `number`: no sign, no leading zero.
    pub(super) fn number(&mut self, zero: bool) -> Read<u64> {
        let digits = self.while_(|b| b.is_ascii_digit());
        let text = String::from_utf8_lossy(digits);
        if digits.is_empty() || (digits.len() > 1 && digits[0] == b'0') || (digits == b"0" && !zero) {
            return Err(format!("{text:?} is no number"));
        }
        text.parse().map_err(|_| format!("{text} is too large"))
    }

    /// A string: quoted, or a literal.
    fn string(&mut self) -> Read<Vec<u8>> {
        if self.peek().is_none() {
            let [_, Piece::Literal(bytes), rest @ ..] = self.pieces else { return Err("a string is missing".into()) };
            self.pieces = rest;
            self.at = 0;
            return Ok(bytes.clone());
        }
        self.byte(b'"')?;
        let mut out = Vec::new();
        loop {
            match self.peek() {
                None => return Err("a quoted string has no end".into()),
                Some(b'"') => break,
                Some(b'\\') => {
                    self.at += 1;
                    match self.peek() {
                        Some(b @ (b'"' | b'\\')) => out.push(b),
                        _ => return Err("a backslash stands before what needs none".into()),
                    }
                }
                // RFC 3501, TEXT-CHAR: 7 bit.
                Some(b @ 0x01..=0x7f) if b != b'\r' && b != b'\n' => out.push(b),
                Some(_) => return Err("8-bit in a quoted string".into()),
            }
            self.at += 1;
        }
        self.byte(b'"')?;
        Ok(out)
    }

    pub(super) fn astring(&mut self) -> Read<Vec<u8>> {
        match self.peek() {
            Some(b'"') | None => self.string(),
            _ => match self.while_(|b| atom_char(b) || b == b']') {
                b"" => Err(format!("a string is missing before {:?}", String::from_utf8_lossy(self.rest()))),
                atom => Ok(atom.to_vec()),
            },
        }
    }

    /// `sequence-set`; `*` is the largest number there is (RFC 9051, `seq-range`: ranges in either direction).
    pub(super) fn set(&mut self, largest: u32) -> Read<Vec<(u32, u32)>> {
        let mut out = Vec::new();
        loop {
            let from = self.set_number(largest)?;
            let to = if self.peek() == Some(b':') {
                self.at += 1;
                self.set_number(largest)?
            } else {
                from
            };
            out.push((from.min(to), from.max(to)));
            if self.peek() != Some(b',') {
                return Ok(out);
            }
            self.at += 1;
        }
    }

    fn set_number(&mut self, largest: u32) -> Read<u32> {
        if self.peek() == Some(b'*') {
            self.at += 1;
            return Ok(largest);
        }
        u32::try_from(self.number(false)?).map_err(|_| "a number of more than 32 bits".into())
    }

    /// `(a b c)` of whatever `one` reads.
    pub(super) fn list<T>(&mut self, mut one: impl FnMut(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        self.byte(b'(')?;
        let mut out = vec![one(self)?];
        while self.peek() == Some(b' ') {
            self.at += 1;
            out.push(one(self)?);
        }
        self.byte(b')')?;
        Ok(out)
    }
}
