//! A command-line client on reqwest with rustls: fetches many addresses at once, retries, resumes downloads, and prints a JSON summary.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clap::Parser;
use futures_util::{StreamExt, stream};
use reqwest::header::{ETAG, RANGE, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode};
use serde::Serialize;
use tokio::fs::{self, OpenOptions};
use tokio::io::AsyncWriteExt;
use tokio::time::sleep;

#[derive(Parser)]
struct Arguments {
    /// Where the downloads go.
    #[arg(long, default_value = ".")]
    into: PathBuf,
    /// How many at once.
    #[arg(long, default_value_t = 4)]
    parallel: usize,
    /// How often each is tried.
    #[arg(long, default_value_t = 3)]
    attempts: u32,
    #[arg(required = true)]
    addresses: Vec<String>,
}

#[derive(Serialize)]
struct Outcome {
    address: String,
    bytes: Option<u64>,
    etag: Option<String>,
    error: Option<String>,
}

/// How long the server asks to wait before the next try.
fn pause_of(response: &Response, attempt: u32) -> Duration {
    let seconds = response
        .headers()
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    seconds.map_or(Duration::from_millis(250) * attempt, Duration::from_secs)
}

/// Asks for what is missing of the file.
async fn request(
    client: &Client,
    address: &str,
    have: u64,
    attempts: u32,
) -> anyhow::Result<Response> {
    let mut attempt = 1;
    loop {
        let mut request = client.get(address);
        if have > 0 {
            request = request.header(RANGE, format!("bytes={have}-"));
        }
        let pause = match request.send().await {
            Ok(response)
                if response.status().is_server_error()
                    || response.status() == StatusCode::TOO_MANY_REQUESTS =>
            {
                pause_of(&response, attempt)
            }
            Ok(response) => return Ok(response.error_for_status()?),
            Err(error) if attempt >= attempts => return Err(error.into()),
            Err(_) => Duration::from_millis(250) * attempt,
        };
        anyhow::ensure!(
            attempt < attempts,
            "{address} does not answer after {attempts} attempts"
        );
        sleep(pause).await;
        attempt += 1;
    }
}

async fn download(
    client: &Client,
    address: &str,
    path: &Path,
    attempts: u32,
) -> anyhow::Result<(u64, Option<String>)> {
    let have = fs::metadata(path).await.map_or(0, |data| data.len());
    let response = request(client, address, have, attempts).await?;
    let resumes = response.status() == StatusCode::PARTIAL_CONTENT;
    let etag = response
        .headers()
        .get(ETAG)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let mut file = OpenOptions::new()
        .create(true)
        .write(true)
        .append(resumes)
        .truncate(!resumes)
        .open(path)
        .await?;
    let mut written = if resumes { have } else { 0 };
    let mut body = response.bytes_stream();
    while let Some(chunk) = body.next().await {
        let chunk = chunk.context("the answer breaks off")?;
        file.write_all(&chunk).await?;
        written += chunk.len() as u64;
    }
    file.flush().await?;
    Ok((written, etag))
}

async fn fetch(client: Arc<Client>, address: String, into: &Path, attempts: u32) -> Outcome {
    let name: String = address
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    match download(&client, &address, &into.join(name), attempts).await {
        Ok((bytes, etag)) => Outcome {
            address,
            bytes: Some(bytes),
            etag,
            error: None,
        },
        Err(error) => Outcome {
            address,
            bytes: None,
            etag: None,
            error: Some(format!("{error:#}")),
        },
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    rustls::crypto::ring::default_provider()
        .install_default()
        .ok()
        .context("another TLS provider is installed")?;
    let client = Arc::new(
        Client::builder()
            .timeout(Duration::from_secs(60))
            .https_only(false)
            .build()?,
    );
    fs::create_dir_all(&arguments.into).await?;
    let mut outcomes = stream::iter(arguments.addresses)
        .map(|address| fetch(client.clone(), address, &arguments.into, arguments.attempts))
        .buffer_unordered(arguments.parallel);
    let mut failed = 0;
    while let Some(outcome) = outcomes.next().await {
        failed += usize::from(outcome.error.is_some());
        println!("{}", serde_json::to_string(&outcome)?);
    }
    anyhow::ensure!(failed == 0, "{failed} failed");
    Ok(())
}
