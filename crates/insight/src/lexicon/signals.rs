//! Buying signals and risks by type: what shows them, from whose mouth, how heavy.

use sales_model::Severity::{self, High, Low, Medium};

/// One pattern of a signal.
pub(crate) struct Signal {
    /// The type.
    pub(crate) kind: &'static str,
    /// Only from the customer's mouth; what we say about them counts otherwise too.
    pub(crate) theirs: bool,
    /// A denial in the words before takes it away.
    pub(crate) deniable: bool,
    /// Weight of a risk; unused for buying signals.
    pub(crate) severity: Severity,
    /// The pattern.
    pub(crate) pattern: &'static str,
}

const fn buy(kind: &'static str, theirs: bool, pattern: &'static str) -> Signal {
    Signal { kind, theirs, deniable: true, severity: Low, pattern }
}

const fn risk(kind: &'static str, severity: Severity, theirs: bool, pattern: &'static str) -> Signal {
    Signal { kind, theirs, deniable: true, severity, pattern }
}

/// As [`risk`], for patterns that carry their own denial.
const fn denial(kind: &'static str, severity: Severity, theirs: bool, pattern: &'static str) -> Signal {
    Signal { kind, theirs, deniable: false, severity, pattern }
}

/// Signs of wanting to buy.
pub(crate) const BUYING: &[Signal] = &[
    buy(
        "contract_request",
        true,
        r"\b(?:send|share|forward|email|get|give|provide|prepare|draft|draw up|see|have|need|want|review)\b(?: (?:me|us|over|them|it|out|through|across|please))*(?: (?:the|a|an|your|that|final|updated|formal|official|revised))* (?:contract|paperwork|order form|msa|master (?:service )?agreement|service agreement|agreement|sow|statement of work|formal quote|quote|quotation|invoice|pro ?forma|purchase order|order|docusign|renewal quote|final proposal)\b",
    ),
    buy(
        "contract_request",
        true,
        r"\b(?:where|when|how|who) (?:do|can|should|could|must) (?:we|i) (?:sign|send the po|send the purchase order)\b|\b(?:ready|happy|prepared|set|keen|good) to (?:sign|buy|purchase|proceed|move (?:forward|ahead)|go ahead|commit|close|get this signed|start)\b|\bwhere do (?:we|i) sign\b|\bcan (?:we|i) sign\b|\bwe(?:'ll| will|'d like to| would like to| want to| plan to|'re going to|'re about to) sign\b",
    ),
    buy(
        "contract_request",
        true,
        r"\b(?:raise|raising|raised|issue|issuing|issued|cut|cutting|create|creating|send|sending|sent) (?:you )?(?:the|a|an|our) (?:po|purchase order)\b|\b(?:the |our |a )?(?:po|purchase order) (?:is|has been|will be) (?:on its way|coming|raised|issued|approved|in)\b|\bwhat (?:do|would|else do) (?:we|you) need (?:from (?:us|me) )?to (?:sign|buy|purchase|get (?:this )?(?:signed|started)|proceed|move forward)\b|\bwhat (?:are|is|would be) the (?:next )?steps? (?:to|for|in) (?:sign|buy|purchas|get|order|procur)[a-z]*\b|\b(?:add|set) you (?:up )?as a (?:vendor|supplier)\b|\bvendor (?:form|onboarding|registration)\b",
    ),
    buy(
        "start_date",
        true,
        r"\b(?:when|how (?:soon|quickly|fast|early)) (?:can|could|would|do|might|should) (?:we|you|your team|the team|it|onboarding|the rollout|implementation)(?: all| be able to| realistically| actually)* (?:start|get started|get going|go live|kick off|onboard|begin|be live|be up and running|get up and running|roll (?:it|this) out|launch|deploy|implement|have (?:it|this|us) (?:live|running|up))",
    ),
    buy(
        "start_date",
        true,
        r"\b(?:want|wants|would like|'d like|'d love|hope|hoping|plan|planning|aim|aiming|need|eager|keen|excited|ready|looking) to (?:start|get started|go live|launch|kick (?:this |it )?off|onboard|begin|be live|roll (?:it |this )?out|get going|deploy|have (?:it|this) live)\b|\b(?:could|can) (?:we|you) start\b|\bearliest (?:start|go-?live|onboarding)\b|\b(?:possible|earliest|preferred|agreed) start date\b|\bwhat (?:does|would|will) (?:the )?(?:onboarding|implementation|rollout) look like\b",
    ),
    buy(
        "seats",
        true,
        r"\b(?:add|need|want|buy|order|purchase|license|get|cover|price for|pricing for|cost for|quote for|cost of|much for|licen[sc]es for|discount for|start with|go to|upgrade to|increase to|up to|for)(?: us| about| around| roughly| at least| another| an extra| all| all of our| our| the| an additional)* (?:[0-9][0-9,.]*k?|ten|twenty|thirty|forty|fifty|sixty|a hundred|one hundred|two hundred|hundred|five hundred|a thousand|a dozen|a few|some|five|six|eight)(?: (?:more|additional|extra|new|named|of our))* (?:seats?|licen[sc]es?|users?|people|agents|developers|employees|reps)\b|\bhow (?:many|much (?:are|is|do|does|would)) (?:additional |extra |more )?(?:seats?|licen[sc]es?)\b|\b(?:more|additional|extra) (?:seats|licen[sc]es)\b",
    ),
    buy(
        "terms",
        true,
        r"\b(?:[0-9]|two|three|four|five|multi)[- ]year (?:commitment|contract|deal|term|agreement|plan|subscription|option|discount|licen[sc]e|pricing)\b|\b(?:discount|better price|better rate|price break) (?:for|if|on|when) (?:we|an? (?:annual|multi|longer|upfront|up-front)|annual|yearly|pay|paying|prepay[a-z]*|multi|volume|[a-z]+ing)|\b(?:payment terms|volume discount|volume pricing|annual billing|pay (?:annually|quarterly|monthly|upfront|up front)|net (?:30|45|60|90))\b|\bif we (?:commit(?:ted)?|sign(?:ed)?|pay|paid|prepaid|prepay|bought|buy|went annual|go annual|took|take)\b|\bdiscounts? (?:do|can|could|would) you\b|\bhow flexible\b.{0,30}\b(?:terms|contract)\b",
    ),
    buy(
        "references",
        true,
        r"\b(?:customer |client )?references?\b(?: (?:call|customers?|clients?|from|we could|we can|i could|i can|in our|for))|\b(?:talk|speak|chat|connect|put us in touch|get in touch|introduce us)(?: (?:to|with))? (?:to |with )?(?:a|an|another|one|some|two|any|a few|a couple)(?: of)?(?: (?:your|other|existing|current|similar|happy))* (?:customers?|clients?|reference|companies|users)\b|\b(?:share|have|send|see|provide|give us)(?: us| me| any| some| a few| a couple of| a)* (?:references|reference|case stud(?:y|ies)|customer stor(?:y|ies))\b",
    ),
    buy(
        "budget_approved",
        false,
        r"\b(?:budget|funding|funds|money|spend|investment|business case|purchase|deal)(?: (?:for|of) [a-z0-9' ]{1,40}?)? (?:is|was|has been|have been|had been|got|are|gets|just got|has now been|is now|'s)(?: just| now| finally| already| officially| been| all)* (?:approved|signed off|secured|allocated|confirmed|released|available|there|in place|cleared|set aside|green-?lit|earmarked|ready)\b|\b(?:budget|funding) (?:approved|confirmed|secured|signed off)\b",
    ),
    buy(
        "budget_approved",
        false,
        r"\b(?:got|have|has|received|secured|obtained|won|had) (?:the |our |a |full |final |this year's |some )*(?:budget|funding|budget approval|funding approval|sign-?off|approval|go-?ahead|green light)(?: (?:approved|signed off|for (?:this|it|the|you)|from (?:the |our )?(?:{BOSS})|to (?:buy|proceed|go ahead|move)|approval|sign-?off))|\b(?:{BOSS}) (?:has |have |just |finally |already )*(?:approved|signed off|okayed|ok'd|green-?lit|gave (?:us )?(?:the |their )?(?:green light|go-?ahead|ok|okay|approval|blessing))\b|\b(?:approved|secured|allocated|released|set aside|earmarked) (?:the |our |a |[$0-9a-z,.]+ )*(?:budget|funding|funds|spend)\b",
    ),
    Signal {
        kind: "price_accepted",
        theirs: true,
        deniable: false,
        severity: Low,
        pattern: r"\b(?:price|pricing|cost|costs|money|budget) (?:isn't|is not|aren't|are not|is no|isn't really|won't be|will not be|is not really|shouldn't be|was never|is hardly)(?: really| actually)? ?(?:an?|our|the|my|going to be an?)? ?(?:main |real |big |biggest )?(?:issue|problem|concern|blocker|obstacle|worry|question|factor)\b|\b(?:price|pricing|cost|quote|proposal|offer|number|numbers) (?:works|work|looks? (?:good|fine|fair|reasonable)|is (?:fair|reasonable|fine|acceptable|good|ok|okay|within (?:our )?budget|in line)|are (?:fair|reasonable|fine|acceptable|within budget)|fits?)\b|\bwithin (?:our|the) budget\b|\bfits (?:our|the|within our) budget\b",
    },
    buy(
        "expand",
        true,
        r"\b(?:roll|rolling|rolled|extend|extending|bring|bringing|take|taking|deploy|deploying|use|scale|scaling) (?:it|this|you|the (?:product|tool|platform|pilot)|that|your (?:product|tool|platform))(?: out)? (?:to|across|into|in|company-?wide|globally)(?: (?:the|our|all|other|whole|entire|rest|more|every|two|three|a|second|of))* ?(?:teams?|departments?|offices?|regions?|company|organi[sz]ation|org|business|units?|countries|sites?|locations?|groups?|subsidiar(?:y|ies)|everyone|emea|europe|apac)?\b|\b(?:want|wants|would like|'d like|plan|planning|looking|hope|ready|like) to (?:expand|extend|scale|upgrade|add (?:more|another|the))\b|\b(?:other|another|two more|three more|more|several|neighbou?ring|[a-z]+) (?:teams?|departments?|divisions?|offices?|business units?|groups?) (?:is |are |has |have |also |already |now )*(?:want(?:s|ed)?|ask(?:s|ed|ing)?|interested|request(?:s|ed|ing)?|saw|heard|would like|would love|need(?:s)? (?:it|this|access))\b|\b(?:we're|we are) expanding\b|\bcompany-?wide (?:rollout|roll-out|deployment|licen[sc]e)\b|\bupgrade to (?:the )?(?:enterprise|business|premium|pro|next|higher|bigger)\b",
    ),
    buy(
        "pilot_praised",
        true,
        r"\b(?:pilot|trial|poc|proof of concept|test phase|evaluation|test group)\b.{0,30}\b(?:went|going|gone|is|was|has been|exceeded|delivered|convinced|proved|proven|succeeded|turned out|paid off|results? (?:are|were|look))\b.{0,20}\b(?:well|great|good|smooth(?:ly)?|fantastic|excellent|amazing|success(?:ful)?|brilliant(?:ly)?|perfect(?:ly)?|better than|beyond|expectations?|everyone|us|strong|impressive|very positive|superb|off)\b",
    ),
    buy(
        "pilot_praised",
        true,
        r"\b(?:everyone|everybody|team|teams|users|people|engineers|developers|agents|reps|testers|pilot group|all of us|we all|colleagues|staff|they)\b(?: (?:in|on|from|of|at) (?:the|our|that) [a-z]+(?: [a-z]+)?)?(?: (?:all|really|just|absolutely|already|do|does|now))* (?:loves?|loved|wants? to keep|wanted to keep|wants? it|doesn't want to (?:lose|give|go)|don't want to (?:lose|give|go)|raves?|raving|is thrilled|are thrilled|is excited|are excited|swears? by|adores?|is hooked|are hooked|asks? to keep|asked to keep|is asking to keep|are asking to keep|can't (?:live|work) without)\b",
    ),
    buy(
        "pilot_praised",
        true,
        r"\b(?:exceed(?:ed|s)?|beat|beats|surpass(?:ed|es)|above|beyond) (?:all )?(?:our|my|the|everyone's) (?:expectations|targets?|goals?)\b|\bgame[- ]?changer\b|\bexactly what we(?:'ve| have|'re| are)? ?(?:been )?(?:need|needed|want|wanted|looking for|were looking for|after)\b|\bblown away\b|\bwe(?:'re| are| were) (?:all |very |really |super |so |extremely )*(?:impressed|convinced|sold)\b|\bkeep using (?:it|this|you|the)\b|\bwants? to keep (?:it|using|you|the)\b",
    ),
    buy(
        "preferred_vendor",
        true,
        r"\b(?:you|you're|you are|your (?:product|solution|team|proposal|offer|bid|platform|tool))\b.{0,25}\b(?:first|top|preferred|number one|clear|favou?red|favou?rite|leading|best|our) (?:choice|pick|vendor|option|candidate|front-?runner|solution|fit|favou?rite)\b|\b(?:leaning|lean) toward?s? (?:you|your)\b|\b(?:want|wants|like|love|prefer|decided|going|plan|happy|intend|ready|chosen|chose) to (?:go|work|partner|move forward|move ahead|sign|proceed) with you\b|\byou(?:'ve| have)? won\b|\bpreferred vendor\b|\bfront-?runner\b|\b(?:chose|picked|selected|going with|went with|go with) you\b",
    ),
    buy(
        "wants_to_buy",
        true,
        r"\b(?:want|wants|would like|'d like|'d love|plan|planning|intend|looking|decided|hope|interested in|keen on) (?:to )?(?:buy|buying|purchase|purchasing|move forward|moving forward|move ahead|moving ahead|go ahead|proceed|order|renew|renewing|get this done|close this|continue with you|stay with you)\b|\blet's (?:do (?:it|this)|move forward|move ahead|go ahead|proceed|get (?:this|it) (?:done|signed|started))\b|\bhow (?:do|can) (?:we|i) (?:buy|order|purchase|sign up|upgrade|procure)\b|\b(?:we(?:'re| are)|count us|i'm) (?:in|all in|on board)[.! ]*$|\bstart(?:ing|ed)? (?:the )?(?:procurement|purchasing|vendor onboarding)\b",
    ),
];

