//! Until when somebody is away, as their automatic reply says.

use std::sync::LazyLock;

use jiff::{
    Timestamp, ToSpan as _,
    civil::{Date, Weekday},
    tz::Offset,
};
use regex::Regex;

/// Characters of a reply that are looked at: what people write stands first, what companies add follows.
const LOOKED_AT: usize = 4_000;
/// Days that a date without a year may lie before the mail: then it is this year's and past, else next year's.
const PAST: i64 = 60;
/// The longest absence that is believed, in days: parental leave.
const LONGEST: i64 = 800;

/// What stands before the date of the end or of the return. Only Americans write the month first, so English is told apart.
static BEFORE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let english = r"\b(?:until|till|through|thru|back|return(?:ing|s)?|available again|reachable again|out of (?:the )?office (?:from|between) [^.\n]{1,40}? (?:to|and))\b";
    let others = [
        // German, French, Spanish.
        r"\b(?:bis|zurück|wieder|ab dem|ab)\b",
        r"\bjusqu['’](?:au|à|en)\b|\bde retour\b|\bà (?:partir|compter) du\b|\b(?:reviens|reviendrai|rentre|rentrerai|reprendrai)\b",
        r"\bhasta\b|\bde (?:vuelta|regreso)\b|\ba partir del?\b|\b(?:vuelvo|volveré|regreso|regresaré|reincorporo|reincorporaré)\b",
        // Italian, Portuguese, Dutch, the languages of the north.
        r"\bfino (?:al?|all['’])\b|\b(?:rientro|rientrerò|tornerò|di ritorno|a partire dal)\b",
        r"\b(?:até|de volta|voltarei|retornarei|retorno)\b",
        r"\b(?:tot(?: en met)?|t/m|terug|weer|vanaf)\b",
        r"\b(?:till?(?: och med| og med)?|t\.?o\.?m\.?|tillbaka|tilbage|tilbake|åter|från och med|fra og med)(?:\b|\s)",
    ];
    Regex::new(&format!("(?P<english>{english})|{}", others.join("|"))).ok()
});

/// The day that a reply names as the end of an absence, or as that of the return: as it is named. `sent` is when the reply was sent: a date
/// without a year, and a day of the week, is the next one from then. Dates that are past or far ahead count for nothing.
pub fn until(text: &str, sent: Timestamp) -> Option<Date> {
    let sent = Offset::UTC.to_datetime(sent).date();
    let text: String = text.chars().take(LOOKED_AT).collect::<String>().to_lowercase();
    // Quoted lines are the mail that was answered.
    let own: Vec<&str> = text.lines().filter(|l| !l.starts_with('>')).collect();
    let text = own.join("\n");
    let found = BEFORE.as_ref()?.captures_iter(&text).find_map(|m| {
        let end = m.get(0)?.end();
        read(text.get(end..).unwrap_or_default(), m.name("english").is_some(), sent)
    });
    found.filter(|date| *date >= sent && sent.until(*date).is_ok_and(|s| i64::from(s.get_days()) <= LONGEST))
}

/// Words that may stand between such words and a date, and in it.
const BETWEEN: &str = " on the of and from in at to office work including incl inclusive approximately around about end day date am im dem den der zum \
    einschließlich einschliesslich inklusive inkl voraussichtlich einschl büro mit erreichbar persönlich ab vom und le la au du bureau inclus dès \
    partir à compter el de del día la oficina incluido a partir en sede trabajo again my our il al dal giorno ufficio compreso o do no em dia escritório \
    inclusive na het kantoor op met t en dag och og med kontoret igen på jeg jag er är ";

fn read(text: &str, english: bool, sent: Date) -> Option<Date> {
    let (mut day, mut month, mut year, mut weekday, mut certain) = (None, None, None, None, false);
    for token in text.split_whitespace().take(12) {
        let ends = token.ends_with(['!', ';', ')', '?']);
        let word = token.trim_matches(|c: char| !c.is_alphanumeric());
        if word.is_empty() || (day.is_none() && word.contains(':')) {
            continue;
        }
        if let Some(date) = numeric(word, english, sent) {
            return Some(date);
        }
        let digits = word.trim_end_matches(|c: char| !c.is_ascii_digit());
        let suffix = word.strip_prefix(digits).unwrap_or_default();
        let ordinal = matches!(suffix, "" | "st" | "nd" | "rd" | "th" | "er" | "e" | "º" | "." | "ten");
        match digits.parse::<i16>() {
            Ok(n) if ordinal && (1..=31).contains(&n) && day.is_none() => {
                (day, certain) = (i8::try_from(n).ok(), certain || !suffix.is_empty() || token.contains('.'));
            }
            Ok(n) if suffix.is_empty() && (1990..=2200).contains(&n) && day.is_some() && month.is_some() => {
                year = Some(n);
                break;
            }
            _ if month.is_none() && month_word(word).is_some() => month = month_word(word),
            _ if weekday.is_none() && day.is_none() && weekday_word(word).is_some() => weekday = weekday_word(word),
            _ if BETWEEN.contains(&format!(" {word} ")) => {}
            _ => break,
        }
        if ends {
            break;
        }
    }
    match (day, month, weekday) {
        (Some(d), Some(m), _) => with_year(d, m, year, sent),
        (Some(d), None, _) if certain => {
            let this = sent.with().day(d).build().ok().filter(|date| *date >= sent);
            this.or_else(|| sent.first_of_month().checked_add(1.month()).ok()?.with().day(d).build().ok())
        }
        (None, None, Some(w)) => sent.nth_weekday(1, w).ok(),
        _ => None,
    }
}

