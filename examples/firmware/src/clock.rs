//! embassy-time driver: SysTick counts milliseconds and wakes what is due.

use core::{cell::RefCell, task::Waker};

use cortex_m::peripheral::{SYST, syst::SystClkSource};
use cortex_m_rt::exception;
use critical_section::Mutex;
use embassy_time_driver::Driver;
use embassy_time_queue_utils::Queue;

/// The AN386 image clocks the core, and with it SysTick, at 25 MHz.
const CORE_HZ: u32 = 25_000_000;

struct Timeline {
    ticks: u64,
    /// When the first of `queue` is due; `u64::MAX` if nothing waits.
    alarm: u64,
    queue: Queue,
}

struct SysTickDriver {
    timeline: Mutex<RefCell<Timeline>>,
}

embassy_time_driver::time_driver_impl!(static DRIVER: SysTickDriver = SysTickDriver {
    timeline: Mutex::new(RefCell::new(Timeline { ticks: 0, alarm: u64::MAX, queue: Queue::new() })),
});

impl Driver for SysTickDriver {
    fn now(&self) -> u64 {
        critical_section::with(|cs| self.timeline.borrow_ref(cs).ticks)
    }

    fn schedule_wake(&self, at: u64, waker: &Waker) {
        critical_section::with(|cs| {
            let timeline = &mut *self.timeline.borrow_ref_mut(cs);
            if timeline.queue.schedule_wake(at, waker) {
                timeline.alarm = timeline.queue.next_expiration(timeline.ticks);
            }
        });
    }
}

/// Starts the tick. Time stands still before this.
pub fn start(mut syst: SYST) {
    let ticks_per_second = u32::try_from(embassy_time_driver::TICK_HZ).expect("1 kHz tick");
    syst.set_clock_source(SystClkSource::Core);
    syst.set_reload(CORE_HZ / ticks_per_second - 1);
    syst.clear_current();
    syst.enable_counter();
    syst.enable_interrupt();
}

#[exception]
fn SysTick() {
    critical_section::with(|cs| {
        let timeline = &mut *DRIVER.timeline.borrow_ref_mut(cs);
        timeline.ticks += 1;
        if timeline.alarm <= timeline.ticks {
            timeline.alarm = timeline.queue.next_expiration(timeline.ticks);
        }
    });
}
