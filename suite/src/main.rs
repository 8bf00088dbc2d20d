//! The command line. Everything is in the library's `cli`.

/// Of a large directory most memory has not been touched for long; this one asks for huge pages, so that it is found sooner.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    scimprove::cli::main()
}
