//! The words of signatures, in lower case and without marks at their ends.

use crate::words::Words;

/// Valedictions, in the languages of the quotes.
pub(super) static VALEDICTIONS: Words = Words::of(&[
    "best|best regards|kind regards|kindest regards|regards|warm regards|warmest regards|warmly|cheers|all the best|best wishes",
    "see you|see you soon|see you then|have a good day|have a good weekend|have a good evening|have a nice evening|talk later|best of luck",
    "sincerely|sincerely yours|yours sincerely|yours truly|yours faithfully|yours|with best regards|with kind regards|with regards|br",
    "kr|rgds|talk soon|speak soon|cordially|respectfully|take care|many regards|bests|have a good one",
    "have a great day|have a nice day|have a great weekend|have a nice weekend",
    "mit freundlichen grüßen|mit freundlichen grüssen|mit freundlichem gruß|mit freundlichem gruss|freundliche grüße",
    "bis dann|bis bald|bis später|bis morgen|bis gleich|bis nächste woche|schönes wochenende|schönen abend|schönen tag|tschüss|lieben gruß|vlg",
    "freundliche grüsse|viele grüße|viele grüsse|viele gruesse|beste grüße|beste grüsse|beste gruesse|liebe grüße|liebe grüsse",
    "herzliche grüße|herzlichen gruß|schöne grüße|grüße|grüsse|gruß|gruss|mfg|vg|lg|bg|mit besten grüßen|mit freundlichen gruessen",
    "freundlichen gruß|besten gruß|schönen tag noch",
    "cordialement|bien cordialement|très cordialement|bien à vous|bien à toi|sincères salutations|meilleures salutations|salutations",
    "bon week-end|bonne semaine|à demain|à plus|à très vite|à très bientôt|bises|bonne fin de semaine|bonne journée à vous",
    "salutations distinguées|sincèrement|bonne journée|bonne fin de journée|à bientôt|amicalement|cdlt|cdt|bonne soirée",
    "saludos|un saludo|saludos cordiales|un cordial saludo|cordiales saludos|atentamente|un abrazo|cordialmente|muy atentamente",
    "abrazos|que tengas un buen día|buen fin de semana|hasta luego|hasta pronto|buen día|que tenga un buen día",
    "cordiali saluti|saluti|distinti saluti|un saluto|a presto|buona giornata|un caro saluto|un cordiale saluto",
    "buon weekend|a domani|un abbraccio|buon lavoro|grazie e saluti|a risentirci",
    "atenciosamente|cumprimentos|com os melhores cumprimentos|melhores cumprimentos|abraço|abraços|um abraço|att|cordiais saudações",
    "bom fim de semana|até breve|até já|até amanhã|bjs|beijos|com os meus cumprimentos|saudações",
    "met vriendelijke groet|met vriendelijke groeten|vriendelijke groet|vriendelijke groeten|groet|groeten|groetjes|mvg",
    "fijne dag|fijn weekend|tot dan|tot snel|tot morgen|fijne avond|veel groeten",
    "hartelijke groet|hartelijke groeten",
    "med vänliga hälsningar|med vänlig hälsning|vänliga hälsningar|vänligen|hälsningar|bästa hälsningar|mvh|hälsning|allt gott",
    "ha det bra|ha det|trevlig helg|vi ses|hej då|tack och hej|med vänliga hälsningar och tack",
    "med venlig hilsen|venlig hilsen|de bedste hilsner|bedste hilsner|hilsen|med vennlig hilsen|vennlig hilsen|beste hilsen",
    "god weekend|god helg|ha en god dag|kærlig hilsen|mange hilsner|hav en god dag",
    "beste hilsener|hilsener|vh|kh",
    "ystävällisin terveisin|terveisin|yst. terv|parhain terveisin|t|ystävällisesti",
    "pozdrawiam|z poważaniem|pozdrawiam serdecznie|serdecznie pozdrawiam|serdeczne pozdrowienia|z wyrazami szacunku|pozdrowienia",
    "miłego dnia|miłego weekendu|do zobaczenia|pozdr|pozdrawiamy|z pozdrowieniami",
    "s pozdravem|s přátelským pozdravem|zdraví|s úctou|hezký den",
    "hezký víkend|s pozdravy|zdravím|mějte se|měj se",
    "с уважением|всего доброго|с наилучшими пожеланиями|хорошего дня",
    "до свидания|до встречи|хороших выходных|с наилучшими|искренне ваш",
    "saygılarımla|iyi çalışmalar|selamlar|sevgiler|saygılar|iyi günler",
    "saygılarımızla|iyi hafta sonları|görüşmek üzere|kolay gelsin",
    "よろしくお願いいたします|よろしくお願いします|どうぞよろしくお願いいたします|何卒よろしくお願いいたします|よろしくお願い致します|以上|敬具|以上、よろしくお願いいたします|以上、よろしくお願いします",
    "宜しくお願い致します|宜しくお願いいたします|宜しくお願いします|失礼いたします|引き続きよろしくお願いいたします",
    "此致|敬礼|祝好|顺祝商祺|順頌商祺|此致敬礼|此致 敬礼|敬上",
    "顺颂商祺|祝商祺|祝工作愉快|祝您工作愉快|谨上",
    "감사합니다|드림|올림|안녕히 계세요",
]);

