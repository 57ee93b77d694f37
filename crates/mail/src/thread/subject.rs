//! What a subject is about, apart from the marks of replies and forwards.

/// What mail programs put before the subject of a reply, in lower case. `vs` is a reply in Finnish and a forward in Danish and Norwegian.
const REPLY: &[&str] = &[
    "re",
    "aw",
    "antw",
    "antwort",
    "sv",
    "vs",
    "r",
    "rif",
    "res",
    "réf",
    "odp",
    "ynt",
    "odg",
    "απ",
    "σχετ",
    "vá",
    "bls",
    "atb",
    "ats",
    "отв",
    "ответ",
    "השב",
    "رد",
    "答复",
    "答覆",
    "回复",
    "回覆",
    "返信",
    "회신",
    "답장",
    "trả lời",
    "reply",
    "svar",
    "vastaus",
];

/// The same for forwards.
const FORWARD: &[&str] = &[
    "fw",
    "fwd",
    "forward",
    "wg",
    "vb",
    "vs",
    "vl",
    "tr",
    "rv",
    "i",
    "enc",
    "doorst",
    "pd",
    "i̇lt",
    "ilt",
    "πρθ",
    "továbbítás",
    "trs",
    "yml",
    "пересл",
    "הועבר",
    "إعادة توجيه",
    "转发",
    "轉寄",
    "轉發",
    "転送",
    "전달",
    "weitergeleitet",
    "videresendt",
    "vidarebefordrat",
];

/// Marks of gateways that say nothing about the mail: `EXTERNAL: Offer`.
const MARK: &[&str] = &["external", "extern", "externe", "ext"];

/// The longest is `trả lời` with its counter.
const PREFIX: usize = 24;
/// A list's name or a gateway's mark; what is longer in brackets is part of the subject.
const TAG: usize = 60;
/// Prefixes are looked for that often: `Re: Re: Re: ..` comes from programs that do not know each other's.
const DEEP: usize = 200;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Reply,
    Forward,
    /// `vs`.
    Either,
    /// Neither: a list's tag, a gateway's mark.
    Other,
}

/// The subject without the prefixes of replies and forwards, in the usual languages, repeated, counted (`Re[2]:`) and in brackets
/// (`[Fwd: Offer]`), and without the tags of lists (`[sales]`) before it. What would be stripped to nothing stays: a subject that is only a tag,
/// and one that is only a prefix.
pub fn base_subject(subject: &str) -> &str {
    let mut rest = subject.trim();
    for _ in 0..DEEP {
        match step(rest) {
            Some((_, next)) if !next.is_empty() => rest = next,
            _ => break,
        }
    }
    rest
}

/// Whether the subject begins as that of a reply does: its first prefix is one, tags aside.
pub fn is_reply(subject: &str) -> bool {
    matches!(first(subject), Some(Mark::Reply | Mark::Either))
}

/// The same for a forward.
pub fn is_forward(subject: &str) -> bool {
    matches!(first(subject), Some(Mark::Forward | Mark::Either))
}

fn first(subject: &str) -> Option<Mark> {
    let mut rest = subject.trim();
    for _ in 0..DEEP {
        let (mark, next) = step(rest)?;
        if mark != Mark::Other {
            return Some(mark);
        }
        rest = next;
    }
    None
}

/// The subject's base for comparing: its words in lower case with one space between them; empty if it is about nothing (`(no subject)`).
pub fn subject_key(subject: &str) -> String {
    let mut key = String::new();
    for word in base_subject(subject).split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()) {
        if !key.is_empty() {
            key.push(' ');
        }
        key.extend(word.chars().flat_map(char::to_lowercase));
    }
    // A prefix without a subject; what programs show where there is none.
    let nothing =
        ["no subject", "kein betreff", "sans objet", "aucun objet", "sin asunto", "nessun oggetto", "geen onderwerp", "sem assunto"];
    if nothing.contains(&key.as_str()) || kind(&key).is_some() { String::new() } else { key }
}

/// The first mark of a subject and what follows it.
fn step(subject: &str) -> Option<(Mark, &str)> {
    let subject = subject.trim();
    // RFC 5256, 2.1: `Offer (fwd)`, `[Fwd: Offer]`.
    if let Some(inner) = subject.strip_suffix("(fwd)") {
        return Some((Mark::Forward, inner.trim_end()));
    }
    if let Some(rest) = subject.strip_prefix('[') {
        if let Some((mark, inner)) = rest.strip_suffix(']').and_then(prefix).filter(|(m, _)| *m != Mark::Other) {
            return Some((mark, inner.trim_end()));
        }
        let (tag, after) = rest.split_once(']')?;
        let plain = tag.chars().count() <= TAG && !tag.contains('[');
        return plain.then(|| (Mark::Other, after.trim_start()));
    }
    prefix(subject)
}

/// A word of the lists, a counter perhaps, and a colon.
fn prefix(subject: &str) -> Option<(Mark, &str)> {
    let (at, colon) = subject.char_indices().take(PREFIX).find(|(_, c)| matches!(c, ':' | '：' | '﹕' | '︰' | '꞉'))?;
    let (word, rest) = subject.split_at(at);
    let mark = kind(counted(word))?;
    Some((mark, rest.strip_prefix(colon)?.trim_start()))
}

