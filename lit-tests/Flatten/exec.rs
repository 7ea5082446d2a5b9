// Flattened chains run as before: polled to the end, dropped at each state, unwinding at each poll.
// rustc 1.85 calls Pin::new_unchecked before each poll, and flatten declines.
// REQUIRES: llvm22
// RUN: %plain_rustc_nightly -Copt-level=3 %s -o %t.plain
// RUN: %t.plain > %t.expected
// RUN: FileCheck %s --input-file=%t.expected
// RUN: %rustc_nightly -Copt-level=3 -Ccodegen-units=1 -Cremark=corofold %s -o %t.with 2>&1 | FileCheck %s --check-prefix=FLAT
// RUN: %t.with | diff %t.expected -
// RUN: %rustc_nightly -Copt-level=z %s -o %t.with
// RUN: %t.with | diff %t.expected -
// RUN: %rustc_stable -Copt-level=s -Ccodegen-units=1 %s -o %t.with
// RUN: %t.with | diff %t.expected -
// RUN: env COROFOLD=only=pending+flatten %rustc_debian -Copt-level=2 %s -o %t.with
// RUN: %t.with | diff %t.expected -

include!("../Exec/Inputs/block_on.rs");

// FLAT: outer::{closure#0} (state 3): {{.*}}middle::{closure#0} became part of it
// CHECK: polls 0
// CHECK: done
struct Named(&'static str, u32);

impl Drop for Named {
    fn drop(&mut self) {
        println!("drop {} {}", self.0, self.1);
    }
}

struct Count(u32, u32);

impl Future for Count {
    type Output = u32;

    #[inline(never)]
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<u32> {
        assert!(self.0 != self.1, "as asked");
        self.0 += 1;
        if self.0 > 3 { Poll::Ready(self.0) } else { Poll::Pending }
    }
}

async fn leaf(panic_at: u32) -> u32 {
    let _held = Named("leaf", panic_at);
    let first = Count(0, panic_at).await;
    let second = Named("second", first);
    first + Count(2, panic_at).await + second.1
}

async fn inner(panic_at: u32) -> Result<u32, String> {
    let value = leaf(panic_at).await;
    if value > 100 { Err(String::from("large")) } else { Ok(value) }
}

async fn middle(panic_at: u32) -> Result<u32, String> {
    inner(panic_at).await
}

async fn outer(panic_at: u32) -> Result<u32, String> {
    let held = Named("outer", panic_at);
    let value = middle(panic_at).await?;
    Ok(value + held.1)
}

fn main() {
    for polls in 0..8 {
        println!("polls {polls}");
        let mut future = Box::pin(outer(9));
        for _ in 0..polls {
            if let Poll::Ready(value) = poll_once(future.as_mut()) {
                println!("{value:?}");
                break;
            }
        }
    }
    for panic_at in 0..5 {
        let result = std::panic::catch_unwind(|| block_on(outer(panic_at)));
        println!("{:?}", result.ok());
    }
    println!("done");
}
