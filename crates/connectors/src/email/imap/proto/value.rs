//! Values in responses: atoms, strings, lists.

use bytes::Bytes;

/// Deepest list that is read; the deepest that is asked for has two levels.
const DEEPEST: usize = 16;

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// `NIL`.
    Nil,
    /// An atom, a number, a flag, a name with a section (`BODY[HEADER.FIELDS (FROM)]`).
    Atom(Bytes),
    /// A quoted string or a literal.
    String(Bytes),
    /// `( ... )`.
    List(Vec<Value>),
}

impl Value {
    /// The bytes of an atom or string.
    pub(crate) fn bytes(&self) -> Option<&Bytes> {
        match self {
            Value::Atom(b) | Value::String(b) => Some(b),
            Value::Nil | Value::List(_) => None,
        }
    }

    /// The same as text; bytes that are no UTF-8 become U+FFFD.
    pub(crate) fn text(&self) -> Option<String> {
        self.bytes().map(|b| String::from_utf8_lossy(b).into_owned())
    }

    /// An atom that is a number.
    pub(crate) fn number(&self) -> Option<u64> {
        match self {
            Value::Atom(b) if b.iter().all(u8::is_ascii_digit) => std::str::from_utf8(b).ok()?.parse().ok(),
            _ => None,
        }
    }

    pub(crate) fn list(&self) -> Option<&[Value]> {
        match self {
            Value::List(l) => Some(l),
            _ => None,
        }
    }
}

/// A place in a response.
pub(crate) struct Cursor<'a> {
    parts: &'a [Bytes],
    pos: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(parts: &'a [Bytes]) -> Self {
        Cursor { parts, pos: 0 }
    }

    fn text(&self) -> &'a Bytes {
        static NONE: Bytes = Bytes::new();
        self.parts.first().unwrap_or(&NONE)
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.text().get(self.pos).copied()
    }

    /// What is left of the text; literals behind it stay out.
    pub(crate) fn rest(&self) -> Bytes {
        let text = self.text();
        text.slice(self.pos.min(text.len())..)
    }

    pub(crate) fn spaces(&mut self) {
        while self.peek() == Some(b' ') {
            self.pos += 1;
        }
    }

    /// Steps over that byte, if it comes next.
    pub(crate) fn eat(&mut self, byte: u8) -> bool {
        let is = self.peek() == Some(byte);
        self.pos += usize::from(is);
        is
    }

    /// Everything up to a space or the end.
    pub(crate) fn word(&mut self) -> Bytes {
        let from = self.pos;
        while self.peek().is_some_and(|b| b != b' ') {
            self.pos += 1;
        }
        self.text().slice(from..self.pos)
    }

    /// The next value; `None` at the end and where none can be read.
    pub(crate) fn value(&mut self) -> Option<Value> {
        self.value_at(0)
    }

    fn value_at(&mut self, depth: usize) -> Option<Value> {
        self.spaces();
        match self.peek() {
            None => {
                let literal = self.parts.get(1)?.clone();
                self.parts = self.parts.get(2..)?;
                self.pos = 0;
                Some(Value::String(literal))
            }
            Some(b'(') if depth < DEEPEST => {
                self.pos += 1;
                let mut list = Vec::new();
                loop {
                    self.spaces();
                    if self.eat(b')') {
                        return Some(Value::List(list));
                    }
                    list.push(self.value_at(depth + 1)?);
                }
            }
            Some(b'(' | b')') => None,
            Some(b'"') => self.quoted(),
            Some(_) => self.atom(),
        }
    }

    /// A quoted string; any byte may stand in it, escaped or not (8-bit ones too).
    fn quoted(&mut self) -> Option<Value> {
        let text = self.text();
        let from = self.pos + 1;
        let mut at = from;
        let mut escaped = false;
        loop {
            match text.get(at)? {
                b'"' => break,
                b'\\' => {
                    escaped = true;
                    at += 2;
                }
                _ => at += 1,
            }
        }
        self.pos = at + 1;
        let raw = text.slice(from..at);
        if !escaped {
            return Some(Value::String(raw));
        }
        let mut bytes = Vec::with_capacity(raw.len());
        let mut it = raw.iter();
        while let Some(b) = it.next() {
            bytes.extend(if *b == b'\\' { it.next() } else { Some(b) });
        }
        Some(Value::String(bytes.into()))
    }

    /// An atom; brackets in it may hold anything, spaces too.
    fn atom(&mut self) -> Option<Value> {
        let from = self.pos;
        let mut open = false;
        while let Some(b) = self.peek() {
            match b {
                b'[' => open = true,
                b']' => open = false,
                b' ' | b'(' | b')' if !open => break,
                _ => {}
            }
            self.pos += 1;
        }
        let atom = self.text().slice(from..self.pos);
        if atom.eq_ignore_ascii_case(b"NIL") { Some(Value::Nil) } else { Some(Value::Atom(atom)) }
    }
}
