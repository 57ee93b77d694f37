//! What the names of tags mean for a text.

/// What a tag does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    /// Nothing but to carry a style.
    Inline,
    /// Its content stands on lines of its own.
    Block,
    /// As a block, with an empty line before and after.
    Paragraph,
    /// A quote.
    Quote,
    /// A list with numbers or without.
    List {
        /// With numbers.
        numbered: bool,
    },
    /// An item of a list.
    Item,
    /// White space counts.
    Pre,
    /// A table.
    Table,
    /// A group of rows.
    Rows,
    /// A row.
    Row,
    /// A cell.
    Cell,
    /// A link.
    Link,
    /// A line's end.
    Break,
    /// A line across the page.
    Rule,
    /// An image.
    Image,
    /// Its content is for programs.
    Dropped,
    /// It has no content and shows nothing.
    Void,
}

impl Tag {
    /// The tag of a name in lower case.
    pub(super) fn named(name: &[u8]) -> Self {
        match name {
            b"div" | b"section" | b"article" | b"header" | b"footer" | b"main" | b"aside" | b"nav" | b"address" | b"center" | b"form"
            | b"fieldset" | b"figure" | b"figcaption" | b"caption" | b"dl" | b"dt" | b"dd" | b"details" | b"summary" | b"body"
            | b"html" | b"legend" => Tag::Block,
            b"p" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" => Tag::Paragraph,
            b"blockquote" => Tag::Quote,
            b"ul" | b"menu" | b"dir" => Tag::List { numbered: false },
            b"ol" => Tag::List { numbered: true },
            b"li" => Tag::Item,
            b"pre" | b"listing" | b"xmp" | b"plaintext" => Tag::Pre,
            b"table" => Tag::Table,
            b"tbody" | b"thead" | b"tfoot" => Tag::Rows,
            b"tr" => Tag::Row,
            b"td" | b"th" => Tag::Cell,
            b"a" => Tag::Link,
            b"br" => Tag::Break,
            b"hr" => Tag::Rule,
            b"img" => Tag::Image,
            b"script" | b"style" | b"title" | b"template" | b"svg" | b"math" | b"noscript" | b"iframe" | b"noembed" | b"noframes"
            | b"object" | b"applet" | b"xml" | b"textarea" | b"select" | b"datalist" | b"audio" | b"video" | b"canvas" | b"map" => {
                Tag::Dropped
            }
            b"meta" | b"link" | b"base" | b"input" | b"col" | b"area" | b"wbr" | b"source" | b"track" | b"param" | b"embed" | b"frame"
            | b"basefont" | b"bgsound" | b"keygen" => Tag::Void,
            _ => Tag::Inline,
        }
    }

    /// Whether an open paragraph ends before it (WHATWG, "close a p element").
    pub(super) fn ends_paragraph(self) -> bool {
        matches!(self, Tag::Block | Tag::Paragraph | Tag::Quote | Tag::List { .. } | Tag::Item | Tag::Pre | Tag::Table | Tag::Rule)
    }

    /// Whether the end of something inline does not reach beyond it.
    pub(super) fn is_special(self) -> bool {
        !matches!(self, Tag::Inline | Tag::Link)
    }

    /// Whether its end reaches beyond the cell that it stands in.
    pub(super) fn leaves_cell(self) -> bool {
        matches!(self, Tag::Cell | Tag::Row | Tag::Rows | Tag::Table)
    }
}
