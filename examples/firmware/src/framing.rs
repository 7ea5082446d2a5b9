//! Frames over a byte stream: SLIP's escapes (RFC 1055) with a CRC-16 at the end of each frame.

use crc::{CRC_16_IBM_SDLC, Crc};
use embedded_io_async::{Read, Write};

const END: u8 = 0xc0;
const ESC: u8 = 0xdb;
const ESC_END: u8 = 0xdc;
const ESC_ESC: u8 = 0xdd;

static CRC: Crc<u16> = Crc::<u16>::new(&CRC_16_IBM_SDLC);

/// What a layer that moves whole packets offers to the one above it.
pub trait Link {
    type Error: core::fmt::Debug;

    async fn send(&mut self, packet: &[u8]) -> Result<(), Self::Error>;

    /// Waits for a packet and returns its length.
    async fn receive(&mut self, packet: &mut [u8]) -> Result<usize, Self::Error>;
}

#[derive(Debug)]
pub enum FrameError<E> {
    Io(#[allow(dead_code, reason = "shown by Debug")] E),
    Closed,
    TooLong,
    BadEscape,
    BadChecksum,
}

impl<E> From<E> for FrameError<E> {
    fn from(error: E) -> Self {
        Self::Io(error)
    }
}

enum Token {
    End,
    Byte(u8),
}

/// A [`Link`] over any byte stream.
pub struct Framed<T> {
    io: T,
}

impl<T: Read + Write> Framed<T> {
    pub fn new(io: T) -> Self {
        Self { io }
    }

    async fn put(&mut self, byte: u8) -> Result<(), T::Error> {
        match byte {
            END => self.io.write_all(&[ESC, ESC_END]).await,
            ESC => self.io.write_all(&[ESC, ESC_ESC]).await,
            other => self.io.write_all(&[other]).await,
        }
    }

    async fn raw(&mut self) -> Result<u8, FrameError<T::Error>> {
        let mut byte = [0];
        match self.io.read(&mut byte).await? {
            0 => Err(FrameError::Closed),
            _ => Ok(byte[0]),
        }
    }

    async fn token(&mut self) -> Result<Token, FrameError<T::Error>> {
        match self.raw().await? {
            END => Ok(Token::End),
            ESC => match self.raw().await? {
                ESC_END => Ok(Token::Byte(END)),
                ESC_ESC => Ok(Token::Byte(ESC)),
                _ => Err(FrameError::BadEscape),
            },
            byte => Ok(Token::Byte(byte)),
        }
    }
}

impl<T: Read + Write> Link for Framed<T> {
    type Error = FrameError<T::Error>;

    async fn send(&mut self, packet: &[u8]) -> Result<(), Self::Error> {
        // The first END closes whatever noise or a cancelled sender has left on the line.
        self.io.write_all(&[END]).await?;
        for &byte in packet {
            self.put(byte).await?;
        }
        for byte in CRC.checksum(packet).to_le_bytes() {
            self.put(byte).await?;
        }
        self.io.write_all(&[END]).await?;
        Ok(self.io.flush().await?)
    }

    async fn receive(&mut self, packet: &mut [u8]) -> Result<usize, Self::Error> {
        let mut frame = heapless::Vec::<u8, 64>::new();
        loop {
            match self.token().await? {
                Token::End if frame.is_empty() => continue,
                Token::End => break,
                Token::Byte(byte) => frame.push(byte).map_err(|_| FrameError::TooLong)?,
            }
        }
        let (payload, crc) = frame
            .split_last_chunk::<2>()
            .ok_or(FrameError::BadChecksum)?;
        if CRC.checksum(payload) != u16::from_le_bytes(*crc) {
            return Err(FrameError::BadChecksum);
        }
        let room = packet.get_mut(..payload.len()).ok_or(FrameError::TooLong)?;
        room.copy_from_slice(payload);
        Ok(payload.len())
    }
}
