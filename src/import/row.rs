//! The rows of a product file: cells found by the names in its header.

use std::io::{self, Read};

use super::code;
use super::error::{ImportError, RowError};
use super::record::{Breakage, Record, Records};

/// The columns that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Handle,
    Title,
    Body,
    Vendor,
    Type,
    Category,
    GoogleCategory,
    Tags,
    Published,
    Status,
    GiftCard,
    SeoTitle,
    SeoDescription,
    Option1Name,
    Option1Value,
    Option2Name,
    Option2Value,
    Option3Name,
    Option3Value,
    Sku,
    Barcode,
    Grams,
    Tracker,
    Quantity,
    Policy,
    Price,
    CompareAtPrice,
    Cost,
    RequiresShipping,
    Taxable,
    VariantImage,
    ImageSource,
    ImagePosition,
    ImageAlt,
    TotalMeasure,
    TotalMeasureUnit,
    BaseMeasure,
    BaseMeasureUnit,
    BackorderLimit,
}

impl Column {
    /// Each with its name in the header.
    const ALL: [(Self, &'static str); 39] = [
        (Self::Handle, "Handle"),
        (Self::Title, "Title"),
        (Self::Body, "Body (HTML)"),
        (Self::Vendor, "Vendor"),
        (Self::Type, "Type"),
        (Self::Category, "Product Category"),
        (Self::GoogleCategory, "Google Shopping / Google Product Category"),
        (Self::Tags, "Tags"),
        (Self::Published, "Published"),
        (Self::Status, "Status"),
        (Self::GiftCard, "Gift Card"),
        (Self::SeoTitle, "SEO Title"),
        (Self::SeoDescription, "SEO Description"),
        (Self::Option1Name, "Option1 Name"),
        (Self::Option1Value, "Option1 Value"),
        (Self::Option2Name, "Option2 Name"),
        (Self::Option2Value, "Option2 Value"),
        (Self::Option3Name, "Option3 Name"),
        (Self::Option3Value, "Option3 Value"),
        (Self::Sku, "Variant SKU"),
        (Self::Barcode, "Variant Barcode"),
        (Self::Grams, "Variant Grams"),
        (Self::Tracker, "Variant Inventory Tracker"),
        (Self::Quantity, "Variant Inventory Qty"),
        (Self::Policy, "Variant Inventory Policy"),
        (Self::Price, "Variant Price"),
        (Self::CompareAtPrice, "Variant Compare At Price"),
        (Self::Cost, "Cost per item"),
        (Self::RequiresShipping, "Variant Requires Shipping"),
        (Self::Taxable, "Variant Taxable"),
        (Self::VariantImage, "Variant Image"),
        (Self::ImageSource, "Image Src"),
        (Self::ImagePosition, "Image Position"),
        (Self::ImageAlt, "Image Alt Text"),
        (Self::TotalMeasure, "Unit Price Total Measure"),
        (Self::TotalMeasureUnit, "Unit Price Total Measure Unit"),
        (Self::BaseMeasure, "Unit Price Base Measure"),
        (Self::BaseMeasureUnit, "Unit Price Base Measure Unit"),
        (Self::BackorderLimit, "Variant Backorder Limit"),
    ];

    /// The names of the three options and their values.
    pub(super) const OPTIONS: [(Self, Self); 3] = [
        (Self::Option1Name, Self::Option1Value),
        (Self::Option2Name, Self::Option2Value),
        (Self::Option3Name, Self::Option3Value),
    ];

    /// Its name in the header.
    pub(super) fn header(self) -> &'static str {
        Self::ALL.get(self as usize).map_or("", |(_, header)| header)
    }
}

/// A row whose cells are texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// The line on which it begins, from 1.
    pub(super) line: u64,
    /// In the order of [`Column::ALL`]; empty where the file has no such column.
    cells: Vec<String>,
}

impl Row {
    /// A cell without the space around it.
    pub(super) fn get(&self, column: Column) -> &str {
        self.cells.get(column as usize).map_or("", |cell| cell.trim())
    }

    /// An error in a cell of the row.
    pub(super) fn error(&self, column: Column, code: &'static str, message: impl Into<String>) -> RowError {
        RowError { line: self.line, column: column.header().to_owned(), message: message.into(), code }
    }
}

