//! The one way in: bytes of a file to items, and a reading in numbers.

use crate::{
    Batch, Detail, Entry, Fault, Format, Instruction, Item, Layout, PaymentStatus, Reading,
    Statement, Warning, bai, camt, format::layout_of, npci, ofx, output::Output, pain, recognise,
    swift, table, text::Text,
};

/// The largest file that is read unless a caller says otherwise: 2 GiB.
pub const FILE_BYTES_MAX: u64 = 2 << 30;

/// How a file is to be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Options {
    /// The format; nothing to have it recognised.
    pub format: Option<Format>,
    /// The layout of separated values; nothing to have one of those known by name recognised.
    /// Where one is given and no format, the file is read as separated values.
    pub layout: Option<Layout>,
    /// The largest file that is read, in bytes.
    pub file_bytes_max: u64,
}

impl Default for Options {
    fn default() -> Options {
        Options { format: None, layout: None, file_bytes_max: FILE_BYTES_MAX }
    }
}

/// Reads a file and gives what it holds, part by part, to `sink`.
///
/// The file is a slice, so that items can say where in it they lie and so that it can be read
/// twice: once for statements, which come after their entries, and once for the entries. Beside
/// the slice one entry or detail is held at a time, with bounded texts; a file that is not in
/// UTF-8 is held once more in that.
///
/// # Errors
/// `TooLarge`, `Unrecognised`, then what the reader of the format finds. What was given before an
/// error is to be forgotten.
///
/// ```
/// use bahi_recon::{Item, Options, read};
/// let file = br#"<Document><BkToCstmrStmt><Stmt><Id>1</Id><Ntry>
///   <Amt Ccy="INR">250000.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts>
/// </Ntry></Stmt></BkToCstmrStmt></Document>"#;
/// let mut amounts = Vec::new();
/// let reading = read(file, &Options::default(), &mut |item| {
///     if let Item::Entry(entry) = item {
///         amounts.push(entry.amount.to_string());
///     }
/// })?;
/// assert_eq!(amounts, ["250000.00"]);
/// assert_eq!(reading.bytes.read + reading.bytes.set_aside, file.len() as u64);
/// # Ok::<(), bahi_recon::Fault>(())
/// ```
pub fn read(bytes: &[u8], options: &Options, sink: &mut dyn FnMut(Item)) -> Result<Reading, Fault> {
    let total = bytes.len() as u64;
    if total > options.file_bytes_max {
        return Err(Fault::TooLarge { bytes: total, most: options.file_bytes_max });
    }
    let given = options.layout.as_ref().map(|_| Format::Csv);
    let format =
        options.format.or(given).or_else(|| recognise(bytes)).ok_or(Fault::Unrecognised)?;
    let text = Text::of(bytes)?;
    let mut out = Output::new(format, total, text.tracker(), sink);
    match format {
        Format::Camt052 | Format::Camt053 | Format::Camt054 => {
            camt::read(&text, format, &mut out)?;
        }
        Format::Mt940 | Format::Mt942 => swift::read(&text, format, &mut out)?,
        Format::Npci => npci::read(&text, &mut out)?,
        Format::Pain001 | Format::Pain002 | Format::Scroll => pain::read(&text, format, &mut out)?,
        Format::Ofx => ofx::read(&text, &mut out)?,
        Format::Bai2 => bai::read(&text, &mut out)?,
        Format::Csv => {
            let layout = options.layout.clone().or_else(|| layout_of(text.as_str()));
            table::read(&text, &layout.ok_or(Fault::Unrecognised)?, &mut out)?;
        }
    }
    Ok(out.finish())
}

/// A statement with its entries, each with its details.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WholeStatement {
    /// The statement.
    pub statement: Statement,
    /// Its entries and, of each, the details.
    pub entries: Vec<(Entry, Vec<Detail>)>,
}

/// A batch with its instructions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WholeBatch {
    /// The batch.
    pub batch: Batch,
    /// Its instructions.
    pub instructions: Vec<Instruction>,
}

/// A whole file in memory, for files that fit there and for tests.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Collected {
    /// The file in numbers.
    pub reading: Reading,
    /// Its statements, in order.
    pub statements: Vec<WholeStatement>,
    /// Its batches, in order.
    pub batches: Vec<WholeBatch>,
    /// Its payment_statuses, in order.
    pub payment_statuses: Vec<PaymentStatus>,
    /// Its warnings, as far as they are given.
    pub warnings: Vec<Warning>,
}

/// Reads a whole file into memory.
///
/// # Errors
/// Those of [`read`].
pub fn collect(bytes: &[u8], options: &Options) -> Result<Collected, Fault> {
    let (mut statements, mut batches, mut payment_statuses, mut warnings) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut details, mut entries, mut instructions) = (Vec::new(), Vec::new(), Vec::new());
    let reading = read(bytes, options, &mut |item| match item {
        Item::Detail(detail) => details.push(*detail),
        Item::Entry(entry) => entries.push((*entry, std::mem::take(&mut details))),
        Item::Statement(statement) => statements
            .push(WholeStatement { statement: *statement, entries: std::mem::take(&mut entries) }),
        Item::Instruction(instruction) => instructions.push(*instruction),
        Item::Batch(batch) => batches
            .push(WholeBatch { batch: *batch, instructions: std::mem::take(&mut instructions) }),
        Item::Status(said) => payment_statuses.push(*said),
        Item::Warning(warning) => warnings.push(warning),
    })?;
    Ok(Collected { reading, statements, batches, payment_statuses, warnings })
}
