//! Schemes and their terms.

use alloc::vec::Vec;

use crate::{District, Terms};

/// A scheme opened; its name is the envelope's fund's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SchemeOpened {
    /// The districts it runs in, rising, at least one; its pool comes with it.
    pub districts: Vec<District>,
    /// Its first terms, version 1.
    pub terms: Terms,
}

/// The most districts of one scheme: every district of the country, with room.
pub const DISTRICTS_MAX: usize = 1_024;

/// A scheme has further terms.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TermsChanged {
    /// The next version's number.
    pub version: u16,
    /// The terms.
    pub terms: Terms,
}
