//! A reverse proxy on hyper: HTTP/1 and HTTP/2 in, a pool of HTTP/1 connections out, retries, a body limit, and a graceful end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::Context;
use bytes::Bytes;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::header::{CONNECTION, HOST, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};

type Body = BoxBody<Bytes, hyper::Error>;

const BODY_LIMIT: usize = 1 << 20;
const ATTEMPTS: u32 = 3;

struct Proxy {
    client: Client<HttpConnector, Full<Bytes>>,
    upstreams: Vec<String>,
    next: AtomicUsize,
}

fn answer(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Full::from(text).map_err(|never| match never {}).boxed());
    *response.status_mut() = status;
    response
}

impl Proxy {
    fn new(upstreams: Vec<String>) -> Self {
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(Duration::from_secs(30))
            .build_http();
        Self {
            client,
            upstreams,
            next: AtomicUsize::new(0),
        }
    }

    fn pick(&self) -> &str {
        &self.upstreams[self.next.fetch_add(1, Ordering::Relaxed) % self.upstreams.len()]
    }

    async fn forward(&self, request: &Request<Bytes>) -> anyhow::Result<Response<Body>> {
        let upstream = self.pick();
        let path = request
            .uri()
            .path_and_query()
            .map_or("/", |path| path.as_str());
        let mut outgoing = Request::builder()
            .method(request.method())
            .uri(format!("http://{upstream}{path}").parse::<Uri>()?);
        for (name, value) in request
            .headers()
            .iter()
            .filter(|(name, _)| ![HOST, CONNECTION].contains(name))
        {
            outgoing = outgoing.header(name, value);
        }
        let outgoing = outgoing
            .header("x-forwarded-by", "corofold")
            .body(Full::new(request.body().clone()))?;
        let response = timeout(Duration::from_secs(10), self.client.request(outgoing)).await??;
        Ok(response.map(BodyExt::boxed))
    }

    async fn retry(&self, request: &Request<Bytes>) -> Response<Body> {
        for attempt in 1..=ATTEMPTS {
            match self.forward(request).await {
                Ok(response) => return response,
                Err(error) => eprintln!("{} attempt {attempt}: {error:#}", request.uri()),
            }
            sleep(Duration::from_millis(50) * attempt).await;
        }
        answer(StatusCode::BAD_GATEWAY, "no server answers\n")
    }

    async fn handle(&self, request: Request<Incoming>) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let body = match Limited::new(body, BODY_LIMIT).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) if error.is::<LengthLimitError>() => {
                return answer(StatusCode::PAYLOAD_TOO_LARGE, "too long\n");
            }
            Err(_) => return answer(StatusCode::BAD_REQUEST, "the body breaks off\n"),
        };
        let mut response = self.retry(&Request::from_parts(parts, body)).await;
        response
            .headers_mut()
            .insert("via", HeaderValue::from_static("1.1 corofold"));
        response
    }
}

fn serve(stream: TcpStream, from: SocketAddr, proxy: Arc<Proxy>, graceful: &GracefulShutdown) {
    let service = service_fn(move |request| {
        let proxy = proxy.clone();
        async move { Ok::<_, Infallible>(proxy.handle(request).await) }
    });
    let builder = auto::Builder::new(TokioExecutor::new());
    let connection = builder
        .serve_connection(TokioIo::new(stream), service)
        .into_owned();
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            eprintln!("{from}: {error}");
        }
    });
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments
        .next()
        .context("usage: hyper-proxy ADDRESS UPSTREAM…")?;
    let proxy = Arc::new(Proxy::new(arguments.collect()));
    anyhow::ensure!(!proxy.upstreams.is_empty(), "no upstream is named");
    let listener = TcpListener::bind(&address).await?;
    let graceful = GracefulShutdown::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, from)) => serve(stream, from, proxy.clone(), &graceful),
                Err(_) => sleep(Duration::from_millis(100)).await,
            },
            _ = tokio::signal::ctrl_c() => break,
        }
    }
    Ok(timeout(Duration::from_secs(10), graceful.shutdown()).await?)
}
