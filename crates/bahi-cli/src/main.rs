//! The bahi program.
fn main() -> std::process::ExitCode {
    bahi_cli::main()
}
