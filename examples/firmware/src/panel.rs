//! The panel: a button whose presses are told apart by their timing, and a lamp that shows what was seen.

use embassy_futures::select::{Either, Either3, select, select3};
use embassy_sync::{blocking_mutex::raw::ThreadModeRawMutex, channel::Channel, signal::Signal};
use embassy_time::{Duration, Timer, with_timeout};

use crate::trace::{Guard, trace};

/// The pin of the button: each change of its level.
pub type Edges = Channel<ThreadModeRawMutex, bool, 4>;
pub type Presses = Channel<ThreadModeRawMutex, Press, 2>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    Short,
    Double,
    Long,
}

const DEBOUNCE: Duration = Duration::from_millis(5);
const LONG: Duration = Duration::from_millis(60);
const GAP: Duration = Duration::from_millis(30);

pub struct Button<'a> {
    edges: &'a Edges,
}

impl<'a> Button<'a> {
    pub fn new(edges: &'a Edges) -> Self {
        Self { edges }
    }

    /// Waits until the pin has been at `level` for [`DEBOUNCE`].
    async fn settled(&self, level: bool) {
        let mut current = self.edges.receive().await;
        loop {
            match select(Timer::after(DEBOUNCE), self.edges.receive()).await {
                Either::First(()) if current == level => return,
                Either::First(()) => current = self.edges.receive().await,
                Either::Second(edge) => current = edge,
            }
        }
    }

    pub async fn press(&self) -> Press {
        self.settled(true).await;
        if with_timeout(LONG, self.settled(false)).await.is_err() {
            self.settled(false).await;
            return Press::Long;
        }
        match with_timeout(GAP, self.settled(true)).await {
            Ok(()) => {
                self.settled(false).await;
                Press::Double
            }
            Err(_) => Press::Short,
        }
    }
}

/// Presses the button: (level, how long it stays), with the bouncing of a real one.
pub async fn finger(edges: &Edges) {
    const SHORT: &[(bool, u64)] = &[
        (true, 1),
        (false, 1),
        (true, 20),
        (false, 1),
        (true, 2),
        (false, 80),
    ];
    const DOUBLE: &[(bool, u64)] = &[(true, 15), (false, 15), (true, 20), (false, 80)];
    const LONG: &[(bool, u64)] = &[(true, 2), (false, 1), (true, 120), (false, 80)];
    for pattern in [SHORT, LONG, DOUBLE, SHORT, DOUBLE] {
        for &(level, millis) in pattern {
            edges.send(level).await;
            Timer::after_millis(millis).await;
        }
    }
}

async fn blink(times: u8, millis: u64) {
    for _ in 0..times {
        Timer::after_millis(millis).await;
        trace!("lamp: on");
        Timer::after_millis(millis).await;
        trace!("lamp: off");
    }
}

async fn show(press: Press) {
    let guard = Guard::new("lamp");
    match press {
        Press::Short => blink(1, 4).await,
        Press::Double => blink(2, 6).await,
        Press::Long => {
            blink(1, 30).await;
            blink(6, 15).await;
        }
    }
    guard.defuse();
}

/// Shows each press. The next press cuts off what is being shown, and so does `stop`.
pub async fn lamp(presses: &Presses, stop: &Signal<ThreadModeRawMutex, ()>) {
    let mut next = presses.receive().await;
    loop {
        trace!("lamp: {next:?}");
        next = match select3(show(next), presses.receive(), stop.wait()).await {
            Either3::First(()) => match select(presses.receive(), stop.wait()).await {
                Either::First(press) => press,
                Either::Second(()) => return,
            },
            Either3::Second(press) => press,
            Either3::Third(()) => return,
        };
    }
}
