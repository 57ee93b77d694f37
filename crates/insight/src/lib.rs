//! Insight: pure extraction, summaries and their evidence.
