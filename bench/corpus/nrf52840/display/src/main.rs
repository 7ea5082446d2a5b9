//! OLED display on I2C: one task draws a scrolling chart of samples and a clock, one samples an input, one changes the brightness.
#![no_std]
#![no_main]

use core::fmt::Write;

use embassy_executor::Spawner;
use embassy_futures::select::{Either3, select3};
use embassy_nrf::bind_interrupts;
use embassy_nrf::gpio::{Input, Pull};
use embassy_nrf::peripherals::TWISPI0;
use embassy_nrf::saadc::{self, ChannelConfig, Saadc};
use embassy_nrf::twim::{self, Twim};
use embassy_sync::blocking_mutex::raw::ThreadModeRawMutex;
use embassy_sync::channel::Channel;
use embassy_sync::signal::Signal;
use embassy_time::{Duration, Instant, Ticker, Timer};
use embedded_graphics::mono_font::MonoTextStyle;
use embedded_graphics::mono_font::ascii::FONT_6X10;
use embedded_graphics::pixelcolor::BinaryColor;
use embedded_graphics::prelude::*;
use embedded_graphics::primitives::{Line, PrimitiveStyle};
use embedded_graphics::text::Text;
use heapless::{Deque, String};
use ssd1306::mode::{BufferedGraphicsModeAsync, DisplayConfigAsync};
use ssd1306::prelude::*;
use ssd1306::{I2CDisplayInterface, Ssd1306Async};
use static_cell::ConstStaticCell;

bind_interrupts!(struct Irqs {
    SAADC => saadc::InterruptHandler;
    TWISPI0 => twim::InterruptHandler<TWISPI0>;
});

const WIDTH: usize = 128;

type Display = Ssd1306Async<
    I2CInterface<Twim<'static>>,
    DisplaySize128x64,
    BufferedGraphicsModeAsync<DisplaySize128x64>,
>;
type DisplayResult = Result<(), display_interface::DisplayError>;

static SAMPLES: Channel<ThreadModeRawMutex, i16, 8> = Channel::new();
static BRIGHTNESS: Signal<ThreadModeRawMutex, Brightness> = Signal::new();

#[embassy_executor::task]
async fn sample(mut adc: Saadc<'static, 1>) {
    adc.calibrate().await;
    let mut ticker = Ticker::every(Duration::from_millis(50));
    loop {
        let mut buffer = [0; 1];
        adc.sample(&mut buffer).await;
        SAMPLES.send(buffer[0]).await;
        ticker.next().await;
    }
}

#[embassy_executor::task]
async fn change_brightness(mut button: Input<'static>) {
    let levels = [
        Brightness::DIMMEST,
        Brightness::DIM,
        Brightness::NORMAL,
        Brightness::BRIGHTEST,
    ];
    for &level in levels.iter().cycle() {
        button.wait_for_low().await;
        BRIGHTNESS.signal(level);
        Timer::after_millis(20).await;
        button.wait_for_high().await;
    }
}

struct Chart {
    history: Deque<i16, WIDTH>,
    text: String<24>,
}

impl Chart {
    const fn new() -> Self {
        Self {
            history: Deque::new(),
            text: String::new(),
        }
    }

    fn push(&mut self, value: i16) {
        if self.history.is_full() {
            self.history.pop_front();
        }
        let _ = self.history.push_back(value);
    }

    fn draw(&mut self, display: &mut Display) -> DisplayResult {
        let stroke = PrimitiveStyle::with_stroke(BinaryColor::On, 1);
        let height = |value: i16| 63 - i32::from(value.clamp(0, 4095)) / 80;
        let points = self
            .history
            .iter()
            .zip(self.history.iter().skip(1))
            .zip(0..);
        for ((&left, &right), x) in points {
            Line::new(
                Point::new(x, height(left)),
                Point::new(x + 1, height(right)),
            )
            .into_styled(stroke)
            .draw(display)?;
        }
        self.text.clear();
        let seconds = Instant::now().as_secs();
        let newest = self.history.back().copied().unwrap_or(0);
        let _ = write!(
            self.text,
            "{:02}:{:02}  {newest}",
            seconds / 60,
            seconds % 60
        );
        Text::new(
            &self.text,
            Point::new(0, 8),
            MonoTextStyle::new(&FONT_6X10, BinaryColor::On),
        )
        .draw(display)?;
        Ok(())
    }
}

async fn show(display: &mut Display, chart: &mut Chart) -> DisplayResult {
    display.init().await?;
    display.clear(BinaryColor::Off)?;
    let mut frames = Ticker::every(Duration::from_millis(100));
    loop {
        match select3(frames.next(), SAMPLES.receive(), BRIGHTNESS.wait()).await {
            Either3::First(()) => {
                display.clear(BinaryColor::Off)?;
                chart.draw(display)?;
                display.flush().await?;
            }
            Either3::Second(value) => chart.push(value),
            Either3::Third(level) => display.set_brightness(level).await?,
        }
    }
}

#[embassy_executor::task]
async fn run_display(mut display: Display) {
    let mut chart = Chart::new();
    loop {
        if show(&mut display, &mut chart).await.is_err() {
            Timer::after_secs(1).await;
        }
    }
}

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    static TX_BUFFER: ConstStaticCell<[u8; 256]> = ConstStaticCell::new([0; 256]);

    let p = bench_board::init();
    let i2c = Twim::new(
        p.TWISPI0,
        Irqs,
        p.P0_26,
        p.P0_27,
        twim::Config::default(),
        TX_BUFFER.take(),
    );
    let display = Ssd1306Async::new(
        I2CDisplayInterface::new(i2c),
        DisplaySize128x64,
        DisplayRotation::Rotate0,
    )
    .into_buffered_graphics_mode();
    let adc = Saadc::new(
        p.SAADC,
        Irqs,
        saadc::Config::default(),
        [ChannelConfig::single_ended(p.P0_02)],
    );

    spawner.spawn(sample(adc).unwrap());
    spawner.spawn(change_brightness(Input::new(p.P0_11, Pull::Up)).unwrap());
    spawner.spawn(run_display(display).unwrap());
}
