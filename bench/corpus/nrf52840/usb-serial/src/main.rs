//! USB serial port with a small line protocol, spread over several tasks: one runs the USB device, one reads lines, one answers them, one
//! blinks at the period asked for, one reports the die temperature.
#![no_std]
#![no_main]

use bench_board::{UsbDriver, usb_config, usb_driver};
use embassy_executor::Spawner;
use embassy_futures::select::{Either, select};
use embassy_nrf::gpio::{Level, Output, OutputDrive};
use embassy_nrf::peripherals::TEMP;
use embassy_nrf::temp::{self, Temp};
use embassy_nrf::{Peri, bind_interrupts};
use embassy_sync::blocking_mutex::raw::ThreadModeRawMutex;
use embassy_sync::channel::Channel;
use embassy_sync::signal::Signal;
use embassy_time::{Duration, Ticker, Timer};
use embassy_usb::class::cdc_acm::{CdcAcmClass, Receiver, Sender, State};
use embassy_usb::driver::EndpointError;
use embassy_usb::{Builder, UsbDevice};
use static_cell::{ConstStaticCell, StaticCell};

bind_interrupts!(struct Irqs {
    TEMP => temp::InterruptHandler;
});

const PACKET: usize = 64;

/// One line from the host, as the answering task sees it.
enum Command {
    Period(u64),
    Help,
    Unknown(u8),
}

static COMMANDS: Channel<ThreadModeRawMutex, Command, 4> = Channel::new();
static TEMPERATURE: Signal<ThreadModeRawMutex, i32> = Signal::new();
static PERIOD: Signal<ThreadModeRawMutex, Duration> = Signal::new();

#[embassy_executor::task]
async fn run_usb(mut device: UsbDevice<'static, UsbDriver>) -> ! {
    device.run().await
}

#[embassy_executor::task]
async fn blink(mut led: Output<'static>) {
    let mut period = Duration::from_millis(500);
    loop {
        led.toggle();
        if let Either::Second(asked) = select(Timer::after(period), PERIOD.wait()).await {
            period = asked;
        }
    }
}

#[embassy_executor::task]
async fn measure(sensor: Peri<'static, TEMP>) {
    let mut sensor = Temp::new(sensor, Irqs);
    let mut ticker = Ticker::every(Duration::from_secs(2));
    loop {
        let value = sensor.read().await;
        TEMPERATURE.signal(value.to_num::<i32>());
        ticker.next().await;
    }
}

#[embassy_executor::task]
async fn read_lines(mut receiver: Receiver<'static, UsbDriver>) {
    loop {
        receiver.wait_connection().await;
        if let Err(EndpointError::BufferOverflow) = read_until_gone(&mut receiver).await {
            COMMANDS.send(Command::Help).await;
        }
    }
}

async fn read_until_gone(receiver: &mut Receiver<'static, UsbDriver>) -> Result<(), EndpointError> {
    let mut packet = [0; PACKET];
    let mut number = 0;
    loop {
        let length = receiver.read_packet(&mut packet).await?;
        for &byte in &packet[..length] {
            match byte {
                b'0'..=b'9' => number = number * 10 % 100_000 + u64::from(byte - b'0'),
                b'\r' | b'\n' => {
                    COMMANDS.send(Command::Period(number)).await;
                    number = 0;
                }
                b'?' => COMMANDS.send(Command::Help).await,
                other => COMMANDS.send(Command::Unknown(other)).await,
            }
        }
    }
}

#[embassy_executor::task]
async fn answer(mut sender: Sender<'static, UsbDriver>) {
    loop {
        sender.wait_connection().await;
        let _ = answer_until_gone(&mut sender).await;
    }
}

async fn answer_until_gone(sender: &mut Sender<'static, UsbDriver>) -> Result<(), EndpointError> {
    loop {
        match select(COMMANDS.receive(), TEMPERATURE.wait()).await {
            Either::First(Command::Period(0)) => {
                write_all(sender, b"the period must not be 0\r\n").await?
            }
            Either::First(Command::Period(millis)) => {
                PERIOD.signal(Duration::from_millis(millis));
                write_number(sender, b"period ", millis as i32).await?;
            }
            Either::First(Command::Help) => {
                write_all(sender, b"a number of milliseconds, then return\r\n").await?
            }
            Either::First(Command::Unknown(byte)) => {
                write_number(sender, b"no command ", byte.into()).await?
            }
            Either::Second(degrees) => write_number(sender, b"degrees ", degrees).await?,
        }
    }
}

async fn write_number(
    sender: &mut Sender<'static, UsbDriver>,
    label: &[u8],
    number: i32,
) -> Result<(), EndpointError> {
    let mut digits = [0; 10];
    let mut rest = number.unsigned_abs();
    let mut first = digits.len();
    loop {
        first -= 1;
        digits[first] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    write_all(sender, label).await?;
    if number < 0 {
        write_all(sender, b"-").await?;
    }
    write_all(sender, &digits[first..]).await?;
    write_all(sender, b"\r\n").await
}

/// Writes in packets; a full last packet needs an empty one after it.
async fn write_all(
    sender: &mut Sender<'static, UsbDriver>,
    bytes: &[u8],
) -> Result<(), EndpointError> {
    for packet in bytes.chunks(PACKET) {
        sender.write_packet(packet).await?;
    }
    if bytes.len() % PACKET == 0 {
        sender.write_packet(&[]).await?;
    }
    Ok(())
}

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    static CONFIG_DESCRIPTOR: ConstStaticCell<[u8; 256]> = ConstStaticCell::new([0; 256]);
    static BOS_DESCRIPTOR: ConstStaticCell<[u8; 64]> = ConstStaticCell::new([0; 64]);
    static CONTROL: ConstStaticCell<[u8; 64]> = ConstStaticCell::new([0; 64]);
    static SERIAL: StaticCell<State> = StaticCell::new();

    let p = bench_board::init();
    let mut builder = Builder::new(
        usb_driver(p.USBD),
        usb_config("serial"),
        CONFIG_DESCRIPTOR.take(),
        BOS_DESCRIPTOR.take(),
        &mut [],
        CONTROL.take(),
    );
    let class = CdcAcmClass::new(&mut builder, SERIAL.init(State::new()), PACKET as u16);
    let (sender, receiver) = class.split();

    spawner.spawn(run_usb(builder.build()).unwrap());
    spawner.spawn(blink(Output::new(p.P0_13, Level::Low, OutputDrive::Standard)).unwrap());
    spawner.spawn(measure(p.TEMP).unwrap());
    spawner.spawn(read_lines(receiver).unwrap());
    spawner.spawn(answer(sender).unwrap());
}
