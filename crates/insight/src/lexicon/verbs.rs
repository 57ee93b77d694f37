//! Words that patterns name in braces.

/// What a brace stands for.
pub(crate) const LISTS: &[(&str, &str)] = &[
    ("{MONTH}", MONTH),
    ("{WEEKDAY}", WEEKDAY),
    ("{COUNT}", COUNT),
    ("{ADV}", ADV),
    ("{DELIVER}", DELIVER),
    ("{GERUND}", GERUND),
    ("{SENT}", SENT),
    ("{VERB}", VERB),
    ("{MADE}", MADE),
    ("{PRODUCT}", PRODUCT),
    ("{BOSS}", BOSS),
];

const MONTH: &str = "january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec";
const WEEKDAY: &str = "monday|tuesday|wednesday|thursday|friday|saturday|sunday|tues|thurs|thur|mon|tue|wed|thu|fri|sat|sun";
const COUNT: &str = "[0-9]{1,3}|a couple of|a couple|couple of|a few|few|one|two|three|four|five|six|seven|eight|ten|an|a|the next|next";

/// Words that may stand between "I'll" and the verb.
const ADV: &str = "(?:(?:just|also|then|quickly|gladly|definitely|certainly|personally|probably|please|now|still|first|go ahead and|be able to|try to|try and|happily|immediately|at least|go and|need to|have to|be sure to|make sure to|make sure we|work to|aim to|plan to|kindly|actually|both|finally|shortly|soon|,|of course|again|today|tomorrow) )*";

/// Verbs whose promise is clear by itself: something changes hands or gets a date.
const DELIVER: &str = "send|resend|share|e-?mail|mail|forward|prepare|draft|write up|write|schedule|reschedule|book|set up|setup|arrange|organi[sz]e|follow up|get back|circle back|come back|report back|introduce|intro|connect|loop|submit|upload|deliver|ship|update|put together|pull together|look into|find out|investigate|finali[sz]e|provide|circulate|distribute|compile|collect|return|escalate|file|raise|order|countersign|sign|invite|reach out|talk to|speak to|speak with|check with|check in|confirm with|get you|bring in|create|prep|line up|chase|ping|dm|revise|fix|patch|issue|invoice";

/// All verbs of tasks.
const VERB: &str = "send|resend|share|e-?mail|mail|forward|prepare|draft|write|schedule|reschedule|book|set up|setup|arrange|organi[sz]e|follow up|follow-up|get back|circle back|come back|report back|introduce|intro|connect|loop|submit|upload|deliver|ship|update|put together|pull together|look into|find out|find|investigate|finali[sz]e|provide|circulate|distribute|compile|collect|gather|return|escalate|file|raise|order|countersign|sign|invite|reach out|talk to|speak to|speak with|check|verify|confirm|validate|clarify|get|bring|create|prep|line up|chase|ping|dm|revise|review|read through|go through|look at|look over|take a look|call|phone|ask|add|remove|delete|install|configure|enable|disable|rotate|whitelist|allowlist|open|close|push|make sure|ensure|take care|handle|own|post|publish|drop|print|document|summari[sz]e|estimate|calculate|quote|discuss|sort out|sort|do that|do this|do it|nail down|track down|dig up|dig|kick off|cc|let you know|let them know|let us know|let me know|fix|patch|resolve|reproduce|debug|test|run|rerun|migrate|deploy|roll out|roll back|import|export|build|design|work on|work out|complete|finish|fill in|fill out|fill|issue|invoice|pay|approve|replace|move|change|correct|extend|plan|draw up|map out|outline|present|demo|record|transfer|grant|restore|reset|merge|align|coordinate|liaise|negotiate|present|analy[sz]e|compare|evaluate|assess|research|identify|define|list|propose|suggest|announce|notify|inform|remind|train|onboard|host|attend|join|cancel|renew";

const GERUND: &str = "sending|resending|sharing|emailing|mailing|forwarding|preparing|drafting|writing|scheduling|booking|setting up|arranging|organi[sz]ing|following up|getting back|introducing|submitting|uploading|delivering|shipping|updating|putting together|pulling together|looking into|finali[sz]ing|providing|compiling|collecting|creating|prepping|revising|reviewing|checking|confirming|fixing|adding|testing|completing|filling|signing|approving";

/// Participles of delivered things.
const SENT: &str = "sent|resent|shared|e-?mailed|mailed|forwarded|submitted|uploaded|delivered|shipped|booked|scheduled|posted|completed|finished|finali[sz]ed|attached|circulated|pushed|filed|published|confirmed with|introduced|invited|returned|arranged|ordered";

/// Participles of work that people also tell of without having promised it: they need an object that both sides know.
const MADE: &str = "updated|fixed|drafted|prepared|set up|deployed|enabled|created|added|reviewed|installed|configured|merged|resolved|dropped|signed|checked|tested";

/// What a subscription is for.
const PRODUCT: &str = "subscription|contract|account|agreement|plan|licen[sc]es?|service|membership|renewal|product|platform|tool|software|deal|partnership|seats";

/// Who decides over money.
const BOSS: &str = "cfo|ceo|cto|coo|cio|ciso|cpo|vp|board|finance|management|leadership|procurement|boss|manager|director|legal|steering committee|exec(?:utive)?s?(?: team)?";
