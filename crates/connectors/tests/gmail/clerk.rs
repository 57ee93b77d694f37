//! A token endpoint that says what a test wants it to: Google gives many reasons of which its double knows few.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};

#[derive(Default)]
pub(crate) struct Desk {
    /// Status and body of what is said next.
    pub(crate) answers: VecDeque<(u16, String)>,
    /// What was asked.
    pub(crate) forms: Vec<BTreeMap<String, String>>,
}

/// A server.
pub(crate) struct Clerk {
    desk: Arc<Mutex<Desk>>,
    pub(crate) url: String,
}

impl Clerk {
    /// One who says this once.
    pub(crate) async fn saying(status: u16, body: &str) -> Self {
        let desk = Arc::new(Mutex::new(Desk { answers: [(status, body.to_owned())].into(), forms: Vec::new() }));
        let app = Router::new().route("/token", post(token)).with_state(desk.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/token", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Clerk { desk, url }
    }

    pub(crate) fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap()
    }
}

async fn token(State(desk): State<Arc<Mutex<Desk>>>, body: Bytes) -> Response {
    let mut desk = desk.lock().unwrap();
    desk.forms.push(url::form_urlencoded::parse(&body).into_owned().collect());
    let (status, body) = desk.answers.pop_front().unwrap_or((500, "nothing more to say".into()));
    (StatusCode::from_u16(status).unwrap(), [(header::CONTENT_TYPE, "application/json; charset=UTF-8")], body).into_response()
}
