//! The connections, made when first needed: a start of the program that sends nothing pays nothing.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use jiff::SignedDuration;
use reqwest::{Certificate, Client, ClientBuilder, redirect, retry};

use super::{Limits, SetupError};
use crate::{
    ProxySettings,
    guard::{LOCALHOST, Route},
};

/// One client for TLS, one for plain HTTP on this machine: neither can do the other's work, and the latter needs no certificates.
pub(crate) struct Clients {
    user_agent: ::http::HeaderValue,
    connect: Duration,
    proxy: ProxySettings,
    roots: Vec<Certificate>,
    tls: OnceLock<Result<Client, String>>,
    loopback: OnceLock<Result<Client, String>>,
}

impl Clients {
    /// Checks the settings; `roots_pem` are further certificate authorities in PEM form.
    pub(crate) fn new(user_agent: &str, limits: &Limits, proxy: ProxySettings, roots_pem: &[u8]) -> Result<Self, SetupError> {
        let user_agent = ::http::HeaderValue::from_str(user_agent).map_err(|_| SetupError::UserAgent)?;
        proxy.build().map_err(SetupError::Proxy)?;
        let roots = Certificate::from_pem_bundle(roots_pem).unwrap_or_default();
        if roots.is_empty() && !roots_pem.is_empty() {
            return Err(SetupError::Certificates);
        }
        Ok(Clients { user_agent, connect: span(limits.connect), proxy, roots, tls: OnceLock::new(), loopback: OnceLock::new() })
    }

    /// The client for a route, or why there is none.
    pub(crate) fn get(&self, route: Route) -> Result<&Client, String> {
        let made = match route {
            Route::Tls => self.tls.get_or_init(|| self.tls().map_err(|why| format!("TLS cannot be set up: {why}"))),
            Route::Loopback => self.loopback.get_or_init(|| self.loopback().map_err(|why| format!("no connections: {why}"))),
        };
        made.as_ref().map_err(Clone::clone)
    }

    fn common(&self) -> ClientBuilder {
        Client::builder()
            .user_agent(self.user_agent.clone())
            .connect_timeout(self.connect)
            // Redirects and repetitions are ours: each request has to be charged.
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            // A name service has no say in what this machine is.
            .resolve_to_addrs("localhost", &LOCALHOST)
            // What the environment says is passed in as data.
            .no_proxy()
    }

    fn tls(&self) -> Result<Client, String> {
        // An error means that there is a provider already, which is as good.
        _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = self.common().https_only(true).tls_certs_merge(self.roots.iter().cloned());
        if let Some(proxy) = self.proxy.build()? {
            builder = builder.proxy(proxy);
        }
        builder.build().map_err(|error| causes(&error))
    }

    fn loopback(&self) -> Result<Client, String> {
        // An empty TLS configuration: it can trust nobody, and costs no reading of certificates.
        let tls = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        let builder = self.common().tls_backend_preconfigured(tls);
        builder.build().map_err(|error| causes(&error))
    }
}

/// A time limit as the libraries want it; a negative one leaves no time.
pub(crate) fn span(limit: SignedDuration) -> Duration {
    Duration::try_from(limit).unwrap_or_default()
}

/// The innermost reason.
fn causes(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
