//! One row: every field read, or complained of.
//!
//! # Invariants
//! * The value of an identifying cell goes to the caller's fingerprints and nowhere else.
//! * No complaint quotes a cell that looks like a person's number, nor, under a mapping with
//!   identifying columns, any cell.

use bahi_core::{
    AccountKey, Alias, Applicant, BodyKey, District, FactKind, FactValue, FamilyKey, FinancialYear,
    Fingerprint, GivenFact, Ifsc, Money, Payee, PersonKey, Reference, Word, looks_like_aadhaar,
};

use crate::{
    Complaints, Context, Mapping,
    complaint::shown,
    mapping::{Amounts, ApplicantKind, FactColumn, IdentifyingColumn},
    prints::Prints,
    source::Header,
    table::Record,
};

/// What stands for a bank's reference in a row's identity where it looks like a person's number.
const NOT_HASHED: &str = "a reference kept as a fingerprint";

/// A row that can be read.
pub(crate) struct Row {
    pub(crate) district: District,
    pub(crate) fy: FinancialYear,
    pub(crate) facts: Vec<(Word, FactValue)>,
    pub(crate) who: Who,
    pub(crate) paid: Option<Paid>,
}

/// Whom a row is about.
pub(crate) struct Who {
    pub(crate) applicant: Applicant,
    /// The fingerprints by which the ledger knows the row again.
    pub(crate) lead: Option<Prints>,
    pub(crate) aliases: Vec<Alias>,
}

/// To whom a row's money went.
pub(crate) struct Paid {
    pub(crate) payee: Payee,
    pub(crate) reference: Reference,
    pub(crate) aliases: Vec<Alias>,
}

impl Row {
    /// Everybody and every account it names.
    pub(crate) fn named(&self) -> Vec<Fingerprint> {
        let mut named = match &self.who.applicant {
            Applicant::Person { person, family } => {
                std::iter::once(person.0).chain(family.map(|family| family.0)).collect()
            }
            Applicant::Unit { unit, owner } => {
                std::iter::once(unit.0).chain(owner.map(|owner| owner.0)).collect()
            }
            Applicant::Spv { spv, members } => {
                std::iter::once(spv.0).chain(members.iter().map(|member| member.0)).collect()
            }
            Applicant::Institution { institution } => Vec::from([institution.0]),
            Applicant::NotInSource => Vec::new(),
        };
        named.extend(self.paid.as_ref().map(|paid| paid.payee.account.0));
        named
    }
}

/// The cells of a row that its identity depends on, by name: all but the identifying ones.
pub(crate) fn content<'r>(
    header: &'r Header,
    record: &'r Record<'_>,
) -> impl Iterator<Item = (&'r str, &'r str)> {
    header.sorted.iter().map(|(name, at)| {
        let cell = &*record.fields[*at];
        let hidden = header.reference == Some(*at) && looks_like_aadhaar(cell);
        (name.as_str(), if hidden { NOT_HASHED } else { cell })
    })
}

/// The reading of one row.
pub(crate) struct Fields<'a, 'c> {
    pub(crate) mapping: &'a Mapping,
    pub(crate) context: Context<'c>,
    pub(crate) header: &'a Header,
    pub(crate) record: &'a Record<'a>,
    pub(crate) complaints: &'a mut Complaints,
}

