//! Planted faults, what findings are, and the page that lists the checks.

mod story;

mod planted;

mod answers;

mod page;
