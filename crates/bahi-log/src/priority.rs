//! What a thread is worth to the system beside others.

/// Makes the thread that calls this give way to every other, where the system can: work that nobody waits
/// for takes what others leave.
pub fn give_way() {
    // Elsewhere the same call is about the whole process.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::nice(19);
}
