//! The schemes' titles in Hindi: the one file of the schemes whose source is not ASCII.

/// Common facility centres.
pub(super) const CFC: &str = "सामान्य सुविधा केन्द्र प्रोत्साहन योजना";
/// Margin money.
pub(super) const MARGIN_MONEY: &str = "वित्त पोषण हेतु सहायता योजना (मार्जिन मनी)";
/// Marketing development assistance.
pub(super) const MDA: &str = "विपणन प्रोत्साहन योजना";
/// Training and toolkits.
pub(super) const TRAINING_TOOLKIT: &str = "प्रशिक्षण एवं टूलकिट योजना";
