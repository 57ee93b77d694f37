//! Domains at which everybody can have an address. A missing one only means that nobody is warned when a
//! profile names it.

/// Mail providers for everybody, and of internet access.
#[rustfmt::skip]
const PROVIDERS: &[&str] = &[
    "126.com", "163.com", "alice.it", "aol.co.uk", "aol.com", "aol.de", "aol.fr", "arcor.de", "att.net", "bellsouth.net", "bigpond.com",
    "bk.ru", "bluewin.ch", "bol.com.br", "btinternet.com", "centrum.cz", "charter.net", "comcast.net", "cox.net", "daum.net",
    "earthlink.net", "email.cz", "email.de", "fastmail.com", "fastmail.fm", "foxmail.com", "free.fr", "freenet.de", "frontier.com",
    "gmail.com", "gmx.at", "gmx.ch", "gmx.com", "gmx.de", "gmx.fr", "gmx.net", "googlemail.com", "hanmail.net", "hey.com", "hushmail.com",
    "icloud.com", "inbox.lv", "inbox.ru", "interia.pl", "juno.com", "kakao.com", "kolabnow.com", "laposte.net", "libero.it", "list.ru",
    "live.com", "lycos.com", "mac.com", "mail.com", "mail.de", "mail.ee", "mail.ru", "mailbox.org", "mailfence.com", "me.com", "msn.com",
    "naver.com", "netzero.net", "neuf.fr", "ntlworld.com", "o2.pl", "onet.pl", "op.pl", "optonline.net", "optusnet.com.au", "orange.fr",
    "outlook.com", "pm.me", "posteo.de", "posteo.net", "proton.me", "protonmail.ch", "protonmail.com", "qq.com", "rambler.ru",
    "rediffmail.com", "riseup.net", "rocketmail.com", "rogers.com", "runbox.com", "sapo.pt", "sbcglobal.net", "seznam.cz", "sfr.fr",
    "shaw.ca", "sina.cn", "sina.com", "sky.com", "skynet.be", "sohu.com", "startmail.com", "sunrise.ch", "swissonline.ch", "sympatico.ca",
    "t-online.de", "talktalk.net", "telenet.be", "telus.net", "terra.com.br", "tiscali.it", "tom.com", "tuta.com", "tuta.io",
    "tutamail.com", "tutanota.com", "tutanota.de", "ukr.net", "uol.com.br", "verizon.net", "videotron.ca", "virgilio.it", "virginmedia.com",
    "wanadoo.fr", "web.de", "wp.pl", "xtra.co.nz", "ya.ru", "yandex.by", "yandex.com", "yandex.kz", "yandex.ru", "yandex.ua", "yeah.net",
    "ymail.com", "ziggo.nl", "zoho.com", "zohomail.com",
];

/// Services that only pass mail on, or give an address for a while: alumni and members of societies, aliases, throw-away boxes.
#[rustfmt::skip]
const FORWARDERS: &[&str] = &[
    "33mail.com", "acm.org", "addy.io", "alias.proton.me", "alum.mit.edu", "alumni.caltech.edu", "alumni.cmu.edu", "alumni.com",
    "alumni.cornell.edu", "alumni.duke.edu", "alumni.princeton.edu", "alumni.stanford.edu", "alumni.uchicago.edu", "alumni.upenn.edu",
    "anonaddy.com", "anonaddy.me", "aya.yale.edu", "bigfoot.com", "caa.columbia.edu", "cantab.com", "cantab.net", "computer.org",
    "duck.com", "erine.email", "firemail.de", "guerrillamail.com", "ieee.org", "iname.com", "mailinator.com", "member.fsf.org",
    "mozmail.com", "noreply.github.com", "oxon.org", "passfwd.com", "passinbox.com", "passmail.com", "passmail.net", "pobox.com",
    "post.harvard.edu", "privaterelay.appleid.com", "relay.firefox.com", "sharklasers.com", "simplelogin.co", "simplelogin.com",
    "simplelogin.fr", "simplelogin.io", "slmail.me", "sneakemail.com", "spamgourmet.com", "temp-mail.org", "tempmail.com", "trashmail.com",
    "usa.net", "users.noreply.github.com", "yopmail.com",
];

/// Providers that have the same name under many countries' domains: `hotmail.fr`, `yahoo.co.jp`.
const BRANDS: &[&str] = &["gmail", "googlemail", "hotmail", "live", "msn", "outlook", "rocketmail", "windowslive", "yahoo", "ymail"];

pub(super) fn is(domain: &str) -> bool {
    PROVIDERS.binary_search(&domain).is_ok()
        || FORWARDERS.binary_search(&domain).is_ok()
        || domain.split_once('.').is_some_and(|(name, suffix)| BRANDS.contains(&name) && super::is_public_suffix(suffix))
}

#[cfg(test)]
mod tests {
    #[test]
    fn lists_are_sorted() {
        assert!(super::PROVIDERS.is_sorted() && super::FORWARDERS.is_sorted());
    }
}
