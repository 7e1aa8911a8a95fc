//! Charts draw the values that they get. Each chart of the fixed backend is drawn as SVG with a
//! palette of two colours. How a browser's canvas looks is not tested here.

use contract::{AppPage, Backend, ByStatusClass, ChartBucket, Range};
use dashboard::{
    chart::{draw::draw, palette::Palette, plot::Plot},
    page::app::{
        chart_table::CHARTS,
        heatmap::heat,
        plots::{errors, memory, response, throughput, waiting},
    },
};
use fake::Fake;
use plotters_svg::SVGBackend;

const SIZE: (u32, u32) = (600, 336);

/// A palette in which the grid is grey and everything else is blue.
struct Two;

impl Palette for Two {
    fn color(&self, token: &str) -> (u8, u8, u8) {
        if token.starts_with("--line") { (0x80, 0x80, 0x80) } else { (0, 0, 0xff) }
    }
}

fn svg(plot: &Plot) -> String {
    let mut text = String::new();
    {
        let mut backend = SVGBackend::with_string(&mut text, SIZE);
        draw(&mut backend, plot, &Two, 2.0).unwrap();
    }
    text
}

async fn page(range: Range) -> AppPage {
    Fake::default().app("api".to_owned(), range).await.unwrap()
}

fn span(page: &AppPage) -> (i64, i64) {
    page.span.ends()
}

/// The number of elements that do not belong to the grid.
fn drawn(svg: &str, element: &str) -> usize {
    svg.lines().filter(|it| it.contains(element) && it.contains("#0000FF")).count()
}

#[tokio::test]
async fn ok_every_chart_of_every_range_draws() {
    for range in Range::ALL {
        let page = page(range).await;
        for (make, element) in [
            (throughput as fn(&AppPage, (i64, i64)) -> Plot, "<polygon"),
            (response, "<polyline"),
            (heat, "<polygon"),
            (errors, "<rect"),
            (waiting, "<polyline"),
        ] {
            let svg = svg(&make(&page, span(&page)));
            assert!(drawn(&svg, element) > 0, "{range:?}: {svg}");
        }
    }
}

#[tokio::test]
async fn ok_nothing_measured_draws_the_grid_alone() {
    let empty = AppPage { buckets: vec![], memory_quota_mb: None, ..page(Range::Live).await };
    for make in CHARTS.map(|it| it.plot) {
        let svg = svg(&make(&empty, span(&empty)));
        assert!(!svg.contains("#0000FF") && svg.contains("#808080"), "{svg}");
    }
}

#[tokio::test]
async fn ok_what_is_usual_is_one_faint_shape_a_series() {
    for (range, make, bands) in [
        (Range::Live, response as fn(&AppPage, (i64, i64)) -> Plot, 3),
        (Range::Week, response, 3),
        (Range::Day, throughput, 1),
        (Range::Live, heat, 0),
    ] {
        let page = page(range).await;
        let svg = svg(&make(&page, span(&page)));
        let faint = svg.lines().filter(|it| it.contains("<polygon") && it.contains("opacity=\"0.14\"")).count();
        assert_eq!(faint, bands, "{range:?}: {svg}");
    }
    let page = page(Range::Live).await;
    let alone = response(&page, span(&page)).only(Some("p95"));
    assert_eq!(alone.bands.len(), 1, "one series alone has its own band alone");
    assert_eq!(throughput(&page, span(&page)).only(Some("5xx")).bands, []);
}

#[tokio::test]
async fn ok_a_gap_is_drawn_as_a_gap() {
    let mut page = page(Range::Live).await;
    let whole = drawn(&svg(&response(&page, span(&page))), "<polyline");
    let hole_s = page.span.from_s() + 100..page.span.from_s() + 150;
    page.buckets.retain(|it| !hole_s.contains(&it.at_s));
    assert_eq!(
        drawn(&svg(&response(&page, span(&page))), "<polyline"),
        whole + 4,
        "a hole splits each of the four lines in two"
    );
}

#[tokio::test]
async fn ok_memory_is_joined_between_reports() {
    let page = page(Range::Live).await;
    let svg = svg(&memory(&page, span(&page)));
    assert_eq!(drawn(&svg, "<polyline"), 2, "one line for each dyno: {svg}");
    assert_eq!(drawn(&svg, "<circle"), 0);
}

#[tokio::test]
async fn ok_one_second_alone_is_seen() {
    let mut page = page(Range::Live).await;
    let at_s = page.span.from_s() + 100;
    page.buckets = vec![ChartBucket {
        at_s,
        requests_per_s: Some(ByStatusClass::new([5.0, 0.0, 0.0, 0.0])),
        service_ms: Some([10.0, 20.0, 30.0, 40.0].into()),
        ..ChartBucket::default()
    }];
    assert!(drawn(&svg(&throughput(&page, span(&page))), "<rect") >= 1);
    assert_eq!(drawn(&svg(&response(&page, span(&page))), "<circle"), 4);
}

#[tokio::test]
async fn ok_nothing_leaves_the_box() {
    let page = page(Range::Hour).await;
    for make in CHARTS.map(|it| it.plot) {
        let svg = svg(&make(&page, span(&page)));
        for pair in svg.split(['"', ' ']).filter_map(|it| it.split_once(',')) {
            let (Ok(x), Ok(y)) = (pair.0.parse::<i32>(), pair.1.parse::<i32>()) else { continue };
            assert!((0..=600).contains(&x) && (0..=336).contains(&y), "{x},{y} in {svg}");
        }
    }
}

#[tokio::test]
async fn ok_what_is_complete_is_drawn_once() {
    // Only buckets that may be incomplete are drawn faded.
    let page = page(Range::Live).await;
    for make in [throughput, response] {
        let plot = Plot { fresh_s: page.span.to_s() + 60, ..make(&page, span(&page)) };
        let faded = svg(&plot).lines().filter(|it| it.contains("opacity=\"0.35\"")).count();
        assert_eq!(faded, 0, "{plot:?}");
    }
}

#[tokio::test]
async fn ok_many_points_are_few_strokes() {
    let page = page(Range::Hour).await;
    let mut plot = response(&page, span(&page));
    for series in &mut plot.series {
        series.points =
            (0..36_000).map(|it| (page.span.from_s() + it / 10, 100.0 + f64::from(it as i32 * 7919 % 977))).collect();
    }
    let svg = svg(&Plot { fresh_s: page.span.to_s() + 60, ..plot });
    assert_eq!(drawn(&svg, "<polyline"), 4, "one path a series");
    let points = svg.lines().find(|it| it.contains("<polyline")).unwrap().matches(',').count();
    // Two points for each column as wide as the stroke, which is three pixels here.
    assert!((300..=SIZE.0 as usize * 2 / 3 + 8).contains(&points), "{points} points over {} pixels", SIZE.0);
}

#[tokio::test]
async fn ok_cells_of_a_heatmap_are_one_shape_a_shade() {
    let page = page(Range::Hour).await;
    let svg = svg(&heat(&page, span(&page)));
    let shapes = drawn(&svg, "<polygon");
    assert!((2..=8).contains(&shapes), "{shapes} shapes: {svg}");
}
