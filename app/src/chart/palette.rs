//! Colours by the name of their token. The values are in `style/tokens.css` only; the browser reads
//! them from there.

use plotters_backend::BackendColor;

/// A source of colours, and of what else a backend of plotters does not know.
pub trait Palette {
    /// The colour of a token such as `--s2`, as red, green and blue; black when it is unknown.
    fn color(&self, token: &str) -> (u8, u8, u8);

    /// The colour of a token with an opacity from 0 to 1.
    fn shade(&self, token: &str, alpha: f64) -> BackendColor {
        BackendColor { rgb: self.color(token), alpha }
    }

    /// Draws the strokes that follow in dashes: lengths of dashes and gaps in turn, backend pixels;
    /// whole again with none. Does nothing where there are no dashes.
    fn dash(&self, lengths: &[f64]) {
        let _no_dashes = lengths;
    }
}

/// Parses `#rgb` or `#rrggbb`.
#[must_use]
pub fn parse(text: &str) -> Option<(u8, u8, u8)> {
    let digits = text.trim().strip_prefix('#')?;
    let number = u32::from_str_radix(digits, 16).ok()?;
    let byte = |shift: u32| (number >> shift & 0xff) as u8;
    match digits.len() {
        6 => Some((byte(16), byte(8), byte(0))),
        3 => Some(((number >> 8 & 0xf) as u8 * 17, (number >> 4 & 0xf) as u8 * 17, (number & 0xf) as u8 * 17)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_colors() {
        assert_eq!(parse(" #3796aa"), Some((0x37, 0x96, 0xaa)));
        assert_eq!(parse("#fff"), Some((255, 255, 255)));
    }

    #[test]
    fn err_colors() {
        for text in ["", "red", "#12", "#gggggg", "rgb(1,2,3)"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
