//! What every generated program shares: the trace, scripted leaves, traced
//! values of every `Poll` layout, hand-written combinators, and the driver.
//! It is pasted into each program, so that the program needs nothing but std, or it is a crate that two
//! copies of a program share.
#![allow(dead_code)]

pub use std::future::{pending, poll_fn, ready, Future};
pub use std::mem::{ManuallyDrop, MaybeUninit};
pub use std::pin::{pin, Pin};
pub use std::task::{Context, Poll};

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::UnsafeCell;
use std::convert::Infallible;
use std::hint::black_box;
use std::marker::PhantomData;
use std::mem::{align_of, size_of};
use std::num::NonZeroU32;
use std::panic::{catch_unwind, resume_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicU8, Ordering::Relaxed};
use std::task::{RawWaker, RawWakerVTable, Waker};

// ---------------------------------------------------------------- the trace

static HASH: AtomicU64 = AtomicU64::new(0);
static FULL: AtomicBool = AtomicBool::new(false);
static PANICS: AtomicBool = AtomicBool::new(false);
static FUEL: AtomicU64 = AtomicU64::new(0);
/// What new memory is filled with
static FILL: AtomicU8 = AtomicU8::new(0);
static SCRIPT: AtomicU64 = AtomicU64::new(0);
static LEAF_POLLS: AtomicU64 = AtomicU64::new(0);
static LEAF_PANIC: AtomicU64 = AtomicU64::new(0);
static DROPS: AtomicU64 = AtomicU64::new(0);
static DROP_PANIC: AtomicU64 = AtomicU64::new(0);

#[inline]
pub fn mix(a: u64, b: u64) -> u64 {
    (a ^ b.wrapping_mul(0x9e37_79b9_7f4a_7c15)).rotate_left(23).wrapping_mul(0xff51_afd7_ed55_8ccd)
}

#[inline(never)]
fn event(kind: &'static str, id: u64, v: u64) {
    let h = HASH.load(Relaxed);
    let tag = kind.bytes().fold(id, |a, b| a.wrapping_mul(31) ^ b as u64);
    HASH.store(mix(mix(h, tag), v), Relaxed);
    if FULL.load(Relaxed) {
        println!("  {kind} {id} {v:x}");
    }
}

/// A line of the program's own log.
#[inline(never)]
pub fn t(id: u32, v: u64) {
    event("log", id as u64, v);
}

/// Bounds all loops of a run together, so that nested loops cannot explode.
#[inline(never)]
pub fn fuel() -> bool {
    let left = FUEL.load(Relaxed);
    FUEL.store(left.saturating_sub(1), Relaxed);
    left > 0
}

/// Counts down to the scripted panic; panics when it is due.
fn maybe_panic(seen: &AtomicU64, at: &AtomicU64) {
    let n = seen.fetch_add(1, Relaxed) + 1;
    if n == at.load(Relaxed) && !std::thread::panicking() {
        event("panic", n, 0);
        resume_unwind(Box::new("scripted"));
    }
}

// --------------------------------------------------- values of every layout

pub trait V: Sized + 'static {
    fn mk(x: u64) -> Self;
    fn h(&self) -> u64;
}

macro_rules! values {
    ($($ty:ty, $x:ident => $mk:expr, $s:ident => $h:expr;)*) => {$(
        impl V for $ty {
            fn mk($x: u64) -> Self { $mk }
            fn h(&self) -> u64 { let $s = self; $h }
        }
    )*};
}

#[derive(Clone, Copy)]
pub enum E {
    Low(u8),
    High,
}

/// Room for `Poll` in the niche of the bool.
pub enum Niche {
    A(bool),
    B,
    C,
}

/// Room for `Poll` in the niche of a pointer and beyond.
pub enum Fat {
    P(Box<u64>),
    Q(u32),
    R,
}

/// Plain data too wide for registers, so that calls pass the address of a copy.
#[derive(Clone, Copy)]
pub struct Trio {
    pub x: u64,
    pub y: u64,
    pub z: u64,
}

/// The same with padding and parts of several sizes.
#[derive(Clone, Copy)]
pub struct Mixed {
    pub small: u8,
    pub pair: [u64; 2],
    pub middle: u32,
    pub flag: bool,
}

#[derive(Clone, Copy)]
pub struct Page {
    pub lines: [u64; 8],
}

/// What a reference to it with a slice at the end is good for is more than its size without the slice.
#[derive(Clone, Copy)]
pub struct Tailed<T: ?Sized> {
    pub head: u64,
    pub tail: T,
}

/// Eight variants with and without things to drop, to match on.
pub enum P {
    A(D<1>),
    B(D<2>),
    C(u64),
    D(D<1>),
    E(Box<u64>),
    F,
}

static WORDS: [&str; 4] = ["", "one", "two words", "three"];

