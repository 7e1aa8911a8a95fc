//! What must hold for any bytes at all, one function a part of the pipeline. libFuzzer calls them
//! with bytes of its choice (`server/pipeline/fuzz`); the cases that it kept are replayed by the
//! pipeline's tests.

use pipeline::{
    Frames, Loss, Origin, Reducer, date,
    extract::{EventText, Measurement, Request, Sink, endpoint, router},
    frame, logfmt, mask, number, syslog, text, time,
};

/// Frames are pieces of the body in its order, and what is whole in a stream is whole.
pub fn frames(data: &[u8]) {
    let mut end = 0;
    let (mut good, mut bytes) = (0, 0);
    let mut frames = Frames::new(data);
    while let Some(frame) = frames.next() {
        assert!(frames.begun() >= end, "frames go forward only");
        end = frames.begun() + frames.text().len();
        if let Ok(frame) = frame {
            assert!(frame.len() <= pipeline::FRAME_BYTES_MAX);
            good += 1;
            bytes += frame.len();
        }
    }
    assert!(bytes <= data.len() && good <= data.len());
    let whole = frame::whole(data);
    assert!(whole <= data.len());
    if Frames::new(data).all(|it| it.is_ok()) {
        let (now, later) = data.split_at(whole);
        let apart = Frames::new(now).chain(Frames::new(later));
        assert!(apart.eq(Frames::new(data)), "a stream cut where it is whole gives the same frames");
    }
}

/// Parts of a header are pieces of the frame; reading with a memory of times is reading without.
pub fn syslog(data: &[u8]) {
    for from_logplex in [false, true] {
        let Ok(line) = syslog::parse(data, from_logplex) else { continue };
        assert!(line.facility < 24 && line.severity < 8);
        assert!(line.host.len() + line.app.len() + line.proc_id.len() + line.msg.len() < data.len());
    }
    let (mut times, mut dates) = (time::Reader::default(), date::Reader::default());
    for piece in data.split(|it| *it == b'\n') {
        assert_eq!(times.parse(piece), time::parse(piece));
        let line = text::line(&mut times, piece);
        assert!(line.msg.len() <= piece.len());
        assert_eq!(dates.parse(piece), date::parse(piece));
        assert!(date::stamp_bytes(piece) <= piece.len());
    }
}

/// Pairs are pieces of the text in its order, and taking escapes off never makes a value longer.
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
    let mut heard = Heard::default();
    router::read_any(data, &mut heard);
    if let Some(request) = router::read_quick(data) {
        assert_eq!(Some(format!("{request:?}")), heard.0, "both readers read the same");
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
    endpoint::fold(data, &mut out);
    assert!(out.is_ascii() && out.len() <= 200);
    assert!(mask::masked(data, 100).len() <= 100);
}

/// A mask keeps lengths and control characters, leaves no mask to be made, and loses no good frame.
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

/// A body gives the same delta whatever the reducer has read before, and every part of it is
/// counted.
pub fn bodies(data: &[u8]) {
    let origin = Origin { received_ms: 1_790_000_000_000, ..Origin::default() };
    let mut reducer = Reducer::new();
    let first = reducer.reduce(data, &origin);
    for (index, _, cell) in &first.cells {
        assert!(first.series.get(*index as usize).is_some() && cell.count > 0 && cell.sum.is_finite());
    }
    let good = Frames::new(data).filter(|it| it.is_ok_and(|it| syslog::parse(it, false).is_ok())).count();
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

/// Takes down the request of a line.
#[derive(Default)]
pub struct Heard(pub Option<String>);

impl Sink for Heard {
    fn request(&mut self, request: &Request<'_>) {
        self.0 = Some(format!("{request:?}"));
    }

    fn measure(&mut self, _: &Measurement<'_>) {}

    fn event(&mut self, _: &EventText<'_>) {}

    fn date(&mut self, _: i64) {}

    fn lost(&mut self, _: &[u8], _: u64) {}

    fn lose(&mut self, _: Loss) {}
}
