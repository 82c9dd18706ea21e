//! A file under a mapping: commands, or every reason why there are none.

use std::collections::{BTreeMap, BTreeSet};

use bahi_core::{
    Act, Alias, Applicant, CaseRef, Command, CommandId, Day, District, FactKind, FactValue, Facts,
    FinancialYear, Fund, Money, PaymentMode, Position, Terms, Total, Word,
};

use crate::{
    Complaints, Mapping,
    assumptions::{assumptions, rupees},
    equal::{Equal, NotComparable},
    identity::{self, Identity},
    mapping::Step,
    prints::Fingerprints,
    row::{self, Fields, Paid, Row, Who},
    source::{Header, text_of},
    table::{Record, Table},
};

/// The largest file, in bytes: 256 MiB.
pub const IMPORT_BYTES_MAX: usize = 256 * 1024 * 1024;
/// The most rows of one file.
pub const IMPORT_ROWS_MAX: u64 = 1_000_000;
/// The most columns of one file.
pub const IMPORT_COLUMNS_MAX: usize = 256;

/// The step by which a row is known to the ledger.
const APPLICATION: &str = "application";

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
    /// Whose application the event of a command is, where that event stands in the ledger. It is
    /// asked under mappings with identifying columns alone.
    pub applicant: &'a dyn Fn(CommandId) -> Option<Applicant>,
    /// The fingerprints of identifying values; none where there is no key, and then a mapping with
    /// identifying columns reads nothing.
    pub fingerprint: Option<Fingerprints<'a>>,
}

