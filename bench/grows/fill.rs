// Something that LLVM cannot see through is done to a buffer.
#[inline(never)]
fn fill(buffer: &mut [u8], value: u32) {
    buffer.iter_mut().for_each(|byte| *byte = byte.wrapping_add(value as u8));
}
