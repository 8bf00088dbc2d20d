//! The command line. Everything is in the library's `cli`.

fn main() -> std::process::ExitCode {
    scimprove::cli::main()
}
