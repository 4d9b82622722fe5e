//! What a source file refers to and does, outside of its test modules.

use std::path::{Path, PathBuf};
use syn::visit::{self, Visit};

/// What stands in a file.
#[derive(Default, Debug)]
pub struct Facts {
    /// Paths from the root of the crate, without `crate`.
    pub paths: Vec<Vec<String>>,
    /// What can panic: macros and methods.
    pub panics: Vec<String>,
    /// `unsafe`, wherever it stands.
    pub unsafes: usize,
    /// Texts that are made or kept at run time.
    pub strings: Vec<String>,
    /// Literals that look like a conversion between units.
    pub conversions: Vec<String>,
    /// `#[ignore]`, in test modules too.
    pub ignored: usize,
    /// Test modules that stand in files of their own.
    pub test_files: Vec<Vec<String>>,
}

struct Reader {
    /// The module, from the root of the crate.
    module: Vec<String>,
    facts: Facts,
}

/// The facts of a file, `module` being its path from the root of the crate.
pub fn facts(text: &str, module: &[&str]) -> Facts {
    let file = syn::parse_file(text).unwrap_or_else(|error| panic!("{module:?}: {error}"));
    let mut reader = Reader { module: module.iter().map(ToString::to_string).collect(), facts: Facts::default() };
    reader.visit_file(&file);
    reader.facts.ignored = text.lines().filter(|line| line.trim_start().starts_with(concat!("#[", "ignore"))).count();
    reader.facts
}

/// All Rust files below a folder, in order.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// `src/a/b.rs` and `src/a/b/mod.rs` are the module a, b; `lib.rs` is the root.
pub fn module_of(file: &Path, src: &Path) -> Vec<String> {
    let inside = file.strip_prefix(src).unwrap().with_extension("");
    let mut module: Vec<String> = inside.iter().map(|part| part.to_str().unwrap().to_string()).collect();
    if matches!(module.last().map(String::as_str), Some("mod" | "lib")) {
        module.pop();
    }
    module
}

const PANICS: [&str; 8] = ["panic", "todo", "unimplemented", "unreachable", "assert", "assert_eq", "assert_ne", "dbg"];
/// Seconds in an hour, minute's, day's and week's kin, and Avogadro's number.
const FACTORS: [f64; 7] = [1440.0, 3600.0, 86_400.0, 604_800.0, 3.6e6, 8.64e7, 6.022_140_76e23];

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|a| a.path().is_ident("cfg") && a.parse_args::<syn::Ident>().is_ok_and(|i| i == "test"))
}

fn value(literal: &syn::Lit) -> Option<f64> {
    match literal {
        syn::Lit::Int(i) => i.base10_parse().ok(),
        syn::Lit::Float(f) => f.base10_parse().ok(),
        _ => None,
    }
}

fn is_sixty(expr: &syn::Expr) -> bool {
    matches!(expr, syn::Expr::Lit(l) if value(&l.lit).is_some_and(|x| x == 60.0))
}

impl Reader {
    /// A path as it is written, if it leads to the root of the crate or above this module.
    fn path(&mut self, segments: &[String]) {
        let mut module = self.module.clone();
        let rest = match segments.first().map(String::as_str) {
            Some("crate") => {
                module.clear();
                &segments[1..]
            }
            Some("super") => {
                let supers = segments.iter().take_while(|s| *s == "super").count();
                module.truncate(module.len().saturating_sub(supers));
                &segments[supers..]
            }
            _ => return,
        };
        module.extend(rest.iter().cloned());
        if !module.is_empty() {
            self.facts.paths.push(module);
        }
    }

    fn tree(&mut self, tree: &syn::UseTree, before: &[String]) {
        let with = |ident: &syn::Ident| [before, &[ident.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.tree(&path.tree, &with(&path.ident)),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.tree(tree, before)),
            syn::UseTree::Name(name) => self.path(&with(&name.ident)),
            syn::UseTree::Rename(rename) => self.path(&with(&rename.ident)),
            syn::UseTree::Glob(_) => self.path(&[before, &["*".to_string()]].concat()),
        }
    }

    fn literal(&mut self, literal: &syn::Lit) {
        if value(literal).is_some_and(|x| FACTORS.contains(&x)) {
            self.facts.conversions.push(format!("{:?}", value(literal)));
        }
    }

    /// What a macro holds is not parsed: its tokens are read as they come.
    fn tokens(&mut self, tokens: &str) {
        let words = split(tokens);
        for (i, word) in words.iter().enumerate() {
            let is = |k: usize, sign: &str| words.get(k).is_some_and(|w| w == sign);
            match word.as_str() {
                "crate" | "super" if !is(i.wrapping_sub(1), "::") => {
                    let mut path = vec![word.clone()];
                    let mut k = i + 1;
                    while is(k, "::") && words.get(k + 1).is_some() {
                        path.push(words[k + 1].clone());
                        k += 2;
                    }
                    self.path(&path);
                }
                "unsafe" => self.facts.unsafes += 1,
                "unwrap" | "expect" if is(i.wrapping_sub(1), ".") => self.facts.panics.push(word.clone()),
                "String" | "format" => self.facts.strings.push(word.clone()),
                name if PANICS.contains(&name) && is(i + 1, "!") => self.facts.panics.push(word.clone()),
                number => {
                    if let Ok(literal) = syn::parse_str::<syn::Lit>(number) {
                        self.literal(&literal);
                    }
                }
            }
        }
    }
}

