//! Answers to payment files: the clearing house's, pain.002, and scrolls of a treasury.

use bahi_core::{Day, Ifsc, Money};

use super::rupees;
use crate::outward::markup::Xml;

/// What became of one payment, made up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InventedPayment {
    /// The payment's own reference.
    pub reference: String,
    /// The bank's reference of the transfer.
    pub transfer: String,
    /// How much.
    pub amount: Money,
    /// Why it failed, as a code of two digits; none where it is paid.
    pub failed: Option<String>,
}

/// A form that answers are made up in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum InventedAnswer {
    /// The clearing house's lines of 306 characters, with a day behind each item.
    Nach306,
    /// pain.002.
    Pain002,
    /// A treasury's scroll of payments as a table.
    PaymentScroll,
    /// A treasury's scroll of failed payments.
    FailedScroll,
}

impl InventedAnswer {
    /// Every form.
    pub const ALL: [InventedAnswer; 4] = [
        InventedAnswer::Nach306,
        InventedAnswer::Pain002,
        InventedAnswer::PaymentScroll,
        InventedAnswer::FailedScroll,
    ];

    /// What a file of it is called.
    #[must_use]
    pub const fn file_name(self) -> &'static str {
        match self {
            InventedAnswer::Nach306 => "npci306-answer.txt",
            InventedAnswer::Pain002 => "pain002.xml",
            InventedAnswer::PaymentScroll => "payment-scroll.csv",
            InventedAnswer::FailedScroll => "failed-scroll.xml",
        }
    }

    /// Writes the answer for payments of one batch; a scroll of failed ones has these alone.
    #[must_use]
    pub fn write(self, batch: &str, on: Day, payments: &[InventedPayment]) -> Vec<u8> {
        match self {
            InventedAnswer::Nach306 => nach306(batch, on, payments).into_bytes(),
            InventedAnswer::Pain002 => pain002(batch, on, payments).into_bytes(),
            InventedAnswer::PaymentScroll => payment_scroll(batch, on, payments).into_bytes(),
            InventedAnswer::FailedScroll => failed_scroll(batch, on, payments).into_bytes(),
        }
    }
}

/// The day as the clearing house writes it.
fn together(day: Day) -> String {
    let (year, month, day) = day.date();
    format!("{day:02}{month:02}{year:04}")
}

/// A branch that no bank has.
pub(super) fn branch() -> Ifsc {
    Ifsc::from_bytes(*b"BAHI0000001").expect("the form of an IFSC")
}

fn nach306(batch: &str, on: Day, payments: &[InventedPayment]) -> String {
    let total: i64 = payments.iter().map(|one| one.amount.paise()).sum();
    let (day, branch, count) = (together(on), branch(), payments.len());
    let mut text = format!(
        "12{:7}{:40}{:14}{:9}{:9}{:15}{:3}{:013}{total:013}{day}{:10}{:10}{:3}{:18}{batch:18}{branch}{:35}{count:09}{:2}{:57}\n",
        "",
        "TREASURY",
        "",
        "000000001",
        "",
        "",
        "",
        0,
        "",
        "",
        "",
        "BAHI",
        "000000000001",
        "01",
        "",
    );
    for (at, one) in payments.iter().enumerate() {
        let (flag, reason) = match &one.failed {
            None => ("1", "00"),
            Some(reason) => ("0", reason.as_str()),
        };
        let (paise, item, reference) = (one.amount.paise(), at + 1, &one.reference);
        text += &format!(
            "23{:9}10{:3}{:15}{:40}{:9}{:7}{:20}{:13}{paise:013}{item:010}{:10}{flag}{reason:2}{branch}{:35}{branch}{:18}{reference:30}{:3}{:15}{:20}{:7}{day}\n",
            "",
            "",
            "",
            format!("PAYEE {item}"),
            "",
            "",
            "SUBSIDY",
            "",
            "",
            format!("7{item:011}"),
            "BAHI",
            "DBT",
            "",
            "",
            "",
        );
    }
    text
}

