//! A server that does exactly what a script says, and notes what it was asked and when.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use jiff::Timestamp;
use sales_model::Clock;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use url::Url;

/// One thing that the server does with a connection.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// Sends bytes.
    Send(Vec<u8>),
    /// Sends zeros, as many, in pieces of 64 KiB.
    Flood(usize),
    /// Sends nothing for a real moment.
    Pause(Duration),
    /// Sends nothing for ever.
    Stall,
    /// Closes the connection in an orderly way.
    Close,
    /// Breaks the connection.
    Reset,
}

/// What is done about one request.
pub(crate) type Answer = Vec<Act>;

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    /// When, by the clock that the client goes by.
    pub at: Timestamp,
    /// `GET /api/x?y=z`
    pub line: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

/// The server; it ends with its runtime.
#[derive(Clone)]
pub(crate) struct Server {
    pub address: SocketAddr,
    log: Arc<Mutex<Vec<Seen>>>,
    /// Bytes of [`Act::Flood`] that the connection took.
    flooded: Arc<Mutex<usize>>,
}

type Script = Arc<dyn Fn(usize, &Seen) -> Answer + Send + Sync>;

impl Server {
    /// Answers the n-th request, from 0, by `script`.
    pub(crate) async fn start(clock: Arc<dyn Clock>, script: impl Fn(usize, &Seen) -> Answer + Send + Sync + 'static) -> Self {
        Self::listen(clock, Arc::new(script), None).await
    }

    /// The same over TLS.
    pub(crate) async fn start_tls(
        clock: Arc<dyn Clock>,
        tls: tokio_rustls::TlsAcceptor,
        script: impl Fn(usize, &Seen) -> Answer + Send + Sync + 'static,
    ) -> Self {
        Self::listen(clock, Arc::new(script), Some(tls)).await
    }

    /// Answers with these in turn; a request too many is answered with 599.
    pub(crate) async fn script(clock: Arc<dyn Clock>, answers: Vec<Answer>) -> Self {
        Self::start(clock, move |n, _| answers.get(n).cloned().unwrap_or_else(|| status(599, &[]))).await
    }

    async fn listen(clock: Arc<dyn Clock>, script: Script, tls: Option<tokio_rustls::TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Server { address: listener.local_addr().unwrap(), log: Arc::default(), flooded: Arc::default() };
        let shared = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (shared, script, clock, tls) = (shared.clone(), script.clone(), clock.clone(), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => _ = shared.converse(stream, &*script, &*clock).await,
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                _ = shared.converse(stream, &*script, &*clock).await;
                            }
                        }
                    }
                });
            }
        });
        server
    }

    async fn converse(
        &self,
        mut stream: impl Stream,
        script: &(dyn Fn(usize, &Seen) -> Answer + Send + Sync),
        clock: &dyn Clock,
    ) -> io::Result<()> {
        let mut buffer = Vec::new();
        loop {
            let Some(seen) = read_request(&mut stream, &mut buffer, clock).await? else { return Ok(()) };
            let answer = {
                let mut log = self.log.lock().unwrap();
                log.push(seen);
                script(log.len() - 1, log.last().unwrap())
            };
            for act in answer {
                match act {
                    Act::Send(bytes) => stream.write_all(&bytes).await?,
                    Act::Flood(mut rest) => {
                        let zeros = vec![0; 64 * 1024];
                        while rest > 0 {
                            let piece = stream.write(&zeros[..rest.min(zeros.len())]).await?;
                            *self.flooded.lock().unwrap() += piece;
                            rest -= piece;
                        }
                    }
                    #[expect(clippy::disallowed_methods, reason = "a server that is slow in real time")]
                    Act::Pause(time) => tokio::time::sleep(time).await,
                    Act::Stall => std::future::pending().await,
                    Act::Close => return stream.shutdown().await,
                    Act::Reset => return stream.reset(),
                }
            }
        }
    }

    pub(crate) fn url(&self, path: &str) -> Url {
        Url::parse(&format!("http://{}{path}", self.address)).unwrap()
    }

    pub(crate) fn log(&self) -> Vec<Seen> {
        self.log.lock().unwrap().clone()
    }

    /// When requests came, in seconds after `start`.
    pub(crate) fn times(&self, start: Timestamp) -> Vec<f64> {
        self.log().iter().map(|seen| seen.at.duration_since(start).as_secs_f64()).collect()
    }

    pub(crate) fn flooded(&self) -> usize {
        *self.flooded.lock().unwrap()
    }
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {
    /// Breaks the connection instead of closing it.
    fn reset(&mut self) -> io::Result<()>;
}

impl Stream for TcpStream {
    fn reset(&mut self) -> io::Result<()> {
        self.set_zero_linger()
    }
}

impl Stream for tokio_rustls::server::TlsStream<TcpStream> {
    fn reset(&mut self) -> io::Result<()> {
        self.get_mut().0.set_zero_linger()
    }
}

async fn read_request(stream: &mut impl Stream, buffer: &mut Vec<u8>, clock: &dyn Clock) -> io::Result<Option<Seen>> {
    let mut piece = vec![0; 64 * 1024];
    loop {
        if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
            let mut lines = head.lines();
            let line = lines.next().unwrap().trim_end_matches(" HTTP/1.1").to_owned();
            let headers: Vec<(String, String)> =
                lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
            let length = headers.iter().find(|(name, _)| name == "content-length").map_or(0, |(_, value)| value.parse().unwrap());
            if buffer.len() >= end + 4 + length {
                let body = String::from_utf8_lossy(&buffer[end + 4..end + 4 + length]).into_owned();
                buffer.drain(..end + 4 + length);
                return Ok(Some(Seen { at: clock.now(), line, headers, body }));
            }
        }
        match stream.read(&mut piece).await? {
            0 => return Ok(None),
            read => buffer.extend_from_slice(&piece[..read]),
        }
    }
}

fn head(status: u16, headers: &[(&str, &str)]) -> Vec<u8> {
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!("HTTP/1.1 {status} Whatever\r\n{headers}\r\n").into_bytes()
}

/// An answer without body.
pub(crate) fn status(status: u16, headers: &[(&str, &str)]) -> Answer {
    reply(status, headers, "")
}

/// A whole answer.
pub(crate) fn reply(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Answer {
    let length = body.as_ref().len().to_string();
    partial(status, &[headers, &[("content-length", length.as_str())]].concat(), body)
}

/// Just these headers and bytes, whatever the headers promise.
pub(crate) fn partial(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Answer {
    vec![Act::Send([&head(status, headers), body.as_ref()].concat())]
}

/// An answer, and then something else.
pub(crate) fn then(mut answer: Answer, act: Act) -> Answer {
    answer.push(act);
    answer
}

/// The usual good answer.
pub(crate) fn ok() -> Answer {
    reply(200, &[("content-type", "application/json; charset=utf-8")], r#"{"ok":true}"#)
}
