//! Who this process is, so that others can tell a dead holder of a lease from a busy one.

use std::{fs, time::UNIX_EPOCH};

use sales_ledger::Owner;

/// This process: its id, and what tells it from an earlier process with the same id.
pub(crate) fn this_process() -> Owner {
    let pid = std::process::id();
    Owner { pid, started: started(pid).unwrap_or_else(portable) }
}

/// Whether the process behind a lease is still there. Where that cannot be told, it is taken to be: its lease expires by itself.
pub(crate) fn alive(owner: &Owner) -> bool {
    if !cfg!(target_os = "linux") {
        return true;
    }
    match started(owner.pid) {
        Some(now) => now == owner.started,
        // No such process, unless /proc itself is not there.
        None => started(std::process::id()).is_none(),
    }
}

/// Boot id and start time in clock ticks since boot (`/proc/<pid>/stat` field 22); `None` if there is no such process.
fn started(pid: u32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let (state, ticks) = fields(&stat)?;
    // A zombie has ended; only its parent has not looked yet.
    (state != "Z" && state != "X").then(|| format!("{}:{ticks}", boot.trim()))
}

/// State and start time out of `/proc/<pid>/stat`. The command's name before them may hold anything, brackets and spaces too.
fn fields(stat: &str) -> Option<(&str, &str)> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_ascii_whitespace();
    let state = fields.next()?;
    Some((state, fields.nth(18)?))
}

/// Where there is no `/proc`: unique enough, and never equal to another process's.
#[expect(clippy::disallowed_methods, reason = "tells processes apart; no decision rests on it")]
fn portable() -> String {
    let nanos = std::time::SystemTime::now().duration_since(UNIX_EPOCH).map(|d| d.as_nanos()).unwrap_or_default();
    format!("{}:{nanos}", std::process::id())
}

#[cfg(test)]
mod tests {

    use super::{alive, fields, this_process};

    #[test]
    fn hostile_command_names_hide_nothing() {
        let stat = "42 (a) Z (b c) S 1 42 42 0 -1 4194560 100 0 0 0 1 2 3 4 20 0 1 0 987654 1000 200";
        assert_eq!(fields(stat), Some(("S", "987654")));
        assert_eq!(fields("nonsense"), None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_process_lives_until_it_ends() {
        let me = this_process();
        assert!(alive(&me));
        let mut reused = me.clone();
        reused.started.push('0');
        assert!(!alive(&reused), "the same id with another start is another process");

        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let mut other = me.clone();
        other.pid = child.id();
        other.started = super::started(child.id()).unwrap();
        assert!(alive(&other));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!alive(&other));
    }
}
