//! The image of names: each kind in order of number.
//!
//! # Invariants
//! * A name that stands twice, or is no name, makes the image none.

use alloc::vec::Vec;

use super::{Reader, put_day, put_short, put_text};
use crate::{
    ActorName, ActorNo, Authority, HeadName, HeadNo, Introduction, Names, OrderNumber, SchemeName,
    Word, WordNo,
};

/// Puts every name that is known.
pub fn put_names(out: &mut Vec<u8>, names: &Names) {
    put_texts(out, names.schemes().map(|(_, name)| name.as_str()).collect());
    let heads = (1..=u16::MAX).map_while(|number| names.head(HeadNo(number)));
    put_texts(out, heads.map(HeadName::as_str).collect());
    let actors = (1..=u32::MAX).map_while(|number| names.actor(ActorNo(number)));
    put_texts(out, actors.map(ActorName::as_str).collect());
    let words = (1..=u32::MAX).map_while(|number| names.word(WordNo(number)));
    put_texts(out, words.map(Word::as_str).collect());
    let authorities: Vec<&Authority> = names.authorities().map(|(_, one)| one).collect();
    put_short(out, authorities.len() as u64);
    for authority in authorities {
        put_text(out, authority.order.as_str());
        put_day(out, authority.date);
        put_text(out, authority.paragraph.as_ref().map_or("", Word::as_str));
    }
}

fn put_texts(out: &mut Vec<u8>, texts: Vec<&str>) {
    put_short(out, texts.len() as u64);
    texts.into_iter().for_each(|text| put_text(out, text));
}

impl Reader<'_> {
    /// Names, as [`put_names`] puts them.
    pub fn names(&mut self) -> Option<Names> {
        let mut names = Names::default();
        let mut kind = |of: &dyn Fn(&str) -> Option<Introduction>| {
            for _ in 0..self.short_count(2)? {
                names.introduce(&of(self.text()?)?).then_some(())?;
            }
            Some(())
        };
        kind(&|text| SchemeName::new(text).ok().map(Introduction::Scheme))?;
        kind(&|text| HeadName::new(text).ok().map(Introduction::Head))?;
        kind(&|text| ActorName::new(text).ok().map(Introduction::Actor))?;
        kind(&|text| Word::new(text).ok().map(Introduction::Word))?;
        for _ in 0..self.short_count(7)? {
            let authority = self.authority()?;
            names.introduce(&Introduction::Authority(authority)).then_some(())?;
        }
        Some(names)
    }

    fn authority(&mut self) -> Option<Authority> {
        let (order, date) = (OrderNumber::new(self.text()?).ok()?, self.day()?);
        let paragraph = match self.text()? {
            "" => None,
            text => Some(Word::new(text).ok()?),
        };
        Some(Authority { order, date, paragraph })
    }
}

#[cfg(test)]
mod tests {
    //! Names are taken as they were put, and no others.

    use super::*;
    use crate::Day;

    #[test]
    fn names_of_every_kind_are_taken_as_they_were_put() {
        let mut names = Names::default();
        let word = |text: &str| Word::new(text).expect("a word");
        let authority = |paragraph| Authority {
            order: OrderNumber::new("B-1/2024").expect("a number"),
            date: Day::MIN,
            paragraph,
        };
        let introduced = [
            Introduction::Scheme(SchemeName::new("margin-money").expect("a name")),
            Introduction::Head(HeadName::new("odop").expect("a name")),
            Introduction::Head(HeadName::new("odop-2").expect("a name")),
            Introduction::Actor(ActorName::new("fin-01").expect("a name")),
            Introduction::Word(word("one")),
            Introduction::Word(word("two")),
            Introduction::Authority(authority(None)),
            Introduction::Authority(authority(Some(word("one")))),
        ];
        introduced.iter().for_each(|one| assert!(names.introduce(one)));
        let mut bytes = Vec::new();
        put_names(&mut bytes, &names);
        let mut reader = Reader::new(&bytes);
        assert_eq!(reader.names(), Some(names));
        assert!(reader.is_empty());
        for len in 0..bytes.len() {
            assert_eq!(Reader::new(&bytes[..len]).names(), None, "cut at {len}");
        }
        let mut twice = Vec::new();
        put_texts(&mut twice, Vec::from(["a", "a"]));
        assert_eq!(Reader::new(&twice).names(), None);
    }
}
