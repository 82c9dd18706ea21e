//! The bodies of schemes and their terms.

use bahi_core::{DISTRICTS_MAX, District, SchemeOpened, TermsChanged};

use super::{Body, parts::unsound};
use crate::{
    Problem, WireError,
    bytes::{Reader, Writer},
    terms,
};

impl Body for SchemeOpened {
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        districts_sound(&self.districts).map_err(|problem| writer.invalid("districts", problem))?;
        writer.count("districts", self.districts.len(), DISTRICTS_MAX)?;
        for district in &self.districts {
            writer.form(&district.0);
        }
        terms::write(writer, &self.terms);
        Ok(())
    }

    fn read(reader: &mut Reader<'_>) -> Result<SchemeOpened, WireError> {
        let at = reader.at();
        let count: u16 = reader.form()?;
        let count = reader.counted("districts", count, DISTRICTS_MAX, 2)?;
        let mut districts = Vec::with_capacity(count);
        for _ in 0..count {
            districts.push(District(reader.form()?));
        }
        districts_sound(&districts).map_err(unsound("districts", at))?;
        Ok(SchemeOpened { districts, terms: terms::read(reader)? })
    }
}

/// A scheme's districts: at least one, each above the one before.
fn districts_sound(districts: &[District]) -> Result<(), Problem> {
    if districts.is_empty() {
        return Err(Problem::Empty);
    }
    if districts.is_sorted_by(|left, right| left < right) { Ok(()) } else { Err(Problem::Order) }
}

impl Body for TermsChanged {
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        writer.form(&self.version);
        terms::write(writer, &self.terms);
        Ok(())
    }

    fn read(reader: &mut Reader<'_>) -> Result<TermsChanged, WireError> {
        Ok(TermsChanged { version: reader.form()?, terms: terms::read(reader)? })
    }
}
