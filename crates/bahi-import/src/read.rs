//! A file under a mapping: commands, or every reason why there are none.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bahi_core::{
    Act, Applicant, CaseRef, Command, CommandId, Day, District, FactKind, FactValue, Facts,
    FinancialYear, Fund, GivenFact, Money, Terms, Total, Word,
};

use crate::{
    Complaints, Mapping,
    assumptions::{assumptions, rupees},
    complaint::shown,
    identity::{self, Identity},
    mapping::{Amounts, FactColumn, Step},
    source::{Header, text_of},
    table::{Record, Table},
};

/// The largest file, in bytes: 256 MiB.
pub const IMPORT_BYTES_MAX: usize = 256 * 1024 * 1024;
/// The most rows of one file.
pub const IMPORT_ROWS_MAX: u64 = 1_000_000;
/// The most columns of one file.
pub const IMPORT_COLUMNS_MAX: usize = 256;

/// What a reading needs that the file and the mapping do not say.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// SHA-256.
    pub digest: &'a dyn Fn(&[u8]) -> [u8; 32],
    /// The district of a name or code as the file prints it.
    pub district: &'a dyn Fn(&str) -> Option<District>,
    /// The scheme's terms in force on a day.
    pub terms_on: &'a dyn Fn(Day) -> Option<&'a Terms>,
    /// Whether the event of a command stands in the ledger already. Money is allotted for the
    /// cases whose sanction does not, so that a file imported before, in part or whole, does not
    /// have its money allotted again.
    pub recorded: &'a dyn Fn(CommandId) -> bool,
}

/// A file read: what to ask of the ledger, and what to tell the reader.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Import {
    /// Allotments in order of year and district, then for each row its application and sanction.
    pub commands: Vec<Command>,
    /// Every assumption, each a sentence.
    pub assumptions: Vec<String>,
    /// Rows that look wrong, in order of line.
    pub suspicious: Vec<Suspicion>,
    /// The figures.
    pub report: Report,
}

/// A row that looks wrong and can be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Suspicion {
    /// The line it begins on.
    pub line: u64,
    /// What looks wrong.
    pub what: String,
    /// Whether it was taken all the same, as the mapping says.
    pub taken: bool,
}

/// The figures of a file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// Rows, without the header.
    pub rows: u64,
    /// Rows that became cases.
    pub taken: u64,
    /// Rows that differ from every row before them.
    pub distinct_rows: u64,
    /// The sums over all rows of each fact of money, in the order of the mapping.
    pub sums: Vec<FactSum>,
    /// What the terms give the cases that are sanctioned, each rounded.
    pub entitlement: Total,
    /// Funds the cases draw on.
    pub funds: u64,
    /// What the allotments add up to.
    pub allotted: Total,
    /// The same by financial year, rising.
    pub years: Vec<YearFigures>,
}

/// The sum of a fact over all rows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FactSum {
    /// The fact.
    pub fact: Word,
    /// Its sum.
    pub sum: Total,
}

/// The figures of one financial year.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct YearFigures {
    /// The year.
    pub fy: FinancialYear,
    /// Its rows.
    pub rows: u64,
    /// Sums of the facts of money.
    pub sums: Vec<FactSum>,
    /// What the terms give.
    pub entitlement: Total,
}

/// Reads a file of cases.
///
/// # Errors
/// Every complaint about the file. Alone and at once: a file too large, empty, not UTF-8, or
/// without the header the mapping asks for. Else all of every row, in order of line and, within
/// one, of the mapping.
pub fn read(csv: &[u8], mapping: &Mapping, context: &Context<'_>) -> Result<Import, Complaints> {
    let text = text_of(csv)?;
    let mut table = Table::new(text, mapping.delimiter);
    let header = Header::read(&mut table, mapping)?;
    let mut reading = Reading::new(mapping, *context, header);
    for record in table {
        match record {
            Ok(record) => reading.row(&record),
            Err(broken) => reading.complaints.add(broken.line, None, broken.what),
        }
        if reading.rows_seen > IMPORT_ROWS_MAX {
            break;
        }
    }
    reading.finish()
}

