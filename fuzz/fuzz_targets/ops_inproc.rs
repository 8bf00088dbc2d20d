#![no_main]
#![allow(missing_docs, reason = "see the function of this name in the library")]
libfuzzer_sys::fuzz_target!(|data: &[u8]| scimprove_fuzz::ops_inproc(data));
libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| {
    scimprove_fuzz::mutate(data, size, most, seed, libfuzzer_sys::fuzzer_mutate)
});
