//! An async firmware as people write them, which tells what it does: the same trace whenever and however it is built.
//!
//! A supervisor talks over a bad serial line to a device with an I2C bus, while a sampler uses the same bus and a
//! panel follows a button. It ends with a checksum of its trace and hands the emulator the exit code 0.

#![no_std]
#![no_main]

mod bus;
mod clock;
mod device;
mod framing;
mod panel;
mod protocol;
mod sampling;
mod trace;
mod transport;

use embassy_embedded_hal::shared_bus::asynch::i2c::I2cDevice;
use embassy_executor::Spawner;
use embassy_futures::{
    join::{join, join3},
    select::{Either, select},
};
use embassy_sync::{blocking_mutex::raw::ThreadModeRawMutex, mutex::Mutex};
use embassy_time::{Duration, Timer, with_timeout};
use static_cell::StaticCell;

use bus::{SimulatedBus, Thermometer};
use device::Device;
use framing::{FrameError, Framed};
use panel::{Button, Edges, Presses};
use protocol::{CallError, Client, Exchange, PAGE, Refusal, Remote, Retry};
use sampling::{Samples, Statistics, Stop, Totals};
use trace::{Guard, trace};
use transport::{Noisy, Uart, Wire};

type Bus = Mutex<ThreadModeRawMutex, SimulatedBus>;
type BusHandle = I2cDevice<'static, ThreadModeRawMutex, SimulatedBus>;
type Line = Noisy<Uart>;

static BUS: Bus = Bus::new(SimulatedBus::new());
static EDGES: Edges = Edges::new();
static PRESSES: Presses = Presses::new();
static SAMPLES: Samples = Samples::new();
static TOTALS: Totals = Totals::new(Statistics::new());
static STOP_SAMPLER: Stop = Stop::new();
static STOP_STATISTICIAN: Stop = Stop::new();
static STOP_LAMP: Stop = Stop::new();
/// The names of the tasks that have come to their end.
static ENDED: embassy_sync::channel::Channel<ThreadModeRawMutex, &str, 2> =
    embassy_sync::channel::Channel::new();

#[embassy_executor::task]
async fn device(line: Line) {
    Device::new(Framed::new(line), BusHandle::new(&BUS))
        .serve()
        .await
}

#[embassy_executor::task]
async fn sampler() {
    sampling::sampler(
        Thermometer::new(BusHandle::new(&BUS)),
        &SAMPLES,
        &STOP_SAMPLER,
    )
    .await;
    ENDED.send("sampler").await;
}

#[embassy_executor::task]
async fn statistician() {
    sampling::statistician(&SAMPLES, &TOTALS, &STOP_STATISTICIAN).await;
    ENDED.send("statistician").await;
}

#[embassy_executor::task]
async fn button() {
    let button = Button::new(&EDGES);
    let watch = async {
        loop {
            let press = button.press().await;
            trace!("button: {press:?}");
            PRESSES.send(press).await;
        }
    };
    match select(panel::finger(&EDGES), watch).await {
        Either::First(()) => ENDED.send("button").await,
        Either::Second(never) => never,
    }
}

#[embassy_executor::task]
async fn lamp() {
    panel::lamp(&PRESSES, &STOP_LAMP).await;
    ENDED.send("lamp").await;
}

type Failure = CallError<FrameError<embedded_io_async::ErrorKind>>;

fn pattern(page: u8) -> [u8; PAGE] {
    // The escapes of the framing are among these.
    core::array::from_fn(|index| 0xc0 ^ (page.wrapping_mul(index as u8 + 3)))
}

async fn greet<X: Exchange>(remote: &mut Remote<X>) -> Result<(), CallError<X::Error>> {
    for token in [0x00, 0xc0, 0xdb, 0x7f] {
        let echoed = remote.ping(token).await?;
        trace!("main: ping {token:#04x}: {echoed}");
    }
    Ok(())
}

async fn log_pages<X: Exchange>(remote: &mut Remote<X>) -> Result<(), CallError<X::Error>> {
    remote.erase(0, 3).await?;
    for page in 0..6 {
        let rounds = remote.store(page, pattern(page)).await?;
        trace!("main: page {page} stored, {rounds} round(s)");
    }
    match remote.store(99, pattern(99)).await {
        Err(CallError::Refused(Refusal::NoSuchPage)) => trace!("main: page 99 refused"),
        Err(error) => return Err(error),
        Ok(_) => trace!("main: page 99 stored?"),
    }
    Ok(())
}

