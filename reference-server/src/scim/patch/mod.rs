//! PATCH: placeholder for the leniencies until the operations follow.

/// Writings of PATCH that RFC 7644 does not have and clients send.
#[derive(Clone, Copy, Debug, Default)]
pub struct PatchLeniency {
    /// `Add`, `REPLACE`.
    pub op_in_any_case: bool,
}

impl PatchLeniency {
    /// What Entra sends.
    #[must_use]
    pub fn entra() -> Self {
        Self {
            op_in_any_case: true,
        }
    }
}