impl<'a> Fields<'a, '_> {
    /// Reads every field; complains of each that cannot be read.
    pub(crate) fn read(mut self) -> Option<Row> {
        let before = self.complaints.count;
        let district = self.district();
        let fy = self.financial_year();
        let facts = self.facts();
        self.others();
        let who = self.who();
        let paid = self.paid();
        if self.complaints.count > before {
            return None;
        }
        Some(Row { district: district?, fy: fy?, facts, who: who?, paid })
    }

    fn complain(&mut self, column: &str, what: impl Into<String>) {
        self.complaints.add(self.record.line, Some(column), what);
    }

    /// A cell as a message may speak of it.
    fn quoted(&self, text: &str) -> String {
        if self.mapping.identifies() { "what the cell says".to_owned() } else { shown(text) }
    }

    /// A cell that is stored or hashed as it is, provided that it names nobody.
    fn plain(&mut self, at: usize, column: &str) -> Option<&'a str> {
        let text: &'a str = &self.record.fields[at];
        if !looks_like_aadhaar(text) {
            return Some(text);
        }
        self.complain(
            column,
            "the cell looks like an Aadhaar number, which no column may hold that is not an \
             identifying one of the mapping",
        );
        None
    }

    fn district(&mut self) -> Option<District> {
        let column = &self.mapping.district;
        let text = self.plain(self.header.district, column)?;
        let district = (self.context.district)(text).filter(|district| !district.is_pool());
        if district.is_none() {
            self.complain(column, format!("no district is called {}", self.quoted(text)));
        }
        district
    }

    fn financial_year(&mut self) -> Option<FinancialYear> {
        let column = &self.mapping.financial_year;
        let text = self.plain(self.header.financial_year, column)?;
        match FinancialYear::parse(text) {
            Ok(fy) => Some(fy),
            Err(error) => {
                self.complain(column, format!("{} is {error}", self.quoted(text)));
                None
            }
        }
    }

    fn facts(&mut self) -> Vec<(Word, FactValue)> {
        let mapping = self.mapping;
        let mut facts = Vec::with_capacity(mapping.facts.len());
        for (fact, at) in mapping.facts.iter().zip(&self.header.facts) {
            let Some(text) = self.plain(*at, &fact.column) else { continue };
            if fact.optional && text.is_empty() {
                continue;
            }
            match value_of(text, fact, mapping.amounts) {
                Ok(value) => facts.push((fact.name.clone(), value)),
                Err(why) => self.complain(&fact.column, format!("{}{why}", self.quoted(text))),
            }
        }
        facts
    }

    /// The columns that are checked, and those that are a part of ids alone.
    fn others(&mut self) {
        let mapping = self.mapping;
        for (checked, at) in mapping.checked.iter().zip(&self.header.checked) {
            let Some(text) = self.plain(*at, &checked.column) else { continue };
            if !checked.values.iter().any(|value| value == text) {
                let what = format!("{} is none of its values", self.quoted(text));
                self.complain(&checked.column, what);
            }
        }
        for (column, at) in mapping.ignored.iter().zip(&self.header.ignored) {
            self.plain(*at, column);
        }
    }

    /// The fingerprints of an identifying cell; none of an empty one, and none after a complaint.
    fn prints(&mut self, identifying: &IdentifyingColumn) -> Option<Prints> {
        let column = &identifying.column;
        let places = &self.header.identifying;
        let at = places.iter().find(|(name, _)| name == column).map(|(_, at)| *at);
        let (Some(at), Some(fingerprint)) = (at, self.context.fingerprint) else {
            self.complain(column, "there is no fingerprint key");
            return None;
        };
        match fingerprint(identifying.kind, &self.record.fields[at]) {
            Ok(Some(prints)) => Some(prints),
            Ok(None) => {
                if !identifying.optional {
                    self.complain(column, "the cell is empty");
                }
                None
            }
            Err(why) => {
                self.complain(column, why);
                None
            }
        }
    }

    fn who(&mut self) -> Option<Who> {
        let Some(columns) = &self.mapping.applicant else {
            return Some(Who {
                applicant: Applicant::NotInSource,
                lead: None,
                aliases: Vec::new(),
            });
        };
        let mut cell = |column: &Option<IdentifyingColumn>| {
            column.as_ref().and_then(|identifying| self.prints(identifying))
        };
        let (person, family, body) =
            (cell(&columns.person), cell(&columns.family), cell(&columns.body));
        let of_person = |prints: &Prints| PersonKey(prints.newest);
        let (applicant, lead) = match (columns.kind, &person, &body) {
            (ApplicantKind::Person, Some(found), _) => {
                let family = family.as_ref().map(|prints| FamilyKey(prints.newest));
                (Applicant::Person { person: of_person(found), family }, person.clone())
            }
            (ApplicantKind::Person, None, _) => {
                if let (Some(_), Some(identifying)) = (&family, &columns.family) {
                    self.complain(&identifying.column, "a family stands here without a person");
                }
                (Applicant::NotInSource, None)
            }
            (ApplicantKind::Unit, owner, Some(found)) => {
                let owner = owner.as_ref().map(of_person);
                (Applicant::Unit { unit: BodyKey(found.newest), owner }, body.clone())
            }
            (ApplicantKind::Institution, _, Some(found)) => {
                (Applicant::Institution { institution: BodyKey(found.newest) }, body.clone())
            }
            // What is missing was complained of.
            (ApplicantKind::Unit | ApplicantKind::Institution, _, None) => return None,
        };
        let prints = [person, family, body];
        Some(Who { applicant, lead, aliases: aliases(prints.iter().flatten()) })
    }

    fn paid(&mut self) -> Option<Paid> {
        let paid = self.mapping.disbursement.as_ref()?;
        let account = self.prints(&paid.account);
        let (ifsc_at, reference_at) = (self.header.ifsc?, self.header.reference?);
        let ifsc = self.plain(ifsc_at, &paid.ifsc).and_then(|text| {
            let ifsc = Ifsc::parse(text);
            if ifsc.is_none() {
                let what = "is no IFSC: four capitals, a zero, six capitals or digits";
                self.complain(&paid.ifsc, format!("{} {what}", self.quoted(text)));
            }
            ifsc
        });
        // One that looks like a person's number is the ledger's to fingerprint.
        let text = &*self.record.fields[reference_at];
        let reference = match Reference::new(text) {
            Ok(reference) => Some(reference),
            Err(error) => {
                self.complain(&paid.reference, format!("{}: {error}", self.quoted(text)));
                None
            }
        };
        let account = account?;
        let payee = Payee { account: AccountKey(account.newest), ifsc: ifsc? };
        Some(Paid { payee, reference: reference?, aliases: aliases([&account].into_iter()) })
    }
}

