//! What the images share: a panic handler that prints, the interrupts of the USB peripheral and the description of the USB device.
//!
//! The handler prints where and why over RTT, as firmware under development does. One that only halts would let the linker drop every
//! location and message, and say nothing about what a panic costs.
#![no_std]

use embassy_nrf::peripherals::USBD;
use embassy_nrf::usb::vbus_detect::HardwareVbusDetect;
use embassy_nrf::usb::{self, Driver};
use embassy_nrf::{Peri, bind_interrupts};
use embassy_usb::Config;
use panic_rtt_target as _;

bind_interrupts!(struct Irqs {
    USBD => usb::InterruptHandler<USBD>;
    CLOCK_POWER => usb::vbus_detect::InterruptHandler;
});

/// Starts the hardware, and the channel that panics are printed to.
pub fn init() -> embassy_nrf::Peripherals {
    rtt_target::rtt_init_print!();
    embassy_nrf::init(Default::default())
}

/// The driver of the one USB port of the nRF52840.
pub type UsbDriver = Driver<'static, HardwareVbusDetect>;

/// Takes the USB port.
pub fn usb_driver(usb: Peri<'static, USBD>) -> UsbDriver {
    Driver::new(usb, Irqs, HardwareVbusDetect::new(Irqs))
}

/// A device description with the test ids of pid.codes.
pub fn usb_config(product: &'static str) -> Config<'static> {
    let mut config = Config::new(0x1209, 0x0001);
    config.manufacturer = Some("corofold");
    config.product = Some(product);
    config.serial_number = Some("0001");
    config.max_power = 100;
    config
}
