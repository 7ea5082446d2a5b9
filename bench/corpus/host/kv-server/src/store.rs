//! What is stored, who waits for it, and when it expires.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{Mutex, Notify, RwLock, broadcast};
use tokio::time::{Instant, sleep_until};

struct Entry {
    value: Bytes,
    expires: Option<Instant>,
}

#[derive(Default)]
struct Strings {
    entries: HashMap<Bytes, Entry>,
    expirations: BTreeSet<(Instant, Bytes)>,
}

#[derive(Default)]
pub struct Store {
    strings: RwLock<Strings>,
    lists: Mutex<HashMap<Bytes, VecDeque<Bytes>>>,
    channels: Mutex<HashMap<Bytes, broadcast::Sender<Bytes>>>,
    pushed: Notify,
    expiry_changed: Notify,
}

impl Store {
    pub async fn get(&self, key: &Bytes) -> Option<Bytes> {
        let strings = self.strings.read().await;
        let entry = strings.entries.get(key)?;
        let live = entry.expires.is_none_or(|expires| expires > Instant::now());
        live.then(|| entry.value.clone())
    }

    pub async fn set(&self, key: Bytes, value: Bytes, life: Option<Duration>) {
        let expires = life.map(|life| Instant::now() + life);
        let mut strings = self.strings.write().await;
        let old = strings
            .entries
            .insert(key.clone(), Entry { value, expires });
        if let Some(expires) = old.and_then(|old| old.expires) {
            strings.expirations.remove(&(expires, key.clone()));
        }
        if let Some(expires) = expires {
            strings.expirations.insert((expires, key));
            self.expiry_changed.notify_one();
        }
    }

    pub async fn remove(&self, keys: &[Bytes]) -> usize {
        let mut strings = self.strings.write().await;
        let removed = keys
            .iter()
            .filter(|&key| strings.entries.remove(key).is_some())
            .count();
        let mut lists = self.lists.lock().await;
        removed
            + keys
                .iter()
                .filter(|&key| lists.remove(key).is_some())
                .count()
    }

    pub async fn push(&self, key: Bytes, values: &[Bytes]) -> usize {
        let mut lists = self.lists.lock().await;
        let list = lists.entry(key).or_default();
        list.extend(values.iter().cloned());
        self.pushed.notify_waiters();
        list.len()
    }

    /// Waits until the list has something.
    pub async fn pop(&self, key: Bytes) -> Bytes {
        loop {
            let pushed = self.pushed.notified();
            if let Some(value) = self
                .lists
                .lock()
                .await
                .get_mut(&key)
                .and_then(VecDeque::pop_front)
            {
                return value;
            }
            pushed.await;
        }
    }

    pub async fn publish(&self, channel: &Bytes, message: Bytes) -> usize {
        let channels = self.channels.lock().await;
        channels
            .get(channel)
            .and_then(|sender| sender.send(message).ok())
            .unwrap_or(0)
    }

    pub async fn subscribe(&self, channel: Bytes) -> broadcast::Receiver<Bytes> {
        let mut channels = self.channels.lock().await;
        channels.retain(|_, sender| sender.receiver_count() > 0);
        channels
            .entry(channel)
            .or_insert_with(|| broadcast::Sender::new(64))
            .subscribe()
    }

    /// Removes what has expired and says when the next one does.
    async fn expire(&self) -> Option<Instant> {
        let mut strings = self.strings.write().await;
        let now = Instant::now();
        while let Some((expires, key)) = strings.expirations.first().cloned() {
            if expires > now {
                return Some(expires);
            }
            strings.expirations.pop_first();
            strings.entries.remove(&key);
        }
        None
    }
}

/// Expires entries as long as the server runs.
pub async fn sweep(store: Arc<Store>) {
    loop {
        let changed = store.expiry_changed.notified();
        match store.expire().await {
            Some(next) => {
                tokio::select! {
                    () = sleep_until(next) => {}
                    () = changed => {}
                }
            }
            None => changed.await,
        }
    }
}
