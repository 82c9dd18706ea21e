//! Payment files, written and read back; and the published facts of their forms.

use bahi_core::{Day, Ifsc, LineSide, Money, Total};
use proptest::prelude::*;

use super::{
    FILE_NUMBER_MAX, FileMark, Flaw, OutwardError, OutwardPayment, PAYMENT_NUMBER_MAX, Part, Payer,
    PayerError, PaymentForm, RTGS_LEAST, Service, own_references,
};
use crate::{
    Collected, Format, Secret,
    tests::{read_bytes, told},
};

const PAYER: &str = r#"
format = 1

[ekuber]
kind = "EP"
code = "0125"
advice = "VNS"
sender = "125"
name = "GOVERNMENT OF A STATE"
debtor = "FINANCE & MSME DEPARTMENT"
office = "VNS"
drawing_officer = "VNSDIC001"
account = "01602501045"
branch = "BAHI0STATEE"
authorisation = "PART"
one_debit = true

[nach306]
name = "DISTRICT TREASURY"
number = "NACH00000000012345"
narration = "SUBSIDY"
branch = "BAHI0000001"
account = "998877665544332211"
product = "DBT"
"#;

fn payer() -> Payer {
    Payer::parse(PAYER).expect("a payer")
}

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

fn mark() -> FileMark {
    FileMark { number: 21, day: day("2024-02-10") }
}

fn payment(number: u64, service: Service, paise: i64) -> OutwardPayment {
    OutwardPayment {
        number,
        reference: format!("VNS/2024/{number:04}-1"),
        service,
        amount: Money::from_paise(paise).expect("an amount"),
        branch: Ifsc::parse("BAHI0000002").expect("a branch"),
        account: Secret::new("000123456789"),
        name: Secret::new("ASHA DEVI & SONS"),
    }
}

/// What is written comes back: every value of every payment, and no complaint.
fn check_read_back(form: PaymentForm, mark: FileMark, payments: &[OutwardPayment]) {
    let file = payer().write(form, mark, payments).expect("a file");
    assert_eq!(file, payer().write(form, mark, payments).expect("the same file"));
    let collected = read_bytes(&file.bytes);
    assert_eq!(told(&collected), []);
    assert_eq!(collected.reading.bytes.set_aside, 0);
    let total: i128 = payments.iter().map(|one| i128::from(one.amount.paise())).sum();
    assert_eq!((file.payments, file.total), (payments.len(), Total::from_paise(total)));
    let whole = collected.batches.last().expect("a batch");
    assert_eq!(whole.batch.sum_minor, Some(total));
    assert_eq!(whole.batch.instructions as usize, payments.len());
    assert_eq!(whole.batch.declared.len(), 2, "a count and a sum");
    let mut found = instructions(&collected);
    assert_eq!(found.len(), payments.len());
    for payment in payments {
        let wanted = |one: &&Values| one.0.contains(&payment.reference);
        let at = found.iter().position(|one| wanted(&one)).expect("by its reference");
        let (_, paise, branch, account, name) = found.swap_remove(at);
        assert_eq!(paise, payment.amount.paise());
        assert_eq!(branch, payment.branch.to_string());
        assert_eq!(account, payment.account.reveal());
        assert_eq!(name, payment.name.reveal());
    }
}

type Values = (Vec<String>, i64, String, String, String);

fn instructions(collected: &Collected) -> Vec<Values> {
    let all = collected.batches.iter().flat_map(|whole| &whole.instructions);
    all.map(|one| {
        assert_eq!((one.side, one.by_aadhaar), (LineSide::Credit, false));
        let party = &one.beneficiary;
        let text = |secret: &Option<Secret>| secret.as_ref().map(|one| one.reveal().to_owned());
        (
            one.references.iter().map(|one| one.text.clone()).collect(),
            one.amount.minor(),
            party.bank.clone().unwrap_or_default(),
            text(&party.account).unwrap_or_default(),
            text(&party.name).unwrap_or_default(),
        )
    })
    .collect()
}

