//! The binary, run on files of a test's own.
#![allow(dead_code, reason = "each test file uses a part of this")]

use std::path::PathBuf;
use std::process::{Command, Output};

/// Two compartments' worth of text that every small model begins with; parts follow.
pub const BEGIN: &str = r#"[model]
name = "small"
end = "10 h"
[compartment.cell]
volume = "1 L"
[species.x]
compartment = "cell"
concentration = "1 uM"
"#;

/// A part that makes `BEGIN` a sound model.
pub const LOSS: &str = "[clearance.loss]\nreaction = \"x ->\"\nk = \"0.5 1/h\"\n";

pub const DOPAMINE: &str = "best-2009-dopamine";

/// What a command has written, and its exit code.
#[derive(Debug)]
pub struct Outcome {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Outcome {
    /// The lines of a CSV after its header, as numbers.
    pub fn rows(&self) -> Vec<Vec<f64>> {
        assert_eq!(self.code, 0, "{}", self.err);
        let row = |line: &str| line.split(',').map(|x| x.parse().unwrap()).collect();
        self.out.lines().skip(1).map(row).collect()
    }

    pub fn json(&self) -> serde_json::Value {
        assert_eq!(self.code, 0, "{}", self.err);
        serde_json::from_str(&self.out).unwrap()
    }
}

/// A folder of its own, removed in the end.
pub struct Place(pub PathBuf);

impl Place {
    pub fn new(test: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("homeostat-cli-{}-{test}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Place(folder)
    }

    /// Writes a file; its name stays as it is, since commands run in the folder.
    pub fn write<'a>(&self, name: &'a str, text: &str) -> &'a str {
        std::fs::write(self.0.join(name), text).unwrap();
        name
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).unwrap()
    }

    /// Runs the binary in the folder.
    pub fn homeostat(&self, arguments: &[&str]) -> Outcome {
        outcome(self.command(arguments).output().unwrap())
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_homeostat"));
        command.args(arguments).current_dir(&self.0);
        command
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub fn homeostat(arguments: &[&str]) -> Outcome {
    outcome(Command::new(env!("CARGO_BIN_EXE_homeostat")).args(arguments).output().unwrap())
}

fn outcome(output: Output) -> Outcome {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let (out, err) = (text(output.stdout), text(output.stderr));
    assert!(!err.contains("panicked"), "{err}");
    Outcome { code: output.status.code().unwrap_or(-1), out, err }
}
