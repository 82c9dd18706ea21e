//! The machine as far as it tells: what it is, how busy it is, what it has cached.

use std::{fs, path::Path, process::Command};

/// How busy the machine is: beyond one, ours in it, others want the same processors.
#[must_use]
pub fn load(when: &str) -> String {
    let said = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = said.split(' ').next().filter(|load| !load.is_empty()).unwrap_or("unknown");
    format!("Load {when}: {load}; above 1, others were at work too and times are too long.")
}

/// The machine, as far as it tells.
#[must_use]
pub fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let said = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let kernel = said("/proc/sys/kernel/osrelease");
    let cpus = said("/proc/cpuinfo");
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name"));
    let model = model.map_or("an unnamed processor", |model| model.trim_matches([' ', '\t', ':']));
    format!("{cores} cores of {model}, {} {}", std::env::consts::OS, kernel.trim())
}

/// Has the system forget what it has cached of every file below a directory, where `dd` can ask for
/// that; gives whether it was asked.
pub fn forget_cached(path: &Path) -> bool {
    let Ok(entries) = fs::read_dir(path) else {
        let mut input = std::ffi::OsString::from("if=");
        input.push(path);
        let mut dd = Command::new("dd");
        dd.arg(input).args(["iflag=nocache", "count=0", "status=none"]);
        return dd.output().is_ok_and(|output| output.status.success());
    };
    entries.flatten().all(|entry| forget_cached(&entry.path()))
}
