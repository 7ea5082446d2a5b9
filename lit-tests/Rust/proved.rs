// With proved, a future that is only awaited loses its panic; one behind `dyn` keeps it.
// RUN: rm -rf %t && mkdir %t
// RUN: env COROFOLD=proved,report=%t %rustc_nightly --crate-type=lib -Copt-level=3 -Ccodegen-units=1 --emit=obj %s -o %t/out.o
// RUN: cat %t/*.json | FileCheck %s
// RUN: rm -rf %t && mkdir %t
// RUN: env COROFOLD=proved,report=%t %rustc_stable --crate-type=lib -Copt-level=s -Ccodegen-units=1 --emit=obj %s -o %t/out.o
// RUN: cat %t/*.json | FileCheck %s

// CHECK-DAG: "text": "it may be resumed after completion: its address is taken (dyn Future or the like)"
// CHECK-DAG: "remark": "ResumedPanicUnreachable"
async fn inner(value: u32) -> u32 {
    std::future::ready(value).await
}

pub fn outer(value: u32) -> Box<dyn Future<Output = u32>> {
    Box::new(async move { inner(value).await })
}