values! {
    (), _x => (), _s => 1;
    bool, x => x & 4 == 0, s => *s as u64;
    u8, x => x as u8, s => *s as u64;
    i16, x => x as i16, s => *s as u64;
    u32, x => x as u32, s => *s as u64;
    u64, x => x, s => *s;
    u128, x => (x as u128) << 64 | (x ^ 5) as u128, s => mix(*s as u64, (*s >> 64) as u64);
    char, x => (b'a' + (x % 26) as u8) as char, s => *s as u64;
    f64, x => (x % 1000) as f64 * 0.5, s => s.to_bits();
    (u8, u32), x => (x as u8, (x >> 9) as u32), s => mix(s.0 as u64, s.1 as u64);
    &'static str, x => WORDS[(x % 4) as usize], s => s.len() as u64;
    Option<Box<u32>>, x => (x % 5 != 0).then(|| Box::new(x as u32)), s => s.as_ref().map_or(3, |v| **v as u64);
    Option<u32>, x => (x % 5 != 0).then_some(x as u32), s => s.map_or(3, |v| v as u64);
    NonZeroU32, x => NonZeroU32::new(x as u32 | 1).unwrap(), s => s.get() as u64;
    Option<NonZeroU32>, x => NonZeroU32::new(x as u32 & 3), s => s.map_or(9, |v| v.get() as u64);
    std::cmp::Ordering, x => (x & 7).cmp(&3), s => *s as i8 as u64;
    [u8; 3], x => [x as u8, (x >> 8) as u8, 7], s => s.iter().fold(3, |a, b| mix(a, *b as u64));
    [u8; 40], x => [(x >> 3) as u8; 40], s => s.iter().fold(5, |a, b| mix(a, *b as u64));
    [u64; 4], x => [x, x ^ 21, x >> 7, 22], s => s.iter().fold(8, |a, b| mix(a, *b));
    Trio, x => Trio { x, y: x >> 5, z: x ^ 23 }, s => mix(mix(s.x, s.y), s.z);
    Option<Trio>, x => (x % 5 != 0).then(|| Trio::mk(x)), s => s.map_or(24, |v| v.h());
    Mixed, x => Mixed { small: x as u8, pair: [x ^ 25, x], middle: (x >> 8) as u32, flag: x & 16 == 0 },
        s => mix(mix(s.small as u64, s.pair[0] ^ s.flag as u64), mix(s.pair[1], s.middle as u64));
    Page, x => Page { lines: [x, 1, x ^ 26, x >> 3, 2, x ^ 27, x >> 9, x] }, s => s.lines.iter().fold(9, |a, b| mix(a, *b));
    Tailed<[u64; 3]>, x => Tailed { head: x, tail: [x ^ 35, 36, x >> 11] }, s => total(s);
    String, x => WORDS[(x % 4) as usize].repeat(2), s => s.bytes().fold(6, |a, b| mix(a, b as u64));
    Vec<u8>, x => vec![x as u8; (x % 3) as usize], s => s.iter().fold(7, |a, b| mix(a, *b as u64));
    E, x => if x & 8 == 0 { E::Low(x as u8) } else { E::High }, s => match s { E::Low(v) => *v as u64, E::High => 999 };
    Niche, x => match x % 3 { 0 => Niche::A(x & 8 == 0), 1 => Niche::B, _ => Niche::C },
        s => match s { Niche::A(b) => *b as u64, Niche::B => 5, Niche::C => 6 };
    Fat, x => match x % 3 { 0 => Fat::P(Box::new(x)), 1 => Fat::Q(x as u32), _ => Fat::R },
        s => match s { Fat::P(b) => **b, Fat::Q(v) => *v as u64, Fat::R => 8 };
    P, x => match x % 6 { 0 => P::A(D::mk(x)), 1 => P::B(D::mk(x)), 2 => P::C(x), 3 => P::D(D::mk(x)), 4 => P::E(Box::new(x)), _ => P::F },
        _s => 0;
    Infallible, _x => unreachable!("a future that never completes did"), s => match *s {};
    Box<dyn Fn() -> u64>, x => if x & 1 == 0 { Box::new(move || x) } else { Box::new(|| 11) }, s => s();
}

impl<T: V, X: V> V for Result<T, X> {
    fn mk(x: u64) -> Self {
        if x % 4 != 1 { Ok(T::mk(x >> 1)) } else { Err(X::mk(x >> 3)) }
    }
    fn h(&self) -> u64 {
        match self { Ok(v) => mix(1, v.h()), Err(e) => mix(2, e.h()) }
    }
}
impl<T: V> V for Poll<T> {
    fn mk(x: u64) -> Self {
        if x & 2 == 0 { Poll::Pending } else { Poll::Ready(T::mk(x)) }
    }
    fn h(&self) -> u64 {
        match self { Poll::Ready(v) => mix(3, v.h()), Poll::Pending => 4 }
    }
}
impl<T: V> V for Box<T> {
    fn mk(x: u64) -> Self { Box::new(T::mk(x)) }
    fn h(&self) -> u64 { (**self).h() }
}
impl<A: V, B: V> V for Either<A, B> {
    fn mk(x: u64) -> Self {
        if x & 1 == 0 { Either::L(A::mk(x)) } else { Either::R(B::mk(x)) }
    }
    fn h(&self) -> u64 {
        match self { Either::L(v) => mix(5, v.h()), Either::R(v) => mix(6, v.h()) }
    }
}
/// The results of a join.
pub struct Both<A, B>(pub A, pub B);
impl<A: V, B: V> V for Both<A, B> {
    fn mk(x: u64) -> Self { Both(A::mk(x), B::mk(x)) }
    fn h(&self) -> u64 { mix(self.0.h(), self.1.h()) }
}

