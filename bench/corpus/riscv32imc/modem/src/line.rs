//! The serial line: a 16550 whose interrupt fills a pipe, with the async traits on top.

use core::convert::Infallible;
use core::future::poll_fn;
use core::task::Poll;

use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::pipe::Pipe;
use embassy_sync::waitqueue::AtomicWaker;
use embedded_io_async::{BufRead, ErrorType, Read, Write};
use riscv_rt::core_interrupt;

const DATA: *mut u8 = 0x1000_0000 as _;
const INTERRUPTS: usize = 1;
const STATUS: usize = 5;
const RECEIVED: u8 = 1;
const TRANSMITTER_EMPTY: u8 = 1 << 5;

static INCOMING: Pipe<CriticalSectionRawMutex, 512> = Pipe::new();
static TRANSMITTER: AtomicWaker = AtomicWaker::new();

fn status() -> u8 {
    // SAFETY: the status register of the UART is mapped there, and reading it has no effect.
    unsafe { DATA.add(STATUS).read_volatile() }
}

fn enable_interrupts(mask: u8) {
    // SAFETY: the interrupt register of the UART is mapped there; both handlers of this file are in place.
    unsafe {
        DATA.add(INTERRUPTS).write_volatile(mask);
        riscv::register::mie::set_mext();
    }
}

#[core_interrupt(riscv::interrupt::Interrupt::MachineExternal)]
fn machine_external() {
    while status() & RECEIVED != 0 {
        // SAFETY: the status says that a byte is there to be taken.
        let byte = unsafe { DATA.read_volatile() };
        let _ = INCOMING.try_write(&[byte]);
    }
    if status() & TRANSMITTER_EMPTY != 0 {
        enable_interrupts(1);
        TRANSMITTER.wake();
    }
}

/// The one serial line of the board.
pub struct Line {
    buffer: [u8; 64],
    start: usize,
    end: usize,
}

impl Line {
    pub fn new() -> Self {
        enable_interrupts(1);
        Self {
            buffer: [0; 64],
            start: 0,
            end: 0,
        }
    }

    async fn write_byte(&mut self, byte: u8) {
        poll_fn(|context| {
            TRANSMITTER.register(context.waker());
            if status() & TRANSMITTER_EMPTY != 0 {
                return Poll::Ready(());
            }
            enable_interrupts(3);
            Poll::Pending
        })
        .await;
        // SAFETY: the transmitter is empty.
        unsafe { DATA.write_volatile(byte) };
    }
}

impl ErrorType for Line {
    type Error = Infallible;
}

impl Read for Line {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        let Ok(bytes) = self.fill_buf().await;
        let length = bytes.len().min(buffer.len());
        buffer[..length].copy_from_slice(&bytes[..length]);
        self.consume(length);
        Ok(length)
    }
}

impl BufRead for Line {
    async fn fill_buf(&mut self) -> Result<&[u8], Infallible> {
        if self.start == self.end {
            self.start = 0;
            self.end = INCOMING.read(&mut self.buffer).await;
        }
        Ok(&self.buffer[self.start..self.end])
    }

    fn consume(&mut self, amount: usize) {
        self.start += amount;
    }
}

impl Write for Line {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        let Some(&byte) = bytes.first() else {
            return Ok(0);
        };
        self.write_byte(byte).await;
        Ok(1)
    }

    async fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}
