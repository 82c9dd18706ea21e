//! Names that repeat, their numbers, and the fold that ties the two.
//!
//! A name is written whole in the first event that uses it and by number in every later one.
//!
//! # Invariants
//! * An identifier is 1 to 64 printable ASCII bytes without a blank at either end, kept as given.
//! * Number 0 means *none*; numbers are given in order of first use, from 1, and never change.

use alloc::{boxed::Box, vec::Vec};
use core::fmt;

use crate::{Day, Places};

/// The longest identifier, in bytes.
pub const NAME_BYTES_MAX: usize = 64;

/// Why a text is not an identifier. What to do next: correct the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameError {
    /// Nothing stands where a name should.
    Empty,
    /// Longer than [`NAME_BYTES_MAX`] bytes.
    TooLong,
    /// A character that is not printable ASCII, and its place in characters from 1.
    Character {
        /// Its place, from 1.
        column: usize,
    },
    /// A blank at the beginning or the end.
    EdgeBlank,
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NameError::Empty => f.write_str("an identifier is at least one character"),
            NameError::TooLong => write!(f, "an identifier is at most {NAME_BYTES_MAX} bytes"),
            NameError::Character { column } => {
                write!(f, "character {column} is not printable ASCII, as an identifier's must be")
            }
            NameError::EdgeBlank => f.write_str("an identifier has no blank at its ends"),
        }
    }
}

impl core::error::Error for NameError {}

fn checked(text: &str) -> Result<Box<str>, NameError> {
    if text.is_empty() {
        return Err(NameError::Empty);
    }
    if text.len() > NAME_BYTES_MAX {
        return Err(NameError::TooLong);
    }
    // The common case is told by bytes; only a wrong text is walked for the column.
    if !text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        let column = text.chars().take_while(|c| (' '..='~').contains(c)).count() + 1;
        return Err(NameError::Character { column });
    }
    if text.starts_with(' ') || text.ends_with(' ') {
        return Err(NameError::EdgeBlank);
    }
    Ok(Box::from(text))
}

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// Checks and keeps a text as given.
            ///
            /// # Errors
            /// In checking order: `Empty`, `TooLong`, `Character`, `EdgeBlank`.
            pub fn new(text: &str) -> Result<Self, NameError> {
                checked(text).map(Self)
            }

            /// The text as given.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }

        impl core::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl Hashed for $name {
            fn hashed(&self) -> u64 {
                hash_of(&self.0)
            }
        }
    };
}

identifier! {
    /// A scheme: `margin-money`.
    SchemeName
}
identifier! {
    /// A head of account, opaque: no source names the heads of ODOP.
    HeadName
}
identifier! {
    /// Who acts: an office or a job, never a person's own name.
    ActorName
}
identifier! {
    /// A case, unique in the ledger: `VNS/2024/0042`.
    CaseRef
}
identifier! {
    /// A reference that somebody else gave: a bill, a UTR, a challan.
    Reference
}
identifier! {
    /// The number of a government order, verbatim.
    OrderNumber
}
identifier! {
    /// A code, the name of a fact, of a terms version, of a paragraph: anything that is no text.
    Word
}

macro_rules! number {
    ($(#[$doc:meta])* $name:ident($int:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
        pub struct $name(pub $int);

        impl $name {
            /// No name.
            pub const NONE: Self = Self(0);

            /// Whether there is no name.
            #[must_use]
            pub const fn is_none(self) -> bool {
                self.0 == 0
            }
        }
    };
}

number! {
    /// The number of a scheme, from 1.
    SchemeNo(u16)
}
number! {
    /// The number of a head of account, from 1.
    HeadNo(u16)
}
number! {
    /// The number of an actor, from 1.
    ActorNo(u32)
}
number! {
    /// The number of an authority, from 1.
    AuthorityNo(u32)
}
number! {
    /// The number of a word, from 1.
    WordNo(u32)
}

/// What a decision rests on: an order's number and date, verbatim, and the paragraph if named.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Authority {
    /// The order's number.
    pub order: OrderNumber,
    /// The order's date.
    pub date: Day,
    /// The paragraph, as the order numbers it.
    pub paragraph: Option<Word>,
}

