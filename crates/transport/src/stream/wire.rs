//! An open connection.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::{Buf as _, Bytes, BytesMut};
use jiff::SignedDuration;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    time::{Instant, timeout},
};

use super::{Dialer, Security, StreamError, Target, dial::Duplex};
use crate::{Timer, http::span};

/// Bytes asked of the system at once.
const PIECE: usize = 64 * 1024;
/// Taken from the system ahead for a long run of bytes: what a server announces is believed up to here.
const AHEAD: usize = 1 << 20;

/// Counts of all streams of a client.
#[derive(Default)]
pub(crate) struct StreamCounts {
    pub(crate) connections: AtomicU64,
    pub(crate) read: AtomicU64,
    pub(crate) written: AtomicU64,
}

/// What a wire is made with.
pub(crate) struct Setup {
    pub(crate) dialer: Arc<Dialer>,
    pub(crate) counts: Arc<StreamCounts>,
    pub(crate) timer: Arc<dyn Timer>,
}

/// An open connection. An error ends it: nothing may be read after one.
pub struct Wire {
    io: Box<dyn Duplex>,
    setup: Setup,
    target: Target,
    secure: bool,
    buffer: BytesMut,
    /// Bytes at the buffer's beginning that were searched for the end of a line.
    searched: usize,
    /// What may still come, and until when.
    left: usize,
    cap: usize,
    wait: Duration,
    until: Instant,
}

impl Wire {
    pub(crate) async fn open(setup: Setup, target: Target) -> Result<Self, StreamError> {
        let busy = setup.timer.busy();
        let io = setup.dialer.dial(&target).await?;
        drop(busy);
        setup.counts.connections.fetch_add(1, Ordering::Relaxed);
        let wait = setup.dialer.longest;
        let until = Instant::now() + wait;
        let secure = target.security == Security::Tls;
        Ok(Wire { io, setup, target, secure, buffer: BytesMut::new(), searched: 0, left: PIECE, cap: PIECE, wait, until })
    }

    /// Whether what is sent can be read by nobody on the way: it is encrypted, or stays on this machine by the user's choice.
    pub fn is_private(&self) -> bool {
        self.secure || self.target.security == Security::Plain
    }

    /// Whether it is encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.secure
    }

    /// The server's name.
    pub fn host(&self) -> &str {
        &self.target.host
    }

    /// From now on at most so many bytes may come, the pieces at most `wait` apart (nor further than [`crate::Limits::total`]), all of it
    /// within `time`. Asked for before each exchange.
    pub fn allow(&mut self, bytes: usize, wait: SignedDuration, time: SignedDuration) {
        self.left = bytes;
        self.cap = bytes;
        self.wait = span(wait).min(self.setup.dialer.longest);
        self.until = Instant::now() + span(time).min(Duration::from_secs(24 * 3_600));
    }

    fn too_large(&self, cap: usize) -> StreamError {
        StreamError::TooLarge { host: self.target.host.clone(), cap }
    }

    fn torn(&self) -> StreamError {
        StreamError::Torn(self.target.host.clone())
    }

    /// How long the next wait may be.
    fn patience(&self) -> Duration {
        self.wait.min(self.until.saturating_duration_since(Instant::now()))
    }

    /// Writes.
    ///
    /// # Errors
    /// [`StreamError::Torn`], [`StreamError::Late`].
    pub async fn send(&mut self, bytes: &[u8]) -> Result<(), StreamError> {
        let _busy = self.setup.timer.busy();
        let patience = self.patience();
        let sending = async {
            self.io.write_all(bytes).await?;
            self.io.flush().await
        };
        match timeout(patience, sending).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return Err(self.torn()),
            Err(_) => return Err(StreamError::Late(self.target.host.clone())),
        }
        self.setup.counts.written.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        Ok(())
    }

    /// Reads a piece into the buffer.
    async fn fill(&mut self) -> Result<(), StreamError> {
        let _busy = self.setup.timer.busy();
        self.buffer.reserve(PIECE);
        let n = match timeout(self.patience(), self.io.read_buf(&mut self.buffer)).await {
            Ok(Ok(0) | Err(_)) => return Err(self.torn()),
            Ok(Ok(n)) => n,
            Err(_) => return Err(StreamError::Late(self.target.host.clone())),
        };
        self.setup.counts.read.fetch_add(n as u64, Ordering::Relaxed);
        self.left = self.left.checked_sub(n).ok_or_else(|| self.too_large(self.cap))?;
        Ok(())
    }

    /// The next line, without its end (LF, or CR LF).
    ///
    /// # Errors
    /// [`StreamError::TooLarge`] if it is longer than `cap`; else as [`Wire::send`].
    pub async fn line(&mut self, cap: usize) -> Result<Bytes, StreamError> {
        loop {
            let fresh = self.buffer.get(self.searched..).unwrap_or_default();
            if let Some(at) = fresh.iter().position(|b| *b == b'\n').map(|i| i + self.searched) {
                self.searched = 0;
                let mut line = self.buffer.split_to(at).freeze();
                self.buffer.advance(1);
                if line.last() == Some(&b'\r') {
                    line.truncate(at - 1);
                }
                return if line.len() > cap { Err(self.too_large(cap)) } else { Ok(line) };
            }
            self.searched = self.buffer.len();
            // The carriage return is no part of it.
            if self.searched > cap.saturating_add(1) {
                return Err(self.too_large(cap));
            }
            self.fill().await?;
        }
    }

    /// The next `n` bytes.
    ///
    /// # Errors
    /// [`StreamError::TooLarge`] before anything is read, if `n` is above `cap`; else as [`Wire::send`].
    pub async fn exactly(&mut self, n: usize, cap: usize) -> Result<Bytes, StreamError> {
        if n > cap {
            return Err(self.too_large(cap));
        }
        self.searched = 0;
        if self.buffer.len() >= n {
            return Ok(self.buffer.split_to(n).freeze());
        }
        let mut whole = BytesMut::with_capacity(n.min(AHEAD));
        whole.extend_from_slice(&self.buffer.split());
        while whole.len() < n {
            self.fill().await?;
            let missing = n - whole.len();
            let piece = self.buffer.split_to(missing.min(self.buffer.len()));
            whole.extend_from_slice(&piece);
        }
        Ok(whole.freeze())
    }

    /// Encrypts the connection, right after the server agreed to it.
    ///
    /// # Errors
    /// [`StreamError::Injected`] if bytes are there already (a known attack: what stands before the handshake would count as said in
    /// private), [`StreamError::Tls`] if the server is not trusted.
    pub async fn start_tls(mut self) -> Result<Self, StreamError> {
        if !self.buffer.is_empty() {
            return Err(StreamError::Injected(self.target.host));
        }
        let _busy = self.setup.timer.busy();
        self.io = self.setup.dialer.secure(self.io, &self.target.host).await?;
        self.secure = true;
        Ok(self)
    }
}
