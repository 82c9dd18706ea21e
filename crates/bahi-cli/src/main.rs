//! The bahi program.

/// Events are small and many: decided, awaited and verified a good deal faster with it
/// (docs/BENCHMARKS.md).
#[cfg(feature = "allocator")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    bahi_cli::main()
}
