//! camt.053, version 8.

use bahi_core::LineSide;

use super::{InventedLine, InventedStatement, rupees};
use crate::outward::markup::Xml;

const NAMESPACE: &str = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08";

pub(super) fn write(statement: &InventedStatement) -> Vec<u8> {
    let mut xml = Xml(String::new());
    xml.0.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xml.0.push_str(&format!("<Document xmlns=\"{NAMESPACE}\">"));
    xml.within(&["BkToCstmrStmt"], |xml| {
        xml.within(&["GrpHdr"], |xml| {
            xml.leaf(&["MsgId"], &format!("M-{}-{}", statement.account, statement.to));
            xml.leaf(&["CreDtTm"], &format!("{}T23:59:59+05:30", statement.to));
        });
        xml.line();
        xml.within(&["Stmt"], |xml| stated(xml, statement));
    });
    xml.0.push_str("</Document>\n");
    xml.0.into_bytes()
}

fn stated(xml: &mut Xml, statement: &InventedStatement) {
    xml.leaf(&["Id"], &format!("S-{}-{}", statement.account, statement.to));
    xml.within(&["FrToDt"], |xml| {
        xml.leaf(&["FrDtTm"], &format!("{}T00:00:00+05:30", statement.from));
        xml.leaf(&["ToDtTm"], &format!("{}T23:59:59+05:30", statement.to));
    });
    xml.within(&["Acct"], |xml| {
        xml.leaf(&["Id", "Othr", "Id"], &statement.account);
        xml.leaf(&["Ccy"], "INR");
        xml.leaf(&["Svcr", "FinInstnId", "ClrSysMmbId", "MmbId"], &statement.branch.to_string());
    });
    xml.line();
    let closing = statement.balance(statement.lines.len());
    for (code, paise, day) in [
        ("OPBD", i128::from(statement.opening_paise), statement.from),
        ("CLBD", closing, statement.to),
    ] {
        xml.within(&["Bal"], |xml| {
            xml.leaf(&["Tp", "CdOrPrtry", "Cd"], code);
            amount(xml, paise.abs());
            xml.leaf(&["CdtDbtInd"], if paise < 0 { "DBIT" } else { "CRDT" });
            xml.leaf(&["Dt", "Dt"], &day.to_string());
        });
        xml.line();
    }
    for (at, line) in statement.lines.iter().enumerate() {
        xml.within(&["Ntry"], |xml| entry(xml, at + 1, line));
        xml.line();
    }
}

fn amount(xml: &mut Xml, paise: i128) {
    xml.0.push_str(&format!("<Amt Ccy=\"INR\">{}</Amt>", rupees(paise)));
}

fn entry(xml: &mut Xml, number: usize, line: &InventedLine) {
    let side = if line.side == LineSide::Credit { "CRDT" } else { "DBIT" };
    xml.leaf(&["NtryRef"], &number.to_string());
    amount(xml, i128::from(line.amount.paise()));
    xml.leaf(&["CdtDbtInd"], side);
    xml.leaf(&["Sts", "Cd"], "BOOK");
    xml.leaf(&["BookgDt", "Dt"], &line.booked.to_string());
    xml.leaf(&["ValDt", "Dt"], &line.value.to_string());
    xml.within(&["NtryDtls", "TxDtls"], |xml| {
        xml.within(&["Refs"], |xml| {
            xml.leaf(&["EndToEndId"], line.reference.as_deref().unwrap_or("NOTPROVIDED"));
            line.transfer.iter().for_each(|transfer| xml.leaf(&["TxId"], transfer));
        });
        amount(xml, i128::from(line.amount.paise()));
        xml.leaf(&["CdtDbtInd"], side);
        xml.leaf(&["RmtInf", "Ustrd"], &line.text);
        if line.returned {
            xml.leaf(&["RtrInf", "Rsn", "Cd"], "AC04");
        }
    });
}
