// A report folder that does not exist is a compile error that says so.
// RUN: env COROFOLD=report=%t.missing not %rustc_nightly --crate-type=lib -Copt-level=3 --emit=obj -o %t.o %s 2>&1 | FileCheck %s
// RUN: env COROFOLD=report=%t.missing not %rustc_stable --crate-type=lib -Copt-level=3 --emit=obj -o %t.o %s 2>&1 | FileCheck %s

// CHECK: error: {{.*}}corofold: cannot write the report to `{{.*}}.missing`: No such file

include!("Inputs/bodies.rs");
