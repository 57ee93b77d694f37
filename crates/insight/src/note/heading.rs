//! What the headings of notes announce.

/// What stands under a heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Section {
    /// Things to do: "Action items", "Next steps", "Aufgaben".
    Tasks,
    /// What was decided.
    Decisions,
    /// What may go wrong.
    Risks,
    /// Money.
    Budget,
    /// Dates.
    Timeline,
    /// What was to be talked about: nothing that anybody says.
    Agenda,
    /// Who was there, and what was said word for word: read elsewhere.
    Apart,
}

/// Phrases that make a heading of few words one of things to do.
const TASKS: &[&str] = &[
    "action item",
    "actions item",
    "next step",
    "to do",
    "to-do",
    "todo",
    "follow-ups",
    "follow ups",
    "nächste schritte",
    "naechste schritte",
    "actions à suivre",
    "actions a suivre",
    "prochaines étapes",
    "prochaines etapes",
    "à faire",
    "próximos pasos",
    "proximos pasos",
    "elementos de acción",
    "próximas acciones",
    "open tasks",
    "offene aufgaben",
];

/// Words that do so alone or at the end: "Our tasks", "Follow-up".
const TASKS_LAST: &[&str] = &[
    "actions",
    "action",
    "tasks",
    "task",
    "follow-up",
    "follow up",
    "followup",
    "followups",
    "commitments",
    "aufgaben",
    "maßnahmen",
    "tâches",
    "taches",
    "tareas",
    "acciones",
    "pendientes",
    "次のステップ",
    "ネクストステップ",
    "アクション",
    "アクションアイテム",
    "タスク",
    "やること",
];

const OTHERS: &[(Section, &[&str])] = &[
    (
        Section::Decisions,
        &[
            "decisions",
            "decision",
            "decisions made",
            "key decisions",
            "agreed",
            "agreements",
            "entscheidungen",
            "beschlüsse",
            "décisions",
            "decisiones",
        ],
    ),
    (Section::Risks, &["risks", "risk", "risks and concerns", "concerns", "blockers", "risiken", "risques", "riesgos"]),
    (Section::Budget, &["budget", "budget and pricing", "pricing and budget", "presupuesto"]),
    (
        Section::Timeline,
        &["timeline", "timelines", "key dates", "milestones", "schedule", "zeitplan", "termine", "calendrier", "cronograma"],
    ),
    (Section::Agenda, &["agenda", "tagesordnung", "ordre du jour", "orden del día", "questions to ask", "topics to discuss"]),
    (
        Section::Apart,
        &["attendees", "participants", "people", "teilnehmer", "participantes", "asistentes", "transcript", "transkript", "transcripción"],
    ),
];

/// What a heading announces; `None` if it says nothing to us. `title` is in plain words.
pub(crate) fn section(title: &str) -> Option<Section> {
    let lower = title.to_lowercase();
    let name = lower.trim_matches(|c: char| !c.is_alphabetic());
    let words = name.split_whitespace().count();
    if words == 0 || words > 7 {
        return None;
    }
    if let Some((section, _)) = OTHERS.iter().find(|(_, names)| names.contains(&name)) {
        return Some(*section);
    }
    let last = |w: &&&str| name.strip_suffix(**w).is_some_and(|head| head.is_empty() || head.ends_with(' ') && words <= 4);
    let first = name.split([' ', ':']).next().unwrap_or_default();
    let tasks = TASKS.iter().any(|p| contains(name, p)) || TASKS_LAST.iter().any(|w| last(&w)) || matches!(first, "aufgaben" | "tareas");
    tasks.then_some(Section::Tasks)
}

/// Whether a phrase stands in a text between word boundaries; a plural `s` may follow.
fn contains(text: &str, phrase: &str) -> bool {
    text.match_indices(phrase).any(|(i, _)| {
        let before = text.get(..i).and_then(|b| b.chars().next_back());
        let after = text.get(i + phrase.len()..).unwrap_or_default();
        let after = after.strip_prefix('s').unwrap_or(after);
        !before.is_some_and(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings() {
        use Section::{Agenda, Apart, Budget, Decisions, Risks, Tasks};
        for (title, want) in [
            ("Action Items", Some(Tasks)),
            ("3. Next steps & owners", Some(Tasks)),
            ("\u{2705} To-dos:", Some(Tasks)),
            ("Follow-up", Some(Tasks)),
            ("ACME tasks", Some(Tasks)),
            ("N\u{E4}chste Schritte", Some(Tasks)),
            ("Aufgaben (ACME)", Some(Tasks)),
            ("Actions \u{E0} suivre", Some(Tasks)),
            ("Prochaines \u{E9}tapes", Some(Tasks)),
            ("Pr\u{F3}ximos pasos", Some(Tasks)),
            ("Tareas", Some(Tasks)),
            ("次のステップ", Some(Tasks)),
            ("■ アクション", Some(Tasks)),
            ("トランザクション", None),
            ("Follow-up on the security questions", None),
            ("Transactions", None),
            ("What we learned about how they run their next steps today", None),
            ("Key decisions", Some(Decisions)),
            ("Risks", Some(Risks)),
            ("Budget", Some(Budget)),
            ("Agenda", Some(Agenda)),
            ("Attendees", Some(Apart)),
            ("Summary", None),
            ("", None),
        ] {
            assert_eq!(section(title), want, "{title}");
        }
    }
}
