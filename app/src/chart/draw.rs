//! Drawing on any plotters backend: the browser's canvas, or SVG in tests. Text is not drawn;
//! labels are HTML.
//!
//! Coordinates are the backend's pixels; `density` is how many of them make one CSS pixel. A call
//! of the canvas backend costs more than the geometry for it. A series is therefore one path,
//! decimated to what the pixels can show, and all cells of one shade are one shape.

use plotters_backend::{BackendColor, BackendCoord, BackendStyle, DrawingBackend, DrawingErrorKind};

use super::{
    decimate::decimate_min_max,
    look::Look,
    palette::Palette,
    plot::{Plot, Series, Shape},
    stack::{Stacked, stacked},
    tick,
};

/// Width of a stroke to which paths are decimated, CSS pixels.
const LINE: f64 = 1.6;
const HAIRLINE: f64 = 1.0;
/// Size of a single point, CSS pixels.
const POINT: f64 = 4.0;
/// Least height of an area that is parted from the one below it, CSS pixels.
const SEAM_MIN: f64 = 5.0;
/// Opacity of data that may be incomplete.
const FRESH: f64 = 0.35;
/// Opacity of what is usual.
const USUAL: f64 = 0.14;
/// The colour tokens of a heatmap, from few to many.
pub const SHADES: [&str; 4] = ["--heat-1", "--heat-2", "--heat-3", "--heat-4"];

/// The result of drawing on a backend.
pub type DrawResult<B> = Result<(), DrawingErrorKind<<B as DrawingBackend>::ErrorType>>;

struct Stroke {
    color: BackendColor,
    width: u32,
}

impl BackendStyle for Stroke {
    fn color(&self) -> BackendColor {
        self.color
    }

    fn stroke_width(&self) -> u32 {
        self.width
    }
}

/// A plot and the surface that it is drawn on.
struct Surface<'a, P: Palette, H: Fn(f64) -> f64> {
    plot: &'a Plot,
    palette: &'a P,
    /// The share of the height at which a value stands.
    height_of: H,
    width: f64,
    height: f64,
    density: f64,
}

/// Draws a plot over the whole backend.
///
/// # Errors
/// The backend's errors.
pub fn draw<B: DrawingBackend>(backend: &mut B, plot: &Plot, palette: &impl Palette, density: f64) -> DrawResult<B> {
    let (width, height) = backend.get_size();
    let height_of = plot.scale.heights();
    let surface = Surface { plot, palette, height_of, width: f64::from(width), height: f64::from(height), density };
    surface.grid(backend)?;
    match plot.shape {
        // A stack is not transparent, so its band lies over it.
        Shape::Stack => {
            surface.stack(backend)?;
            surface.bands(backend)?;
        }
        Shape::Lines => {
            surface.bands(backend)?;
            surface.lines(backend)?;
        }
        Shape::Bars => surface.bars(backend)?,
        Shape::Heat => surface.heat(backend)?,
    }
    surface.limit(backend)?;
    backend.present()
}

/// The shade of a count, from 0 to 3, by the square root of its share of the largest count. A tail
/// of few requests stays visible that way, and the bulk of them stands out.
#[must_use]
pub fn shade(count: f64, highest: f64) -> usize {
    let share = (count / highest.max(1.0)).sqrt();
    ((share * SHADES.len() as f64) as usize).min(SHADES.len() - 1)
}

