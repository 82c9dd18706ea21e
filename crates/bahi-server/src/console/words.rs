//! Every label of the console, in English and in Hindi, side by side in one table.
//!
//! # Invariants
//! * No label is in one language alone: the table takes both or does not compile.
//! * Names that the ledger holds (cases, orders, offices, codes) are shown as they are.
//!
//! # Not here
//! The names of kinds, roles and standings: `kinds`. The auditor's tests: `checks`. Products of districts:
//! `products`.

mod checks;
mod kinds;
mod products;

pub(super) use checks::{question, title};
pub(super) use kinds::{kind, role, status};
pub(super) use products::product;

/// The language of the labels.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Lang {
    /// English.
    #[default]
    English,
    /// Hindi, in Devanagari.
    Hindi,
}

impl Lang {
    /// Both, in the order they are offered.
    pub(super) const ALL: [Lang; 2] = [Lang::English, Lang::Hindi];

    /// Its code in pages and addresses.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Lang::English => "en",
            Lang::Hindi => "hi",
        }
    }

    /// What it calls itself.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Lang::English => "English",
            Lang::Hindi => "हिन्दी",
        }
    }

    /// The language of a code.
    pub(super) fn from_code(code: &str) -> Option<Lang> {
        Lang::ALL.into_iter().find(|lang| lang.code() == code)
    }

    /// Of two texts the one in this language.
    pub(super) const fn pick<'a>(self, english: &'a str, hindi: &'a str) -> &'a str {
        match self {
            Lang::English => english,
            Lang::Hindi => hindi,
        }
    }
}

/// The labels in one language.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Words(pub(super) Lang);

/// Declares every label once, in both languages.
macro_rules! words {
    ($($name:ident $english:literal $hindi:literal;)*) => {
        impl Words {
            $(pub(super) const fn $name(self) -> &'static str {
                self.0.pick($english, $hindi)
            })*
        }

        /// Every label by name, English, Hindi.
        #[cfg(test)]
        const ALL: &[(&str, &str, &str)] = &[$((stringify!($name), $english, $hindi)),*];
    };
}

