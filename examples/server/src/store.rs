//! Where the items are: a trait, a store in memory, and a layer over any store that keeps recent items.

use std::{collections::BTreeMap, future::Future, time::Duration};

use serde::{Deserialize, Serialize};
use tokio::{
    sync::{Mutex, RwLock},
    time::sleep,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub name: String,
    pub stock: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreError {
    NotFound(u32),
    OutOfStock { id: u32, left: u32 },
    Full,
}

/// A store of items by number.
pub trait Store: Send + Sync + 'static {
    fn list(
        &self,
        from: u32,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<(u32, Item)>, StoreError>> + Send;
    fn get(&self, id: u32) -> impl Future<Output = Result<Item, StoreError>> + Send;
    fn insert(&self, item: Item) -> impl Future<Output = Result<u32, StoreError>> + Send;
    fn replace(&self, id: u32, item: Item)
    -> impl Future<Output = Result<Item, StoreError>> + Send;
    fn remove(&self, id: u32) -> impl Future<Output = Result<Item, StoreError>> + Send;

    /// Takes `amount` out of the stock and returns what is left.
    fn reserve(
        &self,
        id: u32,
        amount: u32,
    ) -> impl Future<Output = Result<u32, StoreError>> + Send {
        async move {
            let item = self.get(id).await?;
            match item.stock.checked_sub(amount) {
                Some(left) => {
                    self.replace(
                        id,
                        Item {
                            stock: left,
                            ..item
                        },
                    )
                    .await?;
                    Ok(left)
                }
                None => Err(StoreError::OutOfStock {
                    id,
                    left: item.stock,
                }),
            }
        }
    }
}

#[derive(Default)]
struct Shelf {
    next: u32,
    items: BTreeMap<u32, Item>,
}

/// A store in memory that takes its time, as one on a disk would.
pub struct Memory {
    shelf: Mutex<Shelf>,
    capacity: usize,
}

impl Memory {
    pub fn new(capacity: usize) -> Self {
        Self {
            shelf: Mutex::default(),
            capacity,
        }
    }

    async fn seek(&self) {
        sleep(Duration::from_micros(50)).await;
    }
}

impl Store for Memory {
    async fn list(&self, from: u32, limit: usize) -> Result<Vec<(u32, Item)>, StoreError> {
        self.seek().await;
        let shelf = self.shelf.lock().await;
        Ok(shelf
            .items
            .range(from..)
            .take(limit)
            .map(|(id, item)| (*id, item.clone()))
            .collect())
    }

    async fn get(&self, id: u32) -> Result<Item, StoreError> {
        self.seek().await;
        self.shelf
            .lock()
            .await
            .items
            .get(&id)
            .cloned()
            .ok_or(StoreError::NotFound(id))
    }

    async fn insert(&self, item: Item) -> Result<u32, StoreError> {
        let mut shelf = self.shelf.lock().await;
        if shelf.items.len() == self.capacity {
            return Err(StoreError::Full);
        }
        self.seek().await;
        shelf.next += 1;
        let id = shelf.next;
        shelf.items.insert(id, item);
        Ok(id)
    }

    async fn replace(&self, id: u32, item: Item) -> Result<Item, StoreError> {
        let mut shelf = self.shelf.lock().await;
        self.seek().await;
        match shelf.items.get_mut(&id) {
            Some(slot) => Ok(std::mem::replace(slot, item)),
            None => Err(StoreError::NotFound(id)),
        }
    }

    async fn remove(&self, id: u32) -> Result<Item, StoreError> {
        self.shelf
            .lock()
            .await
            .items
            .remove(&id)
            .ok_or(StoreError::NotFound(id))
    }
}

/// Keeps items that were read, until they change.
pub struct Cached<S> {
    inner: S,
    recent: RwLock<BTreeMap<u32, Item>>,
}

impl<S: Store> Cached<S> {
    pub fn new(inner: S) -> Self {
        Self {
            inner,
            recent: RwLock::default(),
        }
    }

    async fn forget(&self, id: u32) {
        self.recent.write().await.remove(&id);
    }
}

impl<S: Store> Store for Cached<S> {
    async fn list(&self, from: u32, limit: usize) -> Result<Vec<(u32, Item)>, StoreError> {
        self.inner.list(from, limit).await
    }

    async fn get(&self, id: u32) -> Result<Item, StoreError> {
        if let Some(item) = self.recent.read().await.get(&id) {
            return Ok(item.clone());
        }
        let item = self.inner.get(id).await?;
        self.recent.write().await.insert(id, item.clone());
        Ok(item)
    }

    async fn insert(&self, item: Item) -> Result<u32, StoreError> {
        self.inner.insert(item).await
    }

    async fn replace(&self, id: u32, item: Item) -> Result<Item, StoreError> {
        let old = self.inner.replace(id, item).await;
        self.forget(id).await;
        old
    }

    async fn remove(&self, id: u32) -> Result<Item, StoreError> {
        let old = self.inner.remove(id).await;
        self.forget(id).await;
        old
    }
}
