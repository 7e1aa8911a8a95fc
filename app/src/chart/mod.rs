//! Numbers to pixels: what to show (`plot`), where it goes (`scale`, `tick`), how it is drawn on any plotters backend (`draw`), and one
//! thin component that touches the browser (`canvas`). Labels are HTML beside the canvas, so that they are sharp, are rendered on the
//! server, and never move the drawing.

/// What a chart shows.
pub mod plot;

/// Values to heights, times to places.
pub mod scale;

/// Where labels stand.
pub mod tick;

/// Colours by name.
pub mod palette;

/// Drawing, on any backend.
pub mod draw;

/// What all charts of a page have in common.
pub mod cursor;

/// The canvas.
pub mod canvas;

/// What stands over a drawing: crosshair, releases, losses.
pub mod overlay;

/// Names, colours and values.
pub mod legend;

/// A chart with its title, legend, labels and table.
pub mod card;

/// The line in a row of the Overview.
pub mod sparkline;