fn pain002(batch: &str, on: Day, payments: &[InventedPayment]) -> String {
    let mut xml = Xml(String::new());
    xml.0.push_str("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.10\">");
    let total: i128 = payments.iter().map(|one| i128::from(one.amount.paise())).sum();
    xml.within(&["CstmrPmtStsRpt"], |xml| {
        xml.within(&["GrpHdr"], |xml| {
            xml.leaf(&["MsgId"], &format!("R-{batch}"));
            xml.leaf(&["CreDtTm"], &format!("{on}T18:00:00"));
        });
        xml.within(&["OrgnlGrpInfAndSts"], |xml| {
            xml.leaf(&["OrgnlMsgId"], &format!("F-{batch}"));
            xml.leaf(&["OrgnlNbOfTxs"], &payments.len().to_string());
            xml.leaf(&["OrgnlCtrlSum"], &rupees(total));
            xml.leaf(&["GrpSts"], "PART");
        });
        xml.line();
        xml.within(&["OrgnlPmtInfAndSts"], |xml| {
            xml.leaf(&["OrgnlPmtInfId"], batch);
            xml.leaf(&["PmtInfSts"], "PART");
            for one in payments {
                xml.within(&["TxInfAndSts"], |xml| status(xml, one));
                xml.line();
            }
        });
    });
    xml.0.push_str("</Document>\n");
    xml.0
}

fn status(xml: &mut Xml, one: &InventedPayment) {
    xml.leaf(&["OrgnlEndToEndId"], &one.reference);
    xml.leaf(&["TxSts"], if one.failed.is_some() { "RJCT" } else { "ACSC" });
    if let Some(reason) = &one.failed {
        xml.leaf(&["StsRsnInf", "Rsn", "Prtry"], reason);
    }
    xml.within(&["OrgnlTxRef", "Amt"], |xml| {
        xml.0.push_str(&format!("<InstdAmt Ccy=\"INR\">{}</InstdAmt>", one.amount));
    });
}

fn payment_scroll(batch: &str, on: Day, payments: &[InventedPayment]) -> String {
    let (year, month, day) = on.date();
    let mut text = String::from("Payment Date,UTR,End To End Id,Advice No,Amount,Status,Reason\n");
    for one in payments {
        let status = if one.failed.is_some() { "Failed" } else { "Successful" };
        let reason = one.failed.as_deref().unwrap_or_default();
        text += &format!(
            "{day:02}/{month:02}/{year},{},{},{batch},\"{}\",{status},{reason}\n",
            one.transfer,
            one.reference,
            one.amount.grouped()
        );
    }
    text
}

fn failed_scroll(batch: &str, on: Day, payments: &[InventedPayment]) -> String {
    let failed: Vec<&InventedPayment> =
        payments.iter().filter(|one| one.failed.is_some()).collect();
    let total = failed.iter().map(|one| i128::from(one.amount.paise())).sum();
    let mut xml = Xml(String::new());
    xml.within(&["RequestPayload"], |xml| {
        xml.within(&["AppHdr"], |xml| {
            xml.leaf(&["BankID"], "1");
            xml.leaf(&["StateID"], "9");
            xml.leaf(&["FileDefId"], "File.003");
        });
        xml.within(&["Document"], |xml| {
            xml.within(&["GrpHdr"], |xml| {
                xml.leaf(&["FileID"], &format!("F-{batch}"));
                xml.leaf(&["CreDtTm"], &format!("{on}T18:00:00"));
            });
            xml.line();
            xml.within(&["Ntfctn"], |xml| {
                xml.leaf(&["TrnSummry"], &rupees(total));
                xml.within(&["Ntry"], |xml| {
                    xml.leaf(&["BookgDt"], &on.to_string());
                    xml.leaf(&["ValDt"], &on.to_string());
                    xml.within(&["NtryDtls"], |xml| {
                        xml.leaf(&["NoOfTrn"], &failed.len().to_string());
                        for one in &failed {
                            xml.within(&["TxDtls", "Refs"], |xml| {
                                xml.leaf(&["MsgId"], &format!("F-{batch}"));
                                xml.leaf(&["PmtInfId"], batch);
                                xml.leaf(&["EndToEndId"], &one.reference);
                                xml.leaf(&["Amt"], &one.amount.to_string());
                                xml.leaf(&["CdtDbtInd"], "RJCT");
                                let reason = one.failed.as_deref().unwrap_or_default();
                                xml.leaf(&["Ustrd"], reason);
                            });
                            xml.line();
                        }
                    });
                });
            });
        });
    });
    xml.line();
    xml.0
}
