//! Slack's `mrkdwn` to text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sales_connectors::slack::fuzzing::text;

fuzz_target!(|input: &str| {
    let decoded = text(input);
    sales_fuzz::holds(&decoded);
    // A date in its shortest writing grows most: `<!date^0^{date}|>` may name its moment once for each part.
    assert!(decoded.plain.len() <= 64 + 8 * input.len(), "{} from {}", decoded.plain.len(), input.len());
});
