//! "Sent from my phone".

use crate::words::Words;

/// Programs and devices that name themselves.
static BRANDS: Words = Words::of(&[
    "iphone|ipad|ipod|android|samsung|galaxy|blackberry|outlook|gmail|yahoo|huawei|xiaomi|pixel|gmx|web.de|proton|superhuman|nokia",
    "motorola|oneplus|airmail|aol|windows|boxer|spike|mailspring|fairphone|nine|workmail|front|hey.com|mac|apple watch",
]);

/// Other words for what one sends from.
static DEVICES: Words = Words::of(&[
    "phone|mobile|smartphone|tablet|cell|mail",
    "handy|mobiltelefon|telefon|téléphone|móvil|celular|cellulare|telefone|telemóvel|telefoon|mobil|puhelimesta|telefonu|телефона|携帯",
    "手机|手機|휴대폰|device|watch|computer|laptop|app",
]);

/// Beginnings, and whether any device may follow or only one that names itself.
const BEGINNINGS: &[(&str, bool)] = &[
    ("sent from my ", true),
    ("sent from a ", true),
    ("sent from mobile", true),
    ("sent from mail for windows", true),
    ("sent from ", false),
    ("sent via ", false),
    ("sent with ", false),
    ("sent using ", false),
    ("get outlook for ", false),
    ("get bluemail", true),
    ("von meinem ", true),
    ("gesendet von meinem ", true),
    ("gesendet von ", false),
    ("gesendet mit ", false),
    ("diese nachricht wurde von meinem ", true),
    ("holen sie sich outlook", false),
    ("outlook für ", false),
    ("outlook for ", false),
    ("baixe o outlook ", false),
    ("skaffa outlook ", false),
    ("pobierz aplikację outlook", false),
    ("скачать outlook ", false),
    ("outlook для ", false),
    ("获取 outlook ", false),
    ("取得 outlook ", false),
    ("envoyé de mon ", true),
    ("envoyé depuis mon ", true),
    ("envoyé depuis ", false),
    ("envoyé à partir de ", false),
    ("télécharger outlook pour ", false),
    ("obtenir outlook pour ", false),
    ("obtenez outlook pour ", false),
    ("enviado desde mi ", true),
    ("enviado desde ", false),
    ("obtener outlook para ", false),
    ("enviado do meu ", true),
    ("enviado a partir do meu ", true),
    ("enviado de ", false),
    ("enviado do ", false),
    ("obter o outlook para ", false),
    ("inviato da ", false),
    ("inviato dal mio ", true),
    ("scarica outlook per ", false),
    ("ottieni outlook per ", false),
    ("verzonden vanaf mijn ", true),
    ("verstuurd vanaf mijn ", true),
    ("verzonden vanaf ", false),
    ("verzonden met ", false),
    ("outlook voor ", false),
    ("skickat från min ", true),
    ("skickat från ", false),
    ("hämta outlook för ", false),
    ("sendt fra min ", true),
    ("sendt fra ", false),
    ("hent outlook til ", false),
    ("få outlook for ", false),
    ("lähetetty ", false),
    ("hanki outlook ", false),
    ("wysłane z ", false),
    ("wysłano z ", false),
    ("pobierz outlook", false),
    ("odesláno z ", false),
    ("posláno z ", false),
    ("získat outlook ", false),
    ("отправлено с ", false),
    ("отправлено из ", false),
    ("发自我的", false),
    ("发自", false),
    ("寄件自我的", false),
    ("傳送自我的", false),
];

/// Endings, where the device stands before the verb.
static ENDINGS: Words =
    Words::of(&[" gesendet| geschickt|gönderildi|から送信|から送信されました|发送|傳送|에서 보냄|에서 보냈습니다|에서 발송|发送的"]);

/// All of the line says what it was sent from.
pub(super) fn is_sent_from(text: &str) -> bool {
    if text.len() > 200 || text.is_empty() {
        return false;
    }
    let lower = text.to_lowercase();
    // A link of the client: `Outlook for iOS<https://…>`.
    let plain = lower.split(['<', '(']).next().unwrap_or_default().trim().trim_matches(['*', '_', '-', '.', ' ', '[', ']']);
    if plain.split_whitespace().count() > 12 || plain.contains('?') {
        return false;
    }
    const EXCUSES: [&str; 6] = ["excuse", "typo", "brevity", "brief", "tippfehler", "kürze"];
    let short = |rest: &str| rest.split_whitespace().count() <= 6 || EXCUSES.iter().any(|e| rest.contains(e));
    let begins = BEGINNINGS.iter().any(|(beginning, any)| {
        plain.strip_prefix(beginning).is_some_and(|rest| {
            let whole = rest.is_empty() || beginning.contains("bluemail") || beginning.contains("windows") || beginning.contains("outlook");
            short(rest) && (whole || BRANDS.any_in(rest) || (*any && DEVICES.any_in(rest)))
        })
    });
    let ends = ENDINGS
        .iter()
        .any(|ending| plain.strip_suffix(ending).is_some_and(|rest| BRANDS.any_in(rest) && rest.split_whitespace().count() <= 5));
    begins || ends
}
