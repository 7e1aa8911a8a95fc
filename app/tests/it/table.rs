//! The table of pages lists exactly the browser modules that exist as source files. Whether they
//! build is not tested.

use std::{collections::BTreeSet, fs, path::Path};

use dashboard::PAGES;

/// The names of the modules that are built, one for each file.
fn built() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("front/src/bin");
    let name = |it: fs::DirEntry| it.path().file_stem().unwrap().to_str().unwrap().to_owned();
    fs::read_dir(folder).unwrap().map(|it| name(it.unwrap())).collect()
}

#[test]
fn ok_every_page_has_a_module_and_every_module_a_page() {
    assert_eq!(PAGES.iter().map(|it| it.module.to_owned()).collect::<BTreeSet<_>>(), built());
}
