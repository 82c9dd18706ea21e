//! Tests of the log from outside, by what it promises.

mod backup;
mod contract;
mod damage;
mod history;
mod opening;
mod recovery;
mod salvage;