/// Valedictions that thank.
pub(super) static THANKS: Words = Words::of(&[
    "thanks|thank you|many thanks|thanks again|thanks a lot|thanks so much|thank you so much|thank you very much|thanks and regards",
    "thanks & regards|thanks and best regards|thanks and kind regards|thank you and best regards|thanks in advance",
    "thank you in advance|thx|ta|with thanks",
    "danke|vielen dank|danke und grüße|danke und gruß|danke und viele grüße|vielen dank und viele grüße|besten dank",
    "vielen dank und beste grüße|danke dir|danke schön|danke im voraus|vielen dank im voraus",
    "merci|merci d'avance|merci beaucoup|merci et bonne journée",
    "gracias|muchas gracias|gracias y un saludo",
    "grazie|grazie mille",
    "obrigado|obrigada|muito obrigado|muito obrigada",
    "bedankt|alvast bedankt|dank|dank je",
    "tack|tack på förhand|tak",
    "mange tak|takk|på forhånd takk",
    "kiitos",
    "dziękuję|dzięki|z góry dziękuję",
    "děkuji|díky|předem děkuji",
    "спасибо|заранее спасибо|благодарю",
    "teşekkürler|teşekkür ederim",
    "谢谢|謝謝",
]);

/// One-word and short answers in capitals: not somebody's name.
pub(super) static NO_NAMES: Words = Words::of(&[
    "yes|no|ok|okay|sure|great|perfect|done|agreed|approved|confirmed|noted|received|absolutely|exactly|correct",
    "monday|tuesday|wednesday|thursday|friday|saturday|sunday|today|tomorrow|january|february|march|april|may|june|july|august",
    "september|october|november|december",
    "thanks|sorry|hello|welcome|understood|maybe|both|none|neither|declined|rejected|accepted|pending|attached|next steps",
    "open questions|agenda|pricing|legal|security",
    "ja|nein|gerne|klar|genau|einverstanden|passt|montag|dienstag|mittwoch|donnerstag|freitag",
    "oui|non|d'accord|parfait",
    "sí|si|vale|perfecto|de acuerdo",
    "sim|não|confirmado|sì|va bene|perfetto",
    "nee|prima|akkoord",
    "nej|nei|kyllä|ei",
    "tak|nie|ano|ne",
    "да|нет|хорошо|evet|hayır|tamam",
    "はい|いいえ|承知しました|是|好的|可以|네|예|아니요",
    "summary|update|overview|option|thank you|sounds good|will do|looks good|good luck|well done",
]);

/// How a line begins that is no name.
pub(super) static NO_NAMES_STARTS: Words = Words::of(&["option |phase |step |hi |hello |dear |hey |re |ps |wave |week |day |part |plan "]);

/// Small words inside of names.
pub(super) static PARTICLES: Words = Words::of(&["von|van|de|der|den|da|di|del|della|la|le|bin|al|el|zu|dos|das|do|af|av"]);

/// What stands before a postscript.
pub(super) static POSTSCRIPTS: Words = Words::of(&["PS|P.S.|P.S|PPS|P.P.S.|Ps|ps|p.s.|NB|N.B.|P. S."]);

/// Words of positions.
pub(super) static TITLES: Words = Words::of(&[
    "ceo|cto|cfo|coo|cio|ciso|cmo|cpo|cro|vp|svp|evp|president|chief|officer|director|head|manager|lead|engineer|developer|architect",
    "analyst|consultant|executive|founder|co-founder|cofounder|owner|partner|associate|assistant|coordinator|specialist|administrator",
    "designer|counsel|buyer|procurement|accountant|controller|representative",
    "geschäftsführer|geschäftsführerin|geschäftsführung|leiter|leiterin|teamleiter|teamleiterin|abteilungsleiter|abteilungsleiterin",
    "entwickler|entwicklerin|einkauf|einkäufer|einkäuferin|vertrieb|prokurist|prokuristin|berater|beraterin|vorstand|projektleiter",
    "projektleiterin|referent|referentin",
    "directeur|directrice|responsable|ingénieur|ingénieure|gérant|gérante|chef|développeur|développeuse|président|acheteur|acheteuse",
    "chargé|chargée",
    "directora|jefe|jefa|gerente|ingeniero|ingeniera|desarrollador|desarrolladora",
    "direttore|direttrice|responsabile|ingegnere|amministratore",
    "diretor|diretora|engenheiro|engenheira",
    "hoofd|inkoper|ontwikkelaar|adviseur",
    "utvecklare|inköpare|ansvarig",
    "direktør|leder|udvikler|utvikler|innkjøper",
    "johtaja|päällikkö|kehittäjä",
    "dyrektor|kierownik|inżynier|programista|prezes",
    "ředitel|ředitelka|vedoucí|vývojář",
    "директор|руководитель|менеджер|инженер",
    "müdür|müdürü|mühendis|yönetici",
]);