fn any_payments() -> impl Strategy<Value = Vec<OutwardPayment>> {
    let least = RTGS_LEAST.paise();
    let service = prop_oneof![
        (Just(Service::Neft), 1_i64..9_999_999_999_i64),
        (Just(Service::Rtgs), least..9_999_999_999_i64),
        (Just(Service::Nach), 1_i64..9_999_999_999_i64),
    ];
    let one = (
        service,
        "[A-Z]{4}0[A-Z0-9]{6}",
        "[1-9A-Z][0-9A-Z]{0,33}",
        "[!-~]([ -~]{0,38}[!-~])?",
        "[A-Za-z0-9/().,'+_:?-]{0,18}",
    );
    prop::collection::vec(one, 1..12).prop_map(|all| {
        let payments = all.into_iter().enumerate();
        payments
            .map(|(at, ((service, paise), branch, account, name, reference))| OutwardPayment {
                number: at as u64 * 7919 + 1,
                // The number makes it one that no other has, and one that is none of nothing.
                reference: format!("{reference}#{}", at + 1).replace('#', "-"),
                service,
                amount: Money::from_paise(paise).expect("an amount"),
                branch: Ifsc::parse(&branch).expect("a branch"),
                account: Secret::new(&account),
                name: Secret::new(&name),
            })
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_is_written_is_read_back(
        payments in any_payments(),
        number in 1..=FILE_NUMBER_MAX,
        at in 10_957_i32..40_000,
    ) {
        let day = Day::from_epoch_days(at).expect("a day");
        let mark = FileMark { number, day };
        check_read_back(PaymentForm::Ekuber, mark, &payments);
        let mut nach = payments;
        nach.retain(|one| one.service == Service::Nach);
        if !nach.is_empty() {
            check_read_back(PaymentForm::Nach306, mark, &nach);
        }
    }

    #[test]
    fn a_text_is_written_whole_or_not_at_all(
        reference in "\\PC{0,40}",
        name in "\\PC{0,150}",
        account in "\\PC{0,40}",
    ) {
        for form in PaymentForm::ALL {
            let mut one = payment(1, Service::Nach, 100);
            (one.reference, one.name) = (reference.clone(), Secret::new(&name));
            one.account = Secret::new(&account);
            match payer().write(form, mark(), std::slice::from_ref(&one)) {
                Ok(_) => check_read_back(form, mark(), &[one]),
                Err(OutwardError::Flaws(flaws)) => prop_assert_eq!(flaws.len(), 1),
                Err(other) => prop_assert!(false, "{}", other),
            }
        }
    }
}

/// The widths and the make of identifications as the Reserve Bank's users publish them, and the
/// places of the elements.
#[test]
fn a_file_of_ekuber_is_as_published() {
    let payments = [
        payment(398, Service::Neft, 4_097_900),
        payment(399, Service::Rtgs, 20_000_000),
        payment(400, Service::Neft, 72_200),
    ];
    let file = payer().write(PaymentForm::Ekuber, mark(), &payments).expect("a file");
    let text = String::from_utf8(file.bytes.clone()).expect("UTF-8");
    assert_eq!(text, include_str!("../../samples/ekuber-out.xml"));
    assert_eq!(file.message, "EPV80125000000000021202402100000");
    // Kind 2, code 4, number 12, year 2, day of the year 3 (10 February is the 41st), place 6.
    for id in ["EP012500000000039824041000001", "EP012500000000039924041000002"] {
        assert_eq!(id.len(), 29);
        assert!(text.contains(&format!("<EndToEndId>{id}</EndToEndId>")), "{id}");
    }
    // Code 4, advice 9, sub-advice 2, day 8, month 6.
    for (id, count, sum) in [
        ("0125VNS0000210120240210202402", 2, "41701.00"),
        ("0125VNS0000210220240210202402", 1, "200000.00"),
    ] {
        assert_eq!(id.len(), 29);
        let batch = format!(
            "<PmtInf><PmtInfId>{id}</PmtInfId><PmtMtd>TRF</PmtMtd><BtchBookg>true</BtchBookg>\
             <NbOfTxs>{count}</NbOfTxs><CtrlSum>{sum}</CtrlSum>"
        );
        assert!(text.contains(&batch), "{id}");
    }
    assert!(
        text.contains(
            "<Amt><InstdAmt><Amt>40979.00</Amt><CcyOfTrf>INR</CcyOfTrf></InstdAmt></Amt>"
        )
    );
    assert!(text.contains("<NbOfTxs>3</NbOfTxs><CtrlSum>241701.00</CtrlSum>"));
    assert!(!text.contains("xmlns"), "the dialect has no namespace");
    check_read_back(PaymentForm::Ekuber, mark(), &payments);
    let collected = read_bytes(&file.bytes);
    assert_eq!(collected.reading.format, Format::Pain001);
    let services: Vec<_> =
        collected.batches.iter().map(|one| one.batch.service.as_deref()).collect();
    assert_eq!(services, [Some("NEFT"), Some("RTGS"), Some("PART")]);
    assert_eq!(collected.batches[0].batch.day, Some(mark().day));
}

/// The columns, by their first character from 0, as the clearing house publishes them.
#[test]
fn a_file_of_the_clearing_house_is_as_published() {
    let payments = [payment(1, Service::Nach, 25_000_050), payment(2, Service::Nach, 1)];
    let file = payer().write(PaymentForm::Nach306, mark(), &payments).expect("a file");
    let text = String::from_utf8(file.bytes.clone()).expect("ASCII");
    assert_eq!(text, include_str!("../../samples/nach306-out.txt"));
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines.iter().all(|line| line.len() == 306) && text.ends_with('\n'));
    let header = [
        (0, "12"),
        (2, "       "),
        (9, "DISTRICT TREASURY                       "),
        (99, "0000025000050"),
        (112, "0000025000051"),
        (125, "10022024"),
        (133, "                       "),
        (156, "NACH00000000012345"),
        (174, "000020240210000021"),
        (192, "BAHI0000001"),
        (203, "998877665544332211                 "),
        (238, "000000002"),
        (247, "  "),
    ];
    let item = [
        (0, "23"),
        (2, "         "),
        (11, "10"),
        (31, "ASHA DEVI & SONS                        "),
        (87, "SUBSIDY             "),
        (120, "0000025000050"),
        (133, "                       "),
        (156, "BAHI0000002"),
        (167, "000123456789                       "),
        (202, "BAHI0000001"),
        (213, "NACH00000000012345"),
        (231, "VNS/2024/0001-1               "),
        (261, "DBT"),
        (264, "               "),
    ];
    for (line, columns) in [(lines[0], &header[..]), (lines[1], &item[..])] {
        for (from, wanted) in columns {
            assert_eq!(&line[*from..from + wanted.len()], *wanted, "from {from}");
        }
    }
    check_read_back(PaymentForm::Nach306, mark(), &payments);
}

#[test]
fn what_does_not_fit_is_refused_with_its_reason() {
    type Spoil = fn(&mut OutwardPayment);
    const LONG: &str = "0123456789012345678901234567890123456789";
    let too_long = |part, characters, limit| Flaw::TooLong { part, characters, limit };
    let at = |part, at| Flaw::Character { part, at };
    let paise = |paise| Money::from_paise(paise).expect("an amount");
    assert_eq!(paise(20_000_000), RTGS_LEAST);
    let nach: &[(Spoil, Flaw)] = &[
        (|one| one.number = PAYMENT_NUMBER_MAX + 1, Flaw::Number),
        (|one| one.service = Service::Neft, Flaw::Service(Service::Neft)),
        (|one| one.amount = Money::ZERO, Flaw::Nothing),
        (
            |one| one.amount = Money::from_paise(10_000_000_000_000).expect("an amount"),
            Flaw::AmountTooLong { digits: 13 },
        ),
        (|one| one.reference.clear(), Flaw::Empty(Part::Reference)),
        (|one| one.reference = LONG[..31].to_owned(), too_long(Part::Reference, 31, 30)),
        (|one| one.reference = "A<B1".to_owned(), at(Part::Reference, 2)),
        (|one| one.reference = " A1".to_owned(), at(Part::Reference, 1)),
        (|one| one.reference = "A1 ".to_owned(), at(Part::Reference, 3)),
        (|one| one.reference = "NOTPROVIDED".to_owned(), Flaw::NoReference),
        (|one| one.reference = "000".to_owned(), Flaw::NoReference),
        (|one| one.reference = "FIRST PART".to_owned(), Flaw::NoReference),
        (|one| one.name = Secret::new("  "), Flaw::Empty(Part::Name)),
        (|one| one.name = Secret::new("आशा"), at(Part::Name, 1)),
        (|one| one.name = Secret::new("A\tB"), at(Part::Name, 2)),
        (
            |one| one.name = Secret::new(&LONG.replace('0', "A")[..].repeat(2)),
            too_long(Part::Name, 80, 40),
        ),
        (|one| one.account = Secret::default(), Flaw::Empty(Part::Account)),
        (|one| one.account = Secret::new("0000"), Flaw::Empty(Part::Account)),
        (|one| one.account = Secret::new("12-34"), at(Part::Account, 3)),
        (|one| one.account = Secret::new(&LONG[..36]), too_long(Part::Account, 36, 35)),
    ];
    for (spoil, flaw) in nach {
        let mut one = payment(1, Service::Nach, 100);
        spoil(&mut one);
        let good = payment(2, Service::Nach, 100);
        let error = payer().write(PaymentForm::Nach306, mark(), &[good, one]);
        assert_eq!(error, Err(OutwardError::Flaws(vec![(1, *flaw)])));
        assert!(!flaw.to_string().contains("ASHA"));
    }
    let least = Flaw::BelowLeast { service: Service::Rtgs, least: RTGS_LEAST };
    let ekuber: &[(Spoil, Flaw)] = &[
        (
            |one| {
                (one.service, one.amount) =
                    (Service::Rtgs, Money::from_paise(19_999_999).expect("an amount"))
            },
            least,
        ),
        (|one| one.reference = LONG[..36].to_owned(), too_long(Part::Reference, 36, 35)),
        (|one| one.account = Secret::new(&LONG[..35]), too_long(Part::Account, 35, 34)),
        (|one| one.name = Secret::new(&"N".repeat(141)), too_long(Part::Name, 141, 140)),
    ];
    for (spoil, flaw) in ekuber {
        let mut one = payment(1, Service::Neft, 100);
        spoil(&mut one);
        let error = payer().write(PaymentForm::Ekuber, mark(), &[one]);
        assert_eq!(error, Err(OutwardError::Flaws(vec![(0, *flaw)])));
    }
}

#[test]
fn a_file_that_cannot_be_is_refused_whole() {
    let one = payment(1, Service::Nach, 100);
    let write = |form, number, payments: &[OutwardPayment]| {
        payer().write(form, FileMark { number, day: mark().day }, payments)
    };
    let form = PaymentForm::Nach306;
    assert_eq!(write(form, 1, &[]), Err(OutwardError::Empty));
    for number in [0, FILE_NUMBER_MAX + 1] {
        assert_eq!(write(form, number, std::slice::from_ref(&one)), Err(OutwardError::FileNumber));
    }
    let twice = OutwardPayment { number: 2, ..one.clone() };
    let flaws = vec![(1, Flaw::Twice { first: 1 })];
    assert_eq!(write(form, 1, &[one.clone(), twice]), Err(OutwardError::Flaws(flaws)));
    let many = vec![one.clone(); super::FILE_PAYMENTS_MAX + 1];
    assert_eq!(write(form, 1, &many), Err(OutwardError::TooMany { payments: many.len() }));
    let mut large = [payment(1, Service::Nach, 9_999_999_999_999), payment(2, Service::Nach, 1)];
    assert_eq!(write(form, 1, &large), Err(OutwardError::TotalTooLong { digits: 13 }));
    large[1].amount = Money::ZERO;
    assert_eq!(write(form, 1, &large), Err(OutwardError::Flaws(vec![(1, Flaw::Nothing)])));
    let (only_nach, _) = PAYER.split_once("[ekuber]").expect("a part");
    let nach = &PAYER[PAYER.find("[nach306]").expect("a part")..];
    let payer = Payer::parse(&format!("{only_nach}{nach}")).expect("a payer");
    let error = payer.write(PaymentForm::Ekuber, mark(), &[one]);
    assert_eq!(error, Err(OutwardError::NotDescribed(PaymentForm::Ekuber)));
}

/// A bill of two: e-Kuber's file names each beside it, and what it names them is known beforehand; the
/// clearing house's takes the bill with the payment's number.
#[test]
fn a_bill_of_several_payments_goes_into_a_file() {
    let bill = |number, service| OutwardPayment {
        reference: "BILL/7".to_owned(),
        ..payment(number, service, 25_000_000)
    };
    let of_ekuber =
        [bill(17, Service::Nach), bill(18, Service::Neft), payment(19, Service::Nach, 100)];
    let file = payer().write(PaymentForm::Ekuber, mark(), &of_ekuber).expect("a file");
    let read = read_bytes(&file.bytes);
    let numbered: Vec<(u64, Service)> =
        of_ekuber.iter().map(|one| (one.number, one.service)).collect();
    let called = payer().called(mark(), &numbered);
    assert_eq!(called.len(), 3);
    let text = String::from_utf8(file.bytes).expect("ASCII");
    for one in &called {
        assert_eq!(one.end_to_end.len(), 29);
        let element = format!("<EndToEndId>{}</EndToEndId>", one.end_to_end);
        assert_eq!(text.matches(&element).count(), 1, "{element}");
        let batch = &one.batch;
        assert!(text.contains(&format!("<PmtInfId>{batch}</PmtInfId>")), "{batch}");
        assert_eq!(one.one_debit, text.contains("<BtchBookg>true</BtchBookg>"));
    }
    let message = Payer::message(Some(&payer()), PaymentForm::Ekuber, mark());
    assert!(text.contains(&format!("<MsgId>{}</MsgId>", message.expect("a message"))));
    assert_eq!(Payer::message(None, PaymentForm::Ekuber, mark()), None);
    assert_eq!(text.matches("<InstrId>BILL/7</InstrId>").count(), 2);
    assert_eq!(read.reading.instructions, 3);
    let named = [(17, "BILL/7"), (18, "BILL/8"), (19, "BILL/7")];
    assert_eq!(own_references(&named), ["BILL/7/17", "BILL/8", "BILL/7/19"]);
}

#[test]
fn a_payer_is_described_within_bounds() {
    let value = |key, wanted| PayerError::Value { key, wanted };
    let cases = [
        ("format = 1", "format = 2", PayerError::Format { found: 2 }),
        ("kind = \"EP\"", "kind = \"E\"", value("kind", "two letters or digits")),
        ("code = \"0125\"", "code = \"125\"", value("code", "four letters or digits")),
        ("BAHI0STATEE", "BAHI1STATEE", value("branch", "an IFSC")),
        ("\"PART\"", "\"SOME\"", value("authorisation", "ALL or PART")),
        ("\"VNSDIC001\"", "\"\"", value("drawing_officer", "1 to 70 characters of ASCII")),
        (
            "\"SUBSIDY\"",
            "\"SUBSIDY OF THE STATE1\"",
            value("narration", "1 to 20 characters of ASCII"),
        ),
        ("\"DBT\"", "\"DBTX\"", value("product", "1 to 3 letters and digits")),
    ];
    for (good, bad, error) in cases {
        assert_eq!(PAYER.matches(good).count(), 1, "{good}");
        assert_eq!(Payer::parse(&PAYER.replace(good, bad)), Err(error));
    }
    assert_eq!(Payer::parse("format = 1"), Err(PayerError::Nothing));
    let unknown = Payer::parse("format = 1\n[nach]\n");
    assert!(matches!(unknown, Err(PayerError::Text { line: 2, .. })), "{unknown:?}");
    let large = " ".repeat(super::PAYER_BYTES_MAX + 1);
    assert_eq!(Payer::parse(&large), Err(PayerError::TooLarge { bytes: large.len() }));
}