/// Words, numbers, `::` and single signs.
fn split(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let (mut quoted, mut before, mut glued) = (false, ' ', false);
    for c in text.chars() {
        if c == '"' && before != '\\' {
            quoted = !quoted;
        }
        let is_word = c.is_alphanumeric() || c == '_';
        let number = words.last().is_some_and(|w| w.starts_with(|d: char| d.is_ascii_digit()));
        match words.last_mut() {
            _ if quoted || c.is_whitespace() || c == '"' => glued = false,
            Some(word) if glued && (is_word || (number && c == '.')) => word.push(c),
            Some(word) if c == ':' && word == ":" => word.push(c),
            _ => {
                words.push(c.to_string());
                glued = is_word;
            }
        }
        if !(is_word || number && c == '.') {
            glued = false;
        }
        before = c;
    }
    words
}

impl<'a> Visit<'a> for Reader {
    fn visit_item(&mut self, item: &'a syn::Item) {
        use syn::Item::*;
        let attributes = match item {
            Mod(i) => &i.attrs,
            Fn(i) => &i.attrs,
            Use(i) => &i.attrs,
            Impl(i) => &i.attrs,
            Struct(i) => &i.attrs,
            Const(i) => &i.attrs,
            _ => return visit::visit_item(self, item),
        };
        match item {
            Mod(module) if is_test(attributes) && module.content.is_none() => {
                self.facts.test_files.push([&self.module[..], &[module.ident.to_string()]].concat());
            }
            _ if is_test(attributes) => {}
            _ => visit::visit_item(self, item),
        }
    }

    fn visit_item_mod(&mut self, module: &'a syn::ItemMod) {
        self.module.push(module.ident.to_string());
        visit::visit_item_mod(self, module);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'a syn::ItemUse) {
        self.tree(&item.tree, &[]);
    }

    fn visit_path(&mut self, path: &'a syn::Path) {
        self.path(&path.segments.iter().map(|s| s.ident.to_string()).collect::<Vec<_>>());
        if path.segments.last().is_some_and(|s| s.ident == "String" || s.ident == "str") {
            self.facts.strings.push("a text as a type".to_string());
        }
        visit::visit_path(self, path);
    }

    fn visit_type_reference(&mut self, reference: &'a syn::TypeReference) {
        let is_static = reference.lifetime.as_ref().is_some_and(|l| l.ident == "static");
        let is_str = matches!(&*reference.elem, syn::Type::Path(p) if p.path.is_ident("str"));
        if !(is_static && is_str) {
            visit::visit_type_reference(self, reference);
        }
    }

    fn visit_item_impl(&mut self, item: &'a syn::ItemImpl) {
        self.facts.unsafes += usize::from(item.unsafety.is_some());
        let is_display = |(_, path, _): &(_, syn::Path, _)| path.segments.last().is_some_and(|s| s.ident == "Display");
        let strings = self.facts.strings.len();
        visit::visit_item_impl(self, item);
        if item.trait_.as_ref().is_some_and(is_display) {
            self.facts.strings.truncate(strings); // the text of an error
        }
    }

    fn visit_item_trait(&mut self, item: &'a syn::ItemTrait) {
        self.facts.unsafes += usize::from(item.unsafety.is_some());
        visit::visit_item_trait(self, item);
    }

    fn visit_signature(&mut self, signature: &'a syn::Signature) {
        self.facts.unsafes += usize::from(signature.unsafety.is_some());
        visit::visit_signature(self, signature);
    }

    fn visit_expr_unsafe(&mut self, block: &'a syn::ExprUnsafe) {
        self.facts.unsafes += 1;
        visit::visit_expr_unsafe(self, block);
    }

    fn visit_macro(&mut self, call: &'a syn::Macro) {
        let name = call.path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
        if PANICS.contains(&name.as_str()) {
            self.facts.panics.push(format!("{name}!"));
        }
        if name == "format" {
            self.facts.strings.push("format!".to_string());
        }
        self.tokens(&call.tokens.to_string());
        visit::visit_macro(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'a syn::ExprMethodCall) {
        let is_char = |e: &syn::Expr| matches!(e, syn::Expr::Lit(l) if matches!(l.lit, syn::Lit::Char(_)));
        match call.method.to_string().as_str() {
            // a parser's own `expect` wants a sign
            "expect" if call.args.first().is_some_and(is_char) => {}
            name @ ("unwrap" | "expect" | "unwrap_err" | "expect_err") => {
                self.facts.panics.push(format!(".{name}()"));
            }
            name @ ("to_string" | "to_owned") => self.facts.strings.push(format!(".{name}()")),
            _ => {}
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_lit(&mut self, literal: &'a syn::Lit) {
        self.literal(literal);
    }

    fn visit_expr_binary(&mut self, expr: &'a syn::ExprBinary) {
        use syn::BinOp::*;
        let scales = matches!(expr.op, Mul(_) | Div(_) | MulAssign(_) | DivAssign(_));
        if scales && (is_sixty(&expr.left) || is_sixty(&expr.right)) {
            self.facts.conversions.push("60".to_string());
        }
        visit::visit_expr_binary(self, expr);
    }

    fn visit_item_const(&mut self, item: &'a syn::ItemConst) {
        if is_sixty(&item.expr) {
            self.facts.conversions.push("60".to_string());
        }
        visit::visit_item_const(self, item);
    }
}
