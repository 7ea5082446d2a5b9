; A module without functions is left exactly as it was.
; RUN: %opt -passes='corofold<pending>,print<corofold>' -S %s -o %t.after 2>&1 | count 0
; RUN: opt -S %s -o %t.before
; RUN: cmp %t.before %t.after


@only = global i32 7
