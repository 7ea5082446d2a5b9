// A future that never suspends shows its Pending only where it is awaited; what awaits it may itself be dyn.
// RUN: rm -rf %t && mkdir %t
// RUN: env COROFOLD=only=pending,report=%t %rustc_nightly --crate-type=lib -Copt-level=3 -Ccodegen-units=1 --emit=obj %s -o %t/out.o
// RUN: llvm-nm %t/out.o | FileCheck %s --implicit-check-not=panic_const_async_fn_resumed
// RUN: cat %t/*.json | FileCheck %s --check-prefix=FOUND
// RUN: env COROFOLD=only=pending %rustc_stable --crate-type=lib -Copt-level=s -Ccodegen-units=1 --emit=obj %s -o %t/out.o
// RUN: llvm-nm %t/out.o | FileCheck %s --implicit-check-not=panic_const_async_fn_resumed

use std::future::Future;

type Boxed<T> = Box<dyn Future<Output = T>>;

async fn unit() {}

async fn number() -> u32 {
    7
}

async fn text() -> String {
    String::new()
}

async fn reference() -> &'static str {
    "seven"
}

async fn array() -> [u8; 3] {
    [1, 2, 3]
}

async fn result() -> Result<u32, u8> {
    Ok(7)
}

async fn all() -> usize {
    unit().await;
    let sum = number().await as usize + text().await.len() + reference().await.len();
    sum + usize::from(array().await[1]) + result().await.is_ok() as usize
}

// FOUND-COUNT-7: "kind": "async"
// FOUND-NOT: "done": false

// CHECK: T make
#[unsafe(no_mangle)]
pub fn make() -> (Boxed<usize>, Boxed<()>, Boxed<u32>, Boxed<String>, Boxed<&'static str>, Boxed<[u8; 3]>, Boxed<Result<u32, u8>>) {
    let numbers = (Box::new(unit()), Box::new(number()), Box::new(text()));
    (Box::new(all()), numbers.0, numbers.1, numbers.2, Box::new(reference()), Box::new(array()), Box::new(result()))
}