/// What a record turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A row that can be read.
    Row(Row),
    /// One that cannot, and the product that it names, where that much can be read.
    Broken { handle: Option<String>, error: RowError },
}

/// The rows below the header.
pub(super) struct Rows<R> {
    records: Records<R>,
    /// Where each of [`Column::ALL`] is.
    places: Vec<Option<usize>>,
    width: usize,
}

impl<R: Read> Rows<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// [`ImportError::Unreadable`], and [`ImportError::Header`] when the first line is not the header of a product file.
    pub(super) fn open(source: R) -> Result<Self, ImportError> {
        let mut records = Records::new(source);
        let header = records.next()?.ok_or(ImportError::Header("the file is empty"))?;
        if header.breakage.is_some() {
            return Err(ImportError::Header("its quotes or line ends are broken"));
        }
        let width = header.fields.len();
        let names: Option<Vec<&str>> =
            (0..width).map(|index| std::str::from_utf8(header.fields.get(index)?).ok()).collect();
        let names = names.ok_or(ImportError::Header("it is not UTF-8"))?;
        let places: Vec<Option<usize>> = Column::ALL
            .iter()
            .map(|(_, header)| names.iter().position(|name| name.trim().eq_ignore_ascii_case(header)))
            .collect();
        if places.first().copied().flatten().is_none() {
            return Err(ImportError::Header("it has no column Handle; columns are separated by commas"));
        }
        Ok(Self { records, places, width })
    }

    /// How many bytes of the file were read.
    pub(super) fn bytes(&self) -> u64 {
        self.records.bytes()
    }

    /// The next row; rows without any text are passed over.
    ///
    /// # Errors
    /// The source's own.
    pub(super) fn next(&mut self) -> io::Result<Option<Line>> {
        while let Some(record) = self.records.next()? {
            if record.breakage.is_some() || !record.fields.is_blank() {
                return Ok(Some(self.line_of(&record)));
            }
        }
        Ok(None)
    }

    fn line_of(&self, record: &Record) -> Line {
        match self.row_of(record) {
            Ok(row) => Line::Row(row),
            Err(error) => {
                let handle =
                    self.cell(record, Column::Handle).ok().map(handle_of).filter(|handle| !handle.is_empty());
                Line::Broken { handle, error }
            }
        }
    }

    fn row_of(&self, record: &Record) -> Result<Row, RowError> {
        let refuse = |column: &str, code, message| RowError {
            line: record.line,
            column: column.to_owned(),
            message,
            code,
        };
        let broken = |code, message: &str| refuse("", code, message.to_owned());
        match record.breakage {
            Some(Breakage::StrayQuote) => {
                return Err(broken(code::BROKEN_QUOTES, "a quote stands where none may"));
            }
            Some(Breakage::UnclosedQuote) => {
                return Err(broken(code::BROKEN_QUOTES, "a quote is never closed"));
            }
            Some(Breakage::TooLarge) => {
                return Err(broken(code::RECORD_TOO_LARGE, "the row is larger than 4 MiB"));
            }
            None => {}
        }
        if record.fields.len() != self.width {
            let message = format!("{} fields where the header has {}", record.fields.len(), self.width);
            return Err(refuse("", code::FIELD_COUNT, message));
        }
        let cells = Column::ALL.iter().map(|(column, header)| {
            let cell = self
                .cell(record, *column)
                .map_err(|_| refuse(header, code::INVALID_UTF8, "is not UTF-8".to_owned()))?;
            if cell.contains('\0') {
                return Err(refuse(header, code::INVALID_CHARACTER, "holds a zero byte".to_owned()));
            }
            Ok(cell.to_owned())
        });
        Ok(Row { line: record.line, cells: cells.collect::<Result<_, _>>()? })
    }

    fn cell<'a>(&self, record: &'a Record, column: Column) -> Result<&'a str, std::str::Utf8Error> {
        let place = self.places.get(column as usize).copied().flatten();
        std::str::from_utf8(place.and_then(|place| record.fields.get(place)).unwrap_or_default())
    }
}

