//! All instances of model definitions, as a tree in a list: containing ones before contained ones.

use super::super::composition::{Reference, Referent};
use super::super::document::SbmlModel;
use super::super::walk::Space;
use super::problem;
use super::source::{Key, Sources};
use crate::error::{Error, Problem};
use std::collections::HashMap;

/// Instances may nest this deep,
const DEEPEST: usize = 100;
/// and be this many: definitions that each hold two of the next grow without end.
const MOST: usize = 100_000;

/// An instance, and the number of an element in it, as [`SbmlModel::bases`] has them.
pub(super) type Handle = (usize, usize);

pub(super) struct Instance {
    pub(super) model: SbmlModel,
    /// What its names begin with.
    pub(super) prefix: String,
    /// The instance it is in, and the element that it is there.
    pub(super) parent: Option<Handle>,
    /// The place of that element among the submodels.
    pub(super) submodel: usize,
    key: Key,
    depth: usize,
    names: Vec<Option<String>>,
    ids: HashMap<String, usize>,
    units: HashMap<String, usize>,
    metas: HashMap<String, usize>,
    ports: HashMap<String, usize>,
    /// Parameters of rates, by reaction and name.
    locals: HashMap<[String; 2], usize>,
    /// Instances in it, by the number of their submodel.
    children: HashMap<usize, usize>,
}

impl Instance {
    fn of(key: Key, model: SbmlModel, prefix: String) -> Self {
        let (mut ids, mut units, mut metas) = (HashMap::new(), HashMap::new(), HashMap::new());
        let (mut names, mut local) = (Vec::new(), Vec::new());
        for (number, (space, base)) in model.bases().into_iter().enumerate() {
            names.push(base.id.clone());
            match (space, &base.id) {
                (Space::Symbols, Some(id)) => _ = ids.insert(id.clone(), number),
                (Space::Units, Some(id)) => _ = units.insert(id.clone(), number),
                (Space::Local, Some(_)) => local.push(number),
                (_, None) => {}
            }
            if let Some(meta) = &base.metaid {
                metas.insert(meta.clone(), number);
            }
        }
        // they come in the order of the reactions
        let owners = model.reactions.iter().flat_map(|r| {
            let parameters = r.kinetic_law.iter().flat_map(|law| &law.parameters);
            parameters.filter(|p| p.base.id.is_some()).map(|p| [r.base.id().to_string(), p.base.id().to_string()])
        });
        let locals = owners.zip(local).collect();
        let ports = model.ports.iter().enumerate().map(|(number, p)| (p.base.id().to_string(), number)).collect();
        let (parent, submodel, depth, children) = (None, 0, 0, HashMap::new());
        Instance { model, prefix, parent, submodel, key, depth, names, ids, units, metas, ports, locals, children }
    }

    /// The identifier of an element.
    pub(super) fn id(&self, number: usize) -> Option<&str> {
        self.names.get(number)?.as_deref()
    }

    pub(super) fn symbol(&self, id: &str) -> Option<usize> {
        self.ids.get(id).copied()
    }

    /// The parameter of a rate.
    pub(super) fn local(&self, reaction: &str, id: &str) -> Option<usize> {
        self.locals.get(&[reaction.to_string(), id.to_string()]).copied()
    }

    pub(super) fn unit(&self, id: &str) -> Option<usize> {
        self.units.get(id).copied()
    }
}

pub(super) struct Tree {
    pub(super) instances: Vec<Instance>,
}

impl Tree {
    pub(super) fn grow(sources: &mut Sources) -> Result<Tree, Error> {
        let main = sources.main();
        let root = Instance::of(main, sources.model(main).clone(), String::new());
        let mut tree = Tree { instances: vec![root] };
        let mut problems: Vec<Problem> = Vec::new();
        let mut at = 0;
        while at < tree.instances.len() && problems.is_empty() {
            for i in 0..tree.instances[at].model.submodels.len() {
                let here = &tree.instances[at];
                let submodel = &here.model.submodels[i];
                match tree.child(sources, at, i) {
                    Ok(child) => {
                        let number = child.parent.map_or(0, |(_, number)| number);
                        let count = tree.instances.len();
                        tree.instances[at].children.insert(number, count);
                        tree.instances.push(child);
                    }
                    Err(message) => problems.push(problem(&here.prefix, &submodel.base, message)),
                }
            }
            at += 1;
        }
        if problems.is_empty() { Ok(tree) } else { Err(Error::Input(problems)) }
    }

    fn child(&self, sources: &mut Sources, at: usize, submodel: usize) -> Result<Instance, String> {
        let here = &self.instances[at];
        let (id, model) = (here.model.submodels[submodel].base.id(), &here.model.submodels[submodel].model);
        let key = sources.find(here.key.document, model)?;
        let mut ancestor = Some(at);
        while let Some(number) = ancestor {
            if self.instances[number].key == key {
                return Err(format!("the model definition {model} contains itself"));
            }
            ancestor = self.instances[number].parent.map(|(parent, _)| parent);
        }
        if here.depth >= DEEPEST || self.instances.len() >= MOST {
            return Err(format!("submodels nest more than {DEEPEST} deep, or are more than {MOST}"));
        }
        let number = here.symbol(id).ok_or("a submodel without an identifier")?;
        let prefix = if here.prefix.is_empty() { id.to_string() } else { format!("{}__{id}", here.prefix) };
        let child = Instance::of(key, sources.model(key).clone(), prefix);
        Ok(Instance { parent: Some((at, number)), submodel, depth: here.depth + 1, ..child })
    }

    /// The instance that the submodel `id` of an instance is.
    pub(super) fn submodel(&self, instance: usize, id: &str) -> Result<usize, String> {
        let here = &self.instances[instance];
        let child = here.symbol(id).and_then(|number| here.children.get(&number));
        child.copied().ok_or_else(|| format!("there is no submodel {id}"))
    }

    /// The instance that an element is, where it is a submodel.
    pub(super) fn instance_of(&self, (instance, number): Handle) -> Option<usize> {
        self.instances[instance].children.get(&number).copied()
    }

    /// The element that a reference names, seen from inside an instance.
    pub(super) fn find(&self, instance: usize, reference: &Reference) -> Result<Handle, String> {
        let (mut instance, mut reference) = (instance, reference);
        loop {
            let found = self.named(instance, &reference.name)?;
            match &reference.inner {
                None => return Ok(found),
                Some(inner) => {
                    instance = self.instance_of(found).ok_or("sBaseRef looks into what is no submodel")?;
                    reference = inner;
                }
            }
        }
    }

    fn named(&self, instance: usize, name: &Referent) -> Result<Handle, String> {
        let here = &self.instances[instance];
        let (found, what, name) = match name {
            Referent::Id(id) => (here.symbol(id), "element", id),
            Referent::Unit(id) => (here.unit(id), "unit definition", id),
            Referent::Meta(id) => (here.metas.get(id).copied(), "metaid", id),
            Referent::Port(id) => {
                let port = here.ports.get(id).map(|number| &here.model.ports[*number]);
                return match port.and_then(|port| port.target.as_ref()) {
                    Some(Reference { name: Referent::Port(_), .. }) => Err(format!("the port {id} names a port")),
                    Some(target) => self.find(instance, target),
                    None => Err(format!("there is no port {id} in {}", here.prefix)),
                };
            }
        };
        let number = found.ok_or_else(|| format!("there is no {what} {name} in {}", here.prefix))?;
        Ok((instance, number))
    }
}
