//! What one call on loopback costs the caller in CPU time: `cargo bench -p sales-transport --bench call`.
//!
//! The server runs on a thread of its own; only the client's thread is counted, by the scheduler's own count of it (Linux).

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpListener,
    sync::Arc,
    thread,
};

use jiff::SignedDuration;
use sales_transport::{
    Auth, Body, Budget, BudgetKey, BudgetRule, Call, Http, HttpOptions, MemoryBudget, RealTimer, SqliteBudget, Verdict, Window,
};

const CALLS: u32 = 20_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let file = || Arc::new(SqliteBudget::new(folder.path().join("budgets.db")));
    let wide = Window { limit: u32::MAX, per: SignedDuration::from_secs(60) };
    measure("no budget", Arc::new(MemoryBudget::new()), Vec::new())?;
    measure("budget in a file, limits off", file(), Vec::new())?;
    measure("budget in a file, one window", file(), vec![wide])
}

fn measure(name: &str, budget: Arc<dyn Budget>, windows: Vec<Window>) -> Result<(), Box<dyn std::error::Error>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = url::Url::parse(&format!("http://{}/api/conversations.history", listener.local_addr()?))?;
    thread::spawn(move || serve(&listener));
    let http = Http::new(HttpOptions::new(Arc::new(RealTimer), budget))?;
    let key = BudgetKey { account: "slack:T0123".to_owned(), operation: "conversations.history".to_owned() };
    let call = Call {
        operation: "conversations.history",
        url,
        body: Body::Query(vec![("channel", "C0123ABCD".to_owned()), ("limit", "200".to_owned())]),
        auth: Some(Auth::Bearer("xoxb-0123456789".into())),
        budget: BudgetRule { key, windows, cost: 1 },
        safe: true,
        cap: 1 << 20,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        for _ in 0..100 {
            http.send(call.clone(), |_| Verdict::Take).await?;
        }
        let before = thread_cpu_ns()?;
        for _ in 0..CALLS {
            http.send(call.clone(), |_| Verdict::Take).await?;
        }
        let each = (thread_cpu_ns()? - before) / u64::from(CALLS);
        report(&format!("{name}: {} us of CPU a call", each / 1000));
        Ok(())
    })
}

#[expect(clippy::print_stdout, reason = "a bench prints its figures")]
fn report(line: &str) {
    println!("{line}");
}

/// CPU time of this thread: first figure of `schedstat` (proc(5)).
fn thread_cpu_ns() -> Result<u64, Box<dyn std::error::Error>> {
    let text = fs::read_to_string("/proc/thread-self/schedstat")?;
    Ok(text.split_ascii_whitespace().next().unwrap_or_default().parse()?)
}

/// Answers each request with the same page of 2 KB.
fn serve(listener: &TcpListener) -> std::io::Result<()> {
    let body = "x".repeat(2048);
    let answer = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: 2048\r\n\r\n{body}");
    let (mut stream, _) = listener.accept()?;
    stream.set_nodelay(true)?;
    let mut piece = [0; 4096];
    loop {
        let read = stream.read(&mut piece)?;
        match piece.get(..read) {
            Some([]) | None => return Ok(()),
            Some(request) if request.ends_with(b"\r\n\r\n") => stream.write_all(answer.as_bytes())?,
            Some(_) => {}
        }
    }
}
