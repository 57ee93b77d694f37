use std::{collections::BTreeSet, sync::Arc};

use jiff::{Timestamp, tz::TimeZone};
use rand::{Rng, SeedableRng, rngs::SmallRng};

use super::{GmailWorld, heads::Heads, mail::Source};
use crate::{google::GoogleClient, words::Vocabulary};

/// How much mail to generate. Texts are made when they are asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct GmailGenerate {
    /// Messages.
    pub messages: usize,
    /// Messages of a conversation.
    pub thread: usize,
    /// Of a hundred conversations so many are newsletters, that concern nobody.
    pub noise: usize,
    /// The time they spread over, in days before `until`.
    pub days: u32,
    /// When the newest message came in, nearly.
    pub until: Timestamp,
    /// The customers' mail domains; a conversation is with one of them, in turn.
    pub domains: Vec<String>,
    /// Paragraphs of each text, of some 35 words.
    pub paragraphs: usize,
}

impl GmailGenerate {
    /// So many messages over two years, with fifty customers `customer-00.example` and so on; four to a conversation, a third of them
    /// newsletters.
    pub fn new(messages: usize, until: Timestamp) -> Self {
        let domains = (0..50).map(|n| format!("customer-{n:02}.example")).collect();
        GmailGenerate { messages, thread: 4, noise: 33, days: 730, until, domains, paragraphs: 5 }
    }
}

/// Makes the messages of a spec.
pub(crate) struct Writer {
    spec: GmailGenerate,
    seed: u64,
    words: Vocabulary,
}

/// The mailbox of generated mail.
const MAILBOX: &str = "deals@generated.example";

impl Writer {
    fn random(&self, n: usize) -> SmallRng {
        SmallRng::seed_from_u64(self.seed.wrapping_mul(0x9e37_79b9).wrapping_add(n as u64))
    }

    /// When message n came in: evenly over the time.
    fn at(&self, n: usize) -> Timestamp {
        let span = i64::from(self.spec.days) * 86_400_000;
        let step = span / i64::try_from(self.spec.messages.max(1)).unwrap_or(1);
        let back = step.saturating_mul(i64::try_from(self.spec.messages - n).unwrap_or(0));
        Timestamp::from_millisecond(self.spec.until.as_millisecond().saturating_sub(back)).unwrap_or(self.spec.until)
    }

    fn conversation(&self, n: usize) -> usize {
        n / self.spec.thread.max(1)
    }

    fn noisy(&self, n: usize) -> bool {
        self.conversation(n) % 100 < self.spec.noise
    }

