//! How far long work has come, on standard error, for a person who watches.

use bahi_core::Position;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::{Streams, arguments::Global};

/// A line that moves while work goes on and is gone when it is done.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// Begins; without a watcher, or with `--quiet`, it shows nothing.
    pub(crate) fn begin(global: &Global, streams: &Streams<'_>, doing: &'static str) -> Progress {
        if global.quiet || !streams.terminal.watched {
            return Progress(ProgressBar::hidden());
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{spinner} {msg}: position {pos} ({per_sec})");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        bar.set_message(doing);
        Progress(bar)
    }

    /// Shows the position reached.
    pub(crate) fn reach(&self, position: Position) {
        self.0.set_position(position.0);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