/// A name used for the first time, which so takes the next number of its kind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Introduction {
    /// A scheme's name.
    Scheme(SchemeName),
    /// A head's name.
    Head(HeadName),
    /// An actor's name.
    Actor(ActorName),
    /// An authority.
    Authority(Authority),
    /// A word.
    Word(Word),
}

/// The most names one event may introduce.
pub const INTRODUCTIONS_MAX: usize = 255;

/// What is found by a hash.
trait Hashed: PartialEq {
    fn hashed(&self) -> u64;
}

impl Hashed for Authority {
    fn hashed(&self) -> u64 {
        let paragraph = self.paragraph.as_ref().map_or(0, |paragraph| hash_of(paragraph.as_str()));
        let day = u64::from(self.date.epoch_days().cast_unsigned());
        mixed(mixed(hash_of(self.order.as_str()) ^ day) ^ paragraph)
    }
}

/// The hash of a text, eight bytes at a time: a name is looked for several times in every decision.
fn hash_of(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let (chunks, _) = bytes.as_chunks::<8>();
    let whole = chunks
        .iter()
        .fold(bytes.len() as u64, |hash, chunk| mixed(hash ^ u64::from_le_bytes(*chunk)));
    // The last eight again, where what is left is fewer.
    let last = bytes.last_chunk::<8>().map_or_else(
        || bytes.iter().fold(0, |last, byte| last << 8 | u64::from(*byte)),
        |last| u64::from_le_bytes(*last),
    );
    mixed(whole ^ last)
}

/// Both halves of a product with an odd number, one upon the other: every bit tells in the upper ones.
const fn mixed(number: u64) -> u64 {
    let product = (number ^ 0x2d35_8dcc_aa6c_78a5) as u128 * 0x9e37_79b9_7f4a_7c15;
    (product >> 64) as u64 ^ product as u64
}

/// A list in order of number, with the way back from name to number.
#[derive(Clone, Debug)]
struct Numbered<T> {
    by_number: Vec<T>,
    /// Where each name stands in the list.
    places: Places,
    capacity: u32,
}

impl<T: PartialEq> PartialEq for Numbered<T> {
    fn eq(&self, other: &Numbered<T>) -> bool {
        self.by_number == other.by_number && self.capacity == other.capacity
    }
}

impl<T: Hashed> Numbered<T> {
    fn new(capacity: u32) -> Self {
        Self { by_number: Vec::new(), places: Places::default(), capacity }
    }

    fn add(&mut self, name: &T) -> bool
    where
        T: Clone,
    {
        let hash = name.hashed();
        let Ok(place) = u32::try_from(self.by_number.len()) else { return false };
        let fresh = self.number(hash, |held| held == name).is_none();
        if place >= self.capacity || !fresh || !self.places.insert(hash, place) {
            return false;
        }
        self.by_number.push(name.clone());
        true
    }

    fn truncate(&mut self, len: usize) {
        while self.by_number.len() > len {
            self.pop();
        }
    }

    /// Forgets the newest name, provided it is this one.
    fn forget(&mut self, name: &T) {
        if self.by_number.last() == Some(name) {
            self.pop();
        }
    }

    fn pop(&mut self) {
        let last = self.by_number.pop();
        let place = u32::try_from(self.by_number.len());
        if let (Some(name), Ok(place)) = (last, place) {
            self.places.remove(name.hashed(), place);
        }
    }

    fn name(&self, number: usize) -> Option<&T> {
        number.checked_sub(1).and_then(|index| self.by_number.get(index))
    }

    fn number(&self, hash: u64, is: impl Fn(&T) -> bool) -> Option<u32> {
        let is_it = |place: u32| self.by_number.get(place as usize).is_some_and(&is);
        self.places.find(hash, is_it).map(|place| place + 1)
    }
}

impl<T: Hashed + core::borrow::Borrow<str>> Numbered<T> {
    fn of_text(&self, text: &str) -> Option<u32> {
        self.number(hash_of(text), |held| held.borrow() == text)
    }
}

/// The fold of introductions: every name by number and every number by name.
#[derive(Clone, PartialEq, Debug)]
pub struct Names {
    schemes: Numbered<SchemeName>,
    heads: Numbered<HeadName>,
    actors: Numbered<ActorName>,
    authorities: Numbered<Authority>,
    words: Numbered<Word>,
}

/// How many names of each kind there are; marks a place to come back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamesMark {
    schemes: usize,
    heads: usize,
    actors: usize,
    authorities: usize,
    words: usize,
}

