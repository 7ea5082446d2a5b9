//! A key-value server on tokio that speaks a part of the Redis protocol: strings with expiry, lists to block on, and publish/subscribe.

mod connection;
mod store;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, broadcast};

use connection::{Connection, Reply};
use store::Store;

/// What a client asked for, its first word in upper case.
struct Request {
    name: String,
    arguments: Vec<Bytes>,
}

async fn execute(store: &Store, request: Request) -> Reply {
    match (request.name.as_str(), request.arguments.as_slice()) {
        ("PING", []) => Reply::Status("PONG"),
        ("GET", [key]) => store.get(key).await.map_or(Reply::Null, Reply::Bulk),
        ("SET", [key, value]) => {
            store.set(key.clone(), value.clone(), None).await;
            Reply::Status("OK")
        }
        ("SETEX", [key, seconds, value]) => match std::str::from_utf8(seconds)
            .ok()
            .and_then(|text| text.parse().ok())
        {
            Some(seconds) => {
                store
                    .set(
                        key.clone(),
                        value.clone(),
                        Some(Duration::from_secs(seconds)),
                    )
                    .await;
                Reply::Status("OK")
            }
            None => Reply::Error("the seconds are not a number"),
        },
        ("DEL", keys) => Reply::Integer(store.remove(keys).await),
        ("RPUSH", [key, values @ ..]) => Reply::Integer(store.push(key.clone(), values).await),
        ("BLPOP", [key]) => Reply::Bulk(store.pop(key.clone()).await),
        ("PUBLISH", [channel, message]) => {
            Reply::Integer(store.publish(channel, message.clone()).await)
        }
        _ => Reply::Error("no such command, or not with so many arguments"),
    }
}

/// Forwards messages until the client says anything or leaves.
async fn subscribe(
    connection: &mut Connection,
    store: &Store,
    channel: Bytes,
) -> anyhow::Result<()> {
    let mut messages = store.subscribe(channel).await;
    loop {
        tokio::select! {
            message = messages.recv() => match message {
                Ok(message) => connection.write(Reply::Bulk(message)).await?,
                Err(broadcast::error::RecvError::Lagged(_)) => connection.write(Reply::Error("messages were lost")).await?,
                Err(broadcast::error::RecvError::Closed) => return Ok(()),
            },
            request = connection.read() => {
                let answer = if request?.is_some() { Reply::Status("UNSUBSCRIBED") } else { return Ok(()) };
                return connection.write(answer).await;
            }
        }
    }
}

async fn serve(stream: TcpStream, store: Arc<Store>) -> anyhow::Result<()> {
    let mut connection = Connection::new(stream);
    while let Some(mut request) = connection.read().await? {
        if request.name == "SUBSCRIBE" && request.arguments.len() == 1 {
            subscribe(&mut connection, &store, request.arguments.remove(0)).await?;
            continue;
        }
        let reply = execute(&store, request).await;
        connection.write(reply).await?;
    }
    Ok(())
}

async fn accept(listener: TcpListener, store: Arc<Store>) -> anyhow::Result<()> {
    let places = Arc::new(Semaphore::new(256));
    loop {
        let place = places.clone().acquire_owned().await?;
        let (stream, from) = listener.accept().await?;
        let store = store.clone();
        tokio::spawn(async move {
            if let Err(error) = serve(stream, store).await {
                eprintln!("{from}: {error:#}");
            }
            drop(place);
        });
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let address = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "127.0.0.1:6379".to_owned());
    let store = Arc::new(Store::default());
    let sweeper = tokio::spawn(store::sweep(store.clone()));
    let listener = TcpListener::bind(&address).await?;
    let result = tokio::select! {
        result = accept(listener, store) => result,
        signal = tokio::signal::ctrl_c() => Ok(signal?),
    };
    sweeper.abort();
    result
}