words! {
    // ---- the frame
    skip "Skip to the answer" "सीधे उत्तर पर जाएँ";
    console "Subsidy ledger" "अनुदान बही";
    overview "Overview" "सार";
    schemes "Schemes" "योजनाएँ";
    districts "Districts" "ज़िले";
    cases "Cases" "प्रकरण";
    findings "Findings" "आपत्तियाँ";
    reconciliation "Reconciliation" "मिलान";
    search "Search" "खोज";
    pages "Pages" "पृष्ठ";
    language "Language" "भाषा";
    amounts_in "Amounts in" "राशि";
    rupees "rupees" "रुपये";
    lakh "lakh" "लाख";
    crore "crore" "करोड़";
    time_asked "The time asked about" "किस समय का उत्तर";
    as_of "What counts by" "किस दिन तक प्रभावी";
    as_of_help "effective day" "प्रभावी दिनांक";
    known_on "What was known on" "किस दिन तक ज्ञात";
    known_on_help "recorded by the end of this day" "इस दिन के अंत तक दर्ज";
    show "Show" "दिखाएँ";
    to_the_present "Back to the present" "वर्तमान पर लौटें";
    year_ends "Ends of years" "वर्षांत";
    everything "everything" "सब";
    rests_on "This answer rests on" "यह उत्तर इस पर आधारित है";
    position "Position" "स्थान";
    root "Root" "मूल हैश";
    simulated "simulated clock" "कृत्रिम घड़ी";
    nothing "Nothing here." "यहाँ कुछ नहीं है।";
    total "Total" "योग";
    all "All" "सभी";
    older "Older" "और पुराने";
    newest "Newest" "सबसे नए";
    of "of" "में से";
    answering "Answering" "उत्तर आ रहा है";
    answered "Answered" "उत्तर आ गया";
    // ---- columns
    applied "Applications" "आवेदन";
    allotted "Allotted" "आवंटित";
    sanctioned "Sanctioned" "स्वीकृत";
    disbursed "Disbursed" "वितरित";
    returned "Returned" "वापस आई";
    recovered "Recovered" "वसूल";
    utilised "Utilised" "उपयोग";
    adjusted "Adjusted" "समायोजित";
    available "Available" "उपलब्ध";
    suspense "In suspense" "उचंत में";
    interest_earned "Interest earned" "अर्जित ब्याज";
    interest_remitted "Interest remitted" "जमा ब्याज";
    audited "Cases audited" "लेखापरीक्षित प्रकरण";
    unpaid "Sanctioned, not paid" "स्वीकृत, अदत्त";
    outstanding "Not accounted for" "हिसाब शेष";
    accounted "Accounted for" "हिसाब प्राप्त";
    // ---- glance
    flow "How the money went" "धन का प्रवाह";
    flow_table "The flow in figures" "प्रवाह आँकड़ों में";
    stage "Stage" "चरण";
    amount "Amount" "राशि";
    share "Share" "अंश";
    of_allotted "of what was allotted" "आवंटित का";
    of_sanctioned "of what was sanctioned" "स्वीकृत का";
    of_disbursed "of what was paid" "वितरित का";
    of_net "of what was paid, net" "शुद्ध वितरित का";
    scheme "Scheme" "योजना";
    district "District" "ज़िला";
    year "Financial year" "वित्तीय वर्ष";
    head "Head" "लेखाशीर्ष";
    pool "Pool, no district" "सामान्य कोष, कोई ज़िला नहीं";
    by_scheme "By scheme" "योजनावार";
    by_year "By year of allotment" "आवंटन वर्षवार";
    by_district "By district" "ज़िलावार";
    map_caption "Where it was paid" "कहाँ वितरित हुआ";
    map_help "The stronger the colour, the more was paid there." "रंग जितना प्रबल, उतना अधिक वितरण।";
    most_paid "Most was paid in" "सर्वाधिक वितरण";
    all_districts "All districts" "सभी ज़िले";
    // ---- scheme and district
    fund_register "Fund register" "निधि पंजी";
    trend "Year by year" "वर्ष-दर-वर्ष";
    trend_help "What was sanctioned and paid within each financial year, by effective day." "प्रत्येक वित्तीय वर्ष में प्रभावी दिनांक से स्वीकृत और वितरित।";
    terms "Terms" "शर्तें";
    version "Version" "संस्करण";
    in_force "In force" "प्रभावी अवधि";
    order "Order" "शासनादेश";
    paragraph "paragraph" "प्रस्तर";
    runs_in "Runs in" "लागू";
    districts_count "districts" "ज़िले";
    product "Product" "उत्पाद";
    further_products "Further products" "अन्य उत्पाद";
    division "Division" "मंडल";
    doubtful "No list confirms" "किसी सूची से पुष्ट नहीं";
    see_cases "Its cases" "इसके प्रकरण";
    latest_cases "Latest applications" "नवीनतम आवेदन";
    // ---- cases
    case_ "Case" "प्रकरण";
    applied_on "Applied on" "आवेदन दिनांक";
    status "Status" "स्थिति";
    narrow "Narrow the list" "सूची सीमित करें";
    timeline "What happened" "क्या हुआ";
    procedure "Its way through the procedure" "प्रक्रिया में प्रगति";
    in_time "in time" "समय पर";
    days_late "days late" "दिन विलंब";
    days_after "day +" "दिन +";
    waits_for "waits for" "प्रतीक्षा";
    missed "went on without" "के बिना आगे बढ़ा";
    not_yet "not yet" "अभी नहीं";
    latest_by "at the latest" "अंतिम तिथि";
    outcomes "What it came to" "परिणाम";
    facts "What the application states" "आवेदन के तथ्य";
    rule "Rule" "नियम";
    gives "gives" "देय";
    recorded_agrees "recorded as computed" "गणना के अनुसार दर्ज";
    recorded_differs "recorded otherwise than computed" "गणना से भिन्न दर्ज";
    computation "The computation" "गणना";
    notes "Notes" "टिप्पणी";
    by_whom "By" "द्वारा";
    paid_net "Paid, net" "शुद्ध वितरित";
    proof_download "Download the proof" "प्रमाण डाउनलोड करें";
    learned "recorded" "दर्ज";
    // ---- events
    event "Event" "घटना";
    events "Events" "घटनाएँ";
    events_behind "The events behind" "इसके पीछे की घटनाएँ";
    kind "Kind" "प्रकार";
    what_happened "What happened" "क्या हुआ";
    effective_day "Effective day" "प्रभावी दिनांक";
    fund "Fund" "निधि";
    since "From" "से";
    until "To" "तक";
    adds "Adds" "जोड़ता है";
    latest_shown "The latest are shown first." "नवीनतम पहले दिखाए गए हैं।";
    fields "Every field" "प्रत्येक क्षेत्र";
    field "Field" "क्षेत्र";
    value "Value" "मान";
    double_entry "Double entry" "दोहरी प्रविष्टि";
    account "Account" "खाता";
    debit "Debit" "नामे";
    credit "Credit" "जमा";
    moves_nothing "This event moves no money." "इस घटना से कोई धन नहीं चलता।";
    stored_bytes "The stored bytes" "संचित बाइट";
    leaf_hash "Leaf hash" "पत्र हैश";
    bytes_count "bytes" "बाइट";
    bytes_first "the first of them" "इनमें से पहले";
    before_it "The event before" "पिछली घटना";
    after_it "The event after" "अगली घटना";
    of_the_case "Of the case" "प्रकरण का";
    // ---- search
    search_for "A case, an order, a key or a position" "प्रकरण, शासनादेश, कुंजी या स्थान";
    search_help "The reference of a case, the number of an order, 32 hex digits of a person's, family's, unit's or account's key, an event's position, or a district." "प्रकरण संख्या, शासनादेश संख्या, व्यक्ति, परिवार, इकाई या खाते की 32 अंकों की कुंजी, घटना का स्थान, या ज़िला।";
    found "Found" "मिला";
    found_nothing "Nothing is known by this name." "इस नाम से कुछ ज्ञात नहीं।";
    person "a person" "व्यक्ति";
    family "a family" "परिवार";
    body "a unit or institution" "इकाई या संस्था";
    bank_account "a bank account" "बैंक खाता";
    trail "Trail" "क्रम";
    matches_more "More matched than are shown; say more." "दिखाए गए से अधिक मिले; और लिखें।";
    // ---- findings
    findings_help "What the auditor's tests find in the events the console has read." "पढ़ी गई घटनाओं में लेखापरीक्षा जाँचों का परिणाम।";
    findings_present "Findings are of the present, aged to the day asked about." "आपत्तियाँ वर्तमान की हैं, पूछे गए दिन तक की आयु सहित।";
    findings_reading "The tests are still at work on the log." "जाँचें अभी लॉग पर चल रही हैं।";
    statements_present "What is matched is of the present; ages are counted to the day asked about." "मिलान वर्तमान का है; आयु पूछे गए दिन तक गिनी गई है।";
    statements_reading "The log is still being read." "लॉग अभी पढ़ा जा रहा है।";
    ask_again "Ask again" "फिर पूछें";
    findings_none "The tests found nothing." "जाँचों में कुछ नहीं मिला।";
    check "Test" "जाँच";
    severity "Severity" "गंभीरता";
    error "error" "त्रुटि";
    warning "warning" "चेतावनी";
    lead "lead" "संकेत";
    in_question "In question" "विवादित";
    question "What to ask" "क्या पूछें";
    settled "settled" "निस्तारित";
    read_up_to "Read up to position" "इस स्थान तक पढ़ा";
    counted "found" "मिलीं";
    kept_shown "shown" "दिखाई गईं";
    // ---- reconciliation
    statements "Statements" "विवरण";
    statements_help "What the ledger was told by banks and treasuries, and what of it is matched." "बैंकों और कोषागारों से प्राप्त, और उसमें से क्या मिलाया गया।";
    statements_none "The ledger holds no statement of a bank or treasury yet." "बही में अभी किसी बैंक या कोषागार का विवरण नहीं है।";
    lines "Lines" "पंक्तियाँ";
    matched "Matched" "मिली";
    decided "Decided by a person" "व्यक्ति द्वारा निर्णीत";
    open "Open" "शेष";
    lines_of "Lines of statements" "विवरणों की पंक्तियाँ";
    the_first_again "From the first" "पहली से";
    more "More" "और";
    statement "Statement" "विवरण";
    said_by "Said by event" "किस घटना से";
    all_of_them "All of them" "सभी पंक्तियाँ";
    open_lines "Open lines, the oldest first" "शेष पंक्तियाँ, सबसे पुरानी पहले";
    side "Side" "पक्ष";
    booked "Booked" "प्रविष्टि दिनांक";
    age_days "Age, days" "आयु, दिन";
    ageing "Ageing of what is open" "शेष की आयु";
    up_to_30 "up to 30 days" "30 दिन तक";
    up_to_90 "31 to 90 days" "31 से 90 दिन";
    up_to_365 "91 to 365 days" "91 से 365 दिन";
    beyond_365 "over a year" "एक वर्ष से अधिक";
    period "Period" "अवधि";
    format "Format" "प्रारूप";
    suspense_help "Money that came in and nothing accounts for yet." "आया हुआ धन जिसका अभी हिसाब नहीं।";
    // ---- trouble
    trouble "This could not be answered" "इसका उत्तर नहीं दिया जा सका";
    go_back "Go to the overview" "सार पर जाएँ";
    // ---- sessions
    sign_in "Sign in" "प्रवेश";
    sign_in_help "This ledger is shown to those who hold a token. A session opens reading alone, and ends after twelve hours." "यह बही टोकन रखने वालों को ही दिखाई जाती है। सत्र केवल पढ़ने के लिए है और बारह घंटे में समाप्त होता है।";
    token "Token" "टोकन";
    sign_out "End the session" "सत्र समाप्त करें";
}

#[cfg(test)]
mod tests {
    //! The table itself, looked at row by row.

    use std::collections::BTreeSet;

    use super::*;

    /// Whether a text has a letter of Devanagari.
    pub(super) fn is_hindi(text: &str) -> bool {
        text.chars().any(|letter| ('\u{900}'..='\u{97f}').contains(&letter))
    }

    #[test]
    fn every_label_is_english_in_english_and_hindi_in_hindi() {
        let mut names = BTreeSet::new();
        for (name, english, hindi) in ALL {
            assert!(names.insert(name), "{name} stands twice");
            assert!(!english.trim().is_empty() && !is_hindi(english), "{name}: {english}");
            assert!(is_hindi(hindi), "{name}: {hindi}");
        }
        assert!(names.len() > 100);
    }

    #[test]
    fn a_language_is_found_by_its_code_and_by_nothing_else() {
        for lang in Lang::ALL {
            assert_eq!(Lang::from_code(lang.code()), Some(lang));
        }
        for code in ["", "EN", "english", "hi-IN", "<script>"] {
            assert_eq!(Lang::from_code(code), None, "{code}");
        }
        assert!(is_hindi(Lang::Hindi.name()));
    }
}