/// `18.03.2024`, `18.3.`, `2024-03-18`, `18/03/2024`. Of two meanings (English: `03/04`) the next one.
fn numeric(word: &str, english: bool, sent: Date) -> Option<Date> {
    let parts: Vec<&str> = word.split(['.', '/', '-']).filter(|p| !p.is_empty()).collect();
    if !(2..=3).contains(&parts.len()) || !parts.iter().all(|p| p.len() <= 4 && p.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let numbers: Vec<i16> = parts.iter().filter_map(|p| p.parse().ok()).collect();
    let small = |n: &i16| i8::try_from(*n).ok();
    match numbers.as_slice() {
        [y, m, d] if *y > 1000 => with_year(small(d)?, small(m)?, Some(*y), sent),
        [a, b, rest @ ..] => {
            let year = rest.first().map(|y| if *y < 100 { 2000 + y } else { *y });
            let day_first = with_year(small(a)?, small(b)?, year, sent);
            let month_first = with_year(small(b)?, small(a)?, year, sent).filter(|_| english && word.contains('/'));
            match (day_first, month_first) {
                (Some(x), Some(y)) if x >= sent && y >= sent => Some(x.min(y)),
                (Some(x), Some(y)) => Some(x.max(y)),
                (x, y) => x.or(y),
            }
        }
        _ => None,
    }
}

fn with_year(day: i8, month: i8, year: Option<i16>, sent: Date) -> Option<Date> {
    if let Some(year) = year {
        return Date::new(year, month, day).ok();
    }
    // The 29th of February may have to wait.
    let this = Date::new(sent.year(), month, day).ok().filter(|date| date.until(sent).is_ok_and(|s| i64::from(s.get_days()) <= PAST));
    this.or_else(|| Date::new(sent.year() + 1, month, day).ok())
}

fn month_word(word: &str) -> Option<i8> {
    let months = [
        " january jan januar jän jänner janvier janv enero ene gennaio gen janeiro januari ",
        " february feb februar février fevrier févr fév febrero febbraio fevereiro fev februari ",
        " march mar märz maerz mär mrz mars marzo março maart mrt marts ",
        " april apr avril avr abril abr aprile ",
        " may mai mayo maggio mag maio mei maj ",
        " june jun juni juin junio giugno giu junho ",
        " july jul juli juillet juil julio luglio lug julho ",
        " august aug août aout agosto ago augustus augusti ",
        " september sep sept septembre septiembre setiembre settembre set setembro ",
        " october oct oktober okt octobre octubre ottobre ott outubro out ",
        " november nov novembre noviembre novembro ",
        " december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro desember des ",
    ];
    let at = months.iter().position(|all| all.contains(&format!(" {word} ")))?;
    i8::try_from(at + 1).ok()
}

fn weekday_word(word: &str) -> Option<Weekday> {
    let days = [
        " monday mon montag lundi lunes lunedì segunda segunda-feira maandag måndag mandag ",
        " tuesday tue tues dienstag mardi martes martedì terça terça-feira dinsdag tisdag tirsdag ",
        " wednesday wed mittwoch mercredi miércoles miercoles mercoledì quarta quarta-feira woensdag onsdag ",
        " thursday thu thur thurs donnerstag jeudi jueves giovedì quinta quinta-feira donderdag torsdag ",
        " friday fri freitag vendredi viernes venerdì sexta sexta-feira vrijdag fredag ",
        " saturday sat samstag sonnabend samedi sábado sabado sabato zaterdag lördag lørdag ",
        " sunday sun sonntag dimanche domingo domenica zondag söndag søndag ",
    ];
    let at = days.iter().position(|all| all.contains(&format!(" {word} ")))?;
    Weekday::from_monday_zero_offset(i8::try_from(at).ok()?).ok()
}

#[cfg(test)]
#[path = "absence_tests.rs"]
mod tests;
