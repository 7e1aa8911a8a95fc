//! Colours of charts, as `style/tokens.css` has them: any two that can touch or cross differ for
//! people with each kind of colour blindness, and each differs from the panel behind it.
//!
//! Dichromacy is simulated with the matrices of Machado, Oliveira and Fernandes, "A Physiologically
//! based Model for Simulation of Color Vision Deficiency" (2009), severity 1.0, in linear sRGB.
//! Differences are distances in `OKLab`, where 0.02 is about what one just notices side by side.

use dashboard::chart::palette::parse;

type Color = [f64; 3];

/// Least difference of two colours that can touch or cross.
const APART: f64 = 0.09;
/// The same of percentiles, whose lines differ in weight and dashes too.
const APART_BY_DASHES: f64 = 0.06;
/// Least contrast with the panel: WCAG 2.2, 1.4.11.
const CONTRAST: f64 = 3.0;

const VISIONS: [(&str, [Color; 3]); 4] = [
    ("trichromat", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    ("protanope", [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    ("deuteranope", [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    ("tritanope", [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
];

/// The groups of tokens of which any two can touch or cross in one chart.
const GROUPS: [(&[&str], f64); 5] = [
    (&["--s2", "--s3", "--s4", "--s5"], APART),
    (&["--e1", "--e2", "--e3", "--e4", "--e5", "--e6"], APART),
    (&["--g1", "--g2", "--g3", "--g4", "--g5", "--g6"], APART),
    (&["--p50", "--p95", "--p99"], APART_BY_DASHES),
    (&["--heat-1", "--heat-2", "--heat-3", "--heat-4"], APART_BY_DASHES),
];

/// The blocks of the style sheet: the light theme, and the two places that have the dark one.
fn themes() -> [String; 3] {
    let css = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../style/tokens.css")).unwrap();
    let mut blocks = css.split("color-scheme:").filter(|it| it.contains("--s2:")).map(str::to_owned);
    [(); 3].map(|()| blocks.next().unwrap())
}

fn token(theme: &str, name: &str) -> Color {
    let (_, rest) = theme.split_once(&format!("{name}:")).unwrap_or_else(|| panic!("{name} is missing"));
    let (red, green, blue) = parse(rest.split(';').next().unwrap()).unwrap();
    [red, green, blue].map(|byte| {
        let share = f64::from(byte) / 255.0;
        if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    })
}

fn times(matrix: &[Color; 3], color: Color) -> Color {
    matrix.map(|row| row.iter().zip(color).map(|(a, b)| a * b).sum::<f64>())
}

fn oklab(linear: Color) -> Color {
    let cones = times(
        &[
            [0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9],
            [0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6],
            [0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5],
        ],
        linear,
    );
    times(
        &[
            [0.210_454_255_3, 0.793_617_785_0, -0.004_072_046_8],
            [1.977_998_495_1, -2.428_592_205_0, 0.450_593_709_9],
            [0.025_904_037_1, 0.782_771_766_2, -0.808_675_766_0],
        ],
        cones.map(f64::cbrt),
    )
}

/// How far apart two colours are for a vision.
fn apart(vision: &[Color; 3], one: Color, other: Color) -> f64 {
    let [one, other] = [one, other].map(|color| oklab(times(vision, color).map(|it| it.clamp(0.0, 1.0))));
    one.iter().zip(other).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

fn contrast(one: Color, other: Color) -> f64 {
    let light = |it: Color| 0.2126 * it[0] + 0.7152 * it[1] + 0.0722 * it[2] + 0.05;
    let (one, other) = (light(one), light(other));
    one.max(other) / one.min(other)
}

#[test]
fn ok_colours_that_touch_differ_for_everyone() {
    for (at, theme) in themes().iter().enumerate() {
        for (names, least) in GROUPS {
            for (place, one) in names.iter().enumerate() {
                for other in &names[..place] {
                    for (vision, matrix) in &VISIONS {
                        let found = apart(matrix, token(theme, one), token(theme, other));
                        assert!(found >= least, "theme {at}: {one} and {other} differ by {found:.3} for a {vision}");
                    }
                }
            }
        }
    }
}

#[test]
fn ok_colours_differ_from_the_panel() {
    for (at, theme) in themes().iter().enumerate() {
        let names = GROUPS.iter().flat_map(|it| it.0).filter(|it| !it.starts_with("--heat"));
        for name in names.chain(&["--pmax"]) {
            let found = contrast(token(theme, name), token(theme, "--panel"));
            assert!(found >= CONTRAST, "theme {at}: {name} has a contrast of {found:.2}");
        }
    }
}

/// The colours that were used before are told to be alike: the test can fail.
#[test]
fn err_colours_that_a_deuteranope_takes_for_one() {
    let of = |text: &str| token(&format!("--x: {text};"), "--x");
    let (_, deuteranope) = VISIONS[2];
    assert!(apart(&deuteranope, of("#3796aa"), of("#8390b5")) < APART);
    assert!(apart(&deuteranope, of("#c8392b"), of("#c2820f")) < 2.0 * APART);
}
