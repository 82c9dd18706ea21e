//! What things are known by: positions, command ids, districts, funds, fingerprints, IFSC codes.
//!
//! # Not here
//! Identifiers that are texts: `names`.

use alloc::{format, string::String};
use core::fmt;

use uuid::Uuid;

use crate::{FinancialYear, HeadName, HeadNo, SchemeName, SchemeNo};

/// A place in the log: gapless, from 1 for events; 0 is the ledger's own record, and in a
/// reference from one event to another it means *none*.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Position(pub u64);

impl Position {
    /// No event, or before the first.
    pub const NONE: Position = Position(0);

    /// Whether this names no event.
    #[must_use]
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }

    /// The next place.
    #[must_use]
    pub const fn next(self) -> Position {
        Position(self.0 + 1)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// The 16 bytes a ledger is known by: the head of its first record's leaf hash.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct LedgerId(pub [u8; 16]);

impl LedgerId {
    /// The id of 32 lower-case hexadecimal digits.
    ///
    /// ```
    /// use bahi_core::LedgerId;
    /// let id = LedgerId([0xab; 16]);
    /// assert_eq!(LedgerId::parse(&id.to_string()), Some(id));
    /// assert_eq!(LedgerId::parse("ab"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<LedgerId> {
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        (pairs.len() == 16 && rest.is_empty()).then_some(())?;
        let mut bytes = [0; 16];
        for (slot, [high, low]) in bytes.iter_mut().zip(pairs) {
            *slot = nibble(*high)? << 4 | nibble(*low)?;
        }
        Some(LedgerId(bytes))
    }
}

impl fmt::Display for LedgerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for LedgerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// An event's name in the world: its ledger's id and its position, written `id-position`.
///
/// It is derived, never stored, and never drawn from a clock or at random.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct EventId {
    /// The ledger.
    pub ledger: LedgerId,
    /// The place in its log.
    pub position: Position,
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.ledger, self.position)
    }
}

/// What a command is known by, for ever, in one ledger: a UUID its sender chose.
///
/// ```
/// use bahi_core::CommandId;
/// let id = CommandId::parse("0198a7c2-0000-7000-8000-000000000001").ok_or("a uuid")?;
/// assert_eq!(id.to_string(), "0198a7c2-0000-7000-8000-000000000001");
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandId(Uuid);

impl CommandId {
    /// All zeros, which says that there is no id (RFC 9562, section 5.9): what stands for many commands
    /// has it, and no command may.
    pub const NIL: CommandId = CommandId(Uuid::nil());

    /// Whether it is all zeros or all ones, which say that there is none or stand for the end of all ids
    /// (RFC 9562, sections 5.9 and 5.10): no command may have it.
    #[must_use]
    pub const fn is_reserved(self) -> bool {
        self.0.is_nil() || self.0.is_max()
    }

    /// The id of 16 bytes, as they are.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> CommandId {
        CommandId(Uuid::from_bytes(bytes))
    }

    /// The 16 bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0.into_bytes()
    }

    /// The id as a UUID.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        self.0
    }

    /// Reads the hyphenated form of 36 characters; `None` for any other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<CommandId> {
        if text.len() != 36 {
            return None;
        }
        Uuid::try_parse(text).ok().map(CommandId)
    }

    /// An id derived from other content (RFC 9562 version 8), so that the same source gives the
    /// same command. `digest` is the head of a hash of that content.
    #[must_use]
    pub fn derived(digest: [u8; 16]) -> CommandId {
        CommandId(Uuid::new_v8(digest))
    }
}

impl From<Uuid> for CommandId {
    fn from(uuid: Uuid) -> CommandId {
        CommandId(uuid)
    }
}

impl fmt::Display for CommandId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for CommandId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// A district, by its code in the Local Government Directory; 0 is a scheme's pool.
///
/// The code is a number of at most five digits that the country gives once, so it is its own
/// number in the log and needs no introduction.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct District(pub u16);

impl District {
    /// A scheme's pool: money of no district.
    pub const POOL: District = District(0);

    /// Whether this is a pool.
    #[must_use]
    pub const fn is_pool(self) -> bool {
        self.0 == 0
    }

    /// Reads a code of one to five digits without a leading zero, or `pool`.
    #[must_use]
    pub fn parse(text: &str) -> Option<District> {
        if text == "pool" {
            return Some(District::POOL);
        }
        let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
        if digits { text.parse().ok().map(District) } else { None }
    }
}

impl fmt::Display for District {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_pool() { f.pad("pool") } else { f.pad(&format!("{}", self.0)) }
    }
}

