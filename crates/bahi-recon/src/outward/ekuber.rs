//! pain.001.001.08 as the Reserve Bank's e-Kuber takes it: a wrapper with a header, no namespace,
//! amounts and currencies in elements of their own.
//!
//! # Invariants
//! * One batch for each service, in the order of [`Service::ALL`]; counts and sums at both levels.
//! * Identifications are of the widths the Reserve Bank set, and no two payments of a payer share
//!   one: they hold the payment's number.

use bahi_core::{Day, Total};

use super::{
    Called, FileMark, Limits, OutwardPayment, PaymentFile, PaymentForm, Service,
    markup::Xml,
    payer::{EkuberCodes, EkuberPayer},
};

/// The widths of `Max35Text`, `Max140Text` and `Max34Text`, and 18 digits of an amount.
pub(super) const LIMITS: Limits =
    Limits { reference: 35, name: 140, account: 34, amount_digits: 18 };

/// The message's name, and the service's.
const MESSAGE: &str = "pain.001.001.08";
const SERVICE: &str = "CustomerCreditTransferInitiationV08";
/// Whom it goes to.
const RECEIVER: &str = "RBI";

pub(super) fn write(
    payer: &EkuberPayer,
    mark: FileMark,
    payments: &[OutwardPayment],
    total: Total,
) -> PaymentFile {
    let message = message(&payer.codes(), mark);
    let mut xml = Xml(String::with_capacity(1024 + payments.len() * 640));
    xml.0.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xml.within(&["RequestPayload"], |xml| {
        xml.line();
        header(xml, payer, mark, &message);
        xml.within(&["Document", "CstmrCdtTrfInitn"], |xml| {
            xml.line();
            group(xml, payer, mark, &message, (payments.len(), total));
            let mut batches = 0;
            for service in Service::ALL {
                let numbered = payments.iter().enumerate();
                let chosen: Vec<(usize, &OutwardPayment)> =
                    numbered.filter(|(_, one)| one.service == service).collect();
                if !chosen.is_empty() {
                    batches += 1;
                    batch(xml, payer, mark, (service, batches), &chosen);
                }
            }
        });
        xml.line();
    });
    xml.line();
    PaymentFile {
        form: PaymentForm::Ekuber,
        bytes: xml.0.into_bytes(),
        message,
        payments: payments.len(),
        total,
    }
}

fn totals(xml: &mut Xml, payments: usize, total: Total) {
    xml.leaf(&["NbOfTxs"], &payments.to_string());
    xml.leaf(&["CtrlSum"], &total.to_string());
}

/// `YYYYMMDD`.
fn compact(day: Day) -> String {
    let (year, month, day) = day.date();
    format!("{year:04}{month:02}{day:02}")
}

/// The message: kind 2, `V8`, code 4, number of the file 12, day 8, and four digits, zeros here.
pub(super) fn message(payer: &EkuberCodes, mark: FileMark) -> String {
    format!("{}V8{}{:012}{}0000", payer.kind, payer.code, mark.number, compact(mark.day))
}

/// The batch: code 4, advice 9 (its letters and the number of the file), sub-advice 2, day 8,
/// month 6.
fn batch_id(payer: &EkuberCodes, mark: FileMark, batch: usize) -> String {
    let day = compact(mark.day);
    format!("{}{}{:06}{batch:02}{day}{}", payer.code, payer.advice, mark.number, &day[..6])
}

/// The payment: kind 2, code 4, twelve digits that are the payment's number, the day's year 2 and
/// its place in the year 3, and its place in the file 6.
fn end_to_end(payer: &EkuberCodes, mark: FileMark, number: u64, at: usize) -> String {
    let (year, _, _) = mark.day.date();
    let first = Day::from_date(year, 1, 1).map_or(0, Day::epoch_days);
    let of_year = mark.day.epoch_days() - first + 1;
    let (kind, code) = (&payer.kind, &payer.code);
    format!("{kind}{code}{number:012}{:02}{of_year:03}{at:06}", year.rem_euclid(100))
}

/// What the payments of a file are called.
pub(super) fn called(
    payer: &EkuberCodes,
    mark: FileMark,
    payments: &[(u64, Service)],
) -> Vec<Called> {
    let used = Service::ALL.into_iter();
    let used: Vec<Service> =
        used.filter(|service| payments.iter().any(|(_, of)| of == service)).collect();
    let one = |(at, (number, service)): (usize, &(u64, Service))| {
        let place = used.iter().position(|one| one == service).unwrap_or_default();
        Called {
            end_to_end: end_to_end(payer, mark, *number, at + 1),
            batch: batch_id(payer, mark, place + 1),
            one_debit: payer.one_debit,
        }
    };
    payments.iter().enumerate().map(one).collect()
}

