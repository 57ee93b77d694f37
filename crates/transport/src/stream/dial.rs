//! Making a connection.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{Arc, OnceLock},
    time::Duration,
};

use rustls::{
    ClientConfig,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};
use rustls_platform_verifier::Verifier;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};

use super::StreamError;
use crate::guard::LOCALHOST;

/// Most addresses of a name that are tried.
const MOST_ADDRESSES: usize = 6;

/// How a connection is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte.
    Tls,
    /// Plain until the protocol asks for TLS ([`super::Wire::start_tls`]).
    StartTls,
    /// Never; only to this machine.
    Plain,
}

/// Whom to connect to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// A name or an address.
    pub host: String,
    /// The port.
    pub port: u16,
    /// How it is kept private.
    pub security: Security,
}

impl Target {
    /// Whether the host is this machine: `localhost`, which no name service is asked for, or a loopback address.
    pub fn is_loopback(&self) -> bool {
        self.address().map_or_else(|| self.host.eq_ignore_ascii_case("localhost"), |a| a.is_loopback())
    }

    fn address(&self) -> Option<IpAddr> {
        self.host.trim_start_matches('[').trim_end_matches(']').parse().ok()
    }
}

pub(crate) trait Duplex: AsyncRead + AsyncWrite + Send + Sync + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin> Duplex for T {}

/// Whom to trust, and how long to wait.
pub(crate) struct Dialer {
    pub(crate) connect: Duration,
    pub(crate) longest: Duration,
    roots: Vec<CertificateDer<'static>>,
    config: OnceLock<Result<Arc<ClientConfig>, String>>,
}

impl Dialer {
    /// `roots_pem`: further certificate authorities.
    pub(crate) fn new(connect: Duration, longest: Duration, roots_pem: &[u8]) -> Self {
        let roots = CertificateDer::pem_slice_iter(roots_pem).filter_map(Result::ok).collect();
        Dialer { connect, longest, roots, config: OnceLock::new() }
    }

    /// The machine's authorities and those given, as the HTTP client has them.
    fn config(&self) -> Result<Arc<ClientConfig>, String> {
        let make = || {
            let provider = Arc::new(rustls::crypto::ring::default_provider());
            let verifier = Verifier::new_with_extra_roots(self.roots.iter().cloned(), provider.clone()).map_err(|e| e.to_string())?;
            let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(|e| e.to_string())?;
            // The platform's own verifier is the one "dangerous" way to look certificates up where this machine keeps them.
            Ok(Arc::new(config.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth()))
        };
        self.config.get_or_init(make).clone()
    }

    /// A connection to the target, encrypted if it is to be from the first byte.
    pub(crate) async fn dial(&self, target: &Target) -> Result<Box<dyn Duplex>, StreamError> {
        if target.security == Security::Plain && !target.is_loopback() {
            return Err(StreamError::Refused(format!("{} without TLS: that is only for this machine", target.host)));
        }
        let plain = self.tcp(target).await?;
        _ = plain.set_nodelay(true);
        match target.security {
            Security::Tls => self.secure(Box::new(plain), &target.host).await,
            Security::StartTls | Security::Plain => Ok(Box::new(plain)),
        }
    }

    async fn tcp(&self, target: &Target) -> Result<TcpStream, StreamError> {
        let host = &target.host;
        let unreachable = |why: String| StreamError::Unreachable(format!("{host}:{}: {why}", target.port));
        let addresses: Vec<SocketAddr> = match target.address() {
            Some(address) => vec![SocketAddr::new(address, target.port)],
            None if target.is_loopback() => LOCALHOST.iter().map(|a| SocketAddr::new(a.ip(), target.port)).collect(),
            None => {
                let found = timeout(self.connect, tokio::net::lookup_host((host.as_str(), target.port))).await;
                let found = found.map_err(|_| unreachable("its address could not be found in time".into()))?;
                found.map_err(|e| unreachable(format!("its address could not be found ({e})")))?.take(MOST_ADDRESSES).collect()
            }
        };
        let mut why = "it has no address".to_owned();
        for address in addresses {
            match timeout(self.connect, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(e)) => why = e.to_string(),
                Err(_) => why = "no connection in time".into(),
            }
        }
        Err(unreachable(why))
    }

    /// The handshake.
    pub(crate) async fn secure(&self, plain: Box<dyn Duplex>, host: &str) -> Result<Box<dyn Duplex>, StreamError> {
        let fail = |why: String| StreamError::Tls { host: host.to_owned(), why };
        let config = self.config().map_err(|why| fail(format!("TLS cannot be set up: {why}")))?;
        let bare = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let name = ServerName::try_from(bare).map_err(|_| fail("its name cannot stand in a certificate".into()))?;
        match timeout(self.connect, tokio_rustls::TlsConnector::from(config).connect(name, plain)).await {
            Ok(Ok(stream)) => Ok(Box::new(stream)),
            Ok(Err(e)) => Err(fail(e.to_string())),
            Err(_) => Err(StreamError::Late(host.to_owned())),
        }
    }
}
