//! Patterns of promises, requests, reports and cancellations. The group `task` begins with the task's own words.

/// Whose task a pattern makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    /// Who speaks.
    Speaker,
    /// Who is spoken to.
    Addressed,
    /// The name that stands before the words.
    Named,
    /// The speaker's side; nobody by name.
    Side,
}

/// What a pattern needs besides its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// Nothing.
    Nothing,
    /// A due date: the words alone are too weak.
    Due,
    /// A due date that is a limit: "by Friday".
    Limit,
    /// Somebody known, or a name not at the sentence's start.
    Asked,
}

/// One pattern of an open task.
pub(crate) struct Task {
    pub(crate) rule: &'static str,
    pub(crate) subject: Subject,
    pub(crate) need: Need,
    pub(crate) confidence: u8,
    pub(crate) pattern: &'static str,
}

const fn task(rule: &'static str, subject: Subject, need: Need, confidence: u8, pattern: &'static str) -> Task {
    Task { rule, subject, need, confidence, pattern }
}

/// A request that its owner has taken on.
pub(crate) const ACCEPTED: &str = "action.accepted";

/// An item of a note's own list.
pub(crate) const LISTED: &str = "action.listed";

/// An item that the vendor names as one.
pub(crate) const FIELD: &str = "action.field";

/// Whether an item stands in its record as such, so that no word of the conversation around it opened or closed it.
pub(crate) fn held(rule: &str) -> bool {
    matches!(rule.split('/').next().unwrap_or_default(), "action.list" | LISTED | FIELD)
}

/// Whether an open item of this rule (`action.we/2`) is a promise: said by the owner or their side, or taken on by them. Everything else
/// is asked, offered or wished.
pub(crate) fn promised(rule: &str) -> bool {
    matches!(
        rule.split('/').next().unwrap_or_default(),
        "action.promise"
            | "action.promise_weak"
            | "action.promise_doing"
            | "action.promise_short"
            | "action.promise_passive"
            | "action.promise_arrives"
            | "action.we"
            | "action.our_people"
            | "action.named"
            | "action.list"
            | "action.noted"
            | LISTED
            | FIELD
            | ACCEPTED
    )
}

/// Whether an open item of this rule asks somebody for something.
pub(crate) fn asked(rule: &str) -> bool {
    !matches!(
        rule.split('/').next().unwrap_or_default(),
        "action.offer" | "action.promise_if" | "action.obliged" | "action.we_weak" | "action.named_must"
    )
}

/// Before the words of a promise: it is imagined, conditional or asked about.
pub(crate) const CONDITION: &str = r"\b(?:if|whether|when|whenever|once|what|how|why|where|so that|unless|in case|before|until|as soon as|wish|hope|the day|than|like) (?:then )?$";

/// A promise that hangs on what the other side does: "if you send it, I'll sign", "tell me the day and I'll book it".
pub(crate) const HANGS: &str = r"\b(?:if|unless|provided|assuming|should you)\b[^.;]*, (?:then |and )?$|\b(?:let (?:me|us) know|tell (?:me|us)|send (?:me|us)|give (?:me|us)|ping (?:me|us))\b[^.;]*\b(?:and|then) $";

/// Before "I can": it names a purpose.
pub(crate) const PURPOSE: &str = r"\b(?:so|that|which|all|everything|anything|as much as|as far as|as soon as) $";

/// Before somebody's name: "what my CFO will ask", "if Marek will join".
pub(crate) const RELATIVE: &str =
    r"\b(?:what|whatever|which|whom|how|why|where|whether|if|when|once|until|before|unless) (?:my |our |your |their |the )?$";

/// Words of an offer rather than a promise.
pub(crate) const OFFER: &str = r"^(?:i can|we can|happy to|glad to)\b";

/// Words of a duty rather than a promise.
pub(crate) const DUTY: &str = r"\b(?:should|needs?|must|ha(?:s|ve) to|was asked|supposed)\b";

/// What invites rather than asks.
pub(crate) const INVITED: &str = r"\b(?:any ?time|whenever|at your leisure|if you (?:like|wish|want|feel)|as you (?:like|please|wish)|(?:where|when|if) (?:i'm|i am|we're|we are|it's|that's) wrong|that's what (?:it|they|we|i|this)(?:'s|'re|'m| is| are)? (?:here |there )?for|feel free|no rush|be my guest)\b";