impl Default for Names {
    fn default() -> Self {
        Self {
            schemes: Numbered::new(u32::from(u16::MAX)),
            heads: Numbered::new(u32::from(u16::MAX)),
            actors: Numbered::new(u32::MAX),
            authorities: Numbered::new(u32::MAX),
            words: Numbered::new(u32::MAX),
        }
    }
}

impl Names {
    /// Gives a name the next number; `false` when it has one already or there is none left.
    pub fn introduce(&mut self, introduction: &Introduction) -> bool {
        match introduction {
            Introduction::Scheme(name) => self.schemes.add(name),
            Introduction::Head(name) => self.heads.add(name),
            Introduction::Actor(name) => self.actors.add(name),
            Introduction::Authority(authority) => self.authorities.add(authority),
            Introduction::Word(word) => self.words.add(word),
        }
    }

    /// A mark that [`Names::truncate`] comes back to.
    #[must_use]
    pub fn mark(&self) -> NamesMark {
        NamesMark {
            schemes: self.schemes.by_number.len(),
            heads: self.heads.by_number.len(),
            actors: self.actors.by_number.len(),
            authorities: self.authorities.by_number.len(),
            words: self.words.by_number.len(),
        }
    }

    /// Forgets every name introduced since the mark.
    pub fn truncate(&mut self, mark: NamesMark) {
        self.schemes.truncate(mark.schemes);
        self.heads.truncate(mark.heads);
        self.actors.truncate(mark.actors);
        self.authorities.truncate(mark.authorities);
        self.words.truncate(mark.words);
    }

    /// Forgets names in the reverse of the order they were introduced in, newest first.
    pub fn forget(&mut self, introduced: &[Introduction]) {
        for introduction in introduced.iter().rev() {
            match introduction {
                Introduction::Scheme(name) => self.schemes.forget(name),
                Introduction::Head(name) => self.heads.forget(name),
                Introduction::Actor(name) => self.actors.forget(name),
                Introduction::Authority(authority) => self.authorities.forget(authority),
                Introduction::Word(word) => self.words.forget(word),
            }
        }
    }

    /// A scheme's name.
    #[must_use]
    pub fn scheme(&self, number: SchemeNo) -> Option<&SchemeName> {
        self.schemes.name(usize::from(number.0))
    }

    /// A head's name.
    #[must_use]
    pub fn head(&self, number: HeadNo) -> Option<&HeadName> {
        self.heads.name(usize::from(number.0))
    }

    /// An actor's name.
    #[must_use]
    pub fn actor(&self, number: ActorNo) -> Option<&ActorName> {
        self.actors.name(number.0 as usize)
    }

    /// An authority.
    #[must_use]
    pub fn authority(&self, number: AuthorityNo) -> Option<&Authority> {
        self.authorities.name(number.0 as usize)
    }

    /// A word.
    #[must_use]
    pub fn word(&self, number: WordNo) -> Option<&Word> {
        self.words.name(number.0 as usize)
    }

    /// A scheme's number.
    #[must_use]
    pub fn scheme_no(&self, name: &str) -> Option<SchemeNo> {
        self.schemes.of_text(name).and_then(|n| u16::try_from(n).ok()).map(SchemeNo)
    }

    /// A head's number.
    #[must_use]
    pub fn head_no(&self, name: &str) -> Option<HeadNo> {
        self.heads.of_text(name).and_then(|n| u16::try_from(n).ok()).map(HeadNo)
    }

    /// An actor's number.
    #[must_use]
    pub fn actor_no(&self, name: &str) -> Option<ActorNo> {
        self.actors.of_text(name).map(ActorNo)
    }

    /// An authority's number.
    #[must_use]
    pub fn authority_no(&self, authority: &Authority) -> Option<AuthorityNo> {
        let hash = authority.hashed();
        self.authorities.number(hash, |held| held == authority).map(AuthorityNo)
    }

    /// A word's number.
    #[must_use]
    pub fn word_no(&self, word: &str) -> Option<WordNo> {
        self.words.of_text(word).map(WordNo)
    }

    /// Every scheme with its number, in order of number.
    pub fn schemes(&self) -> impl Iterator<Item = (SchemeNo, &SchemeName)> {
        self.schemes.by_number.iter().zip(1_u16..).map(|(name, number)| (SchemeNo(number), name))
    }

