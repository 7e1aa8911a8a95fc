//! Makes of a compiled module the files that a browser loads: `bindgen MODULE.wasm FOLDER NAME`
//! writes `NAME.js` and `NAME_bg.wasm`. What the command-line tool of wasm-bindgen does, without
//! its test runner, and always of the version that Cargo.lock has. Shrinks nothing.

use std::{env, error::Error};

use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<(), Box<dyn Error>> {
    let asked: Vec<String> = env::args().skip(1).collect();
    let [module, folder, name] = &asked[..] else {
        return Err(format!("expected MODULE.wasm, FOLDER and NAME, found {asked:?}").into());
    };
    let mut bindgen = Bindgen::new();
    bindgen.input_path(module).out_name(name).web(true)?.typescript(false).omit_default_module_path(false);
    Ok(bindgen.generate(folder)?)
}
