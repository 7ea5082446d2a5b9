//! USB composite device: a keyboard driven by two buttons and a serial port that shows what was typed and takes the text to type.
#![no_std]
#![no_main]

use bench_board::{UsbDriver, usb_config, usb_driver};
use embassy_executor::Spawner;
use embassy_futures::join::join;
use embassy_futures::select::{Either, Either3, select, select3};
use embassy_nrf::Peri;
use embassy_nrf::gpio::{AnyPin, Input, Level, Output, OutputDrive, Pull};
use embassy_sync::blocking_mutex::raw::ThreadModeRawMutex;
use embassy_sync::mutex::Mutex;
use embassy_sync::pipe::Pipe;
use embassy_sync::signal::Signal;
use embassy_time::{Duration, Timer, with_timeout};
use embassy_usb::class::cdc_acm::{self, CdcAcmClass};
use embassy_usb::class::hid::{
    self, HidBootProtocol, HidReaderWriter, HidSubclass, HidWriter, ReportId, RequestHandler,
};
use embassy_usb::control::OutResponse;
use embassy_usb::driver::EndpointError;
use embassy_usb::{Builder, Handler, UsbDevice};
use static_cell::{ConstStaticCell, StaticCell};
use usbd_hid::descriptor::{KeyboardReport, SerializedDescriptor};

static TYPED: Pipe<ThreadModeRawMutex, 64> = Pipe::new();
static TO_TYPE: Pipe<ThreadModeRawMutex, 64> = Pipe::new();
static SUSPENDED: Signal<ThreadModeRawMutex, bool> = Signal::new();
static LEDS: Mutex<ThreadModeRawMutex, Option<Output<'static>>> = Mutex::new(None);

/// Tells the power task when the host suspends the bus.
struct BusState;

impl Handler for BusState {
    fn suspended(&mut self, suspended: bool) {
        SUSPENDED.signal(suspended);
    }
}

/// Answers the host's requests about the keyboard; keeps its idle rate.
struct KeyboardRequests {
    idle_millis: u32,
}

impl RequestHandler for KeyboardRequests {
    fn set_report(&mut self, _id: ReportId, data: &[u8]) -> OutResponse {
        if data.len() == 1 {
            OutResponse::Accepted
        } else {
            OutResponse::Rejected
        }
    }

    fn get_idle_ms(&mut self, _id: Option<ReportId>) -> Option<u32> {
        Some(self.idle_millis)
    }

    fn set_idle_ms(&mut self, _id: Option<ReportId>, millis: u32) {
        self.idle_millis = millis;
    }
}

#[embassy_executor::task]
async fn run_usb(mut device: UsbDevice<'static, UsbDriver>) -> ! {
    loop {
        device.run_until_suspend().await;
        match select(device.wait_resume(), Timer::after_secs(30)).await {
            Either::First(()) => {}
            Either::Second(()) => {
                let _ = device.remote_wakeup().await;
            }
        }
    }
}

#[embassy_executor::task]
async fn show_power() {
    loop {
        let suspended = SUSPENDED.wait().await;
        if let Some(led) = LEDS.lock().await.as_mut() {
            led.set_level(if suspended { Level::High } else { Level::Low });
        }
    }
}

fn key(code: u8, modifier: u8) -> KeyboardReport {
    KeyboardReport {
        modifier,
        reserved: 0,
        leds: 0,
        keycodes: [code, 0, 0, 0, 0, 0],
    }
}

/// Key code and modifier of a character, where the keyboard has it.
fn key_of(character: u8) -> Option<(u8, u8)> {
    match character {
        b'a'..=b'z' => Some((character - b'a' + 4, 0)),
        b'A'..=b'Z' => Some((character - b'A' + 4, 2)),
        b'1'..=b'9' => Some((character - b'1' + 30, 0)),
        b'0' => Some((39, 0)),
        b'\r' | b'\n' => Some((40, 0)),
        b' ' => Some((44, 0)),
        _ => None,
    }
}

async fn press(
    writer: &mut HidWriter<'static, UsbDriver, 8>,
    character: u8,
) -> Result<(), EndpointError> {
    let Some((code, modifier)) = key_of(character) else {
        return Ok(());
    };
    writer.write_serialize(&key(code, modifier)).await?;
    Timer::after_millis(10).await;
    writer.write_serialize(&key(0, 0)).await?;
    TYPED.write_all(&[character]).await;
    Ok(())
}

