//! QUIC on quinn: with no argument a server that echoes streams and datagrams, with an address a client that measures the round trip.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use bytes::Bytes;
use quinn::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use quinn::{
    ClientConfig, Connection, ConnectionError, Endpoint, Incoming, RecvStream, SendStream,
    ServerConfig,
};
use tokio::task::JoinSet;
use tokio::time::timeout;

const CERTIFICATE: &str = "quic-echo.der";

async fn echo_stream(mut send: SendStream, mut receive: RecvStream) -> anyhow::Result<()> {
    while let Some(chunk) = receive.read_chunk(16 << 10, true).await? {
        send.write_chunk(chunk.bytes).await?;
    }
    send.finish()?;
    send.stopped().await?;
    Ok(())
}

async fn echo_connection(incoming: Incoming) -> anyhow::Result<()> {
    let connection = incoming.await?;
    let mut streams = JoinSet::new();
    loop {
        tokio::select! {
            stream = connection.accept_bi() => match stream {
                Ok((send, receive)) => drop(streams.spawn(echo_stream(send, receive))),
                Err(ConnectionError::ApplicationClosed(_)) => break,
                Err(error) => return Err(error.into()),
            },
            datagram = connection.read_datagram() => connection.send_datagram(datagram?)?,
            Some(done) = streams.join_next() => done??,
        }
    }
    while let Some(done) = streams.join_next().await {
        done??;
    }
    Ok(())
}

async fn serve(address: SocketAddr) -> anyhow::Result<()> {
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
    let certificate = CertificateDer::from(certified.cert);
    tokio::fs::write(CERTIFICATE, &certificate).await?;
    let key = PrivatePkcs8KeyDer::from(certified.signing_key.serialize_der());
    let endpoint = Endpoint::server(
        ServerConfig::with_single_cert(vec![certificate], key.into())?,
        address,
    )?;
    while let Some(incoming) = endpoint.accept().await {
        if !incoming.remote_address_validated() {
            incoming.retry()?;
            continue;
        }
        tokio::spawn(async move {
            if let Err(error) = echo_connection(incoming).await {
                eprintln!("{error:#}");
            }
        });
    }
    Ok(())
}

async fn round_trip(connection: &Connection, message: Bytes) -> anyhow::Result<Duration> {
    let start = Instant::now();
    let (mut send, mut receive) = connection.open_bi().await?;
    send.write_chunk(message.clone()).await?;
    send.finish()?;
    let answer = receive.read_to_end(1 << 20).await?;
    anyhow::ensure!(answer == message, "the echo is not what was sent");
    Ok(start.elapsed())
}

async fn measure(server: SocketAddr) -> anyhow::Result<()> {
    let certificate = tokio::fs::read(CERTIFICATE)
        .await
        .context("start the server in this folder first")?;
    let mut roots = quinn::rustls::RootCertStore::empty();
    roots.add(CertificateDer::from(certificate))?;
    let mut endpoint = Endpoint::client("[::]:0".parse()?)?;
    endpoint.set_default_client_config(ClientConfig::with_root_certificates(Arc::new(roots))?);
    let connection = endpoint.connect(server, "localhost")?.await?;
    for size in [1, 1 << 10, 1 << 16] {
        let message = Bytes::from(vec![b'x'; size]);
        match timeout(Duration::from_secs(5), round_trip(&connection, message)).await {
            Ok(taken) => println!("{size} bytes: {:?}", taken?),
            Err(_) => println!("{size} bytes: no answer in time"),
        }
    }
    connection.close(0u32.into(), b"done");
    endpoint.wait_idle().await;
    Ok(())
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match std::env::args().nth(1) {
        Some(server) => measure(server.parse()?).await,
        None => serve("[::1]:4433".parse()?).await,
    }
}
