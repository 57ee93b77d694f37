//! A message's bytes to what it means.

use mail_parser::{Address, HeaderValue, MessageParser};
use sales_model::{Mail, MailAddress};
use sha2::{Digest as _, Sha256};

/// Reads a message. Never fails: what cannot be read is left out.
pub fn read(raw: &[u8]) -> Mail {
    read_header(raw)
}

/// Reads a message's header alone (the lines before the first empty one; what follows is not looked at): a [`Mail`] with `header_only`.
pub fn read_header(header: &[u8]) -> Mail {
    let mut mail = Mail { header_only: true, ..Mail::default() };
    let Some(message) = MessageParser::default().parse_headers(header) else { return mail };
    let people = |address: Option<&Address<'_>>| -> Vec<MailAddress> {
        let all = address.map(|a| a.iter().collect::<Vec<_>>()).unwrap_or_default();
        let one = |a: &mail_parser::Addr<'_>| a.address().map(|email| MailAddress { name: String::new(), email: email.to_lowercase() });
        all.into_iter().filter_map(one).collect()
    };
    mail.from = people(message.from()).into_iter().next();
    (mail.to, mail.cc, mail.bcc) = (people(message.to()), people(message.cc()), people(message.bcc()));
    mail.message_id = message.message_id().unwrap_or_default().to_owned();
    let ids = |v: &HeaderValue<'_>| v.as_text_list().map(|l| l.iter().map(ToString::to_string).collect::<Vec<_>>()).unwrap_or_default();
    mail.references = ids(message.references());
    for id in ids(message.in_reply_to()) {
        if !mail.references.contains(&id) {
            mail.references.push(id);
        }
    }
    mail
}

/// The vendor id of the record (`mail:<native>` is its id): the `Message-ID` where it can serve as one, else a hash. `raw` is the whole
/// message where it has no usable `Message-ID`; the header is enough otherwise.
pub fn native(mail: &Mail, raw: &[u8]) -> String {
    let id = &mail.message_id;
    let fits = (3..=200).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic() && !b"<>\"\\".contains(&b));
    if fits && id.matches('@').count() == 1 {
        return id.clone();
    }
    let hex: String = Sha256::digest(raw).iter().take(16).map(|b| format!("{b:02x}")).collect();
    format!("sha256-{hex}")
}
