//! Certificates of a test's own authority, made by the command `openssl`. It knows no client: what
//! is presented and checked is up to the test.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use crate::process::run;

/// An authority with a folder of its own.
pub struct Authority {
    dir: TempDir,
}

/// The files of a certificate, in PEM.
#[derive(Clone, Debug)]
pub struct Files {
    pub cert: PathBuf,
    pub key: PathBuf,
}

impl Files {
    /// The settings that give this certificate to a server.
    pub fn settings(&self) -> [(&str, &str); 2] {
        [("TLS_CERT", self.cert.to_str().unwrap()), ("TLS_KEY", self.key.to_str().unwrap())]
    }
}

impl Authority {
    /// Makes an authority.
    pub fn new(name: &str) -> Self {
        let authority = Self { dir: TempDir::new().unwrap() };
        let subject = format!("/CN={name}");
        openssl(
            authority.dir.path(),
            &["req", "-x509", "-subj", &subject, "-days", "2", "-keyout", "ca.key", "-out", "ca.pem"],
        );
        authority
    }

    /// The certificate of the authority itself.
    pub fn root(&self) -> PathBuf {
        self.dir.path().join("ca.pem")
    }

    /// The folder of the authority.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Issues a certificate of `localhost` and 127.0.0.1, in files that begin with `name`, which is
    /// also its subject. Replaces an earlier one of that name.
    pub fn issue(&self, name: &str) -> Files {
        let dir = self.dir.path();
        let (csr, key, cert) = (format!("{name}.csr"), format!("{name}.key"), format!("{name}.pem"));
        openssl(dir, &["req", "-new", "-subj", &format!("/CN={name}"), "-keyout", &key, "-out", &csr]);
        let extensions = "subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n";
        std::fs::write(dir.join("extensions"), extensions).unwrap();
        let sign = ["x509", "-req", "-in", &csr, "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2"];
        openssl(dir, &[&sign[..], &["-extfile", "extensions", "-out", &cert]].concat());
        Files { cert: dir.join(cert), key: dir.join(key) }
    }
}

#[track_caller]
fn openssl(dir: &Path, args: &[&str]) {
    let mut command = Command::new("openssl");
    command.current_dir(dir).args(args);
    if args[0] == "req" {
        command.args(["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]);
    }
    let (code, _, error) = run(&mut command);
    assert_eq!(code, 0, "{error}");
}