/// A traced droppable. Each `K` is a type of its own with its own drop glue,
/// all of one layout.
pub struct D<const K: u32> {
    id: u32,
    v: u64,
}
impl<const K: u32> D<K> {
    pub fn new(id: u32, v: u64) -> Self {
        event("new", (K * 100_000 + id) as u64, v);
        D { id, v }
    }
}
impl<const K: u32> V for D<K> {
    fn mk(x: u64) -> Self { D::new(0, x) }
    fn h(&self) -> u64 { mix(self.v, K as u64) }
}
impl<const K: u32> Drop for D<K> {
    fn drop(&mut self) {
        // Lets the harness prove that it sees a lost drop.
        if cfg!(planted_lost_drop) && K == 1 {
            return;
        }
        event("drop", (K * 100_000 + self.id) as u64, self.v);
        maybe_panic(&DROPS, &DROP_PANIC);
    }
}

/// The same without bytes and without code to make it.
pub struct Z<const N: u32>;
impl<const N: u32> Drop for Z<N> {
    fn drop(&mut self) {
        event("drop guard", N as u64, 0);
        maybe_panic(&DROPS, &DROP_PANIC);
    }
}

/// Where panics abort, no check fails that always would.
pub const MOST_THAT_ABORTS: u32 = cfg!(panic = "abort") as u32;

/// A list that nothing reads but what is written here.
pub struct Leaked {
    pub list: ManuallyDrop<Vec<u64>>,
}
impl Leaked {
    /// `set_len` reads the capacity in code that checks what unsafe functions require.
    #[inline]
    pub fn take_first(&mut self) -> u64 {
        self.list.swap_remove(0)
    }
}

// ---------------------------------------- functions that take and give wide values

#[inline(never)]
pub fn read<W: V + Copy>(w: W) -> u64 {
    w.h()
}

/// Overwrites its argument, which is its own.
#[inline(never)]
pub fn spoil<W: V + Copy>(mut w: W) -> u64 {
    maybe_panic(&LEAF_POLLS, &LEAF_PANIC);
    let before = w.h();
    w = W::mk(before ^ 31);
    mix(before, look(&w))
}

#[inline(never)]
pub fn twice<W: V + Copy>(w: W, mut other: W) -> u64 {
    other = W::mk(look(&other) ^ 32);
    mix(w.h(), look(&other))
}

#[inline(never)]
pub fn look<W: V>(w: &W) -> u64 {
    w.h()
}

#[inline(never)]
pub fn total(list: &Tailed<[u64]>) -> u64 {
    list.tail.iter().fold(list.head, |a, b| mix(a, *b))
}

#[inline(never)]
pub fn edit<W: V + Copy>(w: W, x: u64) -> W {
    W::mk(mix(w.h(), x))
}

#[inline(never)]
pub fn give<W: V + Copy>(x: u64) -> W {
    W::mk(x ^ 33)
}

/// Pointers that the compiler cannot see through.
pub fn read_pointer<W: V + Copy>() -> fn(W) -> u64 {
    black_box(read)
}
pub fn spoil_pointer<W: V + Copy>() -> fn(W) -> u64 {
    black_box(spoil)
}
pub fn edit_pointer<W: V + Copy>() -> fn(W, u64) -> W {
    black_box(edit)
}
pub fn give_pointer<W: V + Copy>() -> fn(u64) -> W {
    black_box(give)
}

/// The same behind a vtable.
pub trait Wide<W> {
    fn read(&self, w: W) -> u64;
    fn spoil(&self, w: W) -> u64;
    fn edit(&self, w: W, x: u64) -> W;
    fn give(&self, x: u64) -> W;
}
struct First;
struct Second(u64);
impl<W: V + Copy> Wide<W> for First {
    fn read(&self, w: W) -> u64 {
        w.h()
    }
    fn spoil(&self, w: W) -> u64 {
        spoil(w)
    }
    fn edit(&self, w: W, x: u64) -> W {
        edit(w, x)
    }
    fn give(&self, x: u64) -> W {
        W::mk(x)
    }
}
impl<W: V + Copy> Wide<W> for Second {
    fn read(&self, w: W) -> u64 {
        look(&w) ^ self.0
    }
    fn spoil(&self, mut w: W) -> u64 {
        w = W::mk(w.h() ^ self.0);
        look(&w)
    }
    fn edit(&self, mut w: W, x: u64) -> W {
        w = W::mk(w.h() ^ x);
        w
    }
    fn give(&self, x: u64) -> W {
        give(x ^ self.0)
    }
}
#[inline(never)]
pub fn wide<W: V + Copy>(x: u64) -> &'static dyn Wide<W> {
    if x % 2 == 0 { &First } else { &Second(34) }
}

// ------------------------------------------- places of values, and static memory

/// Room for the frame of one root at a time.
#[repr(align(64))]
struct Memory(UnsafeCell<[u8; POOL_SIZE]>);
const POOL_SIZE: usize = 1024;
// SAFETY: a program has one thread.
unsafe impl Sync for Memory {}
static POOL: Memory = Memory(UnsafeCell::new([0xA7; POOL_SIZE]));