/// Without its counter: `Re[2]`, `RE (3)`, `Re^4`, `Re*5`, `Re 2`, and the full stop of `Antw.`
fn counted(word: &str) -> &str {
    let end = |c: char| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '[' | ']' | '(' | ')' | '^' | '*' | '.');
    word.trim_end_matches(end).trim_start()
}

fn kind(word: &str) -> Option<Mark> {
    let word = word.to_lowercase();
    let word = word.as_str();
    match (REPLY.contains(&word), FORWARD.contains(&word)) {
        (true, true) => Some(Mark::Either),
        (true, false) => Some(Mark::Reply),
        (false, true) => Some(Mark::Forward),
        (false, false) => MARK.contains(&word).then_some(Mark::Other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_of_all_languages() {
        let replies = "Re: RE: re: RE[2]: Re(3): RE^4: Re*5: Re2: AW: SV: VS: R: Rif: RES: Antw: Antw.: Odp: YNT: ODG: ΑΠ: Απ: ΣΧΕΤ: Réf: Vá: BLS: ATB: השב: رد: 答复: 回复： 回覆: 返信： 답장:";
        for prefix in replies.split_whitespace() {
            for subject in
                [format!("{prefix} Offer for Acme"), format!("{prefix}Offer for Acme"), format!("[sales] {prefix} Offer for Acme")]
            {
                assert_eq!(base_subject(&subject), "Offer for Acme", "{subject}");
                assert!(is_reply(&subject), "{subject}");
                assert!(!is_forward(&subject) || prefix == "VS:", "{subject}");
            }
        }
        let forwards = "Fwd: FW: Fw: WG: VB: TR: RV: I: ENC: Doorst: PD: İLT: ilt: ΠΡΘ: VL: VS: TRS: הועבר: 转发： 轉寄: 転送:";
        for prefix in forwards.split_whitespace() {
            let subject = format!("{prefix} Offer for Acme");
            assert_eq!(base_subject(&subject), "Offer for Acme", "{subject}");
            assert!(is_forward(&subject), "{subject}");
            assert!(!is_reply(&subject) || prefix == "VS:", "{subject}");
        }
    }

    #[test]
    fn bases() {
        for (subject, base) in [
            ("Offer for Acme", "Offer for Acme"),
            ("  Re :  Offer ", "Offer"),
            ("Re\u{a0}: Offer", "Offer"),
            ("Re: AW: Re[2]: Fwd: Offer", "Offer"),
            ("RE: [EXTERNAL] Re: Offer", "Offer"),
            ("EXTERNAL: RE: Offer", "Offer"),
            ("[sales] [EXT] Re: [sales] Offer", "Offer"),
            ("[Fwd: Offer]", "Offer"),
            ("Re: [Fwd: Re: Offer]", "Offer"),
            ("[Fwd: [sales] Offer]", "Offer"),
            ("Offer (fwd)", "Offer"),
            ("إعادة توجيه: Offer", "Offer"),
            ("Trả lời: Offer", "Offer"),
            ("[urgent]", "[urgent]"),
            ("Re: [urgent]", "[urgent]"),
            ("[a] [b]", "[b]"),
            ("Re:", "Re:"),
            ("Re: Re:", "Re:"),
            ("", ""),
            ("  ", ""),
            ("(no subject)", "(no subject)"),
            ("Re: (no subject)", "(no subject)"),
            // Words that are none of the marks.
            ("Report: Q3", "Report: Q3"),
            ("Pre: x", "Pre: x"),
            ("Re Offer", "Re Offer"),
            ("Regarding: Offer", "Regarding: Offer"),
            ("1:1 with Jo", "1:1 with Jo"),
            ("[unclosed Offer", "[unclosed Offer"),
            ("Acme: Re: Offer", "Acme: Re: Offer"),
            (": x", ": x"),
            ("[i]:[ ]", "["),
        ] {
            assert_eq!(base_subject(subject), base, "{subject}");
        }
        let long = format!("[{}] Offer", "x".repeat(61));
        assert_eq!(base_subject(&long), long);
    }

    #[test]
    fn the_outermost_mark_tells() {
        assert!(is_reply("Re: Fwd: Offer") && !is_forward("Re: Fwd: Offer"));
        assert!(is_forward("[list] Fwd: Re: Offer") && !is_reply("[list] Fwd: Re: Offer"));
        assert!(is_forward("[Fwd: Offer]") && is_forward("Offer (fwd)"));
        for none in ["", "Offer", "[Re] Offer", "Re", ":", "EXTERNAL: Offer", "[a][b]"] {
            assert!(!is_reply(none) && !is_forward(none), "{none}");
        }
    }

    #[test]
    fn keys() {
        assert_eq!(subject_key("Re: Offer — for ACME!"), "offer for acme");
        assert_eq!(subject_key("回复：报价 2024"), "报价 2024");
        for nothing in ["", "Re:", "Fwd: Re:", "Re: (no subject)", "(Kein Betreff)", "...", "AW: ---"] {
            assert_eq!(subject_key(nothing), "", "{nothing}");
        }
    }

    #[test]
    fn a_thousand_prefixes() {
        let many = format!("{}Offer", "Re: ".repeat(100_000));
        assert!(base_subject(&many).ends_with("Offer"));
        assert!(is_reply(&many));
        assert_eq!(base_subject(&"[".repeat(100_000)).len(), 100_000);
        assert!(!is_reply(&"[a]".repeat(100_000)));
    }
}
