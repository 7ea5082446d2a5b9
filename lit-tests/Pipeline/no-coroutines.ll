; A module without coroutines is left exactly as it was.
; RUN: %opt -passes='corofold<pending>,print<corofold>' -S %s -o %t.after 2>&1 | count 0
; RUN: opt -S %s -o %t.before
; RUN: cmp %t.before %t.after


define i32 @add(i32 %a, i32 %b) {
  %sum = add i32 %a, %b
  ret i32 %sum
}
