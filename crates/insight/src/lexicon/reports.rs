//! Words with which people say that something is done: read only to close what was promised or asked before, never as facts of their own.

/// What may stand before a report: "ok, ", "thanks, ", "update: ".
const LEAD: &str = r"^(?:(?:ok|okay|hi|hey|hello|just|already|all|both|fyi|update|good news|yes|yep|yup|great|thanks|thank you|perfect|right|so|and|it's|that's|they're|is|are|now|as promised|as of now|has been|sorry)[,:.!]? )*";

/// Participles that say a thing is done, by themselves.
const DONE: &str = "done|sent|sorted|finished|completed|complete|fixed|released|shared|posted|uploaded|booked|added|merged|deployed|attached|enclosed|forwarded|delivered|submitted|signed|updated|created|invited|resolved|issued|mailed|e-?mailed|imported|removed|enabled|published|changed|corrected|moved|closed|taken care of";

/// A report without an object of its own: "Done, check your mail", "Sent it just now", "here you go", "50 it is".
pub(crate) fn bare() -> Vec<String> {
    vec![
        format!(
            r"{LEAD}(?P<verb>{DONE})(?: and (?:{DONE}))?(?: (?:it|them|that|this|those|these|both|everything|all|over|out|to (?:you|them|him|her|everyone|all of you)|just now|right now|now|today|yesterday|this morning|last night|again|too|already|back|by (?:e-?)?mail|via (?:e-?)?mail|from (?:my|our) side|as (?:promised|requested|discussed)|(?:at|since|as of) [0-9][0-9:]*(?: [a-z]{{2,4}})?|(?:to|in|on) (?:all|every|production|prod|staging)(?: [a-z]+)?))*(?:[,.:;!(]| - |$)"
        ),
        format!(r"{LEAD}(?:items?|points?|nos?\.?|numbers?|#) ?[0-9][0-9, and&+-]* (?:is |are )?(?:{DONE})\b"),
        r"^(?:here you (?:go|are)|there you go)\b".to_owned(),
        r"^(?:the )?(?:[0-9][0-9:.]*[a-z%]*|{WEEKDAY}|{COUNT})(?: [a-z]+)? it is(?:,? then)?[.!]*$".to_owned(),
    ]
}

/// A thing that is said to have arrived, to be ready or settled; what stands before the group `end` names it.
pub(crate) fn arrived() -> Vec<String> {
    const BE: &str = "(?:is|are|was|were|has been|have been|has|have|got|'s)";
    const ADV: &str = "(?:now |already |just |all |finally |both |officially )*";
    const TAIL: &str =
        r"(?: [^a-z]| by | to | for | as | in | since | at | on | from | with | here| and | this morning| today| yesterday|[,.:;!()]|$)";
    vec![
        format!(
            r"(?:^|[ ,:])(?P<end>(?:{BE} )?{ADV}(?:{DONE}|filled in|filled out|written|drafted|approved|granted|signed off|lined up|set up|arranged){TAIL})"
        ),
        format!(
            r" (?P<end>{BE} {ADV}(?:on (?:its|their) way|with (?:you|him|her|them|your [a-z]+)|in (?:your|the|our) (?:[a-z]+ )?(?:inbox|mail|mailbox|queue|portal|folder|drive|repo|repository|channel|calendar|docs?|wiki|release|data ?room)|in place|out|live|here|gone out|ready|up){TAIL})"
        ),
        r" (?P<end>(?:(?:has|have) )?(?:gone|went) (?:out )?to (?:[a-z]))".to_owned(),
        r"(?P<end>,? \(?(?:first|second|final|last|latest|new|newest|updated|revised) (?:version|draft|cut|pass|round|edition)(?:[,.:;!()]|$))".to_owned(),
    ]
}

/// Things handed over: "here is the comparison"; `task` names them.
pub(crate) const HANDED: &str = r"^(?:(?:hi|hey|hello|ok|okay|and|so)[,:]? )*(?:as promised,? )?(?:here's|here is|here are|here comes|please find|find attached|enclosed|attached) (?P<task>.{3,100})";

/// Work that is told in the past tense; `task` begins with the verb.
pub(crate) fn past() -> Vec<String> {
    // Without a subject, "fixed", "signed" and their like stand before a noun as often: "fixed prices".
    const CLEAR: &str = "talked|spoke|asked|checked|read|went through|looked (?:at|into|over)|imported|tested|wrote|back from|heard (?:back )?from|got (?:an? )?(?:answer|reply|ok|okay|go|green light) from|called|pinged|presented|announced|ran|introduced|tried|switched on";
    const MORE: &str = "reviewed|added|moved|fixed|confirmed|updated|merged|deployed|released|signed|invited|scheduled|booked|set up|shared|finished|forwarded|discussed|clarified|raised|escalated|approved|enabled|prepared|drafted|cleared|sorted out|negotiated";
    const OBJECT: &str = "(?:the|a|an|it|them|that|this|these|those|all|both|your|our|my|their|his|her|every|everything|with|for|[0-9])";
    vec![
        format!(
            r"\b(?:i|we|he|she|they)(?:'ve| have|'s| has)? (?:just |already |also |now |both |finally )*(?P<task>(?:{CLEAR}|{MORE})\b.{{0,100}})"
        ),
        format!(r"(?:^|[,:;.(] ?)(?:just |already |also )?(?P<task>(?:(?:{CLEAR})\b|(?:{MORE}) {OBJECT}\b).{{0,100}})"),
    ]
}

