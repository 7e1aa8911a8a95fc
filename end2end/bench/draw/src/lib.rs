//! Draws a chart with the code of the pages, for the benchmark in a browser. Contains no page and
//! no other drawing code.

#![recursion_limit = "256"]

use dashboard::chart::{
    canvas::paint,
    look::Look,
    plot::{Plot, Series, Shape},
    scale::Scale,
};
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::HtmlCanvasElement;

const COLORS: [&str; 8] = ["--p50", "--p95", "--p99", "--pmax", "--s2", "--s3", "--s4", "--s5"];

/// A line chart with one point per second.
#[wasm_bindgen]
pub struct Chart(Plot);

#[wasm_bindgen]
impl Chart {
    /// A chart of `seconds` seconds with values from 0 to `max`.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(seconds: i32, max: f64) -> Self {
        let to_s = i64::from(seconds);
        Self(Plot { scale: Scale::Linear { max }, ..Plot::empty(Shape::Lines, (0, to_s), 1) })
    }

    /// Adds a series with one value per second.
    pub fn add(&mut self, values: &[f64]) {
        let place = self.0.series.len();
        let points = values.iter().enumerate().map(|(at, value)| (at as i64, *value)).collect();
        self.0.series.push(Series {
            name: format!("series {place}"),
            color: COLORS[place % COLORS.len()],
            look: Look::Solid,
            points,
        });
    }

    /// Draws the chart on a canvas.
    pub fn paint(&self, canvas: &HtmlCanvasElement) {
        paint(canvas, &self.0);
    }
}