impl fmt::Debug for District {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A fund as a command names it: scheme × head × financial year of allotment × district or pool.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Fund {
    /// The scheme.
    pub scheme: SchemeName,
    /// The head of account.
    pub head: HeadName,
    /// The year of allotment.
    pub fy: FinancialYear,
    /// The district, or the pool.
    pub district: District,
}

/// A fund by number: what every money event carries whole, so that balances need no lookup.
///
/// An event that touches no fund carries what it knows: an application its scheme, district and
/// year, with no head.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FundKey {
    /// The scheme, or none.
    pub scheme: SchemeNo,
    /// The head, or none.
    pub head: HeadNo,
    /// The year of allotment.
    pub fy: FinancialYear,
    /// The district, or the pool.
    pub district: District,
}

/// A keyed fingerprint of something about a person: 16 bytes of an HMAC, and which key made it.
///
/// JSON writes the 16 bytes as 32 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Fingerprint {
    /// The key that made it, from 1.
    pub key_id: u16,
    /// The fingerprint.
    pub print: [u8; 16],
}

impl Fingerprint {
    /// Reads 32 lower-case hex digits as a print under key 1.
    #[must_use]
    pub fn parse(text: &str) -> Option<Fingerprint> {
        let bytes = text.as_bytes();
        if bytes.len() != 32 {
            return None;
        }
        let mut print = [0_u8; 16];
        for (slot, pair) in print.iter_mut().zip(bytes.as_chunks::<2>().0) {
            *slot = nibble(pair[0])? << 4 | nibble(pair[1])?;
        }
        Some(Fingerprint { key_id: 1, print })
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.print))
    }
}

macro_rules! print {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(pub Fingerprint);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
    };
}

print! {
    /// A person, by fingerprint.
    PersonKey
}
print! {
    /// A family, by fingerprint.
    FamilyKey
}
print! {
    /// A bank account, by fingerprint.
    AccountKey
}
print! {
    /// A unit, society, company or institution, by fingerprint.
    BodyKey
}

/// An Indian Financial System Code: four letters, a zero, six letters or digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ifsc([u8; 11]);

impl Ifsc {
    /// Checks a text of eleven characters, upper case.
    ///
    /// ```
    /// use bahi_core::Ifsc;
    /// assert!(Ifsc::parse("SBIN0001234").is_some());
    /// assert!(Ifsc::parse("SBIN1001234").is_none());
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Ifsc> {
        Ifsc::from_bytes(text.as_bytes().try_into().ok()?)
    }

    /// Checks eleven bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 11]) -> Option<Ifsc> {
        let bank = bytes[..4].iter().all(u8::is_ascii_uppercase);
        let branch = bytes[5..].iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        if bank && bytes[4] == b'0' && branch { Some(Ifsc(bytes)) } else { None }
    }

    /// The eleven bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 11] {
        self.0
    }
}

impl fmt::Display for Ifsc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(core::str::from_utf8(&self.0).unwrap_or_default())
    }
}

impl fmt::Debug for Ifsc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Bytes as lower-case hex, two digits a byte.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]])
        .map(char::from)
        .collect()
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    //! Texts that are ids and texts that are not.

    use alloc::string::ToString;

    use super::*;

    #[test]
    fn a_fingerprint_is_thirty_two_lower_case_hex_digits() {
        let text = "00ff0123456789abcdef00112233aa99";
        assert_eq!(Fingerprint::parse(text).map(|f| f.to_string()).as_deref(), Some(text));
        assert!(Fingerprint::parse(&text.to_uppercase()).is_none());
        assert!(Fingerprint::parse(&text[..31]).is_none());
    }

    #[test]
    fn a_district_is_a_code_or_the_pool() {
        assert_eq!(District::parse("187"), Some(District(187)));
        assert_eq!(District::parse("pool"), Some(District::POOL));
        for text in ["", "0", "01", "99999", "-1", "Agra", "１"] {
            assert_eq!(District::parse(text), None, "{text}");
        }
    }

    #[test]
    fn an_ifsc_has_its_zero() {
        assert!(Ifsc::parse("HDFC0AB1234").is_some());
        for text in ["hdfc0001234", "HDFC1001234", "HDFC000123", "HDFC00012345", ""] {
            assert!(Ifsc::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_command_id_is_the_hyphenated_form() {
        assert!(CommandId::parse("0198a7c2-0000-7000-8000-000000000001").is_some());
        assert!(CommandId::parse("0198a7c2000070008000000000000001").is_none());
        assert!(CommandId::parse("{0198a7c2-0000-7000-8000-00000000001}").is_none());
        let is_reserved = |text: &str| CommandId::parse(text).is_some_and(CommandId::is_reserved);
        assert!(
            is_reserved("00000000-0000-0000-0000-000000000000") && CommandId::NIL.is_reserved()
        );
        assert!(is_reserved("FFFFFFFF-ffff-ffff-ffff-ffffffffffff"));
        for own in ["0198a7c2-0000-7000-8000-000000000001", "00000000-0000-0000-0000-000000000001"]
        {
            assert!(!is_reserved(own));
        }
    }
}
