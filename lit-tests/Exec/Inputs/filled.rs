// An allocator whose memory is filled with a known byte, so that what reads memory that nothing wrote reads that.
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

pub static FILL: AtomicU8 = AtomicU8::new(0);
struct Filled;
// SAFETY: memory of `System`, with all of its bytes written.
unsafe impl GlobalAlloc for Filled {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let memory = unsafe { System.alloc(layout) };
        if !memory.is_null() {
            unsafe { memory.write_bytes(FILL.load(Relaxed), layout.size()) };
        }
        memory
    }
    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        unsafe { System.dealloc(memory, layout) }
    }
}
#[global_allocator]
static ALLOCATOR: Filled = Filled;