/// Legal forms of companies, as they are written.
pub(super) static COMPANIES: Words = Words::of(&[
    "Inc|Inc.|Ltd|Ltd.|LLC|L.L.C.|Limited|Corp|Corp.|Corporation|PLC|plc|LLP|LP",
    "GmbH|mbH|AG|KG|KGaA|UG|OHG|SE|e.K.",
    "SARL|S.à|SAS|S.A.S.|SA|S.A.",
    "SL|S.L.|S.L.U.|SLU",
    "SpA|S.p.A.|Srl|S.r.l.|SRL",
    "Lda|Lda.|Ltda",
    "BV|B.V.|NV|N.V.",
    "AB|AS|A/S|ApS|ASA",
    "Oy|Oyj",
    "s.r.o.|a.s.",
    "ООО|A.Ş.|K.K.|Pty|Labs|Group|Holding",
]);

/// Words of streets; those of more than four letters also inside of others.
pub(super) static STREETS: Words = Words::of(&[
    "street|road|avenue|lane|square|quay|floor|suite|straße|strasse|platz|allee|gasse|calle|plaza|boulevard|laan|straat|gracht|gatan",
    "vägen|gade|gate|katu|ulica|ulice|улица|caddesi|viale|piazza|avenida|place|rua|rue|via|ul|weg|ave|blvd|box",
]);

/// What stands before a number.
pub(super) static LABELS: Words = Words::of(&[
    "t|m|p|d|o|c|tel|tel.|phone|telephone|mobile|mob|mob.|cell|direct|office|work|ph|tel direct|direct line",
    "telefon|fon|mobil|handy|durchwahl",
    "tél|tél.|téléphone|portable|mobile:|ligne directe",
    "teléfono|tlf|tlf.|tfno|móvil",
    "telefono|cellulare|cell.",
    "telefone|telemóvel|celular",
    "telefoon|mobiel|mobiltelefon|direkt",
    "puh|puhelin|puh.|kom|kom.",
    "телефон|тел|моб|电话|手机|電話|携帯|전화|휴대폰|fax|telefax|f|whatsapp|switchboard|zentrale",
]);

/// Little words without which hardly a sentence is made, and which hardly a signature has: pronouns, auxiliaries, please and not.
pub(super) static FUNCTION_WORDS: Words = Words::of(&[
    "i|i'm|i'll|i've|we|we'll|we're|we've|you|you're|he|she|they|it|it's|me|us|them|my|your|this|that|that's|these|is|are|was|were",
    "will|would|can|could|should|must|have|has|had|do|does|did|don't|doesn't|please|let|let's|need|want|send|sent|attached|see|if",
    "when|not|thank|looking|works",
    "ich|wir|sie|du|euch|ihnen|mir|uns|ist|sind|wird|werden|kann|können|haben|habe|hat|bitte|nicht|muss|müssen|soll|sollte|würde",
    "passt|schicke|melde",
    "je|j'ai|nous|vous|est|sont|sera|avons|avez|peux|pouvez|pouvons|pas|c'est|voici|veuillez|merci",
    "usted|está|están|será|podemos|puede|puedes|adjunto|enviaré|tenemos|necesitamos|gracias",
    "sono|siamo|può|possiamo|abbiamo|puoi|allego|grazie",
    "você|estou|estamos|pode|vamos|obrigado",
    "ik|wij|jij|zijn|wordt|kunnen|graag|niet|heb|hebben|stuur",
    "jag|vi|ni|är|kan|ska|inte|jeg|er|skal|ikke|vil|dere|har",
    "minä|on|voi|emme|voimme",
    "ja|jest|są|proszę|nie|mogę|możemy",
    "jsem|jsme|prosím|není|můžeme|posílám",
    "я|мы|вы|это|будет|можно|нужно|не|пожалуйста",
    "ben|biz|siz|lütfen|değil|için",
]);
