//! Turns a compiled WASM module into the files that a browser loads: `bindgen MODULE.wasm FOLDER
//! NAME` writes `NAME.js` and `NAME_bg.wasm`.
//!
//! It does what the command-line tool of wasm-bindgen does, always in the version of Cargo.lock.
//! It does not optimize the WASM.

use std::{env, error::Error};

use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [module, folder, name] = &arguments[..] else {
        return Err(format!("expected MODULE.wasm, FOLDER and NAME, found {arguments:?}").into());
    };
    let mut bindgen = Bindgen::new();
    bindgen.input_path(module).out_name(name).web(true)?.typescript(false).omit_default_module_path(false);
    Ok(bindgen.generate(folder)?)
}
