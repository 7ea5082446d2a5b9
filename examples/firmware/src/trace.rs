//! The trace: lines printed on the host, and one checksum over all of them.
//!
//! A line says what happened, never when, so that two builds of the firmware can be compared.

use core::{cell::Cell, fmt};

use crc::{CRC_32_ISO_HDLC, Crc};
use embassy_sync::blocking_mutex::{Mutex, raw::CriticalSectionRawMutex};

static CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);
static CHECKSUM: Mutex<CriticalSectionRawMutex, Cell<u32>> = Mutex::new(Cell::new(0));

/// Prints one line and takes it into the checksum.
macro_rules! trace {
    ($($arg:tt)*) => { $crate::trace::line(format_args!($($arg)*)) };
}
pub(crate) use trace;

pub fn line(args: fmt::Arguments<'_>) {
    let mut text = heapless::String::<120>::new();
    fmt::write(&mut text, args).expect("a trace line has at most 120 bytes");
    CHECKSUM.lock(|sum| {
        let mut digest = CRC.digest();
        digest.update(&sum.get().to_le_bytes());
        digest.update(text.as_bytes());
        sum.set(digest.finalize());
    });
    semihosting::println!("{text}");
}

pub fn checksum() -> u32 {
    CHECKSUM.lock(Cell::get)
}

/// Says in the trace when it is dropped before [`Guard::defuse`], as it is in a cancelled future.
pub struct Guard(&'static str);

impl Guard {
    pub fn new(what: &'static str) -> Self {
        Self(what)
    }

    pub fn defuse(self) {
        core::mem::forget(self);
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        trace!("{}: cancelled", self.0);
    }
}