/// Waits for a press that lasts, so that a bouncing contact counts once.
async fn pressed(button: &mut Input<'static>) {
    loop {
        button.wait_for_falling_edge().await;
        if with_timeout(Duration::from_millis(5), button.wait_for_high())
            .await
            .is_err()
        {
            return;
        }
    }
}

#[embassy_executor::task]
async fn keyboard(
    device: HidReaderWriter<'static, UsbDriver, 1, 8>,
    yes: Peri<'static, AnyPin>,
    no: Peri<'static, AnyPin>,
) {
    let (reader, mut writer) = device.split();
    let mut yes = Input::new(yes, Pull::Up);
    let mut no = Input::new(no, Pull::Up);
    let typing = async {
        let mut text = [0; 16];
        loop {
            writer.ready().await;
            let result =
                match select3(pressed(&mut yes), pressed(&mut no), TO_TYPE.read(&mut text)).await {
                    Either3::First(()) => press(&mut writer, b'y').await,
                    Either3::Second(()) => press(&mut writer, b'n').await,
                    Either3::Third(length) => {
                        let mut result = Ok(());
                        for &character in &text[..length] {
                            result = result.and(press(&mut writer, character).await);
                        }
                        result
                    }
                };
            if result.is_err() {
                Timer::after_millis(100).await;
            }
        }
    };
    let mut requests = KeyboardRequests { idle_millis: 500 };
    join(typing, reader.run(false, &mut requests)).await;
}

#[embassy_executor::task]
async fn serial(mut class: CdcAcmClass<'static, UsbDriver>) {
    loop {
        class.wait_connection().await;
        let _ = serial_until_gone(&mut class).await;
    }
}

async fn serial_until_gone(
    class: &mut CdcAcmClass<'static, UsbDriver>,
) -> Result<(), EndpointError> {
    let mut incoming = [0; 64];
    let mut outgoing = [0; 32];
    loop {
        match select(class.read_packet(&mut incoming), TYPED.read(&mut outgoing)).await {
            Either::First(length) => TO_TYPE.write_all(&incoming[..length?]).await,
            Either::Second(length) => class.write_packet(&outgoing[..length]).await?,
        }
    }
}

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    static CONFIG_DESCRIPTOR: ConstStaticCell<[u8; 256]> = ConstStaticCell::new([0; 256]);
    static BOS_DESCRIPTOR: ConstStaticCell<[u8; 64]> = ConstStaticCell::new([0; 64]);
    static MSOS_DESCRIPTOR: ConstStaticCell<[u8; 64]> = ConstStaticCell::new([0; 64]);
    static CONTROL: ConstStaticCell<[u8; 64]> = ConstStaticCell::new([0; 64]);
    static SERIAL: StaticCell<cdc_acm::State> = StaticCell::new();
    static KEYBOARD: StaticCell<hid::State> = StaticCell::new();
    static BUS_STATE: ConstStaticCell<BusState> = ConstStaticCell::new(BusState);

    let p = bench_board::init();
    let mut config = usb_config("keyboard and serial");
    config.supports_remote_wakeup = true;
    let mut builder = Builder::new(
        usb_driver(p.USBD),
        config,
        CONFIG_DESCRIPTOR.take(),
        BOS_DESCRIPTOR.take(),
        MSOS_DESCRIPTOR.take(),
        CONTROL.take(),
    );
    builder.handler(BUS_STATE.take());
    let class = CdcAcmClass::new(&mut builder, SERIAL.init(cdc_acm::State::new()), 64);
    let keyboard_config = hid::Config {
        report_descriptor: KeyboardReport::desc(),
        request_handler: None,
        poll_ms: 10,
        max_packet_size: 8,
        hid_subclass: HidSubclass::Boot,
        hid_boot_protocol: HidBootProtocol::Keyboard,
    };
    let device = HidReaderWriter::new(
        &mut builder,
        KEYBOARD.init(hid::State::new()),
        keyboard_config,
    );

    *LEDS.lock().await = Some(Output::new(p.P0_13, Level::High, OutputDrive::Standard));
    spawner.spawn(run_usb(builder.build()).unwrap());
    spawner.spawn(show_power().unwrap());
    spawner.spawn(keyboard(device, p.P0_11.into(), p.P0_12.into()).unwrap());
    spawner.spawn(serial(class).unwrap());
}
