use std::future::Future;

use tokio_util::sync::CancellationToken;

use crate::{
    errors::{Failure, Result},
    output::Printer,
};

/// Runs a use case. Two threads are enough: the work between two waits is short, and the heavy parts have threads of their own.
pub(crate) fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        // Each thread keeps memory of its own; more of them than this would only wait for the same two cores or the same disk.
        .max_blocking_threads(6)
        .enable_all()
        .build()
        .map_err(|e| Failure::new("no threads could be started", e, "close other programs and run the command again"))?;
    runtime.block_on(work)
}

/// A signal that stops work between two pages: given by the first Ctrl-C (or a request to end). The second one ends the process at once,
/// which loses nothing either: the next run goes on from the last page.
pub(crate) fn stop_on_signal(printer: &Printer) -> CancellationToken {
    let stop = CancellationToken::new();
    let (given, printer) = (stop.clone(), printer.clone());
    tokio::spawn(async move {
        if signal().await.is_ok() {
            given.cancel();
            printer.note("stopping after this page, everything so far is saved; Ctrl-C again stops at once");
        }
        if signal().await.is_ok() {
            printer.clear_bar();
            // What a shell expects of a program that Ctrl-C ended.
            std::process::exit(130);
        }
    });
    stop
}

#[cfg(unix)]
async fn signal() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut end = signal(SignalKind::terminate())?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed,
        _ = end.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn signal() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