    /// Message n as RFC 5322 has it.
    pub(crate) fn raw(&self, n: usize) -> Vec<u8> {
        let (conversation, turn) = (self.conversation(n), n % self.spec.thread.max(1));
        let mut random = self.random(n);
        let domain = self.spec.domains.get(conversation % self.spec.domains.len().max(1)).map_or("customer.example", String::as_str);
        let mut title = self.random(conversation.wrapping_add(0xffff_ffff));
        let subject: Vec<&str> = (0..4).map(|_| self.words.word(&mut title)).collect();
        let id = |n: usize| format!("<gen-{n}@{domain}>");
        let noisy = self.noisy(n);
        let (from, to) = match (noisy, turn % 2) {
            (true, _) => ("News <news@letters.example>".to_owned(), MAILBOX.to_owned()),
            (false, 0) => (format!("Casey {conversation} <casey@{domain}>"), "Sam Seller <sam@generated.example>".to_owned()),
            (false, _) => ("Sam Seller <sam@generated.example>".to_owned(), format!("Casey {conversation} <casey@{domain}>")),
        };
        let date = self.at(n).to_zoned(TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S +0000").to_string();
        let re = if turn == 0 || noisy { "" } else { "Re: " };
        let mut out = format!("Delivered-To: {MAILBOX}\r\nFrom: {from}\r\nTo: {to}\r\n");
        if noisy {
            out.push_str("List-Id: <news.letters.example>\r\nList-Unsubscribe: <https://letters.example/u>\r\nPrecedence: bulk\r\n");
        } else {
            out.push_str(&format!("Cc: {MAILBOX}\r\n"));
        }
        out.push_str(&format!("Subject: {re}{}\r\nDate: {date}\r\nMessage-ID: {}\r\n", subject.join(" "), id(n)));
        if turn > 0 && !noisy {
            let first = n - turn;
            let references: Vec<String> = (first..n).map(id).collect();
            out.push_str(&format!("In-Reply-To: {}\r\nReferences: {}\r\n", id(n - 1), references.join(" ")));
        }
        out.push_str("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n");
        for _ in 0..self.spec.paragraphs.max(1) {
            let text = self.words.text(&mut random);
            let mut column = 0;
            for word in text.split(' ') {
                if column + word.len() > 72 {
                    out.push_str("\r\n");
                    column = 0;
                } else if column > 0 {
                    out.push(' ');
                    column += 1;
                }
                out.push_str(word);
                column += word.len();
            }
            out.push_str("\r\n\r\n");
        }
        out.into_bytes()
    }
}

impl GmailWorld {
    /// A mailbox of generated mail: the same seed and spec give the same bytes. Its app is `generated-client`, the secret
    /// `generated-secret`, its refresh token `generated-refresh`.
    pub fn generate(spec: &GmailGenerate, seed: u64) -> GmailWorld {
        let mut world = GmailWorld::new(MAILBOX);
        world.google.add_client(GoogleClient { id: "generated-client".into(), secret: "generated-secret".into() });
        world.google.add_refresh_token("generated-refresh", &["gmail.readonly"]);
        let words = Vocabulary::new(6_000, &mut SmallRng::seed_from_u64(seed));
        let writer = Arc::new(Writer { spec: spec.clone(), seed, words });
        let mut thread = 0;
        let mut random = SmallRng::seed_from_u64(seed);
        for n in 0..spec.messages {
            let at = writer.at(n);
            let millis = at.as_millisecond().saturating_add(random.random_range(0..1_000));
            let id = world.fresh(millis);
            if n % spec.thread.max(1) == 0 || writer.noisy(n) {
                thread = id;
            }
            let label = if writer.noisy(n) { "CATEGORY_PROMOTIONS" } else { "INBOX" };
            let heads = Heads::read(&writer.raw(n));
            let labels = BTreeSet::from([label.to_owned()]);
            world.file((id, thread), labels, millis, heads, Source::Generated(Arc::clone(&writer), n), at);
        }
        world
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_mail_is_sound_and_repeatable() {
        let until: Timestamp = "2026-11-20T00:00:00Z".parse().unwrap();
        let spec = GmailGenerate::new(600, until);
        let world = GmailWorld::generate(&spec, 3);
        let ids = world.messages();
        assert_eq!(ids.len(), 600);
        let mut last = i64::MIN;
        for id in &ids {
            let mail = world.find(id).unwrap();
            let raw = mail.raw();
            assert_eq!(mail.heads.size, raw.len());
            assert!(mail.at >= last && mail.at < until.as_millisecond() + 1_000);
            last = mail.at;
            let text = String::from_utf8(raw.to_vec()).unwrap();
            assert!(text.is_ascii() && text.lines().all(|l| l.len() < 998) && !text.replace("\r\n", "").contains('\n'));
        }
        let again = GmailWorld::generate(&spec, 3);
        assert_eq!((again.messages(), again.raw(&ids[7])), (ids.clone(), world.raw(&ids[7])));
        assert_ne!(GmailWorld::generate(&spec, 4).raw(&ids[7]), world.raw(&ids[7]));
        let noisy = ids.iter().filter(|id| world.labels_of(id).unwrap() == ["CATEGORY_PROMOTIONS"]).count();
        assert_eq!(noisy, 4 * (33 + 33), "of 150 conversations the first 33 of each hundred");
        assert_eq!(GmailWorld::generate(&GmailGenerate::new(0, until), 1).messages(), Vec::<String>::new());
    }
}
