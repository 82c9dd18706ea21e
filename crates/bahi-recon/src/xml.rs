//! A walk over the elements of an XML file by their local names, bounded in every direction.
//!
//! # Invariants
//! * No entity but the five of XML and characters by number is resolved; a document type is
//!   refused. So a file cannot grow when it is read.
//! * Depth, length of names and length of texts are bounded; nothing but one path and one text
//!   is held.

use quick_xml::{Reader, events::BytesStart, events::Event};

use crate::{Currency, Fault, Place, text::Text};

/// The deepest element that is read; a camt entry has its own at most sixteen deep.
pub const DEPTH_MAX: usize = 64;
/// The longest text of one element, in bytes.
pub const TEXT_BYTES_MAX: usize = 64 * 1024;
/// The longest name of an element.
const NAME_BYTES_MAX: usize = 128;
/// The most attributes of one element that are looked at.
const ATTRIBUTES_MAX: usize = 64;
/// The most namespaces that are remembered, and how deep.
const NAMESPACES_MAX: usize = 16;

/// A step of the walk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Step {
    /// An element begins; the path ends with it.
    Open,
    /// An element ends; the path still ends with it.
    Close,
    /// The file is over.
    End,
}

/// The walk.
pub(crate) struct Walker<'t> {
    reader: Reader<&'t [u8]>,
    source: &'t Text<'t>,
    path: String,
    /// Where in the path each open element's name begins.
    names: Vec<usize>,
    /// The text of the element that is open, as long as it has no element inside.
    text: String,
    leaf: bool,
    closing: bool,
    /// The `Ccy` of the element that began last.
    currency: Option<String>,
    namespaces: Vec<(String, String)>,
    /// The prefix of the element that began last.
    prefix: String,
    /// Where the last step begins and ends.
    begin: usize,
    end: usize,
    /// Whether text stands outside the root.
    stray: bool,
    rooted: bool,
}

