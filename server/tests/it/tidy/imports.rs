//! The graph of which file uses which, and the cycles in it.
//!
//! A path counts as a use of the file that defines the name: re-exports are followed, and a file
//! that only declares or re-exports modules does not use them. It judges nothing: the rules are in
//! `circles.rs` and `stages.rs`.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    source::Source,
    uses::{Named, Names, names},
};

/// The source folder of each crate.
pub const CRATES: [&str; 4] = ["server/src", "app/src", "server/pipeline/src", "app/contract/src"];

/// Maps a file or room to those that it uses.
pub type Graph = BTreeMap<String, BTreeSet<String>>;

struct File {
    path: String,
    module: Vec<String>,
    names: Names,
}

/// The modules of one crate.
struct Crate {
    files: Vec<File>,
    by_module: BTreeMap<Vec<String>, usize>,
}

/// The uses between the files of the crate with this root folder.
pub fn graph(sources: &[Source], root: &str) -> Graph {
    let this = Crate::read(sources, root);
    let mut graph = Graph::new();
    for (index, file) in this.files.iter().enumerate() {
        let used = this.used_by(index).into_iter().filter(|it| *it != index);
        graph.insert(file.path.clone(), used.map(|it| this.files[it].path.clone()).collect());
    }
    graph
}

impl Crate {
    fn read(sources: &[Source], root: &str) -> Self {
        let (mut files, mut by_module) = (vec![], BTreeMap::new());
        for source in sources {
            let Some(inside) = source.path.strip_prefix(root).and_then(|it| it.strip_prefix('/')) else { continue };
            let Some(stem) = inside.strip_suffix(".rs").filter(|it| *it != "main") else { continue };
            let mut module: Vec<String> = stem.split('/').map(str::to_owned).collect();
            if stem == "lib" || module.last().is_some_and(|it| it == "mod") {
                module.pop();
            }
            by_module.insert(module.clone(), files.len());
            files.push(File { path: source.path.clone(), module, names: names(&source.text) });
        }
        Self { files, by_module }
    }

    fn used_by(&self, index: usize) -> BTreeSet<usize> {
        let Names { uses, paths, words } = &self.files[index].names;
        let mut used = BTreeSet::new();
        for declared in uses {
            let is_reexport = declared.is_public && declared.name.as_ref().is_none_or(|it| !words.contains(it));
            if is_reexport {
                continue;
            }
            let Some(path) = self.absolute(index, &declared.named) else { continue };
            // An imported module counts as used where a path begins with its name.
            if !self.by_module.contains_key(&path) || declared.name.is_none() {
                used.extend(self.definition(&path, 0));
            }
        }
        for named in paths {
            used.extend(self.absolute(index, named).and_then(|it| self.definition(&it, 0)));
        }
        used
    }

    /// The path from the crate's root, or `None` if it leads out of the crate.
    fn absolute(&self, index: usize, named: &Named) -> Option<Vec<String>> {
        let file = &self.files[index];
        let (first, rest) = named.path.split_first()?;
        match &**first {
            "crate" => Some(rest.to_vec()),
            "self" => Some([&*file.module, rest].concat()),
            "super" => {
                let ups = named.path.iter().take_while(|it| *it == "super").count();
                // Inline modules are not in the graph, so their first `super` is the file itself.
                let depth = file.module.len().checked_sub(ups.saturating_sub(named.inside))?;
                Some([&file.module[..depth], &named.path[ups..]].concat())
            }
            _ => {
                let child = [&*file.module, std::slice::from_ref(first)].concat();
                if self.by_module.contains_key(&child) {
                    return Some([&*child, rest].concat());
                }
                let bound = file.names.uses.iter().find(|it| it.name.as_ref() == Some(first))?;
                // `use serde::Serialize` binds a name of another crate, and `use time::x as time`
                // must not recurse.
                if bound.named.path.first() == Some(first) {
                    return None;
                }
                Some([&*self.absolute(index, &bound.named)?, rest].concat())
            }
        }
    }

    /// The file that defines the name at an absolute path.
    fn definition(&self, path: &[String], followed: usize) -> Option<usize> {
        let length = (0..=path.len()).rev().find(|it| self.by_module.contains_key(&path[..*it]))?;
        let index = self.by_module[&path[..length]];
        let reexported = path.get(length).and_then(|item| {
            let declared = self.files[index].names.uses.iter().find(|it| it.name.as_ref() == Some(item))?;
            let target = self.absolute(index, &declared.named)?;
            (followed < 8 && target != path[..=length]).then_some([&*target, &path[length + 1..]].concat())
        });
        reexported.and_then(|it| self.definition(&it, followed + 1)).or(Some(index))
    }
}

/// The rooms of a folder: each subfolder with everything in it, and each file. A file that only
/// opens the folder (`mod.rs`, `lib.rs`) is not a room.
pub fn rooms(graph: &Graph, folder: &str) -> Graph {
    let room = |path: &str| {
        let inside = path.strip_prefix(folder)?.strip_prefix('/')?;
        let name = inside.split('/').next()?;
        let name = name.strip_suffix(".rs").unwrap_or(name);
        (!matches!(name, "mod" | "lib")).then(|| name.to_owned())
    };
    let mut found = Graph::new();
    for (from, targets) in graph {
        let Some(from) = room(from) else { continue };
        let used = targets.iter().filter_map(|it| room(it)).filter(|it| *it != from);
        found.entry(from.clone()).or_default().extend(used);
    }
    found
}

/// The cycles: sets of nodes that can all reach each other.
pub fn circles(graph: &Graph) -> Vec<Vec<String>> {
    let reached: BTreeMap<&String, BTreeSet<&String>> = graph.keys().map(|it| (it, reach(graph, it))).collect();
    let mut found: Vec<Vec<String>> = vec![];
    for (node, reaches) in &reached {
        if !reaches.contains(*node) || found.iter().flatten().any(|it| it == *node) {
            continue;
        }
        let circle = reaches.iter().filter(|it| reached.get(*it).is_some_and(|back| back.contains(*node)));
        found.push(circle.map(|it| (*it).clone()).collect());
    }
    found
}

/// The nodes that can be reached from `from` in one or more steps.
fn reach<'a>(graph: &'a Graph, from: &str) -> BTreeSet<&'a String> {
    let (mut seen, mut next) = (BTreeSet::new(), vec![from]);
    while let Some(node) = next.pop() {
        for target in graph.get(node).into_iter().flatten() {
            if seen.insert(target) {
                next.push(target);
            }
        }
    }
    seen
}
