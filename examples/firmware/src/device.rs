//! The far end of the line: serves requests with the chips on the bus.

use embassy_time::Timer;
use embedded_hal_async::i2c::I2c;

use crate::{
    bus::{Eeprom, Thermometer},
    framing::Link,
    protocol::{self, CallError, Envelope, Refusal, Request, Response},
    trace::trace,
};

pub struct Device<L, I> {
    link: L,
    thermometer: Thermometer<I>,
    eeprom: Eeprom<I>,
    served: u8,
}

impl<L: Link, I: I2c + Clone> Device<L, I> {
    pub fn new(link: L, i2c: I) -> Self {
        Self {
            link,
            thermometer: Thermometer::new(i2c.clone()),
            eeprom: Eeprom::new(i2c),
            served: 0,
        }
    }

    fn page(&self, page: u8) -> Result<u8, Refusal> {
        if page < Eeprom::<I>::PAGES {
            Ok(page)
        } else {
            Err(Refusal::NoSuchPage)
        }
    }

    async fn try_handle(&mut self, request: Request) -> Result<Response, Refusal> {
        let bus = |_| Refusal::Bus;
        match request {
            Request::Ping(token) => Ok(Response::Pong(token)),
            Request::Temperature => Ok(Response::Temperature(
                self.thermometer.measure().await.map_err(bus)?,
            )),
            Request::Store { page, data } => {
                let page = self.page(page)?;
                self.eeprom.write(page, &data).await.map_err(bus)?;
                Ok(Response::Done)
            }
            Request::Fetch { page } => {
                let page = self.page(page)?;
                Ok(Response::Page(self.eeprom.read(page).await.map_err(bus)?))
            }
            Request::Erase { first, count } => {
                let end = self.page(first.saturating_add(count).saturating_sub(1))? + 1;
                self.eeprom.erase(first..end).await.map_err(bus)?;
                Ok(Response::Done)
            }
        }
    }

    async fn step(&mut self) -> Result<(), CallError<L::Error>> {
        let request = protocol::receive::<_, Request>(&mut self.link).await?;
        self.served = self.served.wrapping_add(1);
        if self.served.is_multiple_of(7) {
            trace!("device: stalls before request {}", request.sequence);
            Timer::after_millis(90).await;
        }
        let body = match self.try_handle(request.body).await {
            Ok(response) => response,
            Err(refusal) => Response::Refused(refusal),
        };
        protocol::send(
            &mut self.link,
            &Envelope {
                sequence: request.sequence,
                body,
            },
        )
        .await
    }

    pub async fn serve(&mut self) -> ! {
        loop {
            if let Err(error) = self.step().await {
                trace!("device: {error:?}");
            }
        }
    }
}
