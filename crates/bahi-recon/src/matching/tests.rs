//! Tests of matching: tables of single cases, properties, and generated truth.

mod cases;
mod measured;
mod properties;
mod returns;
