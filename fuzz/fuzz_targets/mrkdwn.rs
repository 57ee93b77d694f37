//! Slack's `mrkdwn` to text.
#![cfg_attr(not(feature = "drive"), no_main)]

use sales_connectors::slack::fuzzing::text;
use sales_fuzz::target;

target!(|input: &str| {
    let decoded = text(input);
    sales_fuzz::holds(&decoded);
    // A date in its shortest writing grows most: `<!date^0^{date}|>` may name its moment once for each part.
    assert!(decoded.plain.len() <= 64 + 8 * input.len(), "{} from {}", decoded.plain.len(), input.len());
});