/// The handle as it is stored: in lower case.
pub(super) fn handle_of(cell: &str) -> String {
    cell.trim().to_lowercase()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Every row or error of a file.
    pub(in super::super) fn lines(file: &[u8]) -> Vec<Line> {
        let mut rows = Rows::open(file).unwrap();
        std::iter::from_fn(|| rows.next().unwrap()).collect()
    }

    fn row(file: &str) -> Row {
        match lines(file.as_bytes()).into_iter().next() {
            Some(Line::Row(row)) => row,
            other => panic!("{other:?}"),
        }
    }

    fn broken(file: &[u8]) -> (u64, String, &'static str, Option<String>) {
        let found = lines(file).into_iter().find_map(|line| match line {
            Line::Broken { handle, error } => Some((error.line, error.column, error.code, handle)),
            Line::Row(_) => None,
        });
        found.unwrap()
    }

    #[test]
    fn every_column_is_at_its_place_in_the_table() {
        for (index, (column, header)) in Column::ALL.iter().enumerate() {
            assert_eq!(*column as usize, index);
            assert_eq!(column.header(), *header);
        }
    }

    #[test]
    fn columns_are_found_by_name_in_any_case_and_order() {
        let row = row("\u{feff}Colour of mood,TITLE, handle ,Variant Price\nblue, Shirt ,shirt,\n");
        assert_eq!(row.line, 2);
        assert_eq!(row.get(Column::Title), "Shirt");
        assert_eq!(row.get(Column::Handle), "shirt");
        assert_eq!(row.get(Column::Price), "");
        assert_eq!(row.get(Column::Vendor), "", "a column that is missing is empty");
    }

    #[test]
    fn files_without_a_product_header_are_refused() {
        for (file, reason) in [
            (b"".as_slice(), "the file is empty"),
            (b"Title,Vendor\nShirt,Us\n", "it has no column Handle; columns are separated by commas"),
            (b"Handle;Title\nshirt;Shirt\n", "it has no column Handle; columns are separated by commas"),
            (b"H\xFFndle,Title\n", "it is not UTF-8"),
            (b"Handle,\"Title\n", "its quotes or line ends are broken"),
            (b"Handle,Title\rshirt,Shirt\r", "its quotes or line ends are broken"),
        ] {
            match Rows::open(file).err() {
                Some(ImportError::Header(found)) => assert_eq!(found, reason),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn rows_that_cannot_be_read_are_told_with_line_and_product() {
        let shirt = Some("shirt".to_owned());
        assert_eq!(
            broken(b"Handle,Title\na,A\nShirt,A,B\n"),
            (3, String::new(), code::FIELD_COUNT, shirt.clone())
        );
        assert_eq!(broken(b"Handle,Title\nShirt\n"), (2, String::new(), code::FIELD_COUNT, shirt.clone()));
        assert_eq!(
            broken(b"Handle,Title\nshirt,\"A\"B\n"),
            (2, String::new(), code::BROKEN_QUOTES, shirt.clone())
        );
        assert_eq!(
            broken(b"Handle,Title\na,A\nshirt,\"A\nb,B\n"),
            (3, String::new(), code::BROKEN_QUOTES, shirt.clone())
        );
        assert_eq!(
            broken(b"Handle,Title\n\nshirt,A\xFFB\n"),
            (3, "Title".to_owned(), code::INVALID_UTF8, shirt.clone())
        );
        assert_eq!(broken(b"Handle,Title\nsh\xFFrt,A\n"), (2, "Handle".to_owned(), code::INVALID_UTF8, None));
        assert_eq!(
            broken(b"Handle,Title\nshirt,A\0B\n"),
            (2, "Title".to_owned(), code::INVALID_CHARACTER, shirt)
        );
    }

    #[test]
    fn reading_goes_on_behind_a_broken_row_and_over_empty_ones() {
        let found = lines(b"Handle,Title\n,\n\"x\"y,A\n , \nshirt,Shirt\n");
        assert_eq!(found.len(), 2);
        match &found[1] {
            Line::Row(row) => assert_eq!((row.line, row.get(Column::Handle)), (5, "shirt")),
            other => panic!("{other:?}"),
        }
    }
}
