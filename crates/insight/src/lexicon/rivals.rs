//! What is said about competitors: stances around a name, and competitors without one.

/// Stance and pattern; `@` stands where the name stands. The first that matches decides.
pub(crate) const STANCES: &[(&str, &str)] = &[
    (
        "negated",
        r"\b(?:never|not|no longer|don't|didn't|doesn't|haven't|hasn't|aren't|isn't|wasn't|won't|ruled out|ruling out|decided against|rejected|not a fan of|no plans (?:for|to use)|no interest in|passed on|without) (?:[a-z']+ ){0,4}@",
    ),
    (
        "negated",
        r"@ (?:is|was|are|were) (?:not|no longer|never|out|off)\b|@ (?:isn't|wasn't|didn't make|doesn't|can't|couldn't|won't|failed|lost)\b",
    ),
    (
        "left",
        r"\b(?:left|leaving|leave|moved (?:away )?from|moving (?:away )?from|migrated (?:away )?from|migrating (?:away )?from|migrate from|switched (?:away )?from|switching (?:away )?from|came from|coming from|replaced|replacing|replace|dropped|dropping|cancelled|canceled|got rid of|moving off|moved off|off of|sunsetting|sunset|used to use|previously used|used) (?:[a-z']+ ){0,3}@",
    ),
    (
        "chosen",
        r"\b(?:went with|going with|go with|chose|chosen|picked|selected|signed with|signing with|switched to|switching to|switch to|moved to|moving to|prefer|prefers|leaning toward|leaning towards|decided on) (?:[a-z']+ ){0,2}@",
    ),
    (
        "using_now",
        r"\b(?:use|uses|using|run on|running on|are on|is on|on|customer of|customers of|rely on|relies on|currently with|are with|stick with|staying with|stay with|renew with|renewed with|renewing|licen[sc]e with|contract with|tied to|locked into|current (?:vendor|provider|tool|system|solution|supplier),?(?: is)?) (?:[a-z']+ ){0,2}@",
    ),
    (
        "using_now",
        r"@ (?:contract|licen[sc]es?|subscription|instance|setup|deployment|account|renewal)\b|@ (?:today|at the moment|right now|currently)\b",
    ),
    (
        "evaluating",
        r"\b(?:evaluat[a-z]+|consider[a-z]*|looking (?:at|into)|look at|compar[a-z]+|versus|vs\.?|against|trial[a-z]*|test[a-z]*|piloting|poc with|demo (?:with|from|of)|demoed|shortlist[a-z]*|talk[a-z]* (?:to|with)|speaking (?:to|with)|spoke (?:to|with)|talked (?:to|with)|met with|meeting with|quote from|proposal from|offer from|bid from|pitch from|call with|than|between|alternative to|like|heard from|approached by|also|invited|rfp to) (?:[a-z']+ ){0,3}@",
    ),
    (
        "evaluating",
        r"@(?:'s|s')? (?:has |have |had |is |are |was |just |also |already )?(?:offer[a-z]*|quot[a-z]+|pitch[a-z]*|pric[a-z]+|propos[a-z]+|demo[a-z]*|came in|come in|undercut[a-z]*|approached|reached out|bid|cheaper|discount|trial|sales|rep|claims|promis[a-z]+|gave us|told us|showed us|shortlisted)\b",
    ),
];

/// The competitor undercuts or courts the customer.
pub(crate) const OFFERS: &str = r"\b(?:offer(?:ed|ing|s)? (?:us|them|a|to|the|it|half|[0-9])|quot(?:e|ed|es|ing) (?:us|them|from|came|is|was|half|[0-9$])|quoted|cheaper|undercut[a-z]*|for free|half (?:the|your|of) (?:price|cost)|half price|[0-9]+ ?(?:%|percent) (?:less|off|cheaper|lower|below|discount)|lower (?:price|offer|quote)|better (?:price|offer|deal|terms)|counter-?offer|matched|match(?:es)? your price|less than you|came in (?:at|lower|under|below)|throwing in|discount(?:ed|s)?|proposal (?:from|by)|(?:first|one) year free)\b";

/// Competitors without a name: the value shown, the stance, the pattern.
pub(crate) const UNNAMED: &[(&str, &str, &str)] = &[
    (
        "in-house solution",
        "status_quo",
        r"\b(?:we|our (?:team|engineers|developers|it))(?:'ve| have| could| can| might| would| are| will|'d|'re)? (?:also |already |just |probably |actually |thinking about |considering |rather )*(?:built|build|building|developed|develop|developing|wrote|write|made|make|created|do|did|doing|run|have)\b.{0,50}\b(?:ourselves|in-house|in house|internally)\b",
    ),
    (
        "in-house solution",
        "status_quo",
        r"\b(?:our|an?) (?:own|in-house|home-?grown|internal(?:ly built)?) (?:solution|tool|system|build|platform|script|scripts)\b",
    ),
    (
        "spreadsheets",
        "status_quo",
        r"\b(?:we|our team|they|everyone)(?:'re| are)? (?:still |currently |just |mostly |all )*(?:use|using|do|doing|track|tracking|manage|managing|run|running|live|work|working|keep|handle|handling|rely|relying)\b.{0,40}\b(?:spreadsheets?|excel)\b",
    ),
    (
        "another vendor",
        "evaluating",
        r"\b(?:talking (?:to|with)|speaking (?:to|with)|talked to|spoke (?:to|with)|looking at|evaluating|considering|comparing|quotes? from|proposals? from|offers? from|demos? (?:from|with)|meeting with|in talks with|shortlist(?:ed)?|versus|against|up against|also have|have|got|invited|trialing|testing|piloting) (?:you (?:with|to|against) )?(?:[a-z0-9']+ ){0,3}(?:other|another|competing|different) (?:vendors?|providers?|suppliers?|tools?|solutions?|products?|companies|company|bidders?|offers?|options from)\b",
    ),
    ("another vendor", "evaluating", r"\b(?:your|a|one of your|the|two of your|of your) (?:biggest |main |direct )?competitors?(?:'s)?\b"),
    ("another vendor", "evaluating", r"\b(?:on the|on our|our|the) (?:short ?list|rfp)\b.{0,40}\b(?:others?|vendors?|providers?)\b"),
    (
        "another vendor",
        "chosen",
        r"\b(?:went|going|go|decided to go) with (?:another|a different|the other) (?:vendor|provider|supplier|tool|solution|product)\b",
    ),
    (
        "the incumbent",
        "using_now",
        r"\b(?:our|the|their) (?:current|existing|incumbent) (?:vendor|provider|supplier|tool|solution|system)\b|\bthe incumbent\b",
    ),
];
