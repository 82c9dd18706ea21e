//! pain.002: what became of a file, its batches and its payments.

use crate::{
    Control, ControlKind, Currency, Item, PaymentStatus, ReferenceKind, StatusLevel, Stretch, Told,
    Verdict,
    amount::of_schema,
    day::of_iso,
    output::{Mark, Output},
    pain::Message,
    reference::keep,
    xml::Walker,
};

/// The most counts and sums of one answer that are kept.
const DECLARED_MAX: usize = 8;
/// The most reasons of one answer that are kept.
const REASONS_MAX: usize = 16;

/// What a status of ISO 20022 means for the payment, after the external code set
/// `ExternalPaymentTransactionStatus1Code`.
fn meaning(status: &str) -> Verdict {
    match status {
        "ACSC" | "ACCC" => Verdict::Paid,
        "ACTC" | "ACCP" | "ACSP" | "ACWC" | "ACWP" | "ACFC" | "ACPD" | "RCVD" => Verdict::Accepted,
        "RJCT" | "CANC" | "BLCK" => Verdict::Failed,
        "PDNG" | "PART" | "PATC" | "PRES" => Verdict::Open,
        _ => Verdict::Unknown,
    }
}

/// An answer while it is read.
struct Level {
    said: PaymentStatus,
    mark: Mark,
    sum: Option<String>,
}

impl Level {
    fn new(level: StatusLevel, mark: Mark) -> Level {
        let said = PaymentStatus {
            level,
            status: None,
            verdict: Verdict::Open,
            inherited: false,
            reasons: Vec::new(),
            references: Vec::new(),
            amount: None,
            declared: Vec::new(),
            day: None,
            place: Stretch::default(),
        };
        Level { said, mark, sum: None }
    }

    fn status(&mut self, text: &str) {
        self.said.status = Some(text.chars().filter(|c| !c.is_control()).take(35).collect());
    }

    fn reason(&mut self, text: &str) {
        if self.said.reasons.len() < REASONS_MAX {
            let text = text.chars().filter(|c| !c.is_control()).take(35).collect();
            self.said.reasons.push(text);
        }
    }

    fn count(&mut self, text: &str) {
        if let Ok(count) = text.parse::<u64>()
            && self.said.declared.len() < DECLARED_MAX
        {
            let declared = i128::from(count);
            self.said.declared.push(Control { kind: ControlKind::Count, declared });
        }
    }

    /// Settles the verdict: its own, or that of the level above, for which `PART` means open.
    fn settle(&mut self, above: Verdict) {
        match self.said.status.as_deref() {
            Some(status) => self.said.verdict = meaning(status),
            None => {
                self.said.verdict = above;
                self.said.inherited = true;
            }
        }
    }

    fn give(mut self, above: Verdict, to: usize, out: &mut Output<'_, '_>) {
        self.settle(above);
        if let Some(sum) = self.sum.take()
            && let Ok(sum) = of_schema(&sum, Currency::NOT_STATED)
        {
            let declared = i128::from(sum.minor());
            self.said.declared.push(Control { kind: ControlKind::Sum, declared });
        }
        if self.said.verdict == Verdict::Unknown {
            out.warn(self.mark.place(), Told::NotUnderstood("the status of a payment"));
        }
        self.said.place = out.stretch(self.mark, to);
        out.give(Item::Status(Box::new(self.said)));
    }
}

/// The reader of pain.002.
pub(super) struct Report {
    file: Option<Level>,
    batch: Option<Level>,
    payment: Option<Level>,
    batches: u32,
}

impl Report {
    pub(super) fn new(mark: Mark) -> Report {
        let file = Some(Level::new(StatusLevel::File, mark));
        Report { file, batch: None, payment: None, batches: 0 }
    }

    fn above(&self) -> Verdict {
        let own = |level: &Option<Level>| {
            level.as_ref().and_then(|level| level.said.status.as_deref()).map(meaning)
        };
        own(&self.batch).or_else(|| own(&self.file)).unwrap_or(Verdict::Open)
    }
}

fn of_file(level: &mut Level, path: &str, text: &str) {
    match path {
        "GrpHdr/MsgId" => keep(&mut level.said.references, ReferenceKind::Message, text),
        "GrpHdr/CreDtTm" => level.said.day = of_iso(text),
        "OrgnlGrpInfAndSts/OrgnlMsgId" => {
            keep(&mut level.said.references, ReferenceKind::Original, text);
        }
        "OrgnlGrpInfAndSts/GrpSts" => level.status(text),
        "OrgnlGrpInfAndSts/OrgnlNbOfTxs" => level.count(text),
        "OrgnlGrpInfAndSts/OrgnlCtrlSum" => level.sum = Some(text.chars().take(64).collect()),
        "OrgnlGrpInfAndSts/StsRsnInf/Rsn/Cd" | "OrgnlGrpInfAndSts/StsRsnInf/Rsn/Prtry" => {
            level.reason(text);
        }
        _ => {}
    }
}

