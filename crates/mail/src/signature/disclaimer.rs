//! What companies put under every mail, and mail servers above it.

use std::ops::Range;

use super::Stretch;
use crate::words::Words;

/// Phrases of disclaimers; two of them in a paragraph of some length make one.
static PHRASES: Words = Words::of(&[
    "intended recipient|intended solely for|intended only for|intended for the|addressee|in error|this e-mail and any",
    "this email and any|this message and any|this communication and any|this e-mail message|this email message|contents of this email",
    "contents of this e-mail|privileged|confidential|unauthorised|unauthorized|disclosure|disseminat|notify the sender",
    "notify us immediately|delete this|delete the message|delete it from your system|viruses|virus|no liability|not accept liability",
    "registered in|registered office|company number|company no|views expressed|opinions expressed|strictly prohibited|legally binding",
    "privacy policy",
    "vertraulich|richtige adressat|richtigen adressat|richtige empfänger|irrtümlich|informieren sie bitte|absender|vernichten sie",
    "löschen sie|unbefugt|unerlaubt|nicht gestattet|rechtlich geschützt|bestimmungsgemäß|diese e-mail enthält|diese nachricht enthält",
    "geschäftsführer:|geschäftsführung:|amtsgericht|registergericht|hrb|sitz der gesellschaft|handelsregister|ust-id|vorstand:",
    "aufsichtsrat|datenschutz|firmenbuch",
    "ce message et|cet e-mail et|ce courriel et|ce message est|ce courriel est|confidentiel|destinataire|par erreur|expéditeur",
    "détruire|supprimer|toute utilisation|non autorisée|strictement interdite|pièces jointes|intention exclusive",
    "este mensaje|este correo|confidencial|destinatario|por error|notifíque|comuníque|elimíne|proceda a su|prohibid",
    "protección de datos|uso exclusivo|archivos adjuntos|ficheros adjuntos|datos personales",
]);

/// A single line of these is one.
static ALONE: Words = Words::of(&[
    "consider the environment|think before you print",
    "denken sie an die umwelt|an die umwelt, bevor",
    "pensez à l'environnement|pensez à l’environnement|avant d'imprimer",
    "antes de imprimir|piense en el medio ambiente",
    "registered in england|registered in ireland|registered in scotland",
    "you received this message because you are subscribed to the google groups|to unsubscribe from this group|scanned by|virus-free",
    "virenfrei|diese e-mail wurde von avast|this email has been checked for viruses|this email has been scanned",
    "this message has been scanned",
]);

/// Headings of disclaimers.
static HEADINGS: Words = Words::of(&[
    "confidentiality notice|confidentiality|confidentiality note|disclaimer|legal notice|legal disclaimer|important notice",
    "privacy notice|email disclaimer|e-mail disclaimer",
    "vertraulichkeitshinweis|haftungsausschluss|rechtlicher hinweis|wichtiger hinweis",
    "avis de confidentialité|mention de confidentialité|clause de confidentialité|avertissement",
    "aviso legal|aviso de confidencialidad|cláusula de confidencialidad",
]);

/// Banners of mail servers, and the rests of their lines where they are wrapped.
static BANNERS: Words = Words::of(&[
    "originated from outside|originated outside|came from outside|from an external sender|from an external source|[external]",
    "external email|external sender|this is an external|do not click|don't click links|links or attachments unless",
    "open attachments unless|recognize the sender|recognise the sender|content is safe|you don't often get email from",
    "you don’t often get email from|some people who received this message don't often get|learn why this is important",
    "learnaboutsenderidentification",
    "diese e-mail kommt von außerhalb|diese e-mail stammt von außerhalb|externe e-mail|externer absender",
    "sie erhalten nicht oft e-mails von|weitere informationen, warum dies wichtig ist|klicken sie nicht auf links",
    "provient de l'extérieur|provient d'un expéditeur externe|expéditeur externe|vous ne recevez pas souvent de courriers",
    "découvrez pourquoi cela est important",
    "correo externo|remitente externo|fuera de la organización|no suele recibir correos|por qué esto es importante",
]);

/// The whole of a paragraph is one.
pub(super) fn is_disclaimer(text: &str) -> bool {
    if text.len() > LONGEST || text.contains('?') {
        return false;
    }
    let lower = text.to_lowercase();
    let words = lower.split_whitespace().count();
    let hits = hits(&lower);
    let headed = HEADINGS.iter().any(|h| lower.trim_start_matches(['*', '_', '#', ' ']).starts_with(h));
    let short = words <= 40 && ALONE.any_in(&lower);
    short || (hits >= 2 && words >= 20) || (hits >= 3 && words >= 8) || (headed && hits >= 1 && words >= 8)
}

/// Bytes of a disclaimer.
const LONGEST: usize = 10_000;

fn hits(lower: &str) -> usize {
    PHRASES.iter().filter(|phrase| lower.contains(*phrase)).take(4).count()
}

/// A line of a banner.
pub(super) fn is_banner(text: &str) -> bool {
    if text.len() > 1_000 {
        return false;
    }
    let lower = text.to_lowercase();
    let plain = lower.trim_matches(|c: char| !c.is_alphanumeric());
    matches!(plain, "external" | "caution" | "warning" | "extern") || BANNERS.any_in(&lower)
}

/// The disclaimer that ends the text, its heading and its further paragraphs included.
pub(super) fn at_end(text: Stretch<'_>) -> Option<Range<usize>> {
    let last = text.last()?;
    let paragraph = text.paragraph_to(last);
    if let Some(start) = within(text, paragraph.clone()) {
        let mut range = start..text.end;
        if start == paragraph.start {
            while let Some(above) = text.before(range.start).map(|n| text.paragraph_to(n)).filter(|p| belongs(text, p)) {
                range.start = above.start;
            }
        }
        return Some(text.with_rule(range));
    }
    // A paragraph of a disclaimer that alone would not be one.
    let above = text.before(paragraph.start).map(|n| text.paragraph_to(n))?;
    let lower = text.joined(paragraph.clone()).to_lowercase();
    let goes_on = hits(&lower) >= 1 && !lower.contains('?') && lower.split_whitespace().count() >= 8;
    (goes_on && is_disclaimer(&text.joined(above))).then_some(paragraph.start..text.end)
}

/// Lines at the end of a paragraph that are one: signatures stand right above them.
fn within(text: Stretch<'_>, paragraph: Range<usize>) -> Option<usize> {
    const LINES: usize = 40;
    let first = paragraph.start.max(paragraph.end.saturating_sub(LINES));
    (first..paragraph.end).find(|n| {
        let lower = text.text(*n).to_lowercase();
        let begins = hits(&lower) >= 1 || ALONE.any_in(&lower) || is_heading(&lower);
        begins && is_disclaimer(&text.joined(*n..paragraph.end))
    })
}

fn is_heading(lower: &str) -> bool {
    HEADINGS.has(lower.trim_matches(|c: char| !c.is_alphanumeric()))
}

/// A paragraph above a disclaimer that is its heading or its beginning.
fn belongs(text: Stretch<'_>, paragraph: &Range<usize>) -> bool {
    let lower = text.joined(paragraph.clone()).to_lowercase();
    is_heading(&lower) || is_disclaimer(&lower)
}
