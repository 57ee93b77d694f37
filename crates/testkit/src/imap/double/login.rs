//! Logging in.

use std::io;

use base64::{Engine as _, prelude::BASE64_STANDARD as BASE64};

use super::{command::Cursor, session::Session};

/// What Google says of a token that it does not take: before NO, and only once the client has answered.
const REASON: &str = r#"{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}"#;

impl Session<'_> {
    /// `AUTHENTICATE`; `true` if it was answered with OK.
    pub(super) fn authenticate(&mut self, tag: &str, c: &mut Cursor<'_>) -> io::Result<bool> {
        let read = c.sp().and_then(|()| c.atom());
        let mechanism = match read {
            Ok(m) if self.can(&format!("AUTH={m}")) => m,
            Ok(m) => return self.refused(tag, &format!("AUTH={m} was not offered")),
            Err(bad) => return self.refused(tag, &bad),
        };
        let initial = if c.is_end() {
            self.send(b"+ \r\n")?;
            self.line()?
        } else {
            if !self.can("SASL-IR") {
                return self.refused(tag, "an initial response without SASL-IR");
            }
            match c.sp() {
                Ok(()) => c.line(),
                Err(bad) => return self.refused(tag, &bad),
            }
        };
        let Ok(said) = BASE64.decode(&initial) else { return self.refused(tag, "no Base64") };
        let said = String::from_utf8_lossy(&said).into_owned();
        let manner = self.manner();
        let (right, shape) = match mechanism.as_str() {
            "PLAIN" => (said == format!("\0alice\0{}", manner.password), said.split('\0').count() == 3),
            "XOAUTH2" => {
                let whole = said.strip_prefix("user=").is_some_and(|s| s.contains("\u{1}auth=Bearer ") && s.ends_with("\u{1}\u{1}"));
                (said == format!("user=alice\u{1}auth=Bearer {}\u{1}\u{1}", manner.token), whole)
            }
            "OAUTHBEARER" => {
                let whole = said.starts_with("n,a=alice,\u{1}") && said.ends_with("\u{1}\u{1}");
                (whole && said.split('\u{1}').any(|kv| kv == format!("auth=Bearer {}", manner.token)), whole)
            }
            _ => (false, false),
        };
        if !shape {
            return self.refused(tag, &format!("{mechanism}: a message of another shape"));
        }
        if right {
            return Ok(true);
        }
        if mechanism != "PLAIN" {
            self.send(format!("+ {}\r\n", BASE64.encode(REASON)).as_bytes())?;
            let end = self.line()?;
            // XOAUTH2: an empty line. RFC 7628, 3.2.3: the dummy client response ^A.
            let wanted: &[u8] = if mechanism == "XOAUTH2" { b"" } else { b"AQ==" };
            if end != wanted {
                return self.refused(tag, &format!("{mechanism}: the refusal is answered by {:?}", String::from_utf8_lossy(&end)));
            }
        }
        self.send(format!("{tag} NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)\r\n").as_bytes())?;
        Ok(false)
    }

    /// `LOGIN`; `true` if it is right.
    pub(super) fn login(&mut self, tag: &str, c: &mut Cursor<'_>) -> io::Result<bool> {
        if self.can("LOGINDISABLED") {
            return self.refused(tag, "LOGIN although it is disabled");
        }
        let read = c.sp().and_then(|()| c.astring()).and_then(|user| Ok((user, c.sp()?, c.astring()?, c.end()?)));
        let (user, password) = match read {
            Ok((user, (), password, ())) => (user, password),
            Err(bad) => return self.refused(tag, &bad),
        };
        let right = user == b"alice" && password == self.manner().password.as_bytes();
        if !right {
            self.send(format!("{tag} NO [AUTHENTICATIONFAILED] LOGIN failed.\r\n").as_bytes())?;
        }
        Ok(right)
    }
}
