//! The time driver: the machine timer of the core.

use core::cell::RefCell;
use core::task::Waker;

use critical_section::Mutex;
use embassy_time_driver::{Driver, time_driver_impl};
use embassy_time_queue_utils::Queue;
use riscv_rt::core_interrupt;

const MTIME: *mut u32 = 0x0200_bff8 as _;
const MTIMECMP: *mut u32 = 0x0200_4000 as _;

struct MachineTimer {
    queue: Mutex<RefCell<Queue>>,
}

time_driver_impl!(static TIMER: MachineTimer = MachineTimer { queue: Mutex::new(RefCell::new(Queue::new())) });

/// The 64 bits of the timer, which is read in halves.
pub fn ticks() -> u64 {
    loop {
        // SAFETY: the two halves of `mtime` are mapped at this address, and reading them has no effect.
        let (high, low, again) = unsafe {
            (
                MTIME.add(1).read_volatile(),
                MTIME.read_volatile(),
                MTIME.add(1).read_volatile(),
            )
        };
        if high == again {
            return u64::from(high) << 32 | u64::from(low);
        }
    }
}

fn set_alarm(at: u64) {
    // SAFETY: the two halves of `mtimecmp` are mapped at this address; the first write keeps the comparison from firing in between.
    unsafe {
        MTIMECMP.add(1).write_volatile(u32::MAX);
        MTIMECMP.write_volatile(at as u32);
        MTIMECMP.add(1).write_volatile((at >> 32) as u32);
        riscv::register::mie::set_mtimer();
    }
}

impl MachineTimer {
    fn wake_expired(&self) {
        critical_section::with(|section| {
            set_alarm(self.queue.borrow_ref_mut(section).next_expiration(ticks()));
        });
    }
}

impl Driver for MachineTimer {
    fn now(&self) -> u64 {
        ticks()
    }

    fn schedule_wake(&self, at: u64, waker: &Waker) {
        critical_section::with(|section| {
            let mut queue = self.queue.borrow_ref_mut(section);
            if queue.schedule_wake(at, waker) {
                set_alarm(queue.next_expiration(ticks()));
            }
        });
    }
}

#[core_interrupt(riscv::interrupt::Interrupt::MachineTimer)]
fn machine_timer() {
    TIMER.wake_expired();
}
