//! Dovecot's configuration, in the dialect of the version that is installed.

use std::path::{Path, PathBuf};

/// Where TLS is spoken, and with which certificate.
pub(super) struct Tls {
    pub(super) port: u16,
    pub(super) cert: PathBuf,
    pub(super) key: PathBuf,
}

/// What differs between servers.
pub(super) struct Config<'a> {
    pub(super) root: &'a Path,
    pub(super) port: u16,
    pub(super) tls: Option<Tls>,
    pub(super) uid: &'a str,
    pub(super) gid: &'a str,
    pub(super) user: &'a str,
    pub(super) group: &'a str,
    pub(super) version: &'a str,
}

impl Config<'_> {
    /// Whether settings have the names of 2.3: 2.4 has others.
    fn is_old(&self) -> bool {
        let mut numbers = self.version.split(|c: char| !c.is_ascii_digit()).map(|n| n.parse::<u32>().unwrap_or(0));
        (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) < (2, 4)
    }

    pub(super) fn text(&self) -> String {
        let root = self.root.display();
        let (uid, gid, user, group, port) = (self.uid, self.gid, self.user, self.group, self.port);
        let old = self.is_old();
        let tls_port = self.tls.as_ref().map_or(0, |t| t.port);
        let ssl = match &self.tls {
            None => "ssl = no\n".to_owned(),
            Some(t) if old => format!("ssl = required\nssl_cert = <{}\nssl_key = <{}\n", t.cert.display(), t.key.display()),
            Some(t) => format!("ssl = required\nssl_server_cert_file = {}\nssl_server_key_file = {}\n", t.cert.display(), t.key.display()),
        };
        let plain = if self.tls.is_some() { "no" } else { "yes" };
        let common = format!(
            "base_dir = {root}/run\nstate_dir = {root}/run\nlog_path = {root}/dovecot.log\nlisten = 127.0.0.1\n{ssl}\
             default_internal_user = {user}\ndefault_internal_group = {group}\ndefault_login_user = {user}\nfirst_valid_uid = 0\n\
             auth_mechanisms = plain login\n\
             namespace inbox {{\n  inbox = yes\n  separator = /\n}}\n\
             service anvil {{\n  chroot =\n}}\nservice stats {{\n  chroot =\n}}\n"
        );
        let listen = if old { "address" } else { "listen" };
        let login = format!(
            "service imap-login {{\n  chroot =\n  inet_listener imap {{\n    {listen} = 127.0.0.1\n    port = {port}\n  }}\n  \
             inet_listener imaps {{\n    {listen} = 127.0.0.1\n    port = {tls_port}\n  }}\n}}\n"
        );
        if old {
            let refused = if self.tls.is_some() { "yes" } else { "no" };
            return format!(
                "{common}protocols = imap\ndisable_plaintext_auth = {refused}\nmail_location = maildir:~/Maildir\n\
                 passdb {{\n  driver = passwd-file\n  args = scheme=PLAIN {root}/users\n}}\n\
                 userdb {{\n  driver = static\n  args = uid={uid} gid={gid} home={root}/mail/%u\n}}\n{login}"
            );
        }
        // Since 2.4 the first setting has to say whose names the others are.
        format!(
            "dovecot_config_version = {version}\ndovecot_storage_version = {version}\n{common}protocols {{\n  imap = yes\n}}\n\
             auth_allow_cleartext = {plain}\nmail_driver = maildir\nmail_path = ~/Maildir\n\
             passdb passwd-file {{\n  passwd_file_path = {root}/users\n}}\n\
             userdb static {{\n  fields {{\n    uid = {uid}\n    gid = {gid}\n    home = {root}/mail/%{{user}}\n  }}\n}}\n{login}",
            version = self.version.split('-').next().unwrap_or("2.4.0"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(version: &str, tls: bool) -> String {
        let tls = tls.then(|| Tls { port: 993, cert: "/t/cert.pem".into(), key: "/t/key.pem".into() });
        Config { root: Path::new("/t"), port: 143, tls, uid: "1", gid: "2", user: "u", group: "g", version }.text()
    }

    #[test]
    fn each_version_has_its_own_names() {
        for version in ["2.3.19.1", "2.3.4", "2.2.36", ""] {
            let text = text(version, false);
            for has in [
                "mail_location = maildir:~/Maildir\n",
                "disable_plaintext_auth = no\n",
                "driver = passwd-file\n",
                "address = 127.0.0.1",
                "/mail/%u\n",
            ] {
                assert!(text.contains(has), "{version}: no {has} in\n{text}");
            }
            assert!(!text.contains("dovecot_config_version") && !text.contains("mail_driver") && !text.contains("%{user}"), "{text}");
        }
        for version in ["2.4.0", "2.4.1-4", "2.10.3", "3.0.0"] {
            let text = text(version, false);
            let first = format!("dovecot_config_version = {0}\ndovecot_storage_version = {0}\n", version.split('-').next().unwrap());
            assert!(text.starts_with(&first), "{text}");
            for has in [
                "mail_driver = maildir\nmail_path = ~/Maildir\n",
                "auth_allow_cleartext = yes\n",
                "passdb passwd-file {\n  passwd_file_path = /t/users\n}\n",
                "userdb static {\n  fields {\n    uid = 1\n    gid = 2\n    home = /t/mail/%{user}\n  }\n}\n",
                "listen = 127.0.0.1\n    port = 143\n",
            ] {
                assert!(text.contains(has), "{version}: no {has} in\n{text}");
            }
            for not in ["mail_location", "disable_plaintext_auth", "args =", "address =", "driver = passwd-file"] {
                assert!(!text.contains(not), "{version}: {not} in\n{text}");
            }
        }
    }

    #[test]
    fn braces_are_balanced_and_tls_is_said_in_both() {
        for version in ["2.3.19.1", "2.4.2"] {
            for tls in [false, true] {
                let text = text(version, tls);
                assert_eq!(text.matches('{').count(), text.matches('}').count(), "{text}");
                assert_eq!(text.contains("ssl = required"), tls, "{text}");
            }
        }
        assert!(text("2.3.1", true).contains("ssl_cert = </t/cert.pem\nssl_key = </t/key.pem\n"));
        assert!(text("2.4.1", true).contains("ssl_server_cert_file = /t/cert.pem\nssl_server_key_file = /t/key.pem\n"));
    }
}
