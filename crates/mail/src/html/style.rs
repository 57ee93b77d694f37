//! What styles hide.

/// What a `style` says that matters for a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Style {
    /// It is not shown.
    pub(super) hidden: bool,
    /// Its letters have no size, or have one again: what stands inside takes it over.
    pub(super) zero: Option<bool>,
    /// White space counts.
    pub(super) pre: bool,
    /// It has a line above: how Outlook sets off the header of a mail that is answered.
    pub(super) line_above: bool,
    /// It has no space around it.
    pub(super) flat: bool,
}

impl Style {
    /// Reads a `style`.
    pub(super) fn parse(text: &str) -> Self {
        let mut style = Style::default();
        let mut clipped = (false, false);
        for declaration in text.split(';').take(200) {
            let Some((name, value)) = declaration.split_once(':') else { continue };
            let (name, value) = (name.trim().to_ascii_lowercase(), value.trim().to_ascii_lowercase());
            let value = value.trim_end_matches("!important").trim_end();
            match name.as_str() {
                "display" => style.hidden |= value == "none",
                "visibility" => style.hidden |= matches!(value, "hidden" | "collapse"),
                "mso-hide" => style.hidden |= value == "all",
                "opacity" => style.hidden |= number(value).is_some_and(|(n, _)| n <= 0.0),
                "font-size" => style.zero = number(value).map(|(n, unit)| n <= 0.0 || (n <= 1.0 && matches!(unit, "px" | "pt"))),
                "max-height" | "height" => clipped.0 |= number(value).is_some_and(|(n, _)| n <= 0.0),
                "overflow" => clipped.1 |= value == "hidden",
                "white-space" => style.pre = value.starts_with("pre"),
                "border-top" => style.line_above = value.contains("solid") && number(value).is_none_or(|(n, _)| n > 0.0),
                "margin" => {
                    let sides: Vec<bool> = value.split_whitespace().map(|v| number(v).is_some_and(|(n, _)| n <= 0.1)).collect();
                    style.flat = sides.first() == Some(&true) && sides.get(2) != Some(&false);
                }
                "margin-bottom" => style.flat = number(value).is_some_and(|(n, _)| n <= 0.1),
                _ => {}
            }
        }
        style.hidden |= clipped == (true, true);
        style
    }
}

/// A number and its unit.
fn number(value: &str) -> Option<(f32, &str)> {
    let end = value.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '-' | '+')).unwrap_or(value.len());
    let (number, unit) = value.split_at_checked(end)?;
    Some((number.parse().ok()?, unit.split_whitespace().next().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles() {
        let none = Style::default();
        let hidden = Style { hidden: true, ..none };
        let cases = [
            ("", none),
            ("color:red", none),
            ("DISPLAY : None !important", hidden),
            ("display:block;mso-hide:all", hidden),
            ("visibility:hidden", hidden),
            ("opacity:0", hidden),
            ("opacity:0.5", none),
            ("max-height:0px;overflow:hidden", hidden),
            ("max-height:0px", none),
            ("font-size:0", Style { zero: Some(true), ..none }),
            ("font-size:1px", Style { zero: Some(true), ..none }),
            ("font-size:1em", Style { zero: Some(false), ..none }),
            ("font-size:13px", Style { zero: Some(false), ..none }),
            ("font-size:large", none),
            ("white-space:pre-wrap", Style { pre: true, ..none }),
            ("white-space:nowrap", none),
            ("border:none;border-top:solid #E1E1E1 1.0pt", Style { line_above: true, ..none }),
            ("border-top:none", none),
            ("margin:0cm 0cm 0.0001pt", Style { flat: true, ..none }),
            ("margin:0", Style { flat: true, ..none }),
            ("margin:0 0 10px", none),
            ("margin-top:0;margin-bottom:0", Style { flat: true, ..none }),
            (";;:;x", none),
        ];
        for (text, want) in cases {
            assert_eq!(Style::parse(text), want, "{text}");
        }
    }
}