/// Is this value where a byte of the pool is? The answer differs from build to build, so nothing that is traced may
/// depend on it; but where it is yes, a compiler may use the other name of the value.
#[inline(always)]
pub fn is_at<T>(x: &T, offset: usize) -> bool {
    std::ptr::eq((x as *const T).cast::<u8>(), POOL.0.get().cast::<u8>().wrapping_add(offset))
}
/// Keeps two branches that do the same apart.
#[inline(never)]
pub fn opaque(id: u64) {
    black_box(id);
}

/// What is below the first never overflows where the program adds to it; what is below the second may.
#[inline(never)]
pub fn limit() -> u64 {
    if may_panic() { 56 } else { 48 }
}
/// The same for a build.
pub const LIMIT: u64 = if cfg!(panic = "unwind") { 56 } else { 48 };
/// Whether a run is one in which panics are part of the program.
#[inline(never)]
pub fn may_panic() -> bool {
    PANICS.load(Relaxed)
}

/// Only to be compared with other places.
#[inline(always)]
pub fn place<T>(x: &T) -> usize {
    (x as *const T).addr()
}
pub static ELSEWHERE: u64 = 41;

// ------------------------------------------------- bodies that rustc itself inlines

/// Small enough for rustc to inline its poll where the type is known: into closures.
pub async fn tiny<T: Copy>(list: [T; 4]) -> T {
    list[2]
}
pub async fn tiny_drop(d: D<6>) -> u64 {
    d.h()
}
pub async fn tiny_unit(_: u64) {}
pub async fn tiny_yields(x: u64) -> u64 {
    yields().await;
    x
}

