//! Messages made up to try one thing each.

use crate::{
    AmountProblem, ControlKind, Format, ReferenceKind, StatusLevel, Told, Verdict,
    tests::{read, told},
};

/// The dialect of e-Kuber: no namespace, a wrapper, amounts in elements of their own.
fn ekuber(count: &str, sum: &str, transfers: &str) -> String {
    format!(
        "<RequestPayload><AppHdr><Fr>T1</Fr></AppHdr><Document><CstmrCdtTrfInitn><GrpHdr>\
         <MsgId>M1</MsgId><NbOfTxs>{count}</NbOfTxs><CtrlSum>{sum}</CtrlSum>\
         <Authstn><Prtry>ALL</Prtry></Authstn></GrpHdr><PmtInf><PmtInfId>P1</PmtInfId>\
         <BtchBookg>true</BtchBookg><NbOfTxs>{count}</NbOfTxs><CtrlSum>{sum}</CtrlSum>\
         <PmtTpInf><SvcLvl><Prtry>APBS</Prtry></SvcLvl></PmtTpInf><ReqdExctnDt>2026-06-20</ReqdExctnDt>\
         {transfers}</PmtInf></CstmrCdtTrfInitn></Document></RequestPayload>"
    )
}

fn transfer(amount: &str) -> String {
    format!(
        "<CdtTrfTxInf><PmtId><InstrId>S1</InstrId><EndToEndId>E1</EndToEndId></PmtId>\
         <Amt><InstdAmt>{amount}<CcyOfTrf>INR</CcyOfTrf></InstdAmt></Amt>\
         <CdtrAgt><FinInstnId><ClrSysMmbId><MmbId>ABCD0123456</MmbId></ClrSysMmbId></FinInstnId></CdtrAgt>\
         <Cdtr><Nm>SOMEBODY</Nm></Cdtr><CdtrAcct><Id><Othr><Id>999900001111</Id></Othr></Id></CdtrAcct>\
         </CdtTrfTxInf>"
    )
}

#[test]
fn payments_of_ekuber_are_read_with_their_totals() {
    let one = transfer("<Amt>250000.00</Amt>");
    let collected = read(&ekuber("2", "500000.00", &one.repeat(2)));
    assert_eq!(collected.reading.format, Format::Pain001);
    assert_eq!(told(&collected), []);
    assert_eq!(collected.batches.len(), 2, "the batch and the file");
    let whole = &collected.batches[0];
    assert_eq!(whole.batch.booked_as_one, Some(true));
    assert_eq!(whole.batch.service.as_deref(), Some("APBS"));
    assert_eq!(whole.batch.sum_minor, Some(50_000_000));
    let first = &whole.instructions[0];
    assert_eq!(format!("{:?}", first.amount), "250000.00 INR");
    assert!(first.by_aadhaar && first.beneficiary.ifsc().is_some());
    let kinds: Vec<ReferenceKind> = first.references.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [ReferenceKind::Instruction, ReferenceKind::EndToEnd]);
    assert_eq!(collected.batches[1].batch.service.as_deref(), Some("ALL"));
    assert!(!format!("{collected:?}").contains("999900001111"));
}

#[test]
fn an_equivalent_amount_is_in_the_currency_of_its_attribute() {
    let iso = transfer("<Amt Ccy=\"INR\">5.00</Amt>").replace("<CcyOfTrf>INR", "<CcyOfTrf>JPY");
    let iso = iso.replace("InstdAmt>", "EqvtAmt>");
    let collected = read(&ekuber("1", "5", &iso));
    assert_eq!(format!("{:?}", collected.batches[0].instructions[0].amount), "5.00 INR");
    let bare = transfer("<Amt>5.00</Amt>").replace("<InstdAmt>", "").replace("</InstdAmt>", "");
    let collected = read(&ekuber("1", "5", &bare));
    assert_eq!(format!("{:?}", collected.batches[0].instructions[0].amount), "5.00 INR");
}

#[test]
fn totals_that_do_not_hold_are_told_at_each_level() {
    let bad = transfer("<Amt>25O000</Amt>");
    let text = ekuber("2", "500000.00", &format!("{bad}{}", transfer("<Amt>250000</Amt>")));
    let collected = read(&text);
    let sum = Told::Control { kind: ControlKind::Sum, declared: 50_000_000, found: 25_000_000 };
    let count = Told::Control { kind: ControlKind::Count, declared: 2, found: 1 };
    let unreadable = Told::Amount("amount of an instruction", AmountProblem::Character);
    let wanted = [unreadable, count.clone(), sum.clone(), count, sum];
    assert_eq!(told(&collected), wanted);
    assert_eq!(collected.reading.bytes.set_aside, bad.len() as u64);
    let missing = read(&ekuber("1", "1", "<CdtTrfTxInf><Amt/></CdtTrfTxInf>"));
    assert_eq!(told(&missing)[0], Told::Missing("amount of an instruction"));
}

