//! Work that is spread over tasks: sums, a recursion, batches of operations, and a stream of lines.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use tokio::{
    select,
    sync::mpsc,
    task::{JoinSet, yield_now},
    time::sleep,
};

use crate::store::{Item, Store, StoreError};

/// A range summed with a pause now and then, so that others get their turn.
async fn sum(range: std::ops::Range<u64>) -> u64 {
    let mut total = 0;
    for number in range {
        if number % 64 == 0 {
            yield_now().await;
        }
        total += number;
    }
    total
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Direct,
    Halves,
    Spawned,
    Race,
    Fibonacci,
}

pub async fn compute(kind: Kind, n: u64) -> u64 {
    match kind {
        Kind::Direct => sum(0..n).await,
        Kind::Halves => {
            let (low, high) = tokio::join!(sum(0..n / 2), sum(n / 2..n));
            low + high
        }
        Kind::Spawned => {
            let mut tasks = JoinSet::new();
            for part in 0..4 {
                tasks.spawn(sum(n * part / 4..n * (part + 1) / 4));
            }
            tasks.join_all().await.into_iter().sum()
        }
        // The loser, which would wait for an hour, is dropped.
        Kind::Race => select! {
            total = sum(0..n) => total,
            () = sleep(Duration::from_secs(3600)) => 0,
        },
        Kind::Fibonacci => fibonacci(n.min(12)).await,
    }
}

fn fibonacci(n: u64) -> Pin<Box<dyn Future<Output = u64> + Send>> {
    Box::pin(async move {
        match n {
            0 | 1 => n,
            _ => {
                yield_now().await;
                fibonacci(n - 1).await + fibonacci(n - 2).await
            }
        }
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase", tag = "op")]
pub enum Operation {
    Get { id: u32 },
    Stock { id: u32 },
    Compute { kind: Kind, n: u64 },
    Total { ids: Vec<u32> },
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    Item(Item),
    Number(u64),
    Missing(u32),
}

async fn total<S: Store>(store: &S, ids: Vec<u32>) -> Result<u64, StoreError> {
    let mut total = 0;
    for id in ids {
        total += u64::from(store.get(id).await?.stock);
    }
    Ok(total)
}

async fn perform<S: Store>(store: &S, operation: Operation) -> Result<Outcome, StoreError> {
    Ok(match operation {
        Operation::Get { id } => Outcome::Item(store.get(id).await?),
        Operation::Stock { id } => Outcome::Number(store.get(id).await?.stock.into()),
        Operation::Compute { kind, n } => Outcome::Number(compute(kind, n).await),
        Operation::Total { ids } => Outcome::Number(total(store, ids).await?),
    })
}

/// Performs all operations at once; the outcomes are in the order of the operations.
pub async fn batch<S: Store>(
    store: &S,
    operations: Vec<Operation>,
) -> Result<Vec<Outcome>, StoreError> {
    let each = operations.into_iter().map(|operation| async {
        match perform(store, operation).await {
            Err(StoreError::NotFound(id)) => Ok(Outcome::Missing(id)),
            other => other,
        }
    });
    join_all(each).await.into_iter().collect()
}

/// Lines about the first `count` items, made by a task while they are read.
pub fn lines<S: Store>(store: Arc<S>, count: u32) -> mpsc::Receiver<Result<String, StoreError>> {
    let (sender, receiver) = mpsc::channel(2);
    tokio::spawn(async move {
        for id in 1..=count {
            let line = match store.get(id).await {
                Ok(item) => Ok(format!("{id} {} {}\n", item.name, item.stock)),
                Err(StoreError::NotFound(id)) => Ok(format!("{id} -\n")),
                Err(error) => Err(error),
            };
            if sender.send(line).await.is_err() {
                return;
            }
        }
    });
    receiver
}