fn of_batch(level: &mut Level, path: &str, text: &str) {
    match path {
        "OrgnlPmtInfId" => keep(&mut level.said.references, ReferenceKind::Batch, text),
        "PmtInfSts" => level.status(text),
        "OrgnlNbOfTxs" => level.count(text),
        "OrgnlCtrlSum" => level.sum = Some(text.chars().take(64).collect()),
        "StsRsnInf/Rsn/Cd" | "StsRsnInf/Rsn/Prtry" => level.reason(text),
        _ => {}
    }
}

fn of_payment(level: &mut Level, path: &str, walker: &Walker<'_>, text: &str) {
    let references = &mut level.said.references;
    match path {
        "OrgnlInstrId" => keep(references, ReferenceKind::Instruction, text),
        "OrgnlEndToEndId" => keep(references, ReferenceKind::EndToEnd, text),
        "OrgnlUETR" => keep(references, ReferenceKind::Uetr, text),
        "StsId" => keep(references, ReferenceKind::Item, text),
        "AcctSvcrRef" => keep(references, ReferenceKind::Bank, text),
        "ClrSysRef" => keep(references, ReferenceKind::Clearing, text),
        "TxSts" => level.status(text),
        "StsRsnInf/Rsn/Cd" | "StsRsnInf/Rsn/Prtry" => level.reason(text),
        "AccptncDtTm" => level.said.day = of_iso(text),
        "OrgnlTxRef/Amt/InstdAmt" => {
            if let Some(Some(currency)) = walker.currency() {
                level.said.amount = of_schema(text, currency).ok();
            }
        }
        _ => {}
    }
}

/// Where the batches of an answer stand, in any of its versions.
const BATCH: &str = "OrgnlPmtInfAndSts";
/// Where a payment stands, below a batch or below the file.
const PAYMENT: &str = "TxInfAndSts";

impl Message for Report {
    fn open(&mut self, path: &str, walker: &Walker<'_>, out: &mut Output<'_, '_>) {
        if path == BATCH {
            self.batches = self.batches.saturating_add(1);
            out.part = self.batches;
            self.batch = Some(Level::new(StatusLevel::Batch, out.mark(walker.begin())));
        } else if path == PAYMENT || path.strip_prefix(BATCH) == Some("/TxInfAndSts") {
            out.record();
            self.payment = Some(Level::new(StatusLevel::Payment, out.mark(walker.begin())));
        }
    }

    fn close(&mut self, path: &str, walker: &Walker<'_>, out: &mut Output<'_, '_>) {
        let inside = path.strip_prefix(BATCH).map(|rest| rest.trim_start_matches('/'));
        let rest = inside.unwrap_or(path);
        if rest == PAYMENT {
            let above = self.above();
            if let Some(mut payment) = self.payment.take() {
                // A payment is known by its batch and its file too, which are named before it.
                for level in [&self.batch, &self.file].into_iter().flatten() {
                    for one in &level.said.references {
                        if matches!(one.kind, ReferenceKind::Batch | ReferenceKind::Original) {
                            keep(&mut payment.said.references, one.kind, &one.text);
                        }
                    }
                }
                payment.give(above, walker.end(), out);
                out.record_read();
            }
            return;
        }
        if path == BATCH {
            let file = self.file.as_ref().and_then(|file| file.said.status.as_deref());
            let above = file.map_or(Verdict::Open, meaning);
            if let Some(batch) = self.batch.take() {
                batch.give(above, walker.end(), out);
            }
            return;
        }
        let Some(text) = walker.leaf() else { return };
        let of_one = rest.strip_prefix(PAYMENT).map(|rest| rest.trim_start_matches('/'));
        match (of_one, &mut self.payment, inside, &mut self.batch, &mut self.file) {
            (Some(rest), Some(payment), ..) => of_payment(payment, rest, walker, text),
            (None, _, Some(rest), Some(batch), _) => of_batch(batch, rest, text),
            (None, _, None, _, Some(file)) => of_file(file, path, text),
            _ => {}
        }
    }

    fn end(&mut self, to: usize, out: &mut Output<'_, '_>) {
        out.part = 0;
        if let Some(file) = self.file.take() {
            file.give(Verdict::Open, to, out);
        }
    }
}
