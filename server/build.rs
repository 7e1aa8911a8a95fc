//! Embeds the built site into the binary when the feature `embed` is on: each file uncompressed, as
//! Brotli and as gzip. Files in `pkg/` are served under a name that contains a hash of their
//! content. Doesn't build the site; `make site` does.

use std::{
    env,
    fmt::Write as _,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

/// The sources of the modules that take over pages: a file a module.
const PAGE_MODULES: &str = "../app/front/src/bin";

const BROTLI_QUALITY: u32 = 11;
const BROTLI_WINDOW: u32 = 22;

fn main() -> io::Result<()> {
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=migrations");
    println!("cargo:rerun-if-env-changed=STREAMGAUGE_SITE");
    let mut table = String::from("pub(super) static FILES: &[File] = &[\n");
    if env::var_os("CARGO_FEATURE_EMBED").is_some() {
        let site = env::var_os("STREAMGAUGE_SITE").map_or_else(|| PathBuf::from("../target/site"), PathBuf::from);
        println!("cargo:rerun-if-changed={}", site.display());
        let files = list(&site)?;
        println!("cargo:rerun-if-changed={PAGE_MODULES}");
        for module in list(Path::new(PAGE_MODULES))? {
            let wasm = Path::new("pkg").join(module.with_extension("wasm").file_name().unwrap_or_default());
            if !files.iter().any(|it| it.ends_with(&wasm)) {
                return Err(io::Error::other(format!(
                    "expected the built site in {}, found no {}: run `make site` first",
                    site.display(),
                    wasm.display()
                )));
            }
        }
        let mut fonts = vec![];
        // Style sheets refer to fonts, so the hashed names of the fonts must be known first.
        let (others, sheets): (Vec<_>, Vec<_>) = files.into_iter().partition(|it| !it.ends_with("pkg/streamgauge.css"));
        for file in others.into_iter().chain(sheets) {
            let name = file.strip_prefix(&site).map_err(io::Error::other)?.to_string_lossy().into_owned();
            let mut content = fs::read(&file)?;
            if name.ends_with(".css") {
                content = linked(content, &fonts)?;
            }
            let (row, served) = entry(&out, &content, &name)?;
            table += &row;
            if name.ends_with(".woff2") {
                fonts.push((name, served));
            }
        }
    }
    table += "];\n";
    fs::write(out.join("site.rs"), table)
}

/// All files below a folder, sorted by path.
fn list(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = vec![];
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    Ok(found)
}

/// Replaces the names of fonts in a style sheet by the names they are served under.
fn linked(sheet: Vec<u8>, fonts: &[(String, String)]) -> io::Result<Vec<u8>> {
    let mut sheet = String::from_utf8(sheet).map_err(io::Error::other)?;
    for (name, served) in fonts {
        sheet = sheet.replace(&format!("/{name}"), &format!("/{served}"));
    }
    Ok(sheet.into_bytes())
}

/// Returns the file's row of the table and the name it is served under. Compressed files are stored
/// under the hash of their content, so that unchanged content is compressed only once.
fn entry(out: &Path, content: &[u8], name: &str) -> io::Result<(String, String)> {
    let mut hash = String::new();
    for byte in &Sha256::digest(content)[..6] {
        let _never_fails = write!(hash, "{byte:02x}");
    }
    let plain = out.join(format!("{hash}.plain"));
    let (brotli, gzip) = (out.join(format!("{hash}.br")), out.join(format!("{hash}.gz")));
    if !gzip.exists() {
        fs::write(&plain, content)?;
        let mut encoder =
            brotli::CompressorWriter::new(fs::File::create(&brotli)?, 1 << 16, BROTLI_QUALITY, BROTLI_WINDOW);
        encoder.write_all(content)?;
        encoder.flush()?;
        drop(encoder);
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(content)?;
        fs::write(&gzip, encoder.finish()?)?;
    }
    let hashed = name.starts_with("pkg/");
    let served = match name.rsplit_once('.') {
        Some((stem, extension)) if hashed => format!("{stem}.{hash}.{extension}"),
        _ => name.to_owned(),
    };
    let row = format!(
        "File {{ name: {name:?}, served: {served:?}, hash: {hash:?}, hashed: {hashed}, plain: include_bytes!({plain:?}), \
         brotli: include_bytes!({brotli:?}), gzip: include_bytes!({gzip:?}) }},\n"
    );
    Ok((row, served))
}
