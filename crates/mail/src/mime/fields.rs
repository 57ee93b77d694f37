//! What a header says, as a [`Mail`] without text and files.

use sales_model::{Mail, MailAddress};

use super::{address, date, header::Header, id, noise, word};
use crate::clean;

/// Characters of a subject that are kept.
const SUBJECT: usize = 1_000;

/// Reads the fields of a header.
pub(crate) fn read(header: &Header<'_>) -> Mail {
    let message_id = id::own(header);
    let (from, mut reply_to) = (from(header), people(header, "Reply-To"));
    reply_to.retain(|a| from.as_ref().is_none_or(|f| f.email != a.email));
    let mut mail = Mail {
        subject: subject(header),
        from,
        reply_to,
        to: people(header, "To"),
        cc: people(header, "Cc"),
        bcc: people(header, "Bcc"),
        sent: header.texts("Date").iter().find_map(|t| date::parse(t)),
        references: id::ancestors(header, &message_id),
        message_id,
        suspect: suspect(header),
        ..Mail::default()
    };
    mail.noise = noise::of(header, &mail);
    mail
}

/// The subject on one line.
pub(crate) fn subject(header: &Header<'_>) -> String {
    header.text("Subject").map(|t| clean::line(&word::decode(&t), SUBJECT)).unwrap_or_default()
}

/// The people in all fields of a name, each address once.
pub(crate) fn people(header: &Header<'_>, name: &str) -> Vec<MailAddress> {
    let mut seen = std::collections::HashSet::new();
    let mut all: Vec<MailAddress> = header.texts(name).iter().flat_map(|t| address::list(t)).collect();
    all.retain(|a| seen.insert(a.email.clone()));
    all.truncate(address::ADDRESSES);
    all
}

/// Who wrote it. Programs that name no address leave a name.
pub(crate) fn from(header: &Header<'_>) -> Option<MailAddress> {
    let all: Vec<MailAddress> = header.texts("From").iter().flat_map(|t| address::entries(t)).collect();
    let first = all.iter().find(|a| !a.email.is_empty()).or(all.first())?.clone();
    Some(behind_list(header, &first).unwrap_or(first))
}

/// Who wrote what a list sends on as its own: lists rewrite `From` so that DMARC holds (`Ana Lee via Sales <sales@..>`), and name the author
/// in `X-Original-From`, `X-Original-Sender` (Google Groups) or `Reply-To` (Mailman). Only where the header shows that the address is a
/// list's: any other sender may write "via" in their name.
fn behind_list(header: &Header<'_>, from: &MailAddress) -> Option<MailAddress> {
    let (name, _) = from.name.rsplit_once(" via ")?;
    let posts = header.texts("List-Post").iter().any(|t| t.to_lowercase().contains(&format!("mailto:{}", from.email)));
    let (local, domain) = from.email.rsplit_once('@')?;
    let ids = header.texts("List-ID");
    let id = ids.first().map(|t| t.rsplit_once('<').map_or(&**t, |(_, id)| id).trim().trim_end_matches('>').to_lowercase());
    let known = posts || id.is_some_and(|id| id == format!("{local}.{domain}"));
    let fields = ["X-Original-From", "X-Original-Sender", "Reply-To"];
    let mut all = known.then(|| fields.iter().flat_map(|f| people(header, f)))?;
    let author = all.find(|a| a.email != from.email)?;
    let own = name.trim().trim_matches(['\'', '"']).trim();
    Some(MailAddress { name: if author.name.is_empty() { own.to_owned() } else { author.name }, email: author.email })
}

/// Whether the receiving server found that DMARC failed. Only the topmost `Authentication-Results` is its own: those below may have come
/// with the mail (RFC 8601, section 5).
fn suspect(header: &Header<'_>) -> bool {
    let results = header.lower("Authentication-Results");
    let mut depth = 0u32;
    let plain: String = results
        .chars()
        .filter(|c| {
            match c {
                '(' => depth += 1,
                ')' if depth > 0 => {
                    depth -= 1;
                    return false;
                }
                _ => {}
            }
            depth == 0
        })
        .collect();
    let of_dmarc =
        |part: &str| part.split_once('=').filter(|(method, _)| method.trim() == "dmarc").map(|(_, rest)| rest.trim_start().to_owned());
    plain.split(';').skip(1).filter_map(of_dmarc).any(|rest| rest.split_whitespace().next() == Some("fail"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(raw: &str) -> Mail {
        read(&Header::parse(raw.as_bytes()))
    }

    fn author(raw: &str) -> String {
        mail(raw).from.map(|a| format!("{}|{}", a.name, a.email)).unwrap_or_default()
    }

    #[test]
    fn whoever_stands_behind_a_list_wrote_it() {
        let group = "From: 'Ana Lee' via Sales <sales@us.example>\nList-ID: <sales.us.example>\n";
        let mailman = "From: Ana Lee via Users <users@lists.example>\nList-Post: <mailto:users@lists.example>\n";
        let cases = [
            (format!("{group}X-Original-From: Ana Lee <ana@acme.example>\nReply-To: other@x.example\n"), "Ana Lee|ana@acme.example"),
            (format!("{group}X-Original-Sender: ana@acme.example\n"), "Ana Lee|ana@acme.example"),
            (format!("{group}Reply-To: Ana <ana@acme.example>\n"), "Ana|ana@acme.example"),
            (format!("{mailman}Reply-To: users@lists.example, ana@acme.example\n"), "Ana Lee|ana@acme.example"),
            (group.to_owned(), "'Ana Lee' via Sales|sales@us.example"),
            ("From: Ana via DocuSend <x@sign.example>\nReply-To: ana@acme.example\n".into(), "Ana via DocuSend|x@sign.example"),
            (
                "From: CEO via X <x@evil.example>\nList-ID: <sales.us.example>\nReply-To: ceo@acme.example\n".into(),
                "CEO via X|x@evil.example",
            ),
            ("From: , a@x.example\nFrom: b@x.example\n".into(), "|a@x.example"),
            ("From: Mail System\n".into(), "Mail System|"),
            ("To: a@x.example\n".into(), ""),
        ];
        for (raw, want) in cases {
            assert_eq!(author(&raw), want, "{raw}");
        }
        assert_eq!(mail(&format!("{group}Reply-To: ana@acme.example\n")).reply_to, []);
    }

    #[test]
    fn only_the_topmost_verdict_counts() {
        let cases = [
            ("Authentication-Results: mx.us.example; spf=pass; dmarc=fail (p=NONE sp=NONE) header.from=acme.example\n", true),
            ("Authentication-Results: mx.us.example;\n dkim=fail; spf=fail;\n DMARC=Fail\n", true),
            ("Authentication-Results: mx.us.example; dmarc=pass\nAuthentication-Results: evil; dmarc=fail\n", false),
            ("Authentication-Results: mx; dmarc=none; spf=fail; dkim=fail\n", false),
            ("Authentication-Results: mx; (dmarc=fail; dmarc=fail) spf=pass\n", false),
            ("Authentication-Results: dmarc=fail\n", false),
            ("Authentication-Results: mx; spf=pass smtp.mailfrom=\"dmarc=fail\"\n", false),
            ("ARC-Authentication-Results: i=1; mx; dmarc=fail\n", false),
            ("Subject: dmarc=fail\n", false),
        ];
        for (raw, want) in cases {
            assert_eq!(mail(raw).suspect, want, "{raw}");
        }
    }
}
