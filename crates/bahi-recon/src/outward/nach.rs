//! Credits of the National Automated Clearing House: a header and items of 306 characters.
//!
//! # Invariants
//! * Every line has 306 characters and ends with a line feed; what the clearing house fills in
//!   (control fields, numbers of items, checksums, flags, the settlement cycle) is left blank.

use bahi_core::{Day, Total};

use super::{FileMark, Limits, OutwardPayment, PaymentFile, PaymentForm, payer::NachPayer};

/// The widths of the fields of a payment: transaction reference, name, account, paise.
pub(super) const LIMITS: Limits =
    Limits { reference: 30, name: 40, account: 35, amount_digits: 13 };

/// The characters of a line.
const LINE_CHARS: usize = 306;

/// A file whose lines are being written.
struct Lines {
    text: String,
    begun: usize,
}

impl Lines {
    /// A text at the left of its field.
    fn text(&mut self, text: &str, width: usize) {
        debug_assert!(text.len() <= width, "what is written was checked");
        self.text.push_str(text);
        self.blank(width.saturating_sub(text.len()));
    }

    /// Figures at the right of their field, filled with zeros.
    fn figures(&mut self, figures: i128, width: usize) {
        self.text.push_str(&format!("{figures:0width$}"));
    }

    fn blank(&mut self, width: usize) {
        self.text.extend(std::iter::repeat_n(' ', width));
    }

    fn end(&mut self) {
        debug_assert_eq!(self.text.len() - self.begun, LINE_CHARS, "the widths are the line's");
        self.text.push('\n');
        self.begun = self.text.len();
    }
}

pub(super) fn write(
    payer: &NachPayer,
    mark: FileMark,
    payments: &[OutwardPayment],
    total: Total,
) -> PaymentFile {
    let text = String::with_capacity((payments.len() + 1) * (LINE_CHARS + 1));
    let mut lines = Lines { text, begun: 0 };
    let message = message(mark);
    header(&mut lines, payer, mark.day, &message, payments, total);
    for payment in payments {
        item(&mut lines, payer, payment);
    }
    PaymentFile {
        form: PaymentForm::Nach306,
        bytes: lines.text.into_bytes(),
        message,
        payments: payments.len(),
        total,
    }
}

/// The user's reference of a file: four zeros, the day, the number.
pub(super) fn message(mark: FileMark) -> String {
    let (year, month, day) = mark.day.date();
    format!("0000{year:04}{month:02}{day:02}{:06}", mark.number)
}

fn header(
    lines: &mut Lines,
    payer: &NachPayer,
    day: Day,
    message: &str,
    payments: &[OutwardPayment],
    total: Total,
) {
    let largest = payments.iter().map(|one| one.amount.paise()).max().unwrap_or_default();
    let (year, month, of_month) = day.date();
    lines.text("12", 2);
    lines.blank(7);
    lines.text(&payer.name, 40);
    // Control 14, file number 9, control 9 and 15, ledger folio 3: the clearing house's.
    lines.blank(14 + 9 + 9 + 15 + 3);
    // The user's own limit for an item: no item is above the largest of the file.
    lines.figures(i128::from(largest), 13);
    lines.figures(total.paise(), 13);
    lines.text(&format!("{of_month:02}{month:02}{year:04}"), 8);
    // Number of the file 10, checksum 10, filler 3.
    lines.blank(10 + 10 + 3);
    lines.text(&payer.number, 18);
    lines.text(message, 18);
    lines.text(&payer.branch, 11);
    lines.text(&payer.account, 35);
    lines.figures(payments.len() as i128, 9);
    // Settlement cycle 2, filler 57.
    lines.blank(2 + 57);
    lines.end();
}

fn item(lines: &mut Lines, payer: &NachPayer, payment: &OutwardPayment) {
    lines.text("23", 2);
    lines.blank(9);
    lines.text(&payer.account_type, 2);
    // Ledger folio 3, control 15.
    lines.blank(3 + 15);
    lines.text(payment.name.reveal(), 40);
    lines.blank(9 + 7);
    lines.text(&payer.narration, 20);
    lines.blank(13);
    lines.figures(i128::from(payment.amount.paise()), 13);
    // Number of the item 10, checksum 10, flag 1, reason 2: the answer's.
    lines.blank(10 + 10 + 1 + 2);
    lines.text(&payment.branch.to_string(), 11);
    lines.text(payment.account.reveal(), 35);
    lines.text(&payer.branch, 11);
    lines.text(&payer.number, 18);
    lines.text(&payment.reference, 30);
    lines.text(&payer.product, 3);
    // Aadhaar number 15, which no ledger has; mandate 20; filler 7.
    lines.blank(15 + 20 + 7);
    lines.end();
}
