//! The words that mail programs put around quotes, by language.

use crate::words::Words;

/// A field of a mail's header, as programs repeat it above what they quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    From,
    Sent,
    To,
    Copy,
    Subject,
    Other,
}

/// Names of fields in lower case: English, German, French, Spanish, Italian, Portuguese, Dutch, Swedish, Danish, Norwegian, Finnish, Polish,
/// Czech, Russian, Turkish, Japanese, Chinese, Korean.
pub(super) static FIELDS: [(Field, Words); 6] = [
    (
        Field::From,
        Words::of(&[
            "from|von|absender|de|expéditeur|remitente|da|mittente|remetente|van|afzender|från|avsändare|fra|avsender|afsender",
            "lähettäjä|od|nadawca|odesílatel|от|от кого|отправитель|kimden|gönderen|差出人|送信者|送信元|发件人|寄件者|寄件人|보낸 사람|보낸사람|보낸이|发送者",
        ]),
    ),
    (
        Field::Sent,
        Words::of(&[
            "sent|date|sent on|date sent|gesendet|gesendet am|datum|envoyé|envoyé le|date d'envoi|enviado|enviado el|enviado em",
            "enviada|enviada em|fecha|fecha de envío|data|inviato|data invio|verzonden|verzonden op|skickat|sendt|dato|lähetetty",
            "päivämäärä|päiväys|wysłano|wysłane|odesláno|posláno|отправлено|дата|gönderildi|gönderilme tarihi|gönderme tarihi|tarih",
            "送信日時|日時|日付|发送时间|发送日期|日期|时间|傳送時間|傳送日期|寄件日期|보낸 날짜|보낸 시간|날짜",
        ]),
    ),
    (
        Field::To,
        Words::of(&[
            "to|an|empfänger|à|destinataire|para|destinatario|a|aan|till|til|vastaanottaja|do|komu|кому|получатель|kime|alıcı|宛先|收件人",
            "收件者|받는 사람|받는사람",
        ]),
    ),
    (Field::Copy, Words::of(&["cc|bcc|kopie|kopie an|kopia|copie à|kopi|kopio|dw|copia|копия|bilgi|抄送|副本|참조|c.c."])),
    (
        Field::Subject,
        Words::of(&[
            "subject|betreff|objet|asunto|oggetto|assunto|onderwerp|ämne|emne|aihe|temat|předmět|тема|konu|件名|主题|主旨|標題|제목",
        ]),
    ),
    (
        Field::Other,
        Words::of(&[
            "reply-to|reply to|antwort an|répondre à|importance|priority|priorität|wichtigkeit|attachments|attachment|anlagen|anhänge",
            "pièces jointes|datos adjuntos|allegati|anexos|bijlagen|bilagor|sensitivity|organisation|organization|重要度|添付ファイル|附件",
        ]),
    ),
];

/// "Original message", as it stands between rules.
pub(super) static ORIGINAL: Words = Words::of(&[
    "original message|original appointment|original e-mail|reply message|replied message",
    "ursprüngliche nachricht|originalnachricht|original-nachricht|ursprünglicher termin",
    "message d'origine|message original|message initial",
    "mensaje original",
    "messaggio originale|messaggio original",
    "mensagem original",
    "oorspronkelijk bericht|oorspronkelijke bericht",
    "ursprungligt meddelande|originalmeddelande",
    "oprindelig meddelelse|opprinnelig melding",
    "alkuperäinen viesti",
    "wiadomość oryginalna|oryginalna wiadomość",
    "původní zpráva|původní e-mail",
    "исходное сообщение|оригинальное сообщение",
    "orijinal mesaj|orijinal ileti|özgün ileti",
    "元のメッセージ|原始邮件|原始郵件|원본 메시지|원본 메일",
]);

/// What programs of help desks write above the history.
pub(super) static REPLY_ABOVE: Words = Words::of(&[
    "reply above this line|reply above the line|write your reply above|respond above this line|enter your reply above",
    "oberhalb dieser zeile|über dieser zeile antworten|antworten sie über dieser zeile",
    "au-dessus de cette ligne|au dessus de cette ligne",
    "encima de esta línea|por encima de esta línea|sopra questa riga|acima desta linha|boven deze lijn|boven deze regel",
]);

/// "Forwarded message", as it stands between rules.
pub(super) static FORWARDED: Words = Words::of(&[
    "forwarded message|forwarded email|forwarded mail",
    "weitergeleitete nachricht|weitergeleitete mail",
    "message transféré|message transmis|courriel transféré",
    "mensaje reenviado",
    "messaggio inoltrato",
    "mensagem encaminhada|mensagem reencaminhada",
    "doorgestuurd bericht",
    "vidarebefordrat meddelande|vidarebefordrat brev",
    "videresendt besked|videresendt meddelelse|videresendt melding",
    "edelleenlähetetty viesti|välitetty viesti",
    "wiadomość przekazana|przekazana wiadomość|treść przekazanej wiadomości",
    "přeposlaná zpráva|předaná zpráva",
    "пересылаемое сообщение|пересланное сообщение|перенаправленное сообщение",
    "iletilmiş mesaj|yönlendirilmiş mesaj|iletilen ileti",
    "転送されたメッセージ|転送メッセージ|转发的邮件|转发邮件|轉寄郵件|轉寄的郵件|전달된 메시지|전달된 메일",
]);

