//! The kinds of events, the roles and the standings of cases in both languages.

use bahi::{
    Status,
    core::{EventKind, Role},
};

use super::Lang;

/// A kind of event, for a person.
pub(in crate::console) const fn kind(kind: EventKind, lang: Lang) -> &'static str {
    let (english, hindi) = match kind {
        EventKind::SchemeOpened => ("Scheme opened", "योजना आरंभ"),
        EventKind::TermsChanged => ("Terms changed", "शर्तें परिवर्तित"),
        EventKind::FundsAllotted => ("Funds allotted", "निधि आवंटित"),
        EventKind::FundsWithdrawn => ("Funds withdrawn", "निधि वापस ली गई"),
        EventKind::FundsMoved => ("Funds moved", "निधि अंतरित"),
        EventKind::Lapsed => ("Lapsed", "व्यपगत"),
        EventKind::SanctionCarried => ("Sanction carried forward", "स्वीकृति अग्रेनीत"),
        EventKind::Applied => ("Applied", "आवेदन"),
        EventKind::ApplicationAmended => ("Application amended", "आवेदन संशोधित"),
        EventKind::StepRecorded => ("Step recorded", "चरण दर्ज"),
        EventKind::Rejected => ("Rejected", "अस्वीकृत"),
        EventKind::Withdrawn => ("Application withdrawn", "आवेदन वापस"),
        EventKind::CaseClosed => ("Case closed", "प्रकरण बंद"),
        EventKind::Barred => ("Barred", "वर्जित"),
        EventKind::Sanctioned => ("Sanctioned", "स्वीकृत"),
        EventKind::SanctionRevised => ("Sanction revised", "स्वीकृति संशोधित"),
        EventKind::SanctionCancelled => ("Sanction cancelled", "स्वीकृति निरस्त"),
        EventKind::Disbursed => ("Disbursed", "वितरित"),
        EventKind::PaymentReturned => ("Payment returned", "भुगतान वापस"),
        EventKind::PaymentConfirmed => ("Payment confirmed", "भुगतान की पुष्टि"),
        EventKind::MovedToSuspense => ("Moved to suspense", "उचंत में रखा"),
        EventKind::Recovered => ("Recovered", "वसूल"),
        EventKind::RecoveryDemanded => ("Recovery demanded", "वसूली की माँग"),
        EventKind::Utilised => ("Utilised", "उपयोग"),
        EventKind::Adjusted => ("Adjusted", "समायोजित"),
        EventKind::InterestEarned => ("Interest earned", "ब्याज अर्जित"),
        EventKind::InterestRemitted => ("Interest remitted", "ब्याज जमा"),
        EventKind::StockMoved => ("Stock moved", "सामग्री अंतरित"),
        EventKind::Audited => ("Audited", "लेखापरीक्षित"),
        EventKind::FindingSettled => ("Finding settled", "आपत्ति निस्तारित"),
        EventKind::StateCertified => ("State certified", "स्थिति प्रमाणित"),
        EventKind::PeriodSealed => ("Period sealed", "अवधि मुद्रांकित"),
        EventKind::StatementReceived => ("Statement received", "विवरण प्राप्त"),
        EventKind::StatementLines => ("Statement lines", "विवरण की पंक्तियाँ"),
        EventKind::Matched => ("Matched", "मिलान"),
        EventKind::Unmatched => ("Match undone", "मिलान निरस्त"),
        EventKind::MatchDecided => ("Match decided", "मिलान निर्णीत"),
        EventKind::Reversed => ("Reversed", "प्रतिवर्तित"),
        EventKind::CommandRefused => ("Command refused", "आदेश अस्वीकृत"),
        EventKind::Exported => ("Exported", "निर्यात"),
        EventKind::AccessDenied => ("Access denied", "प्रवेश अस्वीकृत"),
        EventKind::KeyRotated => ("Key rotated", "कुंजी बदली"),
        EventKind::ActorKeySet => ("Actor's key set", "कर्ता की कुंजी नियत"),
    };
    lang.pick(english, hindi)
}

/// A role, for a person.
pub(in crate::console) const fn role(role: Role, lang: Lang) -> &'static str {
    let (english, hindi) = match role {
        Role::Finance => ("finance", "वित्त"),
        Role::DistrictOffice => ("district office", "ज़िला कार्यालय"),
        Role::SanctioningAuthority => ("sanctioning authority", "स्वीकृति प्राधिकारी"),
        Role::DrawingOfficer => ("drawing officer", "आहरण अधिकारी"),
        Role::TreasuryJob => ("treasury job", "कोषागार कार्य"),
        Role::Auditor => ("auditor", "लेखापरीक्षक"),
        Role::Administrator => ("administrator", "प्रशासक"),
    };
    lang.pick(english, hindi)
}

/// How far a case has come, for a person.
pub(in crate::console) const fn status(status: Status, lang: Lang) -> &'static str {
    let (english, hindi) = match status {
        Status::Applied => ("applied", "आवेदित"),
        Status::Lapsed => ("lapsed", "व्यपगत"),
        Status::Sanctioned => ("sanctioned", "स्वीकृत"),
        Status::PartlyPaid => ("partly paid", "अंशतः भुगतान"),
        Status::Paid => ("paid", "भुगतान हुआ"),
        Status::Returned => ("payment returned", "भुगतान वापस"),
        Status::Cancelled => ("cancelled", "निरस्त"),
        Status::PartlyRecovered => ("partly recovered", "अंशतः वसूल"),
        Status::Utilised => ("utilised", "उपयोग हुआ"),
        Status::Adjusted => ("adjusted", "समायोजित"),
        Status::Recovered => ("recovered", "वसूल"),
        Status::Rejected => ("rejected", "अस्वीकृत"),
        Status::Withdrawn => ("withdrawn", "वापस लिया"),
        Status::Closed => ("closed", "बंद"),
    };
    lang.pick(english, hindi)
}

#[cfg(test)]
mod tests {
    //! Every kind, role and standing has a name of its own in both languages.

    use super::*;
    use crate::console::words::tests::is_hindi;

    #[test]
    fn every_name_is_in_both_languages() {
        let kinds = EventKind::ALL.map(|one| [kind(one, Lang::English), kind(one, Lang::Hindi)]);
        let roles = Role::ALL.map(|one| [role(one, Lang::English), role(one, Lang::Hindi)]);
        let statuses = Status::ALL.map(|one| [Lang::English, Lang::Hindi].map(|l| status(one, l)));
        for [english, hindi] in kinds.into_iter().chain(roles).chain(statuses) {
            assert!(!english.is_empty() && !is_hindi(english), "{english}");
            assert!(is_hindi(hindi), "{english}: {hindi}");
        }
    }
}
