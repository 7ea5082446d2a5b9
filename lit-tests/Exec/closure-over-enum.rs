// A closure that matches on a captured enum with the numbers of a coroutine's states is no coroutine: it
// may start in any of them.
// RUN: %plain_rustc_nightly -Copt-level=3 %s -o %t.plain
// RUN: %t.plain > %t.expected
// RUN: FileCheck %s --input-file=%t.expected
// RUN: %rustc_nightly -Copt-level=3 -Cremark=corofold %s -o %t.with 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: %t.with | diff %t.expected -
// RUN: %rustc_stable -Copt-level=s -Cpanic=abort -Ccodegen-units=1 %s -o %t.with
// RUN: %t.with | diff %t.expected -

include!("Inputs/block_on.rs");

// REMARK: (state 1): returns Pending when resumed
// CHECK: data data data idle
#[derive(Clone, Copy)]
#[repr(u8)]
enum Phase {
    Idle = 0,
    Data = 3,
    Ack = 4,
}

#[derive(Default)]
struct Device {
    polls: u32,
    log: Vec<&'static str>,
}

impl Device {
    #[inline(never)]
    fn data(&mut self) -> bool {
        self.log.push("data");
        self.polls += 1;
        self.polls < 3
    }
    #[inline(never)]
    fn ack(&mut self) -> bool {
        self.log.push("ack");
        self.polls += 1;
        self.polls < 6
    }
    #[inline(never)]
    fn idle(&mut self) {
        self.log.push("idle");
    }
}

fn machine(first: Phase) -> impl FnMut(&mut Device) -> bool {
    let mut phase = first;
    move |device| {
        match phase {
            Phase::Idle => {}
            Phase::Data => {
                if device.data() {
                    phase = Phase::Data;
                    return false;
                }
            }
            Phase::Ack => {
                if device.ack() {
                    phase = Phase::Ack;
                    return false;
                }
            }
        }
        device.idle();
        true
    }
}

fn main() {
    let mut device = Device::default();
    let mut machine = machine(std::hint::black_box(Phase::Data));
    let machine: &mut dyn FnMut(&mut Device) -> bool = std::hint::black_box(&mut machine);
    while !machine(&mut device) {}
    println!("{}", device.log.join(" "));
    let phase = std::hint::black_box(Phase::Ack);
    block_on(async move { Yield(phase as u32).await });
}