/// A file read: what to ask of the ledger, and what to tell the reader.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Import {
    /// Allotments in order of year and district, then for each row its application, its sanction
    /// and its payment, as far as it has them.
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
    /// Rows that differ from every row before them, also in whom they name.
    pub distinct_rows: u64,
    /// The sums over all rows of each fact of money, in the order of the mapping.
    pub sums: Vec<FactSum>,
    /// What the terms give the cases that are sanctioned, each rounded.
    pub entitlement: Total,
    /// What was paid, where rows are treated as disbursed.
    pub disbursed: Total,
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
/// Every complaint about the file. Alone and at once: identifying columns and no fingerprint key; a
/// file too large, empty, not UTF-8, or without the header the mapping asks for. Else all of every row, in order of line and, within
/// one, of the mapping.
pub fn read(csv: &[u8], mapping: &Mapping, context: &Context<'_>) -> Result<Import, Complaints> {
    if mapping.identifies() && context.fingerprint.is_none() {
        return Err(Complaints::one(1, without_keys(mapping)));
    }
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

/// Why a mapping with identifying columns reads nothing without keys.
fn without_keys(mapping: &Mapping) -> String {
    let columns: Vec<&str> = mapping.identifying_columns().collect();
    format!(
        "the mapping keeps fingerprints of {}, and there is no fingerprint key; give the ledger's \
         key file (--keys FILE)",
        columns.join(", ")
    )
}

/// A reading on its way.
struct Reading<'m, 'c> {
    mapping: &'m Mapping,
    context: Context<'c>,
    header: Header,
    complaints: Complaints,
    rows_seen: u64,
    equal: Equal,
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
            equal: Equal::default(),
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
        let (found, wanted) = (record.fields.len(), self.header.width);
        if found != wanted {
            let fields = if found == 1 { "field" } else { "fields" };
            let what = format!("{found} {fields} where the header has {wanted}");
            return self.complaints.add(line, None, what);
        }
        let Reading { mapping, context, header, complaints, .. } = self;
        let fields = Fields { mapping, context: *context, header, record, complaints };
        let Some(row) = fields.read() else { return };
        let content = row::content(&self.header, record);
        let content = identity::row(self.context.digest, self.mapping, content);
        let (context, identifies) = (self.context, self.mapping.identifies());
        let held = |ordinal| {
            let case = identity::case(context.digest, &content, ordinal);
            let id = identity::step(context.digest, &case, APPLICATION);
            if identifies { (context.applicant)(id) } else { None }
        };
        let lead = row.who.lead.as_ref();
        let place = match self.equal.place(content, lead, row.named(), &held) {
            Ok(place) => place,
            Err(NotComparable { key_id }) => {
                let what = format!(
                    "whether the ledger holds this row cannot be told: rows like it were recorded \
                     under fingerprint key {key_id}, which is not held; import new rows alone, \
                     under another version of the mapping"
                );
                return self.complaints.add(line, None, what);
            }
        };
        self.count(&row, place.first);
        if self.suspect(line, &row) {
            let case = identity::case(self.context.digest, &content, place.ordinal);
            self.take(line, row, &case);
        }
    }

    fn count(&mut self, row: &Row, first: bool) {
        self.report.rows += 1;
        self.report.distinct_rows += u64::from(first);
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
        let mapping = self.mapping;
        let Some(facts) = Facts::new(row.facts.clone()) else {
            return self.complaints.add(line, None, "a fact is stated twice");
        };
        let Some(case_ref) = self.apply(line, &row, &facts, case) else { return };
        if let Some(step) = &mapping.sanction {
            let Some((day, amount)) = self.day_with_terms(line, step, row.fy, &facts, true) else {
                return;
            };
            let fund = self.fund(row.fy, row.district);
            let id = identity::step(self.context.digest, case, "sanction");
            let need = self.needs.entry((row.fy, row.district)).or_default();
            if !(self.context.recorded)(id) {
                need.add(id, amount);
            }
            self.report.entitlement += Total::from(amount);
            if let Some(year) = self.years.get_mut(&row.fy) {
                year.entitlement += Total::from(amount);
            }
            let act = Act::Sanction { case_ref: case_ref.clone(), fund, amount };
            self.commands.push(command(id, step, day, Vec::new(), act));
            if let (Some(disbursement), Some(paid)) = (&mapping.disbursement, row.paid) {
                self.pay(line, &disbursement.step, (row.fy, case), (case_ref, amount, paid));
            }
        }
        self.report.taken += 1;
    }

    /// Makes the application of a row, and gives what the case is called.
    fn apply(&mut self, line: u64, row: &Row, facts: &Facts, case: &Identity) -> Option<CaseRef> {
        let mapping = self.mapping;
        let step = &mapping.application;
        let (day, _) = self.day_with_terms(line, step, row.fy, facts, false)?;
        let Some(case_ref) = identity::case_ref(mapping, row.fy, row.district, case)
            .filter(|case_ref| self.case_refs.insert(case_ref.clone()))
        else {
            let what = "the row's case reference is another row's; divide the file";
            self.complaints.add(line, None, what);
            return None;
        };
        let given =
            row.facts.iter().filter_map(|(name, value)| Some((name.clone(), row::given(value)?)));
        let Who { applicant, aliases, .. } = &row.who;
        let apply = Act::Apply {
            scheme: mapping.scheme().clone(),
            district: row.district,
            case_ref: case_ref.clone(),
            applicant: applicant.clone(),
            facts: given.collect(),
        };
        let id = identity::step(self.context.digest, case, APPLICATION);
        self.commands.push(command(id, step, day, aliases.clone(), apply));
        Some(case_ref)
    }

    /// Makes the payment of a row: what it was sanctioned, whole.
    fn pay(
        &mut self,
        line: u64,
        step: &Step,
        (fy, case): (FinancialYear, &Identity),
        (case_ref, amount, paid): (CaseRef, Money, Paid),
    ) {
        let Some(day) = step.day.of(fy) else { return self.beyond(line, fy) };
        let id = identity::step(self.context.digest, case, "disbursement");
        let act = Act::Disburse {
            case_ref,
            instalment: 1,
            amount,
            payee: paid.payee,
            mode: PaymentMode::Unstated,
            reference: paid.reference,
            reissue_of: Position::NONE,
        };
        self.report.disbursed += Total::from(amount);
        self.commands.push(command(id, step, day, paid.aliases, act));
    }

    fn beyond(&mut self, line: u64, fy: FinancialYear) {
        let what = format!("{fy} reaches beyond the days there are");
        self.complaints.add(line, Some(&self.mapping.financial_year), what);
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
            self.beyond(line, fy);
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
            commands.push(command(id, step, day, Vec::new(), Act::Allot { fund, amount }));
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

fn command(id: CommandId, step: &Step, day: Day, aliases: Vec<Alias>, act: Act) -> Command {
    Command {
        id,
        actor: step.actor.clone(),
        role: step.role,
        effective_day: day,
        authority: step.authority.clone(),
        aliases,
        signed: None,
        act,
    }
}
