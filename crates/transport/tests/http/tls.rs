//! TLS: who is trusted, and what happens to the rest.

use std::sync::Arc;

use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
use sales_transport::Limits;
use url::Url;

use super::{
    Bench, CANARY, assert_reply, call, error, limits, ms,
    server::{Server, ok},
};

/// The authority that signed the server's certificate (for `localhost` and 127.0.0.1, until 2126; its key is not kept).
const AUTHORITY: &[u8] = include_bytes!("tls/ca.pem");

fn acceptor() -> tokio_rustls::TlsAcceptor {
    let certificate = CertificateDer::from_pem_slice(include_bytes!("tls/localhost.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("tls/localhost.key")).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    Arc::new(config).into()
}

#[tokio::test]
async fn only_trusted_servers_get_the_credential() {
    let trusting = Bench::with(limits(), |options| options.extra_roots = AUTHORITY.to_vec());
    let server = Server::start_tls(trusting.clock(), acceptor(), |_, _| ok()).await;
    let by_name = Url::parse(&format!("https://localhost:{}/x", server.address.port())).unwrap();
    let by_address = Url::parse(&format!("https://127.0.0.1:{}/x", server.address.port())).unwrap();
    assert_reply(trusting.send(call(by_name.clone())).await, 1);
    assert_reply(trusting.send(call(by_address)).await, 1);
    assert_eq!(server.log()[0].header("authorization"), Some(format!("Bearer {CANARY}").as_str()));

    // Unknown authority: refused, and not tried again, for it will not become known.
    let text = error(Bench::with(limits(), |options| options.extra_roots = Vec::new()).send(call(by_name.clone())).await);
    assert!(text.contains("invalid peer certificate: UnknownIssuer (1 attempts)") || text.contains("TLS cannot be set up"), "{text}");
    assert_eq!(server.log().len(), 2);

    // Plain HTTP spoken to a TLS port, and TLS to a plain one.
    let plain = Server::start(trusting.clock(), |_, _| ok()).await;
    let mut url = by_name;
    url.set_port(Some(plain.address.port())).unwrap();
    let limits = Limits { connect: ms(100), attempts: 2, ..limits() };
    let hasty = Bench::with(limits, |options| options.extra_roots = AUTHORITY.to_vec());
    error(hasty.send(call(url)).await);
    error(hasty.send(call(server.url("/"))).await);
    assert_eq!((server.log().len(), plain.log().len()), (2, 0));
}
