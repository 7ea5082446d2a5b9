//! Ethernet over USB (CDC-NCM) with TCP: two tasks serve a line calculator each, one task fetches from a peer now and then.
#![no_std]
#![no_main]

use bench_board::{UsbDriver, usb_config, usb_driver};
use embassy_executor::Spawner;
use embassy_futures::select::{Either, select};
use embassy_net::tcp::{Error, TcpSocket};
use embassy_net::{Config, Ipv4Address, Runner, Stack, StackResources};
use embassy_nrf::rng::Rng;
use embassy_time::{Duration, Timer, with_timeout};
use embassy_usb::class::cdc_ncm::embassy_net::{Device, Runner as NcmRunner, State as NcmState};
use embassy_usb::class::cdc_ncm::{CdcNcmClass, State};
use embassy_usb::{Builder, UsbDevice};
use embedded_io_async::Write;
use static_cell::{ConstStaticCell, StaticCell};

const MTU: usize = 1514;

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

/// Reads `digits operator digits newline` and writes the value back.
async fn calculate(socket: &mut TcpSocket<'_>) -> Result<(), Error> {
    let mut left = 0u32;
    let mut right = 0u32;
    let mut operator = None;
    let mut buffer = [0; 64];
    loop {
        let length = socket.read(&mut buffer).await?;
        if length == 0 {
            return socket.flush().await;
        }
        for &byte in &buffer[..length] {
            match byte {
                b'0'..=b'9' => right = right.wrapping_mul(10).wrapping_add(u32::from(byte - b'0')),
                b'+' | b'-' | b'*' => {
                    left = core::mem::take(&mut right);
                    operator = Some(byte);
                }
                b'\n' => {
                    let right = core::mem::take(&mut right);
                    let value = match operator.take() {
                        Some(b'+') => left.wrapping_add(right),
                        Some(b'-') => left.wrapping_sub(right),
                        Some(_) => left.wrapping_mul(right),
                        None => right,
                    };
                    write_hex(socket, value).await?;
                }
                _ => socket.write_all(b"?\n").await?,
            }
        }
    }
}

async fn write_hex(socket: &mut TcpSocket<'_>, value: u32) -> Result<(), Error> {
    let mut text = *b"0x00000000\n";
    for (index, digit) in text[2..10].iter_mut().enumerate() {
        *digit = b"0123456789abcdef"[(value >> (28 - 4 * index)) as usize & 15];
    }
    socket.write_all(&text).await
}

#[embassy_executor::task(pool_size = 2)]
async fn serve(stack: Stack<'static>, port: u16) {
    let mut rx = [0; 1024];
    let mut tx = [0; 1024];
    loop {
        stack.wait_config_up().await;
        let mut socket = TcpSocket::new(stack, &mut rx, &mut tx);
        socket.set_timeout(Some(Duration::from_secs(20)));
        if socket.accept(port).await.is_err() {
            continue;
        }
        match select(calculate(&mut socket), stack.wait_config_down()).await {
            Either::First(Ok(())) => socket.close(),
            Either::First(Err(Error::ConnectionReset)) | Either::Second(()) => socket.abort(),
        }
        let _ = socket.flush().await;
    }
}

async fn fetch(stack: Stack<'static>) -> Result<u32, Error> {
    let mut rx = [0; 512];
    let mut tx = [0; 256];
    let mut socket = TcpSocket::new(stack, &mut rx, &mut tx);
    let Ok(()) = socket.connect((Ipv4Address::new(10, 42, 0, 1), 8000)).await else {
        return Ok(0);
    };
    socket.write_all(b"GET / HTTP/1.0\r\n\r\n").await?;
    let mut sum = 0;
    let mut buffer = [0; 128];
    loop {
        match socket.read(&mut buffer).await? {
            0 => return Ok(sum),
            length => {
                sum += buffer[..length]
                    .iter()
                    .map(|&byte| u32::from(byte))
                    .sum::<u32>()
            }
        }
    }
}

#[embassy_executor::task]
async fn fetch_now_and_then(stack: Stack<'static>) {
    let mut pause = Duration::from_secs(1);
    loop {
        stack.wait_config_up().await;
        pause = match with_timeout(Duration::from_secs(10), fetch(stack)).await {
            Ok(Ok(0)) | Err(_) => Duration::from_secs(60).min(pause * 2),
            Ok(Ok(_)) => Duration::from_secs(30),
            Ok(Err(_)) => pause,
        };
        Timer::after(pause).await;
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
        usb_config("ethernet, TCP"),
        CONFIG_DESCRIPTOR.take(),
        BOS_DESCRIPTOR.take(),
        &mut [],
        CONTROL.take(),
    );
    let class = CdcNcmClass::new(&mut builder, NCM.init(State::new()), [2, 0, 0, 0, 0, 1], 64);
    let (ncm, device) =
        class.into_embassy_net_device(NCM_NET.init(NcmState::new()), [2, 0, 0, 0, 0, 2]);
    let seed = Rng::new_blocking(p.RNG).blocking_next_u64();
    let (stack, runner) = embassy_net::new(
        device,
        Config::dhcpv4(Default::default()),
        RESOURCES.init(StackResources::new()),
        seed,
    );

    spawner.spawn(run_usb(builder.build()).unwrap());
    spawner.spawn(run_ncm(ncm).unwrap());
    spawner.spawn(run_net(runner).unwrap());
    spawner.spawn(serve(stack, 7).unwrap());
    spawner.spawn(serve(stack, 1234).unwrap());
    spawner.spawn(fetch_now_and_then(stack).unwrap());
}
