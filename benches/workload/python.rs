//! A Python with libraries of others, installed beside the build and nowhere else.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// A Python that has a library, in an environment of its own below `place`; installed where that is
/// wanted and it is not there yet.
///
/// `package` is what the installer is asked for, `import` what is imported.
///
/// # Errors
/// Why there is none, in words.
pub fn python_with(
    place: &Path,
    package: &str,
    import: &str,
    install: bool,
) -> Result<PathBuf, String> {
    let python = place.join("bin").join("python");
    let imports = format!("import {import}");
    let works = |python: &Path| {
        let mut ask = Command::new(python);
        ask.args(["-c", &imports]);
        ask.output().is_ok_and(|output| output.status.success())
    };
    if works(&python) {
        return Ok(python);
    }
    if !install {
        return Err("it is not there yet; a run without --quick installs it".to_owned());
    }
    step(Command::new("python3").args(["-m", "venv"]).arg(place))?;
    let quietly = ["-m", "pip", "install", "--quiet", "--retries", "1", "--timeout", "20", package];
    step(Command::new(&python).args(quietly))?;
    if works(&python) { Ok(python) } else { Err("it does not import".to_owned()) }
}

/// One step of installing.
fn step(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    Err(complaint.lines().last().unwrap_or("it failed without a word").to_owned())
}