/// Open tasks, the surest first.
pub(crate) const OPEN: &[Task] = &[
    task(
        "action.promise",
        Subject::Speaker,
        Need::Nothing,
        90,
        r"\b(?:i'll|i will|i shall|i'm going to|i am going to|i'm gonna|i promise to) {ADV}(?P<task>(?:{VERB})\b)",
    ),
    task(
        "action.promise_weak",
        Subject::Speaker,
        Need::Nothing,
        75,
        r"\b(?:i can|let me|lemme|happy to|glad to|i plan to|i intend to|i'm planning to|i aim to) {ADV}(?P<task>(?:{DELIVER})\b)",
    ),
    task("action.obliged", Subject::Speaker, Need::Limit, 70, r"\b(?:i need to|i'll have to|i have to) {ADV}(?P<task>(?:{DELIVER})\b)"),
    task("action.promise_doing", Subject::Speaker, Need::Due, 75, r"\b(?:i'm|i am|we're|we are) {ADV}(?P<task>(?:{GERUND})\b)"),
    task(
        "action.promise_short",
        Subject::Speaker,
        Need::Nothing,
        80,
        r"(?:^|, |^- )(?:(?:and|also|ok|okay|sure|yes|yep|great|will do|thanks|perfect|noted|got it|no problem)[,!.]? )*(?:will|gonna|going to|'ll) {ADV}(?P<task>(?:{VERB})\b)",
    ),
    task(
        "action.promise_passive",
        Subject::Speaker,
        Need::Due,
        75,
        r"(?:^|[,.;:] | - |\band |\bso |\bthen |\bbut |\bthink |\bsure )(?:you(?:'ll| will| should) (?:have|get|receive|see)|expect|i'll have|we'll have) (?P<task>(?:the|a|an|my|our|your)\b)",
    ),
    // "You will have it by noon": what "it" is stands elsewhere, so the words stay together.
    task(
        "action.promise_passive",
        Subject::Speaker,
        Need::Due,
        75,
        r"(?:^|[,.;:] | - |\band |\bso |\bthen |\bbut |\bthink |\bsure )(?P<task>(?:you(?:'ll| will| should) (?:have|get|receive|see)|expect|i'll have|we'll have) (?:it|that|this|them)\b)",
    ),
    task(
        "action.promise_arrives",
        Subject::Speaker,
        Need::Due,
        80,
        r"^(?:(?:ok|okay|sure|yes|great|wonderful|perfect|the|my|our|your|and)[,!.]? )*(?P<task>(?:[a-z0-9'&/-]+ ){1,5}(?:will|'ll) (?:be with you|be in your (?:inbox|mail)|reach you|follow|be ready|be there)\b)",
    ),
    task(
        "action.we",
        Subject::Speaker,
        Need::Nothing,
        85,
        r"\b(?:we'll|we will|we shall|we're going to|we are going to|our (?:[a-z]+ )?team will|my team will) {ADV}(?P<task>(?:{VERB})\b)",
    ),
    task(
        "action.our_people",
        Subject::Side,
        Need::Nothing,
        75,
        r"\b(?:our|my) (?:[a-z]+ )?(?:engineers?|lawyers?|counsel|developers?|admins?|colleagues?|assistant|department|people|boss|manager|cto|cfo|ceo|it) (?:will|is going to|are going to) {ADV}(?P<task>(?:{VERB})\b)",
    ),
    task(
        "action.we_weak",
        Subject::Speaker,
        Need::Due,
        70,
        r"\b(?:we can|we need to|we want to|we plan to|we have to|we should|we must|let's) {ADV}(?P<task>(?:{DELIVER})\b)",
    ),
    task(
        "action.please",
        Subject::Addressed,
        Need::Nothing,
        90,
        r"\b(?:please|pls|plz|kindly) (?:also |just |do |then |,)*(?P<task>[a-z]+(?:-[a-z]+)?\b)",
    ),
    task(
        "action.request",
        Subject::Addressed,
        Need::Nothing,
        90,
        r"\b(?:can|could|would|will) (?:you|u|you guys|you all|y'all|your (?:[a-z]+ )?team|someone(?: (?:on|from) your (?:side|end|team))?|somebody(?: (?:on|from) your (?:side|end|team))?|anyone) (?:guys |both )?{ADV}(?P<task>(?:{DELIVER}|review|check|confirm|verify|clarify|fill (?:in|out)|find|add|remove|delete|whitelist|allowlist|rotate|reset|restore|grant|ask|look at|look over|take a look|make sure|ensure|bring|get back|get (?:me|us|your|their)|let (?:me|us|them|the team) know|list|give (?:me|us|them|your)|sort out|take care|summari[sz]e|estimate|call|extend|complete|approve|push|fix|resolve|remind|drop|cc|export|quote|present|pass|put (?:me|us|a|an|the|that)|tell (?:your|them|the)|walk [a-z]+ through)\b)",
    ),
    task(
        "action.request_vague",
        Subject::Addressed,
        Need::Due,
        75,
        r"\b(?:can|could|would|will) (?:you|u|you guys|your (?:[a-z]+ )?team|someone|somebody) {ADV}(?P<task>(?:{VERB})\b)",
    ),
    task(
        "action.request_named",
        Subject::Named,
        Need::Asked,
        85,
        r"\b(?:can|could|would|will) (?P<name>[a-z'-]+(?: [a-z'-]+)?) {ADV}(?P<task>(?:{VERB})\b)",
    ),
    task(
        "action.need_you",
        Subject::Addressed,
        Need::Nothing,
        85,
        r"\b(?:i|we)(?:'d| would|'ll| will)? (?:need|want|like|love|expect) (?:you|you guys|your (?:[a-z]+ )?team|someone on your (?:side|team)) (?:guys )?to {ADV}(?P<task>(?:{VERB})\b)",
    ),
    task(
        "action.need_thing",
        Subject::Addressed,
        Need::Due,
        80,
        r"\b(?:i|we)(?:'ll| will|'d)? (?:still |also |really |urgently )?(?:need|require|expect|must have) (?P<task>(?:the|a|an|your|that|those|these|this|two|all|some|updated|feedback|answers?|confirmation)\b)",
    ),
    task(
        "action.need_thing",
        Subject::Addressed,
        Need::Due,
        80,
        r"\b(?:i|we)(?:'ll| will|'d)? (?:still |also |really |urgently )?(?P<task>(?:need|require|expect|must have) (?:it|them)\b)",
    ),
    task("action.mind", Subject::Addressed, Need::Nothing, 85, r"\b(?:would|do) you mind (?P<task>(?:{GERUND})\b)"),
    task(
        "action.ensure",
        Subject::Addressed,
        Need::Nothing,
        80,
        r"(?:^|[,.] )(?:and |so |also )*(?:make sure|be sure|don't forget|do not forget|remember) (?:to|you|that you) (?P<task>(?:{VERB})\b)",
    ),
    task(
        "action.if_you",
        Subject::Addressed,
        Need::Nothing,
        80,
        r"\b(?:if you (?:could|would)|(?:appreciate|great|grateful|helpful|good|nice|lovely|awesome|ideal|appreciated|wonderful) (?:it )?if (?:you|someone|your team) (?:could|can|would)) (?:please |also |just )*{ADV}(?P<task>(?:{VERB}|give)\b)",
    ),
    task(
        "action.let_know",
        Subject::Addressed,
        Need::Nothing,
        75,
        r"(?:^|[,.] |\band |\bplease |\bso )(?P<task>let (?:me|us) know (?:(?:by|before|until|no later) |(?:whether|which|what|when|how many|who|the (?:name|date|number|result|outcome)[a-z]*) ))",
    ),
    task(
        "action.send_me",
        Subject::Addressed,
        Need::Nothing,
        80,
        r"^(?:(?:and|so|ok|okay|also|hi|hey|hello|then|great|perfect|thanks|yes|sure|in the meantime)[, ]+)*(?P<task>(?:send|share|forward|e-?mail|mail|get|give|ping|loop in|introduce|show) (?:me|us|him|her|them|it over|it to|that over|over|the [a-z]+ (?:over|to (?:me|us)))\b)",
    ),
    task(
        "action.trailing_please",
        Subject::Addressed,
        Need::Nothing,
        85,
        r"^(?:(?:and|so|ok|okay|also|then)[, ]+)*(?P<task>(?:{VERB})\b.{2,120}?)(?:,| -)? (?:please|pls|plz|asap)[.!?]*$",
    ),
    task(
        "action.called",
        Subject::Named,
        Need::Asked,
        85,
        r"^(?:(?:hi|hey|hello|ok|okay|and|also|then|great|thanks)[, ]+)?@?(?P<name>[a-z][a-z'-]+(?: [a-z][a-z'-]+)?)(?:,|:| -|;)? (?P<task>(?:{VERB})\b)",
    ),
    task(
        "action.named",
        Subject::Named,
        Need::Nothing,
        85,
        r"(?:'ll| will| is going to| are going to| is gonna| needs to| need to| has to| have to| should| must| shall| agreed to| offered to| promised to| volunteered to| is to| are to| was asked to| is supposed to) {ADV}(?P<task>(?:{VERB})\b)",
    ),
    task("action.named_to", Subject::Named, Need::Asked, 80, r" to {ADV}(?P<task>(?:{VERB})\b)"),
];

