//! A simulated I2C bus with a thermometer and an EEPROM on it, and the drivers of both.
//!
//! The drivers know nothing of the simulation: they are written against `embedded-hal-async`.

use embassy_time::Timer;
use embedded_hal_async::i2c::{Error, ErrorKind, ErrorType, I2c, NoAcknowledgeSource, Operation};

use crate::protocol::PAGE;

const THERMOMETER: u8 = 0x48;
const EEPROM: u8 = 0x50;
const CONVERT: u8 = 0x01;
const CONVERTING: u8 = 0x80;
const REG_CONTROL: u8 = 0;
const REG_VALUE: u8 = 1;
const EEPROM_BYTES: usize = 256;

/// The bus master together with the two chips.
pub struct SimulatedBus {
    register: u8,
    control: u8,
    /// How often the control register still reads as converting.
    conversion: u8,
    noise: u32,
    address: u8,
    memory: [u8; EEPROM_BYTES],
    /// How many times the EEPROM still refuses to answer after a write.
    busy: u8,
}

impl SimulatedBus {
    pub const fn new() -> Self {
        Self {
            register: 0,
            control: 0,
            conversion: 0,
            noise: 0x2545_f491,
            address: 0,
            memory: [0xff; EEPROM_BYTES],
            busy: 0,
        }
    }

    fn thermometer_write(&mut self, bytes: &[u8]) {
        if let Some((&register, rest)) = bytes.split_first() {
            self.register = register;
            if let (REG_CONTROL, [CONVERT]) = (register, rest) {
                self.control = CONVERTING;
                self.conversion = 2;
            }
        }
    }

    fn thermometer_read(&mut self, bytes: &mut [u8]) {
        let value = match self.register {
            REG_CONTROL => {
                match self.conversion {
                    0 => self.control &= !CONVERTING,
                    _ => self.conversion -= 1,
                }
                u16::from(self.control) << 8
            }
            _ => {
                self.noise = self
                    .noise
                    .wrapping_mul(1_664_525)
                    .wrapping_add(1_013_904_223);
                200 + (self.noise >> 26) as u16
            }
        };
        for (to, from) in bytes.iter_mut().zip(value.to_be_bytes()) {
            *to = from;
        }
    }

    fn eeprom_write(&mut self, bytes: &[u8]) {
        if let Some((&address, data)) = bytes.split_first() {
            self.address = address;
            for &byte in data {
                self.memory[usize::from(self.address)] = byte;
                self.address = self.address.wrapping_add(1);
            }
            self.busy = if data.is_empty() { 0 } else { 3 };
        }
    }

    fn eeprom_read(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte = self.memory[usize::from(self.address)];
            self.address = self.address.wrapping_add(1);
        }
    }
}

impl ErrorType for SimulatedBus {
    type Error = ErrorKind;
}

impl I2c for SimulatedBus {
    async fn transaction(
        &mut self,
        address: u8,
        operations: &mut [Operation<'_>],
    ) -> Result<(), ErrorKind> {
        // What a real master waits for: the bytes on the wire.
        Timer::after_millis(1).await;
        if address == EEPROM && self.busy > 0 {
            self.busy -= 1;
            return Err(ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address));
        }
        for operation in operations {
            match (address, operation) {
                (THERMOMETER, Operation::Write(bytes)) => self.thermometer_write(bytes),
                (THERMOMETER, Operation::Read(bytes)) => self.thermometer_read(bytes),
                (EEPROM, Operation::Write(bytes)) => self.eeprom_write(bytes),
                (EEPROM, Operation::Read(bytes)) => self.eeprom_read(bytes),
                _ => return Err(ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address)),
            }
        }
        Ok(())
    }
}

pub struct Thermometer<I> {
    i2c: I,
}

impl<I: I2c> Thermometer<I> {
    pub fn new(i2c: I) -> Self {
        Self { i2c }
    }

    async fn register(&mut self, register: u8) -> Result<u16, I::Error> {
        let mut value = [0; 2];
        self.i2c
            .write_read(THERMOMETER, &[register], &mut value)
            .await?;
        Ok(u16::from_be_bytes(value))
    }

    /// Starts a conversion, waits for its end and reads tenths of a degree.
    pub async fn measure(&mut self) -> Result<i16, I::Error> {
        self.i2c.write(THERMOMETER, &[REG_CONTROL, CONVERT]).await?;
        while self.register(REG_CONTROL).await? >> 8 & u16::from(CONVERTING) != 0 {
            Timer::after_millis(1).await;
        }
        Ok(self.register(REG_VALUE).await? as i16)
    }
}

pub struct Eeprom<I> {
    i2c: I,
}

impl<I: I2c> Eeprom<I> {
    pub const PAGES: u8 = (EEPROM_BYTES / PAGE) as u8;

    pub fn new(i2c: I) -> Self {
        Self { i2c }
    }

    /// Asks for an acknowledge until the chip has finished its write cycle.
    async fn ready(&mut self) -> Result<(), I::Error> {
        loop {
            match self.i2c.write(EEPROM, &[]).await {
                Ok(()) => return Ok(()),
                Err(error) if matches!(error.kind(), ErrorKind::NoAcknowledge(_)) => {
                    Timer::after_millis(1).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    pub async fn write(&mut self, page: u8, data: &[u8; PAGE]) -> Result<(), I::Error> {
        let mut message = [0; PAGE + 1];
        message[0] = page * PAGE as u8;
        message[1..].copy_from_slice(data);
        self.ready().await?;
        self.i2c.write(EEPROM, &message).await?;
        self.ready().await
    }

    pub async fn read(&mut self, page: u8) -> Result<[u8; PAGE], I::Error> {
        let mut data = [0; PAGE];
        self.ready().await?;
        self.i2c
            .write_read(EEPROM, &[page * PAGE as u8], &mut data)
            .await?;
        Ok(data)
    }

    pub async fn erase(&mut self, pages: core::ops::Range<u8>) -> Result<(), I::Error> {
        for page in pages {
            self.write(page, &[0xff; PAGE]).await?;
        }
        Ok(())
    }
}