/// Apple Mail's lines above what it forwards, which have no rules but a colon.
pub(super) static BEGIN_FORWARDED: Words = Words::of(&[
    "begin forwarded message",
    "anfang der weitergeleiteten nachricht|anfang der weitergeleiteten e-mail",
    "début du message transféré|début du message réexpédié",
    "inicio del mensaje reenviado",
    "inizio messaggio inoltrato",
    "início da mensagem reencaminhada|início da mensagem encaminhada",
    "begin doorgestuurd bericht",
    "vidarebefordrat brev",
    "start på videresendt besked|videresendt melding",
    "edelleenlähetetty viesti alkaa",
    "początek przekazywanej wiadomości",
    "začátek přeposlané zprávy|začátek přeposílané zprávy",
    "начало переадресованного сообщения|начало пересланного сообщения",
    "iletilen ileti başlangıcı",
    "転送されたメッセージ|下面是被转发的邮件|下面是被轉寄的郵件|전달된 메시지",
]);

/// What people write above something that they pass on; the whole of the first line or its start.
pub(super) static PASSED_ON: Words = Words::of(&[
    "fyi|for your information|see below|please see below|pls see below|see the mail below|see thread below|see email below",
    "forwarding this|forwarding the below|passing this on",
    "zur info|zur information|zur kenntnis|z.k.|zk|zki|siehe unten|s.u.|wie besprochen weitergeleitet",
    "pour info|pour information|pour votre information|voir ci-dessous|ci-dessous",
    "para tu información|para su información|para información|ver abajo|te reenvío",
    "per conoscenza|per tua informazione|vedi sotto",
    "para conhecimento|para sua informação|veja abaixo",
    "ter info|ter informatie|zie onder|zie hieronder",
    "för kännedom|se nedan",
    "til orientering|se nedenfor",
    "tiedoksi",
    "do wiadomości|patrz poniżej",
    "pro informaci|viz níže",
    "к сведению|см. ниже",
    "bilginize|bilgi için",
    "ご参考まで|ご参考までに|供参考|供參考|请参阅下文|참고하세요|참고 부탁드립니다",
]);

/// What people write above a quote that they answer inside of.
pub(super) static INSIDE: Words = Words::of(&[
    "answers below|answers inline|answers in line|answers in red|answers in blue|answered below|answered inline|comments below",
    "comments inline|comments in red|comments in blue|replies below|replies inline|responses below|responses inline|responses in red",
    "inline below|in red below|in blue below|see inline|see in line|my notes below",
    "antworten unten|antworten im text|anmerkungen unten|siehe rot|in rot|in blau",
    "réponses ci-dessous|réponses dans le texte|en rouge|en bleu",
    "respuestas abajo|respondo abajo|en rojo|en azul",
    "risposte sotto|in rosso",
    "respostas abaixo",
    "antwoorden hieronder|in het rood",
    "svar nedan|svar nedenfor",
]);

/// Greetings: the first words of a line that greets and says no more.
pub(super) static GREETINGS: Words = Words::of(&[
    "hi|hello|hey|dear|good morning|good afternoon",
    "hallo|guten tag|guten morgen|liebe|lieber|sehr geehrte|sehr geehrter|moin|servus",
    "bonjour|bonsoir|cher|chère|salut",
    "hola|estimado|estimada|buenos días",
    "buongiorno|ciao|gentile",
    "olá|bom dia|boa tarde|caro|cara|prezado|prezada",
    "dag|beste|goedemorgen",
    "hej|hei|kära|kjære|kære",
    "dzień dobry|cześć",
    "dobrý den|ahoj",
    "здравствуйте|привет|добрый день",
    "merhaba|sayın",
]);

/// "Wrote" as the last word before the colon.
pub(super) static WROTE_LAST: Words = Words::of(&[
    "wrote|writes",
    "schrieb|schrieb am",
    "a écrit|écrit",
    "escribió|escribio|ha escrito",
    "ha scritto|scritto|scrisse",
    "escreveu",
    "schreef|heeft geschreven|geschreven",
    "skrev|har skrivit|har skrevet",
    "kirjoitti",
    "napisał|napisała|napisał(a)|pisze",
    "napsal|napsala|napsal(a)|píše|napísal|napísala",
    "написал|написала|написал(а)|пишет|пише|написав|написала|написа",
    "yazdı|şunu yazdı|şunları yazdı|yazmış",
    "a scris|έγραψε|ezt írta|írta|ha escrit|je napisal|je napisao|napisao je|rašė|rakstīja|kirjutas|viết|menulis",
]);

/// "Wrote" in languages that put no space before it, as the end before the colon.
pub(super) static WROTE_END: Words =
    Words::of(&["写道|寫道", "写入|님이 작성|작성|쓴 글", "のメール|さんは書きました|書きました|wrote|さんのメッセージ|님의 말"]);

/// "Wrote" with the name after it.
pub(super) static WROTE_NAME: Words = Words::of(&[
    " schrieb | schreef | skrev | napsal | napsala | napsal(a) | написал | wrote | escribió | kirjoitti | napisał | napisała | pisze ",
    " пишет ",
]);

/// How an introduction begins: "On", "Am", "Le", ...
pub(super) static OPENERS: Words = Words::of(&[
    "on|am|le|el|il|em|op|den|på|w|dnia|dne|v|в|a|no|in|at|ons|tor|fre|lør|søn|man|tir|mån|tis|lör|sön|ma|ti|ke|to|pe|la|su|tarihinde",
]);

/// Words of a sentence that is no introduction.
pub(super) static SENTENCE: Words = Words::of(&[
    "our|we|you|after|before|because|that|when|call|meeting|about|i|wir|sie|ich|nach|nous|vous|je|après|nosotros|ustedes|they|she|he",
]);
