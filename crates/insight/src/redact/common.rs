//! Words that begin with a capital letter without naming anybody.

use std::{collections::HashSet, sync::LazyLock};

use crate::lexicon::names::{COMMON_WORDS, DEPARTMENTS, NO_NAMES, NOT_PEOPLE, TOOLS};

static WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let own = OWN.split_ascii_whitespace();
    let lists = [COMMON_WORDS, DEPARTMENTS, NO_NAMES, NOT_PEOPLE, TOOLS].into_iter().flatten().copied();
    own.chain(lists).collect()
});

/// What the product's other lists lack: small words, what begins sentences, labels of fields, words of work.
const OWN: &str = "\
a about above across actually add added address after afterwards again against age ago agent ahead almost alone along already alternatively \
although always am amount among an and another any anyone anything anyway apt are aren around article as ask at attn away awesome back be became \
because become been before began being below best better between bot both bring bus but buy by bye call called came can cannot cant card care cc \
cell certainly change charge check cheers chief city close code come coming company congrats congratulations contact corner correct cost could \
country course credit currently customer daily date day days dear delivery description details did didn different dir direct do does doesn doing \
don done down draft dr due during each early either else email emails end enough et etc even ever every everyone everything example excellent \
excuse executive expert fair family far fast fax feel few field fields find fine finally first five floor follow for form former found four free \
friend friends from front full further fw fwd get getting give given go god goes going good got great greetings guilty had half happy has hasn \
have haven having he hello help hence her here hers hey hi high him himself his home honestly hope how however hundred i idea if im in inc indeed \
info information inside instead into is isn issue it its itself ive job joined just keep kids kind know known lady last lastly late later lead \
least left less let life like likely likewise line link list little ll located location long look looking lord lot love made main major make making \
man manager many mark matter may maybe me mean meanwhile member message middle might mind mine miss mission mobile moment money more moreover \
morning most mother move moved movie mr mrs ms much music must my myself mystery name named need needs never nevertheless new news next nice night \
no nobody non none nope nor not note nothing now number of off office often oh ok okay old on once one only onto open or order original other \
others otherwise our ours out over own page part party past pay people per perhaps personal phone place please plus point possible president \
press pretty previous price private probably problem product project proud public put question quick quite rather re read ready real really \
recently regarding regards related remember request reservation respect result right role room said same save saw say says second section see seems \
seen sent service set several shall she should show side similarly simply since sincerely sir site six small so some somebody someone something \
sometimes song songs soon sorry start state statement station still stop story street subject such suite sure system take taken talk team tel \
tell ten than thank thanks that the their them themselves then there therefore these they thing things think this those though thought three \
through thus till time times title to today together told too top total tour toward towards treaty true try turn twice two type under \
unfortunately unit unless unlike until up update upon us use used user users using usually very via visit vs want warm was wasn way we website \
welcome well went were weren what whatever when whenever where whereas wherever whether which while who whoever whole whom whose why will with \
within without won ve re word work working world would wouldn write written wrong year years yep yes yesterday yet yo you young your yours yourself \
zip zone account accounts admin alert alerts api app apps attachment audit author backup bank baseline bill billing birthday browser bug build \
calendar campaign cancel cart channel chat class client cloud cluster command comment commit community config console content cookie course court \
currency dashboard database default demo deploy desk detail developer device director director's disk download drive driver edit editor employee \
endpoint engineer environment error europe event events export feature feedback file files filter fix folder forecast forum frontend function \
gateway graph hardware health host hosting hour hours id image import inbox index input install instance interface internet item items journal \
kanban key keyboard keys laptop law layer leave ledger legal level library license live load local log logo logs mail mailbox market memory menu \
merge metric metrics minute minutes mode model module monitor month months mp native network node notification object online operator output owner \
package panel parent partner partners password payment period permission pipeline platform policy pool popular port portal post power practice \
premium print priority process processor production profile program property protocol provider proxy purchase query queue quota rate record region \
register release renewal repo response retail revenue reviewer risk router rule rules sale sandbox schedule schema scope script search security \
self seller senior server session settings setup shipping shop sign silver single sku sla slide slides software solution source space spec speed \
sponsor staff stage staging standard status step storage store stream study success summit supplier support survey switch sync table tag target \
task tasks tech tenant term terms ticket tier tool track traffic trial tutorial university upgrade usage value vendor version video view volume \
wait wallet warning watch wave web webhook webinar wiki win window workflow workspace zero am pm eur usd gbp chf cet utc gmt pst est q1 q2 q3 q4 \
ceo cto cfo coo cio vp svp evp hr pr roi kpi faq fyi asap eta eod tbd tba nda rfp rfi poc mvp sso saml scim gdpr soc iso hipaa pci crm erp saas \
avenue road boulevard mon tue wed thu fri sat sun jan feb mar apr jun jul aug sep sept oct nov dec directed mystery adventure action comedy \
animation blink civil rights act european union concept letter master signatory shadow devil packager champion steering committee processing services statement proof sign-on single-sign-on north south east west northern southern eastern western";

/// Endings of words that tell how something is done.
const ADVERBS: &[&str] = &["ally", "ately", "ently", "antly", "edly", "fully", "ously", "ively", "ably", "ibly", "ingly", "estly", "inely"];

/// Whether a folded word is one of them.
pub(super) fn common(folded: &str) -> bool {
    folded.len() < 2 || WORDS.contains(folded) || ADVERBS.iter().any(|a| folded.ends_with(a)) && folded.len() > 6
}

#[cfg(test)]
mod tests {
    use super::common;

    #[test]
    fn words_of_work_name_nobody() {
        assert!(["the", "march", "legal", "invoice", "slack", "thursday", "unfortunately", "a"].into_iter().all(common));
        assert!(!["ana", "kowalski", "emily", "polly"].into_iter().any(common));
    }
}