#[test]
fn a_status_is_inherited_from_the_level_above() {
    let payment = |status: &str, id: &str| {
        let status =
            if status.is_empty() { String::new() } else { format!("<TxSts>{status}</TxSts>") };
        format!(
            "<TxInfAndSts><OrgnlEndToEndId>{id}</OrgnlEndToEndId>{status}\
             <StsRsnInf><Rsn><Cd>AC01</Cd></Rsn></StsRsnInf></TxInfAndSts>"
        )
    };
    let batch = |status: &str, payments: &str| {
        format!(
            "<OrgnlPmtInfAndSts><OrgnlPmtInfId>B</OrgnlPmtInfId>{status}{payments}</OrgnlPmtInfAndSts>"
        )
    };
    let text = format!(
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.10\"><CstmrPmtStsRpt>\
         <OrgnlGrpInfAndSts><OrgnlMsgId>M1</OrgnlMsgId><GrpSts>ACTC</GrpSts></OrgnlGrpInfAndSts>{}{}{}{}\
         </CstmrPmtStsRpt></Document>",
        batch("<PmtInfSts>RJCT</PmtInfSts>", &payment("", "E1")),
        batch(
            "<PmtInfSts>PART</PmtInfSts>",
            &format!("{}{}", payment("", "E2"), payment("RJCT", "E3"))
        ),
        batch("", &payment("", "E4")),
        batch(
            "<PmtInfSts>ACSP</PmtInfSts>",
            &format!("{}{}", payment("ACSC", "E5"), payment("WHAT", "E6"))
        ),
    );
    let collected = read(&text);
    assert_eq!(collected.reading.variant.as_deref(), Some("pain.002.001.10"));
    let found: Vec<(String, Verdict, bool)> = collected
        .payment_statuses
        .iter()
        .filter(|one| one.level == StatusLevel::Payment)
        .map(|one| (one.references[0].text.clone(), one.verdict, one.inherited))
        .collect();
    let wanted = [
        ("E1", Verdict::Failed, true),
        ("E2", Verdict::Open, true),
        ("E3", Verdict::Failed, false),
        ("E4", Verdict::Accepted, true),
        ("E5", Verdict::Paid, false),
        ("E6", Verdict::Unknown, false),
    ];
    assert_eq!(found, wanted.map(|(id, verdict, inherited)| (id.to_owned(), verdict, inherited)));
    let first = &collected.payment_statuses[0].references;
    let known: Vec<(ReferenceKind, &str)> =
        first.iter().map(|one| (one.kind, one.text.as_str())).collect();
    let wanted = [
        (ReferenceKind::EndToEnd, "E1"),
        (ReferenceKind::Batch, "B"),
        (ReferenceKind::Original, "M1"),
    ];
    assert_eq!(known, wanted, "its batch and its file too");
    assert_eq!(told(&collected), [Told::NotUnderstood("the status of a payment")]);
    let levels =
        collected.payment_statuses.iter().filter(|one| one.level != StatusLevel::Payment).count();
    assert_eq!(levels, 5);
    assert_eq!(collected.payment_statuses.last().map(|one| one.verdict), Some(Verdict::Accepted));
}

/// A scroll of failed payments as a treasury's bank sends it.
fn scroll(total: &str, count: &str, payments: &str) -> String {
    format!(
        "<RequestPayload><AppHdr><BankID>1</BankID><FileDefId>File.003</FileDefId></AppHdr><Document>\
         <GrpHdr><FileID>F9</FileID><CreDtTm>2026-06-21T12:00:00</CreDtTm></GrpHdr><Ntfctn>\
         <TrnSummry>{total}</TrnSummry><Ntry><BookgDt>2026-06-20</BookgDt><ValDt>2026-06-20</ValDt>\
         <NtryDtls><NoOfTrn>{count}</NoOfTrn>{payments}</NtryDtls></Ntry></Ntfctn></Document></RequestPayload>"
    )
}

fn failed(amount: &str, status: &str) -> String {
    format!(
        "<TxDtls><Refs><MsgId>F1</MsgId><PmtInfId>P1</PmtInfId><InstrId>I1</InstrId>\
         <EndToEndId>E1</EndToEndId><Remark>V1</Remark><Amt>{amount}</Amt><CdtDbtInd>{status}</CdtDbtInd>\
         <Ustrd>ACCOUNT DOES NOT EXIST</Ustrd><AccptncDtTm>2026-06-20T18:10:52</AccptncDtTm></Refs></TxDtls>"
    )
}

#[test]
fn a_scroll_of_failed_payments_is_read_and_its_total_compared() {
    let text = scroll(
        "250010.50",
        "2",
        &format!("{}{}", failed("250000", "RJCT"), failed("10.5", "DBIT")),
    );
    let collected = read(&text);
    assert_eq!(collected.reading.format, Format::Scroll);
    assert_eq!(collected.reading.variant.as_deref(), Some("File.003"));
    let first = &collected.payment_statuses[0];
    assert_eq!(
        (first.verdict, first.amount.map(|one| one.minor())),
        (Verdict::Failed, Some(25_000_000))
    );
    assert_eq!(first.reasons, ["ACCOUNT DOES NOT EXIST"]);
    assert_eq!(first.day.map(|day| day.to_string()).as_deref(), Some("2026-06-20"));
    assert_eq!(first.references.len(), 5);
    assert_eq!(collected.payment_statuses[1].verdict, Verdict::Unknown, "for a person");
    assert_eq!(told(&collected), [Told::NotUnderstood("the status of a payment")]);
    let bad = failed("25O", "RJCT");
    let collected = read(&scroll("250010.50", "2", &format!("{bad}{}", failed("10.50", "RJCT"))));
    let control = |kind, declared, found| Told::Control { kind, declared, found };
    assert_eq!(
        told(&collected),
        [
            Told::Amount("amount of a payment", AmountProblem::Character),
            control(ControlKind::Count, 2, 1),
            control(ControlKind::Sum, 25_001_050, 1_050),
        ]
    );
    assert_eq!(collected.reading.bytes.set_aside, bad.len() as u64);
}
