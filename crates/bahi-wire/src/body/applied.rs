//! The bodies of applications: the case's name, who applies, and the facts stated, then and later.

use bahi_core::{
    Applicant, ApplicationAmended, Applied, BodyKey, CaseRef, FACTS_MAX, FamilyKey, PersonKey,
    SPV_MEMBERS_MAX, StoredFact, WordNo,
};

use super::{
    Body,
    parts::{read_print, unsound, write_print},
};
use crate::{
    Problem, WireError,
    bytes::{Reader, Writer, forms, invalid},
    numbers,
};

const NOT_IN_SOURCE: u8 = 0;
const PERSON: u8 = 1;
const PERSON_OF_FAMILY: u8 = 2;
const UNIT: u8 = 3;
const UNIT_OF_OWNER: u8 = 4;
const SPV: u8 = 5;
const INSTITUTION: u8 = 6;

const FACT_MONEY: u8 = 1;
const FACT_COUNT: u8 = 2;
const FACT_FLAG: u8 = 3;
const FACT_WORD: u8 = 4;

/// The least bytes of a fact: its group and a flag.
const FACT_BYTES_MIN: usize = 6;

forms! {
    AppliedForm: 2 {
        applicant: u8,
        facts: u8,
    }
    FactForm: 5 {
        name: u32,
        kind: u8,
    }
}

impl Body for Applied {
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        let facts = facts_count(writer, "facts", &self.facts)?;
        writer.form(&AppliedForm { applicant: applicant_number(&self.applicant), facts });
        writer.text(self.case_ref.as_str());
        write_applicant(writer, &self.applicant)?;
        write_facts(writer, &self.facts);
        Ok(())
    }

    fn read(reader: &mut Reader<'_>) -> Result<Applied, WireError> {
        let at = reader.at();
        let form: AppliedForm = reader.form()?;
        let case_ref = reader.name("case_ref", CaseRef::new)?;
        let applicant = read_applicant(reader, form.applicant, at)?;
        let facts = read_facts(reader, "facts", form.facts, at)?;
        Ok(Applied { case_ref, applicant, facts })
    }
}

impl Body for ApplicationAmended {
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        let facts = facts_count(writer, "facts", &self.facts)?;
        writer.form(&facts);
        write_facts(writer, &self.facts);
        Ok(())
    }

    fn read(reader: &mut Reader<'_>) -> Result<ApplicationAmended, WireError> {
        let at = reader.at();
        let count = reader.form()?;
        Ok(ApplicationAmended { facts: read_facts(reader, "facts", count, at)? })
    }
}

/// How many facts there are, where they are sound.
pub(super) fn facts_count(
    writer: &Writer<'_>,
    field: &'static str,
    facts: &[(WordNo, StoredFact)],
) -> Result<u8, WireError> {
    facts_sound(facts).map_err(|problem| writer.invalid(field, problem))?;
    writer.short(field, facts.len(), FACTS_MAX)
}

/// Writes the facts, whose number stands in the group before.
pub(super) fn write_facts(writer: &mut Writer<'_>, facts: &[(WordNo, StoredFact)]) {
    for (name, fact) in facts {
        write_fact(writer, *name, *fact);
    }
}

/// Reads so many facts; `at` is where their group begins.
#[inline(always)]
pub(super) fn read_facts(
    reader: &mut Reader<'_>,
    field: &'static str,
    count: u8,
    at: usize,
) -> Result<Vec<(WordNo, StoredFact)>, WireError> {
    let count = reader.counted(field, count, FACTS_MAX, FACT_BYTES_MIN)?;
    let mut facts = Vec::with_capacity(count);
    for _ in 0..count {
        facts.push(read_fact(reader)?);
    }
    facts_sound(&facts).map_err(unsound(field, at))?;
    Ok(facts)
}

/// The facts of a case: no more than there may be, each named once. Their order is that of their
/// names, which are numbers here, so it is kept and not looked at.
#[inline]
fn facts_sound(facts: &[(WordNo, StoredFact)]) -> Result<(), Problem> {
    if facts.len() > FACTS_MAX {
        return Err(Problem::TooMany { count: facts.len(), max: FACTS_MAX });
    }
    let repeats = facts
        .iter()
        .enumerate()
        .any(|(index, (name, _))| facts[..index].iter().any(|(other, _)| other == name));
    if repeats { Err(Problem::Order) } else { Ok(()) }
}

