//! Refusals as records: codes that are unique, records that come back the same.

use super::*;

#[test]
fn codes_and_numbers_are_unique_and_rise_by_stage() {
    for (index, (number, code, stage)) in Refusal::CODES.iter().enumerate() {
        for (other_number, other_code, other_stage) in &Refusal::CODES[..index] {
            assert!(other_number < number, "{code} stands out of order");
            assert_ne!(other_code, code);
            assert!(other_stage <= stage, "{code} stands after a later stage");
        }
        assert_eq!(usize::from(number / 100), *stage as usize + 1, "{code}");
    }
}

#[test]
fn a_record_comes_back_as_the_refusal_it_was() {
    let word = Word::new("project_cost").expect("a word");
    let refusals = [
        Refusal::AmountIsZero {},
        Refusal::ListTooLong { limit: 128, list: word.clone() },
        Refusal::CommandIdReused { first: Position(7) },
        Refusal::MissingFact { fact: word },
        Refusal::OutsideFundYear {
            fund: FinancialYear::from_first(2024).expect("a year"),
            day: Day::parse("2025-04-01").expect("a day"),
        },
        Refusal::ExceedsBudget { available: Total::from_paise(-5), over: Total::from_paise(10) },
    ];
    for refusal in refusals {
        assert_eq!(Refusal::from_record(&refusal.record()), Some(refusal));
    }
}

#[test]
fn a_record_no_refusal_makes_is_not_read_as_one() {
    let sound = Refusal::CommandIdReused { first: Position(7) }.record();
    let unknown = RefusalRecord { number: 9_999, ..sound.clone() };
    let extra = RefusalRecord { figures: Vec::from([7, 8]), ..sound.clone() };
    let missing = RefusalRecord { figures: Vec::new(), ..sound.clone() };
    let negative = RefusalRecord { figures: Vec::from([-1]), ..sound };
    for record in [unknown, extra, missing, negative] {
        assert_eq!(Refusal::from_record(&record), None, "{record:?}");
    }
}