/// Words after "please" that ask for nothing to be done.
pub(crate) const NOT_ASKED: &str = r"^(?:take it from here|take over|note|bare|see|find|feel|don't|do|be|bear|hold|accept|excuse|forgive|hesitate|refer|stop|enjoy|keep|understand|reach|visit|click|go|wait|stand|advise|disregard|ignore|mute|unmute|thank|tell|join|as|and|to|if|for|the|that|this|it|my|let|consider|unsubscribe|subscribe|help|give (?:me|us) (?:a|one)|trust|know|correct me|stay|come|have|rest|read on|take (?:your|a seat|care)|contact|use|say|speak|continue|allow|advised|allow me|pardon|pass on my|give my|look forward|welcome|like|try not|never|scroll|imagine|think|at|in|when|on|or|but|not|so|i|we|you|your|no|yes|delete this)\b";

/// What sounds like a task and is talk.
pub(crate) const FILLER: &str = r"^(?:(?:share|show|pull up|open|bring up|find|grab|present|get|close|run|move|check|add|drop|start|take a look|look) (?:you |just |at |over |back to )*(?:my |the |that |this |up |a |your |next |last )*(?:screen|slides?|tab|window|camera|video|mic|audio|agenda|floor|next slide|recording on|volume)\b|(?:find|get|open|bring up|pull up) that\b|(?:share|give) (?:my|some|a few|our) (?:thoughts?|excitement|experience|background|story|context)\b|ask (?:you |about |a |an |one |something|another |the group|this|that)*(?:quick |last |final |different |silly )?(?:question|something|this|that|you)\b|call it (?:a day|done)|open (?:it |this |the floor )?up|get (?:started|going|to (?:it|that|know)|into|right|straight|back (?:into|on track)|it\b|there|on with|used|moving|this (?:started|going)|the ball)|move on|move (?:to|over|ahead|forward)|change (?:the )?(?:topic|subject|gears)|add (?:that|to that|one|something|just|a (?:quick )?(?:thought|comment|point))|run (?:through|you|over|late|out|into)|go through (?:the|this|that|it) (?:quickly|now)|send (?:my|our|best|kind|warm) |check (?:my notes|real quick|here)|give (?:me|us|you|them) (?:a|one|two|some) (?:sec|secs|second|seconds|minute|minutes|moment|shout|heads|break|brief|quick|bit|idea|hand)|get me wrong|create (?:a lot of )?value|build on|build up|work on it together|handle (?:it|this|that) (?:from here|later)|drop off|confirm (?:that|,)|see\b|bring (?:it|this|that|you) (?:up|back)|connect (?:the dots|my)|export (?:it|to)|find (?:out )?(?:it|this|that) (?:useful|helpful|interesting|hard)|find it|make sure (?:everyone|we're all|you can (?:see|hear)|i understand|i understood|i got|i'm)|present (?:the|a) (?:quick )?overview|push back|drop you|add value|sign off\b|sign out|sign in|close (?:with|by|out)|own (?:it|that|up)|sign (?:up to|anything|everything|deals|contracts|whatever)|do this (?:morning|afternoon|evening|week|weekend|month)|speak to that|talk to (?:that|you|this)|speak with you|talk to (?:everyone|you all)|follow (?:up )?what)";