/// A row that can be read.
struct Row {
    district: District,
    fy: FinancialYear,
    facts: Vec<(Word, FactValue)>,
}

/// A reading on its way.
struct Reading<'m, 'c> {
    mapping: &'m Mapping,
    context: Context<'c>,
    header: Header,
    complaints: Complaints,
    rows_seen: u64,
    equal: HashMap<Identity, u64>,
    case_refs: BTreeSet<CaseRef>,
    needs: BTreeMap<(FinancialYear, District), Need>,
    years: BTreeMap<FinancialYear, YearFigures>,
    suspicious: Vec<Suspicion>,
    commands: Vec<Command>,
    report: Report,
}

impl<'m, 'c> Reading<'m, 'c> {
    fn new(mapping: &'m Mapping, context: Context<'c>, header: Header) -> Reading<'m, 'c> {
        Reading {
            mapping,
            context,
            header,
            complaints: Complaints::default(),
            rows_seen: 0,
            equal: HashMap::new(),
            case_refs: BTreeSet::new(),
            needs: BTreeMap::new(),
            years: BTreeMap::new(),
            suspicious: Vec::new(),
            commands: Vec::new(),
            report: Report { sums: no_sums(mapping), ..Report::default() },
        }
    }

    fn row(&mut self, record: &Record<'_>) {
        self.rows_seen += 1;
        let line = record.line;
        if self.rows_seen > IMPORT_ROWS_MAX {
            let what = format!("the file has over {IMPORT_ROWS_MAX} rows; divide it");
            return self.complaints.add(line, None, what);
        }
        let (found, wanted) = (record.fields.len(), self.header.sorted.len());
        if found != wanted {
            let what = format!("{found} fields where the header has {wanted}");
            return self.complaints.add(line, None, what);
        }
        let content = {
            let columns = self.header.sorted.iter();
            let columns = columns.map(|(name, at)| (name.as_str(), &*record.fields[*at]));
            identity::row(self.context.digest, self.mapping, columns)
        };
        let Some(row) = self.parse(record) else { return };
        let ordinal = self.equal.entry(content).or_insert(0);
        *ordinal += 1;
        let ordinal = *ordinal;
        self.count(&row, ordinal);
        if self.suspect(line, &row) {
            let case = identity::case(self.context.digest, &content, ordinal);
            self.take(line, row, &case);
        }
    }

    /// Reads every field of a row; complains of each that cannot be read.
    fn parse(&mut self, record: &Record<'_>) -> Option<Row> {
        let Reading { mapping, context, header, complaints, .. } = self;
        let before = complaints.count;
        let line = record.line;
        let read = &*record.fields[header.district];
        let district = (context.district)(read).filter(|district| !district.is_pool());
        if district.is_none() {
            let what = format!("no district is called {}", shown(read));
            complaints.add(line, Some(&mapping.district), what);
        }
        let read = &*record.fields[header.financial_year];
        let fy = match FinancialYear::parse(read) {
            Ok(fy) => Some(fy),
            Err(error) => {
                let what = format!("{} is {error}", shown(read));
                complaints.add(line, Some(&mapping.financial_year), what);
                None
            }
        };
        let mut facts = Vec::with_capacity(mapping.facts.len());
        for (fact, at) in mapping.facts.iter().zip(&header.facts) {
            let text = &*record.fields[*at];
            if fact.optional && text.is_empty() {
                continue;
            }
            match value_of(text, fact, mapping.amounts) {
                Ok(value) => facts.push((fact.name.clone(), value)),
                Err(what) => complaints.add(line, Some(&fact.column), what),
            }
        }
        for (checked, at) in mapping.checked.iter().zip(&header.checked) {
            let text = &*record.fields[*at];
            if !checked.values.iter().any(|value| value == text) {
                let what = format!("{} is none of its values", shown(text));
                complaints.add(line, Some(&checked.column), what);
            }
        }
        if complaints.count > before {
            return None;
        }
        Some(Row { district: district?, fy: fy?, facts })
    }

