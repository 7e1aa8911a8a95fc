//! A router's line as the parts of a request. Path and `fwd` are a client's words: what stands before the path is read from its front, and
//! what comes after from the end, so that no request can tell its own status.

/// The parts, as they stand in the line; empty where there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Request<'a> {
    /// The platform's code, such as `H12`.
    pub code: &'a str,
    /// What the code means, in the platform's words.
    pub desc: &'a str,
    /// HTTP method.
    pub method: &'a str,
    /// Path with its query.
    pub path: &'a str,
    /// HTTP status.
    pub status: &'a str,
    /// Time in the app, with its unit.
    pub service: &'a str,
    /// Time to reach the app, with its unit.
    pub connect: &'a str,
    /// Time in the queue, with its unit.
    pub queue: &'a str,
    /// The dyno that answered.
    pub dyno: &'a str,
}

/// Reads a router's line; `None` for any other.
#[must_use]
pub fn request(text: &str) -> Option<Request<'_>> {
    let (head, tail) = text.split_once(" path=")?;
    let first = |key: &str| head.split_once(key).and_then(|it| word(it.1)).unwrap_or_default();
    let last = |key: &str| tail.rsplit_once(key).and_then(|it| word(it.1));
    Some(Request {
        code: first("code="),
        desc: first("desc="),
        method: head.split_once("method=").and_then(|it| word(it.1))?,
        path: word(tail)?,
        status: last(" status=")?,
        service: last(" service=").unwrap_or_default(),
        connect: last(" connect=").unwrap_or_default(),
        queue: last(" queue=").unwrap_or_default(),
        dyno: last(" dyno=").unwrap_or_default(),
    })
}

impl Request<'_> {
    /// The parts that have a name, in the order that a person reads them.
    #[must_use]
    pub const fn fields(&self) -> [(&'static str, &str); 5] {
        [
            ("status", self.status),
            ("service", self.service),
            ("connect", self.connect),
            ("queue", self.queue),
            ("dyno", self.dyno),
        ]
    }

    /// All of it but the code as one text.
    #[must_use]
    pub fn told(&self) -> String {
        let mut told = self.desc.to_owned();
        if !told.is_empty() {
            told.push(' ');
        }
        for part in [self.method, " ", self.path, " ", self.status] {
            told.push_str(part);
        }
        for (name, value) in
            [("service ", self.service), ("connect ", self.connect), ("queue ", self.queue), ("", self.dyno)]
        {
            if !value.is_empty() {
                for part in ["  ", name, value] {
                    told.push_str(part);
                }
            }
        }
        told
    }
}

/// The value that a text begins with, without its quotes; `None` where it is empty.
fn word(text: &str) -> Option<&str> {
    let value = match text.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => text.split(' ').next(),
    };
    value.filter(|it| !it.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Option<(&str, String)> {
        request(text).map(|it| (it.code, it.told()))
    }

    #[test]
    fn ok_a_router_line_in_short() {
        let line = "at=error code=H12 desc=\"Request timeout\" method=POST path=\"/orders/8841?a=b\" host=h request_id=1 fwd=\"1.1.1.1\" \
                    dyno=web.3 connect=1ms service=30000ms status=503 bytes=0 protocol=https";
        let expected = "Request timeout POST /orders/8841?a=b 503  service 30000ms  connect 1ms  web.3";
        assert_eq!(told(line), Some(("H12", expected.to_owned())));
        assert_eq!(
            told("at=info method=GET path=\"/\" dyno= connect= service= status=200"),
            Some(("", "GET / 200".into()))
        );
        assert_eq!(told("at=error code=H10 desc=\"App crashed\""), None);
        let forged =
            "at=info method=GET path=\"/\" code=H12 status=200 \" host=h dyno=web.1 service=5ms status=503 bytes=0";
        assert_eq!(told(forged), Some(("", "GET / 503  service 5ms  web.1".into())));
    }
}
