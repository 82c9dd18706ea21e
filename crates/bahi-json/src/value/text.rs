//! The types that are written as one JSON string: how each reads, writes and describes itself.
//!
//! # Not here
//! Words out of a fixed list: `value`.

use bahi_core::{
    AMOUNT_BYTES_MAX, ActorName, AmountError, CaseRef, CommandId, Day, FinancialYear, HeadName,
    Ifsc, Money, OrderNumber, Reference, SchemeName, Total, Word, hex,
};
use schemars::{Schema, json_schema};

use super::Textual;

macro_rules! identifier {
    ($($name:ident, $schema:literal, $what:literal;)*) => {
        $(impl Textual for $name {
            const NAME: &'static str = $schema;
            const EXPECTED: &'static str = concat!($what, " is a string");

            fn read(text: &str) -> Result<Self, String> {
                $name::new(text).map_err(|error| error.to_string())
            }

            fn write(&self) -> String {
                self.as_str().to_owned()
            }

            fn describe() -> Schema {
                json_schema!({
                    "type": "string",
                    "description": concat!("An identifier, ", $what, ": 1 to 64 printable ASCII \
                        characters without a blank at either end, kept as given."),
                    "pattern": IDENTIFIER_PATTERN,
                })
            }
        })*
    };
}

/// A pattern of every identifier.
const IDENTIFIER_PATTERN: &str = "^[!-~]([ -~]{0,62}[!-~])?$";

identifier! {
    SchemeName, "scheme", "the name of a scheme";
    HeadName, "head", "a head of account";
    ActorName, "actor", "an actor";
    CaseRef, "case_ref", "the reference of a case";
    Reference, "reference", "a reference";
    OrderNumber, "order", "the number of an order";
    Word, "word", "a code or a name";
}

impl Textual for Money {
    const NAME: &'static str = "amount";
    const EXPECTED: &'static str = "an amount is a string of digits such as \"250000.00\"";

    fn read(text: &str) -> Result<Self, String> {
        Money::parse(text).map_err(|error| error.to_string())
    }

    fn write(&self) -> String {
        self.to_string()
    }

    fn describe() -> Schema {
        json_schema!({
            "type": "string",
            "description": "Rupees as a decimal string with at most two places, no sign, no \
                grouping, no exponent; at most 1000000000000000.00.",
            "pattern": "^0*([0-9]{1,15}([.][0-9]{1,2})?|1000000000000000([.]0{1,2})?)$",
            "maxLength": AMOUNT_BYTES_MAX,
            "examples": ["250000.00"],
        })
    }
}

impl Textual for Total {
    const NAME: &'static str = "balance";
    const EXPECTED: &'static str = "a balance is a string of digits such as \"-250000.00\"";

    fn read(text: &str) -> Result<Self, String> {
        if text.len() > AMOUNT_BYTES_MAX {
            return Err(AmountError::TooLarge.to_string());
        }
        let Some(digits) = text.strip_prefix('-') else {
            return Money::parse(text).map(Total::from).map_err(|error| error.to_string());
        };
        Money::parse(digits).map(|amount| -Total::from(amount)).map_err(|error| match error {
            AmountError::Character { found, column } => {
                AmountError::Character { found, column: column + 1 }.to_string()
            }
            AmountError::Empty
            | AmountError::TooPrecise
            | AmountError::BarePoint
            | AmountError::Grouping
            | AmountError::TooLarge => error.to_string(),
        })
    }

    fn write(&self) -> String {
        self.to_string()
    }

    fn describe() -> Schema {
        json_schema!({
            "type": "string",
            "description": "What an account holds: rupees as a decimal string with at most two \
                places, a leading hyphen where it is overdrawn, no grouping, no exponent; at most \
                1000000000000000.00 either way.",
            "pattern": "^-?0*([0-9]{1,15}([.][0-9]{1,2})?|1000000000000000([.]0{1,2})?)$",
            "maxLength": AMOUNT_BYTES_MAX,
            "examples": ["-250000.00"],
        })
    }
}

/// Bytes of lower-case hex digits, two a byte.
fn bytes_of<const BYTES: usize>(text: &str) -> Option<[u8; BYTES]> {
    let digit = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let pairs = text.as_bytes().as_chunks::<2>();
    if pairs.0.len() != BYTES || !pairs.1.is_empty() {
        return None;
    }
    let mut bytes = [0; BYTES];
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs.0) {
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(bytes)
}

macro_rules! bytes {
    ($($bytes:literal, $schema:literal, $what:literal, $digits:literal;)*) => {
        $(impl Textual for [u8; $bytes] {
            const NAME: &'static str = $schema;
            const EXPECTED: &'static str =
                concat!($what, " is a string of ", $digits, " lower-case hex digits");

            fn read(text: &str) -> Result<Self, String> {
                bytes_of(text).ok_or_else(|| {
                    concat!($what, " is ", $digits, " lower-case hex digits").to_owned()
                })
            }

            fn write(&self) -> String {
                hex(self)
            }

            fn describe() -> Schema {
                json_schema!({
                    "type": "string",
                    "description": concat!("Bytes as lower-case hex digits: ", $what, "."),
                    "pattern": concat!("^[0-9a-f]{", $digits, "}$"),
                })
            }
        })*
    };
}

