//! A server as people write them. Equal requests in equal order get equal answers, however it is built.
//!
//! It prints the address it listens on and ends after `POST /admin/shutdown`.

mod jobs;
mod routes;
mod store;

use tokio::net::TcpListener;

use routes::App;
use store::{Cached, Memory};

#[tokio::main(worker_threads = 2)]
async fn main() -> std::io::Result<()> {
    let app = App::new(Cached::new(Memory::new(40)));
    let shutdown = app.shutdown.clone();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    axum::serve(listener, routes::router(app))
        .with_graceful_shutdown(async move { shutdown.notified().await })
        .await
}
