//! The 75 districts of Uttar Pradesh with their products, one row each, in order of code.
//!
//! # Invariants
//! * 75 rows, codes rising; this is the one file whose source holds the districts' Hindi names.
//!
//! # Not here
//! Looking one up: the parent module.

use bahi_core::District;

use super::{DistrictEntry, Seen};

/// Every district of Uttar Pradesh, in order of its code.
///
/// Every code was seen in one list only; what rests on less than a list is named row by row in
/// [`DistrictEntry::unverified`].
pub static DISTRICTS: [DistrictEntry; 75] = [
    row(118, "Agra", "आगरा", "Agra", "Leather Products").with(
        &["Stone & Marble Products", "Petha industry and all types of footwear"],
        &[Seen::List, Seen::In(2025)],
    ),
    row(119, "Aligarh", "अलीगढ़", "Aligarh", "Locks & Hardware"),
    row(120, "Prayagraj", "प्रयागराज", "Prayagraj", "Moonj Products"),
    row(121, "Ambedkar Nagar", "अंबेडकर नगर", "Ayodhya", "Textile Products"),
    row(122, "Auraiya", "औरैया", "Kanpur", "Dairy/Food Processing (Desi Ghee)"),
    row(123, "Azamgarh", "आजमगढ़", "Azamgarh", "Black Pottery"),
    row(124, "Baghpat", "बागपत", "Meerut", "Home Furnishings")
        .with(&["Agricultural implements and accessories"], &[Seen::In(2025)]),
    row(125, "Bahraich", "बहराइच", "Devipatan", "Wheat-Stalk Handicrafts")
        .with(&["Food Processing"], &[Seen::List]),
    row(126, "Ballia", "बलिया", "Azamgarh", "Bindi (Tikuli)")
        .with(&["Sattu products"], &[Seen::In(2025)]),
    row(127, "Balrampur", "बलरामपुर", "Devipatan", "Food Processing (Pulses)"),
    row(128, "Banda", "बांदा", "Chitrakoot", "Shazar Stone Craft"),
    row(129, "Barabanki", "बाराबंकी", "Ayodhya", "Textile Products"),
    row(130, "Bareilly", "बरेली", "Bareilly", "Zari-Zardozi").with(
        &["Goldsmith Industry", "Bamboo/cane furniture", "Wooden products"],
        &[Seen::List, Seen::News, Seen::In(2025)],
    ),
    row(131, "Basti", "बस्ती", "Basti", "Wood Craft")
        .with(&["Vinegar Products (Sirka)"], &[Seen::List]),
    row(132, "Bijnor", "बिजनौर", "Moradabad", "Wood Craft")
        .with(&["Brushes and related products"], &[Seen::In(2025)])
        .doubting("division"),
    row(133, "Budaun", "बदायूँ", "Bareilly", "Zari-Zardozi"),
    row(134, "Bulandshahr", "बुलंदशहर", "Meerut", "Ceramic Products").seen(Seen::OtherList),
    row(135, "Chandauli", "चंदौली", "Varanasi", "Zari-Zardozi")
        .with(&["Black Rice"], &[Seen::List])
        .doubting("division"),
    row(136, "Chitrakoot", "चित्रकूट", "Chitrakoot", "Wooden Toys"),
    row(137, "Deoria", "देवरिया", "Gorakhpur", "Embroidery & Weaving / Readymade Garments")
        .with(&["Decorative products"], &[Seen::News]),
    row(138, "Etah", "एटा", "Aligarh", "Ankle Bells (Ghungroo), Bells & Brass Products")
        .with(&["Chicory products"], &[Seen::In(2025)]),
    row(139, "Etawah", "इटावा", "Kanpur", "Textile & Garment Embroidery"),
    row(140, "Ayodhya", "अयोध्या", "Ayodhya", "Jaggery"),
    row(141, "Farrukhabad", "फर्रुखाबाद", "Kanpur", "Textile Printing")
        .with(&["Zari-Zardozi"], &[Seen::ListAndIn(2022)]),
    row(142, "Fatehpur", "फतेहपुर", "Prayagraj", "Bedsheets")
        .with(&["Iron Fabrication Works"], &[Seen::List])
        .seen(Seen::News),
    row(143, "Firozabad", "फिरोजाबाद", "Agra", "Glassware")
        .with(&["Food Processing"], &[Seen::In(2025)])
        .seen(Seen::News),
    row(144, "Gautam Buddha Nagar", "गौतम बुद्ध नगर", "Meerut", "Readymade Garments"),
    row(145, "Ghaziabad", "गाजियाबाद", "Meerut", "Engineering Goods")
        .with(&["Metal products", "textile/apparel items"], &[Seen::In(2025), Seen::In(2025)]),
    row(146, "Ghazipur", "गाजीपुर", "Varanasi", "Jute Wall Hanging").doubting("division"),
    row(147, "Gonda", "गोंडा", "Devipatan", "Food Processing (Pulses)"),
    row(148, "Gorakhpur", "गोरखपुर", "Gorakhpur", "Terracotta")
        .with(&["Readymade Garments"], &[Seen::In(2022)])
        .seen(Seen::News),
    row(149, "Hamirpur", "हमीरपुर", "Chitrakoot", "Shoes")
        .with(&["Metal products"], &[Seen::In(2025)]),
    row(150, "Hardoi", "हरदोई", "Lucknow", "Handloom"),
    row(151, "Jalaun", "जालौन", "Jhansi", "Handmade Paper Art"),
    row(152, "Jaunpur", "जौनपुर", "Varanasi", "Woollen Carpets (Dari)").doubting("division"),
    row(153, "Jhansi", "झांसी", "Jhansi", "Soft Toys").with(&["Textiles"], &[Seen::News]),
    row(154, "Amroha", "अमरोहा", "Moradabad", "Musical Instruments (Dholak)")
        .with(
            &["Readymade Garments", "Metal and wooden handicrafts"],
            &[Seen::List, Seen::In(2025)],
        )
        .doubting("division"),
    row(155, "Kannauj", "कन्नौज", "Kanpur", "Perfume (Attar)")
        .with(&["Incense sticks"], &[Seen::In(2022)]),
    row(156, "Kanpur Dehat", "कानपुर देहात", "Kanpur", "Aluminium Utensils")
        .with(&["Plastic-based products"], &[Seen::News]),
    row(157, "Kanpur Nagar", "कानपुर नगर", "Kanpur", "Leather Products")
        .with(&["Hosiery & Textile Products"], &[Seen::Nowhere])
        .doubting("further products"),
    row(158, "Kaushambi", "कौशाम्बी", "Prayagraj", "Food Processing (Banana)"),
    row(159, "Lakhimpur Kheri", "लखीमपुर खीरी", "Lucknow", "Tribal Craft")
        .with(&["Jaggery Products"], &[Seen::List]),
    row(160, "Kushinagar", "कुशीनगर", "Gorakhpur", "Banana Fibre Products")
        .with(&["Banana Products"], &[Seen::List]),
    row(161, "Lalitpur", "ललितपुर", "Jhansi", "Zari Silk Sarees")
        .with(
            &["Food items", "School Dress (Readymade Garments/Hosiery)"],
            &[Seen::In(2022), Seen::ListAndIn(2022)],
        )
        .seen(Seen::OtherList),
    row(162, "Lucknow", "लखनऊ", "Lucknow", "Chikankari & Zari Zardozi"),
    row(163, "Hathras", "हाथरस", "Aligarh", "Hing (Asafoetida)")
        .with(&["Readymade Garments"], &[Seen::News]),
    row(164, "Maharajganj", "महराजगंज", "Gorakhpur", "Furniture"),
    row(165, "Mahoba", "महोबा", "Chitrakoot", "Gaura Stone Craft"),
    row(166, "Mainpuri", "मैनपुरी", "Agra", "Tarkashi Art"),
    row(167, "Mathura", "मथुरा", "Agra", "Sanitary Fittings")
        .with(
            &["Kanthi Mala & Shringar Sculpture", "Thakurji attire"],
            &[Seen::List, Seen::OtherList],
        )
        .doubting("product")
        .seen(Seen::Nowhere),
    row(168, "Mau", "मऊ", "Azamgarh", "Powerloom Textile"),
    row(169, "Meerut", "मेरठ", "Meerut", "Sports Products"),
    row(170, "Mirzapur", "मिर्जापुर", "Mirzapur (Vindhyachal)", "Carpets")
        .with(&["Metal/Brass Industry"], &[Seen::ListAndIn(2022)])
        .doubting("division"),
    row(171, "Moradabad", "मुरादाबाद", "Moradabad", "Metal Craft").doubting("division"),
    row(172, "Muzaffarnagar", "मुजफ्फरनगर", "Saharanpur", "Jaggery").doubting("division"),
    row(173, "Pilibhit", "पीलीभीत", "Bareilly", "Flute").with(&["Wooden Products"], &[Seen::List]),
    row(174, "Pratapgarh", "प्रतापगढ़", "Prayagraj", "Food Processing (Amla)")
        .with(&["Food Processing"], &[Seen::In(2025)]),
    row(175, "Rae Bareli", "रायबरेली", "Lucknow", "Wood Work"),
    row(176, "Rampur", "रामपुर", "Moradabad", "Applique work, Patchwork & Zari Patchwork")
        .with(&["Mentha"], &[Seen::ListAndIn(2022)])
        .doubting("division")
        .seen(Seen::OtherList),
    row(177, "Saharanpur", "सहारनपुर", "Saharanpur", "Wood Craft (Wood Carving)")
        .with(&["Hosiery products"], &[Seen::In(2025)])
        .doubting("division"),
    row(178, "Sant Kabir Nagar", "संत कबीर नगर", "Basti", "Brassware Craft"),
    row(179, "Bhadohi", "भदोही", "Mirzapur (Vindhyachal)", "Carpet (Dari)").doubting("division"),
    row(180, "Shahjahanpur", "शाहजहांपुर", "Bareilly", "Zari-Zardozi"),
    row(181, "Shravasti", "श्रावस्ती", "Devipatan", "Tribal Craft"),
    row(182, "Siddharthnagar", "सिद्धार्थनगर", "Basti", "Kala Namak Rice"),
    row(183, "Sitapur", "सीतापुर", "Lucknow", "Carpet (Dari)"),
    row(184, "Sonbhadra", "सोनभद्र", "Mirzapur (Vindhyachal)", "Carpets").doubting("division"),
    row(185, "Sultanpur", "सुल्तानपुर", "Ayodhya", "Moonj Products"),
    row(186, "Unnao", "उन्नाव", "Lucknow", "Zari-Zardozi")
        .with(&["Leather Products"], &[Seen::ListAndIn(2022)]),
    row(187, "Varanasi", "वाराणसी", "Varanasi", "Banarasi Silk Saree")
        .with(&["Gulabi Meenakari", "Wooden Lacquerware & Toys"], &[Seen::In(2022), Seen::In(2022)])
        .doubting("division"),
    row(633, "Kasganj", "कासगंज", "Aligarh", "Zari-Zardozi"),
    row(640, "Amethi", "अमेठी", "Ayodhya", "Moonj Products"),
    row(659, "Sambhal", "संभल", "Moradabad", "Horn-Bone Handicraft").doubting("division"),
    row(660, "Shamli", "शामली", "Saharanpur", "Iron Arts (Rim & Axle)").doubting("division"),
    row(661, "Hapur", "हापुड़", "Meerut", "Home Furnishing"),
];

const fn row(
    code: u16,
    name: &'static str,
    name_hi: &'static str,
    division: &'static str,
    product: &'static str,
) -> DistrictEntry {
    DistrictEntry {
        code: District(code),
        name,
        name_hi,
        division,
        product,
        product_seen: Seen::List,
        further_products: &[],
        further_seen: &[],
        unverified: None,
    }
}

impl DistrictEntry {
    const fn with(
        mut self,
        further_products: &'static [&'static str],
        further_seen: &'static [Seen],
    ) -> DistrictEntry {
        self.further_products = further_products;
        self.further_seen = further_seen;
        self
    }

    const fn seen(mut self, product_seen: Seen) -> DistrictEntry {
        self.product_seen = product_seen;
        self
    }

    const fn doubting(mut self, cells: &'static str) -> DistrictEntry {
        self.unverified = Some(cells);
        self
    }
}
