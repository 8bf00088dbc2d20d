//! The command line. Everything is in the library's `cli`.

/// A directory of a million users is many small pieces of memory, which this one keeps closer together.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    scimprove::cli::main()
}
