// rustc makes the body of a future part of `main`, and that of the child that it polls with it: `main` reads the child's cell, though nothing calls
// the child. The constant conditions are what makes rustc's MIR inliner think that the bodies are small.
// rustc 1.85 inlines otherwise.
// REQUIRES: llvm22
// RUN: %plain_rustc_stable -Copt-level=3 -Ccodegen-units=1 -Cpanic=abort %s -o %t.plain
// RUN: %t.plain > %t.expected
// RUN: FileCheck %s --input-file=%t.expected
// RUN: %rustc_stable -Copt-level=3 --crate-type bin -Ccodegen-units=1 -Cpanic=abort -Cremark=corofold %s -o %t.with 2>&1 | FileCheck %s --check-prefix=LEFT
// RUN: %t.with | diff %t.expected -
// RUN: %rustc_nightly -Copt-level=2 --crate-type bin -Ccodegen-units=1 -Cpanic=abort %s -o %t.with
// RUN: %t.with | diff %t.expected -

// LEFT: no_body_in_main::main: left as it is
// LEFT: child::<u32, false>::{closure#0} became part of it
// CHECK: make
// CHECK-NEXT: leaf 3
// CHECK-NEXT: true
// CHECK-NEXT: leaf 2

include!("Inputs/block_on.rs");
include!("Inputs/ten_times.rs");

struct Leaf(u32);

impl Future for Leaf {
    type Output = ();

    #[inline(never)]
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        println!("leaf {}", self.0);
        if self.0 == 0 {
            return Poll::Ready(());
        }
        self.0 -= 1;
        Poll::Pending
    }
}

#[inline(never)]
fn make() -> Leaf {
    println!("make");
    Leaf(3)
}

async fn child<T, const RETURNS: bool>() -> bool {
    ten_times! { if RETURNS { return false } if RETURNS { return true } if RETURNS { return false } if RETURNS { return true } }
    loop {
        make().await;
        if size_of::<T>() == 1 {
            return true;
        }
    }
}

async fn parent<T, const RETURNS: bool>() -> bool {
    ten_times! { if RETURNS { return false } if RETURNS { return true } if RETURNS { return false } if RETURNS { return true } }
    child::<T, RETURNS>().await
}

#[inline(never)]
fn by_table(future: Pin<&mut dyn Future<Output = bool>>, cx: &mut Context<'_>) -> bool {
    future.poll(cx).is_pending()
}

fn main() {
    let mut cx = Context::from_waker(Waker::noop());
    let mut future = Box::pin(parent::<u32, false>());
    println!("{:?}", by_table(future.as_mut(), &mut cx));
    for _ in 0..2 {
        match future.as_mut().poll(&mut cx) {
            Poll::Pending => println!("pending"),
            Poll::Ready(_) => println!("ready"),
        }
        println!("{:?}", by_table(future.as_mut(), &mut cx));
    }
}