/// Reports that something is done; `task` names it.
pub(crate) const DONE: &[&str] = &[
    r"\b(?:i|we)(?:'ve| have)? (?:just |already |also |now |finally |both |since )*(?P<task>(?:{MADE}) (?:the|your|you|it|that|both|all|everything|them|our|those|these)\b.*)",
    r"\b(?:i|we)(?:'ve| have)? (?:just |already |also |now |finally |both |since )*(?P<task>(?:{SENT})\b.*)",
    r"^(?:(?:ok|okay|hi|hey|just|already|all|fyi|update|good news|hi all|hello)[,:]? )*(?P<task>(?:{SENT}) (?:the|a|an|it|you|over|this|that|my|our|to|them|him|her|everything|both|all|your|out|earlier|yesterday|just now|as)\b.*)",
    r"\b(?P<task>(?:the|your|my|our|that|this|all|both|your) [a-z0-9' /&-]{2,60}?) (?:is|are|has been|have been|was|were) (?:now |all |already |just |finally |both )*(?:done|sent|complete|completed|finished|shared|uploaded|submitted|delivered|attached|in the (?:shared )?(?:folder|drive)|in your inbox|on its way|signed and returned|live now|booked|fixed now|ready for (?:you|review|your review))\b",
    r"^(?:(?:all|it's|that's|this is|is|and|ok|okay|yes|yep|now)[, ]+)*(?:done|sorted|taken care of|completed|finished|sent|shared|:white_check_mark:)(?:[,:!.] ?| - |$)(?P<task>.*)$",
    r"^(?:please find |find |see |hi,? |as promised,? )*(?:attached|enclosed)(?: here)?(?: is| are| you'll find| you will find| please find|:)? (?P<task>(?:the|a|an|our|your|my|as|both|updated|signed) .+)",
    r"\b(?:here's|here is|here are|please find) (?P<task>(?:the|a|an|our|your|my) .{3,80}?) (?:you asked for|you requested|you wanted|as promised|as requested|as discussed|i promised|attached|we promised)\b",
];

