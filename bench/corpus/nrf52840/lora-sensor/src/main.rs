//! LoRaWAN sensor on an SX1262: joins over the air, sends measurements, obeys downlinks that change the interval.
#![no_std]
#![no_main]

use embassy_embedded_hal::shared_bus::asynch::spi::SpiDevice;
use embassy_executor::Spawner;
use embassy_futures::select::{Either, select};
use embassy_nrf::bind_interrupts;
use embassy_nrf::gpio::{Input, Level, Output, OutputDrive, Pull};
use embassy_nrf::peripherals::TWISPI1;
use embassy_nrf::rng::Rng;
use embassy_nrf::spim::{self, Spim};
use embassy_nrf::temp::{self, Temp};
use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embassy_sync::mutex::Mutex;
use embassy_time::{Delay, Duration, Instant, Timer};
use lora_phy::LoRa;
use lora_phy::iv::GenericSx126xInterfaceVariant;
use lora_phy::lorawan_radio::LorawanRadio;
use lora_phy::sx126x::{self, Sx126x, Sx1262};
use lorawan_device::async_device::radio::{self, PhyRxTx};
use lorawan_device::async_device::{Device, Error, JoinResponse, SendResponse, Timings};
use lorawan_device::default_crypto::DefaultFactory;
use lorawan_device::{AppEui, AppKey, DevEui, JoinMode, RngCore, region};
use static_cell::StaticCell;

bind_interrupts!(struct Irqs {
    TEMP => temp::InterruptHandler;
    TWISPI1 => spim::InterruptHandler<TWISPI1>;
});

const MAX_POWER: u8 = 14;

/// The clock of the receive windows.
struct Clock {
    start: Instant,
}

impl radio::Timer for Clock {
    fn reset(&mut self) {
        self.start = Instant::now();
    }

    async fn at(&mut self, millis: u64) {
        Timer::at(self.start + Duration::from_millis(millis)).await;
    }

    async fn delay_ms(&mut self, millis: u64) {
        Timer::after_millis(millis).await;
    }
}

/// Joins, with a pause that grows from one failure to the next.
async fn join<R: PhyRxTx + Timings, G: RngCore>(
    device: &mut Device<R, DefaultFactory, Clock, G>,
) -> Result<(), Error<R::PhyError>> {
    let mode = JoinMode::OTAA {
        deveui: DevEui::from([1, 2, 3, 4, 5, 6, 7, 8]),
        appeui: AppEui::from([0; 8]),
        appkey: AppKey::from([0x2b; 16]),
    };
    let mut pause = Duration::from_secs(10);
    while let JoinResponse::NoJoinAccept = device.join(&mode).await? {
        Timer::after(pause).await;
        pause = Duration::from_secs(600).min(pause * 2);
    }
    Ok(())
}

/// Sends until the session has expired.
async fn report<R: PhyRxTx + Timings, G: RngCore>(
    device: &mut Device<R, DefaultFactory, Clock, G>,
    sensor: &mut Temp<'static>,
    button: &mut Input<'static>,
) -> Result<(), Error<R::PhyError>> {
    let mut interval = Duration::from_secs(300);
    loop {
        let confirmed = matches!(
            select(Timer::after(interval), button.wait_for_falling_edge()).await,
            Either::Second(())
        );
        let degrees = sensor.read().await.to_num::<i16>();
        let response = device.send(&degrees.to_be_bytes(), 1, confirmed).await?;
        while let Some(downlink) = device.take_downlink() {
            if let (2, &[high, low]) = (downlink.fport, downlink.data.as_slice()) {
                interval = Duration::from_secs(u64::from(u16::from_be_bytes([high, low])).max(60));
            }
        }
        match response {
            SendResponse::SessionExpired => return Ok(()),
            SendResponse::NoAck => Timer::after_secs(30).await,
            SendResponse::DownlinkReceived(_) | SendResponse::RxComplete => {}
        }
    }
}

#[embassy_executor::task]
async fn blink(mut led: Output<'static>) {
    loop {
        led.set_high();
        Timer::after_millis(20).await;
        led.set_low();
        Timer::after_secs(2).await;
    }
}

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    static BUS: StaticCell<Mutex<NoopRawMutex, Spim<'static>>> = StaticCell::new();

    let p = bench_board::init();
    spawner.spawn(blink(Output::new(p.P0_13, Level::Low, OutputDrive::Standard)).unwrap());

    let bus = Spim::new(
        p.TWISPI1,
        Irqs,
        p.P1_11,
        p.P1_13,
        p.P1_12,
        spim::Config::default(),
    );
    let bus = BUS.init(Mutex::new(bus));
    let select = Output::new(p.P1_10, Level::High, OutputDrive::Standard);
    let reset = Output::new(p.P1_06, Level::High, OutputDrive::Standard);
    let dio1 = Input::new(p.P1_15, Pull::Down);
    let busy = Input::new(p.P1_14, Pull::None);
    let pins = GenericSx126xInterfaceVariant::new(reset, dio1, busy, None, None).unwrap();
    let config = sx126x::Config {
        chip: Sx1262,
        tcxo_ctrl: None,
        use_dcdc: true,
        rx_boost: false,
    };
    let lora = LoRa::new(
        Sx126x::new(SpiDevice::new(bus, select), pins, config),
        true,
        Delay,
    )
    .await
    .unwrap();
    let radio: LorawanRadio<_, _, MAX_POWER> = lora.into();

    let seed = Rng::new_blocking(p.RNG).blocking_next_u64();
    let region = region::Configuration::new(region::Region::EU868);
    let clock = Clock {
        start: Instant::now(),
    };
    let mut device: Device<_, DefaultFactory, _, _> =
        Device::new_with_seed(region, radio, clock, seed);
    let mut sensor = Temp::new(p.TEMP, Irqs);
    let mut button = Input::new(p.P0_11, Pull::Up);
    loop {
        let joined = join(&mut device).await;
        if joined.is_err() || report(&mut device, &mut sensor, &mut button).await.is_err() {
            Timer::after_secs(5).await;
        }
    }
}
