//! Wi-Fi through an ESP32 that runs esp-hosted: joins a network, looks a name up, posts measurements over TCP, asks the time over UDP.
#![no_std]
#![no_main]

use bench_board as _;
use embassy_embedded_hal::shared_bus::asynch::spi::SpiDevice;
use embassy_executor::Spawner;
use embassy_futures::join::join;
use embassy_net::dns::DnsQueryType;
use embassy_net::tcp::TcpSocket;
use embassy_net::udp::{PacketMetadata, UdpSocket};
use embassy_net::{Config, IpAddress, Runner, Stack, StackResources};
use embassy_net_esp_hosted::{self as hosted, Control, NetDriver, SpiInterface};
use embassy_nrf::bind_interrupts;
use embassy_nrf::gpio::{Input, Level, Output, OutputDrive, Pull};
use embassy_nrf::peripherals::SPI3;
use embassy_nrf::rng::Rng;
use embassy_nrf::spim::{self, Spim};
use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embassy_sync::mutex::Mutex;
use embassy_time::{Duration, Instant, Timer, with_timeout};
use embedded_io_async::Write;
use static_cell::StaticCell;

bind_interrupts!(struct Irqs {
    SPIM3 => spim::InterruptHandler<SPI3>;
});

type Device = SpiDevice<'static, NoopRawMutex, Spim<'static>, Output<'static>>;
type Interface = SpiInterface<Device, Input<'static>>;

/// Why a round with the server failed.
enum Failure {
    Dns,
    Connect,
    Tcp,
    Udp,
    Slow,
}

#[embassy_executor::task]
async fn run_wifi(runner: hosted::Runner<'static, Interface, Output<'static>>) -> ! {
    runner.run().await
}

#[embassy_executor::task]
async fn run_net(mut runner: Runner<'static, NetDriver<'static>>) -> ! {
    runner.run().await
}

async fn resolve(stack: Stack<'static>, name: &str) -> Result<IpAddress, Failure> {
    let found = stack
        .dns_query(name, DnsQueryType::A)
        .await
        .map_err(|_| Failure::Dns)?;
    found.first().copied().ok_or(Failure::Dns)
}

async fn post(stack: Stack<'static>, server: IpAddress, value: u8) -> Result<bool, Failure> {
    let (mut rx, mut tx) = ([0; 1024], [0; 1024]);
    let mut socket = TcpSocket::new(stack, &mut rx, &mut tx);
    socket.set_timeout(Some(Duration::from_secs(10)));
    socket
        .connect((server, 80))
        .await
        .map_err(|_| Failure::Connect)?;
    socket
        .write_all(b"POST /measurements HTTP/1.0\r\nContent-Length: 1\r\n\r\n")
        .await
        .map_err(|_| Failure::Tcp)?;
    socket.write_all(&[value]).await.map_err(|_| Failure::Tcp)?;
    let mut status = [0; 12];
    let mut length = 0;
    while length < status.len() {
        match socket
            .read(&mut status[length..])
            .await
            .map_err(|_| Failure::Tcp)?
        {
            0 => return Err(Failure::Tcp),
            more => length += more,
        }
    }
    Ok(status.ends_with(b" 200"))
}

/// Seconds of the server's clock, by SNTP.
async fn ask_time(stack: Stack<'static>, server: IpAddress) -> Result<u32, Failure> {
    let (mut rx_meta, mut tx_meta) = ([PacketMetadata::EMPTY; 1], [PacketMetadata::EMPTY; 1]);
    let (mut rx, mut tx) = ([0; 64], [0; 64]);
    let mut socket = UdpSocket::new(stack, &mut rx_meta, &mut rx, &mut tx_meta, &mut tx);
    socket.bind(0).map_err(|_| Failure::Udp)?;
    let mut packet = [0; 48];
    packet[0] = 0x1b;
    socket
        .send_to(&packet, (server, 123))
        .await
        .map_err(|_| Failure::Udp)?;
    let answer = with_timeout(Duration::from_secs(3), socket.recv_from(&mut packet))
        .await
        .map_err(|_| Failure::Slow)?;
    answer.map_err(|_| Failure::Udp)?;
    Ok(u32::from_be_bytes([
        packet[40], packet[41], packet[42], packet[43],
    ]))
}

async fn round(stack: Stack<'static>) -> Result<u32, Failure> {
    let server = resolve(stack, "measurements.example").await?;
    let (posted, time) = join(
        post(stack, server, Instant::now().as_secs() as u8),
        ask_time(stack, server),
    )
    .await;
    if posted? { time } else { Err(Failure::Connect) }
}

async fn connect(control: &mut Control<'static>) {
    while control.init().await.is_err() {
        Timer::after_secs(1).await;
    }
    while control.connect("corofold", "state machine").await.is_err() {
        Timer::after_secs(5).await;
    }
}

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    static BUS: StaticCell<Mutex<NoopRawMutex, Spim<'static>>> = StaticCell::new();
    static WIFI: StaticCell<hosted::State> = StaticCell::new();
    static RESOURCES: StaticCell<StackResources<5>> = StaticCell::new();

    let p = bench_board::init();
    let mut config = spim::Config::default();
    config.frequency = spim::Frequency::M32;
    config.mode = spim::MODE_2;
    let bus = BUS.init(Mutex::new(Spim::new(
        p.SPI3, Irqs, p.P0_29, p.P0_28, p.P0_30, config,
    )));
    let device = SpiDevice::new(
        bus,
        Output::new(p.P0_31, Level::High, OutputDrive::HighDrive),
    );
    let interface = SpiInterface::new(
        device,
        Input::new(p.P1_01, Pull::Up),
        Input::new(p.P1_04, Pull::None),
    );
    let reset = Output::new(p.P1_05, Level::Low, OutputDrive::Standard);
    let (net, mut control, runner) =
        hosted::new(WIFI.init(hosted::State::new()), interface, reset).await;
    spawner.spawn(run_wifi(runner).unwrap());
    connect(&mut control).await;

    let seed = Rng::new_blocking(p.RNG).blocking_next_u64();
    let (stack, runner) = embassy_net::new(
        net,
        Config::dhcpv4(Default::default()),
        RESOURCES.init(StackResources::new()),
        seed,
    );
    spawner.spawn(run_net(runner).unwrap());
    let mut led = Output::new(p.P0_13, Level::Low, OutputDrive::Standard);
    loop {
        stack.wait_config_up().await;
        match round(stack).await {
            Ok(seconds) => led.set_level(if seconds % 2 == 0 {
                Level::Low
            } else {
                Level::High
            }),
            Err(Failure::Slow | Failure::Dns) => Timer::after_secs(5).await,
            Err(Failure::Connect | Failure::Tcp | Failure::Udp) => led.toggle(),
        }
        Timer::after_secs(20).await;
    }
}
