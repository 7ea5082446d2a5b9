// At z LLVM leaves the call of a `poll` that is written by hand. It gets an address in the frame, as in rustc's code, so the layers around it need not write their cells.
// With LLVM 19 no child is taken in.
// REQUIRES: llvm22
// RUN: env COROFOLD=whole %rustc_stable --crate-type=lib -Copt-level=z -Cpanic=abort -Ccodegen-units=1 --emit=llvm-ir %s -o %t.ll
// RUN: FileCheck %s --input-file=%t.ll

// Only the state of the outermost is written.
// CHECK-LABEL: define {{.*}} @run(
// CHECK: store i8 0
// CHECK-NOT: store i8 0
// CHECK: call {{.*}}4poll{{.*}} "corofold-frame-argument"
// CHECK-NOT: store i8 0

include!("../Exec/Inputs/block_on.rs");

async fn leaf(n: u32) -> u32 {
    Yield(n).await;
    Yield(n + 1).await;
    n
}

async fn layer1(n: u32) -> u32 {
    leaf(n).await
}

async fn layer2(n: u32) -> u32 {
    layer1(n).await
}

#[unsafe(no_mangle)]
pub fn run(n: u32) -> u32 {
    let mut future = pin!(layer2(n));
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return value;
        }
    }
}
