//! Nothing but its bench: see benches/instructions.rs.
