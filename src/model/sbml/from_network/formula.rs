//! Formulas: nodes as trees. What stands in several places and is large, or lies deep, gets a name of its own, so that a
//! document is never larger than its network by more than a factor, and is read without nesting too deep.

use super::Writing;
use super::pattern::{Word, word};
use crate::error::Problem;
use crate::expr::{Arena, BinaryFunction, Function, Node, NodeId, Op, Symbol};
use crate::model::sbml::math::{Constant, Math, Operator};
use crate::network::EntityKind;
use std::collections::{BTreeMap, HashMap};

/// A formula that stands in several places has a name of its own from this size on.
const LARGE: usize = 64;
/// A formula that lies deeper than this has a name of its own: an element of XML lies in another at every level.
const DEEP: usize = 64;

/// A node as a tree.
#[derive(Clone)]
struct Tree {
    math: Math,
    size: usize,
    depth: usize,
    /// Whether it is true or false.
    is_condition: bool,
}

impl Tree {
    fn leaf(math: Math) -> Self {
        Tree { math, size: 1, depth: 1, is_condition: false }
    }

    /// As a number: 1 or 0 for what is true or false.
    fn number(self) -> Math {
        if !self.is_condition {
            return self.math;
        }
        Math::Piecewise { pieces: vec![(Math::number(1.0), self.math)], otherwise: Some(Box::new(Math::number(0.0))) }
    }

    /// As true or false: any number but 0 is true.
    fn truth(self) -> Math {
        match self.math {
            math if self.is_condition => math,
            Math::Number(x, _) => Math::Constant(if x == 0.0 { Constant::False } else { Constant::True }),
            math => Math::Apply(Operator::Neq, vec![math, Math::number(0.0)]),
        }
    }
}

impl Writing<'_> {
    /// A formula of the network, as a number; `owner` has it.
    pub(super) fn formula(&mut self, root: NodeId, owner: impl Into<Symbol>) -> Math {
        self.tree(root, owner.into()).number()
    }

    /// A formula of the network, as true or false.
    pub(super) fn condition(&mut self, root: NodeId, owner: impl Into<Symbol>) -> Math {
        self.tree(root, owner.into()).truth()
    }

    /// What something stands as in formulas: of a species its amount.
    pub(super) fn meaning(&self, symbol: impl Into<Symbol>) -> Math {
        let symbol = symbol.into();
        let name = Math::Name(self.acting.get(&symbol).cloned().unwrap_or_else(|| self.id(symbol)));
        match self.by_concentration.get(&symbol) {
            Some(size) => Math::Apply(Operator::Times, vec![name, self.meaning(*size)]),
            None => name,
        }
    }

    /// The value that an amount is of a species, as that is written.
    pub(super) fn of_amount(&self, symbol: Symbol, amount: Math) -> Math {
        match self.by_concentration.get(&symbol) {
            Some(size) => Math::Apply(Operator::Divide, vec![amount, self.meaning(*size)]),
            None => amount,
        }
    }

    fn tree(&mut self, root: NodeId, owner: Symbol) -> Tree {
        let net = self.net;
        let arena = net.graph().arena();
        let (words, uses) = self.words(&arena, root);
        let mut trees = Trees { done: HashMap::new(), uses };
        for (id, word) in words {
            let tree = match (self.shared.get(&id), word) {
                (Some(name), _) => Tree::leaf(Math::name(name.as_str())),
                (None, Some((word, of))) => {
                    self.heed(&arena, id, word, owner);
                    trees.put_together(word, &of)
                }
                (None, None) => Tree::leaf(self.leaf(arena.node(id))),
            };
            let is_shared = trees.uses.get(&id).is_some_and(|uses| *uses > 1) && tree.size > LARGE;
            let is_apart = id != root && (is_shared || tree.depth > DEEP);
            let tree = if is_apart { self.named_apart(id, tree) } else { tree };
            trees.done.insert(id, tree);
        }
        trees.done.remove(&root).unwrap_or_else(|| Tree::leaf(Math::Constant(Constant::NotANumber)))
    }

    /// The nodes that are written, each after what it is made of, and how often each is used. What has a name is a leaf.
    fn words(&self, arena: &Arena, root: NodeId) -> (Words, HashMap<NodeId, usize>) {
        // operands have lower numbers, so that the order of numbers will do
        let (mut words, mut uses, mut open) = (BTreeMap::new(), HashMap::new(), vec![root]);
        while let Some(id) = open.pop() {
            if words.contains_key(&id) {
                continue;
            }
            let word = if self.shared.contains_key(&id) { None } else { word(arena, id, !self.is_version_1) };
            for part in word.iter().flat_map(|(_, of)| of) {
                *uses.entry(*part).or_default() += 1;
                open.push(*part);
            }
            words.insert(id, word);
        }
        (words, uses)
    }

    fn leaf(&self, node: Node) -> Math {
        match node {
            Node::Time => Math::Constant(Constant::Time),
            Node::Symbol(symbol) => self.meaning(symbol),
            other => match other.constant().unwrap_or(f64::NAN) {
                x if x.is_nan() => Math::Constant(Constant::NotANumber),
                f64::INFINITY => Math::Constant(Constant::Infinity),
                f64::NEG_INFINITY => Math::Apply(Operator::Minus, vec![Math::Constant(Constant::Infinity)]),
                x => Math::number(x),
            },
        }
    }

    /// Gives a formula a name of its own.
    fn named_apart(&mut self, id: NodeId, tree: Tree) -> Tree {
        let name = self.names.fresh("common");
        self.helper(&name, None, None, tree.number());
        self.shared.insert(id, name.clone());
        Tree::leaf(Math::Name(name))
    }

    /// Notes what does not mean the same in SBML.
    fn heed(&mut self, arena: &Arena, id: NodeId, word: Word, owner: Symbol) {
        let Node::Apply(op, a, b, _) = arena.node(id) else { return };
        let name = self.net.name_of(owner);
        match op {
            Op::Call2(BinaryFunction::Polygamma) => {
                let message = "SBML has no polygamma function: put a formula without it in its place";
                self.problems.push(Problem::error([name], message));
            }
            _ if word == Word::Gamma => {
                let message = "gamma(x) is written as the factorial of x - 1, which other programs may have for whole numbers only";
                self.warn(owner, message);
            }
            Op::Call(Function::Sqrt) if !self.fixed(arena, a).is_some_and(|x| x > 0.0) => {
                self.powers.push(name.to_string());
            }
            Op::Call2(BinaryFunction::Power) => {
                let is_whole = self.fixed(arena, b).is_some_and(|x| x == x.trunc());
                if !is_whole && !self.fixed(arena, a).is_some_and(|x| x > 0.0) {
                    self.powers.push(name.to_string());
                }
            }
            _ => {}
        }
    }

    /// The number of a constant, or of a parameter that stays as it is.
    fn fixed(&self, arena: &Arena, id: NodeId) -> Option<f64> {
        let Node::Symbol(symbol) = arena.node(id) else { return arena.node(id).constant() };
        let stays = !self.acting.contains_key(&symbol)
            && !self.net.is_state(symbol)
            && !self.net.dynamics().initial.contains_key(&symbol)
            && self.net.assigned(symbol).is_none()
            && self.net.delayed(symbol).is_none();
        match &self.net.entity(symbol).kind {
            EntityKind::Parameter { value, .. } if stays => self.net.units().number(value).ok(),
            _ => None,
        }
    }
}

