//! pain.001: a file of batches of instructions.

use bahi_core::LineSide;

use crate::{
    Amount, AmountProblem, Batch, Control, ControlKind, Currency, Instruction, Item, Party,
    ReferenceKind, Secret, Stretch, Told, Verdict,
    amount::of_schema,
    day::of_iso,
    output::{Mark, Output},
    pain::Message,
    reference::keep,
    xml::Walker,
};

/// The most counts and sums of one level that are kept.
const DECLARED_MAX: usize = 8;

/// A file, a batch or an instruction while it is read.
struct Level {
    batch: Batch,
    mark: Mark,
    /// The sum it declares, read once the currency is known.
    sum: Option<String>,
    found: i128,
    mixed: bool,
}

impl Level {
    fn new(number: u32, mark: Mark) -> Level {
        let batch = Batch {
            number,
            references: Vec::new(),
            payer: Party::default(),
            day: None,
            booked_as_one: None,
            service: None,
            declared: Vec::new(),
            instructions: 0,
            set_aside: 0,
            sum_minor: None,
            currency: None,
            place: Stretch::default(),
        };
        Level { batch, mark, sum: None, found: 0, mixed: false }
    }

    fn count(&mut self, text: &str) {
        if let Ok(count) = text.parse::<u64>()
            && self.batch.declared.len() < DECLARED_MAX
        {
            let declared = i128::from(count);
            self.batch.declared.push(Control { kind: ControlKind::Count, declared });
        }
    }

    fn add(&mut self, amount: Amount) {
        self.batch.instructions += 1;
        self.found += i128::from(amount.minor());
        let currency = *self.batch.currency.get_or_insert(amount.currency());
        self.mixed |= currency != amount.currency();
    }

    /// Compares what it declares with what was found, and gives it.
    fn end(mut self, to: usize, out: &mut Output<'_, '_>) {
        let place = self.mark.place();
        // ISO 20022 sums the figures of a file irrespective of their currencies.
        let currency = self.batch.currency.unwrap_or(Currency::NOT_STATED);
        let sum = self.sum.take().filter(|_| !self.mixed);
        match sum.as_deref().map(|text| of_schema(text, currency)) {
            Some(Ok(sum)) => {
                let declared = i128::from(sum.minor());
                self.batch.declared.push(Control { kind: ControlKind::Sum, declared });
            }
            Some(Err(problem)) => out.warn(place, Told::Amount("control sum", problem)),
            None => {}
        }
        if self.mixed {
            out.warn(place, Told::OtherCurrency);
            self.batch.currency = None;
        } else {
            self.batch.sum_minor = Some(self.found);
        }
        for Control { kind, declared } in &self.batch.declared {
            let count = i128::from(self.batch.instructions);
            let found = if *kind == ControlKind::Count { count } else { self.found };
            if found != *declared {
                out.warn(place, Told::Control { kind: *kind, declared: *declared, found });
            }
        }
        self.batch.place = out.stretch(self.mark, to);
        out.give(Item::Batch(Box::new(self.batch)));
    }
}

/// An instruction while it is read.
struct Draft {
    instruction: Instruction,
    mark: Mark,
    amount: Option<Result<Amount, AmountProblem>>,
    /// The dialect of e-Kuber: the figures and their currency in elements of their own.
    figures: Option<String>,
    currency: Option<String>,
}

/// The reader of pain.001.
pub(super) struct Orders {
    file: Option<Level>,
    batch: Option<Level>,
    draft: Option<Draft>,
    batches: u32,
    begun: u32,
}

impl Orders {
    pub(super) fn new(mark: Mark) -> Orders {
        let file = Some(Level::new(0, mark));
        Orders { file, batch: None, draft: None, batches: 0, begun: 0 }
    }

