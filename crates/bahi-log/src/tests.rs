//! Tests of the log from outside, by what it promises.

mod contract;
mod damage;
mod history;
mod opening;
mod recovery;
