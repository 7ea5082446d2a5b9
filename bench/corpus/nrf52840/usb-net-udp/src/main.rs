//! Ethernet over USB (CDC-NCM) with UDP on IPv4 and IPv6: a key-value service, and a beacon that tells how many requests there were.
#![no_std]
#![no_main]

use bench_board::{UsbDriver, usb_config, usb_driver};
use embassy_executor::Spawner;
use embassy_futures::select::{Either, select};
use embassy_net::udp::{PacketMetadata, RecvError, UdpSocket};
use embassy_net::{
    Config, Ipv4Address, Ipv4Cidr, Ipv6Address, Ipv6Cidr, Runner, Stack, StackResources,
    StaticConfigV4, StaticConfigV6,
};
use embassy_nrf::rng::Rng;
use embassy_sync::blocking_mutex::raw::ThreadModeRawMutex;
use embassy_sync::mutex::Mutex;
use embassy_sync::watch::Watch;
use embassy_time::{Duration, Timer};
use embassy_usb::class::cdc_ncm::embassy_net::{Device, Runner as NcmRunner, State as NcmState};
use embassy_usb::class::cdc_ncm::{CdcNcmClass, State};
use embassy_usb::{Builder, UsbDevice};
use static_cell::{ConstStaticCell, StaticCell};

const MTU: usize = 1514;
const SLOTS: usize = 16;

static STORE: Mutex<ThreadModeRawMutex, [u32; SLOTS]> = Mutex::new([0; SLOTS]);
static REQUESTS: Watch<ThreadModeRawMutex, u32, 2> = Watch::new();

#[embassy_executor::task]
async fn run_usb(mut device: UsbDevice<'static, UsbDriver>) -> ! {
    device.run().await
}

#[embassy_executor::task]
async fn run_ncm(class: NcmRunner<'static, UsbDriver, MTU>) -> ! {
    class.run().await
}

#[embassy_executor::task]
async fn run_net(mut runner: Runner<'static, Device<'static, MTU>>) -> ! {
    runner.run().await
}

/// `[0, slot]` reads, `[1, slot, value; 4]` writes; the answer is the value that stood there.
async fn execute(request: &[u8]) -> Option<u32> {
    match *request {
        [0, slot] => STORE.lock().await.get(usize::from(slot)).copied(),
        [1, slot, a, b, c, d] => {
            let mut store = STORE.lock().await;
            let cell = store.get_mut(usize::from(slot))?;
            Some(core::mem::replace(cell, u32::from_be_bytes([a, b, c, d])))
        }
        _ => None,
    }
}

#[embassy_executor::task(pool_size = 2)]
async fn serve(stack: Stack<'static>, port: u16) {
    let (mut rx_meta, mut tx_meta) = ([PacketMetadata::EMPTY; 4], [PacketMetadata::EMPTY; 4]);
    let (mut rx, mut tx) = ([0; 512], [0; 512]);
    let mut socket = UdpSocket::new(stack, &mut rx_meta, &mut rx, &mut tx_meta, &mut tx);
    if socket.bind(port).is_err() {
        return;
    }
    let sender = REQUESTS.sender();
    let mut count = 0u32;
    let mut request = [0; 64];
    loop {
        let (length, from) = match socket.recv_from(&mut request).await {
            Ok(received) => received,
            Err(RecvError::Truncated) => continue,
        };
        let sent = match execute(&request[..length]).await {
            Some(value) => socket.send_to(&value.to_be_bytes(), from).await,
            None => socket.send_to(b"?", from).await,
        };
        if sent.is_ok() {
            count += 1;
            sender.send(count);
        }
    }
}

#[embassy_executor::task]
async fn beacon(stack: Stack<'static>) {
    let (mut rx_meta, mut tx_meta) = ([PacketMetadata::EMPTY; 1], [PacketMetadata::EMPTY; 2]);
    let (mut rx, mut tx) = ([0; 16], [0; 128]);
    let mut socket = UdpSocket::new(stack, &mut rx_meta, &mut rx, &mut tx_meta, &mut tx);
    let (Ok(()), Some(mut requests)) = (socket.bind(9000), REQUESTS.receiver()) else {
        return;
    };
    loop {
        stack.wait_link_up().await;
        let count = match select(requests.changed(), Timer::after(Duration::from_secs(5))).await {
            Either::First(count) => count,
            Either::Second(()) => requests.try_get().unwrap_or(0),
        };
        let _ = socket
            .send_to(&count.to_be_bytes(), (Ipv4Address::BROADCAST, 9001))
            .await;
        let group = Ipv6Address::new(0xff02, 0, 0, 0, 0, 0, 0, 1);
        let _ = socket.send_to(&count.to_be_bytes(), (group, 9001)).await;
        socket.flush().await;
    }
}

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    static CONFIG_DESCRIPTOR: ConstStaticCell<[u8; 256]> = ConstStaticCell::new([0; 256]);
    static BOS_DESCRIPTOR: ConstStaticCell<[u8; 64]> = ConstStaticCell::new([0; 64]);
    static CONTROL: ConstStaticCell<[u8; 128]> = ConstStaticCell::new([0; 128]);
    static NCM: StaticCell<State> = StaticCell::new();
    static NCM_NET: StaticCell<NcmState<MTU, 4, 4>> = StaticCell::new();
    static RESOURCES: StaticCell<StackResources<4>> = StaticCell::new();

    let p = bench_board::init();
    let mut builder = Builder::new(
        usb_driver(p.USBD),
        usb_config("ethernet, UDP"),
        CONFIG_DESCRIPTOR.take(),
        BOS_DESCRIPTOR.take(),
        &mut [],
        CONTROL.take(),
    );
    let class = CdcNcmClass::new(&mut builder, NCM.init(State::new()), [2, 0, 0, 0, 0, 1], 64);
    let (ncm, device) =
        class.into_embassy_net_device(NCM_NET.init(NcmState::new()), [2, 0, 0, 0, 0, 2]);
    let mut config = Config::ipv4_static(StaticConfigV4 {
        address: Ipv4Cidr::new(Ipv4Address::new(10, 42, 0, 2), 24),
        gateway: None,
        dns_servers: Default::default(),
    });
    config.ipv6 = embassy_net::ConfigV6::Static(StaticConfigV6 {
        address: Ipv6Cidr::new(Ipv6Address::new(0xfe80, 0, 0, 0, 0, 0, 0, 2), 64),
        gateway: None,
        dns_servers: Default::default(),
    });
    let seed = Rng::new_blocking(p.RNG).blocking_next_u64();
    let (stack, runner) =
        embassy_net::new(device, config, RESOURCES.init(StackResources::new()), seed);

    spawner.spawn(run_usb(builder.build()).unwrap());
    spawner.spawn(run_ncm(ncm).unwrap());
    spawner.spawn(run_net(runner).unwrap());
    spawner.spawn(serve(stack, 7000).unwrap());
    spawner.spawn(serve(stack, 7001).unwrap());
    spawner.spawn(beacon(stack).unwrap());
}