impl<'t> Walker<'t> {
    pub(crate) fn new(source: &'t Text<'t>) -> Walker<'t> {
        let mut reader = Reader::from_str(source.as_str());
        reader.config_mut().expand_empty_elements = true;
        Walker {
            reader,
            source,
            path: String::new(),
            names: Vec::new(),
            text: String::new(),
            leaf: false,
            closing: false,
            currency: None,
            namespaces: Vec::new(),
            prefix: String::new(),
            begin: 0,
            end: 0,
            stray: false,
            rooted: false,
        }
    }

    /// The local names of the open elements, joined by `/`.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// The name of the element the step is about.
    pub(crate) fn name(&self) -> &str {
        self.names.last().map_or("", |at| &self.path[*at..])
    }

    /// How many elements are open, the step's own among them.
    pub(crate) fn depth(&self) -> usize {
        self.names.len()
    }

    /// The text of an element that ends and has no element inside.
    pub(crate) fn leaf(&self) -> Option<&str> {
        self.leaf.then(|| self.text.trim())
    }

    /// The currency attribute of the leaf that ends.
    pub(crate) fn currency(&self) -> Option<Option<Currency>> {
        self.currency.as_deref().map(Currency::parse)
    }

    /// The namespace of the element that begins, as far as it was declared near the root.
    pub(crate) fn namespace(&self) -> Option<&str> {
        let mine = self.namespaces.iter().rev().find(|(prefix, _)| *prefix == self.prefix);
        mine.map(|(_, uri)| uri.as_str()).filter(|uri| !uri.is_empty())
    }

    /// Where the step begins in the text.
    pub(crate) fn begin(&self) -> usize {
        self.begin
    }

    /// Where the step ends in the text.
    pub(crate) fn end(&self) -> usize {
        self.end
    }

    /// Whether text stands outside the root.
    pub(crate) fn has_stray_text(&self) -> bool {
        self.stray
    }

    /// The place of a fault.
    fn place(&self) -> Place {
        self.source.tracker().place(self.begin)
    }

    /// The next step.
    ///
    /// # Errors
    /// `Malformed`, `Entities`, `TooDeep`, `TooLong`.
    pub(crate) fn step(&mut self) -> Result<Step, Fault> {
        if self.closing {
            self.closing = false;
            self.leaf = false;
            let at = self.names.pop().unwrap_or(0);
            self.path.truncate(at.saturating_sub(1));
        }
        loop {
            self.begin = usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX);
            let event = self.reader.read_event();
            self.end = usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX);
            let event = event.map_err(|error| self.broken(&error))?;
            match event {
                Event::Start(element) => return self.open(&element).map(|()| Step::Open),
                Event::End(_) => {
                    self.closing = true;
                    return Ok(Step::Close);
                }
                Event::Text(text) => self.push(&text)?,
                Event::CData(text) => self.push(&text)?,
                Event::GeneralRef(entity) => {
                    let character = match &*entity {
                        "lt" => Some('<'),
                        "gt" => Some('>'),
                        "amp" => Some('&'),
                        "quot" => Some('"'),
                        "apos" => Some('\''),
                        _ => entity.resolve_char_ref().ok().flatten(),
                    };
                    let character = character.ok_or(Fault::Entities { place: self.place() })?;
                    self.push(character.encode_utf8(&mut [0; 4]))?;
                }
                Event::DocType(_) => return Err(Fault::Entities { place: self.place() }),
                Event::Eof if self.names.is_empty() && self.rooted => return Ok(Step::End),
                Event::Eof => {
                    let what = "the file ends inside an element";
                    return Err(Fault::Malformed { place: self.place(), what });
                }
                // Expanded to a beginning and an end.
                Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            }
        }
    }

    fn broken(&self, error: &quick_xml::Error) -> Fault {
        let ill_formed = matches!(error, quick_xml::Error::IllFormed(_));
        let what = if ill_formed {
            "an element ends that did not begin, or never ends"
        } else {
            "the file is no XML, or is broken off"
        };
        Fault::Malformed { place: self.place(), what }
    }

    fn push(&mut self, text: &str) -> Result<(), Fault> {
        if self.names.is_empty() {
            self.stray |= !text.trim().is_empty();
            return Ok(());
        }
        if self.leaf {
            if self.text.len() + text.len() > TEXT_BYTES_MAX {
                let what = "the text of an element";
                return Err(Fault::TooLong { place: self.place(), what, most: TEXT_BYTES_MAX });
            }
            self.text.push_str(text);
        }
        Ok(())
    }

    fn open(&mut self, element: &BytesStart<'_>) -> Result<(), Fault> {
        if self.names.len() >= DEPTH_MAX {
            return Err(Fault::TooDeep { place: self.place(), most: DEPTH_MAX });
        }
        let qualified: &str = element.name().0;
        let (prefix, local) = qualified.rsplit_once(':').unwrap_or(("", qualified));
        if qualified.len() > NAME_BYTES_MAX {
            let what = "the name of an element";
            return Err(Fault::TooLong { place: self.place(), what, most: NAME_BYTES_MAX });
        }
        self.rooted = true;
        if !self.path.is_empty() {
            self.path.push('/');
        }
        self.names.push(self.path.len());
        self.path.push_str(local);
        self.prefix.clear();
        self.prefix.push_str(prefix);
        self.text.clear();
        self.leaf = true;
        self.currency = None;
        for attribute in element.attributes().with_checks(false).take(ATTRIBUTES_MAX).flatten() {
            let key: &str = attribute.key.0;
            let value: &str = &attribute.value;
            if key == "Ccy" {
                self.currency = Some(value.chars().take(8).collect());
            }
            let declared = key.strip_prefix("xmlns").map(|rest| rest.trim_start_matches(':'));
            if let Some(prefix) = declared
                && self.namespaces.len() < NAMESPACES_MAX
            {
                let uri: String = value.chars().take(200).collect();
                self.namespaces.push((prefix.to_owned(), uri));
            }
        }
        Ok(())
    }
}
