//! Templates and their quoting filters: `templates/TARGET/*.j2`, embedded and overridden like descriptors.
//!
//! An undefined name is an error, blocks leave no blank line, and no filter changes text silently (see `quote`).

use include_dir::{Dir, include_dir};
use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior, Value};
use std::collections::BTreeMap;
use std::error::Error as _;

use super::error::{Problem, RenderError};
use super::quote::{self, Quoting};
use super::target::sources;

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// All templates, ready to be rendered, and the files that are copied as they are.
#[derive(Debug)]
pub struct Templates {
    environment: Environment<'static>,
    constants: BTreeMap<String, String>,
}

impl Templates {
    /// Reads the embedded templates, each replaced by the text at the same path (`templates/…`) of `overrides`.
    ///
    /// # Errors
    /// A template that does not parse.
    pub fn load(overrides: &BTreeMap<String, String>) -> Result<Self, RenderError> {
        let mut environment = environment().map_err(|e| problem(&e).at("templates", "."))?;
        let mut constants = BTreeMap::new();
        for (path, text) in sources(&EMBEDDED, "templates", overrides, "") {
            let name = path.trim_start_matches("templates/").to_owned();
            if name.ends_with(".j2") {
                environment.add_template_owned(name, text).map_err(|e| problem(&e).at("templates", &path))?;
            } else {
                constants.insert(name, text);
            }
        }
        Ok(Self { environment, constants })
    }

    /// The text of a template, or of a constant file.
    pub(super) fn text(&self, name: &str, context: &Value) -> Result<String, Problem> {
        if let Some(text) = self.constants.get(name) {
            return Ok(text.clone());
        }
        let template = self.environment.get_template(name).map_err(|e| problem(&e))?;
        template.render(context).map_err(|e| problem(&e))
    }

    /// The output path that a descriptor's path template gives.
    pub(super) fn path(&self, template: &str, context: &Value) -> Result<String, Problem> {
        let path = self.environment.render_str(template, context).map_err(|e| problem(&e))?;
        quote::path(&path)
    }
}

fn environment() -> Result<Environment<'static>, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment
        .set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build()?);
    for (name, quoting) in quote::FILTERS {
        add(&mut environment, name, *quoting);
    }
    environment.add_filter("aos_quoted", |text: String, at_most: usize| lift(quote::aos_quoted(&text, at_most)));
    environment.add_filter("ios_word", |text: String, at_most: usize| lift(quote::ios_word(&text, at_most)));
    Ok(environment)
}

fn add(environment: &mut Environment<'static>, name: &'static str, quoting: Quoting) {
    environment.add_filter(name, move |text: Value| lift(quoting(&text.to_string())));
}

fn lift(quoted: Result<String, Problem>) -> Result<String, minijinja::Error> {
    quoted.map_err(|p| minijinja::Error::new(ErrorKind::InvalidOperation, "text cannot be quoted").with_source(p))
}

/// What a filter refused, or what the template engine says.
fn problem(error: &minijinja::Error) -> Problem {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(problem) = inner.downcast_ref::<Problem>() {
            return problem.clone();
        }
        cause = inner.source();
    }
    Problem::Source(error.to_string())
}
