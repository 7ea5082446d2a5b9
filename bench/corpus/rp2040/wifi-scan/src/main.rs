//! Pico W: scans for networks, joins one, reports the strength of its signal over UDP.
#![no_std]
#![no_main]

use cyw43::{A4, Aligned, Control, JoinOptions, NetDriver, PowerManagementMode, SpiBus};
use cyw43_pio::{DEFAULT_CLOCK_DIVIDER, PioSpi};
use embassy_executor::Spawner;
use embassy_futures::select::{Either, select};
use embassy_net::udp::{PacketMetadata, UdpSocket};
use embassy_net::{Config, Ipv4Address, Runner, Stack, StackResources};
use embassy_rp::clocks::RoscRng;
use embassy_rp::gpio::{Level, Output};
use embassy_rp::peripherals::{DMA_CH0, PIO0};
use embassy_rp::pio::{self, Pio};
use embassy_rp::{bind_interrupts, dma};
use embassy_sync::blocking_mutex::raw::ThreadModeRawMutex;
use embassy_sync::channel::Channel;
use embassy_time::{Duration, Ticker, Timer, with_timeout};
use panic_rtt_target as _;
use static_cell::StaticCell;

bind_interrupts!(struct Irqs {
    DMA_IRQ_0 => dma::InterruptHandler<DMA_CH0>;
    PIO0_IRQ_0 => pio::InterruptHandler<PIO0>;
});

/// The firmware of the radio is not part of what is measured: empty images stand for its three files.
static FIRMWARE: &Aligned<A4, [u8]> = &Aligned([]);
static NVRAM: &Aligned<A4, [u8]> = &Aligned([]);
static CLM: &[u8] = &[];

const SSID: &str = "corofold";

type WifiRunner = cyw43::Runner<'static, SpiBus<Output<'static>, PioSpi<'static, PIO0, 0>>>;

/// What the radio task tells the network task.
enum Report {
    Neighbours(u8),
    Signal(i32),
}

static REPORTS: Channel<ThreadModeRawMutex, Report, 4> = Channel::new();

#[embassy_executor::task]
async fn run_wifi(runner: WifiRunner) -> ! {
    runner.run().await
}

#[embassy_executor::task]
async fn run_net(mut runner: Runner<'static, NetDriver<'static>>) -> ! {
    runner.run().await
}

/// Counts the networks around, and whether ours is one of them.
async fn scan(control: &mut Control<'static>) -> (u8, bool) {
    let mut scanner = control.scan(Default::default()).await;
    let mut found = (0, false);
    while let Some(network) = scanner.next().await {
        let name = network
            .ssid
            .get(..usize::from(network.ssid_len))
            .unwrap_or_default();
        found = (found.0 + 1, found.1 || name == SSID.as_bytes());
    }
    found
}

async fn connect(control: &mut Control<'static>) {
    loop {
        let (count, ours) = scan(control).await;
        REPORTS.send(Report::Neighbours(count)).await;
        if ours
            && control
                .join(SSID, JoinOptions::new(b"state machine"))
                .await
                .is_ok()
        {
            return;
        }
        for level in [true, false] {
            control.gpio_set(0, level).await;
            Timer::after_millis(250).await;
        }
    }
}

#[embassy_executor::task]
async fn run_control(mut control: Control<'static>, stack: Stack<'static>) {
    control.init(CLM).await;
    control
        .set_power_management(PowerManagementMode::PowerSave)
        .await;
    loop {
        connect(&mut control).await;
        let mut ticker = Ticker::every(Duration::from_secs(5));
        loop {
            match select(ticker.next(), stack.wait_link_down()).await {
                Either::First(()) => REPORTS.send(Report::Signal(control.get_rssi().await)).await,
                Either::Second(()) => break,
            }
        }
        control.leave().await;
    }
}

#[embassy_executor::task]
async fn report(stack: Stack<'static>) {
    let (mut rx_meta, mut tx_meta) = ([PacketMetadata::EMPTY; 1], [PacketMetadata::EMPTY; 2]);
    let (mut rx, mut tx) = ([0; 16], [0; 128]);
    let mut socket = UdpSocket::new(stack, &mut rx_meta, &mut rx, &mut tx_meta, &mut tx);
    if socket.bind(9000).is_err() {
        return;
    }
    loop {
        let packet = match REPORTS.receive().await {
            Report::Neighbours(count) => [b'n', count],
            Report::Signal(strength) => [b's', strength as u8],
        };
        if with_timeout(Duration::from_secs(10), stack.wait_config_up())
            .await
            .is_ok()
        {
            let _ = socket
                .send_to(&packet, (Ipv4Address::BROADCAST, 9001))
                .await;
            socket.flush().await;
        }
    }
}

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    static WIFI: StaticCell<cyw43::State> = StaticCell::new();
    static RESOURCES: StaticCell<StackResources<3>> = StaticCell::new();

    rtt_target::rtt_init_print!();
    let p = embassy_rp::init(Default::default());
    let power = Output::new(p.PIN_23, Level::Low);
    let select = Output::new(p.PIN_25, Level::High);
    let mut pio = Pio::new(p.PIO0, Irqs);
    let channel = dma::Channel::new(p.DMA_CH0, Irqs);
    let spi = PioSpi::new(
        &mut pio.common,
        pio.sm0,
        DEFAULT_CLOCK_DIVIDER,
        pio.irq0,
        select,
        p.PIN_24,
        p.PIN_29,
        channel,
    );
    let (device, control, runner) =
        cyw43::new(WIFI.init(cyw43::State::new()), power, spi, FIRMWARE, NVRAM).await;
    spawner.spawn(run_wifi(runner).unwrap());

    let config = Config::dhcpv4(Default::default());
    let (stack, runner) = embassy_net::new(
        device,
        config,
        RESOURCES.init(StackResources::new()),
        RoscRng.next_u64(),
    );
    spawner.spawn(run_net(runner).unwrap());
    spawner.spawn(run_control(control, stack).unwrap());
    spawner.spawn(report(stack).unwrap());
}
