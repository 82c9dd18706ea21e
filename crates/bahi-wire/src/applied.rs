//! The body of `Applied`: the case's name, who applies, and the facts; and fingerprints, which
//! other bodies share.

use bahi_core::{
    Applicant, Applied, BodyKey, CaseRef, FACTS_MAX, FamilyKey, Fingerprint, PersonKey,
    SPV_MEMBERS_MAX, StoredFact, WordNo,
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
    PrintForm: 18 {
        key_id: u16,
        print: u128,
    }
    FactForm: 5 {
        name: u32,
        kind: u8,
    }
}

/// Writes the body.
pub(crate) fn write(writer: &mut Writer<'_>, applied: &Applied) -> Result<(), WireError> {
    let count = applied.facts.len();
    facts_sound(&applied.facts).map_err(|problem| writer.invalid("facts", problem))?;
    let problem = Problem::TooMany { count, max: FACTS_MAX };
    let facts = u8::try_from(count).map_err(|_| writer.invalid("facts", problem))?;
    writer.form(&AppliedForm { applicant: applicant_number(&applied.applicant), facts });
    writer.text(applied.case_ref.as_str());
    write_applicant(writer, &applied.applicant)?;
    for (name, fact) in &applied.facts {
        write_fact(writer, *name, *fact);
    }
    Ok(())
}

/// Reads the body.
pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Applied, WireError> {
    let at = reader.at();
    let form: AppliedForm = reader.form()?;
    let case_ref = reader.name("case_ref", CaseRef::new)?;
    let applicant = read_applicant(reader, form.applicant, at)?;
    let count = reader.counted("facts", form.facts, FACTS_MAX, FACT_BYTES_MIN)?;
    let mut facts = Vec::with_capacity(count);
    for _ in 0..count {
        facts.push(read_fact(reader)?);
    }
    facts_sound(&facts).map_err(|problem| invalid("facts", at, problem))?;
    Ok(Applied { case_ref, applicant, facts })
}

/// The facts of a case: no more than there may be, each named once. Their order is that of their
/// names, which are numbers here, so it is kept and not looked at.
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

/// Keys are numbered from 1.
pub(crate) fn print_sound(print: Fingerprint) -> Result<(), Problem> {
    numbers::from_one(u32::from(print.key_id)).map(|_| ())
}

/// The fingerprint of a key's number and sixteen bytes.
pub(crate) fn print(key_id: u16, print: u128) -> Result<Fingerprint, Problem> {
    let print = Fingerprint { key_id, print: print.to_le_bytes() };
    print_sound(print).map(|()| print)
}

/// Writes a fingerprint that is sound.
fn write_print(writer: &mut Writer<'_>, print: Fingerprint) -> Result<(), WireError> {
    print_sound(print).map_err(|problem| writer.invalid("key id", problem))?;
    put_print(writer, print);
    Ok(())
}

/// Writes a fingerprint as it is.
pub(crate) fn put_print(writer: &mut Writer<'_>, print: Fingerprint) {
    writer.form(&PrintForm { key_id: print.key_id, print: u128::from_le_bytes(print.print) });
}

fn read_print(reader: &mut Reader<'_>) -> Result<Fingerprint, WireError> {
    let at = reader.at();
    let form: PrintForm = reader.form()?;
    print(form.key_id, form.print).map_err(|problem| invalid("key id", at, problem))
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
