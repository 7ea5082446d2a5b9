//! The lowest layer: a serial line in memory, and a wrapper that makes any line a bad one.

use embassy_sync::{
    blocking_mutex::raw::ThreadModeRawMutex,
    pipe::{Pipe, Reader, Writer},
};
use embedded_io_async::{ErrorKind, ErrorType, Read, Write};

/// One direction of the line. It is short, so that writers have to wait for readers.
pub type Wire = Pipe<ThreadModeRawMutex, 16>;

/// One end of a serial line.
pub struct Uart {
    rx: Reader<'static, ThreadModeRawMutex, 16>,
    tx: Writer<'static, ThreadModeRawMutex, 16>,
}

/// Two ends that are wired to each other.
pub fn line(there: &'static mut Wire, back: &'static mut Wire) -> (Uart, Uart) {
    let (near_rx, far_tx) = back.split();
    let (far_rx, near_tx) = there.split();
    (
        Uart {
            rx: near_rx,
            tx: near_tx,
        },
        Uart {
            rx: far_rx,
            tx: far_tx,
        },
    )
}

impl ErrorType for Uart {
    type Error = ErrorKind;
}

impl Read for Uart {
    async fn read(&mut self, buf: &mut [u8]) -> Result<usize, ErrorKind> {
        Ok(self.rx.read(buf).await)
    }
}

impl Write for Uart {
    async fn write(&mut self, buf: &[u8]) -> Result<usize, ErrorKind> {
        Ok(self.tx.write(buf).await)
    }

    async fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}

/// Flips a bit of every `period`th byte that is written.
pub struct Noisy<T> {
    inner: T,
    period: usize,
    written: usize,
}

impl<T> Noisy<T> {
    pub fn new(inner: T, period: usize) -> Self {
        Self {
            inner,
            period,
            written: 0,
        }
    }
}

impl<T: ErrorType> ErrorType for Noisy<T> {
    type Error = T::Error;
}

impl<T: Read> Read for Noisy<T> {
    async fn read(&mut self, buf: &mut [u8]) -> Result<usize, T::Error> {
        self.inner.read(buf).await
    }
}

impl<T: Write> Write for Noisy<T> {
    async fn write(&mut self, buf: &[u8]) -> Result<usize, T::Error> {
        let Some(&byte) = buf.first() else {
            return Ok(0);
        };
        let hit = (self.written + 1).is_multiple_of(self.period);
        self.inner.write_all(&[byte ^ u8::from(hit)]).await?;
        self.written += 1;
        Ok(1)
    }

    async fn flush(&mut self) -> Result<(), T::Error> {
        self.inner.flush().await
    }
}
