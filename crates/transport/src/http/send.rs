//! The loop around one call: budget, attempt, verdict, wait.

use std::sync::{PoisonError, atomic::Ordering};

use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::{
    Call, Inner, Reply, TransportError, Verdict,
    attempt::{Outcome, Prepared},
};
use crate::{
    BudgetRule, Grant,
    guard::{self, MOST_REDIRECTS},
    retry::{LONGEST_STOP, MOST_THROTTLES},
    retry_after::{self, DEFAULT_WAIT, LEAST_WAIT},
};

/// Waits shorter than this are not worth a line in the log.
const WORTH_TELLING: SignedDuration = SignedDuration::from_secs(2);

/// How far a call has come.
#[derive(Default)]
struct Progress {
    /// Requests sent, but for those that followed a redirect.
    attempts: u32,
    /// Attempts that failed for a passing reason.
    failures: u32,
    /// Throttled answers.
    throttles: u32,
    /// The longest wait they asked for.
    throttled: Option<SignedDuration>,
    /// Redirects followed in this attempt.
    redirects: u32,
}

/// Why an attempt failed, for the error if it was the last.
enum Failure {
    Unreachable(String),
    Status(u16),
}

impl Inner {
    pub(super) async fn send(&self, call: &Call, judge: &(impl Fn(&Reply) -> Verdict + Sync)) -> Result<Reply, TransportError> {
        let operation = call.operation;
        let refused = |what| TransportError::Refused { operation, what };
        let redirected = |what| TransportError::Redirected { operation, what };
        let route = guard::check(&call.url).map_err(refused)?;
        let prepared = Prepared::new(call).map_err(refused)?;
        let client = self.clients.get(route).map_err(|why| TransportError::Unreachable { operation, why, attempts: 0 })?;
        let mut progress = Progress::default();
        let mut url = prepared.url.clone();
        loop {
            self.take(operation, &call.budget).await?;
            if progress.redirects == 0 {
                progress.attempts += 1;
                self.counts.retries.fetch_add(u64::from(progress.attempts > 1), Ordering::Relaxed);
            }
            self.counts.requests.fetch_add(1, Ordering::Relaxed);
            let outcome = {
                let _busy = self.timer.busy();
                let started = self.timer.now();
                let outcome = prepared.send(client, &url, &self.limits, call.cap).await;
                self.log(call, prepared.method.as_str(), &url, progress.attempts, started, &outcome);
                outcome
            };
            let (status, headers, body) = match outcome {
                Outcome::Answer { status, headers, body } => (status, headers, body),
                Outcome::TooLarge => return Err(TransportError::TooLarge { operation, cap: call.cap }),
                Outcome::Broken { why, passing } => {
                    let safe = call.safe && passing;
                    self.after_failure(operation, safe, &mut progress, None, Failure::Unreachable(why)).await?;
                    restart(&mut progress, &mut url, &prepared);
                    continue;
                }
            };
            if let (301 | 302 | 303 | 307 | 308, Some(location)) = (status, headers.get(::http::header::LOCATION)) {
                progress.redirects += 1;
                if progress.redirects > MOST_REDIRECTS {
                    return Err(redirected(format!("the server redirected more than {MOST_REDIRECTS} times")));
                }
                url = guard::redirect(&url, status, location, prepared.has_body()).map_err(redirected)?;
                continue;
            }
            let asked = retry_after::wait(&headers, self.timer.now());
            let reply = Reply { status, headers, body, attempt: progress.attempts, throttled: progress.throttled };
            let verdict = match status {
                429 => match judge(&reply) {
                    told @ (Verdict::ThrottledFor(_) | Verdict::Refused) => told,
                    _ => Verdict::Throttled,
                },
                500.. => Verdict::Again,
                _ => judge(&reply),
            };
            match verdict {
                Verdict::Take | Verdict::Refused => return Ok(reply),
                Verdict::Throttled | Verdict::ThrottledFor(_) => {
                    let asked = asked.or(match verdict {
                        Verdict::ThrottledFor(wait) if wait.is_positive() => Some(wait.max(LEAST_WAIT)),
                        _ => None,
                    });
                    self.counts.throttled.fetch_add(1, Ordering::Relaxed);
                    progress.throttles += 1;
                    progress.throttled = progress.throttled.max(asked);
                    let until = self.stop(call, asked.unwrap_or(DEFAULT_WAIT))?;
                    if progress.throttles > MOST_THROTTLES {
                        return Err(TransportError::Throttled { operation, until });
                    }
                }
                // As often as may be: what the vendor said is the caller's to tell. A server's own failure has nothing to say.
                Verdict::Again if status < 500 && (!call.safe || progress.failures + 1 >= self.limits.attempts) => return Ok(reply),
                Verdict::Again => {
                    // A server that is down and says for how long is left alone by everybody.
                    let until = match asked.filter(|_| status == 503) {
                        Some(asked) => Some(self.stop(call, asked)?),
                        None => None,
                    };
                    self.after_failure(operation, call.safe, &mut progress, until, Failure::Status(status)).await?;
                }
            }
            restart(&mut progress, &mut url, &prepared);
        }
    }

