// rustc inlines a small async body into a closure, which goes on after the poll: it is no async body, and keeps the panic.
// RUN: %plain_rustc_stable -Copt-level=3 -Ccodegen-units=1 %s -o %t.plain
// RUN: %t.plain > %t.expected
// RUN: FileCheck %s --input-file=%t.expected
// RUN: %rustc_stable -Copt-level=3 -Ccodegen-units=1 -Cremark=corofold %s -o %t.with 2>&1 | FileCheck %s --check-prefix=LEFT
// RUN: %t.with | diff %t.expected -

// LEFT: main::{closure#{{.*}}}: left as it is: after storing state 1 the function does not just return
// CHECK: pending: false
// CHECK-NEXT: 0: true
// CHECK-NEXT: panic
// CHECK-NEXT: 1: caught

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Waker};

async fn done() {}

#[derive(Clone, Copy)]
struct Token;

#[inline(never)]
fn call<A, R>(
    run: impl FnOnce(Pin<&mut A>, &mut Context<'_>) -> R,
    future: Pin<&mut A>,
) -> R {
    run(future, &mut Context::from_waker(Waker::noop()))
}

#[inline(never)]
fn account(pending: bool) {
    println!("pending: {pending}");
}

fn main() {
    std::panic::set_hook(Box::new(|_| println!("panic")));
    let mut future = pin!(done());
    for round in 0..2 {
        let token = Token;
        let polled = catch_unwind(AssertUnwindSafe(|| {
            call(
                move |future, context| {
                    let _token = token;
                    account(future.poll(context).is_pending());
                    true
                },
                future.as_mut(),
            )
        }));
        match polled {
            Ok(kept) => println!("{round}: {kept}"),
            Err(_) => println!("{round}: caught"),
        }
    }
}