/// Two users of one connection at the same time, and a third who waits for neither.
async fn share<X: Exchange>(
    remote: &Mutex<ThreadModeRawMutex, Remote<X>>,
) -> Result<(), CallError<X::Error>> {
    let reader = async {
        let mut sum = 0;
        for page in (0..6).rev() {
            let data = remote.lock().await.fetch(page).await?;
            sum += data.iter().map(|&byte| u32::from(byte)).sum::<u32>();
        }
        Ok::<_, CallError<X::Error>>(sum)
    };
    let meter = async {
        let mut last = remote.lock().await.temperature().await?;
        for _ in 0..3 {
            let value = remote.lock().await.temperature().await?;
            last = last.max(value);
            Timer::after_millis(7).await;
        }
        Ok::<_, CallError<X::Error>>(last)
    };
    let beat = async {
        for beat in 0..3 {
            Timer::after_millis(11).await;
            trace!("main: beat {beat}");
        }
    };
    let (sum, warmest, ()) = join3(reader, meter, beat).await;
    trace!("main: pages add up to {}, at most {}", sum?, warmest?);
    Ok(())
}

/// Gives up calls before they are done: the line and the bus have to survive that.
async fn interrupt<X: Exchange>(remote: &mut Remote<X>) -> Result<(), CallError<X::Error>> {
    for patience in [2, 9, 17, 400] {
        match select(
            remote.store(7, pattern(patience as u8)),
            Timer::after_millis(patience),
        )
        .await
        {
            Either::First(rounds) => trace!("main: stored in {} round(s)", rounds?),
            Either::Second(()) => trace!("main: gave up on the store"),
        }
        let measured = {
            let guard = Guard::new("measurement");
            let value = with_timeout(Duration::from_millis(patience), remote.temperature()).await;
            if value.is_ok() {
                guard.defuse();
            }
            value
        };
        match measured {
            Ok(value) => trace!("main: {} tenths", value?),
            Err(_) => trace!("main: no temperature in time"),
        }
    }
    let data = remote.fetch(7).await?;
    trace!(
        "main: page 7 is as stored last: {}",
        data == pattern(400u16 as u8)
    );
    Ok(())
}

async fn stop_tasks() {
    STOP_SAMPLER.signal(());
    trace!("main: {} ended", ENDED.receive().await);
    let ((), first) = join(async { STOP_STATISTICIAN.signal(()) }, ENDED.receive()).await;
    trace!("main: {first} ended");
    trace!("main: {} ended", ENDED.receive().await);
    STOP_LAMP.signal(());
    trace!("main: {} ended", ENDED.receive().await);
}

async fn supervise(line: Line) -> Result<(), Failure> {
    let client = Client::new(Framed::new(line));
    let mut remote = Remote::new(Retry::new(client, 4, Duration::from_millis(70)));
    greet(&mut remote).await?;
    log_pages(&mut remote).await?;
    let remote = Mutex::new(remote);
    share(&remote).await?;
    interrupt(&mut remote.into_inner()).await?;
    stop_tasks().await;
    let totals = *TOTALS.lock().await;
    trace!(
        "main: {} samples, mean {}, {} faults",
        totals.count,
        totals.mean(),
        totals.faults
    );
    Ok(())
}

fn spawn_all(spawner: Spawner, line: Line) {
    spawner.spawn(device(line).expect("spawned once"));
    spawner.spawn(sampler().expect("spawned once"));
    spawner.spawn(statistician().expect("spawned once"));
    spawner.spawn(button().expect("spawned once"));
    spawner.spawn(lamp().expect("spawned once"));
}

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    static THERE: StaticCell<Wire> = StaticCell::new();
    static BACK: StaticCell<Wire> = StaticCell::new();

    let core = cortex_m::Peripherals::take().expect("taken once");
    clock::start(core.SYST);
    // From the first tick on: what happens between two ticks never depends on how fast the start-up code is.
    Timer::after_millis(1).await;

    let (near, far) = transport::line(THERE.init(Wire::new()), BACK.init(Wire::new()));
    spawn_all(spawner, Noisy::new(far, 331));
    if let Err(error) = supervise(Noisy::new(near, 197)).await {
        panic!("the supervisor failed: {error:?}");
    }
    semihosting::println!("checksum {:08x}", trace::checksum());
    semihosting::process::exit(0);
}