    fn begin_instruction(&mut self, mark: Mark) {
        self.begun = self.begun.saturating_add(1);
        let nothing = Amount::from_minor(0, Currency::NOT_STATED).expect("zero is an amount");
        let instruction = Instruction {
            batch: self.batches,
            number: self.begun,
            amount: nothing,
            side: LineSide::Credit,
            references: Vec::new(),
            beneficiary: Party::default(),
            by_aadhaar: false,
            narration: Secret::default(),
            verdict: Verdict::Open,
            reason: None,
            place: Stretch::default(),
        };
        let draft = Draft { instruction, mark, amount: None, figures: None, currency: None };
        self.draft = Some(draft);
    }

    fn of_file(&mut self, path: &str, text: &str) {
        let Some(file) = &mut self.file else { return };
        match path {
            "GrpHdr/MsgId" => keep(&mut file.batch.references, ReferenceKind::Message, text),
            "GrpHdr/NbOfTxs" => file.count(text),
            "GrpHdr/CtrlSum" => file.sum = Some(text.chars().take(64).collect()),
            "GrpHdr/Authstn/Prtry" | "GrpHdr/Authstn/Cd" => file.batch.service = short(text),
            _ => {}
        }
    }

    fn of_batch(level: &mut Level, path: &str, text: &str) {
        let batch = &mut level.batch;
        match path {
            "PmtInfId" => keep(&mut batch.references, ReferenceKind::Batch, text),
            "NbOfTxs" => level.count(text),
            "CtrlSum" => level.sum = Some(text.chars().take(64).collect()),
            "BtchBookg" => {
                batch.booked_as_one = match text {
                    "true" | "1" => Some(true),
                    "false" | "0" => Some(false),
                    _ => None,
                }
            }
            "ReqdExctnDt" | "ReqdExctnDt/Dt" | "ReqdExctnDt/DtTm" => batch.day = of_iso(text),
            "PmtTpInf/SvcLvl/Prtry" | "PmtTpInf/SvcLvl/Cd" => batch.service = short(text),
            "Dbtr/Nm" => batch.payer.name = Secret::some(text),
            "DbtrAcct/Id/IBAN" | "DbtrAcct/Id/Othr/Id" => batch.payer.account = Secret::some(text),
            "DbtrAgt/FinInstnId/ClrSysMmbId/MmbId"
            | "DbtrAgt/FinInstnId/BIC"
            | "DbtrAgt/FinInstnId/BICFI" => batch.payer.bank = short(text),
            _ => {}
        }
    }

    fn end_instruction(&mut self, to: usize, out: &mut Output<'_, '_>) {
        let Some(mut draft) = self.draft.take() else { return };
        let split = draft.figures.as_deref().map(|figures| {
            let currency = match draft.currency.as_deref() {
                Some(code) => Currency::parse(code).ok_or(AmountProblem::Currency)?,
                None => Currency::NOT_STATED,
            };
            of_schema(figures, currency)
        });
        let problem = match (draft.amount.or(split), self.batch.as_mut(), self.file.as_mut()) {
            (Some(Ok(amount)), Some(batch), Some(file)) => {
                batch.add(amount);
                file.add(amount);
                draft.instruction.amount = amount;
                draft.instruction.place = out.stretch(draft.mark, to);
                out.record_read();
                out.give(Item::Instruction(Box::new(draft.instruction)));
                return;
            }
            (Some(Err(problem)), _, _) => Told::Amount("amount of an instruction", problem),
            (_, _, _) => Told::Missing("amount of an instruction"),
        };
        for level in [self.batch.as_mut(), self.file.as_mut()].into_iter().flatten() {
            level.batch.set_aside += 1;
        }
        out.set_aside(draft.mark, to, problem);
        out.record_set_aside();
    }
}

fn short(text: &str) -> Option<String> {
    let text: String = text.chars().filter(|c| !c.is_control()).take(35).collect();
    (!text.is_empty()).then_some(text)
}

