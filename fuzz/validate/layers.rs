//! Layers of futures that hand on what they captured: what the second half of `slots` is for.
use std::future::Future;
use std::hint::black_box;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

struct Yield(bool);

impl Future for Yield {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) { Poll::Ready(()) } else { Poll::Pending }
    }
}

#[derive(Clone, Copy)]
struct Config {
    a: u64,
    b: u64,
    c: u64,
}

struct Token(u64);

impl Drop for Token {
    #[inline(never)]
    fn drop(&mut self) {
        println!("drop {}", self.0);
    }
}

#[inline(never)]
fn apply(config: Config) -> u64 {
    config.a + config.b * 10 + config.c * 100
}

#[inline(never)]
fn borrowed(config: &Config) -> u64 {
    config.a ^ config.c
}

#[inline(never)]
fn log(n: u64) {
    println!("{n}");
}

mod by_value {
    use super::*;
    async fn child(config: Config) -> u64 {
        let applied = apply(config);
        Yield(false).await;
        applied
    }
    async fn middle(config: Config, n: u64) -> u64 {
        child(Config { b: n, ..config }).await + 1
    }
    pub async fn parent(n: u64) -> u64 {
        middle(Config { a: n, b: n + 1, c: n + 2 }, n * 2).await
    }
}

mod numbers {
    use super::*;
    async fn leaf(a: u64, b: u64, c: u64) -> u64 {
        let sum = a + b * c;
        log(sum);
        Yield(sum % 2 == 0).await;
        sum
    }
    async fn first(a: u64, b: u64) -> u64 {
        leaf(a, b, a ^ b).await
    }
    async fn second(a: u64) -> u64 {
        first(a, a + 1).await * 3
    }
    pub async fn third(a: u64) -> u64 {
        second(a + 5).await + 1
    }
}

mod used_behind {
    use super::*;
    async fn leaf(config: Config) -> u64 {
        log(config.a);
        Yield(false).await;
        config.b
    }
    async fn middle(config: Config) -> u64 {
        let got = leaf(config).await;
        got + config.c
    }
    pub async fn outer(n: u64) -> u64 {
        let got = middle(Config { a: n, b: n + 1, c: n + 2 }).await;
        log(n);
        got
    }
}

mod dropped {
    use super::*;
    async fn leaf(token: Token, n: u64) -> u64 {
        log(n);
        Yield(false).await;
        token.0
    }
    async fn middle(token: Token, n: u64) -> u64 {
        leaf(token, n + 1).await
    }
    pub async fn outer(n: u64) -> u64 {
        middle(Token(n), n * 2).await
    }
}

mod looped {
    use super::*;
    async fn leaf(n: u64, round: u64) -> u64 {
        let config = Config { a: n, b: round, c: n * round };
        let number = apply(config) + borrowed(&config);
        Yield(false).await;
        number
    }
    async fn middle(n: u64, round: u64) -> u64 {
        leaf(n + round, round).await
    }
    pub async fn outer(n: u64) -> u64 {
        let mut sum = 0;
        for round in 0..n {
            sum += middle(n, round).await;
            log(sum);
        }
        sum
    }
}

mod branching {
    use super::*;
    async fn one(config: Config) -> u64 {
        let number = apply(config);
        Yield(false).await;
        number
    }
    async fn other(text: &str, n: u64) -> u64 {
        log(text.len() as u64 + n);
        Yield(false).await;
        n
    }
    async fn choose(n: u64, text: &str) -> u64 {
        if n % 2 == 0 { one(Config { a: n, b: 1, c: 2 }).await } else { other(text, n + 1).await }
    }
    pub async fn outer(n: u64) -> u64 {
        let text = String::from("text");
        let got = choose(n, &text).await;
        got + choose(got, "other").await
    }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = poll(future.as_mut()) {
            return value;
        }
    }
}

#[inline(never)]
fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

fn main() {
    let n = black_box(4);
    println!("{} {}", run(by_value::parent(n)), run(numbers::third(n)));
    println!("{} {}", run(used_behind::outer(n)), run(dropped::outer(n)));
    println!("{} {}", run(looped::outer(n)), run(branching::outer(n)));
    drop(pin!(dropped::outer(n)));
}
