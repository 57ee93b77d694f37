//! Secrets that the word before them gives away.

use std::sync::LazyLock;

use super::{
    super::{hit::Hit, pattern::Pattern},
    push,
};

const WORD: &str = r"(?:pass(?:word|wd|phrase|code)?|pwd|kennwort|passwort|mot de passe|contraseña|secret|token|api[ _-]?key|apikey|access[ _-]?key(?:[ _-]?(?:id|secret))?|private[ _-]?key|client[ _-]?secret|secret[ _-]?(?:access[ _-]?)?key|signing[ _-]?(?:key|secret)|credentials?|auth[ _-]?(?:key|token)|account[ _-]?key|connection[ _-]?string|sharedaccesskey|accountkey|otp|pin code|recovery code)";

/// The word, what joins, the value.
pub(in super::super) static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    vec![
        Pattern::new(&format!(
            r#"(?i)(?:^|[^0-9a-z])(?:[a-z0-9]{{1,32}}[_.-]){{0,4}}({WORD})["'`*]{{0,2}}\s{{0,3}}(=|:|=>|:=|\bis\b|\bwas\b|\bto\b)\s{{0,3}}["'`*]{{0,2}}([^\s"'`<>,;\x{{E000}}]{{4,}})"#
        )),
        Pattern::new(&format!(r#"(?i)\b{WORD}\b[^\n\x{{E000}}]{{0,40}}?[\s"'`:=(]([0-9A-Za-z+/_=.-]{{20,}})"#)),
    ]
});

/// Values that say something about a secret, and are none.
const NO_VALUES: &[&str] = &[
    "required",
    "reset",
    "optional",
    "expired",
    "policy",
    "protected",
    "none",
    "null",
    "true",
    "false",
    "see",
    "same",
    "here",
    "below",
    "attached",
    "incorrect",
    "wrong",
    "invalid",
    "changed",
    "unchanged",
    "missing",
    "needed",
    "undefined",
    "string",
    "redacted",
    "hidden",
    "your",
    "this",
    "that",
    "they",
    "then",
    "with",
    "what",
    "when",
    "where",
    "which",
    "there",
    "their",
    "only",
    "still",
    "just",
    "being",
    "used",
    "sent",
    "shared",
    "stored",
    "encrypted",
    "hashed",
    "rotated",
    "revoked",
    "available",
    "enabled",
    "disabled",
    "access",
    "allow",
    "please",
    "safe",
    "secure",
];

pub(super) fn find(text: &str, out: &mut Vec<Hit>) {
    let [assigned, near] = PATTERNS.as_slice() else { return };
    for c in assigned.all(text) {
        let (Some(word), Some(joint), Some(value)) = (c.get(1), c.get(2), c.get(3)) else { continue };
        let name = value.as_str().trim_end_matches(['.', '!', '?', ')', ']', '}', '*', ':']);
        if is_value(&word.as_str().to_lowercase(), &joint.as_str().to_lowercase(), name, text.get(value.end()..).unwrap_or_default()) {
            push(text, value.start()..value.start() + name.len(), out);
        }
    }
    for value in near.all(text).filter_map(|c| c.get(1)) {
        let name = value.as_str().trim_end_matches(['.', '-', '=']);
        let (digits, letters) = (name.bytes().any(|b| b.is_ascii_digit()), name.bytes().any(|b| b.is_ascii_alphabetic()));
        if digits && letters && !name.contains("://") && entropy(name) >= 3.3 {
            push(text, value.start()..value.start() + value.as_str().trim_end_matches(['.', '-']).len(), out);
        }
    }
}

fn is_value(word: &str, joint: &str, value: &str, rest: &str) -> bool {
    let placeholder = value.starts_with(['$', '{', '[', '(', '<', '%']) && value.ends_with(['}', ')', ']', '>', '%'])
        || value.starts_with("${")
        || value.starts_with('$') && value.bytes().all(|b| b.is_ascii_uppercase() || matches!(b, b'$' | b'_'))
        || value.chars().all(|c| matches!(c, '*' | 'x' | 'X' | '.' | '•' | '_' | '-'));
    if value.chars().count() < 4 || placeholder || NO_VALUES.contains(&value.to_lowercase().as_str()) {
        return false;
    }
    let digit = value.chars().any(|c| c.is_ascii_digit());
    let inner_capital = value.chars().skip(1).any(char::is_uppercase) && value.chars().any(char::is_lowercase);
    let symbol = value.chars().any(|c| "!@#$%^&*+=?~|".contains(c));
    let random = digit && value.chars().any(char::is_alphabetic) || inner_capital || symbol;
    let password = word.starts_with("pass") || matches!(word, "pwd" | "kennwort" | "mot de passe" | "contraseña");
    let last = rest.trim_start_matches(['"', '\'', '`', '.', ' ', '*', ')']).chars().next().is_none_or(|c| matches!(c, '\n' | ',' | ';'));
    match joint {
        "=" | ":=" | "=>" => true,
        // A word that ends its line after "password:" is one; "token: expired soon" is not.
        ":" => {
            random
                || password && last
                || digit && value.len() >= 6 && (password || word.contains("key") || word.contains("secret") || word == "token")
        }
        _ => random || password && digit,
    }
}

/// Shannon's entropy in bits per character.
fn entropy(value: &str) -> f64 {
    let mut counts = [0_u32; 256];
    value.bytes().for_each(|b| {
        if let Some(n) = counts.get_mut(usize::from(b)) {
            *n += 1;
        }
    });
    let all = value.len() as f64;
    counts.iter().filter(|n| **n > 0).map(|n| f64::from(*n) / all).map(|p| -p * p.log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::{super::super::hit::tests::found, *};

    #[test]
    fn values_behind_their_words() {
        for (text, want) in [
            ("password=hunter2", "hunter2"),
            ("Password: correcthorse", "correcthorse"),
            ("DB_PASSWORD = 'p4ss word'", "p4ss"),
            ("the password is Tr0ub4dor&3.", "Tr0ub4dor&3"),
            ("\"api_key\": \"abc123def456\"", "abc123def456"),
            ("GONG_ACCESS_KEY_SECRET=abcd", "abcd"),
            ("client_secret: Zm9vYmFy1", "Zm9vYmFy1"),
            ("my token (the new one) 0a1b2c3d4e5f6a7b8c9d0e1f", "0a1b2c3d4e5f6a7b8c9d0e1f"),
            ("passwort: geheim99", "geheim99"),
            ("use pass＝hunter22 now", "hunter22"),
        ] {
            assert_eq!(found(find, text).first().map(String::as_str), Some(want), "{text}");
        }
    }

    #[test]
    fn talk_about_secrets_is_left_alone() {
        for text in [
            "password: required",
            "The password is expired",
            "token: the new one",
            "secret to success",
            "password=${DB_PASSWORD}",
            "password: ****",
            "api key is available in settings",
            "password reset",
            "compass: north",
            "The token was rotated",
            "password: see below",
            "pin: 1234",
            "a token of appreciation from the internationalization",
            "key: value",
            "tokens is 15000",
            "the secret is out",
        ] {
            assert!(found(find, text).is_empty(), "{text}: {:?}", found(find, text));
        }
        found(find, &"password ".repeat(20_000));
        found(find, &"password=".repeat(20_000));
        assert!(entropy("aaaa") < 0.1 && entropy("0a1b2c3d4e5f6a7b8c9d") > 3.3);
    }
}