/// The words for nodes with what these are made of; none for what stands for itself.
type Words = BTreeMap<NodeId, Option<(Word, Vec<NodeId>)>>;

/// Trees of nodes that are still to be put into others.
struct Trees {
    done: HashMap<NodeId, Tree>,
    uses: HashMap<NodeId, usize>,
}

impl Trees {
    /// The tree of an operand: itself at its last use, else a copy.
    fn take(&mut self, id: NodeId) -> Tree {
        let left = self.uses.get_mut(&id).map_or(0, |uses| {
            *uses = uses.saturating_sub(1);
            *uses
        });
        let tree = if left == 0 { self.done.remove(&id) } else { self.done.get(&id).cloned() };
        tree.unwrap_or_else(|| Tree::leaf(Math::Constant(Constant::NotANumber)))
    }

    fn put_together(&mut self, word: Word, of: &[NodeId]) -> Tree {
        let trees: Vec<Tree> = of.iter().map(|id| self.take(*id)).collect();
        match (word, <[Tree; 3]>::try_from(trees)) {
            (Word::Choice, Ok([condition, yes, no])) => choice(condition, yes, no),
            (Word::Fused, Ok([a, b, c])) => {
                let product = joined(Operator::Times, vec![a, b], false);
                joined(Operator::Plus, vec![product, c], false)
            }
            (word, trees) => {
                let mut trees = trees.map_or_else(|trees| trees, Vec::from);
                match word {
                    Word::Relation(operator) => Tree { is_condition: true, ..joined(operator, trees, false) },
                    Word::Logic(operator) => joined(operator, trees, true),
                    Word::Number(operator) => joined(operator, trees, false),
                    _ => {
                        trees.push(Tree::leaf(Math::number(1.0)));
                        joined(Operator::Factorial, vec![joined(Operator::Minus, trees, false)], false)
                    }
                }
            }
        }
    }
}

fn choice(condition: Tree, yes: Tree, no: Tree) -> Tree {
    let size = condition.size + yes.size + no.size + 1;
    let goes_on = matches!(no.math, Math::Piecewise { .. }) && !no.is_condition;
    // a piece lies two elements deeper, and so does a number made of a condition
    let depth = (4 + condition.depth.max(yes.depth)).max(no.depth + if goes_on { 0 } else { 4 });
    let piece = (yes.number(), condition.truth());
    let math = match no.number() {
        Math::Piecewise { mut pieces, otherwise } => {
            pieces.insert(0, piece);
            Math::Piecewise { pieces, otherwise }
        }
        Math::Constant(Constant::NotANumber) => Math::Piecewise { pieces: vec![piece], otherwise: None },
        no => Math::Piecewise { pieces: vec![piece], otherwise: Some(Box::new(no)) },
    };
    Tree { math, size, depth, is_condition: false }
}

/// An operator of trees; a sum or product, or the like, of what is one already goes on.
fn joined(operator: Operator, trees: Vec<Tree>, of_truths: bool) -> Tree {
    let is_chain = matches!(operator, Operator::Plus | Operator::Times | Operator::And | Operator::Or);
    let size = 1 + trees.iter().map(|x| x.size).sum::<usize>();
    let (mut all, mut depth) = (Vec::with_capacity(trees.len()), 0);
    for tree in trees {
        let turned = if tree.is_condition == of_truths { 0 } else { 3 };
        match tree.math {
            Math::Apply(own, terms) if all.is_empty() && is_chain && own == operator && turned == 0 => {
                (all, depth) = (terms, tree.depth);
            }
            math => {
                depth = depth.max(1 + turned + tree.depth);
                let tree = Tree { math, ..tree };
                all.push(if of_truths { tree.truth() } else { tree.number() });
            }
        }
    }
    Tree { math: Math::Apply(operator, all), size, depth, is_condition: of_truths }
}
