//! Case spreadsheets and their mappings: bytes in, commands and complaints out.
