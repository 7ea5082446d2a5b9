//! The wire: requests are arrays of bulk strings, replies are of the five kinds of RESP2.

use anyhow::{Context, bail};
use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufStream};
use tokio::net::TcpStream;

use crate::Request;

/// The longest string and the most arguments that a request may have.
const LIMIT: usize = 1 << 20;

pub enum Reply {
    Status(&'static str),
    Error(&'static str),
    Integer(usize),
    Bulk(Bytes),
    Null,
}

pub struct Connection {
    stream: BufStream<TcpStream>,
    line: String,
}

impl Connection {
    pub fn new(stream: TcpStream) -> Self {
        Self {
            stream: BufStream::new(stream),
            line: String::new(),
        }
    }

    /// The next request, or nothing where the client has left.
    pub async fn read(&mut self) -> anyhow::Result<Option<Request>> {
        let Some(count) = self.read_length('*').await? else {
            return Ok(None);
        };
        let mut words = Vec::with_capacity(count.min(16));
        for _ in 0..count {
            words.push(self.read_bulk().await?);
        }
        if words.is_empty() {
            bail!("a request without a command");
        }
        let name = String::from_utf8(words.remove(0).to_ascii_uppercase())?;
        Ok(Some(Request {
            name,
            arguments: words,
        }))
    }

    async fn read_length(&mut self, sigil: char) -> anyhow::Result<Option<usize>> {
        self.line.clear();
        if self.stream.read_line(&mut self.line).await? == 0 {
            return Ok(None);
        }
        let digits = self
            .line
            .trim_end()
            .strip_prefix(sigil)
            .with_context(|| format!("expected {sigil} and a length"))?;
        let length: usize = digits.parse()?;
        if length > LIMIT {
            bail!("{length} is more than the limit of {LIMIT}");
        }
        Ok(Some(length))
    }

    async fn read_bulk(&mut self) -> anyhow::Result<Bytes> {
        let length = self
            .read_length('$')
            .await?
            .context("the client left inside a request")?;
        let mut bytes = BytesMut::zeroed(length);
        self.stream.read_exact(&mut bytes).await?;
        let mut end = [0; 2];
        self.stream.read_exact(&mut end).await?;
        if end != *b"\r\n" {
            bail!("a string does not end where its length says");
        }
        Ok(bytes.freeze())
    }

    pub async fn write(&mut self, reply: Reply) -> anyhow::Result<()> {
        match reply {
            Reply::Status(text) => self.write_line('+', text).await?,
            Reply::Error(text) => self.write_line('-', text).await?,
            Reply::Integer(value) => self.write_line(':', &value.to_string()).await?,
            Reply::Null => self.write_line('$', "-1").await?,
            Reply::Bulk(bytes) => {
                self.write_line('$', &bytes.len().to_string()).await?;
                self.stream.write_all(&bytes).await?;
                self.stream.write_all(b"\r\n").await?;
            }
        }
        Ok(self.stream.flush().await?)
    }

    async fn write_line(&mut self, sigil: char, text: &str) -> std::io::Result<()> {
        self.stream.write_u8(sigil as u8).await?;
        self.stream.write_all(text.as_bytes()).await?;
        self.stream.write_all(b"\r\n").await
    }
}