/// What a command says of the older keys, rising and each once.
fn aliases<'p>(prints: impl Iterator<Item = &'p Prints>) -> Vec<Alias> {
    let mut aliases: Vec<Alias> = prints.flat_map(Prints::aliases).collect();
    aliases.sort_unstable();
    aliases.dedup();
    aliases
}

/// The value of a field as a fact, or what is to be said after the field.
fn value_of(text: &str, fact: &FactColumn, amounts: Amounts) -> Result<FactValue, String> {
    let wrong = |why: &str| format!(" is {why}");
    match fact.kind {
        FactKind::Money => match amounts {
            Amounts::Strict => Money::parse(text),
            Amounts::Indian => Money::parse_grouped(text),
        }
        .map(FactValue::Money)
        .map_err(|error| format!(": {error}")),
        FactKind::Count => {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            let count = text.parse().ok().filter(|_| digits);
            count.map(FactValue::Count).ok_or_else(|| wrong("no whole number"))
        }
        FactKind::Flag => match text {
            "true" => Ok(FactValue::Flag(true)),
            "false" => Ok(FactValue::Flag(false)),
            _ => Err(wrong("neither true nor false")),
        },
        FactKind::Word => {
            Word::new(text).map(FactValue::Word).map_err(|error| format!(": {error}"))
        }
    }
}

/// A fact as a command gives it; an amount always fits a word.
pub(crate) fn given(value: &FactValue) -> Option<GivenFact> {
    Some(match value {
        FactValue::Money(money) => GivenFact::Text(Word::new(&money.to_string()).ok()?),
        FactValue::Count(count) => GivenFact::Count(*count),
        FactValue::Flag(flag) => GivenFact::Flag(*flag),
        FactValue::Word(word) => GivenFact::Text(word.clone()),
    })
}