    /// Every authority with its number, in order of number.
    pub fn authorities(&self) -> impl Iterator<Item = (AuthorityNo, &Authority)> {
        self.authorities
            .by_number
            .iter()
            .zip(1_u32..)
            .map(|(authority, number)| (AuthorityNo(number), authority))
    }
}

/// Numbers for the names of one decision: known ones as they are, new ones introduced in order.
///
/// ```
/// use bahi_core::{ActorName, Names, Naming};
/// let names = Names::default();
/// let mut naming = Naming::new(&names);
/// let first = naming.actor(&ActorName::new("fin-01")?);
/// assert_eq!(first, naming.actor(&ActorName::new("fin-01")?));
/// assert_eq!(naming.finish().len(), 1);
/// # Ok::<(), bahi_core::NameError>(())
/// ```
#[derive(Debug)]
pub struct Naming<'a> {
    names: &'a Names,
    introduced: Vec<Introduction>,
}

impl<'a> Naming<'a> {
    /// Begins a decision on the names known so far.
    #[must_use]
    pub fn new(names: &'a Names) -> Self {
        Self { names, introduced: Vec::new() }
    }

    /// The number of a scheme's name.
    pub fn scheme(&mut self, name: &SchemeName) -> SchemeNo {
        self.names.scheme_no(name.as_str()).unwrap_or_else(|| {
            let known = self.names.schemes.by_number.len();
            let number = self.number(known, Introduction::Scheme(name.clone()));
            SchemeNo(u16::try_from(number).unwrap_or_default())
        })
    }

    /// The number of a head's name.
    pub fn head(&mut self, name: &HeadName) -> HeadNo {
        self.names.head_no(name.as_str()).unwrap_or_else(|| {
            let known = self.names.heads.by_number.len();
            let number = self.number(known, Introduction::Head(name.clone()));
            HeadNo(u16::try_from(number).unwrap_or_default())
        })
    }

    /// The number of an actor's name.
    pub fn actor(&mut self, name: &ActorName) -> ActorNo {
        self.names.actor_no(name.as_str()).unwrap_or_else(|| {
            let known = self.names.actors.by_number.len();
            ActorNo(self.number(known, Introduction::Actor(name.clone())))
        })
    }

    /// The number of an authority.
    pub fn authority(&mut self, authority: &Authority) -> AuthorityNo {
        self.names.authority_no(authority).unwrap_or_else(|| {
            let known = self.names.authorities.by_number.len();
            AuthorityNo(self.number(known, Introduction::Authority(authority.clone())))
        })
    }

    /// The number of a word.
    pub fn word(&mut self, word: &Word) -> WordNo {
        self.names.word_no(word.as_str()).unwrap_or_else(|| {
            let known = self.names.words.by_number.len();
            WordNo(self.number(known, Introduction::Word(word.clone())))
        })
    }

    /// The introductions, in order.
    #[must_use]
    pub fn finish(self) -> Vec<Introduction> {
        self.introduced
    }