    /// Waits until a request is charged.
    async fn take(&self, operation: &'static str, rule: &BudgetRule) -> Result<(), TransportError> {
        loop {
            let now = self.timer.now();
            let until = match self.budget.take(rule, now)? {
                Grant::Now => return Ok(()),
                Grant::At(until) => until,
            };
            let wait = until.duration_since(now);
            if wait > self.limits.patience {
                return Err(TransportError::Throttled { operation, until });
            }
            self.announce(rule, until, wait);
            self.timer.sleep_until(until).await;
        }
    }

    /// Says once per budget and wait that it is waited for.
    fn announce(&self, rule: &BudgetRule, until: Timestamp, wait: SignedDuration) {
        if wait < WORTH_TELLING {
            return;
        }
        let mut announced = self.announced.lock().unwrap_or_else(PoisonError::into_inner);
        if announced.get(&rule.key).is_some_and(|&told| until.duration_since(told) < WORTH_TELLING) {
            return;
        }
        announced.insert(rule.key.clone(), until);
        drop(announced);
        tracing::info!(account = rule.key.account, operation = rule.key.operation, %until, "rate limited, waiting until {until}");
    }

    /// Stops the call's budget for everybody for as long as a vendor asks, and returns until when. More than patience allows is an
    /// error at once, and stops the others for an hour at most: what is absurd should not outlive a restart of the vendor's server.
    fn stop(&self, call: &Call, asked: SignedDuration) -> Result<Timestamp, TransportError> {
        let now = self.timer.now();
        let at = |wait: SignedDuration| now.checked_add(wait).unwrap_or(Timestamp::MAX);
        let until = at(self.jitter.spread(asked));
        if asked > self.limits.patience {
            self.budget.penalize(&call.budget.key, now, until.min(at(LONGEST_STOP)))?;
            return Err(TransportError::Throttled { operation: call.operation, until });
        }
        self.budget.penalize(&call.budget.key, now, until)?;
        Ok(until)
    }

    /// Waits before the next attempt, if there may be one; at least until the time that the vendor named.
    async fn after_failure(
        &self,
        operation: &'static str,
        safe: bool,
        progress: &mut Progress,
        until: Option<Timestamp>,
        failure: Failure,
    ) -> Result<(), TransportError> {
        progress.failures += 1;
        if !safe || progress.failures >= self.limits.attempts {
            let attempts = progress.attempts;
            return Err(match failure {
                Failure::Unreachable(why) => TransportError::Unreachable { operation, why, attempts },
                Failure::Status(status) => TransportError::Status { operation, status, attempts },
            });
        }
        let back_off = self.jitter.back_off(progress.failures);
        let at = self.timer.now().checked_add(back_off).unwrap_or(Timestamp::MAX);
        self.timer.sleep_until(until.unwrap_or(at).max(at)).await;
        Ok(())
    }

    fn log(&self, call: &Call, method: &str, url: &Url, attempt: u32, started: Timestamp, outcome: &Outcome) {
        let (status, bytes, problem) = match outcome {
            Outcome::Answer { status, body, .. } => (Some(*status), Some(body.len()), None),
            Outcome::TooLarge => (None, None, Some("too large")),
            Outcome::Broken { why, .. } => (None, None, Some(why.as_str())),
        };
        tracing::debug!(
            operation = call.operation,
            method,
            path = url.path(),
            status,
            ms = i64::try_from(self.timer.now().duration_since(started).as_millis()).unwrap_or(i64::MAX),
            account = call.budget.key.account,
            budget = call.budget.key.operation,
            attempt,
            bytes,
            problem,
            "request"
        );
    }
}

/// The next attempt starts where the call started, not where a redirect led.
fn restart(progress: &mut Progress, url: &mut Url, prepared: &Prepared) {
    progress.redirects = 0;
    url.clone_from(&prepared.url);
}
