//! Groups of fixed width: read at their offsets as bincode reads them, and as wide as they say.

use proptest::prelude::*;

use crate::{
    body,
    bytes::{Form, Reader, Writer, width},
    content, envelope, first, terms, upcasts,
};

/// Any bytes as wide as a group are one, and are read alike at their offsets and by bincode.
fn check_group<T: Form + PartialEq + std::fmt::Debug>(bytes: &[u8; 128]) {
    let part = &bytes[..T::BYTES];
    let group = T::at_offsets(part).expect("as wide as the group");
    let read = Reader::new(part).expect("short").by_bincode().form();
    assert_eq!(read.as_ref(), Ok(&group), "{}", std::any::type_name::<T>());
    let mut written = Vec::new();
    Writer::new(&mut written).form(&group);
    assert_eq!(written, part, "{}", std::any::type_name::<T>());
    assert_eq!(width(&group), T::BYTES);
    assert_eq!(T::at_offsets(&bytes[..T::BYTES - 1]), None);
    assert_eq!(T::at_offsets(&bytes[..T::BYTES + 1]), None);
}

/// Every group there is.
const GROUPS: [fn(&[u8; 128]); 57] = [
    check_group::<u8>,
    check_group::<u16>,
    check_group::<u32>,
    check_group::<u64>,
    check_group::<i32>,
    check_group::<i64>,
    check_group::<i128>,
    check_group::<envelope::EnvelopeForm>,
    check_group::<body::parts::PrintForm>,
    check_group::<body::parts::FundForm>,
    check_group::<body::applied::AppliedForm>,
    check_group::<body::applied::FactForm>,
    check_group::<body::cases::StepRecordedForm>,
    check_group::<upcasts::FirstStepForm>,
    check_group::<body::cases::BarredForm>,
    check_group::<body::cases::SanctionedForm>,
    check_group::<body::cases::SanctionRevisedForm>,
    check_group::<body::payments::DisbursedForm>,
    check_group::<body::payments::PaymentReturnedForm>,
    check_group::<body::payments::PaymentConfirmedForm>,
    check_group::<body::payments::MovedToSuspenseForm>,
    check_group::<body::payments::RecoveryDemandedForm>,
    check_group::<body::payments::StockMovedForm>,
    check_group::<body::audits::AuditedForm>,
    check_group::<body::audits::FindingForm>,
    check_group::<body::audits::FindingSettledForm>,
    check_group::<body::audits::StateCertifiedForm>,
    check_group::<body::audits::PeriodSealedForm>,
    check_group::<body::statements::StatementReceivedForm>,
    check_group::<body::statements::StatementLinesForm>,
    check_group::<body::statements::LineForm>,
    check_group::<upcasts::FirstReceivedForm>,
    check_group::<upcasts::FirstMatchForm>,
    check_group::<body::statements::ParticularsForm>,
    check_group::<body::statements::NameMarkForm>,
    check_group::<body::statements::IfscForm>,
    check_group::<body::statements::MatchedForm>,
    check_group::<body::statements::MatchDecidedForm>,
    check_group::<body::statements::LineReferenceForm>,
    check_group::<body::statements::DifferenceForm>,
    check_group::<body::statements::UnmatchedForm>,
    check_group::<body::house::ReversedForm>,
    check_group::<body::house::CommandRefusedForm>,
    check_group::<body::house::RefusalForm>,
    check_group::<body::house::ExportedForm>,
    check_group::<body::house::AccessDeniedForm>,
    check_group::<body::house::KeyRotatedForm>,
    check_group::<body::house::ActorKeySetForm>,
    check_group::<crate::signed::SignedForm>,
    check_group::<terms::TermsForm>,
    check_group::<terms::FactSpecForm>,
    check_group::<terms::LimitForm>,
    check_group::<terms::GateForm>,
    check_group::<terms::LengthForm>,
    check_group::<terms::RatioForm>,
    check_group::<first::FirstForm>,
    check_group::<content::ContentForm>,
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_group_is_read_at_its_offsets_as_bincode_reads_it(
        head in any::<[u8; 32]>(),
        next in any::<[u8; 32]>(),
        last in any::<[u8; 32]>(),
    ) {
        let mut bytes = [0; 128];
        for (slot, value) in bytes.iter_mut().zip([head, next, last].concat()) {
            *slot = value;
        }
        for check in GROUPS {
            check(&bytes);
        }
    }
}