    fn number(&mut self, known: usize, introduction: Introduction) -> u32 {
        let kind = core::mem::discriminant(&introduction);
        let same_kind =
            self.introduced.iter().filter(|other| core::mem::discriminant(*other) == kind);
        let place = match same_kind.clone().position(|other| *other == introduction) {
            Some(place) => place,
            None => {
                let place = same_kind.count();
                self.introduced.push(introduction);
                place
            }
        };
        u32::try_from(known + place + 1).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    //! Identifiers at their edges, and numbers in order of first use.

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_identifier_is_printable_ascii_without_edge_blanks() {
        assert!(Word::new("a").is_ok());
        assert!(Word::new(&"a".repeat(64)).is_ok());
        assert_eq!(Word::new(&"a".repeat(65)), Err(NameError::TooLong));
        assert_eq!(Word::new(""), Err(NameError::Empty));
        assert_eq!(Word::new("a\tb"), Err(NameError::Character { column: 2 }));
        assert_eq!(Word::new("aé"), Err(NameError::Character { column: 2 }));
        assert_eq!(Word::new(" a"), Err(NameError::EdgeBlank));
        assert!(Word::new("VNS/2024 (A) ~!").is_ok());
    }

    #[test]
    fn a_new_name_takes_the_next_number_of_its_kind() {
        let mut names = Names::default();
        let word = |text: &str| Word::new(text).expect("a word");
        assert!(names.introduce(&Introduction::Word(word("one"))));
        assert!(!names.introduce(&Introduction::Word(word("one"))));
        let mark = names.mark();
        let mut naming = Naming::new(&names);
        assert_eq!(naming.word(&word("one")), WordNo(1));
        assert_eq!(naming.word(&word("two")), WordNo(2));
        assert_eq!(naming.word(&word("three")), WordNo(3));
        assert_eq!(naming.word(&word("two")), WordNo(2));
        assert_eq!(naming.actor(&ActorName::new("x").expect("a name")), ActorNo(1));
        let introduced = naming.finish();
        assert_eq!(introduced.len(), 3);
        for introduction in &introduced {
            assert!(names.introduce(introduction));
        }
        assert_eq!(names.word_no("three"), Some(WordNo(3)));
        names.truncate(mark);
        assert_eq!(names.word_no("three"), None);
        assert_eq!(names.word_no("one"), Some(WordNo(1)));
    }

    #[derive(Clone, Debug)]
    enum Step {
        Introduce(u8),
        Forget,
        ForgetAnother(u8),
        Truncate(usize),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            8 => any::<u8>().prop_map(Step::Introduce),
            2 => Just(Step::Forget),
            1 => any::<u8>().prop_map(Step::ForgetAnother),
            1 => (0_usize..40).prop_map(Step::Truncate),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn names_are_found_as_in_a_list(steps in prop::collection::vec(step(), 0..100)) {
            // Of every length around those that are hashed alike.
            let name = |number: u8| {
                let text = "n".repeat(usize::from(number % 20)) + &alloc::format!("{number}");
                Word::new(&text).expect("a word")
            };
            let (mut names, mut list) = (Names::default(), Vec::<Word>::new());
            for step in steps {
                match step {
                    Step::Introduce(number) => {
                        let fresh = !list.contains(&name(number));
                        let introduced = names.introduce(&Introduction::Word(name(number)));
                        prop_assert_eq!(introduced, fresh);
                        list.extend(fresh.then(|| name(number)));
                    }
                    Step::Forget => {
                        if let Some(last) = list.pop() {
                            names.forget(&[Introduction::Word(last)]);
                        }
                    }
                    Step::ForgetAnother(number) => {
                        if list.last() != Some(&name(number)) {
                            names.forget(&[Introduction::Word(name(number))]);
                        }
                    }
                    Step::Truncate(words) => {
                        list.truncate(words);
                        names.truncate(NamesMark { words, ..names.mark() });
                    }
                }
                prop_assert_eq!(names.mark().words, list.len());
                for number in 0..=u8::MAX {
                    let place = list.iter().position(|held| *held == name(number));
                    let place = place.map(|place| WordNo(u32::try_from(place + 1).expect("few")));
                    prop_assert_eq!(names.word_no(name(number).as_str()), place);
                }
            }
            let mut again = Names::default();
            prop_assert!(list.iter().all(|word| again.introduce(&Introduction::Word(word.clone()))));
            prop_assert_eq!(&again, &names);
        }
    }

    #[test]
    fn an_authority_is_another_where_any_part_of_it_is() {
        let order = |text: &str| OrderNumber::new(text).expect("an order");
        let word = |text: &str| Word::new(text).expect("a word");
        let (one, other) = (Day::MIN, Day::MAX);
        let all = [
            Authority { order: order("1"), date: one, paragraph: None },
            Authority { order: order("2"), date: one, paragraph: None },
            Authority { order: order("1"), date: other, paragraph: None },
            Authority { order: order("1"), date: one, paragraph: Some(word("1")) },
            Authority { order: order("1"), date: one, paragraph: Some(word("2")) },
        ];
        let mut names = Names::default();
        for authority in &all {
            assert!(names.introduce(&Introduction::Authority(authority.clone())));
        }
        for (number, authority) in (1..).zip(&all) {
            assert!(!names.introduce(&Introduction::Authority(authority.clone())));
            assert_eq!(names.authority_no(authority), Some(AuthorityNo(number)));
            assert_eq!(names.authority(AuthorityNo(number)), Some(authority));
        }
    }
}