    fn count(&mut self, row: &Row, ordinal: u64) {
        self.report.rows += 1;
        self.report.distinct_rows += u64::from(ordinal == 1);
        let mapping = self.mapping;
        let year = self.years.entry(row.fy).or_insert_with(|| YearFigures {
            fy: row.fy,
            rows: 0,
            sums: no_sums(mapping),
            entitlement: Total::ZERO,
        });
        year.rows += 1;
        for (name, value) in &row.facts {
            let FactValue::Money(money) = value else { continue };
            let sums = self.report.sums.iter_mut().chain(&mut year.sums);
            for sum in sums.filter(|sum| sum.fact == *name) {
                sum.sum += Total::from(*money);
            }
        }
    }

    /// Notes a row that looks wrong, and says whether the row is taken.
    fn suspect(&mut self, line: u64, row: &Row) -> bool {
        let Some(suspicious) = &self.mapping.suspicious else { return true };
        let stated = row.facts.iter().find(|(name, _)| *name == suspicious.fact);
        let Some((name, FactValue::Money(stated))) = stated else { return true };
        if *stated >= suspicious.below {
            return true;
        }
        let taken = suspicious.take;
        let (stated, below) = (rupees(*stated), rupees(suspicious.below));
        self.suspicious.push(Suspicion {
            line,
            what: format!("the {name} of {stated} is below {below}"),
            taken,
        });
        taken
    }

    /// Makes the commands of a row.
    fn take(&mut self, line: u64, row: Row, case: &Identity) {
        let (mapping, digest) = (self.mapping, self.context.digest);
        let Some(facts) = Facts::new(row.facts.clone()) else {
            return self.complaints.add(line, None, "a fact is stated twice");
        };
        let application = &mapping.application;
        let Some(applied_on) = self.day_with_terms(line, application, row.fy, &facts, false) else {
            return;
        };
        let Some(case_ref) = identity::case_ref(mapping, row.fy, row.district, case)
            .filter(|case_ref| self.case_refs.insert(case_ref.clone()))
        else {
            let what = "the row's case reference is another row's; divide the file";
            return self.complaints.add(line, None, what);
        };
        let given =
            row.facts.iter().filter_map(|(name, value)| Some((name.clone(), given(value)?)));
        let apply = Act::Apply {
            scheme: mapping.scheme().clone(),
            district: row.district,
            case_ref: case_ref.clone(),
            applicant: Applicant::NotInSource,
            facts: given.collect(),
        };
        let id = identity::step(digest, case, "application");
        self.commands.push(command(id, application, applied_on.0, apply));
        if let Some(step) = &mapping.sanction {
            let Some((day, amount)) = self.day_with_terms(line, step, row.fy, &facts, true) else {
                return;
            };
            let fund = self.fund(row.fy, row.district);
            let id = identity::step(digest, case, "sanction");
            let need = self.needs.entry((row.fy, row.district)).or_default();
            if !(self.context.recorded)(id) {
                need.add(id, amount);
            }
            self.report.entitlement += Total::from(amount);
            if let Some(year) = self.years.get_mut(&row.fy) {
                year.entitlement += Total::from(amount);
            }
            self.commands.push(command(id, step, day, Act::Sanction { case_ref, fund, amount }));
        }
        self.report.taken += 1;
    }

    /// The day of a step and what the terms of that day give the facts; for an application they
    /// need only ask for these facts.
    fn day_with_terms(
        &mut self,
        line: u64,
        step: &Step,
        fy: FinancialYear,
        facts: &Facts,
        granting: bool,
    ) -> Option<(Day, Money)> {
        let Some(day) = step.day.of(fy) else {
            let what = format!("{fy} reaches beyond the days there are");
            self.complaints.add(line, Some(&self.mapping.financial_year), what);
            return None;
        };
        let Some(terms) = (self.context.terms_on)(day) else {
            let what = format!("no terms of {} are in force on {day}", self.mapping.scheme());
            self.complaints.add(line, Some(&self.mapping.financial_year), what);
            return None;
        };
        let amount = if granting {
            terms.entitlement(facts).map(|entitlement| entitlement.amount)
        } else {
            terms.check_facts(facts).map(|()| Money::ZERO)
        };
        match amount {
            Ok(amount) if granting && amount.is_zero() => {
                self.complaints.add(line, None, "the terms give nothing for this row");
                None
            }
            Ok(amount) => Some((day, amount)),
            Err(error) => {
                self.complaints.add(line, None, error.to_string());
                None
            }
        }
    }

