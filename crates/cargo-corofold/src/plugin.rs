//! Finds the plugin, reads what it was built for, and puts it where rustc can load it.

use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::elf::SharedLibrary;
use crate::files;
use crate::options::Options;
use crate::toolchain::Toolchain;

/// Names a plugin for all builds.
const VARIABLE: &str = "COROFOLD_PLUGIN";

const FILE_NAME: &str = "libcorofold.so";

/// The exported `u32` that holds the major version of the LLVM the plugin was compiled against.
const LLVM_MAJOR: &str = "corofold_llvm_major";

/// The plugin that will be loaded.
pub struct Plugin {
    pub library: SharedLibrary,
    pub llvm_major: u32,
}

impl Plugin {
    /// The plugin asked for, else the one that is found near the executable.
    pub fn find(given: Option<&Path>) -> Result<Self> {
        if let Some(path) = given {
            return Self::load(path).context("the plugin given by --plugin is unusable");
        }
        match env::var_os(VARIABLE).filter(|path| !path.is_empty()) {
            Some(path) => Self::load(Path::new(&path))
                .context("the plugin given by COROFOLD_PLUGIN is unusable"),
            None => Self::search(&env::current_exe().context("cannot find this executable")?),
        }
    }

    fn search(exe: &Path) -> Result<Self> {
        let tried = candidates(exe);
        let Some(path) = tried.iter().find(|path| path.is_file()) else {
            let tried: Vec<_> =
                tried.iter().map(|path| format!("\n  {}", path.display())).collect();
            bail!(
                "the plugin {FILE_NAME} was not found; tried{}\nrun `make install` in corofold's folder, or name \
                 the plugin with --plugin PATH or COROFOLD_PLUGIN",
                tried.concat()
            );
        };
        Self::load(path)
    }

    /// Reads the plugin, without running any of it.
    pub fn load(path: &Path) -> Result<Self> {
        let path = std::path::absolute(path)?;
        let library = SharedLibrary::read(&path)?;
        let Some(llvm_major) = library.exported_u32(LLVM_MAJOR) else {
            bail!(
                "`{}` is not a corofold plugin: it exports no `{LLVM_MAJOR}`; run `make install`",
                path.display()
            );
        };
        Ok(Self { library, llvm_major })
    }

    pub fn path(&self) -> &Path {
        &self.library.path
    }

    /// Covers all that decides what comes out of a compilation: the plugin, its options, rustc, and
    /// what this version of the command does with them.
    pub fn hash(&self, options: &Options, report_folder: &str, toolchain: &Toolchain) -> String {
        let parts = [
            self.library.bytes(),
            options.as_str().as_bytes(),
            report_folder.as_bytes(),
            toolchain.verbose.as_bytes(),
            env!("CARGO_PKG_VERSION").as_bytes(),
        ];
        let mut hash = Sha256::new();
        for part in parts {
            // The length keeps neighbours apart.
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
        hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// A copy whose name says what it is, in the first of `folders` that rustc can load it from.
    ///
    /// rustc's incremental compilation and caching wrappers know a plugin by its path alone, so a
    /// changed plugin or option needs a path of its own. It is a copy and not a link, so that a
    /// plugin rebuilt in place leaves it, and a running build, alone.
    pub fn copy_to(
        &self,
        folders: impl IntoIterator<Item = PathBuf>,
        hash: &str,
    ) -> Result<PathBuf> {
        let mut tried = String::new();
        let loadable = folders.into_iter().find(|folder| {
            tried.push_str(&format!("\n  {}", folder.display()));
            is_loadable(folder)
        });
        let Some(folder) = loadable else {
            bail!(
                "rustc cannot load plugins from a path with a space or a comma, and these have one:{tried}\nchoose \
                 another target folder, for instance with CARGO_TARGET_DIR"
            );
        };
        let folder = folder.join("corofold").join("plugin");
        let copy = folder.join(format!("libcorofold-{hash}.so"));
        // The name says what should be in it; a full disk or a hand may have left something else.
        if fs::read(&copy).is_ok_and(|content| content == self.library.bytes()) {
            return Ok(copy);
        }
        let write = || -> Result<()> {
            fs::create_dir_all(&folder)?;
            files::write_whole(&copy, self.library.bytes())
        };
        write().with_context(|| format!("cannot copy the plugin to `{}`", copy.display()))?;
        Ok(copy)
    }
}

/// The user's own folder for copies.
pub fn cache() -> Option<PathBuf> {
    env::home_dir().map(|home| home.join(".cache"))
}

/// `-Zllvm-plugins` takes a list, separated by white space or commas.
pub fn is_loadable(path: &Path) -> bool {
    path.to_str().is_some_and(|path| !path.contains(|c: char| c.is_whitespace() || c == ','))
}

/// Beside the executable (an installed pair, or `target/release`), in `../lib`, and for an
/// executable below a target folder in the `release` folder there.
fn candidates(exe: &Path) -> Vec<PathBuf> {
    let Some(folder) = exe.parent() else {
        return Vec::new();
    };
    let mut paths = vec![folder.join(FILE_NAME)];
    if let Some(parent) = folder.parent() {
        paths.push(parent.join("lib").join(FILE_NAME));
    }
    let target =
        folder.ancestors().skip(1).take(2).find(|folder| folder.join("CACHEDIR.TAG").is_file());
    paths.extend(target.map(|target| target.join("release").join(FILE_NAME)));
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_search_names_every_place_it_tried() {
        let Err(error) = Plugin::search(Path::new("/nowhere/bin/cargo-corofold")) else {
            panic!("found a plugin")
        };
        let text = error.to_string();
        for part in [
            "/nowhere/bin/libcorofold.so",
            "/nowhere/lib/libcorofold.so",
            "make install",
            "--plugin",
        ] {
            assert!(text.contains(part), "no {part} in {text}");
        }
    }

    #[test]
    fn a_target_folder_is_searched_for_its_release_build() {
        let target = tempfile::tempdir().expect("a folder");
        fs::write(target.path().join("CACHEDIR.TAG"), "").expect("a file");
        let found = candidates(&target.path().join("debug/cargo-corofold"));
        assert!(found.contains(&target.path().join("release/libcorofold.so")), "{found:?}");
    }

    #[test]
    fn paths_that_rustc_would_split_are_not_loadable() {
        assert!(is_loadable(Path::new("/a/b.so")));
        assert!(!is_loadable(Path::new("/a b/c.so")));
        assert!(!is_loadable(Path::new("/a,b/c.so")));
    }

    #[test]
    fn a_file_that_is_no_library_is_refused() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let Err(error) = Plugin::load(file.path()) else { panic!("an empty file was accepted") };
        assert!(error.to_string().contains("is not a shared library"), "{error}");
    }
}
