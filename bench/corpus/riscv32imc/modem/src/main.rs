//! TCP/IP over a modem: dials with AT commands, runs PPP on the line, and keeps a session with a broker open over it.
#![no_std]
#![no_main]

mod clock;
mod line;

use embassy_executor::Spawner;
use embassy_futures::select::{Either, select};
use embassy_net::dns::DnsQueryType;
use embassy_net::tcp::{Error, TcpSocket};
use embassy_net::{ConfigV4, Ipv4Cidr, Runner, Stack, StackResources, StaticConfigV4};
use embassy_net_ppp::{Config, Device, Ipv4Status, Runner as PppRunner, State};
use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::channel::Channel;
use embassy_time::{Duration, Ticker, Timer, with_timeout};
use embedded_io_async::{BufRead, Write};
use heapless::Vec;
use semihosting as _;
use static_cell::StaticCell;

use line::Line;

static MESSAGES: Channel<CriticalSectionRawMutex, [u8; 8], 4> = Channel::new();

/// Why the modem does not connect.
enum Refusal {
    Busy,
    NoCarrier,
    Silence,
}

/// One line of the modem, without its end.
async fn read_text(line: &mut Line) -> Vec<u8, 64> {
    let mut text = Vec::new();
    loop {
        let Ok(bytes) = line.fill_buf().await;
        let Some(&byte) = bytes.first() else { continue };
        line.consume(1);
        match byte {
            b'\n' if !text.is_empty() => return text,
            b'\r' | b'\n' => {}
            byte => drop(text.push(byte)),
        }
    }
}

async fn command(line: &mut Line, text: &[u8]) -> Result<(), Refusal> {
    let Ok(()) = line.write_all(text).await;
    let Ok(()) = line.write_all(b"\r").await;
    loop {
        match read_text(line).await.as_slice() {
            b"OK" | b"CONNECT" => return Ok(()),
            b"BUSY" => return Err(Refusal::Busy),
            b"NO CARRIER" | b"ERROR" => return Err(Refusal::NoCarrier),
            _ => {}
        }
    }
}

async fn dial(line: &mut Line) -> Result<(), Refusal> {
    for text in [
        &b"ATZ"[..],
        b"ATE0",
        b"AT+CGDCONT=1,\"IP\",\"internet\"",
        b"ATD*99#",
    ] {
        with_timeout(Duration::from_secs(10), command(line, text))
            .await
            .unwrap_or(Err(Refusal::Silence))?;
    }
    Ok(())
}

/// Sets the addresses that the other side gave.
fn configure(stack: Stack<'static>, status: Ipv4Status) {
    let Some(address) = status.address else {
        return;
    };
    let dns_servers = status.dns_servers.iter().flatten().copied().collect();
    stack.set_config_v4(ConfigV4::Static(StaticConfigV4 {
        address: Ipv4Cidr::new(address, 0),
        gateway: None,
        dns_servers,
    }));
}

#[embassy_executor::task]
async fn run_line(mut line: Line, mut ppp: PppRunner<'static>, stack: Stack<'static>) {
    let config = Config {
        username: b"corofold",
        password: b"state machine",
    };
    loop {
        match dial(&mut line).await {
            Ok(()) => {
                let Err(_) = ppp
                    .run(&mut line, Config { ..config }, |status| {
                        configure(stack, status)
                    })
                    .await;
            }
            Err(Refusal::Busy) => Timer::after_secs(30).await,
            Err(Refusal::NoCarrier) => Timer::after_secs(5).await,
            Err(Refusal::Silence) => {
                let Ok(()) = line.write_all(b"+++").await;
            }
        }
    }
}

#[embassy_executor::task]
async fn run_net(mut runner: Runner<'static, Device<'static>>) -> ! {
    runner.run().await
}

#[embassy_executor::task]
async fn measure() {
    let mut ticker = Ticker::every(Duration::from_secs(1));
    loop {
        MESSAGES.send(clock::ticks().to_be_bytes()).await;
        ticker.next().await;
    }
}

async fn session(socket: &mut TcpSocket<'_>) -> Result<(), Error> {
    socket
        .write_all(b"\x10\x0e\x00\x04MQTT\x04\x02\x00\x3c\x00\x02cf")
        .await?;
    let mut packet = [0; 32];
    loop {
        let keep_alive = Timer::after_secs(30);
        let message = match select(
            socket.read(&mut packet),
            select(MESSAGES.receive(), keep_alive),
        )
        .await
        {
            Either::First(Ok(0)) => return Ok(()),
            Either::First(read) => {
                read?;
                continue;
            }
            Either::Second(Either::First(message)) => message,
            Either::Second(Either::Second(())) => {
                socket.write_all(&[0xc0, 0]).await?;
                continue;
            }
        };
        socket.write_all(b"\x30\x0b\x00\x01t").await?;
        socket.write_all(&message).await?;
        socket.flush().await?;
    }
}

#[embassy_executor::task]
async fn publish(stack: Stack<'static>) {
    let (mut rx, mut tx) = ([0; 512], [0; 512]);
    loop {
        stack.wait_config_up().await;
        let broker = stack
            .dns_query("broker.example", DnsQueryType::A)
            .await
            .ok()
            .and_then(|found| found.first().copied());
        if let Some(broker) = broker {
            let mut socket = TcpSocket::new(stack, &mut rx, &mut tx);
            if socket.connect((broker, 1883)).await.is_ok() && session(&mut socket).await.is_err() {
                socket.abort();
            }
        }
        Timer::after_secs(3).await;
    }
}

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    static PPP: StaticCell<State<4, 4>> = StaticCell::new();
    static RESOURCES: StaticCell<StackResources<3>> = StaticCell::new();

    let (device, ppp) = embassy_net_ppp::new(PPP.init(State::new()));
    let (stack, runner) = embassy_net::new(
        device,
        Default::default(),
        RESOURCES.init(StackResources::new()),
        clock::ticks(),
    );
    spawner.spawn(run_net(runner).unwrap());
    spawner.spawn(run_line(Line::new(), ppp, stack).unwrap());
    spawner.spawn(publish(stack).unwrap());
    spawner.spawn(measure().unwrap());
}
