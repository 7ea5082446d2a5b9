//! Periodic measurements: a sampler that fills a channel and a statistician that empties it.

use embassy_futures::select::{Either, Either3, select, select3};
use embassy_sync::{
    blocking_mutex::raw::ThreadModeRawMutex, channel::Channel, mutex::Mutex, signal::Signal,
};
use embassy_time::{Duration, Ticker, Timer};
use embedded_hal_async::i2c::I2c;

use crate::{
    bus::Thermometer,
    trace::{Guard, trace},
};

pub type Stop = Signal<ThreadModeRawMutex, ()>;
pub type Samples = Channel<ThreadModeRawMutex, Result<i16, Fault>, 3>;
pub type Totals = Mutex<ThreadModeRawMutex, Statistics>;

#[derive(Clone, Copy, Debug)]
pub struct Fault;

#[derive(Clone, Copy, Debug)]
pub struct Statistics {
    pub count: u16,
    pub least: i16,
    pub most: i16,
    pub faults: u16,
    sum: i32,
}

impl Statistics {
    pub const fn new() -> Self {
        Self {
            count: 0,
            least: i16::MAX,
            most: i16::MIN,
            faults: 0,
            sum: 0,
        }
    }

    fn add(&mut self, value: i16) {
        self.count += 1;
        self.least = self.least.min(value);
        self.most = self.most.max(value);
        self.sum += i32::from(value);
    }

    pub fn mean(&self) -> i32 {
        self.sum.checked_div(i32::from(self.count)).unwrap_or(0)
    }
}

async fn sample<I: I2c>(thermometer: &mut Thermometer<I>) -> Result<i16, Fault> {
    let guard = Guard::new("sample");
    let value = thermometer.measure().await;
    guard.defuse();
    value.map_err(|_| Fault)
}

/// Measures on every tick until told to stop, also in the middle of a measurement.
pub async fn sampler<I: I2c>(mut thermometer: Thermometer<I>, samples: &Samples, stop: &Stop) {
    let mut ticker = Ticker::every(Duration::from_millis(50));
    let work = async {
        loop {
            ticker.next().await;
            let value = sample(&mut thermometer).await;
            samples.send(value).await;
        }
    };
    match select(work, stop.wait()).await {
        Either::First(never) => never,
        Either::Second(()) => trace!("sampler: stopped"),
    }
}

async fn account(totals: &Totals, sample: Result<i16, Fault>) {
    let mut totals = totals.lock().await;
    match sample {
        Ok(value) => totals.add(value),
        Err(Fault) => totals.faults += 1,
    }
    // Holds the lock across an await, as code that writes to slow memory does.
    Timer::after_millis(2).await;
}

/// Accounts for the samples, reports every fourth one, and says so when they stay away.
pub async fn statistician(samples: &Samples, totals: &Totals, stop: &Stop) {
    let mut seen = 0u16;
    loop {
        match select3(samples.receive(), Timer::after_millis(200), stop.wait()).await {
            Either3::First(sample) => {
                account(totals, sample).await;
                seen += 1;
                if seen.is_multiple_of(4) {
                    let now = *totals.lock().await;
                    trace!("statistics: {} in {}..={}", now.count, now.least, now.most);
                }
            }
            Either3::Second(()) => trace!("statistics: no samples"),
            Either3::Third(()) => break,
        }
    }
    while let Ok(sample) = samples.try_receive() {
        account(totals, sample).await;
    }
    trace!("statistics: stopped");
}