bytes! {
    32, "hash", "a hash", "64";
    16, "check_value", "a check value", "32";
    64, "signature", "a signature", "128";
}

/// The public key of somebody who signs commands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct PublicKey(pub [u8; 32]);

impl Textual for PublicKey {
    const NAME: &'static str = "public_key";
    const EXPECTED: &'static str = "a public key is a string of 64 lower-case hex digits";

    fn read(text: &str) -> Result<Self, String> {
        let bytes = bytes_of(text).map(PublicKey);
        bytes.ok_or_else(|| "a public key is 64 lower-case hex digits".to_owned())
    }

    fn write(&self) -> String {
        hex(&self.0)
    }

    fn describe() -> Schema {
        json_schema!({
            "type": "string",
            "description": "The 32 bytes of an Ed25519 public key as lower-case hex digits.",
            "pattern": "^[0-9a-f]{64}$",
        })
    }
}

impl Textual for Day {
    const NAME: &'static str = "day";
    const EXPECTED: &'static str = "a day is a string such as \"2024-06-30\"";

    fn read(text: &str) -> Result<Self, String> {
        Day::parse(text).map_err(|error| error.to_string())
    }

    fn write(&self) -> String {
        self.to_string()
    }

    fn describe() -> Schema {
        json_schema!({
            "type": "string",
            "description": "A civil day in India as an ISO date, 1900-01-01 to 2199-12-31.",
            "format": "date",
            "pattern": "^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
        })
    }
}

impl Textual for FinancialYear {
    const NAME: &'static str = "fy";
    const EXPECTED: &'static str = "a financial year is a string such as \"2024-25\"";

    fn read(text: &str) -> Result<Self, String> {
        FinancialYear::parse(text).map_err(|error| error.to_string())
    }

    fn write(&self) -> String {
        self.to_string()
    }

    fn describe() -> Schema {
        json_schema!({
            "type": "string",
            "description": "A financial year, 1 April to 31 March: 2024-25 or 2024-2025; the second \
                part is the year after the first.",
            "pattern": "^(19|20|21)[0-9]{2}-([0-9]{2}|[0-9]{4})$",
            "examples": ["2024-25"],
        })
    }
}

impl Textual for CommandId {
    const NAME: &'static str = "command_id";
    const EXPECTED: &'static str = "a command id is a string";

    fn read(text: &str) -> Result<Self, String> {
        match CommandId::parse(text) {
            Some(id) if id.is_reserved() => {
                let words = "a UUID of all zeros or all ones is no command's (RFC 9562); choose one for \
                             this command alone";
                Err(words.to_owned())
            }
            Some(id) => Ok(id),
            None => {
                Err("a command id is a UUID in its hyphenated form of 36 characters".to_owned())
            }
        }
    }

    fn write(&self) -> String {
        self.to_string()
    }

    fn describe() -> Schema {
        json_schema!({
            "type": "string",
            "description": "A UUID that the sender chooses, once for each command: sending a \
                command again under the same id changes nothing and gives the first receipt again. \
                One of all zeros or all ones is no command's.",
            "pattern": "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$",
        })
    }
}

impl Textual for Ifsc {
    const NAME: &'static str = "ifsc";
    const EXPECTED: &'static str = "an IFSC is a string";

    fn read(text: &str) -> Result<Self, String> {
        Ifsc::parse(text).ok_or_else(|| {
            "an IFSC is four capital letters, a zero, and six capital letters or digits".to_owned()
        })
    }

    fn write(&self) -> String {
        self.to_string()
    }

    fn describe() -> Schema {
        json_schema!({
            "type": "string",
            "description": "The Indian Financial System Code of a bank's branch.",
            "pattern": "^[A-Z]{4}0[A-Z0-9]{6}$",
        })
    }
}

/// A district as a text that is not looked up yet: a code, a name or `pool`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct DistrictText(pub String);

/// The longest name of a district, in bytes.
const DISTRICT_BYTES_MAX: usize = 128;

impl Textual for DistrictText {
    const NAME: &'static str = "district";
    const EXPECTED: &'static str = "a district is a string: its code, its name, or \"pool\"";

    fn read(text: &str) -> Result<Self, String> {
        if text.is_empty() || text.len() > DISTRICT_BYTES_MAX {
            return Err(format!("a district is named in 1 to {DISTRICT_BYTES_MAX} bytes"));
        }
        Ok(DistrictText(text.to_owned()))
    }

    fn write(&self) -> String {
        self.0.clone()
    }

    fn describe() -> Schema {
        json_schema!({
            "type": "string",
            "description": "A district by its code in the Local Government Directory, as text, or by \
                its name; \"pool\" is a scheme's money of no district.",
            "minLength": 1,
            "maxLength": DISTRICT_BYTES_MAX,
            "examples": ["187", "pool"],
        })
    }
}
