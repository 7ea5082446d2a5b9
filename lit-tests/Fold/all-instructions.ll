; Every instruction that the comparison knows, equal in both arms.
; RUN: %opt -passes='corofold<fold;verify>' -S %s | FileCheck %s

; CHECK-LABEL: define i1 @_RNCNvC1a3fut0C1a(
; CHECK: switch i{{[0-9]+}} %{{.+}}, label %[[RESUME:(resume|poll|drop)[0-9]+]] [
; CHECK-COUNT-1: fence acquire
; CHECK-NOT: fence acquire

define i1 @_RNCNvC1a3fut0C1a(ptr %frame, ptr %cx) {
start:
  %cell = getelementptr inbounds i8, ptr %frame, i64 8
  %state = load i8, ptr %cell, !range !0
  %wide = zext i8 %state to i32
  switch i32 %wide, label %never [
    i32 0, label %unresumed
    i32 1, label %returned
    i32 3, label %resume3
    i32 4, label %resume4
  ]
never:
  unreachable
unresumed:
  %which = load i32, ptr %frame
  switch i32 %which, label %never [
    i32 0, label %arm3
    i32 1, label %arm4
  ]
arm3:
  %new3 = getelementptr inbounds i8, ptr %frame, i64 16
  store i32 3, ptr %new3
  br label %poll3
arm4:
  %new4 = getelementptr inbounds i8, ptr %frame, i64 16
  store i32 4, ptr %new4
  br label %poll4
returned:
  br i1 false, label %returned, label %panic
panic:
  call void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr null)
  unreachable
resume3:
  br label %poll3
poll3:
  %child3 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending3 = call i1 @leaf(ptr %child3, ptr %cx)
  br i1 %pending3, label %suspend3, label %ready3
suspend3:
  %cell3 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 3, ptr %cell3
  ret i1 true
ready3:
  %f3 = getelementptr inbounds i8, ptr %frame, i64 24
  %i3 = load i32, ptr %f3, align 4
  %a3 = add nsw i32 %i3, 1
  %b3 = sub nuw i32 %a3, 2
  %c3 = mul i32 %b3, 3
  %d3 = udiv i32 %c3, 3
  %e3 = sdiv exact i32 %d3, 3
  %g3 = urem i32 %e3, 3
  %h3 = srem i32 %g3, 3
  %j3 = shl i32 %h3, 3
  %k3 = lshr i32 %j3, 3
  %l3 = ashr i32 %k3, 3
  %m3 = and i32 %l3, 3
  %n3 = or disjoint i32 %m3, 4
  %o3 = xor i32 %n3, 3
  %p3 = freeze i32 %o3
  %q3 = trunc i32 %p3 to i8
  %r3 = zext nneg i8 %q3 to i32
  %s3 = sext i8 %q3 to i64
  %t3 = uitofp i32 %r3 to float
  %u3 = sitofp i64 %s3 to double
  %v3 = fptrunc double %u3 to float
  %w3 = fadd reassoc float %t3, %v3
  %x3 = fsub float %w3, 1.0
  %y3 = fmul float %x3, 2.0
  %z3 = fdiv float %y3, 2.0
  %aa3 = frem float %z3, 2.0
  %ab3 = fneg float %aa3
  %ac3 = fpext float %ab3 to double
  %ad3 = fptoui double %ac3 to i32
  %ae3 = fptosi double %ac3 to i32
  %af3 = icmp ult i32 %ad3, %ae3
  %ag3 = fcmp olt float %ab3, 0.0
  %ah3 = select i1 %af3, i1 %ag3, i1 false
  %ai3 = ptrtoint ptr %f3 to i64
  %aj3 = inttoptr i64 %ai3 to ptr
  %ak3 = bitcast float %ab3 to i32
  %al3 = insertvalue { i32, i32 } poison, i32 %ak3, 1
  %am3 = extractvalue { i32, i32 } %al3, 1
  %an3 = insertelement <2 x i32> poison, i32 %am3, i32 0
  %ao3 = shufflevector <2 x i32> %an3, <2 x i32> poison, <2 x i32> <i32 0, i32 0>
  %ap3 = extractelement <2 x i32> %ao3, i32 1
  fence acquire
  %aq3 = cmpxchg weak ptr %aj3, i32 0, i32 %ap3 acquire monotonic
  %ar3 = atomicrmw add ptr %aj3, i32 1 seq_cst
  store volatile i32 %ar3, ptr %f3, align 4
  br i1 %ah3, label %odd3, label %even3
odd3:
  switch i32 %ap3, label %even3 [
  i32 7, label %done
  ]
even3:
  br label %done
resume4:
  br label %poll4
poll4:
  %child4 = getelementptr inbounds i8, ptr %frame, i64 16
  %pending4 = call i1 @leaf(ptr %child4, ptr %cx)
  br i1 %pending4, label %suspend4, label %ready4
suspend4:
  %cell4 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 4, ptr %cell4
  ret i1 true
ready4:
  %f4 = getelementptr inbounds i8, ptr %frame, i64 24
  %i4 = load i32, ptr %f4, align 4
  %a4 = add nsw i32 %i4, 1
  %b4 = sub nuw i32 %a4, 2
  %c4 = mul i32 %b4, 3
  %d4 = udiv i32 %c4, 3
  %e4 = sdiv exact i32 %d4, 3
  %g4 = urem i32 %e4, 3
  %h4 = srem i32 %g4, 3
  %j4 = shl i32 %h4, 3
  %k4 = lshr i32 %j4, 3
  %l4 = ashr i32 %k4, 3
  %m4 = and i32 %l4, 3
  %n4 = or disjoint i32 %m4, 4
  %o4 = xor i32 %n4, 3
  %p4 = freeze i32 %o4
  %q4 = trunc i32 %p4 to i8
  %r4 = zext nneg i8 %q4 to i32
  %s4 = sext i8 %q4 to i64
  %t4 = uitofp i32 %r4 to float
  %u4 = sitofp i64 %s4 to double
  %v4 = fptrunc double %u4 to float
  %w4 = fadd reassoc float %t4, %v4
  %x4 = fsub float %w4, 1.0
  %y4 = fmul float %x4, 2.0
  %z4 = fdiv float %y4, 2.0
  %aa4 = frem float %z4, 2.0
  %ab4 = fneg float %aa4
  %ac4 = fpext float %ab4 to double
  %ad4 = fptoui double %ac4 to i32
  %ae4 = fptosi double %ac4 to i32
  %af4 = icmp ult i32 %ad4, %ae4
  %ag4 = fcmp olt float %ab4, 0.0
  %ah4 = select i1 %af4, i1 %ag4, i1 false
  %ai4 = ptrtoint ptr %f4 to i64
  %aj4 = inttoptr i64 %ai4 to ptr
  %ak4 = bitcast float %ab4 to i32
  %al4 = insertvalue { i32, i32 } poison, i32 %ak4, 1
  %am4 = extractvalue { i32, i32 } %al4, 1
  %an4 = insertelement <2 x i32> poison, i32 %am4, i32 0
  %ao4 = shufflevector <2 x i32> %an4, <2 x i32> poison, <2 x i32> <i32 0, i32 0>
  %ap4 = extractelement <2 x i32> %ao4, i32 1
  fence acquire
  %aq4 = cmpxchg weak ptr %aj4, i32 0, i32 %ap4 acquire monotonic
  %ar4 = atomicrmw add ptr %aj4, i32 1 seq_cst
  store volatile i32 %ar4, ptr %f4, align 4
  br i1 %ah4, label %odd4, label %even4
odd4:
  switch i32 %ap4, label %even4 [
  i32 7, label %done
  ]
even4:
  br label %done
done:
  %cell1 = getelementptr inbounds i8, ptr %frame, i64 8
  store i8 1, ptr %cell1
  ret i1 false
}

define void @_RINvNtC4core3ptr9drop_glueNCNvC1a3fut0E(ptr %frame) {
start:
  %cell = getelementptr inbounds i8, ptr %frame, i64 8
  %state = load i8, ptr %cell, !range !0
  %wide = zext i8 %state to i32
  switch i32 %wide, label %nothing [
    i32 3, label %drop3
    i32 4, label %drop4
  ]
nothing:
  ret void
drop3:
  %slot3 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot3)
  br label %nothing
drop4:
  %slot4 = getelementptr inbounds i8, ptr %frame, i64 16
  call void @drop_leaf(ptr %slot4)
  br label %nothing
}

declare i1 @leaf(ptr, ptr)
declare void @drop_leaf(ptr)
declare void @_RNvNtNtC4core9panicking11panic_const28panic_const_async_fn_resumed(ptr)


!0 = !{i8 0, i8 5}
