//! Which of a mail's attachments is meant.

use sales_model::{MailFile, RecordId};

use crate::{
    errors::{Failure, Result},
    output::word,
};

/// Names that an error lists.
const NAMED: usize = 20;

/// Its position, by its number in the list or its whole name. A number is one even if an attachment has that name: whoever sent it shall
/// not decide what `2` means.
pub(super) fn index(files: &[MailFile], which: &str, record: &RecordId) -> Result<usize> {
    if let Some(index) = which.parse::<usize>().ok().and_then(|n| n.checked_sub(1)).filter(|n| *n < files.len()) {
        return Ok(index);
    }
    let same: Vec<usize> = files.iter().enumerate().filter(|(_, f)| f.name == which && !which.is_empty()).map(|(n, _)| n).collect();
    match same.as_slice() {
        [one] => Ok(*one),
        [] => Err(none(files, which, record)),
        [first, ..] => {
            let numbers: Vec<String> = same.iter().map(|n| (n + 1).to_string()).collect();
            Err(Failure::new(
                format!("`{which}` means several attachments of `{record}`"),
                format!("the attachments {} have that name", numbers.join(", ")),
                format!("say which by its number, as in `sales attachment {} {}`", word(&record.0), first + 1),
            ))
        }
    }
}

fn none(files: &[MailFile], which: &str, record: &RecordId) -> Failure {
    let what = format!("`{record}` has no attachment `{which}`");
    if files.is_empty() {
        return Failure::new(what, "it has no attachments at all", "find the mail that has it with `sales search`");
    }
    let name = |f: &MailFile| if f.name.is_empty() { "unnamed".to_owned() } else { format!("`{}`", f.name) };
    let mut names: Vec<String> = files.iter().take(NAMED).enumerate().map(|(n, f)| format!("{} {}", n + 1, name(f))).collect();
    if files.len() > NAMED {
        names.push(format!("and {} more", files.len() - NAMED));
    }
    Failure::new(what, format!("it has {}", names.join(", ")), format!("sales attachment {}", word(&record.0)))
}

#[cfg(test)]
mod tests {
    use sales_model::{MailFile, RecordId};

    use super::index;

    #[test]
    fn numbers_go_before_names() {
        let files: Vec<MailFile> =
            ["2", "a.pdf", "", "a.pdf", "9"].map(|n| MailFile { name: n.into(), ..MailFile::default() }).into_iter().collect();
        let id = RecordId("mail:a@x.example".into());
        let found = |which: &str| index(&files, which, &id).map_err(|e| e.why);
        assert_eq!(found("1"), Ok(0));
        assert_eq!(found("2"), Ok(1));
        assert_eq!(found("9"), Ok(4), "no number here, but a name");
        assert_eq!(found("a.pdf"), Err("the attachments 2, 4 have that name".into()));
        let all = "it has 1 `2`, 2 `a.pdf`, 3 unnamed, 4 `a.pdf`, 5 `9`";
        for none in ["0", "6", "-1", "99999999999999999999999", "", "A.pdf", "unnamed"] {
            assert_eq!(found(none), Err(all.into()), "{none}");
        }
        assert_eq!(index(&[], "1", &id).map_err(|e| e.why), Err("it has no attachments at all".into()));
    }
}