/// Tasks taken back; `task` names it.
pub(crate) const CANCELLED: &[&str] = &[
    r"\b(?:no need|no longer (?:any )?need|no longer need(?:s|ed)?|needn't|don't bother|do not bother) ?(?:to|for|with)?(?: you to| us to)? (?P<task>.+)",
    r"^(?:(?:oh|actually|ok|okay|sorry|hey|hi|and|so|but|you can|we can|please|just)[, ]+)*(?:never ?mind|nevermind|nvm|scratch|forget|forget about|skip|disregard|ignore|don't worry about|drop) (?:about )?(?P<task>(?:the|that|my|this|your|sending|about) ?.*)",
    r"\b(?:don't|do not|won't|doesn't|no longer) (?:actually |really )?need (?P<task>.+?),? (?:anymore|any more|any longer|after all|now|from you)\b",
    r"\b(?P<task>(?:the|that|this|your|my|our) [a-z0-9' /&-]{2,60}?) (?:is|are|was|were)(?:n't| not| no longer)(?: really)? (?:needed|required|necessary)(?: anymore| any more| any longer| after all| now)?\b",
    r"\b(?P<task>(?:the|that|this|your|my|our) [a-z0-9' /&-]{2,60}?) (?:is|are|has been|have been) (?:cancelled|canceled|called off|off the list|obsolete)\b",
    r"\b(?:cancel|call off|called off|we can drop|let's drop|let's cancel|i cancelled|we cancelled) (?P<task>(?:the|our|that|this|tomorrow's|today's|monday's|tuesday's|wednesday's|thursday's|friday's|your) (?:[a-z0-9'-]+ ){0,3}(?:meeting|call|workshop|demo|session|review|request|task|invite|booking|room|onsite|visit|training|webinar|appointment|walkthrough|order)\b)",
    r"^(?:(?:oh|actually|ok|okay|sorry)[, ]+)*(?:never ?mind|nevermind|nvm|scratch that|forget it|no longer needed|not needed anymore)(?P<task>)[.! ]*$",
];

/// After "no need": politeness.
pub(crate) const NO_WORRY: &str = r"^(?:to )?(?:apologi[sz]e|worry|thank|rush|respond|reply|be sorry|panic|say|explain|stress|hurry|feel|be|repeat|introduce|shout|convince|remind me|tell me|reinvent|state|wait)\b";

/// Where a task's words end.
pub(crate) const CLAUSE_END: &str = r"[,;]? (?:so that|so we|so i|so they|because|since|but|which|and then|and (?:i|we|you|she|he|they)(?:'ll|'d|'ve|'re| |$)|if (?:you|we|i|that|it|they)|while|whereas|otherwise|as (?:we|i|it|our|the|soon)|once|when|after (?:we|i|you|that|the call)|unless|thanks|thank you|cheers)\b|, (?:we|i|they|it|you|that|this|he|she|our|the|please|and|or|then)\b| - |[;()]|[.!?]+$";
