//! Calls into the store that cannot bring the process down.
//!
//! The store panics on some damage. Such a panic is caught and becomes a fault, and nothing is
//! printed for it.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

use crate::{Fault, Part};

thread_local! {
    static HUSHED: Cell<bool> = const { Cell::new(false) };
}

static HOOK: Once = Once::new();

/// Makes panics of guarded calls, and of the store's own threads, print nothing. Every other panic
/// goes to the hook that was there before.
fn install() {
    HOOK.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |panic| {
            let of_the_store =
                std::thread::current().name().is_some_and(|name| name.starts_with("sled-"));
            if !of_the_store && !HUSHED.with(Cell::get) {
                before(panic);
            }
        }));
    });
}

struct Hush(bool);

impl Hush {
    fn begin() -> Self {
        Self(HUSHED.replace(true))
    }
}

impl Drop for Hush {
    fn drop(&mut self) {
        HUSHED.set(self.0);
    }
}

/// Calls the store; a panic inside is damage in it.
pub(crate) fn guard<T>(call: impl FnOnce() -> T) -> Result<T, Fault> {
    install();
    let _hush = Hush::begin();
    catch_unwind(AssertUnwindSafe(call)).map_err(|panic| {
        let text = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("it cannot be read");
        Fault::damage(Part::Store, None, one_line(text))
    })
}

/// The text on one line, and not too long for one.
pub(crate) fn one_line(text: &str) -> String {
    const CHARS_MAX: usize = 160;
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(CHARS_MAX).collect()
}