impl<P: Palette, H: Fn(f64) -> f64> Surface<'_, P, H> {
    fn at(&self, at_s: f64, value: f64) -> BackendCoord {
        let x = self.plot.x(at_s) * self.width;
        let y = (1.0 - (self.height_of)(value)) * (self.height - self.density);
        // For values that are not negative this is `round`, without the call that it would be in
        // WASM.
        ((x + 0.5) as i32, (y + 0.5) as i32)
    }

    /// The middle of a step, unix seconds.
    fn middle(&self, at_s: i64) -> f64 {
        at_s as f64 + self.plot.step_s as f64 / 2.0
    }

    /// The points of a path, decimated to the width of a stroke.
    fn path(&self, points: impl Iterator<Item = (i64, f64)>) -> Vec<BackendCoord> {
        decimate_min_max(
            points.map(|(at_s, value)| self.at(self.middle(at_s), value)),
            (LINE * self.density).round().max(1.0) as i32,
        )
    }

    fn stroke(&self, token: &str, alpha: f64, width: f64) -> Stroke {
        Stroke { color: self.palette.shade(token, alpha), width: (width * self.density).round().max(1.0) as u32 }
    }

    fn grid<B: DrawingBackend>(&self, backend: &mut B) -> DrawResult<B> {
        let hairline = (HAIRLINE * self.density).round().max(1.0) as i32;
        for (index, tick) in tick::values(self.plot.scale, |_| String::new()).into_iter().enumerate() {
            let y = ((1.0 - tick.share) * (self.height - self.density)).round() as i32;
            let color = self.palette.shade(if index == 0 { "--line-strong" } else { "--line" }, 1.0);
            backend.draw_rect((0, y), (self.width as i32, y + hairline - 1), &color, true)?;
        }
        Ok(())
    }

    fn stack<B: DrawingBackend>(&self, backend: &mut B) -> DrawResult<B> {
        for (series, raised) in self.plot.series.iter().zip(stacked(&self.plot.series)) {
            // An area without height would still leave a faint line.
            if raised.iter().all(|it| it.top <= it.floor) {
                continue;
            }
            for run in raised.chunk_by(|a, b| b.at_s - a.at_s <= self.plot.join_s) {
                let split = run.partition_point(|it| it.at_s < self.plot.fresh_s);
                // The two parts share a point, so that there is no gap between them.
                self.fill(backend, &run[..split], self.palette.shade(series.color, 0.9))?;
                if split < run.len() {
                    self.fill(backend, &run[split.saturating_sub(1)..], self.palette.shade(series.color, FRESH))?;
                }
                self.seam(backend, &run[..split])?;
            }
        }
        Ok(())
    }

    /// Draws the line between an area and the one below it, so that areas are told apart without
    /// their colours.
    fn seam<B: DrawingBackend>(&self, backend: &mut B, run: &[Stacked]) -> DrawResult<B> {
        let least = SEAM_MIN / self.height * self.density;
        // A thin area would be covered by the line.
        let is_high = |it: &Stacked| it.floor > 0.0 && (self.height_of)(it.top) - (self.height_of)(it.floor) >= least;
        for part in run.chunk_by(|a, b| is_high(a) == is_high(b)).filter(|it| it.len() > 1 && is_high(&it[0])) {
            let floor = self.path(part.iter().map(|it| (it.at_s, it.floor)));
            backend.draw_path(floor, &self.stroke("--panel", 1.0, HAIRLINE))?;
        }
        Ok(())
    }

    fn fill<B: DrawingBackend>(&self, backend: &mut B, run: &[Stacked], color: BackendColor) -> DrawResult<B> {
        match run {
            [] => Ok(()),
            [Stacked { at_s, floor, top }] => {
                let half_s = self.plot.step_s as f64 / 2.0;
                let middle_s = self.middle(*at_s);
                backend.draw_rect(self.at(middle_s - half_s, *top), self.at(middle_s + half_s, *floor), &color, true)
            }
            run => {
                let mut outline = self.path(run.iter().map(|it| (it.at_s, it.top)));
                let floor = self.path(run.iter().map(|it| (it.at_s, it.floor)));
                outline.extend(floor.into_iter().rev());
                backend.fill_polygon(outline, &color)
            }
        }
    }

    /// Draws what is usual as steps, each run of them as one shape. Without any data beside it, it
    /// would look like data.
    fn bands<B: DrawingBackend>(&self, backend: &mut B) -> DrawResult<B> {
        if self.plot.is_empty() {
            return Ok(());
        }
        let inside = |at_s: i64| at_s.clamp(self.plot.from_s, self.plot.to_s) as f64;
        for band in &self.plot.bands {
            let color = self.palette.shade(band.color, USUAL);
            for run in band.parts.chunk_by(|a, b| b.0 - a.0 <= band.part_s) {
                let end_s = run.last().map_or(0, |it| it.0 + band.part_s);
                let ends = run.iter().skip(1).map(|it| it.0).chain([end_s]);
                let steps: Vec<_> =
                    run.iter().zip(ends).map(|(it, end)| (inside(it.0), inside(end), it.1, it.2)).collect();
                let upper = steps.iter().flat_map(|it| [self.at(it.0, it.3), self.at(it.1, it.3)]);
                let lower = steps.iter().rev().flat_map(|it| [self.at(it.1, it.2), self.at(it.0, it.2)]);
                if steps.iter().any(|it| it.1 > it.0) {
                    backend.fill_polygon(upper.chain(lower).collect::<Vec<BackendCoord>>(), &color)?;
                }
            }
        }
        Ok(())
    }

    /// Draws the first series last, over the others.
    fn lines<B: DrawingBackend>(&self, backend: &mut B) -> DrawResult<B> {
        for series in self.plot.series.iter().rev() {
            let look = series.look;
            if look == Look::Points {
                self.points(backend, series)?;
                continue;
            }
            let dashes: Vec<f64> = look.dashes().iter().map(|it| it * self.density).collect();
            self.palette.dash(&dashes);
            for run in series.points.chunk_by(|a, b| b.0 - a.0 <= self.plot.join_s) {
                let split = run.partition_point(|it| it.0 < self.plot.fresh_s);
                self.line(backend, &run[..split], &self.stroke(series.color, look.alpha(), look.width()))?;
                if split < run.len() {
                    let stroke = self.stroke(series.color, FRESH, look.width());
                    self.line(backend, &run[split.saturating_sub(1)..], &stroke)?;
                }
            }
        }
        self.palette.dash(&[]);
        Ok(())
    }

    /// Draws the points of a series as one shape of squares.
    fn points<B: DrawingBackend>(&self, backend: &mut B, series: &Series) -> DrawResult<B> {
        let half = (POINT * self.density / 2.0).round() as i32;
        let (right, bottom) = (self.width as i32, (self.height - self.density) as i32);
        let square = |(at_s, value): &(i64, f64)| {
            let (x, y) = self.at(self.middle(*at_s), *value);
            [((x - half).max(0), (y - half).max(0)), ((x + half).min(right), (y + half).min(bottom))]
        };
        let squares: Vec<_> = series.points.iter().map(square).filter(|it| it[0].0 < it[1].0).collect();
        if squares.is_empty() {
            Ok(())
        } else {
            backend.fill_polygon(joined(&squares), &self.palette.shade(series.color, 1.0))
        }
    }

    fn line<B: DrawingBackend>(&self, backend: &mut B, run: &[(i64, f64)], stroke: &Stroke) -> DrawResult<B> {
        match run {
            [] => Ok(()),
            [(at_s, value)] => {
                let radius = (LINE * self.density).round().max(1.0) as u32;
                backend.draw_circle(self.at(self.middle(*at_s), *value), radius, &stroke.color, true)
            }
            run => backend.draw_path(self.path(run.iter().copied()), stroke),
        }
    }

    fn bars<B: DrawingBackend>(&self, backend: &mut B) -> DrawResult<B> {
        let gap = self.density.round() as i32;
        for (series, raised) in self.plot.series.iter().zip(stacked(&self.plot.series)) {
            for Stacked { at_s, floor, top } in raised.into_iter().filter(|it| it.top > it.floor) {
                let fresh = at_s + self.plot.step_s > self.plot.fresh_s;
                let color = self.palette.shade(series.color, if fresh { 0.6 } else { 1.0 });
                let (left, upper) = self.at(at_s as f64, top);
                let (right, lower) = self.at((at_s + self.plot.step_s) as f64, floor);
                // Bars of two series have a gap between them, where they are high enough for one.
                let lower = if floor > 0.0 { (lower - gap).max(upper + 1) } else { lower };
                backend.draw_rect((left.max(0), upper), ((right - gap).max(left + 1), lower), &color, true)?;
            }
        }
        Ok(())
    }

    /// Draws the cells of a heatmap: one shape for each shade, and another for cells that may be
    /// incomplete.
    fn heat<B: DrawingBackend>(&self, backend: &mut B) -> DrawResult<B> {
        let mut cells: [Vec<[BackendCoord; 2]>; 2 * SHADES.len()] = Default::default();
        let (rows, highest) = (self.plot.series.len() as f64, self.plot.highest());
        let gap = (self.density * 0.6).round().max(1.0) as i32;
        let bottom = self.height - self.density;
        for (row, series) in self.plot.series.iter().enumerate() {
            let row = row as f64;
            let (upper, lower) = ((1.0 - (row + 1.0) / rows) * bottom, (1.0 - row / rows) * bottom);
            let (upper, lower) = (upper.round() as i32, lower.round() as i32 - gap);
            for (at_s, count) in series.points.iter().filter(|it| it.1 > 0.0) {
                let left = self.at(*at_s as f64, 0.0).0.max(0);
                let right = self.at((at_s + self.plot.step_s) as f64, 0.0).0.min(self.width as i32) - gap;
                let is_fresh = at_s + self.plot.step_s > self.plot.fresh_s;
                if right > left {
                    let shade = shade(*count, highest) + if is_fresh { SHADES.len() } else { 0 };
                    cells[shade].push([(left, upper), (right, lower.max(upper + 1))]);
                }
            }
        }
        for (index, cells) in cells.into_iter().enumerate().filter(|it| !it.1.is_empty()) {
            let alpha = if index < SHADES.len() { 1.0 } else { 0.6 };
            backend.fill_polygon(joined(&cells), &self.palette.shade(SHADES[index % SHADES.len()], alpha))?;
        }
        Ok(())
    }

    fn limit<B: DrawingBackend>(&self, backend: &mut B) -> DrawResult<B> {
        let Some(limit) = self.plot.limit else { return Ok(()) };
        let y = self.at(0.0, limit.value).1;
        let wash = self.palette.shade("--bad", 0.055);
        let (upper, lower) = if limit.is_floor { (y, self.height as i32) } else { (0, y) };
        backend.draw_rect((0, upper), (self.width as i32, lower), &wash, true)?;
        let (dash, gap) = ((5.0 * self.density) as i32, (3.0 * self.density) as i32);
        let thick = self.density.round().max(1.0) as i32;
        let color = self.palette.shade("--bad", 1.0);
        let mut x = 0;
        while x < self.width as i32 {
            backend.draw_rect((x, y), (x + dash, y + thick - 1), &color, true)?;
            x += dash + gap;
        }
        Ok(())
    }
}

/// One outline around many rectangles: around each in turn, then back along their corners. The way
/// from one to the next is taken once in each direction and so encloses nothing.
fn joined(cells: &[[BackendCoord; 2]]) -> Vec<BackendCoord> {
    let around = |[(left, upper), (right, lower)]: &[BackendCoord; 2]| {
        [(*left, *upper), (*right, *upper), (*right, *lower), (*left, *lower), (*left, *upper)]
    };
    cells.iter().flat_map(around).chain(cells.iter().rev().map(|it| it[0])).collect()
}
