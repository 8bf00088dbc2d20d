#![no_main]
#![allow(missing_docs, reason = "see the function of this name in the library")]
libfuzzer_sys::fuzz_target!(|data: &[u8]| scimprove_fuzz::http_raw(data));