    fn fund(&self, fy: FinancialYear, district: District) -> Fund {
        Fund {
            scheme: self.mapping.scheme().clone(),
            head: self.mapping.head().clone(),
            fy,
            district,
        }
    }

    fn finish(mut self) -> Result<Import, Complaints> {
        if self.complaints.is_empty() && self.report.rows == 0 {
            self.complaints.add(1, None, "the file has a header and no rows");
        }
        let mut commands = self.allotments();
        if !self.complaints.is_empty() {
            return Err(self.complaints);
        }
        commands.append(&mut self.commands);
        self.report.funds = self.needs.len() as u64;
        self.report.years = self.years.into_values().collect();
        Ok(Import {
            commands,
            assumptions: assumptions(self.mapping),
            suspicious: self.suspicious,
            report: self.report,
        })
    }

    /// What the cases that are new to each fund need, as allotments.
    fn allotments(&mut self) -> Vec<Command> {
        let mapping = self.mapping;
        let Some(step) = &mapping.allotment else { return Vec::new() };
        let mut commands = Vec::with_capacity(self.needs.len() + self.commands.len());
        for (&(fy, district), need) in &self.needs {
            if need.cases == 0 {
                continue;
            }
            let fund = self.fund(fy, district);
            // Both were found for the sanctions of the fund, so only the amount can fail.
            let (Some(day), Some(amount)) = (step.day.of(fy), need.amount.to_money()) else {
                let what = format!(
                    "the cases of {fy} in district {district} need {}, too much",
                    need.amount
                );
                self.complaints.add(1, None, what);
                continue;
            };
            let id = identity::allotment(self.context.digest, mapping, &fund, need);
            self.report.allotted += need.amount;
            commands.push(command(id, step, day, Act::Allot { fund, amount }));
        }
        commands
    }
}

/// What the new cases of a fund need, and which cases they are.
#[derive(Clone, Copy, Default)]
pub(crate) struct Need {
    /// What they are sanctioned together.
    pub(crate) amount: Total,
    /// How many they are.
    pub(crate) cases: u64,
    /// Their sanctions' ids, combined so that the order does not matter.
    pub(crate) ids: u128,
}

impl Need {
    fn add(&mut self, sanction: CommandId, amount: Money) {
        self.amount += Total::from(amount);
        self.cases += 1;
        self.ids ^= u128::from_be_bytes(sanction.to_bytes());
    }
}

fn no_sums(mapping: &Mapping) -> Vec<FactSum> {
    let money = mapping.facts.iter().filter(|fact| fact.kind == FactKind::Money);
    money.map(|fact| FactSum { fact: fact.name.clone(), sum: Total::ZERO }).collect()
}

fn command(id: bahi_core::CommandId, step: &Step, day: Day, act: Act) -> Command {
    Command {
        id,
        actor: step.actor.clone(),
        role: step.role,
        effective_day: day,
        authority: step.authority.clone(),
        act,
    }
}

/// The value of a field as a fact.
fn value_of(text: &str, fact: &FactColumn, amounts: Amounts) -> Result<FactValue, String> {
    let wrong = |why: &str| format!("{} is {why}", shown(text));
    match fact.kind {
        FactKind::Money => match amounts {
            Amounts::Strict => Money::parse(text),
            Amounts::Indian => Money::parse_grouped(text),
        }
        .map(FactValue::Money)
        .map_err(|error| format!("{}: {error}", shown(text))),
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
        FactKind::Word => Word::new(text)
            .map(FactValue::Word)
            .map_err(|error| format!("{}: {error}", shown(text))),
    }
}

/// A fact as a command gives it; an amount always fits a word.
fn given(value: &FactValue) -> Option<GivenFact> {
    Some(match value {
        FactValue::Money(money) => GivenFact::Text(Word::new(&money.to_string()).ok()?),
        FactValue::Count(count) => GivenFact::Count(*count),
        FactValue::Flag(flag) => GivenFact::Flag(*flag),
        FactValue::Word(word) => GivenFact::Text(word.clone()),
    })
}
