//! The bodies of what happens to the money of funds.

use bahi_core::{FundsMoved, FundsWithdrawn, Lapsed, SanctionCarried};

use super::{
    Body,
    parts::{read_fund, read_word, reasons, write_fund},
};
use crate::{
    WireError,
    bytes::{Reader, Writer},
};

reasons! { FundsWithdrawn Lapsed }

impl Body for FundsMoved {
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        write_fund(writer, self.to);
        writer.form(&self.reason.0);
        Ok(())
    }

    fn read(reader: &mut Reader<'_>) -> Result<FundsMoved, WireError> {
        Ok(FundsMoved { to: read_fund(reader)?, reason: read_word(reader)? })
    }
}

impl Body for SanctionCarried {
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        write_fund(writer, self.from);
        Ok(())
    }

    fn read(reader: &mut Reader<'_>) -> Result<SanctionCarried, WireError> {
        Ok(SanctionCarried { from: read_fund(reader)? })
    }
}
