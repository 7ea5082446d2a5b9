//! Bridge from a serial line to TCP over a WIZnet W5500. Its panic handler only halts, as in firmware that is shipped: the case in which a
//! panic costs least.
#![no_std]
#![no_main]

use embassy_embedded_hal::shared_bus::asynch::spi::SpiDevice;
use embassy_executor::Spawner;
use embassy_futures::select::{Either, Either3, select, select3};
use embassy_net::tcp::{Error, TcpSocket};
use embassy_net::{Config, Runner, Stack, StackResources};
use embassy_net_wiznet::chip::W5500;
use embassy_net_wiznet::{Device, Runner as ChipRunner, State};
use embassy_rp::clocks::RoscRng;
use embassy_rp::gpio::{Input, Level, Output, Pull};
use embassy_rp::peripherals::{DMA_CH0, DMA_CH1, SPI0, UART0};
use embassy_rp::spi::{self, Async, Spi};
use embassy_rp::uart::{
    self, BufferedInterruptHandler, BufferedUart, BufferedUartRx, BufferedUartTx,
};
use embassy_rp::{bind_interrupts, dma};
use embassy_sync::blocking_mutex::raw::{NoopRawMutex, ThreadModeRawMutex};
use embassy_sync::mutex::Mutex;
use embassy_sync::pipe::Pipe;
use embassy_time::{Duration, Timer, with_timeout};
use embedded_io_async::{Read, Write};
use panic_halt as _;
use static_cell::{ConstStaticCell, StaticCell};

bind_interrupts!(struct Irqs {
    DMA_IRQ_0 => dma::InterruptHandler<DMA_CH0>, dma::InterruptHandler<DMA_CH1>;
    UART0_IRQ => BufferedInterruptHandler<UART0>;
});

type Bus = Mutex<NoopRawMutex, Spi<'static, SPI0, Async>>;
type Chip = ChipRunner<
    'static,
    W5500,
    SpiDevice<'static, NoopRawMutex, Spi<'static, SPI0, Async>, Output<'static>>,
    Input<'static>,
    Output<'static>,
>;

static TO_NET: Pipe<ThreadModeRawMutex, 256> = Pipe::new();
static TO_LINE: Pipe<ThreadModeRawMutex, 256> = Pipe::new();

#[embassy_executor::task]
async fn run_chip(runner: Chip) -> ! {
    runner.run().await
}

#[embassy_executor::task]
async fn run_net(mut runner: Runner<'static, Device<'static>>) -> ! {
    runner.run().await
}

/// Collects what comes close together, so that a line travels in one segment.
#[embassy_executor::task]
async fn from_line(mut rx: BufferedUartRx) {
    let mut buffer = [0; 64];
    loop {
        let mut length = match rx.read(&mut buffer).await {
            Ok(length) => length,
            Err(_) => continue,
        };
        while length < buffer.len() {
            match with_timeout(Duration::from_millis(5), rx.read(&mut buffer[length..])).await {
                Ok(Ok(more)) => length += more,
                Ok(Err(_)) | Err(_) => break,
            }
        }
        TO_NET.write_all(&buffer[..length]).await;
    }
}

#[embassy_executor::task]
async fn to_line(mut tx: BufferedUartTx) {
    let mut buffer = [0; 64];
    loop {
        let length = TO_LINE.read(&mut buffer).await;
        if tx.write_all(&buffer[..length]).await.is_err() {
            Timer::after_millis(1).await;
        }
    }
}

async fn bridge(socket: &mut TcpSocket<'_>) -> Result<(), Error> {
    let (mut reader, mut writer) = socket.split();
    let mut incoming = [0; 128];
    let mut outgoing = [0; 128];
    loop {
        match select3(
            reader.read(&mut incoming),
            TO_NET.read(&mut outgoing),
            Timer::after_secs(60),
        )
        .await
        {
            Either3::First(Ok(0)) => return writer.flush().await,
            Either3::First(length) => TO_LINE.write_all(&incoming[..length?]).await,
            Either3::Second(length) => writer.write_all(&outgoing[..length]).await?,
            Either3::Third(()) => writer.write_all(b"\0").await?,
        }
    }
}

#[embassy_executor::task]
async fn serve(stack: Stack<'static>) {
    let (mut rx, mut tx) = ([0; 1024], [0; 1024]);
    loop {
        stack.wait_config_up().await;
        let mut socket = TcpSocket::new(stack, &mut rx, &mut tx);
        socket.set_keep_alive(Some(Duration::from_secs(10)));
        let Either::First(Ok(())) = select(socket.accept(23), stack.wait_config_down()).await
        else {
            continue;
        };
        match bridge(&mut socket).await {
            Ok(()) => socket.close(),
            Err(Error::ConnectionReset) => socket.abort(),
        }
        let _ = socket.flush().await;
    }
}

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    static BUS: StaticCell<Bus> = StaticCell::new();
    static CHIP: StaticCell<State<4, 4>> = StaticCell::new();
    static RESOURCES: StaticCell<StackResources<3>> = StaticCell::new();
    static RX_BUFFER: ConstStaticCell<[u8; 256]> = ConstStaticCell::new([0; 256]);
    static TX_BUFFER: ConstStaticCell<[u8; 256]> = ConstStaticCell::new([0; 256]);

    let p = embassy_rp::init(Default::default());
    let uart = BufferedUart::new(
        p.UART0,
        p.PIN_0,
        p.PIN_1,
        Irqs,
        TX_BUFFER.take(),
        RX_BUFFER.take(),
        uart::Config::default(),
    );
    let (tx, rx) = uart.split();
    spawner.spawn(from_line(rx).unwrap());
    spawner.spawn(to_line(tx).unwrap());

    let mut config = spi::Config::default();
    config.frequency = 50_000_000;
    let bus = BUS.init(Mutex::new(Spi::new(
        p.SPI0, p.PIN_18, p.PIN_19, p.PIN_16, p.DMA_CH0, p.DMA_CH1, Irqs, config,
    )));
    let device = SpiDevice::new(bus, Output::new(p.PIN_17, Level::High));
    let interrupt = Input::new(p.PIN_21, Pull::Up);
    let reset = Output::new(p.PIN_20, Level::High);
    let started = embassy_net_wiznet::new(
        [2, 0, 0, 0, 0, 3],
        CHIP.init(State::new()),
        device,
        interrupt,
        reset,
    )
    .await;
    let (device, runner) = started.ok().unwrap();
    spawner.spawn(run_chip(runner).unwrap());

    let config = Config::dhcpv4(Default::default());
    let (stack, runner) = embassy_net::new(
        device,
        config,
        RESOURCES.init(StackResources::new()),
        RoscRng.next_u64(),
    );
    spawner.spawn(run_net(runner).unwrap());
    spawner.spawn(serve(stack).unwrap());
}
