//! Embeds the built site into the binary when the feature `embed` is on: each file uncompressed, as
//! Brotli and as gzip. Files in `pkg/` are served under a name that contains a hash of their
//! content. Doesn't build the site; `make site` does.

use std::{
    env,
    fmt::Write as _,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    thread,
};

use sha2::{Digest, Sha256};

/// The sources of the modules that take over pages: a file a module.
const PAGE_MODULES: &str = "../app/front/src/bin";

/// How hard files are compressed: as far as it goes for what ships. While one develops, a file that
/// changes is waited for.
const QUALITY: (u32, u32) = (11, 9);
const QUALITY_DEV: (u32, u32) = (1, 1);
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
        let (mut fonts, mut contents) = (vec![], vec![]);
        // Style sheets refer to fonts, so the hashed names of the fonts must be known first.
        let is_sheet = |file: &PathBuf| file.extension().is_some_and(|it| it == "css");
        let (sheets, others): (Vec<_>, Vec<_>) = files.into_iter().partition(is_sheet);
        for file in others.into_iter().chain(sheets) {
            let name = file.strip_prefix(&site).map_err(io::Error::other)?.to_string_lossy().into_owned();
            let mut content = fs::read(&file)?;
            if name.ends_with(".css") {
                content = linked(content, &fonts)?;
            }
            let (row, served) = entry(&out, &content, &name);
            table += &row;
            if name.ends_with(".woff2") {
                fonts.push((name, served));
            }
            contents.push(content);
        }
        compress_all(&out, &contents)?;
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

/// The beginning of a content's SHA-256, which stands in file names.
fn short_hash(content: &[u8]) -> String {
    Sha256::digest(content)[..6].iter().fold(String::new(), |mut hash, byte| {
        let _never_fails = write!(hash, "{byte:02x}");
        hash
    })
}

/// The files that a content is kept in: as it is, as Brotli and as gzip.
fn kept(out: &Path, hash: &str) -> [PathBuf; 3] {
    ["plain", "br", "gz"].map(|it| out.join(format!("{hash}.{it}")))
}

/// Compresses every file, on all cores.
fn compress_all(out: &Path, contents: &[Vec<u8>]) -> io::Result<()> {
    thread::scope(|scope| {
        let running: Vec<_> = contents.iter().map(|it| scope.spawn(move || compress(out, it))).collect();
        running.into_iter().try_for_each(|it| it.join().unwrap_or_else(|_| Err(io::Error::other("compressing failed"))))
    })
}

/// Compressed files are stored under the hash of their content, so that unchanged content is
/// compressed only once.
fn compress(out: &Path, content: &[u8]) -> io::Result<()> {
    let [plain, brotli, gzip] = kept(out, &short_hash(content));
    if gzip.exists() {
        return Ok(());
    }
    let is_dev = env::var_os("PROFILE").is_some_and(|it| it == "debug");
    let (brotli_quality, gzip_quality) = if is_dev { QUALITY_DEV } else { QUALITY };
    fs::write(plain, content)?;
    let mut encoder = brotli::CompressorWriter::new(fs::File::create(brotli)?, 1 << 16, brotli_quality, BROTLI_WINDOW);
    encoder.write_all(content)?;
    encoder.flush()?;
    drop(encoder);
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(gzip_quality));
    encoder.write_all(content)?;
    fs::write(gzip, encoder.finish()?)
}

/// Returns the file's row of the table and the name it is served under.
fn entry(out: &Path, content: &[u8], name: &str) -> (String, String) {
    let hash = short_hash(content);
    let [plain, brotli, gzip] = kept(out, &hash);
    let hashed = name.starts_with("pkg/");
    let served = match name.rsplit_once('.') {
        Some((stem, extension)) if hashed => format!("{stem}.{hash}.{extension}"),
        _ => name.to_owned(),
    };
    let row = format!(
        "File {{ name: {name:?}, served: {served:?}, hash: {hash:?}, hashed: {hashed}, plain: include_bytes!({plain:?}), \
         brotli: include_bytes!({brotli:?}), gzip: include_bytes!({gzip:?}) }},\n"
    );
    (row, served)
}