#[inline(never)]
pub fn poll_with<F, R>(f: Pin<&mut F>, run: impl FnOnce(Pin<&mut F>, &mut Context<'_>) -> R) -> R {
    run(f, &mut Context::from_waker(&waker()))
}
/// The same behind a vtable.
#[inline(never)]
pub fn call_step(step: &mut dyn FnMut(u64, &mut Context<'_>) -> Poll<u64>, x: u64, cx: &mut Context<'_>) -> Poll<u64> {
    step(x, cx)
}

// ------------------------------------------------------ tables of functions with a poll

/// No vtable: what stands first is no drop glue.
pub struct Table<F: Future> {
    name: fn(&F),
    poll: fn(Pin<&mut F>, &mut Context<'_>) -> Poll<F::Output>,
}
/// What a vtable looks like, made by hand; what stands first drops something else than the future.
pub struct Lookalike<F: Future> {
    drop: unsafe fn(*mut D<8>),
    size: usize,
    align: usize,
    poll: fn(Pin<&mut F>, &mut Context<'_>) -> Poll<F::Output>,
}
fn name<F>(f: &F) {
    event("name", 0, 0);
    black_box(f);
}
trait HasTables: Future + Sized {
    const TABLE: Table<Self>;
    const LOOKALIKE: Lookalike<Self>;
}
impl<F: Future> HasTables for F {
    const TABLE: Table<F> = Table { name: name::<F>, poll: F::poll };
    const LOOKALIKE: Lookalike<F> =
        Lookalike { drop: std::ptr::drop_in_place::<D<8>>, size: size_of::<F>(), align: align_of::<F>(), poll: F::poll };
}
#[inline(never)]
fn table_of<F: Future + 'static>(_: &F) -> &'static Table<F> {
    const { &F::TABLE }
}
#[inline(never)]
fn lookalike_of<F: Future + 'static>(_: &F) -> &'static Lookalike<F> {
    const { &F::LOOKALIKE }
}
/// Polls some times through a pointer, up to the first result.
fn by_pointer<F: Future>(
    f: &mut Pin<Box<F>>,
    poll: fn(Pin<&mut F>, &mut Context<'_>) -> Poll<F::Output>,
    n: u64,
) -> Option<u64>
where
    F::Output: V,
{
    let waker = waker();
    for _ in 0..n {
        if let Poll::Ready(v) = poll(f.as_mut(), &mut Context::from_waker(&waker)) {
            return Some(v.h());
        }
    }
    None
}
/// Polls through a table, then drops what is left.
pub fn by_table<F: Future + 'static>(f: F, n: u64) -> u64
where
    F::Output: V,
{
    let mut f = Box::pin(f);
    let table = black_box(table_of(&*f));
    (table.name)(&f);
    by_pointer(&mut f, table.poll, n).unwrap_or(5)
}
pub fn by_lookalike<F: Future + 'static>(f: F, n: u64) -> u64
where
    F::Output: V,
{
    let mut f = Box::pin(f);
    let table = black_box(lookalike_of(&*f));
    let mut other = MaybeUninit::new(D::<8>::new(8, (table.size == size_of::<F>() && table.align == align_of::<F>()) as u64));
    let h = by_pointer(&mut f, table.poll, n).unwrap_or(6);
    // SAFETY: it is initialised, and not used any more.
    unsafe { (table.drop)(other.as_mut_ptr()) };
    h
}

// --------------------------------------------------------------------- leaves

/// How often a leaf returns Pending before it is Ready: 0, 1, or by hash.
fn pendings(id: u32, x: u64) -> u32 {
    match SCRIPT.load(Relaxed) {
        0 => 0,
        1 => 1,
        s => (mix(mix(s, id as u64), x) >> 40) as u32 % 4,
    }
}

const CANARY: u64 = 0x5afe_c0de_5afe_c0de;

#[inline(never)]
fn step(id: u32, x: u64, n: &mut u32, cx: &mut Context<'_>) -> bool {
    event("poll", id as u64, mix(x, *n as u64));
    maybe_panic(&LEAF_POLLS, &LEAF_PANIC);
    if *n >= pendings(id, x) {
        return true;
    }
    *n += 1;
    if (id ^ *n) & 1 == 0 {
        cx.waker().wake_by_ref();
    }
    false
}

/// A leaf with drop glue, and a canary that sees frames that were overwritten.
pub struct Leaf<T> {
    canary: u64,
    id: u32,
    n: u32,
    x: u64,
    ty: PhantomData<fn() -> T>,
}
pub fn leaf<T: V>(id: u32, x: u64) -> Leaf<T> {
    event("make", id as u64, x);
    Leaf { canary: CANARY ^ x, id, n: 0, x, ty: PhantomData }
}
impl<T: V> Future for Leaf<T> {
    type Output = T;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let me = &mut *self;
        if me.canary != CANARY ^ me.x {
            event("BAD CANARY", me.id as u64, me.canary);
        }
        if step(me.id, me.x, &mut me.n, cx) { Poll::Ready(T::mk(mix(me.x, me.id as u64))) } else { Poll::Pending }
    }
}
impl<T> Drop for Leaf<T> {
    fn drop(&mut self) {
        if self.canary != CANARY ^ self.x {
            event("BAD CANARY", self.id as u64, self.canary);
        }
        event("gone", self.id as u64, self.n as u64);
        maybe_panic(&DROPS, &DROP_PANIC);
    }
}

/// A small leaf without drop glue, which LLVM inlines.
pub struct Small<T> {
    id: u32,
    n: u32,
    ty: PhantomData<fn() -> T>,
}
pub fn small<T: V>(id: u32) -> Small<T> {
    Small { id, n: 0, ty: PhantomData }
}
impl<T: V> Future for Small<T> {
    type Output = T;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let id = self.id;
        if step(id, 3, &mut self.n, cx) { Poll::Ready(T::mk(id as u64)) } else { Poll::Pending }
    }
}

/// Pending once, whatever the script says; no call, so all of it is inlined.
pub struct Yield(bool);
pub fn yields() -> Yield {
    Yield(false)
}
impl Future for Yield {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// A leaf that keeps a clone of the waker, as real ones do.
pub struct Waits<T> {
    id: u32,
    n: u32,
    waker: Option<Waker>,
    ty: PhantomData<fn() -> T>,
}
pub fn waits<T: V>(id: u32) -> Waits<T> {
    Waits { id, n: 0, waker: None, ty: PhantomData }
}
impl<T: V> Future for Waits<T> {
    type Output = T;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let me = &mut *self;
        if step(me.id, 4, &mut me.n, cx) {
            me.waker.take().into_iter().for_each(Waker::wake);
            return Poll::Ready(T::mk(me.n as u64 * 77));
        }
        me.waker = Some(cx.waker().clone());
        Poll::Pending
    }
}

// ---------------------------------------------------- hand-written combinators

pub enum Either<A, B> {
    L(A),
    R(B),
}

enum Maybe<F: Future> {
    Run(F),
    Done(F::Output),
    Gone,
}
impl<F: Future> Maybe<F> {
    /// True once there is a result. Never polls after completion.
    fn step(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> bool {
        // SAFETY: `Run` is not moved out of; it is dropped in place by `set`.
        let v = match unsafe { self.as_mut().get_unchecked_mut() } {
            Maybe::Run(f) => match unsafe { Pin::new_unchecked(f) }.poll(cx) {
                Poll::Ready(v) => v,
                Poll::Pending => return false,
            },
            _ => return true,
        };
        self.set(Maybe::Done(v));
        true
    }
    fn take(self: Pin<&mut Self>) -> F::Output {
        // SAFETY: only `Done` is moved out of, which holds no pinned future.
        match std::mem::replace(unsafe { self.get_unchecked_mut() }, Maybe::Gone) {
            Maybe::Done(v) => v,
            _ => unreachable!("taken before it was done"),
        }
    }
}

pub struct Join<A: Future, B: Future>(Maybe<A>, Maybe<B>);
pub fn join<A: Future, B: Future>(a: A, b: B) -> Join<A, B> {
    Join(Maybe::Run(a), Maybe::Run(b))
}
impl<A: Future, B: Future> Future for Join<A, B> {
    type Output = Both<A::Output, B::Output>;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        // SAFETY: structural pinning of both fields.
        let (mut a, mut b) = unsafe {
            let me = self.get_unchecked_mut();
            (Pin::new_unchecked(&mut me.0), Pin::new_unchecked(&mut me.1))
        };
        let done = a.as_mut().step(cx) & b.as_mut().step(cx);
        if done { Poll::Ready(Both(a.take(), b.take())) } else { Poll::Pending }
    }
}

/// Drops the loser in the very poll that finds the winner.
pub struct Select<A, B>(Option<(A, B)>);
pub fn select<A: Future, B: Future>(a: A, b: B) -> Select<A, B> {
    Select(Some((a, b)))
}
impl<A: Future, B: Future> Future for Select<A, B> {
    type Output = Either<A::Output, B::Output>;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        // SAFETY: structural pinning; the pair is dropped in place below.
        let slot = unsafe { &mut self.get_unchecked_mut().0 };
        let (a, b) = slot.as_mut().expect("select polled after completion");
        let won = match unsafe { Pin::new_unchecked(a) }.poll(cx) {
            Poll::Ready(v) => Either::L(v),
            Poll::Pending => match unsafe { Pin::new_unchecked(b) }.poll(cx) {
                Poll::Ready(v) => Either::R(v),
                Poll::Pending => return Poll::Pending,
            },
        };
        *slot = None;
        event("won", matches!(won, Either::L(_)) as u64, 0);
        Poll::Ready(won)
    }
}

/// Runs all futures of a boxed list to completion, in rounds.
pub async fn join_all<T: V>(list: Vec<Pin<Box<dyn Future<Output = T>>>>) -> u64 {
    let mut list: Vec<_> = list.into_iter().map(Some).collect();
    let mut sum = 0;
    poll_fn(move |cx| {
        for slot in &mut list {
            if let Some(f) = slot {
                if let Poll::Ready(v) = f.as_mut().poll(cx) {
                    sum = mix(sum, v.h());
                    *slot = None;
                }
            }
        }
        if list.iter().all(Option::is_none) { Poll::Ready(sum) } else { Poll::Pending }
    })
    .await
}

/// Wrappers that poll their future by hand, each in its own way.
pub struct Wrap<F, const HOW: u8> {
    f: F,
    n: u32,
}
pub fn wrap<const HOW: u8, F: Future>(f: F) -> Wrap<F, HOW> {
    Wrap { f, n: 0 }
}
impl<F: Future, const HOW: u8> Future for Wrap<F, HOW> {
    type Output = F::Output;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        // SAFETY: structural pinning of `f`.
        let me = unsafe { self.get_unchecked_mut() };
        let mut f = unsafe { Pin::new_unchecked(&mut me.f) };
        me.n += 1;
        match HOW {
            // Passes through.
            0 => f.poll(cx),
            // Polls again at once when pending.
            1 => match f.as_mut().poll(cx) {
                Poll::Ready(v) => Poll::Ready(v),
                Poll::Pending => f.poll(cx),
            },
            // Sleeps through every other poll.
            _ if me.n % 2 == 1 => Poll::Pending,
            _ => f.poll(cx),
        }
    }
}

/// A panic of the inner future becomes an error; it is dropped, not polled again.
pub struct Catch<F>(Option<F>);
pub fn catch<F: Future>(f: F) -> Catch<F> {
    Catch(Some(f))
}
impl<F: Future> Future for Catch<F> {
    type Output = Result<F::Output, ()>;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        // SAFETY: structural pinning; the option is only cleared in place.
        let slot = unsafe { &mut self.get_unchecked_mut().0 };
        let f = unsafe { Pin::new_unchecked(slot.as_mut().expect("catch polled after completion")) };
        match catch_unwind(AssertUnwindSafe(|| f.poll(cx))) {
            Ok(p) => p.map(Ok),
            Err(_) => {
                event("caught", 0, 0);
                *slot = None;
                Poll::Ready(Err(()))
            }
        }
    }
}

