//! Charts: the content (`plot`), its geometry (`scale`, `tick`, `stack`, `decimate`), drawing on
//! any plotters backend (`draw`), and the one component that touches pixels (`canvas`).
//!
//! Labels are HTML beside the canvas. They are sharp, the server renders them, and they never move
//! the drawing.

pub mod spec;

pub mod look;

pub mod plot;

pub mod stack;

pub mod decimate;

pub mod scale;

pub mod tick;

pub mod palette;

pub mod draw;

pub mod cursor;

pub mod pin;

pub mod canvas;

pub mod ends;

pub mod overlay;

pub mod legend;

pub mod numbers;

pub mod card;

pub mod sparkline;