/// The number of an applicant's kind, which says what follows.
pub(crate) const fn applicant_number(applicant: &Applicant) -> u8 {
    match applicant {
        Applicant::NotInSource => NOT_IN_SOURCE,
        Applicant::Person { family: None, .. } => PERSON,
        Applicant::Person { family: Some(_), .. } => PERSON_OF_FAMILY,
        Applicant::Unit { owner: None, .. } => UNIT,
        Applicant::Unit { owner: Some(_), .. } => UNIT_OF_OWNER,
        Applicant::Spv { .. } => SPV,
        Applicant::Institution { .. } => INSTITUTION,
    }
}

fn write_applicant(writer: &mut Writer<'_>, applicant: &Applicant) -> Result<(), WireError> {
    match applicant {
        Applicant::NotInSource => Ok(()),
        Applicant::Person { person, family } => {
            write_print(writer, person.0)?;
            family.map_or(Ok(()), |family| write_print(writer, family.0))
        }
        Applicant::Unit { unit, owner } => {
            write_print(writer, unit.0)?;
            owner.map_or(Ok(()), |owner| write_print(writer, owner.0))
        }
        Applicant::Spv { spv, members } => {
            write_print(writer, spv.0)?;
            if members.is_empty() {
                return Err(writer.invalid("members", Problem::Empty));
            }
            writer.count("members", members.len(), SPV_MEMBERS_MAX)?;
            members.iter().try_for_each(|member| write_print(writer, member.0))
        }
        Applicant::Institution { institution } => write_print(writer, institution.0),
    }
}

#[inline(always)]
fn read_applicant(reader: &mut Reader<'_>, number: u8, at: usize) -> Result<Applicant, WireError> {
    Ok(match number {
        NOT_IN_SOURCE => Applicant::NotInSource,
        PERSON => Applicant::Person { person: PersonKey(read_print(reader)?), family: None },
        PERSON_OF_FAMILY => Applicant::Person {
            person: PersonKey(read_print(reader)?),
            family: Some(FamilyKey(read_print(reader)?)),
        },
        UNIT => Applicant::Unit { unit: BodyKey(read_print(reader)?), owner: None },
        UNIT_OF_OWNER => Applicant::Unit {
            unit: BodyKey(read_print(reader)?),
            owner: Some(PersonKey(read_print(reader)?)),
        },
        SPV => Applicant::Spv { spv: BodyKey(read_print(reader)?), members: read_members(reader)? },
        INSTITUTION => Applicant::Institution { institution: BodyKey(read_print(reader)?) },
        other => {
            return Err(invalid("applicant", at, Problem::UnknownNumber(u32::from(other))));
        }
    })
}

fn read_members(reader: &mut Reader<'_>) -> Result<Vec<PersonKey>, WireError> {
    let at = reader.at();
    let count: u16 = reader.form()?;
    let count = reader.counted("members", count, SPV_MEMBERS_MAX, 18)?;
    if count == 0 {
        return Err(invalid("members", at, Problem::Empty));
    }
    let mut members = Vec::with_capacity(count);
    for _ in 0..count {
        members.push(PersonKey(read_print(reader)?));
    }
    Ok(members)
}

fn write_fact(writer: &mut Writer<'_>, name: WordNo, fact: StoredFact) {
    let group = |kind| FactForm { name: name.0, kind };
    match fact {
        StoredFact::Money(money) => {
            writer.form(&group(FACT_MONEY));
            writer.form(&money.paise());
        }
        StoredFact::Count(count) => {
            writer.form(&group(FACT_COUNT));
            writer.form(&count);
        }
        StoredFact::Flag(flag) => {
            writer.form(&group(FACT_FLAG));
            writer.form(&u8::from(flag));
        }
        StoredFact::Word(word) => {
            writer.form(&group(FACT_WORD));
            writer.form(&word.0);
        }
    }
}

#[inline(always)]
fn read_fact(reader: &mut Reader<'_>) -> Result<(WordNo, StoredFact), WireError> {
    let at = reader.at();
    let form: FactForm = reader.form()?;
    let unsound = |problem| invalid("fact", at, problem);
    let fact = match form.kind {
        FACT_MONEY => StoredFact::Money(numbers::money(reader.form()?).map_err(unsound)?),
        FACT_COUNT => StoredFact::Count(reader.form()?),
        FACT_FLAG => StoredFact::Flag(numbers::flag(reader.form()?).map_err(unsound)?),
        FACT_WORD => StoredFact::Word(WordNo(reader.form()?)),
        other => return Err(unsound(Problem::UnknownNumber(u32::from(other)))),
    };
    Ok((WordNo(form.name), fact))
}
