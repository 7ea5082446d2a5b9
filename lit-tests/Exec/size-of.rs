// The size of a future is the same with the plugin, which ran: no panic is left.
// RUN: %plain_rustc_nightly -Copt-level=3 -Ccodegen-units=1 %s -o %t.plain && %t.plain > %t.expected
// RUN: %rustc_nightly -Copt-level=3 -Ccodegen-units=1 --emit=link,llvm-ir=%t.ll %s -o %t.exe && %t.exe > %t.actual
// RUN: cmp %t.expected %t.actual
// RUN: FileCheck %s --input-file=%t.actual
// RUN: FileCheck %s --input-file=%t.ll --check-prefix=IR --implicit-check-not=panic_const_async_fn_resumed

// CHECK: leaf {{[0-9]+}}
// CHECK-NEXT: arms {{[0-9]+}}
// CHECK-NEXT: layer {{[0-9]+}}
// IR: define
use std::future::{Future, poll_fn};
use std::task::Poll;

async fn leaf(x: u64) -> u64 {
    let mut polled = false;
    poll_fn(|_| if std::mem::replace(&mut polled, true) { Poll::Ready(x) } else { Poll::Pending }).await
}

async fn arms(x: u64) -> u64 {
    match x % 3 {
        0 => leaf(x + 1).await,
        1 => leaf(x + 2).await,
        _ => leaf(x + 3).await,
    }
}

async fn layer(x: u64) -> u64 {
    arms(x).await + leaf(x).await
}

fn print(name: &str, future: Box<dyn Future<Output = u64>>) {
    println!("{name} {}", std::mem::size_of_val(&*std::hint::black_box(future)));
}

fn main() {
    print("leaf", Box::new(leaf(1)));
    print("arms", Box::new(arms(1)));
    print("layer", Box::new(layer(1)));
}
