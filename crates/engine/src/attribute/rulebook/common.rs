//! Words that people use every day, and that companies are called by: "target date" is about no company.

use std::{collections::HashSet, sync::LazyLock};

static WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| LIST.split_whitespace().collect());

/// Whether a name is a common word of its own.
pub(super) fn is(name: &str) -> bool {
    WORDS.contains(name)
}

/// English words that stand in dictionaries of everyday use and in trade registers both.
const LIST: &str = "\
    able about above access account ace across act action active adapt add advance after again agent agile air alert alive all ally alpha \
    also always amazon amber anchor angel answer any app apple apply arc arch area arrow art asana ask aspect asset assist atlas atom audit \
    august aurora auto available average away back balance ball bamboo band bank bar base basic basis batch bay beam bear beat because bee \
    before bell bench best beta better beyond big bill bird bit black blend block bloom blue board boat body bold bolt bond bonus book boost \
    booth border boss both bottom bounce bow box brain branch brand brave bread break bridge brief bright bring broad brown brush bucket \
    budget buffer build builder bull bus business button buy buzz cable cafe calendar call calm campaign can canvas cap capital car card \
    care cargo case cash casper castle catalyst cause center central chain chair challenge change channel charge chart chase chat cheap \
    check cherry chief child choice chorus circle city clarity class classic clean clear clever click client cloud club coach coast code \
    coffee coin cold collect color column come comet command common community compass complete concept concert concord connect contact \
    content context contract control cookie cool copper copy coral core corner cost cotton count country couple course cover craft crane \
    create creative credit crew cross crown cruise crystal cube culture current curve custom customer cut cycle daily dash data date dawn \
    day deal decision deep deliver delta demand demo depot deputy design desk detail dev develop dial diamond digest digital direct discover \
    discovery discussion dispatch display distance doc doctor document dog dollar domain dome door dot double down draft dragon dream drift \
    drive drop drum dual eagle early earth ease east easy echo edge edit effect element elevate elite email ember emerald emerge empire \
    empower energy engage engine enjoy enterprise entry equal era escape essence essential eve even event ever every evolve exact exchange \
    exit expert explore express extra eye fabric face fact factor factory fair falcon fall family farm fast father feature feed field figure \
    file fill film final finance find fine finish fire firm first fish fit five fix flag flair flame flash fleet flex flight flint float \
    floor flow fluent fly focus follow food foot force forest forge form format formula forward found foundation founder fountain four fox \
    frame free fresh friday friend front frontier fruit fuel full fun function fund fusion future gain galaxy game gap garden gate gateway \
    gear gem general genesis gift give glass global globe glow gold golden good grace grade grain grand grant graph gravity great green grid \
    ground group grove grow growth guard guest guide guild gusto half hall hand harbor hard harmony harvest haven hawk head health heart \
    heat helm help hero hidden high hill hinge hive hold home honest honey hook hope horizon horse host hot hotel hour house hub human \
    hunter ice icon idea ideal image impact impulse in indeed index indigo industry infinity info infra inner innovation input insight \
    inspire instant intake integrate intel intent inter interest internal into invest iron island issue item ivory jade jet jewel job join \
    journal journey joy jump june jungle jupiter just keen keep kernel key kick kind king kit kitchen kite knight know lab label lake lamp \
    land landing lane laser last later lattice launch laurel layer lead leaf leap learn ledger left legal legend lemon lens less letter \
    level lever liberty library life lift light like lime line linear link lion list little live load loan local lock loft log logic long \
    look loom loop lotus loud love loyal luck lucky lunar luxury machine magic magnet magnolia mail main major make manage management mango \
    manual map maple marble march mark market marketing mars master match material matrix matter max may maze me meadow mean measure media \
    meet meeting member memory mention mercury merge meridian message meta metal meter method metric micro middle mighty mile milestone mill \
    mind mine mini mint minute mirror mission mist mix mobile mode model modern moment momentum monday money monitor moon more morning \
    mosaic most motion motive mount mountain move movement multi music mutual name nation national native natural nature navy near neat need \
    nest net network neutral never new news next nice night nimble nine noble node noon north notable note notes notice notion nova novel \
    now number oak oasis object ocean odd of off offer office official oil ok old olive omega omni on once one onyx opal open opera \
    operation opportunity optima option or oracle orange orb orbit order organic origin other our out outcome outlook outreach over own \
    oxygen pace pacific pack package page paid paint pair palace palm panda panel paper parade parallel park part partner partners party \
    pass past patch path patient pattern pause pay payment peak pearl pebble people pepper perfect phase phoenix phone photo piano pick \
    picture piece pilot pine pink pinnacle pioneer pipe pipeline pivot pixel place plaid plain plan planet plant plate platform play player \
    plaza please plus poc pocket point polar policy polish pool pop port portal portfolio post pound power practice precise premier present \
    press prestige price pricing pride primary prime print prism private pro problem process product profile profit program progress project \
    promise proof proper property proposal prospect public pulse pump pure purple purpose push qa quality quantum quarter quartz queen quest \
    question quick quiet quote rabbit race radar radio radius rain rainbow raise rally ram ramp random range rapid rare rate raven reach \
    react ready real realm reason recall recent record red reef refer reflex region relay release rely remedy remote renew renewal report \
    request rescue research reserve resolve resource response rest result retail return reveal review reward rich ride right ring ripple \
    rise risk rival river road roadmap robin rock rocket role roll room root rose round route row royal ruby rule run rush safe sage sail \
    sales salt same sample sand sandbox sapphire save scale scan scene school science scope score scout screen script sea search season seat \
    second section sector secure security seed segment select self sell send senior sense sentinel sentry sequence series serve server \
    service session set setup seven shade shadow shape share shared sharp shell shelter shield shift shine ship shop short show side sierra \
    sign signal silent silk silver simple simplicity single site six size sketch skill sky slack sleep slice slide small smart smile smooth \
    snap snow snowflake social soft solar sole solid solo solution solutions some sonar sonic soul sound source south space spark special \
    spectrum speed sphere spider spin spiral spirit splash split spot spread spring sprint sprout square stack staff stage stand standard \
    star start startup state station status stay steady steel stellar stem step still stock stone stop store storm story strategy stream \
    street stride strike string stripe strong structure studio study style success sugar suite summer summit sun sunday sunrise super supply \
    support sure surface surge survey swan sweet swift switch symphony sync system table tag take talent talk tango target task taste team \
    tech technology tempo ten term test text thanks the theme then thing think third three thrive thunder ticket tide tie tiger time tiny \
    tip titan title today together token tomorrow tool top torch total touch tower town toy trace track trade trail train training transfer \
    transform travel treasure tree trend trial triangle tribe trigger trinity trip triple true trunk trust truth try tulip tune tunnel turbo \
    turn twilight twin two type ultra umbrella unicorn union unique unit united unity universal universe up update upgrade upper urban us \
    use user utility valid valley value van vanguard variable vault vector vega velocity vendor venture venue verge verify version vertex \
    vertical very vessel via victor victory video view village vine vintage viola violet virtual visa vision vista visual vital vitality \
    vivid voice void volt volume voyage wall want war warehouse warm watch water wave way we weather web week weekly welcome well west whale \
    wheel white whole wide wild will win wind window wing winter wire wisdom wise wish wolf wonder wood word work workday works workshop \
    world worth yard year yellow yes yield you young your zen zenith zero zone zoom";

#[cfg(test)]
mod tests {
    #[test]
    fn words_are_known() {
        assert!(["target", "apple", "monday", "poc", "zoom"].into_iter().all(super::is));
        assert!(["acme", "globex", "initech", "acme-target"].into_iter().all(|name| !super::is(name)));
    }
}