/// What makes a report none: it is denied, still to come, conditional, asked for or only partly true.
pub(crate) const NOT_YET: &str = r"\b(?:not|never|no|nothing|nobody|isn't|aren't|wasn't|weren't|hasn't|haven't|won't|can't|couldn't|didn't|doesn't|don't|yet to|will|shall|would|should|could|can|must|might|may|going to|gonna|to be|to get|to have|needs?|need to|have to|has to|want|wants|get|let's|please|once|when|whenever|if|until|unless|till|before|as soon as|after|almost|nearly|about to|half|partly|partially|not yet|still|waiting|consider|make sure|ensure|let me know|tell me|let us know|hope|hopefully|expect|planned|supposed|being|percent|would've|who|why|how)\b|'ll\b|'d\b|[0-9] ?%";

/// Verbs that end the same task, in all their forms.
pub(crate) const FAMILIES: &[&[&str]] = &[
    &["review", "read", "check", "look", "go", "reviewed", "checked", "looked", "went", "gone", "through"],
    &[
        "talk",
        "speak",
        "ask",
        "call",
        "chase",
        "ping",
        "check",
        "discuss",
        "find",
        "talked",
        "spoke",
        "spoken",
        "asked",
        "called",
        "chased",
        "pinged",
        "checked",
        "discussed",
        "back",
        "heard",
        "got",
    ],
    &["fix", "patch", "resolve", "fixed", "resolved", "patched", "deployed", "released"],
    &["confirm", "verify", "confirmed", "verified"],
    &["present", "announce", "presented", "announced"],
    &["add", "remove", "move", "change", "switch", "enable", "added", "removed", "moved", "changed", "switched", "enabled"],
    &["test", "try", "run", "tested", "tried", "ran"],
    &["sign", "countersign", "signed", "countersigned"],
    &["book", "schedule", "arrange", "line", "set", "invite", "booked", "scheduled", "arranged", "lined", "invited"],
];

/// How somebody takes on what was asked.
pub(crate) const ACCEPTED: &str = r"^(?:(?:hi|hey|ok|okay|thanks|thank you|nice|great|perfect|cool|understood|right|fair|ah|oh|good point)[,.!]? )*(?:will do|can do|sure(?: thing)?|of course|certainly|absolutely|gladly|with pleasure|my pleasure|no problem|on it|i'm on it|we're on it|doing it|consider it done|happy to|you'll (?:have|get) it|leave it (?:with|to) me|i'll (?:do (?:it|that|so)|take care)|we'll (?:do (?:it|that|so)|take care))(?:[,.! ]|$)";

/// The same in a word that also answers questions: alone, or with hardly more than a time.
pub(crate) const AGREED: &str = r"^(?:yes|yep|yup|ok|okay|understood|agreed|deal|works)(?:,? (?:please|then|[0-9][0-9:.]*|today|tomorrow|thanks|good|perfect|sure|that works|works for me|will do))*[.! ]*$";

/// An answer to "can you check whether": it settles the question.
pub(crate) const ANSWERED: &str = r"^(?:yes|yep|yup|no|nope|correct|right|confirmed|indeed|exactly|affirmative|negative)\b";

/// Verbs of requests that an answer fulfils.
pub(crate) const QUESTIONS: &[&str] = &["check", "confirm", "clarify", "verify", "find", "let", "tell", "say", "look"];

/// What turns an acceptance round.
pub(crate) const UNACCEPTED: &str = r"^(?:sure|ok|okay|yes|yep)?,? ?(?:but|not|no|never)\b|\b(?:but|can't|cannot|won't|unfortunately|not sure|not yet|only if|unless|depends|maybe|wish)\b";

/// Verbs of tasks that end with something in the other side's hands.
pub(crate) const HAND_OVER: &[&str] = &[
    "send",
    "resend",
    "share",
    "forward",
    "mail",
    "email",
    "e-mail",
    "get",
    "give",
    "write",
    "draft",
    "prepare",
    "put",
    "provide",
    "deliver",
    "submit",
    "upload",
    "issue",
    "quote",
    "return",
    "file",
    "circulate",
    "distribute",
    "compile",
    "collect",
];

/// First words of reports about work on a system, which hand nothing over.
pub(crate) const WORK: &[&str] = &[
    "fixed",
    "released",
    "deployed",
    "merged",
    "resolved",
    "imported",
    "removed",
    "enabled",
    "changed",
    "corrected",
    "moved",
    "closed",
    "booked",
    "added",
    "created",
    "invited",
];
