//! Requests and responses over a [`Link`], a layer that retries them, and the calls an application makes.

use embassy_time::{Duration, Timer, with_timeout};
use serde::{Deserialize, Serialize};

use crate::{
    framing::Link,
    trace::{Guard, trace},
};

pub const MAX_PACKET: usize = 64;
pub const PAGE: usize = 16;

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub enum Request {
    Ping(u8),
    Temperature,
    Store { page: u8, data: [u8; PAGE] },
    Fetch { page: u8 },
    Erase { first: u8, count: u8 },
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub enum Response {
    Pong(u8),
    Temperature(i16),
    Page([u8; PAGE]),
    Done,
    Refused(Refusal),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    NoSuchPage,
    Bus,
}

/// What goes into a frame: the sequence number tells a late answer from the one that is awaited.
#[derive(Serialize, Deserialize)]
pub struct Envelope<T> {
    pub sequence: u8,
    pub body: T,
}

#[derive(Debug)]
pub enum CallError<E> {
    Link(#[allow(dead_code, reason = "shown by Debug")] E),
    Codec,
    Refused(Refusal),
    Unexpected,
    GaveUp,
}

impl<E> From<E> for CallError<E> {
    fn from(error: E) -> Self {
        Self::Link(error)
    }
}

/// One question, one answer.
pub trait Exchange {
    type Error: core::fmt::Debug;

    async fn exchange(&mut self, request: &Request) -> Result<Response, CallError<Self::Error>>;
}

pub async fn send<L: Link, T: Serialize>(
    link: &mut L,
    envelope: &Envelope<T>,
) -> Result<(), CallError<L::Error>> {
    let mut packet = [0; MAX_PACKET];
    let used = postcard::to_slice(envelope, &mut packet).map_err(|_| CallError::Codec)?;
    Ok(link.send(used).await?)
}

pub async fn receive<L: Link, T: for<'de> Deserialize<'de>>(
    link: &mut L,
) -> Result<Envelope<T>, CallError<L::Error>> {
    let mut packet = [0; MAX_PACKET];
    let length = link.receive(&mut packet).await?;
    postcard::from_bytes(&packet[..length]).map_err(|_| CallError::Codec)
}

/// An [`Exchange`] that asks once.
pub struct Client<L> {
    link: L,
    sequence: u8,
}

impl<L: Link> Client<L> {
    pub fn new(link: L) -> Self {
        Self { link, sequence: 0 }
    }
}

impl<L: Link> Exchange for Client<L> {
    type Error = L::Error;

    async fn exchange(&mut self, request: &Request) -> Result<Response, CallError<L::Error>> {
        self.sequence = self.sequence.wrapping_add(1);
        let envelope = Envelope {
            sequence: self.sequence,
            body: *request,
        };
        send(&mut self.link, &envelope).await?;
        loop {
            let answer = receive::<_, Response>(&mut self.link).await?;
            if answer.sequence == self.sequence {
                return Ok(answer.body);
            }
            trace!("client: late answer {} dropped", answer.sequence);
        }
    }
}

/// An [`Exchange`] that asks again after errors of the line and after silence.
pub struct Retry<X> {
    inner: X,
    attempts: u8,
    patience: Duration,
}

impl<X: Exchange> Retry<X> {
    pub fn new(inner: X, attempts: u8, patience: Duration) -> Self {
        Self {
            inner,
            attempts,
            patience,
        }
    }

    async fn pause(&self, attempt: u8) {
        Timer::after(Duration::from_millis(3 << attempt)).await;
    }
}

impl<X: Exchange> Exchange for Retry<X> {
    type Error = X::Error;

    async fn exchange(&mut self, request: &Request) -> Result<Response, CallError<X::Error>> {
        for attempt in 0..self.attempts {
            match with_timeout(self.patience, self.inner.exchange(request)).await {
                Ok(Ok(response)) => return Ok(response),
                Ok(Err(error @ CallError::Refused(_))) => return Err(error),
                Ok(Err(error)) => {
                    trace!("retry: attempt {attempt} failed: {error:?}");
                    self.pause(attempt).await;
                }
                Err(_) => {
                    trace!("retry: attempt {attempt} timed out");
                    self.pause(attempt).await;
                }
            }
        }
        Err(CallError::GaveUp)
    }
}

/// The calls, over whatever exchanges requests.
pub struct Remote<X> {
    exchange: X,
}

impl<X: Exchange> Remote<X> {
    pub fn new(exchange: X) -> Self {
        Self { exchange }
    }

    async fn ask(&mut self, request: Request) -> Result<Response, CallError<X::Error>> {
        match self.exchange.exchange(&request).await? {
            Response::Refused(refusal) => Err(CallError::Refused(refusal)),
            response => Ok(response),
        }
    }

    async fn command(&mut self, request: Request) -> Result<(), CallError<X::Error>> {
        match self.ask(request).await? {
            Response::Done => Ok(()),
            _ => Err(CallError::Unexpected),
        }
    }

    pub async fn ping(&mut self, token: u8) -> Result<bool, CallError<X::Error>> {
        match self.ask(Request::Ping(token)).await? {
            Response::Pong(echo) => Ok(echo == token),
            _ => Err(CallError::Unexpected),
        }
    }

    pub async fn temperature(&mut self) -> Result<i16, CallError<X::Error>> {
        match self.ask(Request::Temperature).await? {
            Response::Temperature(value) => Ok(value),
            _ => Err(CallError::Unexpected),
        }
    }

    pub async fn fetch(&mut self, page: u8) -> Result<[u8; PAGE], CallError<X::Error>> {
        match self.ask(Request::Fetch { page }).await? {
            Response::Page(data) => Ok(data),
            _ => Err(CallError::Unexpected),
        }
    }

    pub async fn erase(&mut self, first: u8, count: u8) -> Result<(), CallError<X::Error>> {
        self.command(Request::Erase { first, count }).await
    }

    /// Stores a page and reads it back until both agree.
    pub async fn store(&mut self, page: u8, data: [u8; PAGE]) -> Result<u8, CallError<X::Error>> {
        let guard = Guard::new("store");
        let mut rounds = 0;
        loop {
            rounds += 1;
            self.command(Request::Store { page, data }).await?;
            if self.fetch(page).await? == data {
                guard.defuse();
                return Ok(rounds);
            }
        }
    }
}
