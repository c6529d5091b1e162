//! The texts below a folder, as a workspace holds them.

use std::fs;
use std::path::Path;

/// Every file below a folder, in order, each by its path there with something put before it.
pub(crate) fn texts(folder: &Path, prefix: &str) -> Vec<(String, String)> {
    let mut entries: Vec<_> = fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path()).collect();
    entries.sort();
    let of_one = |path: &std::path::PathBuf| {
        let name = format!("{prefix}{}", path.file_name().expect("an entry has a name").to_string_lossy());
        if path.is_dir() {
            return texts(path, &format!("{name}/"));
        }
        let bytes = fs::read(path).expect("a file can be read");
        vec![(name, String::from_utf8(bytes).expect("a file is UTF-8"))]
    };
    entries.iter().flat_map(of_one).collect()
}