impl Draft {
    fn leaf(&mut self, path: &str, walker: &Walker<'_>, text: &str) {
        let one = &mut self.instruction;
        match path {
            "PmtId/InstrId" => keep(&mut one.references, ReferenceKind::Instruction, text),
            "PmtId/EndToEndId" => keep(&mut one.references, ReferenceKind::EndToEnd, text),
            "PmtId/UETR" => keep(&mut one.references, ReferenceKind::Uetr, text),
            // ISO 20022 states the currency in an attribute; where there is one it is the amount's,
            // whatever currency the transfer is in.
            "Amt/InstdAmt" | "Amt/EqvtAmt/Amt" if walker.currency().is_some() => {
                self.amount = Some(match walker.currency() {
                    Some(None) => Err(AmountProblem::Currency),
                    Some(Some(currency)) => of_schema(text, currency),
                    None => of_schema(text, Currency::NOT_STATED),
                });
            }
            "Amt/InstdAmt" => self.amount = Some(of_schema(text, Currency::NOT_STATED)),
            "Amt/EqvtAmt/Amt" | "Amt/InstdAmt/Amt" | "Amt/Amt" => {
                self.figures = Some(text.chars().take(64).collect())
            }
            "Amt/EqvtAmt/CcyOfTrf" | "Amt/InstdAmt/CcyOfTrf" | "Amt/CcyOfTrf" => {
                self.currency = Some(text.chars().take(8).collect());
            }
            "Cdtr/Nm" => one.beneficiary.name = Secret::some(text),
            "CdtrAcct/Id/IBAN" | "CdtrAcct/Id/Othr/Id" => {
                one.beneficiary.account = Secret::some(text)
            }
            "CdtrAcct/Id/Othr/SchmeNm/Prtry" | "CdtrAcct/Tp/Prtry" => {
                one.by_aadhaar |= text.to_ascii_uppercase().contains("AADHAAR");
            }
            "CdtrAgt/FinInstnId/ClrSysMmbId/MmbId"
            | "CdtrAgt/FinInstnId/BIC"
            | "CdtrAgt/FinInstnId/BICFI" => one.beneficiary.bank = short(text),
            "RmtInf/Ustrd" => one.narration.push(text),
            _ => {}
        }
    }
}

impl Message for Orders {
    fn open(&mut self, path: &str, walker: &Walker<'_>, out: &mut Output<'_, '_>) {
        if path == "PmtInf" {
            self.batches = self.batches.saturating_add(1);
            self.begun = 0;
            out.part = self.batches;
            self.batch = Some(Level::new(self.batches, out.mark(walker.begin())));
        } else if path == "PmtInf/CdtTrfTxInf" {
            out.record();
            let mark = out.mark(walker.begin());
            self.begin_instruction(mark);
        }
    }

    fn close(&mut self, path: &str, walker: &Walker<'_>, out: &mut Output<'_, '_>) {
        let text = walker.leaf();
        if path == "PmtInf" {
            // A payment method of the batch's service stands for APBS: accounts are Aadhaar numbers.
            if let Some(batch) = self.batch.take() {
                batch.end(walker.end(), out);
            }
        } else if path == "PmtInf/CdtTrfTxInf" {
            let apbs = |level: &Level| level.batch.service.as_deref() == Some("APBS");
            if self.batch.as_ref().is_some_and(apbs)
                && let Some(draft) = &mut self.draft
            {
                draft.instruction.by_aadhaar = true;
            }
            self.end_instruction(walker.end(), out);
        } else if let Some(rest) = path.strip_prefix("PmtInf/CdtTrfTxInf/") {
            if let (Some(draft), Some(text)) = (&mut self.draft, text) {
                draft.leaf(rest, walker, text);
            }
        } else if let Some(rest) = path.strip_prefix("PmtInf/") {
            if let (Some(batch), Some(text)) = (&mut self.batch, text) {
                Orders::of_batch(batch, rest, text);
            }
        } else if let Some(text) = text {
            self.of_file(path, text);
        }
    }

    fn end(&mut self, to: usize, out: &mut Output<'_, '_>) {
        out.part = 0;
        if let Some(file) = self.file.take() {
            file.end(to, out);
        }
    }
}
