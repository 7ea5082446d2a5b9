//! A JSON API on axum: notes with tags, a stream of changes, uploads, static files, and the usual layers around it.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, Multipart, Path, Query, State};
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use futures_util::Stream;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::sync::{RwLock, broadcast};
use tower_http::compression::CompressionLayer;
use tower_http::cors::CorsLayer;
use tower_http::services::ServeDir;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

#[derive(Clone, Deserialize, Serialize)]
struct Note {
    title: String,
    text: String,
    #[serde(default)]
    tags: Vec<String>,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "lowercase")]
enum Change {
    Saved { id: u64 },
    Removed { id: u64 },
}

struct Notes {
    by_id: RwLock<BTreeMap<u64, Note>>,
    changes: broadcast::Sender<Change>,
}

type Shared = State<Arc<Notes>>;

/// What can go wrong for a client.
enum Failure {
    NotFound,
    Upload(axum::extract::multipart::MultipartError),
    Blocked(tokio::task::JoinError),
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Self::NotFound => (StatusCode::NOT_FOUND, "no such note").into_response(),
            Self::Upload(error) => (error.status(), error.body_text()).into_response(),
            Self::Blocked(error) => {
                (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response()
            }
        }
    }
}

impl Notes {
    async fn save(&self, note: Note) -> u64 {
        let mut notes = self.by_id.write().await;
        let id = notes.last_key_value().map_or(1, |(id, _)| id + 1);
        notes.insert(id, note);
        let _ = self.changes.send(Change::Saved { id });
        id
    }
}

#[derive(Deserialize)]
struct Filter {
    tag: Option<String>,
    #[serde(default)]
    skip: usize,
}

async fn list(State(notes): Shared, Query(filter): Query<Filter>) -> Json<Vec<(u64, Note)>> {
    let notes = notes.by_id.read().await;
    let wanted = notes.iter().filter(|(_, note)| {
        filter
            .tag
            .as_ref()
            .is_none_or(|tag| note.tags.contains(tag))
    });
    Json(
        wanted
            .skip(filter.skip)
            .take(100)
            .map(|(&id, note)| (id, note.clone()))
            .collect(),
    )
}

async fn read(State(notes): Shared, Path(id): Path<u64>) -> Result<Json<Note>, Failure> {
    notes
        .by_id
        .read()
        .await
        .get(&id)
        .cloned()
        .map(Json)
        .ok_or(Failure::NotFound)
}

async fn create(State(notes): Shared, Json(note): Json<Note>) -> (StatusCode, Json<u64>) {
    (StatusCode::CREATED, Json(notes.save(note).await))
}

async fn remove(State(notes): Shared, Path(id): Path<u64>) -> Result<StatusCode, Failure> {
    notes
        .by_id
        .write()
        .await
        .remove(&id)
        .ok_or(Failure::NotFound)?;
    let _ = notes.changes.send(Change::Removed { id });
    Ok(StatusCode::NO_CONTENT)
}

/// Saves each part of a form as a note; counts its words off the runtime.
async fn upload(State(notes): Shared, mut form: Multipart) -> Result<Json<Vec<u64>>, Failure> {
    let mut saved = Vec::new();
    while let Some(mut field) = form.next_field().await.map_err(Failure::Upload)? {
        let title = field
            .file_name()
            .or(field.name())
            .unwrap_or("unnamed")
            .to_owned();
        let mut text = String::new();
        while let Some(chunk) = field.chunk().await.map_err(Failure::Upload)? {
            text.push_str(&String::from_utf8_lossy(&chunk));
        }
        let counted = tokio::task::spawn_blocking(move || (text.split_whitespace().count(), text));
        let (words, text) = counted.await.map_err(Failure::Blocked)?;
        saved.push(
            notes
                .save(Note {
                    title,
                    text,
                    tags: vec![format!("{words} words")],
                })
                .await,
        );
    }
    Ok(Json(saved))
}

async fn watch(State(notes): Shared) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let changes = futures_util::stream::unfold(notes.changes.subscribe(), |mut changes| async {
        loop {
            match changes.recv().await {
                Ok(change) => {
                    return Some((
                        Ok(Event::default().json_data(change).unwrap_or_default()),
                        changes,
                    ));
                }
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    });
    Sse::new(changes).keep_alive(KeepAlive::default())
}

/// Lets through only who knows the key, where there is one.
async fn authorize(
    State(key): State<Option<Arc<str>>>,
    request: axum::extract::Request,
    next: middleware::Next,
) -> Response {
    let given = request
        .headers()
        .get("authorization")
        .and_then(|value| value.to_str().ok());
    if key.is_some() && given != key.as_deref() {
        tokio::time::sleep(Duration::from_millis(200)).await;
        return StatusCode::UNAUTHORIZED.into_response();
    }
    next.run(request).await
}

fn router(notes: Arc<Notes>, key: Option<Arc<str>>) -> Router {
    Router::new()
        .route("/notes", get(list).post(create))
        .route("/notes/{id}", get(read).delete(remove))
        .route("/upload", post(upload))
        .route("/changes", get(watch))
        .layer(middleware::from_fn_with_state(key, authorize))
        .fallback_service(ServeDir::new("static"))
        .layer(DefaultBodyLimit::max(1 << 20))
        .layer(CompressionLayer::new())
        .layer(CorsLayer::permissive())
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            Duration::from_secs(10),
        ))
        .layer(TraceLayer::new_for_http())
        .with_state(notes)
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let address = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    let notes = Arc::new(Notes {
        by_id: RwLock::default(),
        changes: broadcast::Sender::new(64),
    });
    let key = std::env::var("API_KEY").ok().map(Arc::from);
    let listener = TcpListener::bind(&address).await?;
    let stop = async { tokio::signal::ctrl_c().await.unwrap_or_default() };
    Ok(axum::serve(listener, router(notes, key))
        .with_graceful_shutdown(stop)
        .await?)
}