fn header(xml: &mut Xml, payer: &EkuberPayer, mark: FileMark, message: &str) {
    xml.within(&["AppHdr"], |xml| {
        xml.leaf(&["Fr", "OrgId", "Id", "OrgId", "Othr", "Id"], &payer.sender);
        xml.leaf(&["To", "FIId", "FinInstnId", "ClrSysMmbId", "MmbId"], RECEIVER);
        xml.leaf(&["BizMsgIdr"], message);
        xml.leaf(&["MsgDefIdr"], MESSAGE);
        xml.leaf(&["BizSvc"], SERVICE);
        xml.leaf(&["CreDt"], &made(mark.day));
    });
    xml.line();
}

/// The first moment of the day it is to be paid on: a file that is to come out the same again has
/// no other.
fn made(day: Day) -> String {
    format!("{day}T00:00:00")
}

fn group(
    xml: &mut Xml,
    payer: &EkuberPayer,
    mark: FileMark,
    message: &str,
    (payments, total): (usize, Total),
) {
    xml.within(&["GrpHdr"], |xml| {
        xml.leaf(&["MsgId"], message);
        xml.leaf(&["CreDtTm"], &made(mark.day));
        xml.leaf(&["Authstn", "Prtry"], &payer.authorisation);
        totals(xml, payments, total);
        xml.within(&["InitgPty"], |xml| {
            xml.leaf(&["Nm"], &payer.name);
            xml.leaf(&["Id", "OrgId", "Othr", "Id"], &payer.sender);
        });
    });
    xml.line();
}

fn batch(
    xml: &mut Xml,
    payer: &EkuberPayer,
    mark: FileMark,
    (service, number): (Service, usize),
    payments: &[(usize, &OutwardPayment)],
) {
    let total = payments.iter().map(|(_, one)| i128::from(one.amount.paise())).sum();
    xml.within(&["PmtInf"], |xml| {
        xml.leaf(&["PmtInfId"], &batch_id(&payer.codes(), mark, number));
        xml.leaf(&["PmtMtd"], "TRF");
        xml.leaf(&["BtchBookg"], if payer.one_debit { "true" } else { "false" });
        totals(xml, payments.len(), Total::from_paise(total));
        xml.within(&["PmtTpInf"], |xml| {
            xml.leaf(&["InstrPrty"], "HIGH");
            xml.leaf(&["SvcLvl", "Prtry"], service.name());
        });
        xml.leaf(&["ReqdExctnDt"], &mark.day.to_string());
        debtor(xml, payer);
        xml.line();
        for (at, payment) in payments {
            transfer(xml, payer, mark, payment, at + 1);
        }
    });
    xml.line();
}

fn debtor(xml: &mut Xml, payer: &EkuberPayer) {
    xml.within(&["Dbtr"], |xml| {
        xml.leaf(&["Nm"], &payer.debtor);
        if payer.office.is_some() || payer.drawing_officer.is_some() {
            xml.within(&["PstlAdr"], |xml| {
                payer.office.iter().for_each(|office| xml.leaf(&["Dept"], office));
                payer.drawing_officer.iter().for_each(|officer| xml.leaf(&["SubDept"], officer));
            });
        }
        xml.leaf(&["Id", "OrgId", "Othr", "Id"], &payer.sender);
    });
    xml.leaf(&["DbtrAcct", "Id", "Othr", "Id"], &payer.account);
    xml.leaf(&["DbtrAgt", "FinInstnId", "ClrSysMmbId", "MmbId"], &payer.branch);
}

fn transfer(
    xml: &mut Xml,
    payer: &EkuberPayer,
    mark: FileMark,
    payment: &OutwardPayment,
    at: usize,
) {
    let branch = payment.branch.to_string();
    xml.within(&["CdtTrfTxInf"], |xml| {
        xml.within(&["PmtId"], |xml| {
            xml.leaf(&["InstrId"], &payment.reference);
            xml.leaf(&["EndToEndId"], &end_to_end(&payer.codes(), mark, payment.number, at));
        });
        xml.within(&["Amt", "InstdAmt"], |xml| {
            xml.leaf(&["Amt"], &payment.amount.to_string());
            xml.leaf(&["CcyOfTrf"], "INR");
        });
        xml.within(&["CdtrAgt"], |xml| {
            xml.leaf(&["FinInstnId", "ClrSysMmbId", "MmbId"], &branch);
            xml.leaf(&["BrnchId", "Id"], &branch);
        });
        xml.leaf(&["Cdtr", "Nm"], payment.name.reveal());
        xml.within(&["CdtrAcct"], |xml| {
            xml.leaf(&["Id", "Othr", "Id"], payment.account.reveal());
            xml.leaf(&["Tp", "Cd"], &payer.account_type);
        });
    });
    xml.line();
}
