//! The routes, the layers around them, and how errors become answers.

use std::{fmt, sync::Arc, time::Duration};

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{Path, Query, Request, State},
    http::{HeaderName, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::json;
use tokio::{
    sync::{Mutex, Notify},
    time::{sleep, timeout},
};
use tokio_stream::{StreamExt, wrappers::ReceiverStream};
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer, limit::RequestBodyLimitLayer,
    request_id::PropagateRequestIdLayer, timeout::TimeoutLayer,
};

use crate::{
    jobs::{self, Kind, Operation},
    store::{Item, Store, StoreError},
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const PATIENCE: Duration = Duration::from_secs(2);
const SHORT_PATIENCE: Duration = Duration::from_millis(40);

/// What all handlers share.
pub struct App<S> {
    pub store: Arc<S>,
    pub shutdown: Arc<Notify>,
    answers: Arc<Mutex<Answers>>,
}

// Not derived: that would ask for `S: Clone`.
impl<S> Clone for App<S> {
    fn clone(&self) -> Self {
        Self {
            store: self.store.clone(),
            shutdown: self.shutdown.clone(),
            answers: self.answers.clone(),
        }
    }
}

#[derive(Clone, Copy, Default)]
struct Answers {
    good: u32,
    bad: u32,
}

impl<S: Store> App<S> {
    pub fn new(store: S) -> Self {
        Self {
            store: Arc::new(store),
            shutdown: Arc::new(Notify::new()),
            answers: Arc::default(),
        }
    }
}

struct Failure(StatusCode, String);

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let status = match error {
            StoreError::NotFound(_) => StatusCode::NOT_FOUND,
            StoreError::OutOfStock { .. } => StatusCode::CONFLICT,
            StoreError::Full => StatusCode::INSUFFICIENT_STORAGE,
        };
        Self(status, error.to_string())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "error": self.1 }))).into_response()
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound(id) => write!(f, "no item {id}"),
            Self::OutOfStock { id, left } => write!(f, "only {left} of item {id} left"),
            Self::Full => f.write_str("no room for more items"),
        }
    }
}

impl std::error::Error for StoreError {}

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    from: u32,
    #[serde(default = "Page::default_limit")]
    limit: usize,
}

impl Page {
    fn default_limit() -> usize {
        10
    }
}

async fn list<S: Store>(
    State(app): State<App<S>>,
    Query(page): Query<Page>,
) -> Result<Response, Failure> {
    let items = app.store.list(page.from, page.limit.min(50)).await?;
    Ok(Json(items).into_response())
}

async fn insert<S: Store>(
    State(app): State<App<S>>,
    Json(item): Json<Item>,
) -> Result<Response, Failure> {
    if item.name.is_empty() {
        return Err(Failure(
            StatusCode::UNPROCESSABLE_ENTITY,
            "an item needs a name".into(),
        ));
    }
    let id = app.store.insert(item).await?;
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))).into_response())
}

async fn fetch<S: Store>(
    State(app): State<App<S>>,
    Path(id): Path<u32>,
) -> Result<Json<Item>, Failure> {
    Ok(Json(app.store.get(id).await?))
}

async fn replace<S: Store>(
    State(app): State<App<S>>,
    Path(id): Path<u32>,
    Json(item): Json<Item>,
) -> Result<Json<Item>, Failure> {
    Ok(Json(app.store.replace(id, item).await?))
}

async fn remove<S: Store>(
    State(app): State<App<S>>,
    Path(id): Path<u32>,
) -> Result<Json<Item>, Failure> {
    Ok(Json(app.store.remove(id).await?))
}

async fn reserve<S: Store>(
    State(app): State<App<S>>,
    Path((id, amount)): Path<(u32, u32)>,
) -> Result<Response, Failure> {
    match timeout(PATIENCE, app.store.reserve(id, amount)).await {
        Ok(left) => Ok(Json(json!({ "left": left? })).into_response()),
        Err(_) => Err(Failure(
            StatusCode::GATEWAY_TIMEOUT,
            "the store is slow".into(),
        )),
    }
}

async fn compute(Path((kind, n)): Path<(Kind, u64)>) -> String {
    jobs::compute(kind, n.min(10_000)).await.to_string()
}

async fn batch<S: Store>(
    State(app): State<App<S>>,
    Json(operations): Json<Vec<Operation>>,
) -> Result<Response, Failure> {
    Ok(Json(jobs::batch(&*app.store, operations).await?).into_response())
}

async fn lines<S: Store>(State(app): State<App<S>>, Path(count): Path<u32>) -> Response {
    let lines = ReceiverStream::new(jobs::lines(app.store, count.min(100)));
    let body = Body::from_stream(lines.map(|line| line.map(Bytes::from)));
    ([(header::CONTENT_TYPE, "text/plain")], body).into_response()
}

async fn echo(body: Bytes) -> Bytes {
    body
}

async fn slow(Path(millis): Path<u64>) -> &'static str {
    sleep(Duration::from_millis(millis)).await;
    "awake"
}

/// Panics in the middle of a poll: the coroutines on the way out are poisoned, the connection lives on.
async fn fail() -> &'static str {
    tokio::task::yield_now().await;
    panic!("as asked for")
}

async fn answers<S: Store>(State(app): State<App<S>>) -> Response {
    let Answers { good, bad } = *app.answers.lock().await;
    Json(json!({ "good": good, "bad": bad })).into_response()
}

async fn shutdown<S: Store>(State(app): State<App<S>>) -> &'static str {
    app.shutdown.notify_one();
    "bye"
}

async fn count<S: Store>(State(app): State<App<S>>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let mut answers = app.answers.lock().await;
    match response.status().is_success() {
        true => answers.good += 1,
        false => answers.bad += 1,
    }
    response
}

async fn authorize(request: Request, next: Next) -> Response {
    match request
        .headers()
        .get(header::AUTHORIZATION)
        .map(|value| value.as_bytes())
    {
        Some(b"Bearer corofold") => next.run(request).await,
        Some(_) => Failure(StatusCode::FORBIDDEN, "wrong token".into()).into_response(),
        None => Failure(StatusCode::UNAUTHORIZED, "no token".into()).into_response(),
    }
}

fn items<S: Store>() -> Router<App<S>> {
    Router::new()
        .route("/", get(list::<S>).post(insert::<S>))
        .route(
            "/{id}",
            get(fetch::<S>).put(replace::<S>).delete(remove::<S>),
        )
        .route("/{id}/reserve/{amount}", post(reserve::<S>))
}

pub fn router<S: Store>(app: App<S>) -> Router {
    let impatient = TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, SHORT_PATIENCE);
    let admin = Router::new()
        .route("/answers", get(answers::<S>))
        .route("/shutdown", post(shutdown::<S>))
        .layer(middleware::from_fn(authorize));
    Router::new()
        .route("/health", get(|| async { "ok" }))
        .nest("/items", items())
        .route("/compute/{kind}/{n}", get(compute))
        .route("/batch", post(batch::<S>))
        .route("/lines/{count}", get(lines::<S>))
        .route("/echo", post(echo).layer(RequestBodyLimitLayer::new(1024)))
        .route("/slow/{millis}", get(slow).layer(impatient))
        .route("/fail", get(fail))
        .nest("/admin", admin)
        .layer(
            ServiceBuilder::new()
                .layer(PropagateRequestIdLayer::new(REQUEST_ID))
                .layer(middleware::from_fn_with_state(app.clone(), count::<S>))
                .layer(CatchPanicLayer::new()),
        )
        .with_state(app)
}
