//! Numbers that JSON does not have, in snapshots: any `f64` as its bits.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Numbers that may be infinite or no number at all, written down as bits.
#[derive(Clone, Debug, Default)]
pub(crate) struct Exact(pub Vec<f64>);

impl Exact {
    fn bits(&self) -> Vec<u64> {
        self.0.iter().map(|x| x.to_bits()).collect()
    }
}

/// Equal to the bit, so that NaN is equal to itself.
impl PartialEq for Exact {
    fn eq(&self, other: &Self) -> bool {
        self.bits() == other.bits()
    }
}

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.bits().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bits = Vec::<u64>::deserialize(deserializer)?;
        Ok(Exact(bits.into_iter().map(f64::from_bits).collect()))
    }
}
