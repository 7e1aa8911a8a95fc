//! Properties that must hold for any bytes, one function for each part of the pipeline. libFuzzer
//! calls them with bytes of its choice. The plain tests replay the cases that it kept.

use pipeline::{
    DeltaCell, Frames, Loss, Origin, Reducer, date,
    extract::{EventText, Measurement, Request, Sink, endpoint, request_parts, router},
    frame, logfmt, mask, number, syslog, text, time,
};

/// Frames are parts of the body in order, and a stream that is cut at its complete bytes gives the
/// same frames.
pub fn frames(data: &[u8]) {
    let mut end = 0;
    let (mut good, mut bytes) = (0, 0);
    let mut frames = Frames::new(data);
    while let Some(frame) = frames.next() {
        assert!(frames.item_start() >= end, "frames go forward only");
        end = frames.item_start() + frames.text().len();
        if let Ok(frame) = frame {
            assert!(frame.len() <= pipeline::FRAME_BYTES_MAX);
            good += 1;
            bytes += frame.len();
        }
    }
    assert!(bytes <= data.len() && good <= data.len());
    let whole = frame::complete_bytes(data);
    assert!(whole <= data.len());
    if Frames::new(data).all(|it| it.is_ok()) {
        let (now, later) = data.split_at(whole);
        let apart = Frames::new(now).chain(Frames::new(later));
        assert!(apart.eq(Frames::new(data)), "a stream cut where it is whole gives the same frames");
    }
}

/// Parts of a header are parts of the frame, and parsers that keep the last time read the same as
/// those that do not.
pub fn syslog(data: &[u8]) {
    for from_logplex in [false, true] {
        let Ok(line) = syslog::parse(data, from_logplex) else { continue };
        assert!(line.facility < 24 && line.severity < 8);
        assert!(line.host.len() + line.app.len() + line.proc_id.len() + line.msg.len() < data.len());
    }
    let (mut times, mut dates) = (time::Parser::default(), date::Parser::default());
    for piece in data.split(|it| *it == b'\n') {
        assert_eq!(times.parse(piece), time::parse(piece));
        let line = text::line(&mut times, piece);
        assert!(line.msg.len() <= piece.len());
        assert_eq!(dates.parse(piece), date::parse(piece));
        assert!(date::stamp_bytes(piece) <= piece.len());
    }
}

/// Pairs are parts of the text in order, and removing escapes never makes a value longer.
pub fn logfmt(data: &[u8]) {
    let mut pairs = logfmt::Pairs::new(data);
    let mut bytes = 0;
    for pair in pairs.by_ref() {
        assert!(!pair.key.is_empty());
        bytes += pair.key.len() + pair.value.len();
        let mut plain = Vec::new();
        logfmt::unescape(pair.value, &mut plain);
        assert!(plain.len() <= pair.value.len());
        assert!(pair.is_escaped || !pair.value.contains(&b'\\') || plain.len() <= pair.value.len());
    }
    assert!(bytes <= data.len());
    let mut capture = RequestCapture::default();
    router::read_any(data, &mut capture);
    if let Some(request) = router::read_quick(data) {
        assert_eq!(Some(format!("{request:?}")), capture.0, "both readers read the same");
    }
    for source in [&b"router"[..], b"web.1"] {
        let Some(parts) = request_parts(source, data) else { continue };
        assert!(!parts.method.is_empty() && !parts.path.is_empty() && (100..600).contains(&parts.status));
        assert!(source != b"router" || capture.0.is_some(), "what is displayed as a request counts as one");
    }
}

/// Numbers are finite, endpoints and masked texts bounded.
pub fn values(data: &[u8]) {
    if let Some((value, unit)) = number::l2met(data) {
        assert!(value.is_finite() && value >= 0.0 && unit.len() <= data.len());
    }
    for value in [number::router_ms(data), number::duration_ms(data), number::router_bytes(data)].into_iter().flatten()
    {
        assert!(value.is_finite() && value >= 0.0);
    }
    let _count = number::whole(data);
    let mut out = Vec::new();
    endpoint::normalize(data, &mut out);
    assert!(out.is_ascii() && out.len() <= 200);
    assert!(mask::masked(data, 100).len() <= 100);
}

/// A mask keeps lengths and control characters, leaves nothing more to mask, and loses no good
/// frame.
pub fn masks(data: &[u8]) {
    let mut masked = data.to_vec();
    mask::body(&mut masked);
    assert!(masked.iter().zip(data).all(|(now, then)| now == then || (*then >= b' ' && matches!(now, b'*' | 0x7F))));
    let mut again = masked.clone();
    mask::body(&mut again);
    assert_eq!(again, masked, "a mask of a mask is the same");
    let ranges = |body: &[u8]| Frames::new(body).map(|it| it.map(<[u8]>::len)).collect::<Vec<_>>();
    if Frames::new(data).all(|it| it.is_ok()) {
        assert_eq!(ranges(&masked), ranges(data), "frames stay as they are");
    }
    assert!(mask::masked(data, 100).len() <= 100 && mask::exact(data).len() <= data.len());
}

/// A body gives the same delta whatever the reducer has read before, and every good frame counts as
/// a line.
pub fn bodies(data: &[u8]) {
    let origin = Origin { received_ms: 1_790_000_000_000, ..Origin::default() };
    let mut reducer = Reducer::new();
    let first = reducer.reduce(data, &origin);
    for DeltaCell { series, cell, .. } in &first.cells {
        assert!(first.series.get(*series as usize).is_some() && cell.count > 0 && cell.sum.is_finite());
    }
    let good = Frames::new(data).filter(|frame| frame.is_ok_and(|it| syslog::parse(it, false).is_ok())).count();
    assert_eq!(first.lines, good as u64, "a good frame is a line");
    let kept = first.clone();
    reducer.recycle(first);
    let other = Origin { prefix: "p", source_prefix: "q", from_logplex: true, ..origin };
    let between = reducer.reduce(data, &other);
    reducer.recycle(between);
    assert_eq!(reducer.reduce(data, &origin), kept, "a reducer remembers no values");
    let lines = reducer.reduce_text(data, &origin);
    assert!(lines.lines as usize <= data.len());
}

/// Keeps the request of a line as text.
#[derive(Default)]
pub struct RequestCapture(pub Option<String>);

impl Sink for RequestCapture {
    fn request(&mut self, request: &Request<'_>) {
        self.0 = Some(format!("{request:?}"));
    }

    fn measure(&mut self, _: &Measurement<'_>) {}

    fn event(&mut self, _: &EventText<'_>) {}

    fn date(&mut self, _: i64) {}

    fn lost(&mut self, _: &[u8], _: u64) {}

    fn lose(&mut self, _: Loss) {}
}