/// Polls by hand, on the stack, at most `n` times; then drops what is left.
pub fn block_on<F: Future>(f: F, n: u32) -> Poll<F::Output> {
    let mut f = pin!(f);
    let waker = waker();
    for _ in 0..n {
        if let Poll::Ready(v) = f.as_mut().poll(&mut Context::from_waker(&waker)) {
            return Poll::Ready(v);
        }
    }
    Poll::Pending
}

/// Gets a future by value, polls it once, and suspends when it is gone.
pub fn at_once<F: Future>(f: F) -> impl Future<Output = u64>
where
    F::Output: V,
{
    async move {
        let value = match block_on(f, 1) {
            Poll::Ready(v) => v.h(),
            Poll::Pending => 37,
        };
        yields().await;
        value
    }
}

pub async fn call_twice<F: AsyncFn(u64) -> u64>(f: F, x: u64) -> u64 {
    mix(f(x).await, f(x ^ 1).await)
}

pub async fn through<F: Future>(f: F) -> F::Output {
    f.await
}

pub async fn hashed<F: Future>(f: F) -> u64
where
    F::Output: V,
{
    f.await.h()
}

// --------------------------------------------------------------------- driver

/// Fills memory before it is used and after, so that nobody reads there by chance what is right.
struct Filled;
// SAFETY: that of the system, with memory written that nobody else may use.
unsafe impl GlobalAlloc for Filled {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises.
        unsafe {
            let at = System.alloc(layout);
            if !at.is_null() {
                at.write_bytes(FILL.load(Relaxed), layout.size());
            }
            at
        }
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe {
            at.write_bytes(0xD3, layout.size());
            System.dealloc(at, layout);
        }
    }
}
#[global_allocator]
static FILLED: Filled = Filled;

/// A frame may be made on the stack and moved as a whole.
#[inline(never)]
fn fill_stack() {
    black_box([FILL.load(Relaxed); 1 << 14]);
}

static VTABLE: RawWakerVTable = RawWakerVTable::new(
    |p| {
        event("waker clone", 0, 0);
        RawWaker::new(p, &VTABLE)
    },
    |_| event("wake", 0, 0),
    |_| event("wake by ref", 0, 0),
    |_| event("waker drop", 0, 0),
);
fn waker() -> Waker {
    // SAFETY: the functions of the table ignore the data pointer.
    unsafe { Waker::from_raw(RawWaker::new(std::ptr::null(), &VTABLE)) }
}