/// Signs of danger.
pub(crate) const RISKS: &[Signal] = &[
    risk(
        "churn",
        High,
        true,
        r"\b(?:cancel(?:l?ing)?|cancelled|canceled|terminat(?:e|ing|ed)|end(?:ing)?|leav(?:e|ing)|stop(?:ping)?|get(?:ting)? out of|exit(?:ing)?|drop(?:ping)?|discontinu(?:e|ing)|quit(?:ting)?|walk(?:ing)? away from|pull(?:ing)? out of|opt(?:ing)? out of|not extend(?:ing)?|let(?:ting)? (?:the|our)|downgrad(?:e|ing)|wind(?:ing)? down)(?: (?:our|the|your|this|with|of|entire|whole|current|annual))* (?:{PRODUCT}|you|pilot|trial|poc|project)\b",
    ),
    denial(
        "churn",
        High,
        true,
        r"\b(?:won't|will not|not going to|don't (?:plan|intend|want) to|do not (?:plan|intend|want) to|not planning to|decided not to|unlikely to|may not|might not|don't think we'll|not be|not sure (?:we'll|we will|if we'll)|won't be|no (?:plans|intention) to)(?: be)? (?:renew|renewing|extend|extending|continu(?:e|ing)|sign|signing|stay|staying|keep|keeping|buy|buying|moving forward|move forward|moving ahead|proceed|proceeding|going ahead|going forward|expand|expanding)\b|\bnot moving (?:forward|ahead)\b|\bnot (?:to )?(?:move|proceed|moving|proceeding) (?:forward|ahead|with)\b|\bdecided against\b|\b(?:going|go|gone|went) (?:in )?(?:a|another) (?:different )?direction\b|\bstopped using (?:it|you|the|your|this)\b|\bstop using (?:it|you|the|your|this)\b",
    ),
    risk(
        "churn",
        High,
        true,
        r"\b(?:consider(?:ing)?|thinking (?:about|of)|look(?:ing)? (?:at|into|for)|evaluating|exploring|want(?:s)? to|plan(?:ning)? (?:to|on)|going to|might|may|about to|tempted to|discussing|have to|need to|decided to|started) (?:cancel(?:l?ing|lation)?|terminat(?:e|ing|ion)|leav(?:e|ing)|churn(?:ing)?|replac(?:e|ing) (?:you|your|it|the)|switch(?:ing)?(?: away| to| vendors?| providers?)|mov(?:e|ing) (?:away|off|elsewhere)|alternatives|other (?:options|vendors|solutions|providers|tools)|walk(?:ing)? away|pull(?:ing)? (?:out|the plug)|downgrad(?:e|ing)|go(?:ing)? elsewhere|a replacement|end(?:ing)?|elsewhere)\b|\blooking elsewhere\b|\bnotice of termination\b|\btermination (?:notice|letter|clause)\b|\bpull(?:ing|ed)? the plug\b|\b(?:full |a )refund\b|\blegal action\b|\bbreach of contract\b|\bwalk(?:ing)? away\b|\bpull(?:ing|ed)? out\b|\bmov(?:e|ing) away from (?:you|your)\b",
    ),
    denial(
        "lost",
        High,
        true,
        r"\b(?:went|gone|going|go|decided to go|chose|chosen|signed|picked|selected) (?:with )?(?:another|a different|the other|someone else|somebody else|a competitor|your competitor)\b",
    ),
    denial(
        "silence",
        Medium,
        false,
        r"\b(?:gone|went|going|goes|been|turned|fallen|fell|become|is|are) (?:completely |totally |very |a bit |rather |all |suddenly |strangely )*(?:quiet|silent|dark|mia|unresponsive|radio silent)\b|\b(?:haven't|have not|hasn't|has not|have yet to|still haven't|not) heard (?:anything )?(?:back )?(?:from|since|in)\b|\b(?:no|zero|without (?:a|any)) (?:reply|replies|response|answer|reaction|feedback|word|news)(?: (?:from|since|to|for|in|on|yet|after|so far|at all)\b|[.! ]*$)|\b(?:hasn't|haven't|has not|have not|isn't|aren't|is not|are not|not|never|stopped|didn't|did not)(?: been)? (?:repl(?:ied|ying|y)|respond(?:ed|ing)?|answer(?:ed|ing)?|returned|returning|picking up|got back|gotten back)\b|\bghost(?:ed|ing)\b|\bunresponsive\b|\bradio silence\b|\bcrickets\b",
    ),
    denial(
        "budget_freeze",
        High,
        false,
        r"\b(?:budgets?|spend(?:ing)?|hiring|purchasing|funding|purchases|procurement)(?: (?:for|of) [a-z0-9 ]{2,30})? (?:is|are|was|were|has been|have been|got|gets|will be|'s|just got)(?: all| now| just| been| currently| completely| being)* (?:frozen|cut|slashed|on hold|gone|pulled|reduced|halved|suspended|stopped|paused|under review|blocked|withdrawn|reallocated|tight|shrinking)\b|\b(?:budget|spending|purchasing|hiring|procurement|cost)[- ](?:freeze|cuts?|stop|moratorium|reductions?)\b|\bfr(?:oze|eezing|eeze|ozen) (?:all |our |the |any |new |most )*(?:budgets?|spend(?:ing)?|purchases|hiring|investments?|software|discretionary|projects)\b|\bcost[- ](?:cutting|saving)s?\b|\b(?:lost|losing|pulled|cut|cutting|slashed|slashing|froze|halved|reallocated) (?:all |our |the |my |its |their )*(?:budgets?|funding|spending)\b|\blay-?offs?\b|\blaid off\b|\b(?:don't|do not|doesn't|no longer) have (?:the |a |any |enough )?(?:budget|funding|money)\b|\bno budget (?:left|for|this|until|anymore|at)\b|\bran out of budget\b",
    ),
    risk(
        "champion_leaving",
        High,
        false,
        r"\b(?:i'm|i am|i'll be|i will be|he's|she's|he is|she is|is|are|will be|has|have|he|she|[a-z]+'s) (?:now |actually |unfortunately |also |sadly |soon )*(?:leaving|resigned|resigning|stepping down|quitting|quit|departing|retiring|moving on|been let go|left|gone from|moving (?:on )?to (?:another|a new|a different) (?:role|job|position|company|team|department|office)|taking (?:on )?(?:a new|another) (?:role|job|position)|starting a new (?:job|role)|changing (?:jobs|roles)|on (?:his|her|their) way out|no longer with)(?: (?:us|the company|the team|the firm|the organi[sz]ation|the business|at the|at|in|next|this|by|end|for|from|as|on|after|to|the|our|acme|last)\b|[.,!]|$)|\b(?:my|his|her|their) last (?:day|week)\b|\bleaves (?:us|the company|the team|the firm|at the end|next|in|on)\b|\bno longer (?:with|at|works? (?:at|for|here)|leads?|runs?|owns?) (?:us|the company|the team|here|this|the)\b|\b(?:left|leaving) (?:the company|the team|us|the firm|the business)\b|\b(?:new|another|different) (?:{BOSS}|owner|sponsor|head)\b.{0,40}\b(?:review|reviewing|question|questioning|wants? to (?:review|revisit|rethink|start over)|own ideas|prefers|from scratch|re-?evaluat[a-z]+)\b|\breplaced by a new\b",
    ),
    denial(
        "outages",
        High,
        false,
        r"\b(?:outages?|down ?time|incidents?)\b.{0,40}\b(?:again|third|second|fourth|another|repeated|every|weekly|keep|keeps|this (?:week|month|quarter)|last (?:week|month)|cost|hurt|affected|hit|killed|in a row|lost|acceptable)\b|\b(?:another|third|second|fourth|repeated|constant|frequent|yet another|multiple|several|two|three|four|too many|more|so many|these|those) (?:major |big |long |severe |unplanned )?(?:outages?|crashes|incidents?|failures?|downtimes?)\b|\b(?:we had|there was|had|major|massive|big) (?:a |an |major |massive |big |complete |full )*outage\b|\b(?:is|went|goes|was|are|been|gone) (?:completely |totally )?down (?:again|for|all|since|every|twice|three)\b|\bdown again\b|\bstill (?:broken|down|crashing|failing|not (?:fixed|working|resolved|solved))\b|\bkeeps? (?:crashing|failing|breaking|going down|timing out|dropping|losing|happening|disconnecting|throwing)\b|\b(?:third|fourth|fifth|second|umpteenth) time (?:this|in|we|it|that|the|now|already|since)\b|\b(?:lost|losing|loses) (?:our|customer|all|some|the|my)?(?: [a-z]+)? ?data\b|\bdata loss\b|\bcrash(?:es|ed|ing)? (?:again|every|constantly|all|daily|twice|for the|on us|several)\b|\bunusable\b|\bbroken (?:again|for|since|after)\b",
    ),
    denial(
        "dissatisfied",
        Medium,
        true,
        r"\b(?:not|isn't|is not|this is|simply|completely|totally) (?:acceptable|unacceptable)\b|\bunacceptable\b|\bfed up\b|\b(?:very|really|extremely|so|getting|increasingly|quite|deeply|pretty|is|are|am|'re|'m|was|were|growing) (?:very |really |increasingly |extremely |quite |more |also |all |getting )*(?:frustrated|frustrating|disappointed|disappointing|unhappy|annoyed|upset|dissatisfied|concerned about (?:your|the))\b|\bnot (?:at all |very |really |too |so )?(?:happy|satisfied|pleased|impressed) (?:with|about|at)\b|\b(?:losing|lost|lose|running out of|out of) (?:all |our |my )?(?:patience|confidence|trust|faith)\b|\bunreliable\b|\bescalat(?:e|ed|ing)\b.{0,30}\b(?:{BOSS}|your management|your ceo)\b|\bstill waiting (?:for|on) (?:a|an|your|any|the) (?:reply|response|answer|fix|solution|resolution|call)\b|\bserious(?:ly)? (?:concerns?|doubts?|issues?|problems?|questioning)\b|\bsecond thoughts\b|\bcold feet\b|\bdeal[- ]?breaker\b",
    ),
    risk(
        "postponed",
        Medium,
        false,
        r"\b(?:postpon(?:e|ed|ing)|paus(?:e|ed|ing)|shelv(?:e|ed|ing)|deprioriti[sz](?:e|ed|ing)|defer(?:red|ring)?|suspend(?:ed|ing)?|mothball(?:ed)?)\b|\b(?:on|put on) (?:hold|ice|pause)\b|\b(?:back ?burner|moved to the back)\b|\b(?:push|pushed|pushing|move|moved|moving|slip|slipped|slipping|slid|delay|delayed|delaying|bump|bumped|kick|kicked)(?: (?:it|this|that|us|things|everything|(?:the|our|your) [a-z-]+(?: [a-z-]+)?))? (?:back|out|to (?:next|later|q[1-4]|the (?:next|second|following|end|fall|autumn|spring|summer)|{MONTH}|20[0-9]{2})|until|by (?:a|one|two|three|several|another|at least)|into (?:next|q[1-4]|{MONTH})|beyond|past)\b|\b(?:is|are|was|were|been|be|get|got|further|significantly|again|another|project|launch|decision|rollout|signature|approval) (?:being |now |further |probably |significantly |again )*(?:delayed|slipping|stalled|in limbo)\b|\brevisit (?:this |it |that |the topic )?(?:in|next|later|after|once|again)\b",
    ),
    denial(
        "postponed",
        Medium,
        false,
        r"\b(?:not|no longer|isn't|is not|not really|not currently) (?:a |our |the |an? (?:high|top) )*priority\b|\bnot (?:going to happen|happening) (?:this|until|before)\b|\b(?:won't|will not|can't|cannot|not be able to) (?:happen|start|sign|decide|move|proceed|make it|get to (?:it|this)|look at (?:it|this))\b.{0,30}\b(?:this (?:year|quarter|month)|until|before|anytime soon|any time soon)\b|\bbad time\b|\b(?:lost|losing) (?:interest|momentum|steam)\b|\boff the table\b",
    ),
    risk(
        "lower_usage",
        High,
        true,
        r"\b(?:reduce|reducing|cut|cutting|go down|going down|drop|dropping|shrink|downsize|downsizing|scale (?:back|down))(?: [a-z]+){0,3} (?:from [0-9]+ )?to [0-9]+ (?:seats?|licen[sc]es?|users?)\b",
    ),
    risk(
        "lower_usage",
        Medium,
        false,
        r"\b(?:usage|adoption|log-?ins|activity|active users|engagement|utili[sz]ation|traffic|seat usage)\b.{0,40}\b(?:down|dropp(?:ed|ing|s)|declin(?:ed|ing|es)|fell|fallen|falling|low|lower|halved|decreas(?:ed|ing|es)|stalled|slow|shrinking|shrunk|flat|poor|disappointing|weak|collapsed|tanked|slipp(?:ed|ing)|cratered|plummet(?:ed|ing))\b|\b(?:lower|low|poor|declining|dropping|falling|weak|less|decreasing|shrinking) (?:usage|adoption|utili[sz]ation|engagement|activity)\b",
    ),
    denial(
        "lower_usage",
        Medium,
        false,
        r"\b(?:nobody|no one|hardly any(?:one|body)|barely any(?:one|body)|almost (?:nobody|no one)|few people|only (?:a few|a handful|two|three|half|[0-9]+%?)(?: of (?:us|them|the|our) ?[a-z]*| people| users| seats)?|most (?:people|of the team|of us|users)|(?:the|our|my) (?:team|people|users|reps|engineers|staff))\b(?: (?:still|really|actually|even|here|ever|on|in|from|the|our|team|is|are|has|have|currently))* (?:us(?:es|ing|e) (?:it|this|the|your)|log(?:s|ged|ging)? in|opens? it|stopped using|touch(?:es|ed)? (?:it|the)|hardly uses?|barely uses?|don't use|doesn't use|rarely uses?)\b|\b(?:we|they) (?:hardly|barely|rarely|don't really|don't even|no longer) (?:use|log in|touch|open)\b|\b(?:seats?|licen[sc]es?) (?:are|is|sit|sitting|going|remain|go)(?: mostly| still| currently)? (?:unused|idle|empty|not being used|not used)\b|\bunused (?:seats|licen[sc]es)\b|\b(?:fewer|reduce(?: the number of)?(?: our)?|reducing(?: the number of)?(?: our)?|cut(?:ting)?(?: our| the| back on)?|drop(?:ping)?(?: our| some)?|cut down on|give back|giving back|give up) (?:[0-9]+ )?(?:seats?|licen[sc]es?|usage|user count)\b",
    ),
    risk(
        "blocker",
        High,
        false,
        r"\b(?:wants?|wanted|trying|tries|tried|like|threatens?|going|likely|plans?|would love) to (?:kill|block|stop|veto|cancel|sink|derail|end|scrap|delay|torpedo) (?:the|this|it|our|your)\b|\b(?:kill|killed|killing|block|blocked|blocks|blocking|veto|vetoed|vetoing|scrap|scrapped|derail|torpedoed|torpedo|sink|sank|stonewalling|sabotaging) (?:the |this |our |your )?(?:project|deal|purchase|rollout|initiative|proposal|pilot|contract|approval|signature|it|evaluation)\b|\b(?:is|are|strongly|was|were|firmly|dead|still|team|voted|argued|arguing|argues|voting|speaking|came out) (?:strongly |firmly |dead |very |still |also )*against (?:the|this|it|us|you|your|buying|using|switching|moving|going|any|cloud|signing)\b|\bpush(?:ing|ed|es)? back (?:hard|on|against|strongly)\b",
    ),
    denial(
        "blocker",
        High,
        false,
        r"\b(?:doesn't|does not|don't|do not|can't|didn't) (?:really |even )?see (?:the |any |much |enough |a )*(?:value|point|benefit|roi|need|business case|reason)\b|\b(?:isn't|is not|not|aren't|never) (?:yet |fully |really |at all |entirely |quite )*(?:convinced|sold on|supportive|on board|a fan)\b|\b(?:{BOSS}|security|it|infosec|compliance|committee|team|they|he|she)(?: (?:team|department|committee|lead|officer))?(?: has| have| just| also| flatly)* (?:rejected|refus(?:ed|es|ing)|turned down|said no|shot down|declined|objected|won't (?:approve|sign|allow|accept|agree)|will not (?:approve|sign|allow|accept|agree)|blocked)\b|\bfail(?:ed|s|ing)? (?:the |our |your |its )?(?:security|vendor|compliance|legal|risk|technical|audit)(?: [a-z]+)? ?(?:review|assessment|check|audit|evaluation|test)?\b|\b(?:won't|will not) (?:be the one who |be able to )?recommends?\b|\bnot (?:exactly )?(?:your|our) (?:biggest|greatest) fan\b",
    ),
    denial(
        "reorganisation",
        Medium,
        false,
        r"\b(?:been|being|get|getting|got|were|we're|are|be) acquired\b|\b(?:merger|acquisition|takeover) (?:is|has|was|means|with|could|may|might|will|puts|of us|by)\b|\b(?:re-?org(?:ani[sz](?:ation|ing|ed))?|restructur(?:e|ing|ed))\b",
    ),
    risk(
        "worried",
        High,
        true,
        r"\b(?:that|this|it|which|what happened) (?:really |honestly |seriously |does |still |also )*(?:worries|concerns|scares|bothers|troubles|frightens) (?:me|us|my team|our team|the board)\b|\b(?:i'm|i am|we're|we are) (?:really |quite |very |a bit |seriously |honestly |getting )*(?:worried|uneasy) (?:about|that)\b|\b(?:i|we|they)(?:'ll| will)? need more than\b.{2,60}\b(?:before|to)\b",
    ),
    risk(
        "tight_schedule",
        Medium,
        false,
        r"\b(?:needs?|takes?|with) (?:some|a (?:bit|lot|little|good deal) of|a little) luck\b|\b(?:{MONTH}|[0-9]+(?:st|nd|rd|th)?|date|deadline|timeline|schedule|timing|go-?live|launch|signature) (?:is|looks|will be|gets?|is getting) (?:now |very |quite |really |pretty |a bit |too )*(?:tight|ambitious|optimistic|unrealistic)\b",
    ),
    risk(
        "stalled",
        Medium,
        false,
        r"\b(?:deal|opportunity|account|renewal|contract|project|negotiation|negotiations|procurement|legal review|approval|process)(?: [a-z]+)? (?:is|are|has|have|looks|seems|feels|went|'s)(?: now| been| completely| really| pretty| still| gone)* (?:stalled|stuck|dead|cold|at risk|in jeopardy|shaky|in danger|slipping|blocked|nowhere|wobbly)\b|\b(?:deal|renewal|account|opportunity|contract) at risk\b|\bat risk of (?:losing|churn|cancel|not)[a-z]*\b|\blost interest\b",
    ),
];

/// Words that say a trouble is over.
pub(crate) const RESOLVED: &str = r"\b(?:resolved|fixed now|is fixed|was fixed|been fixed|back up|solved|all good now|back to normal|no longer (?:an issue|a problem|the case)|works again|working again|back online|recovered|went away|for maintenance)\b";
