//! Log and settings in flash: records come in over UART and go to a queue in the QSPI flash, settings to a map in the internal one; other
//! commands read them back.
#![no_std]
#![no_main]

use embassy_embedded_hal::adapter::BlockingAsync;
use embassy_executor::Spawner;
use embassy_futures::select::{Either, select};
use embassy_nrf::bind_interrupts;
use embassy_nrf::nvmc::{Nvmc, PAGE_SIZE};
use embassy_nrf::peripherals::{QSPI, UARTE0};
use embassy_nrf::qspi::{self, Qspi};
use embassy_nrf::uarte::{self, Uarte, UarteRx, UarteTx};
use embassy_sync::blocking_mutex::raw::ThreadModeRawMutex;
use embassy_sync::channel::Channel;
use embassy_time::{Duration, Instant, Timer, with_timeout};
use sequential_storage::Error;
use sequential_storage::cache::{Cache, Uncached};
use sequential_storage::map::{MapConfig, MapStorage};
use sequential_storage::queue::{QueueConfig, QueueStorage};

bind_interrupts!(struct Irqs {
    QSPI => qspi::InterruptHandler<QSPI>;
    UARTE0 => uarte::InterruptHandler<UARTE0>;
});

type Records = QueueStorage<Qspi<'static>, Cache<Uncached, Uncached, Uncached>>;
type Settings =
    MapStorage<u8, BlockingAsync<Nvmc<'static>>, Cache<Uncached, Uncached, Uncached, u8>>;

const RECORD: usize = 16;
const QSPI_BYTES: u32 = 8 << 20;
const SETTINGS_START: u32 = 1 << 19;
/// The setting that holds the seconds between two records of the device's own.
const PERIOD: u8 = 0;

/// What the host asks for, one byte and its operands on the wire.
enum Request {
    Append([u8; RECORD]),
    Set(u8, u32),
    Get(u8),
    Drain,
    Erase,
}

enum Answer {
    Done,
    Value(u32),
    Record([u8; RECORD]),
    Missing,
    Failed,
}

static REQUESTS: Channel<ThreadModeRawMutex, Request, 4> = Channel::new();
static ANSWERS: Channel<ThreadModeRawMutex, Answer, 4> = Channel::new();

async fn read_request(uart: &mut UarteRx<'static>) -> Result<Option<Request>, uarte::Error> {
    let mut tag = [0; 1];
    uart.read(&mut tag).await?;
    Ok(match tag[0] {
        b'a' => {
            let mut record = [0; RECORD];
            uart.read(&mut record).await?;
            Some(Request::Append(record))
        }
        b's' => {
            let mut operands = [0; 5];
            uart.read(&mut operands).await?;
            let [key, a, b, c, d] = operands;
            Some(Request::Set(key, u32::from_be_bytes([a, b, c, d])))
        }
        b'g' => {
            let mut key = [0; 1];
            uart.read(&mut key).await?;
            Some(Request::Get(key[0]))
        }
        b'd' => Some(Request::Drain),
        b'e' => Some(Request::Erase),
        _ => None,
    })
}

#[embassy_executor::task]
async fn receive(mut uart: UarteRx<'static>) {
    loop {
        match with_timeout(Duration::from_secs(60), read_request(&mut uart)).await {
            Ok(Ok(Some(request))) => REQUESTS.send(request).await,
            Ok(Ok(None) | Err(_)) => ANSWERS.send(Answer::Failed).await,
            Err(_) => {}
        }
    }
}

#[embassy_executor::task]
async fn transmit(mut uart: UarteTx<'static>) {
    loop {
        let result = match ANSWERS.receive().await {
            Answer::Done => uart.write(b"+").await,
            Answer::Missing => uart.write(b"-").await,
            Answer::Failed => uart.write(b"!").await,
            Answer::Value(value) => uart.write(&value.to_be_bytes()).await,
            Answer::Record(record) => uart.write(&record).await,
        };
        if result.is_err() {
            Timer::after_millis(10).await;
        }
    }
}

/// The two stores, and the buffer they work in.
struct Stores {
    records: Records,
    settings: Settings,
    buffer: [u8; 64],
}

impl Stores {
    async fn append(&mut self, record: &[u8]) -> Result<Answer, Error<qspi::Error>> {
        match self.records.push(record, false).await {
            Err(Error::FullStorage) => self.records.push(record, true).await?,
            other => other?,
        }
        Ok(Answer::Done)
    }

    async fn drain(&mut self) -> Result<Answer, Error<qspi::Error>> {
        while let Some(record) = self.records.pop(&mut self.buffer).await? {
            let mut answer = [0; RECORD];
            let length = record.len().min(RECORD);
            answer[..length].copy_from_slice(&record[..length]);
            ANSWERS.send(Answer::Record(answer)).await;
        }
        Ok(Answer::Missing)
    }

    async fn period(&mut self) -> Duration {
        let seconds = self
            .settings
            .fetch_item::<u32>(&mut self.buffer, &PERIOD)
            .await;
        Duration::from_secs(seconds.ok().flatten().unwrap_or(60).into())
    }

    async fn execute(&mut self, request: Request) -> Answer {
        let done = match request {
            Request::Append(record) => self.append(&record).await.ok(),
            Request::Drain => self.drain().await.ok(),
            Request::Erase => self.records.erase_all().await.ok().map(|()| Answer::Done),
            Request::Set(key, value) => self
                .settings
                .store_item(&mut self.buffer, &key, &value)
                .await
                .ok()
                .map(|()| Answer::Done),
            Request::Get(key) => {
                let value = self.settings.fetch_item(&mut self.buffer, &key).await.ok();
                value.map(|value| value.map_or(Answer::Missing, Answer::Value))
            }
        };
        done.unwrap_or(Answer::Failed)
    }
}

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    let p = bench_board::init();
    let uart = Uarte::new(p.UARTE0, p.P0_08, p.P0_06, Irqs, uarte::Config::default());
    let (tx, rx) = uart.split();
    spawner.spawn(receive(rx).unwrap());
    spawner.spawn(transmit(tx).unwrap());

    let mut config = qspi::Config::default();
    config.capacity = QSPI_BYTES;
    let flash = Qspi::new(
        p.QSPI, Irqs, p.P0_19, p.P0_17, p.P0_20, p.P0_21, p.P0_22, p.P0_23, config,
    );
    let nvmc = BlockingAsync::new(Nvmc::new(p.NVMC));
    let settings_range = SETTINGS_START..SETTINGS_START + 4 * PAGE_SIZE as u32;
    let mut stores = Stores {
        records: QueueStorage::new(
            flash,
            QueueConfig::new(0..QSPI_BYTES),
            Cache::new_uncached(),
        ),
        settings: MapStorage::new(nvmc, MapConfig::new(settings_range), Cache::new_uncached()),
        buffer: [0; 64],
    };
    loop {
        let period = stores.period().await;
        match select(REQUESTS.receive(), Timer::after(period)).await {
            Either::First(request) => ANSWERS.send(stores.execute(request).await).await,
            Either::Second(()) => {
                let _ = stores
                    .append(&Instant::now().as_ticks().to_be_bytes())
                    .await;
            }
        }
    }
}
