//! BLE peripheral: the trouble host over a controller on UART; advertises, serves a thermometer and a lamp, notifies while connected.
#![no_std]
#![no_main]

use bt_hci::controller::ExternalController;
use bt_hci_serial::SerialTransport;
use embassy_executor::Spawner;
use embassy_futures::join::join;
use embassy_futures::select::{Either, select};
use embassy_nrf::bind_interrupts;
use embassy_nrf::buffered_uarte::{self, BufferedUarte, BufferedUarteRx, BufferedUarteTx};
use embassy_nrf::gpio::{Level, Output, OutputDrive};
use embassy_nrf::peripherals::UARTE1;
use embassy_nrf::temp::{self, Temp};
use embassy_nrf::uarte;
use embassy_sync::blocking_mutex::raw::{NoopRawMutex, ThreadModeRawMutex};
use embassy_sync::signal::Signal;
use embassy_time::{Duration, Ticker, Timer};
use static_cell::{ConstStaticCell, StaticCell};
use trouble_host::prelude::*;

bind_interrupts!(struct Irqs {
    TEMP => temp::InterruptHandler;
    UARTE1 => buffered_uarte::InterruptHandler<UARTE1>;
});

type Transport = SerialTransport<NoopRawMutex, BufferedUarteRx<'static>, BufferedUarteTx<'static>>;
type HciController = ExternalController<Transport, 8>;
type Peer = GattConnection<'static, 'static, DefaultPacketPool>;
type HostError = BleHostError<<HciController as embedded_io::ErrorType>::Error>;

static LAMP: Signal<ThreadModeRawMutex, u8> = Signal::new();

#[gatt_server]
struct Server {
    thermometer: Thermometer,
    lamp: Lamp,
}

#[gatt_service(uuid = "1809")]
struct Thermometer {
    #[characteristic(uuid = "2a1c", read, notify, value = 0)]
    degrees: i16,
}

#[gatt_service(uuid = "8a1b0000-6d3f-4c6b-9a43-2f0c5e7d1a10")]
struct Lamp {
    #[characteristic(uuid = "8a1b0001-6d3f-4c6b-9a43-2f0c5e7d1a10", read, write, value = 0)]
    brightness: u8,
}

#[embassy_executor::task]
async fn run_host(mut runner: Runner<'static, HciController, DefaultPacketPool>) {
    while runner.run().await.is_err() {
        Timer::after_secs(1).await;
    }
}

#[embassy_executor::task]
async fn run_lamp(mut led: Output<'static>) {
    let mut brightness = 0;
    loop {
        let dim = async {
            loop {
                led.set_low();
                Timer::after_micros(u64::from(brightness) * 16).await;
                led.set_high();
                Timer::after_micros(u64::from(255 - brightness) * 16).await;
            }
        };
        let Either::First(asked) = select(LAMP.wait(), dim).await;
        brightness = asked;
    }
}

async fn advertise(
    peripheral: &mut Peripheral<'static, HciController, DefaultPacketPool>,
    server: &'static Server<'static>,
) -> Result<Peer, HostError> {
    let mut data = [0; 31];
    let structures = [
        AdStructure::Flags(LE_GENERAL_DISCOVERABLE | BR_EDR_NOT_SUPPORTED),
        AdStructure::CompleteServiceUuids16(&[[0x09, 0x18]]),
        AdStructure::CompleteLocalName(b"corofold"),
    ];
    let length = AdStructure::encode_slice(&structures, &mut data)?;
    let advertisement = Advertisement::ConnectableScannableUndirected {
        adv_data: &data[..length],
        scan_data: &[],
    };
    let advertiser = peripheral
        .advertise(&AdvertisementParameters::default(), advertisement)
        .await?;
    Ok(advertiser.accept().await?.with_attribute_server(server)?)
}

/// Answers the peer until it leaves.
async fn serve(peer: &Peer, server: &Server<'static>) -> Result<(), Error> {
    loop {
        let event = match peer.next().await {
            GattConnectionEvent::Disconnected { .. } => return Ok(()),
            GattConnectionEvent::Gatt { event } => event,
            _ => continue,
        };
        if let GattEvent::Write(write) = &event
            && write.handle() == server.lamp.brightness.handle
            && let Ok(brightness) = write.value(&server.lamp.brightness)
        {
            LAMP.signal(brightness);
        }
        event.accept()?.send().await;
    }
}

/// Notifies of the temperature until the peer does not take it.
async fn measure(
    peer: &Peer,
    server: &Server<'static>,
    sensor: &mut Temp<'static>,
) -> Result<(), Error> {
    let mut ticker = Ticker::every(Duration::from_secs(2));
    loop {
        let degrees = sensor.read().await.to_num::<i16>();
        server
            .thermometer
            .degrees
            .notify(peer, &degrees, true)
            .await?;
        ticker.next().await;
    }
}

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    static RX_BUFFER: ConstStaticCell<[u8; 512]> = ConstStaticCell::new([0; 512]);
    static TX_BUFFER: ConstStaticCell<[u8; 512]> = ConstStaticCell::new([0; 512]);
    static RESOURCES: StaticCell<HostResources<DefaultPacketPool, 1, 2>> = StaticCell::new();
    static STACK: StaticCell<Stack<'static, HciController, DefaultPacketPool>> = StaticCell::new();
    static SERVER: StaticCell<Server<'static>> = StaticCell::new();

    let p = bench_board::init();
    let uart = BufferedUarte::new(
        p.UARTE1,
        p.TIMER1,
        p.PPI_CH0,
        p.PPI_CH1,
        p.PPI_GROUP0,
        p.P0_08,
        p.P0_06,
        Irqs,
        uarte::Config::default(),
        RX_BUFFER.take(),
        TX_BUFFER.take(),
    );
    let (rx, tx) = uart.split();
    let controller = ExternalController::new(SerialTransport::new(rx, tx));
    let address = Address::random([0xc0, 1, 2, 3, 4, 0xc5]);
    let stack = trouble_host::new(controller, RESOURCES.init(HostResources::new()))
        .set_random_address(address)
        .build();
    let stack = STACK.init(stack);
    let server = Server::new_with_config(GapConfig::Peripheral(PeripheralConfig {
        name: "corofold",
        appearance: &appearance::sensor::GENERIC_SENSOR,
    }));
    let server = SERVER.init(server.unwrap());

    spawner.spawn(run_host(stack.runner()).unwrap());
    spawner.spawn(run_lamp(Output::new(p.P0_13, Level::High, OutputDrive::Standard)).unwrap());
    let mut peripheral = stack.peripheral();
    let mut sensor = Temp::new(p.TEMP, Irqs);
    loop {
        match advertise(&mut peripheral, server).await {
            Ok(peer) => {
                let _ = join(serve(&peer, server), measure(&peer, server, &mut sensor)).await;
            }
            Err(_) => Timer::after_secs(1).await,
        }
    }
}
