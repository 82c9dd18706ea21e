//! The districts' products in Hindi, by their English names in the rulebook.

use super::Lang;

/// A product of a district in a language; as the rulebook has it where the table has no other.
pub(in crate::console) fn product(name: &'static str, lang: Lang) -> &'static str {
    let hindi = || {
        let at = PRODUCTS.binary_search_by_key(&name, |(english, _)| english).ok()?;
        Some(PRODUCTS[at].1)
    };
    match lang {
        Lang::English => name,
        Lang::Hindi => hindi().unwrap_or(name),
    }
}

/// English and Hindi, in order of the English bytes.
const PRODUCTS: &[(&str, &str)] = &[
    ("Agricultural implements and accessories", "कृषि यंत्र एवं उपकरण"),
    ("Aluminium Utensils", "एल्युमीनियम बर्तन"),
    ("Ankle Bells (Ghungroo), Bells & Brass Products", "घुँघरू, घंटी एवं पीतल उत्पाद"),
    ("Applique work, Patchwork & Zari Patchwork", "एप्लिक, पैचवर्क एवं ज़री पैचवर्क"),
    ("Bamboo/cane furniture", "बाँस/बेंत का फ़र्नीचर"),
    ("Banana Fibre Products", "केला रेशा उत्पाद"),
    ("Banana Products", "केला उत्पाद"),
    ("Banarasi Silk Saree", "बनारसी रेशम साड़ी"),
    ("Bedsheets", "बेडशीट"),
    ("Bindi (Tikuli)", "बिंदी (टिकुली)"),
    ("Black Pottery", "काली मिट्टी के बर्तन"),
    ("Black Rice", "काला चावल"),
    ("Brassware Craft", "पीतल शिल्प"),
    ("Brushes and related products", "ब्रश एवं संबंधित उत्पाद"),
    ("Carpet (Dari)", "कालीन (दरी)"),
    ("Carpets", "कालीन"),
    ("Ceramic Products", "सिरेमिक उत्पाद"),
    ("Chicory products", "चिकोरी उत्पाद"),
    ("Chikankari & Zari Zardozi", "चिकनकारी एवं ज़री-ज़रदोज़ी"),
    ("Dairy/Food Processing (Desi Ghee)", "दुग्ध/खाद्य प्रसंस्करण (देसी घी)"),
    ("Decorative products", "सजावटी उत्पाद"),
    ("Embroidery & Weaving / Readymade Garments", "कढ़ाई एवं बुनाई / सिले-सिलाए वस्त्र"),
    ("Engineering Goods", "अभियांत्रिकी सामग्री"),
    ("Flute", "बाँसुरी"),
    ("Food Processing", "खाद्य प्रसंस्करण"),
    ("Food Processing (Amla)", "खाद्य प्रसंस्करण (आँवला)"),
    ("Food Processing (Banana)", "खाद्य प्रसंस्करण (केला)"),
    ("Food Processing (Pulses)", "खाद्य प्रसंस्करण (दाल)"),
    ("Food items", "खाद्य पदार्थ"),
    ("Furniture", "फ़र्नीचर"),
    ("Gaura Stone Craft", "गौरा पत्थर शिल्प"),
    ("Glassware", "काँच उत्पाद"),
    ("Goldsmith Industry", "स्वर्णकारी उद्योग"),
    ("Gulabi Meenakari", "गुलाबी मीनाकारी"),
    ("Handloom", "हथकरघा"),
    ("Handmade Paper Art", "हस्तनिर्मित काग़ज़ कला"),
    ("Hing (Asafoetida)", "हींग"),
    ("Home Furnishing", "होम फ़र्निशिंग"),
    ("Home Furnishings", "होम फ़र्निशिंग"),
    ("Horn-Bone Handicraft", "सींग-हड्डी हस्तशिल्प"),
    ("Hosiery & Textile Products", "होज़री एवं वस्त्र उत्पाद"),
    ("Hosiery products", "होज़री उत्पाद"),
    ("Incense sticks", "अगरबत्ती"),
    ("Iron Arts (Rim & Axle)", "लौह कला (रिम एवं धुरा)"),
    ("Iron Fabrication Works", "लौह निर्माण कार्य"),
    ("Jaggery", "गुड़"),
    ("Jaggery Products", "गुड़ उत्पाद"),
    ("Jute Wall Hanging", "जूट वॉल हैंगिंग"),
    ("Kala Namak Rice", "काला नमक चावल"),
    ("Kanthi Mala & Shringar Sculpture", "कंठी माला एवं शृंगार मूर्ति"),
    ("Leather Products", "चमड़ा उत्पाद"),
    ("Locks & Hardware", "ताले एवं हार्डवेयर"),
    ("Mentha", "मेंथा"),
    ("Metal Craft", "धातु शिल्प"),
    ("Metal and wooden handicrafts", "धातु एवं काष्ठ हस्तशिल्प"),
    ("Metal products", "धातु उत्पाद"),
    ("Metal/Brass Industry", "धातु/पीतल उद्योग"),
    ("Moonj Products", "मूँज उत्पाद"),
    ("Musical Instruments (Dholak)", "वाद्य यंत्र (ढोलक)"),
    ("Perfume (Attar)", "इत्र"),
    ("Petha industry and all types of footwear", "पेठा उद्योग एवं सभी प्रकार के जूते-चप्पल"),
    ("Plastic-based products", "प्लास्टिक आधारित उत्पाद"),
    ("Powerloom Textile", "पावरलूम वस्त्र"),
    ("Readymade Garments", "सिले-सिलाए वस्त्र"),
    ("Sanitary Fittings", "सैनिटरी फ़िटिंग"),
    ("Sattu products", "सत्तू उत्पाद"),
    ("School Dress (Readymade Garments/Hosiery)", "स्कूल ड्रेस (सिले-सिलाए वस्त्र/होज़री)"),
    ("Shazar Stone Craft", "शजर पत्थर शिल्प"),
    ("Shoes", "जूते"),
    ("Soft Toys", "सॉफ़्ट टॉय"),
    ("Sports Products", "खेल सामग्री"),
    ("Stone & Marble Products", "पत्थर एवं संगमरमर उत्पाद"),
    ("Tarkashi Art", "तारकशी कला"),
    ("Terracotta", "टेराकोटा"),
    ("Textile & Garment Embroidery", "वस्त्र एवं परिधान कढ़ाई"),
    ("Textile Printing", "वस्त्र छपाई"),
    ("Textile Products", "वस्त्र उत्पाद"),
    ("Textiles", "वस्त्र"),
    ("Thakurji attire", "ठाकुरजी की पोशाक"),
    ("Tribal Craft", "जनजातीय शिल्प"),
    ("Vinegar Products (Sirka)", "सिरका उत्पाद"),
    ("Wheat-Stalk Handicrafts", "गेहूँ डंठल हस्तशिल्प"),
    ("Wood Craft", "काष्ठ शिल्प"),
    ("Wood Craft (Wood Carving)", "काष्ठ शिल्प (नक्काशी)"),
    ("Wood Work", "काष्ठ कार्य"),
    ("Wooden Lacquerware & Toys", "काष्ठ लाखकला एवं खिलौने"),
    ("Wooden Products", "काष्ठ उत्पाद"),
    ("Wooden Toys", "लकड़ी के खिलौने"),
    ("Wooden products", "काष्ठ उत्पाद"),
    ("Woollen Carpets (Dari)", "ऊनी कालीन (दरी)"),
    ("Zari Silk Sarees", "ज़री रेशम साड़ी"),
    ("Zari-Zardozi", "ज़री-ज़रदोज़ी"),
    ("textile/apparel items", "वस्त्र/परिधान"),
];

#[cfg(test)]
mod tests {
    //! Every product of the rulebook, and nothing else.

    use std::collections::BTreeSet;

    use super::*;
    use crate::console::words::tests::is_hindi;

    #[test]
    fn every_product_of_every_district_has_a_hindi_name() {
        assert!(PRODUCTS.windows(2).all(|two| two[0].0 < two[1].0), "in order, each once");
        let mut seen = BTreeSet::new();
        for entry in &bahi::rulebook::DISTRICTS {
            for name in [entry.product].iter().chain(entry.further_products) {
                assert!(is_hindi(product(name, Lang::Hindi)), "{name}");
                assert_eq!(product(name, Lang::English), *name);
                seen.insert(*name);
            }
        }
        for (english, _) in PRODUCTS {
            assert!(seen.contains(english), "no district has {english}");
        }
    }
}
