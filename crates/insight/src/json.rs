use sales_model::CustomerFacts;

/// `insights.json`: pretty, stable, described by `docs/schemas/insights.schema.json`.
pub fn insights_json(facts: &CustomerFacts) -> String {
    serde_json::to_string_pretty(facts).unwrap_or_default()
}