/// One future, made anew for each run.
pub struct Root {
    name: &'static str,
    make: Box<dyn Fn(u64) -> *mut ()>,
    code: Code,
    size: usize,
}
/// What may be done with a frame.
#[derive(Clone, Copy)]
struct Code {
    poll: unsafe fn(*mut (), &mut Context<'_>) -> Poll<u64>,
    drop: unsafe fn(*mut ()),
}
#[inline(never)]
unsafe fn poll_frame<F: Future>(frame: *mut (), cx: &mut Context<'_>) -> Poll<u64>
where
    F::Output: V,
{
    // SAFETY: made by `root` of `F`, and never moved.
    unsafe { Pin::new_unchecked(&mut *frame.cast::<F>()) }.poll(cx).map(|v| v.h())
}
unsafe fn drop_frame<F>(frame: *mut ()) {
    // SAFETY: made by `root` of `F`, and dropped once.
    drop(unsafe { Box::from_raw(frame.cast::<F>()) });
}
pub fn root<F: Future + 'static>(name: &'static str, make: impl Fn(u64) -> F + 'static) -> Root
where
    F::Output: V,
{
    Root {
        name,
        make: Box::new(move |x| Box::into_raw(Box::new(make(x))).cast()),
        code: Code { poll: poll_frame::<F>, drop: drop_frame::<F> },
        size: size_of::<F>(),
    }
}
/// In static memory, where it has room there.
pub fn root_pooled<F: Future + 'static>(name: &'static str, make: impl Fn(u64) -> F + 'static) -> Root
where
    F::Output: V,
{
    if size_of::<F>() > POOL_SIZE {
        return root(name, make);
    }
    let make = move |x| {
        let at = POOL.0.get();
        let f = make(x);
        // SAFETY: large and aligned enough, and one frame is used at a time.
        unsafe {
            at.cast::<u8>().write_bytes(0xA7, POOL_SIZE);
            at.cast::<F>().write(f);
        }
        black_box(at).cast()
    };
    let code = Code { poll: poll_frame::<F>, drop: drop_pooled::<F> };
    Root { name, make: Box::new(make), code, size: size_of::<F>() }
}
unsafe fn drop_pooled<F>(frame: *mut ()) {
    // SAFETY: made by `root_pooled` of `F`, and dropped once.
    unsafe { frame.cast::<F>().drop_in_place() }
}
/// Polled through the vtable of `dyn Future`.
pub fn root_dyn<F: Future + 'static>(name: &'static str, make: impl Fn(u64) -> F + 'static) -> Root
where
    F::Output: V,
{
    root(name, move |x| -> Pin<Box<dyn Future<Output = F::Output>>> { Box::pin(make(x)) })
}

/// A frame, and the copies of its code that poll and drop it in turns.
struct Frame<'a> {
    at: *mut (),
    copies: [&'a Root; 2],
    /// Which of them is next: the lowest bit.
    turns: u64,
}
impl<'a> Frame<'a> {
    fn new(copies: [&'a Root; 2], turns: u64, x: u64) -> Self {
        let mut frame = Frame { at: std::ptr::null_mut(), copies, turns };
        let turn = frame.turn();
        // Where that panics, nothing is there to be dropped.
        frame.at = (copies[turn].make)(x);
        frame
    }
    fn turn(&mut self) -> usize {
        let turn = self.turns & 1;
        self.turns = self.turns.rotate_right(1);
        turn as usize
    }
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<u64> {
        let code = self.copies[self.turn()].code;
        // SAFETY: both copies are compiled from one source, with frames of one layout.
        unsafe { (code.poll)(self.at, cx) }
    }
}
impl Drop for Frame<'_> {
    fn drop(&mut self) {
        if !self.at.is_null() {
            let code = self.copies[self.turn()].code;
            // SAFETY: as in `poll`.
            unsafe { (code.drop)(self.at) }
        }
    }
}

const MAX_POLLS: u64 = 40;
const MAX_PANICS: u64 = 40;

#[derive(Clone, Copy)]
pub struct Opts {
    pub panics: bool,
    pub repoll: bool,
    /// Which of two copies of a program makes, polls and drops a frame, a bit each
    pub turns: u64,
}

#[derive(Clone, Copy)]
struct Plan {
    script: u64,
    x: u64,
    polls: u64,
    leaf_panic: u64,
    drop_panic: u64,
}

/// What a run showed.
struct Run {
    polls: u64,
    pendings: u64,
    end: &'static str,
}

fn guarded<T>(f: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(f)).ok()
}

/// Polls a new future as planned, then hands it to `after`, then drops it.
fn one(copies: [&Root; 2], turns: u64, p: Plan, after: &mut dyn FnMut(&mut Frame, &Run)) -> Run {
    if FULL.load(Relaxed) {
        println!(" script {} input {:x} polls {} leaf panic {} drop panic {}", p.script, p.x, p.polls, p.leaf_panic, p.drop_panic);
    }
    FUEL.store(60, Relaxed);
    // What was not written is a large number, none, or true.
    FILL.store([0, 1, 0xA7][(p.x % 3) as usize], Relaxed);
    fill_stack();
    SCRIPT.store(p.script, Relaxed);
    LEAF_POLLS.store(0, Relaxed);
    DROPS.store(0, Relaxed);
    LEAF_PANIC.store(p.leaf_panic, Relaxed);
    DROP_PANIC.store(p.drop_panic, Relaxed);
    let waker = waker();
    let mut run = Run { polls: 0, pendings: 0, end: "cancelled" };
    let Some(mut f) = guarded(|| Frame::new(copies, turns, p.x)) else { return run };
    while run.polls < p.polls {
        run.polls += 1;
        match guarded(|| f.poll(&mut Context::from_waker(&waker))) {
            Some(Poll::Pending) => {
                event("pending", run.polls, 0);
                run.pendings += 1;
                continue;
            }
            Some(Poll::Ready(v)) => {
                event("ready", run.polls, v);
                run.end = "ready";
            }
            None => {
                event("unwound", run.polls, 0);
                run.end = "unwound";
            }
        }
        break;
    }
    after(&mut f, &run);
    event("dropping", run.polls, 0);
    if guarded(move || drop(f)).is_none() {
        event("drop unwound", run.polls, 0);
    }
    run
}

fn take_hash() -> u64 {
    HASH.swap(0, Relaxed)
}

/// Runs one root under every script, cancelled after every number of polls,
/// and (where panics unwind) with a panic at every poll of a leaf and in every drop.
pub fn drive(copies: [&Root; 2], o: Opts) {
    let name = copies[0].name;
    assert_eq!(copies[0].size, copies[1].size, "{name}: the frames differ");
    let mut pendings = 0;
    take_hash();
    for (script, x) in [(0, 1), (0, 0x1234_5678), (1, 2), (1, 0x77), (2, 3), (2, 0x9999_0001), (3, 4), (4, 5), (5, 0xabcd), (6, 7)] {
        let plan = Plan { script, x, polls: MAX_POLLS, leaf_panic: 0, drop_panic: 0 };
        if o.repoll {
            repoll(copies, plan, o, &mut pendings);
            continue;
        }
        let run = one(copies, o.turns, plan, &mut |_, _| ());
        let (leaf_polls, drops) = (LEAF_POLLS.load(Relaxed), DROPS.load(Relaxed));
        print!("{name} script {script} input {x:x}: {} after {} polls {:016x}", run.end, run.polls, take_hash());
        for polls in 0..run.polls {
            one(copies, o.turns, Plan { polls, ..plan }, &mut |_, _| ());
        }
        print!(" cut {:016x}", take_hash());
        if o.panics && script != 1 {
            for leaf_panic in 1..=leaf_polls.min(MAX_PANICS) {
                one(copies, o.turns, Plan { leaf_panic, ..plan }, &mut |_, _| ());
            }
            print!(" leaf panics {:016x}", take_hash());
            for drop_panic in 1..=drops.min(MAX_PANICS / 2) {
                one(copies, o.turns, Plan { drop_panic, ..plan }, &mut |_, _| ());
            }
            print!(" drop panics {:016x}", take_hash());
        }
        println!();
    }
    if o.repoll {
        println!("{name} suspends {}", pendings > 0);
    }
}

/// Polls a coroutine that has completed. It panics, or it is pending with the plugin, and is never
/// ready. Where panics abort it is left alone.
pub fn ready_again<F: Future + ?Sized>(p: Pin<&mut F>, cx: &mut Context) -> bool {
    cfg!(panic = "unwind") && matches!(guarded(|| p.poll(cx)), Some(Poll::Ready(_)))
}

/// Polls again after completion, and after a panic where panics unwind.
fn repoll(copies: [&Root; 2], plan: Plan, o: Opts, pendings: &mut u64) {
    let name = copies[0].name;
    for leaf_panic in [0, 1, 3] {
        if leaf_panic > 0 && !o.panics {
            continue;
        }
        let mut said = "";
        let run = one(copies, o.turns, Plan { leaf_panic, ..plan }, &mut |f, run| {
            if run.end == "cancelled" {
                return;
            }
            let waker = waker();
            said = match guarded(|| f.poll(&mut Context::from_waker(&waker))) {
                Some(Poll::Pending) => "pending",
                Some(Poll::Ready(_)) => "ready",
                None => "panic",
            };
        });
        *pendings += run.pendings;
        if !said.is_empty() {
            println!("{name} script {} input {:x} {}: again {said}", plan.script, plan.x, run.end);
        }
    }
}

/// Arguments: `full` prints every event, `nopanic` runs no script that panics
/// (always so where panics abort), `repoll` polls again after completion, `turns=BITS` says in hexadecimal
/// which copy is next.
pub fn options() -> Opts {
    let has = |w: &str| std::env::args().any(|a| a == w);
    let turns = std::env::args().find_map(|a| u64::from_str_radix(a.strip_prefix("turns=")?, 16).ok());
    FULL.store(has("full"), Relaxed);
    std::panic::set_hook(Box::new(|_| ()));
    let panics = cfg!(panic = "unwind") && !has("nopanic");
    PANICS.store(panics, Relaxed);
    Opts { panics, repoll: has("repoll"), turns: turns.unwrap_or(0) }
}
