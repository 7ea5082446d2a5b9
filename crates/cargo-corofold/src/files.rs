//! Files: their names, and those that others read while they are written.

use std::fs::Permissions;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::{Result, bail};

/// What a new file may be used for, less what the umask takes away. Without it a temporary file
/// stays private, also under its final name.
const MODE: u32 = 0o666;

/// Writes a file that appears whole or not at all.
///
/// # Errors
/// A folder that cannot be written to.
pub fn write_whole(file: &Path, content: &[u8]) -> Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut unfinished = tempfile::Builder::new()
        .permissions(Permissions::from_mode(MODE))
        .tempfile_in(folder.unwrap_or(Path::new(".")))?;
    unfinished.write_all(content)?;
    unfinished.persist(file)?;
    Ok(())
}

/// Could a file be written there? What takes long before it is asks this first.
///
/// # Errors
/// A path at which there can be no file.
pub fn check_writable(file: &Path) -> Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        bail!("there is no folder `{}`", folder.display());
    }
    if file.is_dir() {
        bail!("`{}` is a folder", file.display());
    }
    Ok(())
}

/// A name for a file about something with this title: its letters, digits and underscores, with
/// hyphens between.
pub fn name_of(title: &str) -> String {
    let words = title.split(|c: char| !c.is_alphanumeric() && c != '_');
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join("-").chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_become_names_of_files() {
        assert_eq!(
            name_of("<Retry<Client<_>> as Service>::call"),
            "Retry-Client-_-as-Service-call"
        );
    }

    #[test]
    fn a_file_has_the_mode_of_any_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let mode = |name: &str| {
            let file = folder.path().join(name).metadata().expect("a file");
            file.permissions().mode()
        };
        write_whole(&folder.path().join("ours"), b"text").expect("written");
        std::fs::write(folder.path().join("other"), b"text").expect("written");
        assert_eq!(mode("ours"), mode("other"));
    }
}
