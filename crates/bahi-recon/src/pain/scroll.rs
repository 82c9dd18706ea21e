//! Scrolls in XML that a treasury's bank sends about the payments of an e-Kuber file: notifications of
//! a form of their own, in the same wrapper.
//!
//! # Invariants
//! * `RJCT` has failed. Any other word in its place is for a person: none is published.
//! * Amounts are rupees; the total and the counts it states are compared.

use crate::{
    Amount, AmountProblem, Control, ControlKind, Currency, Item, PaymentStatus, ReferenceKind,
    StatusLevel, Stretch, Told, Verdict,
    amount::of_schema,
    day::of_iso,
    output::{Mark, Output},
    pain::Message,
    reference::keep,
    xml::Walker,
};

/// Where a payment stands.
const PAYMENT: &str = "Ntfctn/Ntry/NtryDtls/TxDtls";
/// The most totals of one scroll that are kept.
const TOTALS_MAX: usize = 8;

fn empty(level: StatusLevel) -> PaymentStatus {
    PaymentStatus {
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
    }
}

/// An amount, or why it is none.
type ReadAmount = Result<Amount, AmountProblem>;

/// The reader of a scroll.
pub(super) struct Scroll {
    file: PaymentStatus,
    mark: Mark,
    payment: Option<(PaymentStatus, Mark, Option<ReadAmount>)>,
    /// The totals stated, and what the payments sum to.
    totals: Vec<ReadAmount>,
    sum: i128,
    /// The count that an entry states and the payments read in it.
    count: Option<u64>,
    read: u64,
}

impl Scroll {
    pub(super) fn new(mark: Mark) -> Scroll {
        let file = empty(StatusLevel::File);
        Scroll { file, mark, payment: None, totals: Vec::new(), sum: 0, count: None, read: 0 }
    }

    fn end_payment(&mut self, to: usize, out: &mut Output<'_, '_>) {
        let Some((mut payment, mark, amount)) = self.payment.take() else { return };
        let problem = match amount {
            Some(Ok(amount)) => {
                payment.amount = Some(amount);
                payment.verdict = match payment.status.as_deref() {
                    Some("RJCT") => Verdict::Failed,
                    Some(_) | None => Verdict::Unknown,
                };
                if payment.verdict == Verdict::Unknown {
                    out.warn(mark.place(), Told::NotUnderstood("the status of a payment"));
                }
                payment.place = out.stretch(mark, to);
                self.sum += i128::from(amount.minor());
                self.read += 1;
                out.record_read();
                out.give(Item::Status(Box::new(payment)));
                return;
            }
            Some(Err(problem)) => Told::Amount("amount of a payment", problem),
            None => Told::Missing("amount of a payment"),
        };
        out.set_aside(mark, to, problem);
        out.record_set_aside();
    }

    fn end_entry(&mut self, at: usize, out: &mut Output<'_, '_>) {
        let found = i128::from(std::mem::take(&mut self.read));
        let declared = self.count.take().map(i128::from);
        if let Some(declared) = declared.filter(|declared| *declared != found) {
            let place = out.place(at);
            out.warn(place, Told::Control { kind: ControlKind::Count, declared, found });
        }
    }
}

fn of_payment(payment: &mut PaymentStatus, name: &str, text: &str) {
    let short = || text.chars().filter(|c| !c.is_control()).take(35).collect::<String>();
    let kind = match name {
        "MsgId" => ReferenceKind::Message,
        "PmtInfId" => ReferenceKind::Batch,
        "InstrId" => ReferenceKind::Instruction,
        "EndToEndId" => ReferenceKind::EndToEnd,
        "Remark" => ReferenceKind::Owner,
        "CdtDbtInd" => {
            payment.status = Some(short());
            return;
        }
        "Ustrd" => {
            payment.reasons = vec![short()];
            return;
        }
        "AccptncDtTm" => {
            payment.day = of_iso(text);
            return;
        }
        _ => return,
    };
    keep(&mut payment.references, kind, text);
}

impl Message for Scroll {
    fn open(&mut self, path: &str, walker: &Walker<'_>, out: &mut Output<'_, '_>) {
        if path == PAYMENT {
            out.record();
            let mark = out.mark(walker.begin());
            self.payment = Some((empty(StatusLevel::Payment), mark, None));
        }
    }

    fn close(&mut self, path: &str, walker: &Walker<'_>, out: &mut Output<'_, '_>) {
        if path == PAYMENT {
            self.end_payment(walker.end(), out);
            return;
        }
        if path == "Ntfctn/Ntry" {
            self.end_entry(walker.begin(), out);
            return;
        }
        let Some(text) = walker.leaf() else { return };
        let inside = path.strip_prefix(PAYMENT).map(|rest| rest.trim_start_matches("/Refs/"));
        match (inside, &mut self.payment) {
            (Some("Amt"), Some((_, _, amount))) => *amount = Some(of_schema(text, Currency::INR)),
            (Some(name), Some((payment, _, _))) => of_payment(payment, name, text),
            (Some(_), None) => {}
            (None, _) => match path {
                "GrpHdr/FileID" => keep(&mut self.file.references, ReferenceKind::Message, text),
                "GrpHdr/CreDtTm" => self.file.day = of_iso(text),
                "Ntfctn/TrnSummry" if self.totals.len() < TOTALS_MAX => {
                    self.totals.push(of_schema(text, Currency::INR));
                }
                "Ntfctn/Ntry/NtryDtls/NoOfTrn" => {
                    let more = text.parse::<u64>().ok();
                    self.count = match (self.count, more) {
                        (Some(held), Some(more)) => held.checked_add(more),
                        (held, more) => held.or(more),
                    };
                }
                _ => {}
            },
        }
    }

    fn end(&mut self, to: usize, out: &mut Output<'_, '_>) {
        let place = self.mark.place();
        let mut declared = 0;
        for total in &self.totals {
            match total {
                Ok(total) => declared += i128::from(total.minor()),
                Err(problem) => out.warn(place, Told::Amount("sum", *problem)),
            }
        }
        let (kind, found) = (ControlKind::Sum, self.sum);
        if self.totals.iter().all(Result::is_ok) && !self.totals.is_empty() {
            self.file.declared.push(Control { kind, declared });
            if declared != found {
                out.warn(place, Told::Control { kind, declared, found });
            }
        }
        self.file.place = out.stretch(self.mark, to);
        out.give(Item::Status(Box::new(std::mem::replace(
            &mut self.file,
            empty(StatusLevel::File),
        ))));
    }
}
